"""Key drivers: shares agree with R package relaimpo, errors with a jackknife, gains with arithmetic."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.statistics.design import StratifiedDesign
from survey.statistics.drivers import (
    key_drivers,
)
from tests.statistics.test_drivers import explained, simple_design, survey


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=25)
def test_a_share_is_the_mean_rise_of_explained_variation_over_all_orders(seed: int) -> None:
    _, scores, overall = survey(np.random.default_rng(seed), (20,))
    drivers = key_drivers(simple_design(20), scores=scores, overall=overall)
    rises = np.zeros(3)
    for order in permutations(range(3)):
        for place, k in enumerate(order):
            with_k, without = order[: place + 1], order[:place]
            rises[k] += explained(scores, overall, with_k) - explained(scores, overall, without)
    assert drivers.share == pytest.approx(rises / 6, abs=1e-10)
    assert drivers.explained == pytest.approx(explained(scores, overall, (0, 1, 2)))
    assert (drivers.share >= -1e-12).all()


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100))
@settings(deadline=None, max_examples=25)
def test_neither_units_nor_order_of_factors_matter(seed: int, scale: float) -> None:
    stratum, scores, overall = survey(np.random.default_rng(seed), (15, 12))
    design = StratifiedDesign(stratum, np.array([100.0, 900.0]))
    plain = key_drivers(design, scores=scores, overall=overall)
    mixed = key_drivers(design, scores=scale * scores[:, [2, 0, 1]] + 1, overall=overall / scale)
    assert mixed.share == pytest.approx(plain.share[[2, 0, 1]], abs=1e-9)
    assert mixed.standard_error == pytest.approx(plain.standard_error[[2, 0, 1]], abs=1e-9)
