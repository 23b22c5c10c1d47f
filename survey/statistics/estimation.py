"""Estimates with their covariance, from samples and from replicate weights alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray
from survey.statistics.design import LonelyRule
from survey.statistics.linearise import covariance_of_sums, variance_of_sums
from survey.statistics.quantities import ComplexArray, Quantity, value_and_gradients
from survey.statistics.replicates import Replicates
from survey.statistics.sample import Sample

ZERO_ERROR = 1e-9  # a standard error below this share of the estimate is rounding


@dataclass(frozen=True, eq=False)
class Estimates:
    """k estimates that belong together.

    Attributes:
        value: (k,) estimates; nan if undefined.
        covariance: (k, k) of the estimates; nan for undefined ones.
        degrees_of_freedom: of the design or domain.
    """

    value: FloatArray
    covariance: FloatArray
    degrees_of_freedom: int

    @property
    def standard_error(self) -> FloatArray:
        """(k,) square roots of the variances."""
        return np.sqrt(np.diagonal(self.covariance))


def estimate(
    design: Sample | Replicates, quantity: Quantity, *, lonely: LonelyRule = LonelyRule.FAIL
) -> Estimates:
    """Estimate a quantity and its covariance.

    Args:
        design: a sample (Taylor linearisation) or replicate weights, restricted to the domain.
        quantity: what to estimate; its columns must be numbers inside the domain (see `complete`).
        lonely: rule for strata with one unit drawn out of several; replicates do not need it.

    Returns:
        Values, covariance, degrees of freedom.

    Raises:
        LonelyStratum: under FAIL, if a stratum of the domain is lonely.
        NoReplicate: no replicate gives a value.

    Source: Särndal, Swensson & Wretman (1992), section 5.5; Wolter (2007), chapters 3-6.
    """
    value = quantity.value(design.weights)
    if isinstance(design, Replicates):
        return Estimates(value, design.covariance(quantity), design.degrees_of_freedom)
    covariance = covariance_of_sums(design, _inside(design, quantity), lonely=lonely)
    covariance[np.isnan(value)] = np.nan
    covariance[:, np.isnan(value)] = np.nan
    return Estimates(value, covariance, design.degrees_of_freedom)


def delta_method(
    found: Estimates, function: Callable[[ComplexArray], Sequence[complex] | ComplexArray]
) -> Estimates:
    """Carry estimates and their covariance through a smooth function, by its derivatives at the estimates.

    For a sample, `estimate` of a `FunctionOfTotals` is the same with fewer digits lost; with replicates that
    one re-evaluates the function in every replicate, while this one uses the covariance of the totals.

    Args:
        found: k estimates.
        function: takes k (complex) numbers and gives m; arithmetic and analytic functions only.

    Returns:
        m estimates.

    Source: Särndal, Swensson & Wretman (1992), section 5.5.
    """
    value, gradients = value_and_gradients(function, found.value)
    return Estimates(value, gradients.T @ found.covariance @ gradients, found.degrees_of_freedom)


def complete(design: Sample | Replicates, columns: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Find the rows of the domain without a missing value: they are the domain of the estimate.

    Args:
        design: the design.
        columns: (n, k), nan where missing.

    Returns:
        (n,) complete and inside, and the columns with 0 elsewhere.
    """
    rows = design.inside & ~np.isnan(columns).any(axis=1)
    return rows, np.where(rows[:, np.newaxis], columns, 0.0)


def design_effects(
    sample: Sample,
    quantity: Quantity,
    *,
    with_replacement: bool = False,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> FloatArray:
    """Compare the variance with that of a simple random sample of as many rows.

    deff = V / V_srs, V_srs = s^2 W^2 (W - n) / (W n), or s^2 W^2 / n with replacement; s^2 = sum w (z - mean)^2
    / W x n / (n - 1), z the linearised variable, W and n the weight and number of rows with a weight.

    Args:
        sample: the design, restricted to the domain.
        quantity: k numbers.
        with_replacement: leave out the correction (W - n) / W.
        lonely: rule for lonely strata.

    Returns:
        (k,) design effects; nan where the variance is 0, or weights add up to fewer than the rows (their
        share of the population is not known).

    Raises:
        LonelyStratum: under FAIL.

    Source: Kish (1965), section 8.2; tests/golden/cases/README.md, deff.
    """
    influence = _inside(sample, quantity)
    variance = variance_of_sums(sample, influence, lonely=lonely)
    used = sample.weights != 0
    simple = simple_random_variance(sample.weights[used], influence[used], with_replacement=with_replacement)
    flat = np.sqrt(variance) <= ZERO_ERROR * np.abs(quantity.value(sample.weights))
    return np.where(flat, np.nan, variance / np.where(simple != 0, simple, np.nan))


def simple_random_variance(
    weights: FloatArray, columns: FloatArray, *, with_replacement: bool = False
) -> FloatArray:
    """Give the variance of totals of columns (n, k) under simple random sampling with weights (n,): (k,).

    nan with fewer than two rows, and without replacement where the weights add up to fewer than the rows.
    """
    rows, whole = len(weights), float(weights.sum())
    if rows <= 1 or whole <= 0 or (whole < rows and not with_replacement):
        return np.full(columns.shape[1], np.nan)
    centred = columns - weights @ columns / whole
    spread = (weights @ centred**2) / whole * rows / (rows - 1)
    factor = whole**2 / rows * (1.0 if with_replacement else (whole - rows) / whole)
    return np.asarray(spread * factor, np.float64)


def effective_size(weights: FloatArray) -> float:
    """Give Kish's effective number of rows, (sum w)^2 / sum w^2; nan without weights.

    Source: Kish (1965), section 11.7.
    """
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares > 0 else float("nan")


def _inside(sample: Sample, quantity: Quantity) -> FloatArray:
    """Give the linearised variables, 0 outside the domain."""
    influence = quantity.influence(sample.weights)
    return np.where(sample.inside[:, np.newaxis], influence, 0.0)
