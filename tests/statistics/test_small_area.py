"""Small areas: the model agrees with R package sae, keeps its promises in simulation, and is no Estimate."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survey.statistics.analysis_refusals import CollinearCovariates, TooFewAreas, UnusableVariance
from survey.statistics.arrays import FloatArray
from survey.statistics.interval import policy_interval
from survey.statistics.measures import Estimate
from survey.statistics.refusals import MismatchedShapes
from survey.statistics.small_area import (
    FayHerriot,
    ModelEstimate,
    fay_herriot,
    pooled_variances,
)

REFERENCE = json.loads((Path(__file__).parent / "data" / "reference_values.json").read_text())["small_area"]


AREAS, AREA_VARIANCE, SIMULATIONS = 80, 0.0009, 400


def milk() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Milk expenditure in 43 areas, with indicators of the major areas as in the documentation of sae."""
    major = np.array(REFERENCE["major_area"])
    indicators = np.column_stack([np.ones(43), *[(major == code).astype(float) for code in (2, 3, 4)]])
    return np.array(REFERENCE["direct"]), np.array(REFERENCE["standard_deviation"]) ** 2, indicators


def values(fit: FayHerriot) -> FloatArray:
    return np.array([area.value for area in fit.areas])


def mean_squared_errors(fit: FayHerriot) -> FloatArray:
    return np.array([area.root_mean_squared_error for area in fit.areas]) ** 2


def test_the_milk_data_give_what_the_package_sae_gives() -> None:
    fit = fay_herriot(*milk())
    assert fit.area_variance == pytest.approx(REFERENCE["area_variance"], rel=1e-10)
    assert fit.coefficients == pytest.approx(REFERENCE["coefficients"], rel=1e-10)
    assert fit.coefficient_errors == pytest.approx(REFERENCE["coefficient_errors"], rel=1e-10)
    assert values(fit) == pytest.approx(REFERENCE["eblup"], rel=1e-10)
    assert mean_squared_errors(fit) == pytest.approx(REFERENCE["mse"], rel=1e-10)


