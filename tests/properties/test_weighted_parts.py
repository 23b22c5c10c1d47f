"""Indices of weighted parts: the same number by hand, from counts, from rows, and from replicates."""

import pytest
from hypothesis import given, settings

from survey.statistics.design import LonelyRule
from survey.statistics.estimate import measure_table
from survey.statistics.moments import collapse
from survey.statistics.weighted_parts import Part, weighted_parts_table
from tests.properties.surveys import small_surveys
from tests.statistics.small_surveys import SmallSurvey


@given(small_surveys())
@settings(deadline=None)
def test_one_part_of_all_items_is_the_mean_index_and_one_of_some_is_their_factor(survey: SmallSurvey) -> None:
    design, items = survey.design(), survey.valid.shape[1]
    moments = collapse(
        design.stratum,
        numerator=survey.score,
        denominator=survey.valid,
        domain=survey.domain,
        groups=survey.groups,
    )
    known = measure_table(design, moments, factors=survey.factors, lonely=LonelyRule.ADJUST)
    table = weighted_parts_table(
        design, moments, [[Part(tuple(range(items)), 1.0)], [Part((0,), 1.0)]], lonely=LonelyRule.ADJUST
    )
    columns = [known.mean, known.items + 1]
    for name in ("estimate", "standard_error", "degrees_of_freedom", "design_effect", "valid_answers"):
        expected = getattr(known, name)[:, columns]
        assert getattr(table, name) == pytest.approx(expected, nan_ok=True, abs=1e-9), name
    assert table.census.tolist() == known.census.tolist()
