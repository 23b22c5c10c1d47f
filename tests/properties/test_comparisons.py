"""Comparing two rounds, a result with its target, and many units at once."""

from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from survey.statistics.compare import benjamini_hochberg, difference, holm, target_test
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


@given(estimate=ESTIMATES, target=st.floats(0, 1))
def test_a_target_test_is_a_t_test_and_its_sides_add_up(estimate: Estimate, target: float) -> None:
    test = target_test(estimate, target)
    assert test is not None
    assert test.p_less + test.p_greater == pytest.approx(1)
    assert test.p_two_sided == pytest.approx(2 * min(test.p_less, test.p_greater))
    assert test.p_greater == pytest.approx(stats.t.sf(test.statistic, estimate.degrees_of_freedom), abs=1e-14)


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