def simulate(rng: np.random.Generator) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """True values, direct estimates, their variances and covariates of 80 units, as the model has them."""
    covariates = np.column_stack([np.ones(AREAS), np.linspace(-1, 1, AREAS)])
    variance = np.tile([0.0004, 0.0009, 0.0016, 0.0036], AREAS // 4)
    truth = covariates @ np.array([0.85, 0.03]) + rng.normal(0, AREA_VARIANCE**0.5, AREAS)
    return truth, truth + rng.normal(0, np.sqrt(variance)), variance, covariates


def test_in_simulation_the_model_is_unbiased_better_than_direct_and_knows_its_error() -> None:
    rng = np.random.default_rng(20240612)
    errors, direct_errors, promised, variances = [], [], [], []
    for _ in range(SIMULATIONS):
        truth, direct, variance, covariates = simulate(rng)
        fit = fay_herriot(direct, variance, covariates)
        errors.append(values(fit) - truth)
        direct_errors.append(direct - truth)
        promised.append(mean_squared_errors(fit))
        variances.append(fit.area_variance)
    error, promise = np.array(errors), np.array(promised)
    real = (error**2).mean(axis=0)
    assert abs(error.mean()) < 3 * error.mean(axis=1).std() / SIMULATIONS**0.5
    assert real.mean() / (np.array(direct_errors) ** 2).mean() < 0.45
    assert (real < (np.array(direct_errors) ** 2).mean(axis=0)).all()
    assert promise.mean() / real.mean() == pytest.approx(1, abs=0.04)
    assert (np.abs(error) < 1.96 * np.sqrt(promise)).mean() == pytest.approx(0.95, abs=0.01)
    assert np.mean(variances) == pytest.approx(AREA_VARIANCE, rel=0.05)


def test_where_areas_hardly_differ_the_stated_error_is_too_small_and_this_is_known() -> None:
    rng = np.random.default_rng(1)
    held = []
    for _ in range(60):
        variance = np.resize([0.0005, 0.001, 0.002, 0.004], 300)
        truth = 0.85 + rng.normal(0, 0.01, 300)
        fit = fay_herriot(truth + rng.normal(0, np.sqrt(variance)), variance, np.ones((300, 1)))
        held.append((np.abs(values(fit) - truth) < 1.96 * np.sqrt(mean_squared_errors(fit))).mean())
    assert 0.8 < np.mean(held) < 0.93


def test_an_area_left_out_gets_the_value_of_its_covariates_and_a_true_error() -> None:
    rng = np.random.default_rng(7)
    squares, promised = [], []
    for _ in range(SIMULATIONS):
        truth, direct, variance, covariates = simulate(rng)
        direct[0] = np.nan
        area = fay_herriot(direct, variance, covariates).areas[0]
        assert area.synthetic
        assert area.own_weight == 0
        squares.append((area.value - truth[0]) ** 2)
        promised.append(area.root_mean_squared_error**2)
    assert np.mean(promised) == pytest.approx(np.mean(squares), rel=0.2)


def test_the_order_of_areas_does_not_matter() -> None:
    direct, variance, covariates = milk()
    order = np.random.default_rng(1).permutation(43)
    shuffled = fay_herriot(direct[order], variance[order], covariates[order])
    assert values(shuffled) == pytest.approx(
        values(fay_herriot(direct, variance, covariates))[order], rel=1e-9
    )


def test_areas_that_do_not_differ_are_said_to_be_at_the_boundary() -> None:
    fit = fay_herriot(np.full(8, 0.8), np.full(8, 0.01), np.ones((8, 1)))
    assert fit.at_boundary
    assert values(fit) == pytest.approx(np.full(8, 0.8))
    assert {area.own_weight for area in fit.areas} == {0.0}
    assert not any(area.synthetic for area in fit.areas)


def test_a_model_estimate_is_no_estimate_and_has_no_interval_of_one() -> None:
    area: Any = fay_herriot(*milk()).areas[0]
    assert not isinstance(area, Estimate)
    names = {field.name for field in dataclasses.fields(ModelEstimate)}
    assert names & {"standard_error", "degrees_of_freedom", "valid_answers", "census", "interval"} == set()
    with pytest.raises(AttributeError):
        policy_interval(area)


def test_pooled_variances_do_not_vanish_where_everybody_agrees() -> None:
    variances = pooled_variances(np.array([1.0, 0.8, np.nan]), np.array([10.0, 30.0, 0.0]), design_effect=1.5)
    assert variances[:2] == pytest.approx([1.5 * 0.85 * 0.15 / 10, 1.5 * 0.85 * 0.15 / 30])
    assert np.isnan(variances[2])


@pytest.mark.parametrize(
    ("direct", "sizes", "areas"), [([0.8, 0.9], [10.0, 0.0], (1,)), ([1.0, 1.0], [10.0, 10.0], (0, 1))]
)
def test_pooled_variances_need_answers_that_differ(
    direct: list[float], sizes: list[float], areas: tuple[int, ...]
) -> None:
    with pytest.raises(UnusableVariance) as refusal:
        pooled_variances(np.array(direct), np.array(sizes))
    assert refusal.value.areas == areas


@pytest.mark.parametrize("variance", [0.0, -1.0, np.nan, np.inf])
def test_a_direct_estimate_without_a_variance_is_refused(variance: float) -> None:
    direct, variances, covariates = milk()
    variances[4] = variance
    with pytest.raises(UnusableVariance, match="Areas 4 ") as refusal:
        fay_herriot(direct, variances, covariates)
    assert refusal.value.areas == (4,)


def test_too_few_areas_are_refused() -> None:
    with pytest.raises(TooFewAreas) as refusal:
        fay_herriot(np.array([0.8, 0.9, 0.7, np.nan]), np.full(4, 0.01), np.ones((4, 1)))
    assert (refusal.value.areas, refusal.value.coefficients) == (3, 1)


@pytest.mark.parametrize("column", [1.0, np.nan])
def test_redundant_or_unknown_covariates_are_refused(column: float) -> None:
    covariates = np.column_stack([np.ones(8), np.full(8, column)])
    with pytest.raises(CollinearCovariates):
        fay_herriot(np.linspace(0.7, 0.9, 8), np.full(8, 0.01), covariates)


@pytest.mark.parametrize("shapes", [(8, 7, (8, 1)), (8, 8, (7, 1)), (8, 8, (8,))])
def test_arrays_of_unequal_areas_are_refused(shapes: tuple[int, int, tuple[int, ...]]) -> None:
    with pytest.raises(MismatchedShapes):
        fay_herriot(np.ones(shapes[0]), np.ones(shapes[1]), np.ones(shapes[2]))


def test_pooling_arrays_of_unequal_areas_is_refused() -> None:
    with pytest.raises(MismatchedShapes):
        pooled_variances(np.ones(3), np.ones(2))
