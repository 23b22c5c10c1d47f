"""Small areas: a unit with few answers borrows from units that are like it. A model, not a measurement.

A `ModelEstimate` is deliberately no `Estimate`: it has a mean squared error under a model instead of a
standard error under the design, and no function that gives intervals or verdicts takes it. Targets are
judged on direct estimates only.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from survey.statistics.analysis_refusals import CollinearCovariates, TooFewAreas, UnusableVariance
from survey.statistics.arrays import BoolArray, FloatArray, ratio_or_nan
from survey.statistics.refusals import MismatchedShapes

STEPS = 200  # Newton steps; a handful is enough, halving needs some fifty
PRECISION = 1e-12  # relative step below which the variance of the areas is settled
GRID = 60  # starting values tried for the variance of the areas


@dataclass(frozen=True)
class ModelEstimate:
    """What a model says about one area. Not for verdicts: it leans on other areas.

    Attributes:
        value: EBLUP, or the synthetic value x'b for an area without a direct estimate; in the unit of the
            direct estimates (not forced into 0 to 1).
        root_mean_squared_error: root of the estimated MSE, 0 or more, same unit; it covers the model's own
            uncertainty, and is right only if the model is.
        own_weight: share g of the area's own answers in the value, 0 to 1; the rest is the model.
        synthetic: the area has no direct estimate, so own_weight is 0.
    """

    value: float
    root_mean_squared_error: float
    own_weight: float
    synthetic: bool


@dataclass(frozen=True)
class FayHerriot:
    """A fitted area model.

    Attributes:
        areas: model estimates, in the order given.
        coefficients: b of the covariates.
        coefficient_errors: their standard errors.
        area_variance: A, variance between areas that the covariates do not explain, 0 or more.
        at_boundary: A was estimated as 0: the model then gives every area its synthetic value, and the MSE
            is likely too small; print that.
        used: number of areas with a direct estimate.
    """

    areas: tuple[ModelEstimate, ...]
    coefficients: tuple[float, ...]
    coefficient_errors: tuple[float, ...]
    area_variance: float
    at_boundary: bool
    used: int


@dataclass(frozen=True, eq=False)
class _Fit:
    """Weighted least squares at one value of the variance A (private to this module)."""

    weights: FloatArray  # (m,) 1 / (A + variance)
    inverse: FloatArray  # (p, p) (X' V^-1 X)^-1
    coefficients: FloatArray  # (p,)
    residuals: FloatArray  # (m,)


def fay_herriot(direct: FloatArray, sampling_variance: FloatArray, covariates: FloatArray) -> FayHerriot:
    """Combine direct estimates of areas with what their covariates predict (EBLUP, REML).

    Model y_i = x_i'b + v_i + e_i, v_i ~ (0, A), e_i ~ (0, D_i), D_i known. With g_i = A / (A + D_i) the
    EBLUP is g_i y_i + (1 - g_i) x_i'b; A maximises the restricted likelihood. MSE_i = g1 + g2 + 2 g3:
    g1 = g_i D_i, g2 = (1 - g_i)^2 x_i' (X'V^-1 X)^-1 x_i, g3 = (1 - g_i)^2 / (A + D_i) x 2 / sum (A + D_j)^-2.

    Args:
        direct: (m,) direct estimates; nan for an area without one, which then gets x'b.
        sampling_variance: (m,) D_i, above 0 (squared unit of the estimates); ignored where direct is nan.
        covariates: (m, p) known for every area, with a column of ones if an intercept is wanted.

    Returns:
        The fit with one model estimate per area. Where the areas hardly differ (A well below D) value -+ 1.96
        root MSE does not keep 95 %: in simulations with A = D/10 and less it held in 87 to 98 % of the areas.

    Raises:
        MismatchedShapes: the arrays do not describe the same areas.
        UnusableVariance: a direct estimate without a positive finite variance.
        TooFewAreas: fewer than p + 3 areas with a direct estimate.
        CollinearCovariates: covariates not finite, or redundant among the areas with a direct estimate.

    Source: Fay & Herriot (1979), JASA 74; Prasad & Rao (1990), JASA 85, and Datta & Lahiri (2000),
    Statistica Sinica 10, for the MSE under REML; Rao & Molina (2015), Small Area Estimation, 2nd ed.,
    chapter 6; checked against R package sae 1.3, mseFH.
    """
    known = _known_areas(direct, sampling_variance, covariates)
    y, d, x = direct[known], sampling_variance[known], covariates[known]
    variance = _restricted_maximum(y, d, x)
    fit = _fit(variance, y, d, x)
    share = np.where(known, variance / (variance + np.where(known, sampling_variance, 1.0)), 0.0)
    synthetic = covariates @ fit.coefficients
    value = np.where(known, synthetic + share * (np.where(known, direct, 0.0) - synthetic), synthetic)
    borrowed = np.where(known, sampling_variance, np.inf)
    error = np.sqrt(_mean_squared_error(variance, fit, borrowed, covariates))
    areas = zip(value.tolist(), error.tolist(), share.tolist(), (~known).tolist(), strict=True)
    return FayHerriot(
        areas=tuple(ModelEstimate(*area) for area in areas),
        coefficients=tuple(fit.coefficients.tolist()),
        coefficient_errors=tuple(np.sqrt(np.diagonal(fit.inverse)).tolist()),
        area_variance=variance,
        at_boundary=variance == 0,
        used=int(known.sum()),
    )


def pooled_variances(
    direct: FloatArray, effective_sizes: FloatArray, *, design_effect: float = 1.0
) -> FloatArray:
    """Give sampling variances that do not vanish where a few people all agree.

    D_i = deff x p(1 - p) / n_i, with p the mean of the direct estimates weighted by n_i. A small area's own
    p_i(1 - p_i)/n_i is itself a guess: 0 when all of 7 answers agree, and tied to p_i, which biases the model.

    Args:
        direct: (m,) proportions; nan where there is none.
        effective_sizes: (m,) effective number of answers, above 0 where there is a direct estimate.
        design_effect: above 0.

    Returns:
        (m,) variances; nan where there is no direct estimate.

    Raises:
        MismatchedShapes: the arrays do not describe the same areas.
        UnusableVariance: an area with a direct estimate but no answers, or everybody everywhere agrees.

    Source: Rao & Molina (2015), chapter 6, on sampling variances that are not known.
    """
    if direct.ndim != 1 or direct.shape != effective_sizes.shape:
        raise MismatchedShapes(direct=direct.shape, effective_sizes=effective_sizes.shape)
    known = np.isfinite(direct)
    sizes = np.where(known, effective_sizes, 0.0)
    if not (sizes[known] > 0).all():
        raise UnusableVariance(np.flatnonzero(known & ~(sizes > 0)))
    pooled = float(sizes @ np.where(known, direct, 0.0) / sizes.sum()) if known.any() else 0.0
    if not 0 < pooled < 1:
        raise UnusableVariance(np.flatnonzero(known))
    return ratio_or_nan(design_effect * pooled * (1 - pooled), sizes)


def _known_areas(direct: FloatArray, variance: FloatArray, covariates: FloatArray) -> BoolArray:
    """Mark areas with a direct estimate, after refusing what no model can be made from."""
    flat = direct.shape == variance.shape == covariates.shape[:1]
    if not flat or covariates.shape != (len(direct), covariates.size // max(len(direct), 1)):
        raise MismatchedShapes(direct=direct.shape, variance=variance.shape, covariates=covariates.shape)
    known: BoolArray = ~np.isnan(direct)
    bad = known & ~(np.isfinite(direct) & np.isfinite(variance) & (variance > 0))
    if bad.any():
        raise UnusableVariance(np.flatnonzero(bad))
    areas, columns = int(known.sum()), covariates.shape[1]
    if areas < columns + 3:
        raise TooFewAreas(areas, columns)
    if not np.isfinite(covariates).all() or np.linalg.matrix_rank(covariates[known]) < columns:
        raise CollinearCovariates
    return known


def _fit(variance: float, y: FloatArray, d: FloatArray, x: FloatArray) -> _Fit:
    """Give weighted least squares for the variance A given."""
    weights = 1 / (variance + d)
    inverse = np.linalg.inv((x * weights[:, np.newaxis]).T @ x).astype(np.float64)
    coefficients = inverse @ (x.T @ (weights * y))
    return _Fit(weights, inverse, coefficients, y - x @ coefficients)


def _restricted_maximum(y: FloatArray, d: FloatArray, x: FloatArray) -> float:
    """Give the A >= 0 of largest restricted likelihood: best of a grid, narrowed down, settled."""
    ceiling = 10 * (float(np.var(y)) + float(d.max()))
    grid = np.append(0.0, np.geomspace(ceiling * 1e-9, ceiling, GRID))
    losses = [_loss(a, y, d, x) for a in grid]
    best = int(np.argmin(losses))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, GRID)]
    narrowed = float(minimize_scalar(_loss, bounds=(low, high), args=(y, d, x), method="bounded").x)
    variance = narrowed if _loss(narrowed, y, d, x) < losses[0] else 0.0
    return _settle(variance, low, high, (y, d, x)) if variance > 0 else 0.0


def _settle(
    variance: float, low: float, high: float, areas: tuple[FloatArray, FloatArray, FloatArray]
) -> float:
    """Give the A between low and high where the score is 0, by Fisher scoring that halves if it leaps out."""
    for _ in range(STEPS):
        step = _scoring_step(variance, *areas)
        low, high = (variance, high) if step > 0 else (low, variance)
        if abs(step) <= PRECISION * variance:
            break
        variance = variance + step if low < variance + step < high else (low + high) / 2
    return variance


def _loss(variance: float, y: FloatArray, d: FloatArray, x: FloatArray) -> float:
    """Give minus twice the restricted log-likelihood, without constants."""
    fit = _fit(variance, y, d, x)
    squares = float(fit.weights @ fit.residuals**2)
    return squares - float(np.log(fit.weights).sum()) - float(np.linalg.slogdet(fit.inverse)[1])


def _scoring_step(variance: float, y: FloatArray, d: FloatArray, x: FloatArray) -> float:
    """Give score / information of A: [r'V^-2 r - tr P] / tr P^2, P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1."""
    fit = _fit(variance, y, d, x)
    second, third = ((x * fit.weights[:, np.newaxis] ** k).T @ x for k in (2, 3))
    projected = fit.inverse @ second
    trace = fit.weights.sum() - np.trace(projected)
    of_square = (fit.weights**2).sum() - 2 * np.trace(fit.inverse @ third) + np.trace(projected @ projected)
    return float((fit.weights**2 @ fit.residuals**2 - trace) / of_square)


def _mean_squared_error(variance: float, fit: _Fit, d: FloatArray, x: FloatArray) -> FloatArray:
    """Give g1 + g2 + 2 g3; with D infinite this is the MSE of x'b for an area without answers."""
    from_model = np.where(np.isfinite(d), d / (variance + np.where(np.isfinite(d), d, 1.0)), 1.0)
    first = from_model * variance
    second = from_model**2 * np.einsum("ij,jk,ik->i", x, fit.inverse, x)
    third = from_model**2 / (variance + d) * 2 / (fit.weights**2).sum()
    total: FloatArray = first + second + 2 * third
    return total
