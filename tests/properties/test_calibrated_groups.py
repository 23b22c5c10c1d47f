"""Groups of a calibrated sample at once are what they are one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.statistics.adjustments import Calibration, Margin, Poststratification, Raking, Trimming, adjust
from survey.statistics.calibrated_groups import MOST, variables
from survey.statistics.design import LonelyRule
from survey.statistics.estimation import design_effects, estimate
from survey.statistics.refusals import LonelyStratum
from survey.statistics.row_table import measure_quantity, sipas_table_from_rows
from survey.statistics.sample import Adjustment, Sample, draw

FACTORS, GROUPS = [[0, 1], [2]], 5
RULES = (LonelyRule.ADJUST, LonelyRule.AVERAGE, LonelyRule.REMOVE)


def margin(random: np.random.Generator, name: str, levels: int, weights: np.ndarray) -> Margin:
    cell = np.arange(len(weights)) % levels
    random.shuffle(cell)
    known = random.uniform(0.9, 1.1, levels) * np.bincount(cell, weights, levels)
    return Margin(name, cell, known * weights.sum() / known.sum(), tuple(map(str, range(levels))))


def changes(random: np.random.Generator, weights: np.ndarray) -> list[Adjustment]:
    """One to three of: raking, post-stratification, calibration to a number, and trimming after them."""
    age, sex, field = (
        margin(random, name, levels, weights) for name, levels in (("a", 3), ("s", 2), ("f", 4))
    )
    number = random.uniform(1, 3, len(weights))
    regressors = np.column_stack((np.ones(len(weights)), number))
    linear = Calibration(regressors, np.array([1.0, 1.02]) * (weights @ regressors), ("all", "number"))
    every = [
        Raking((age, sex)),
        Poststratification(field),
        linear,
        Trimming(upper=float(weights.max() * 1.2)),
    ]
    chosen = sorted(random.choice(len(every) - 1, random.integers(1, 4), replace=False))
    return [every[i] for i in chosen] + every[-1:] * int(random.integers(0, 2))


def calibrated(seed: int) -> tuple[Sample, np.ndarray, np.ndarray, np.ndarray]:
    """Clusters of one or two stages, with lonely strata; answers; and groups that cut across everything."""
    random = np.random.default_rng(seed)
    clusters = random.integers(1, 6, random.integers(3, 6))  # of each stratum
    of_cluster = np.repeat(np.arange(len(clusters)), clusters)
    rows = random.integers(2, 6, len(of_cluster))
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
    for change in changes(random, sample.weights):
        sample = adjust(sample, change)
    valid = random.random((len(order), 3)) < 0.8
    score = np.where(valid, random.choice([0.0, 0.5, 1.0], valid.shape), 0.0)
    return sample, valid, score, random.integers(-1, GROUPS - 1, len(order))


@pytest.mark.parametrize("rule", RULES)
@given(seed=st.integers(0, 2**32 - 1))
def test_all_groups_of_a_calibrated_sample_are_what_they_are_one_by_one(seed: int, rule: LonelyRule) -> None:
    sample, valid, score, code = calibrated(seed)
    table = sipas_table_from_rows(
        sample, valid=valid, score=score, factors=FACTORS, domain=code, groups=GROUPS, lonely=rule
    )
    quantity = measure_quantity(valid, score, FACTORS)
    for group in range(GROUPS):
        part = sample.within(code == group)
        found = estimate(part, quantity, lonely=rule)
        error = found.standard_error
        assert table.estimate[group] == pytest.approx(found.value, nan_ok=True)
        assert table.standard_error[group] == pytest.approx(error, nan_ok=True, abs=2e-7)
        freedom = [part.within(valid[:, item]).degrees_of_freedom for item in range(3)]
        assert table.degrees_of_freedom[group].tolist() == freedom + 4 * [part.degrees_of_freedom]
        assert table.respondents[group] == part.inside.sum()
        assert not table.census[group]
        effects = design_effects(part, quantity, lonely=rule)
        compared = (error > 1e-5) & np.isfinite(effects) & (effects > 0)
        assert table.design_effect[group][compared] == pytest.approx(effects[compared], rel=1e-5)


def test_a_group_is_refused_for_a_lonely_stratum_outside_it_because_its_residual_varies_there() -> None:
    sample = draw(5, strata=[0, 0, 0, 0, 1], populations=[[9, 9, 9, 9, 9]])
    known = Margin("sex", np.array([0, 1, 0, 1, 0]), np.array([8.0, 10.0]), ("female", "male"))
    sample, ones = adjust(sample, Poststratification(known)), np.ones((5, 1), bool)
    answers = {"valid": ones, "score": ones, "factors": [[0]], "domain": np.array([0, 0, 0, 0, -1])}
    with pytest.raises(LonelyStratum) as refusal:
        sipas_table_from_rows(sample, **answers)
    assert refusal.value.strata == (1,)


def test_very_many_cells_give_the_same_table_one_group_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample, valid, score, code = calibrated(5)
    asked = {"valid": valid, "score": score, "factors": FACTORS, "domain": code, "groups": GROUPS}
    at_once = sipas_table_from_rows(sample, lonely=LonelyRule.ADJUST, **asked)
    assert variables(sample) <= MOST
    monkeypatch.setattr("survey.statistics.row_table.MOST", 0)
    one_by_one = sipas_table_from_rows(sample, lonely=LonelyRule.ADJUST, **asked)
    for field in (
        "estimate",
        "standard_error",
        "design_effect",
        "design_effect_of_mean",
        "degrees_of_freedom",
    ):
        assert getattr(at_once, field) == pytest.approx(getattr(one_by_one, field), nan_ok=True, rel=1e-7), (
            field
        )
