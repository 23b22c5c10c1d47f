"""Collapsing answers to moments loses nothing that the table needs."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import measure_table, sipas_table
from survey.statistics.moments import collapse, regroup
from tests.statistics.small_surveys import SmallSurvey, naive_row, small_surveys

RULES = st.sampled_from([LonelyRule.ADJUST, LonelyRule.AVERAGE, LonelyRule.REMOVE])
FIELDS = ("estimate", "standard_error", "degrees_of_freedom", "design_effect", "design_effect_of_mean")


@given(survey=small_surveys(), rule=RULES)
def test_the_table_equals_the_formulas_taken_row_by_row(survey: SmallSurvey, rule: LonelyRule) -> None:
    table = survey.table(rule)
    for group in range(survey.groups):
        estimates, errors = naive_row(survey, group, rule)
        assert table.estimate[group].tolist() == pytest.approx(estimates, rel=1e-12, nan_ok=True)
        assert table.standard_error[group].tolist() == pytest.approx(errors, rel=1e-9, abs=1e-9, nan_ok=True)


@given(survey=small_surveys())
def test_counts_equal_counting_by_hand(survey: SmallSurvey) -> None:
    table = survey.table()
    for group in range(survey.groups):
        inside = survey.domain == group
        assert table.respondents[group] == inside.sum()
        for item in range(table.items):
            answered = inside & survey.valid[:, item]
            assert table.valid_answers[group, item] == answered.sum()
            freedom = answered.sum() - len(np.unique(survey.stratum[answered]))
            assert table.degrees_of_freedom[group, item] == freedom
        freedom = inside.sum() - len(np.unique(survey.stratum[inside]))
        assert table.degrees_of_freedom[group, table.pooled] == freedom


@given(survey=small_surveys(), data=st.data(), rule=RULES)
def test_groups_of_whole_strata_follow_from_moments_by_stratum(
    survey: SmallSurvey, data: st.DataObject, rule: LonelyRule
) -> None:
    strata = len(survey.population)
    codes = st.lists(st.integers(-1, survey.groups - 1), min_size=strata, max_size=strata)
    unit = np.array(data.draw(codes))
    design = survey.design()
    once = collapse(survey.stratum, numerator=survey.score, denominator=survey.valid)
    short = measure_table(design, regroup(once, unit, survey.groups), factors=survey.factors, lonely=rule)
    long = sipas_table(
        design,
        valid=survey.valid,
        score=survey.score,
        factors=survey.factors,
        domain=unit[survey.stratum],
        groups=survey.groups,
        lonely=rule,
    )
    for field in FIELDS:
        assert np.array_equal(getattr(short, field), getattr(long, field), equal_nan=True), field


def test_the_sum_of_squares_of_almost_equal_scores_keeps_its_digits() -> None:
    score = (0.5 + 1e-7 * np.arange(100))[:, np.newaxis]
    design = StratifiedDesign(np.zeros(100, int), np.array([np.inf]), np.array([500.0]))
    table = sipas_table(design, valid=np.ones((100, 1), bool), score=score, factors=())
    exact = [Fraction(value) for value in score[:, 0].tolist()]
    centre = sum(exact) / 100
    variance = sum((value - centre) ** 2 for value in exact) / (99 * 100)
    assert table.standard_error[0, 0] == pytest.approx(float(variance) ** 0.5, rel=1e-10)


def test_moments_of_no_answers_are_empty() -> None:
    moments = collapse(np.zeros(0, int), numerator=np.zeros((0, 2)), denominator=np.zeros((0, 2)), groups=3)
    assert moments.groups == 3
    assert moments.products.shape == (0, 4, 4)


def test_moments_cannot_be_written_to() -> None:
    moments = collapse(np.zeros(2, int), numerator=np.ones((2, 1)), denominator=np.ones((2, 1)))
    for array in (moments.sums, moments.products, moments.rows, regroup(moments, [0], 1).products):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
