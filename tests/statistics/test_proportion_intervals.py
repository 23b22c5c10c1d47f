"""Intervals contain what they are about, stay inside 0 to 1, and know when there is none."""

from math import asin, nan, sin, sqrt

import pytest

from survey.statistics.interval import (
    IntervalMethod,
    arcsine_interval,
    logit_interval,
    policy_interval,
    t_quantile,
)
from survey.statistics.measures import Estimate


def test_the_policy_takes_the_logit_interval_between_zero_and_one() -> None:
    estimate = Estimate(0.97, 0.03, 20, 40)
    assert policy_interval(estimate) == logit_interval(
        0.97, 0.03, degrees_of_freedom=20, confidence_level=0.95
    )


@pytest.mark.parametrize("value", [0.0, 1.0, 0.5])
def test_the_policy_never_gives_plus_minus_zero_to_a_sample(value: float) -> None:
    interval = policy_interval(Estimate(value, 0.0, 20, 40))
    assert interval is not None
    assert interval.method is IntervalMethod.CLOPPER_PEARSON
    assert interval.low < interval.high


def test_the_policy_gives_a_census_its_own_value() -> None:
    interval = policy_interval(Estimate(0.8, 0.0, 0, 5, census=True))
    assert interval is not None
    assert (interval.low, interval.high, interval.method) == (0.8, 0.8, IntervalMethod.CENSUS)


@pytest.mark.parametrize(
    "estimate",
    [Estimate(0.8, 0.1, 0, 5), Estimate(1.0, 0.0, 0, 5), Estimate(nan, nan, 7, 0), Estimate(0.8, nan, 7, 9)],
)
def test_the_policy_gives_none_without_freedom_or_estimate(estimate: Estimate) -> None:
    assert policy_interval(estimate) is None


def test_an_angle_below_zero_is_cut_off_unless_it_is_to_be_turned_back_as_r_does() -> None:
    cut = arcsine_interval(0.02, 0.02, degrees_of_freedom=8, confidence_level=0.95)
    mirrored = arcsine_interval(0.02, 0.02, degrees_of_freedom=8, confidence_level=0.95, mirrored=True)
    angle = asin(sqrt(0.02)) - t_quantile(8, 0.95) * 0.02 / (2 * sqrt(0.02 * 0.98))
    assert angle < 0
    assert cut.low == 0
    assert mirrored.low == pytest.approx(sin(angle) ** 2)
    assert mirrored.high == cut.high
