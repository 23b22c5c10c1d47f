"""Answers counted in two batches give what all of them at once give."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from survey.statistics.adjustments import Margin
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import measure_table
from survey.statistics.joining import join
from survey.statistics.moments import Moments, collapse
from survey.statistics.raked_moments import join_answers, pack_answers, rake, rake_and_collapse
from survey.statistics.raked_table import raked_table
from tests.properties.surveys import small_surveys
from tests.statistics.small_surveys import SmallSurvey

FIELDS = ("group", "stratum", "rows", "answered", "sums", "products")


def of_rows(survey: SmallSurvey, rows: np.ndarray, *, yes_no: bool) -> Moments:
    score = survey.score[rows] == 1 if yes_no else survey.score[rows]
    valid = survey.valid[rows] if yes_no else survey.valid[rows].astype(float)
    domain = survey.domain[rows]
    return collapse(
        survey.stratum[rows], numerator=score, denominator=valid, domain=domain, groups=survey.groups
    )


def split(survey: SmallSurvey, data: st.DataObject) -> tuple[np.ndarray, np.ndarray]:
    """Any respondents in the first batch, the others in the second, each in any order."""
    rows = len(survey.stratum)
    first = np.array(data.draw(st.lists(st.booleans(), min_size=rows, max_size=rows)), bool)
    order = np.array(data.draw(st.permutations(range(rows))), np.int64)
    return order[first[order]], order[~first[order]]


@given(survey=small_surveys(), data=st.data())
def test_counts_of_two_batches_join_to_exactly_those_of_all(survey: SmallSurvey, data: st.DataObject) -> None:
    one, two = (of_rows(survey, rows, yes_no=True) for rows in split(survey, data))
    whole = of_rows(survey, np.arange(len(survey.stratum)), yes_no=True)
    for joined in (join(one, two), join(two, one)):
        assert joined.counted
        for field in FIELDS:
            assert np.array_equal(getattr(joined, field), getattr(whole, field)), field


@given(survey=small_surveys(), data=st.data())
def test_tables_of_joined_counts_are_the_tables_of_all_answers(
    survey: SmallSurvey, data: st.DataObject
) -> None:
    one, two = (of_rows(survey, rows, yes_no=True) for rows in split(survey, data))
    whole = of_rows(survey, np.arange(len(survey.stratum)), yes_no=True)
    joined, at_once = (
        measure_table(survey.design(), moments, factors=survey.factors, lonely=LonelyRule.ADJUST)
        for moments in (join(one, two), whole)
    )
    for field in ("estimate", "standard_error", "degrees_of_freedom", "design_effect", "respondents"):
        assert np.array_equal(getattr(joined, field), getattr(at_once, field), equal_nan=True), field


@given(survey=small_surveys(), data=st.data())
def test_scores_of_two_batches_join_to_those_of_all_but_for_rounding(
    survey: SmallSurvey, data: st.DataObject
) -> None:
    one, two = (of_rows(survey, rows, yes_no=False) for rows in split(survey, data))
    whole, joined = of_rows(survey, np.arange(len(survey.stratum)), yes_no=False), join(one, two)
    for field in FIELDS:
        assert np.allclose(getattr(joined, field), getattr(whole, field), rtol=1e-12, atol=1e-12), field


@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(0, 90))
def test_raked_tables_of_joined_answers_are_those_of_all_answers(seed: int, cut: int) -> None:
    random = np.random.default_rng(seed)
    stratum, sex = np.arange(90) % 3, (np.arange(90) // 3) % 2
    valid = random.random((90, 4)) < 0.9
    score = valid & (random.random((90, 4)) < 0.7)
    design = StratifiedDesign(stratum, np.array([300.0, 400.0, 500.0]))
    margins = [
        Margin("unit", stratum, np.array([300.0, 400.0, 500.0]), ("a", "b", "c")),
        Margin("sex", sex, np.array([500.0, 700.0]), ("female", "male")),
    ]
    batches = []
    for rows in (slice(cut), slice(cut, None)):
        parts = [Margin(m.name, m.cell[rows], m.population, m.labels) for m in margins]
        batches.append(pack_answers(stratum[rows], parts, numerator=score[rows], denominator=valid[rows]))
    joined = rake(design, join_answers(*batches), margins)
    whole = rake_and_collapse(design, margins, numerator=score, denominator=valid)
    tables = [
        raked_table(design, moments, [0, 0, 1], 2, factors=[[0, 1]], lonely=LonelyRule.ADJUST)
        for moments in (joined, whole)
    ]
    for field in ("estimate", "standard_error", "design_effect", "weight"):
        one, two = (getattr(table, field) for table in tables)
        assert np.array_equal(one, two, equal_nan=True), field
