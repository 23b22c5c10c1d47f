"""Collapsing answers to moments loses nothing that the table needs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.statistics.design import LonelyRule
from survey.statistics.estimate import measure_table, sipas_table
from survey.statistics.moments import collapse, regroup
from tests.properties.surveys import small_surveys
from tests.statistics.small_surveys import SmallSurvey, naive_row

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
