"""Weights meet their totals or are refused by name, with what can be done."""

from math import inf

import numpy as np
import pytest

from survey.statistics.adjustments import Calibration, Margin, Poststratification, Raking, Trimming, adjust
from survey.statistics.arrays import FloatArray
from survey.statistics.collapsing import collapse_empty_strata, merge_lonely_neighbours
from survey.statistics.distance import Distance
from survey.statistics.linearise import variance_of_sums
from survey.statistics.quantile import estimate_quantile
from survey.statistics.quantities import Totals
from survey.statistics.refusals import (
    ClusterInSeveralStrata,
    MissingCalibrationValue,
    NegativeWeights,
    NothingToCollapseInto,
    UnequalPopulation,
)
from survey.statistics.sample import draw
from survey.statistics.weight_quality import weight_quality
from survey.statistics.weighting_refusals import (
    DisagreeingMargins,
    DisagreeingTotals,
    EmptyMargin,
    EmptyPoststratum,
    ImpossibleBounds,
    InfeasibleBounds,
    NegativeMargin,
    TrimmingTooTight,
    UnknownPoststratum,
    UnreachableTotals,
)

ROWS = 12


SEX = np.arange(ROWS) % 2


AGE = np.arange(ROWS) % 3


SAMPLE = draw(ROWS, weights=np.linspace(5, 16, ROWS))


def margin(cell: np.ndarray, *population: float, name: str = "sex") -> Margin:
    return Margin(name, cell, np.array(population), tuple(f"c{i}" for i in range(len(population))))


def calibration(total: float, distance: Distance, low: float = -inf, high: float = inf) -> Calibration:
    x = np.arange(ROWS, dtype=float)
    return Calibration(
        np.column_stack((np.ones(ROWS), x)), np.array([126.0, total]), ("all", "x"), distance, low, high
    )


def test_poststratified_weights_add_up_to_every_cell() -> None:
    weights = adjust(SAMPLE, Poststratification(margin(AGE, 30, 40, 50, name="age"))).weights
    assert np.bincount(AGE, weights=weights) == pytest.approx([30, 40, 50])


def test_a_population_cell_without_respondents_is_named() -> None:
    with pytest.raises(EmptyPoststratum) as refusal:
        adjust(SAMPLE, Poststratification(margin(SEX, 60, 60, 7)))
    assert refusal.value.cells == ("c2",)


def test_such_a_cell_can_be_left_out_and_the_total_is_then_lower() -> None:
    weights = adjust(SAMPLE, Poststratification(margin(SEX, 60, 60, 7), partial=True)).weights
    assert weights.sum() == pytest.approx(120)


def test_respondents_in_a_cell_without_a_total_are_named() -> None:
    with pytest.raises(UnknownPoststratum):
        adjust(SAMPLE, Poststratification(margin(np.where(SEX == 1, -1, 0), 60)))


def test_a_negative_total_is_refused() -> None:
    with pytest.raises(NegativeMargin):
        adjust(SAMPLE, Poststratification(margin(SEX, 130, -10)))


def test_margins_with_different_totals_are_refused_before_iterating() -> None:
    margins = (margin(SEX, 60, 60), margin(AGE, 40, 40, 60, name="age"))
    with pytest.raises(DisagreeingMargins) as refusal:
        adjust(SAMPLE, Raking(margins))
    assert {refusal.value.first_total, refusal.value.second_total} == {120.0, 140.0}


def test_a_calibrated_variable_has_no_variance_left() -> None:
    sample = adjust(SAMPLE, calibration(800.0, Distance.RAKING))
    influence = Totals(np.arange(ROWS, dtype=float)[:, np.newaxis]).influence(sample.weights)
    assert np.sqrt(variance_of_sums(sample, influence)[0]) < 1e-8


def test_bounds_that_are_too_tight_come_back_with_the_tightest_that_work() -> None:
    with pytest.raises(InfeasibleBounds) as refusal:
        adjust(SAMPLE, calibration(1000.0, Distance.LINEAR, 0.9, 1.1))
    low, high = refusal.value.tightest_low, refusal.value.tightest_high
    weights = adjust(SAMPLE, calibration(1000.0, Distance.LINEAR, low - 1e-6, high + 1e-6)).weights
    assert weights @ np.arange(ROWS) == pytest.approx(1000.0)
    with pytest.raises(InfeasibleBounds):
        adjust(SAMPLE, calibration(1000.0, Distance.LINEAR, low + 0.01, high - 0.01))


def test_negative_weights_are_counted_and_refused_as_frequencies() -> None:
    sample = adjust(SAMPLE, calibration(126.0 * 11, Distance.LINEAR))
    quality = weight_quality(sample)
    assert quality.negative == np.count_nonzero(sample.weights < 0) > 0
    assert quality.smallest_g < 0
    assert quality.total == pytest.approx(126)
    with pytest.raises(NegativeWeights):
        estimate_quantile(sample, np.arange(ROWS, dtype=float), 0.5)


