"""Comparing two rounds, a result with its target, and many units at once."""

from collections.abc import Callable
from math import hypot, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from survey.statistics.arrays import FloatArray
from survey.statistics.compare import benjamini_hochberg, difference, holm, target_test
from survey.statistics.interval import IntervalMethod
from survey.statistics.measures import Estimate

ESTIMATES = st.builds(
    Estimate,
    value=st.floats(0, 1),
    standard_error=st.floats(1e-4, 0.3),
    degrees_of_freedom=st.integers(1, 500),
    valid_answers=st.integers(2, 900),
)
P_VALUES = st.lists(st.floats(0, 1), max_size=30)


@given(later=ESTIMATES, earlier=ESTIMATES)
def test_a_difference_follows_its_definition(later: Estimate, earlier: Estimate) -> None:
    change = difference(later, earlier)
    freedom = later.degrees_of_freedom + earlier.degrees_of_freedom
    error = hypot(later.standard_error, earlier.standard_error)
    expected = 2 * stats.t.sf(abs(later.value - earlier.value) / error, freedom)
    assert change.value == later.value - earlier.value
    assert (change.standard_error, change.degrees_of_freedom) == (pytest.approx(error), freedom)
    assert change.p_value == pytest.approx(expected, rel=1e-9, abs=1e-14)
    assert change.interval is not None
    assert -1 <= change.interval.low <= change.value <= change.interval.high <= 1


@given(later=ESTIMATES, earlier=ESTIMATES)
def test_swapping_the_rounds_turns_the_sign_and_nothing_else(later: Estimate, earlier: Estimate) -> None:
    there, back = difference(later, earlier), difference(earlier, later)
    assert there.value == -back.value
    assert there.p_value == back.p_value


@given(later=ESTIMATES, earlier=ESTIMATES)
def test_zero_is_outside_the_interval_exactly_when_the_test_says_so(
    later: Estimate, earlier: Estimate
) -> None:
    change = difference(later, earlier)
    assert change.interval is not None
    assert change.p_value is not None
    if abs(change.p_value - 0.05) > 1e-9:
        assert (change.p_value < 0.05) == (not change.interval.low <= 0 <= change.interval.high)


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


@given(estimate=ESTIMATES, target=st.floats(0, 1))
def test_a_target_test_is_a_t_test_and_its_sides_add_up(estimate: Estimate, target: float) -> None:
    test = target_test(estimate, target)
    assert test is not None
    assert test.p_less + test.p_greater == pytest.approx(1)
    assert test.p_two_sided == pytest.approx(2 * min(test.p_less, test.p_greater))
    assert test.p_greater == pytest.approx(stats.t.sf(test.statistic, estimate.degrees_of_freedom), abs=1e-14)


@pytest.mark.parametrize(
    "estimate", [Estimate(1.0, 0.0, 5, 9), Estimate(0.5, 0.1, 0, 2), Estimate(nan, nan, 5, 0)]
)
def test_a_target_cannot_be_tested_without_variation_freedom_or_estimate(estimate: Estimate) -> None:
    assert target_test(estimate, 0.85) is None


@given(p_values=P_VALUES)
def test_adjusted_p_values_are_never_smaller_and_holm_is_the_stricter(p_values: list[float]) -> None:
    strict, mild = holm(p_values), benjamini_hochberg(p_values)
    assert (mild >= np.array(p_values) - 1e-15).all()
    assert (strict >= mild - 1e-15).all()
    assert (strict <= 1).all()


@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_is_that_of_scipy(p_values: list[float]) -> None:
    assert benjamini_hochberg(p_values).tolist() == pytest.approx(
        stats.false_discovery_control(p_values).tolist()
    )


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_units_without_a_test_are_left_out_of_the_count(
    adjust: Callable[[list[float | None]], FloatArray],
) -> None:
    adjusted = adjust([0.01, None, nan, 0.5])
    assert np.isnan(adjusted).tolist() == [False, True, True, False]
    assert adjusted[0] == 0.02
