"""What the SIPAS table promises to whoever reads it."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import sipas_table
from survey.statistics.measures import MeasureTable
from tests.properties.surveys import small_surveys
from tests.statistics.small_surveys import SmallSurvey

ARRAYS = ("estimate", "standard_error", "degrees_of_freedom", "design_effect", "valid_answers", "weight")


def assert_same(one: MeasureTable, other: MeasureTable) -> None:
    for field in ARRAYS:
        left, right = getattr(one, field), getattr(other, field)
        np.testing.assert_allclose(left, right, rtol=1e-8, atol=1e-12, err_msg=field)


@given(survey=small_surveys(), data=st.data())
def test_the_order_of_responses_does_not_matter(survey: SmallSurvey, data: st.DataObject) -> None:
    order = np.array(data.draw(st.permutations(range(len(survey.stratum)))), dtype=np.int64)
    assert_same(survey.table(LonelyRule.ADJUST), survey.with_rows(order).table(LonelyRule.ADJUST))


@given(survey=small_surveys(), data=st.data())
def test_the_labels_of_strata_do_not_matter(survey: SmallSurvey, data: st.DataObject) -> None:
    label = np.array(data.draw(st.permutations(range(len(survey.population)))))
    population = np.zeros_like(survey.population)
    population[label] = survey.population
    renamed = replace(survey, stratum=label[survey.stratum], population=population)
    assert_same(survey.table(LonelyRule.ADJUST), renamed.table(LonelyRule.ADJUST))


@given(survey=small_surveys(census=True))
def test_a_census_has_no_sampling_error(survey: SmallSurvey) -> None:
    table = survey.table(LonelyRule.FAIL)
    defined = ~np.isnan(table.estimate)
    assert (table.standard_error[defined] == 0).all()
    assert np.isnan(table.design_effect).all()
    assert (table.census == (table.respondents > 0)).all()


@given(survey=small_surveys())
def test_shares_and_errors_are_in_range_or_undefined(survey: SmallSurvey) -> None:
    table = survey.table(LonelyRule.ADJUST)
    defined = ~np.isnan(table.estimate)
    assert ((table.estimate[defined] >= 0) & (table.estimate[defined] <= 1)).all()
    assert (table.standard_error[defined] >= 0).all()
    assert (defined == ~np.isnan(table.standard_error)).all()


@given(survey=small_surveys(), factor=st.floats(0.01, 100))
def test_scaling_all_weights_changes_no_share_and_no_error(survey: SmallSurvey, factor: float) -> None:
    design = StratifiedDesign(survey.stratum, survey.population, totals=survey.population * factor)
    scaled = sipas_table(
        design,
        valid=survey.valid,
        score=survey.score,
        factors=survey.factors,
        domain=survey.domain,
        groups=survey.groups,
        lonely=LonelyRule.REMOVE,
    )
    table = survey.table()
    np.testing.assert_allclose(scaled.estimate, table.estimate, rtol=1e-12)
    np.testing.assert_allclose(scaled.standard_error, table.standard_error, rtol=1e-8, atol=1e-12)


@given(satisfied=st.lists(st.booleans(), min_size=2, max_size=60), population=st.integers(60, 500))
def test_one_stratum_gives_the_plain_formula(satisfied: list[bool], population: int) -> None:
    size = len(satisfied)
    design = StratifiedDesign(np.zeros(size, int), np.array([float(population)]))
    score = np.array(satisfied)[:, np.newaxis]
    table = sipas_table(design, valid=np.ones((size, 1), bool), score=score, factors=())
    share = sum(satisfied) / size
    plain = sqrt((1 - size / population) * share * (1 - share) / (size - 1))
    assert table.estimate[0, 0] == pytest.approx(share)
    assert table.standard_error[0, 0] == pytest.approx(plain)
    if 0 < share < 1 and population > size:
        assert table.design_effect_of_mean[0, 0] == pytest.approx(1)
