"""The funnel: limits that chance alone reaches as often as it says, for a round's own weights and items."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from survey.core.evaluation import evaluate
from survey.core.funnel import Limits, Place, funnel_of
from survey.core.place import Unit
from survey.core.result import RoundResult
from survey.core.scoring import score_round
from survey.core.small_cells import protect
from tests.core.tiny import LAND, A, B, evidence

SIZES = (12, 25, 60, 140, 300)


def province(seed: int, *, units: int = 40, worse: float = 0.0, spread: float = 0.0) -> RoundResult:
    """Units of very different size whose people all answer alike, or by units as unlike as ``spread``, a standard deviation.

    The last unit may be worse.
    """
    chance = np.random.default_rng(seed)
    places = tuple(Unit(f"U{k:02}", f"Xã {k}", "commune") for k in range(units))
    rows = []
    for at, place in enumerate(places):
        number = SIZES[at % len(SIZES)]
        content = chance.beta(4.2, 0.8, number) - (worse if at == units - 1 else 0.0)
        content += chance.normal(0, spread) if spread else 0.0
        codes = np.where(chance.random((number, 3)) < content[:, np.newaxis], 5, 2)
        rows += [(place.code, "land", row) for row in codes.tolist()]
    dossiers = {(place.code, "land"): 20 * SIZES[at % len(SIZES)] for at, place in enumerate(places)}
    return evaluate(score_round(evidence(dossiers, rows, units=places, fields=(LAND,))), None)


def test_units_that_are_all_alike_leave_the_limits_as_often_as_chance_does() -> None:
    places = [unit.place for seed in range(12) for unit in getattr(funnel_of(province(seed)), "units", ())]
    outside = sum(place is not Place.INSIDE for place in places) / len(places)
    far = sum(place in {Place.FAR_BELOW, Place.FAR_ABOVE} for place in places) / len(places)
    assert len(places) == 480
    assert 0.02 < outside < 0.09
    assert far < 0.015


def test_a_unit_that_is_really_worse_lies_far_below() -> None:
    funnel = funnel_of(province(3, worse=0.35))
    assert funnel is not None
    assert funnel.units[-1].place is Place.FAR_BELOW


def test_units_that_differ_as_units_usually_do_are_not_called_different_for_it() -> None:
    """By 6 points, as communes do: limits of chance alone would call a fifth of them very different."""
    flagged, by_chance_alone, number = 0, 0, 0
    for seed in range(12):
        funnel = funnel_of(province(seed, spread=0.06))
        assert funnel is not None
        assert funnel.between > 0
        sizes = np.array([unit.limits.responses for unit in funnel.units])
        alone = replace(funnel, between=0.0).limits(sizes)
        far = {Place.FAR_BELOW, Place.FAR_ABOVE}
        flagged += sum(unit.place in far for unit in funnel.units)
        by_chance_alone += sum(
            limits.place_of(unit.unit.measure.value) in far
            for unit, limits in zip(funnel.units, alone, strict=True)
        )
        number += len(funnel.units)
    assert number == 480
    assert by_chance_alone > 0.1 * number
    assert flagged < 0.02 * number


def test_one_bad_unit_among_unlike_ones_is_still_found_and_does_not_hide_itself() -> None:
    funnel = funnel_of(province(3, worse=0.45, spread=0.03))
    assert funnel is not None
    assert funnel.units[-1].place is Place.FAR_BELOW


@pytest.mark.parametrize("seed", range(6))
def test_units_that_are_all_alike_have_limits_of_chance_alone(seed: int) -> None:
    funnel = funnel_of(province(seed))
    assert funnel is not None
    assert funnel.between == 0


def test_what_the_limits_allow_for_is_never_less_than_chance_and_stays_a_proportion() -> None:
    funnel = funnel_of(province(2, spread=0.2))
    assert funnel is not None
    sizes = np.array([1.0, 5.0, 50.0, 5000.0])
    for wide, narrow in zip(funnel.limits(sizes), replace(funnel, between=0.0).limits(sizes), strict=True):
        assert 0 <= wide.outer_low <= narrow.outer_low
        assert narrow.outer_high <= wide.outer_high <= 1


def test_limits_are_about_two_and_three_standard_errors_of_the_pooled_spread() -> None:
    result = province(1)
    funnel = funnel_of(result)
    assert funnel is not None
    measures = [unit.measure for unit in result.units]
    pooled = sum((m.responses * m.estimate.standard_error) ** 2 for m in measures) / sum(
        m.responses for m in measures
    )
    [limits] = funnel.limits(np.array([5000.0]))
    error = sqrt(pooled / 5000)
    assert limits.inner_high - funnel.centre == pytest.approx(1.96 * error, rel=0.03)
    assert funnel.centre - limits.outer_low == pytest.approx(3.09 * error, rel=0.03)
    assert funnel.centre == result.index.value


def test_the_small_are_allowed_more_than_the_large() -> None:
    funnel = funnel_of(province(1))
    assert funnel is not None
    wide = {unit.limits.responses: unit.limits.inner_high - unit.limits.inner_low for unit in funnel.units}
    assert [wide[size] for size in SIZES] == sorted(wide.values(), reverse=True)


def test_a_value_at_a_limit_is_inside_it() -> None:
    limits = Limits(50, 0.6, 0.7, 0.9, 0.95)
    values = (0.59, 0.6, 0.7, 0.9, 0.95, 0.96)
    assert [limits.place_of(value) for value in values] == [
        Place.FAR_BELOW,
        Place.BELOW,
        Place.INSIDE,
        Place.INSIDE,
        Place.ABOVE,
        Place.FAR_ABOVE,
    ]


def test_a_hidden_unit_is_not_in_the_funnel() -> None:
    result = province(1, units=6)
    few = evidence({("A", "land"): 90, ("B", "land"): 90}, [("A", "land", [5, 4, 1])] * 3)
    assert funnel_of(protect(evaluate(score_round(few), None), 5)) is None
    funnel = funnel_of(protect(result, 13))
    assert funnel is not None
    shown = {unit.unit.code for unit in result.units if unit.measure.responses >= 13}
    assert {unit.unit.unit.code for unit in funnel.units} <= shown


def test_without_variation_or_with_two_units_there_is_no_funnel() -> None:
    alike = evidence({("A", "land"): 90, ("B", "land"): 90}, [("A", "land", [5, 5, 5])] * 9, units=(A, B))
    assert funnel_of(evaluate(score_round(alike), None)) is None
    result = province(1, units=6)
    assert funnel_of(replace(result, units=result.units[:2])) is None
