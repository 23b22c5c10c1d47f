"""Every refusal of the engine says, in both languages, what was found and what can be done."""

import string

import pytest

import survey.statistics.weighting_refusals  # noqa: F401 - registers its refusals
from survey.statistics.refusals import LonelyStratum, Refusal
from survey.statistics.sentences import SENTENCES
from survey.statistics.weighting_refusals import DisagreeingMargins, InfeasibleBounds

FAMILIES = {"StrataRefusal", "RowsRefusal", "ItemsRefusal", "CellsRefusal"}


def descendants(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind}.union(*(descendants(child) for child in kind.__subclasses__()))


def of_the_engine() -> list[type[Refusal]]:
    modules = ("survey.statistics.refusals", "survey.statistics.weighting_refusals")
    found = [kind for kind in descendants(Refusal) if kind.__module__ in modules and kind is not Refusal]
    return sorted((kind for kind in found if kind.__name__ not in FAMILIES), key=lambda kind: kind.__name__)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("refusal", of_the_engine(), ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_sentence_in_both_languages(refusal: type[Refusal]) -> None:
    assert set(SENTENCES[refusal.code]) == {"vi", "en"}


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_tell_the_same_facts(code: str) -> None:
    assert placeholders(SENTENCES[code]["vi"]) == placeholders(SENTENCES[code]["en"])


def test_no_sentence_is_left_without_its_refusal() -> None:
    known = {kind.code for kind in descendants(Refusal)}
    assert set(SENTENCES) <= known


def test_a_refusal_speaks_vietnamese_with_its_facts() -> None:
    assert "Tầng 3, 7 chỉ có một phiếu" in LonelyStratum([3, 7]).sentence("vi")


def test_disagreeing_margins_name_both_totals() -> None:
    refusal = DisagreeingMargins("sex", 131.0, "age", 197.0)
    assert "sex adds up to 131, margin age to 197" in str(refusal)
    assert (refusal.first_total, refusal.second_total) == (131.0, 197.0)


def test_infeasible_bounds_carry_those_that_work() -> None:
    refusal = InfeasibleBounds(0.9, 1.1, -0.323, 2.323)
    assert "-0.3230 đến 2.3230" in refusal.sentence("vi")
    assert refusal.facts["tightest_high"] == "2.3230"
