"""Suggested wording fits every result, tells its figures by live fields only, and is printed only where it was taken."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from reports.document import Heading, Paragraph
from reports.edition import Edition
from reports.live_fields import filled, unknown
from reports.report import build_report
from reports.suggested import GENERAL_BASES, suggestions
from survey.core.report_texts import CHAPTER_PARTS, excess, texts_from
from survey.core.result import TargetResult
from survey.core.target import Comparator, Group, Target, Unit, decide, measurement_of
from survey.wording import translator
from tests.reports.test_attention import edition

LANGUAGES = {"vi": translator("vi"), "en": translator("en")}


def words(made: Edition) -> dict[str, str]:
    return suggestions(made, LANGUAGES)


@pytest.mark.parametrize("made", [edition(), edition([])], ids=["answered", "unanswered"])
def test_every_chapter_has_wording_that_can_be_saved_and_filled_in(made: Edition) -> None:
    found = words(made)
    assert set(found) == {*CHAPTER_PARTS, "legal_bases"}
    for part in CHAPTER_PARTS:
        assert unknown(found[part]) == ()
        assert excess(found[part]) is None
        assert "nan" not in filled(found[part], replace(made, language=part[-2:]))


def test_no_figure_stands_in_suggested_wording_but_by_a_live_field() -> None:
    for part in CHAPTER_PARTS:
        bare = re.sub(r"\{[^{}]*\}", "", words(edition())[part])
        assert not re.search(r"[0-9%]", bare)


def test_nothing_suggested_is_printed_unless_it_was_taken() -> None:
    made = edition()
    titles = [block.text for block in build_report(made).blocks if isinstance(block, Heading)]
    assert not any("ĐÁNH GIÁ CHUNG" in title for title in titles)
    taken = build_report(replace(made, texts=texts_from(words(made))))
    bases = [b.text for b in taken.blocks if isinstance(b, Paragraph) and b.role == "legal"]
    assert [basis.rstrip(";.") for basis in bases][-2:] == GENERAL_BASES.splitlines()


def test_without_target_and_earlier_round_nothing_is_said_of_them() -> None:
    made = edition()
    bare = replace(made, result=replace(made.result, main_target=None, targets=(), previous=None))
    for name in ("chỉ tiêu", "kết luận", "đợt trước"):
        assert not any(f"{{{name}}}" in text for text in words(bare).values())
    compared = replace(made, result=replace(made.result, previous=made.result.round))
    assert "{đợt trước}" in words(compared)["assessment_vi"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("20", "kết luận là đạt: cả khoảng tin cậy đều đạt chỉ tiêu"),
        ("65", "kết luận là chưa đủ căn cứ: khoảng tin cậy có phần đạt, có phần không đạt chỉ tiêu"),
        ("99", "kết luận là không đạt: cả khoảng tin cậy đều không đạt chỉ tiêu"),
    ],
)
def test_what_was_taken_says_the_verdict_that_the_result_has(value: str, said: str) -> None:
    made = edition()
    target = Target(
        indicator="satisfaction_tthc",
        sentence="Hài lòng",
        comparator=Comparator.AT_LEAST,
        value=Decimal(value),
        unit=Unit.PERCENT,
        scope="mọi thủ tục",
        group=Group.SATISFACTION,
    )
    index = made.result.index
    assert index.interval is not None
    verdict = decide(index.value, index.interval.low, index.interval.high, target)
    judged = TargetResult(target, measurement_of(target), index, verdict)
    told = replace(made, result=replace(made.result, main_target=target, targets=(judged,)))
    assert said in filled(words(told)["assessment_vi"], told)
