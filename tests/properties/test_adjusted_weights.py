"""Weights meet their totals or are refused by name, with what can be done."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.statistics.adjustments import Calibration, Raking, adjust
from survey.statistics.distance import Distance
from survey.statistics.sample import draw
from survey.statistics.weighting_refusals import (
    InfeasibleBounds,
    UnreachableTotals,
)
from tests.statistics.test_adjusted_weights import AGE, ROWS, SAMPLE, SEX, calibration, margin


@given(st.lists(st.floats(1, 9), min_size=2, max_size=2), st.lists(st.floats(1, 9), min_size=3, max_size=3))
def test_raking_meets_any_two_margins(by_sex: list[float], by_age: list[float]) -> None:
    sex, age = (np.array(shares) / sum(shares) * 200 for shares in (by_sex, by_age))
    weights = adjust(SAMPLE, Raking((margin(SEX, *sex), margin(AGE, *age, name="age")))).weights
    assert np.bincount(SEX, weights=weights) == pytest.approx(sex, rel=1e-9)
    assert np.bincount(AGE, weights=weights) == pytest.approx(age, rel=1e-9)


@given(st.floats(560, 1000), st.sampled_from([Distance.RAKING, Distance.LINEAR, Distance.LOGIT]))
def test_calibration_meets_its_totals_or_refuses(total: float, distance: Distance) -> None:
    low, high = (0.2, 5.0) if distance is Distance.LOGIT else (-inf, inf)
    try:
        weights = adjust(SAMPLE, calibration(total, distance, low, high)).weights
    except (InfeasibleBounds, UnreachableTotals):
        assert distance is not Distance.LINEAR
        return
    assert weights.sum() == pytest.approx(126, rel=1e-9)
    assert weights @ np.arange(ROWS) == pytest.approx(total, rel=1e-9)


@given(st.integers(0, 2**32 - 1), st.sampled_from(Distance), st.floats(0.01, 0.6))
def test_bounded_calibration_of_any_rows_meets_totals_within_its_bounds_or_refuses(
    seed: int, distance: Distance, shift: float
) -> None:
    random = np.random.default_rng(seed)
    rows = int(random.integers(6, 40))
    before = draw(rows, weights=random.uniform(1, 9, rows))
    variables = np.column_stack((np.ones(rows), np.arange(rows) % 2, random.normal(5, 2, rows)))
    totals = before.weights @ variables * random.uniform(1 - shift, 1 + shift, 3)
    step = Calibration(variables, totals, ("one", "level", "number"), distance, 0.4, 2.5)
    try:
        after = adjust(before, step).weights
    except (InfeasibleBounds, UnreachableTotals):
        return
    g = after / before.weights
    assert after @ variables == pytest.approx(totals, rel=1e-8)
    assert 0.4 - 1e-12 <= g.min() <= g.max() <= 2.5 + 1e-12
