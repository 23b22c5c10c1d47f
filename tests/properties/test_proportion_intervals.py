"""Intervals contain what they are about, stay inside 0 to 1, and know when there is none."""

from collections.abc import Callable
from math import isnan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from survey.statistics.design import LonelyRule
from survey.statistics.interval import (
    Interval,
    arcsine_interval,
    beta_interval,
    clopper_pearson_interval,
    logit_interval,
    policy_interval,
    t_interval,
    t_quantile,
    wilson_interval,
)
from tests.properties.surveys import small_surveys
from tests.statistics.small_surveys import SmallSurvey

SHARES = st.floats(1e-6, 1 - 1e-6)


ERRORS = st.floats(1e-6, 0.5)


FREEDOM = st.floats(1, 5000)


LEVELS = st.floats(0.5, 0.999)


@pytest.mark.parametrize("method", [wilson_interval, logit_interval, arcsine_interval])
@given(share=SHARES, error=ERRORS, freedom=FREEDOM, level=LEVELS)
def test_an_interval_contains_its_estimate_and_stays_inside(
    method: Callable[..., Interval], share: float, error: float, freedom: float, level: float
) -> None:
    interval = method(share, error, degrees_of_freedom=freedom, confidence_level=level)
    assert -1e-12 <= interval.low <= share + 1e-9
    assert share - 1e-9 <= interval.high <= 1 + 1e-12


@given(share=SHARES, error=ERRORS, rows=st.integers(2, 5000), level=LEVELS)
def test_the_beta_interval_contains_its_estimate_and_stays_inside(
    share: float, error: float, rows: int, level: float
) -> None:
    assume(share * (1 - share) / error**2 > 1)
    interval = beta_interval(share, error, degrees_of_freedom=rows - 1, rows=rows, confidence_level=level)
    assert 0 <= interval.low <= share <= interval.high <= 1


@given(survey=small_surveys(), level=LEVELS)
def test_the_policy_interval_of_any_survey_contains_the_estimate(survey: SmallSurvey, level: float) -> None:
    table = survey.table(LonelyRule.ADJUST)
    for group in range(survey.groups):
        for measure in range(table.estimate.shape[1]):
            estimate = table.at(group, measure)
            interval = policy_interval(estimate, confidence_level=level)
            if interval is not None:
                assert 0 <= interval.low <= estimate.value <= interval.high <= 1
                assert estimate.census or interval.low < interval.high
            else:
                assert isnan(estimate.value) or estimate.degrees_of_freedom < 1


@given(freedom=st.integers(1, 5000), level=LEVELS)
def test_the_t_quantile_is_that_of_scipy(freedom: int, level: float) -> None:
    assert t_quantile(freedom, level) == pytest.approx(stats.t.ppf((1 + level) / 2, freedom), rel=1e-11)


@given(yes=st.integers(0, 60), answers=st.integers(1, 60), level=LEVELS)
def test_clopper_pearson_is_the_exact_binomial_interval(yes: int, answers: int, level: float) -> None:
    assume(yes <= answers)
    ours = clopper_pearson_interval(yes / answers, valid_answers=answers, confidence_level=level)
    exact = stats.binomtest(yes, answers).proportion_ci(confidence_level=level)
    assert (ours.low, ours.high) == pytest.approx((exact.low, exact.high), abs=1e-9)


@given(share=SHARES, error=ERRORS, freedom=FREEDOM)
def test_more_confidence_makes_a_wider_interval(share: float, error: float, freedom: float) -> None:
    narrow, wide = (
        t_interval(share, error, degrees_of_freedom=freedom, confidence_level=level) for level in (0.9, 0.99)
    )
    assert wide.low < narrow.low < share < narrow.high < wide.high