def test_a_total_beyond_all_positive_weights_is_certified() -> None:
    with pytest.raises(UnreachableTotals):
        adjust(SAMPLE, calibration(126.0 * 12, Distance.RAKING))


def test_bounds_must_enclose_one() -> None:
    with pytest.raises(ImpossibleBounds):
        adjust(SAMPLE, calibration(800.0, Distance.LOGIT))


def regressed(columns: FloatArray, totals: list[float]) -> Calibration:
    return Calibration(columns, np.array(totals), tuple("abc"[: len(totals)]))


def test_dependent_totals_that_agree_are_welcome_and_others_refused() -> None:
    columns = np.column_stack((np.ones(ROWS), SEX == 0, SEX == 1)).astype(float)
    weights = adjust(SAMPLE, regressed(columns, [120, 50, 70])).weights
    assert np.bincount(SEX, weights=weights) == pytest.approx([50, 70])
    with pytest.raises(DisagreeingTotals):
        adjust(SAMPLE, regressed(columns, [120, 50, 80]))


def test_a_level_that_nobody_has_is_named() -> None:
    columns = np.column_stack((np.ones(ROWS), np.zeros(ROWS)))
    with pytest.raises(EmptyMargin) as refusal:
        adjust(SAMPLE, regressed(columns, [126, 5]))
    assert refusal.value.totals == ("b",)


def test_a_missing_calibration_value_is_named() -> None:
    columns = np.ones((ROWS, 1))
    columns[4] = np.nan
    with pytest.raises(MissingCalibrationValue) as refusal:
        adjust(SAMPLE, regressed(columns, [126]))
    assert refusal.value.rows == (4,)


def test_trimming_keeps_the_sum_and_stays_inside_when_strict() -> None:
    weights = adjust(SAMPLE, Trimming(lower=7, upper=13, strict=True)).weights
    assert weights.sum() == pytest.approx(126)
    assert weights.min() >= 7
    assert weights.max() <= 13


def test_trimming_below_the_mean_weight_is_refused() -> None:
    with pytest.raises(TrimmingTooTight):
        adjust(SAMPLE, Trimming(upper=9, strict=True))


def test_impossible_designs_are_refused() -> None:
    with pytest.raises(NegativeWeights):
        draw(2, weights=[1.0, -1.0])
    with pytest.raises(ClusterInSeveralStrata):
        draw(4, strata=[0, 0, 1, 1], clusters=[[0, 1, 1, 2]])
    with pytest.raises(UnequalPopulation):
        draw(2, populations=[[5.0, 6.0]])


def test_empty_strata_join_the_fullest_of_their_group_and_this_is_said() -> None:
    found = collapse_empty_strata([10, 0, 30, 5], [0, 0, 4, 7], [0, 0, 0, 1])
    assert found.target.tolist() == [2, 1, 2, 3]
    assert found.population.tolist() == [0, 0, 40, 5]
    assert [(merge.stratum, merge.into, merge.size) for merge in found.merges] == [(0, 2, 10.0)]
    assert "1 strata with 10 dossiers were merged" in found.sentence("en")
    assert "1 tầng với 10 hồ sơ" in found.sentence("vi")


def test_a_group_without_any_response_cannot_take_its_strata() -> None:
    with pytest.raises(NothingToCollapseInto):
        collapse_empty_strata([10, 5], [0, 3], [0, 1])


def test_lonely_strata_join_their_next_neighbour_and_the_last_the_one_before() -> None:
    assert merge_lonely_neighbours([2, 1, 3, 1]).target.tolist() == [0, 2, 2, 2]
    assert merge_lonely_neighbours([1, 1, 4, 2]).target.tolist() == [2, 2, 2, 3]
    assert merge_lonely_neighbours([1, 1]).target.tolist() == [1, 1]


@pytest.mark.parametrize("raked", [False, True])
def test_a_domain_is_weighted_to_its_own_cells_whatever_others_are_outside(*, raked: bool) -> None:
    women = SEX == 0
    age = np.where(women, np.arange(ROWS) // 4, -1)  # men's ages are not in the margin
    margin = Margin("age", age, np.array([5.0, 7, 9]), ("1", "2", "3"))
    everyone = Margin("sex", np.where(women, 0, -1), np.array([21.0]), ("f",))
    step = Raking((everyone, margin)) if raked else Poststratification(margin)
    weighted = adjust(draw(ROWS, weights=np.ones(ROWS)).within(women), step)
    assert np.bincount(age[women], weighted.weights[women]) == pytest.approx([5, 7, 9])
    assert not weighted.weights[~women].any()
    assert variance_of_sums(weighted, women[:, np.newaxis].astype(float)) == pytest.approx(0, abs=1e-18)
