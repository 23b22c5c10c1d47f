"""Every refusal of the analyses says in both languages what was found, with its data filled in."""

from collections.abc import Iterator

import pytest

from survey.statistics.analysis_refusals import (
    RULES,
    AnalysisRefusal,
    CollinearCovariates,
    CollinearFactors,
    FactorsRefusal,
    FactorWithoutVariation,
    ImpossibleFunnel,
    ImpossibleParts,
    ImpossiblePlan,
    ImpossibleSampleSize,
    MergedStrata,
    TooFewAreas,
    TooFewRespondents,
    TooManyFactors,
    UnrankedUnits,
    UnusableVariance,
)

EXAMPLES: list[AnalysisRefusal] = [
    ImpossibleSampleSize(9, 10, 30),
    *(ImpossiblePlan("margin", rule) for rule in RULES),
    UnrankedUnits([3]),
    ImpossibleFunnel(),
    UnusableVariance([3]),
    TooFewAreas(3, 1),
    CollinearCovariates(),
    FactorWithoutVariation([3]),
    CollinearFactors([3]),
    TooManyFactors(13, 12),
    TooFewRespondents(5, 6),
    MergedStrata(),
    ImpossibleParts(1, 1.5),
]


def kinds(parent: type[AnalysisRefusal]) -> Iterator[type[AnalysisRefusal]]:
    """All refusals that can be raised."""
    for child in parent.__subclasses__():
        yield from kinds(child)
        if child is not FactorsRefusal:
            yield child


def test_every_refusal_has_an_example_here() -> None:
    assert {type(example) for example in EXAMPLES} == set(kinds(AnalysisRefusal))


@pytest.mark.parametrize("refusal", EXAMPLES, ids=lambda refusal: type(refusal).__name__)
def test_a_refusal_speaks_both_languages(refusal: AnalysisRefusal) -> None:
    english, vietnamese = refusal.sentence("en"), refusal.sentence("vi")
    assert str(refusal) == english
    assert english.isascii()
    assert not vietnamese.isascii()
    for sentence in (english, vietnamese):
        assert "{" not in sentence
        assert sentence.endswith(".")
        shown = [str(fact) for name, fact in refusal.facts.items() if name not in {"rule", "rule_vi"}]
        assert all(fact in sentence for fact in shown)


def test_a_long_list_of_units_is_cut_in_the_text_but_not_in_the_data() -> None:
    refusal = UnrankedUnits(range(8))
    assert "0, 1, 2, 3, 4 (+3)" in str(refusal)
    assert refusal.units == tuple(range(8))
