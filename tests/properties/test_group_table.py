"""Thousands of groups of a clustered sample at once are what they are one by one."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import sipas_table
from survey.statistics.estimation import design_effects, estimate
from survey.statistics.measures import MeasureTable
from survey.statistics.row_table import measure_quantity, sipas_table_from_rows
from survey.statistics.sample import Sample, draw

FACTORS = [[0, 1], [2]]


def two_stages(seed: int) -> tuple[Sample, np.ndarray, np.ndarray, np.ndarray]:
    """Strata of clusters of rows, with both populations; answers; and groups that cut across everything."""
    random = np.random.default_rng(seed)
    clusters = random.integers(1, 6, random.integers(1, 4))  # of each stratum
    of_cluster = np.repeat(np.arange(len(clusters)), clusters)
    rows = random.integers(1, 6, len(of_cluster))
    cluster = np.repeat(np.arange(len(of_cluster)), rows)
    stratum = of_cluster[cluster]
    first = (clusters + random.integers(0, 9, len(clusters)))[stratum]
    second = (rows + random.integers(0, 9, len(rows)))[cluster]
    order = random.permutation(len(cluster))
    sample = draw(
        len(order),
        strata=stratum[order],
        clusters=[cluster[order], np.arange(len(order))],
        populations=[first[order], second[order]][: random.integers(1, 3)],
    )
    valid = random.random((len(order), 3)) < 0.8
    score = np.where(valid, random.choice([0.0, 0.5, 1.0], valid.shape), 0.0)
    return sample, valid, score, random.integers(-1, 4, len(order))


@pytest.mark.parametrize("rule", [LonelyRule.ADJUST, LonelyRule.AVERAGE, LonelyRule.REMOVE])
@given(seed=st.integers(0, 2**32 - 1))
def test_all_groups_at_once_are_what_they_are_one_by_one(seed: int, rule: LonelyRule) -> None:
    sample, valid, score, code = two_stages(seed)
    table = sipas_table_from_rows(
        sample, valid=valid, score=score, factors=FACTORS, domain=code, groups=5, lonely=rule
    )
    quantity = measure_quantity(valid, score, FACTORS)
    for group in range(5):
        part = sample.within(code == group)
        found = estimate(part, quantity, lonely=rule)
        error = np.where(found.standard_error < 1e-9, 0, found.standard_error)
        freedom = [part.within(valid[:, item]).degrees_of_freedom for item in range(3)]
        assert table.estimate[group] == pytest.approx(found.value, nan_ok=True)
        assert table.standard_error[group] == pytest.approx(error, nan_ok=True, abs=1e-12)
        assert table.degrees_of_freedom[group].tolist() == freedom + 4 * [part.degrees_of_freedom]
        assert table.weight[group] == pytest.approx(part.weights.sum())
        assert table.respondents[group] == part.inside.sum()
        assert table.valid_answers[group, :3].tolist() == valid[part.inside].sum(axis=0).tolist()
        effects = design_effects(part, quantity, lonely=rule)
        compared = (error > 0) & np.isfinite(effects)
        assert table.design_effect[group][compared] == pytest.approx(effects[compared])


@given(st.integers(0, 2**32 - 1))
def test_one_response_of_one_stage_is_the_table_of_the_stratified_design(seed: int) -> None:
    random = np.random.default_rng(seed)
    strata = np.repeat(np.arange(3), random.integers(2, 7, 3))
    population = np.bincount(strata) + random.integers(0, 9, 3)
    valid = random.random((len(strata), 3)) < 0.8
    score = valid & (random.random(valid.shape) < 0.7)
    groups = {"domain": random.integers(-1, 3, len(strata)), "groups": 3}
    answers = {"valid": valid, "score": score, "factors": FACTORS}
    rows = sipas_table_from_rows(
        draw(len(strata), strata=strata, populations=[population[strata]]), **answers, **groups
    )
    counts = sipas_table(StratifiedDesign(strata, population), **answers, **groups)
    for field in fields(MeasureTable):
        expected = getattr(counts, field.name)
        assert getattr(rows, field.name) == pytest.approx(expected, nan_ok=True, abs=1e-10), field.name
