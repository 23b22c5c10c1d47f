"""Small areas: the model agrees with R package sae, keeps its promises in simulation, and is no Estimate."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.statistics.small_area import (
    fay_herriot,
)
from tests.statistics.test_small_area import mean_squared_errors, values


@given(st.integers(0, 2**32 - 1), st.integers(5, 12), st.floats(0.0, 0.2))
@settings(deadline=None, max_examples=60)
def test_a_model_estimate_lies_between_the_direct_and_the_synthetic_value(
    seed: int, areas: int, spread: float
) -> None:
    rng = np.random.default_rng(seed)
    covariates = np.column_stack([np.ones(areas), rng.normal(size=areas)])
    direct, variance = rng.normal(0.8, spread, areas), rng.uniform(1e-4, 1e-2, areas)
    fit = fay_herriot(direct, variance, covariates)
    synthetic = covariates @ np.array(fit.coefficients)
    low, high = np.minimum(direct, synthetic), np.maximum(direct, synthetic)
    assert ((low - 1e-9 <= values(fit)) & (values(fit) <= high + 1e-9)).all()
    assert fit.area_variance >= 0
    assert fit.at_boundary == (fit.area_variance == 0)
    assert (mean_squared_errors(fit) >= 0).all()


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=30)
def test_the_restricted_likelihood_is_nowhere_higher(seed: int) -> None:
    rng = np.random.default_rng(seed)
    direct, variance = rng.normal(0.8, 0.1, 9), rng.uniform(1e-4, 2e-2, 9)
    ones = np.ones((9, 1))

    def likelihood(a: float) -> float:
        v = np.diag(a + variance)
        x = np.linalg.inv(v) @ ones
        p = np.linalg.inv(v) - x @ np.linalg.inv(ones.T @ x) @ x.T
        determinants = np.linalg.slogdet(v)[1] + np.linalg.slogdet(ones.T @ x)[1]
        return float(-0.5 * (determinants + direct @ p @ direct))

    best = likelihood(fay_herriot(direct, variance, ones).area_variance)
    assert all(likelihood(a) <= best + 1e-8 for a in [0.0, *np.geomspace(1e-8, 1, 80)])
