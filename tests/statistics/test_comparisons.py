"""Comparing two rounds, a result with its target, and many units at once."""

from collections.abc import Callable
from math import nan

import numpy as np
import pytest

from survey.statistics.arrays import FloatArray
from survey.statistics.compare import benjamini_hochberg, difference, holm, target_test
from survey.statistics.interval import IntervalMethod
from survey.statistics.measures import Estimate


@pytest.mark.parametrize(
    "earlier", [Estimate(1.0, 0.0, 5, 9), Estimate(nan, nan, 5, 0), Estimate(0.5, nan, 5, 9)]
)
def test_what_shows_no_variation_or_is_undefined_cannot_be_tested(earlier: Estimate) -> None:
    change = difference(Estimate(1.0, 0.0, 5, 9), earlier)
    assert change.p_value is None
    assert change.interval is None


def test_less_than_one_degree_of_freedom_gives_no_test() -> None:
    change = difference(Estimate(0.9, 0.1, 0, 2), Estimate(0.8, 0.1, 0, 2))
    assert (change.p_value, change.interval) == (None, None)


def test_two_censuses_differ_exactly() -> None:
    change = difference(Estimate(0.9, 0.0, 0, 2, census=True), Estimate(0.5, 0.0, 0, 2, census=True))
    assert change.interval is not None
    assert change.interval.low == change.interval.high == pytest.approx(0.4)
    assert change.interval.method is IntervalMethod.CENSUS
    assert change.p_value is None


@pytest.mark.parametrize(
    "estimate", [Estimate(1.0, 0.0, 5, 9), Estimate(0.5, 0.1, 0, 2), Estimate(nan, nan, 5, 0)]
)
def test_a_target_cannot_be_tested_without_variation_freedom_or_estimate(estimate: Estimate) -> None:
    assert target_test(estimate, 0.85) is None


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_units_without_a_test_are_left_out_of_the_count(
    adjust: Callable[[list[float | None]], FloatArray],
) -> None:
    adjusted = adjust([0.01, None, nan, 0.5])
    assert np.isnan(adjusted).tolist() == [False, True, True, False]
    assert adjusted[0] == 0.02
