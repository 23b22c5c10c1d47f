"""How many more responses settle a verdict: the smallest number, at the present allocation, honestly limited."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survey.statistics.design import LonelyRule
from survey.statistics.estimate import measure_table
from survey.statistics.interval import logit_interval
from survey.statistics.moments import collapse
from survey.statistics.settle import Outlook, Spread, responses_to_settle, spread_of_mean
from tests.properties.surveys import small_surveys
from tests.statistics.small_surveys import SmallSurvey
from tests.statistics.test_settle import two_strata


def interval_excludes(spread: Spread, sizes: np.ndarray, target: float) -> bool:
    """Whether the interval with these sizes lies on one side of the target."""
    variance = float((spread.unit_variance * (1 / sizes - 1 / spread.population)).sum())
    freedom = sizes.sum() - len(sizes)
    error = sqrt(max(variance, 0.0))
    interval = logit_interval(spread.estimate.value, error, degrees_of_freedom=freedom, confidence_level=0.95)
    return not interval.low <= target <= interval.high


@given(small_surveys(), st.sampled_from([LonelyRule.ADJUST, LonelyRule.REMOVE]))
@settings(deadline=None)
def test_the_parts_of_the_variance_add_up_to_the_standard_error_of_the_table(
    survey: SmallSurvey, rule: LonelyRule
) -> None:
    design, items = survey.design(), survey.valid.shape[1]
    moments = collapse(design.stratum, numerator=survey.score, denominator=survey.valid)
    table = measure_table(design, moments, factors=survey.factors, lonely=rule)
    estimate = table.at(0, table.mean)
    assume(np.isfinite(estimate.value))
    spread = spread_of_mean(design, moments, estimate, items=list(range(items)), lonely=rule)
    heard = spread.sample_sizes > 0
    left = 1 / spread.sample_sizes[heard] - 1 / spread.population[heard]
    variance = float(spread.unit_variance[heard] @ left)
    assert sqrt(max(variance, 0)) == pytest.approx(estimate.standard_error, rel=1e-6, abs=1e-8)


@given(small_surveys())
@settings(deadline=None)
def test_a_scope_is_the_table_of_its_strata(survey: SmallSurvey) -> None:
    design = survey.design()
    scope = np.arange(design.strata) % 2 == 0
    moments = collapse(design.stratum, numerator=survey.score, denominator=survey.valid)
    inside = scope[design.stratum]
    alone = collapse(
        design.stratum,
        numerator=survey.score,
        denominator=survey.valid,
        domain=np.where(inside, 0, -1),
    )
    table = measure_table(design, alone, factors=[[0]], lonely=LonelyRule.ADJUST)
    estimate = table.at(0, 0)
    assume(np.isfinite(estimate.value))
    spread = spread_of_mean(design, moments, estimate, items=[0], scope=scope, lonely=LonelyRule.ADJUST)
    heard = spread.sample_sizes > 0
    assert not (heard & ~scope).any()
    left = 1 / spread.sample_sizes[heard] - 1 / spread.population[heard]
    variance = max(float(spread.unit_variance[heard] @ left), 0)
    assert sqrt(variance) == pytest.approx(estimate.standard_error, rel=1e-6, abs=1e-8)


@given(st.floats(0.6, 0.95), st.floats(0.6, 0.95))
def test_the_number_settles_the_verdict_and_one_fewer_does_not(share: float, target: float) -> None:
    spread = two_strata(share)
    result = responses_to_settle(spread, target)
    assume(result.outlook in {Outlook.MORE_RESPONSES, Outlook.CENSUS})
    sizes = spread.sample_sizes + result.by_stratum
    assert result.additional == result.by_stratum.sum()
    assert (sizes <= spread.population).all()
    assert interval_excludes(spread, sizes, target)
    last = np.argmax(np.where(result.by_stratum > 0, (sizes - 0.5) / spread.sample_sizes, 0))
    fewer = sizes - np.eye(2, dtype=int)[last]
    assert not interval_excludes(spread, fewer, target)


@given(st.integers(61, 3400))
def test_growth_keeps_the_present_allocation_until_a_stratum_is_used_up(total: int) -> None:
    spread = two_strata()
    distance = 1.9 * sqrt(float((spread.unit_variance / (spread.sample_sizes * total / 60)).sum()))
    result = responses_to_settle(spread, 0.8 + distance)
    assume(result.outlook is Outlook.MORE_RESPONSES)
    sizes = spread.sample_sizes + result.by_stratum
    if sizes[1] < 400:
        assert abs(sizes[0] - 2 * sizes[1]) <= 1.5
