"""What could be gained from each factor, and where that meets what matters: the order in which to look."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.statistics.arrays import FloatArray, frozen_floats, ratio_or_nan
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.drivers import Drivers
from survey.statistics.moments import Moments
from survey.statistics.refusals import ImpossibleFactor, MismatchedShapes
from survey.statistics.variance import covariance_of_totals, estimate_totals


@dataclass(frozen=True, eq=False)
class Gains:
    """How much the index would rise if the items of a factor below the index came up to it.

    Attributes:
        gain: (F,) rise of SIPAS_MEAN, as a proportion, 0 or more.
        standard_error: (F,) linearised, for these items; that they were chosen for being low makes the
            gains somewhat too large, the more so the fewer the answers.
        items: positions of the items below the index, by factor.
    """

    gain: FloatArray
    standard_error: FloatArray
    items: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Priority:
    """One factor in the order in which to look at it.

    Attributes:
        factor: its position.
        importance: share of the explained variation, 0 to 1.
        gain: possible rise of the index.
        score: importance x gain: an order of attention, not a forecast.
        standard_error: of the score, importance and gain taken as independent.
        tied: its score is within 1.96 standard errors of the one before it in the order.
    """

    factor: int
    importance: float
    gain: float
    score: float
    standard_error: float
    tied: bool


def possible_gains(
    design: StratifiedDesign,
    moments: Moments,
    factors: Sequence[Sequence[int]],
    *,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> Gains:
    """Say how much SIPAS_MEAN would rise if the items of a factor below SIPAS_MEAN came up to it.

    gain_f = (1/q) sum over items i of f with p_i < m of (m - p_i), m the mean of all q item shares. This is
    arithmetic on the index, not a forecast of what a measure would achieve.

    Args:
        design: strata, populations, weights.
        moments: moments of the q items in one group.
        factors: item positions of each factor.
        lonely: rule for strata with one response out of several dossiers.

    Returns:
        Gains with standard errors; nan if an item has no valid answer.

    Raises:
        MismatchedShapes: the moments tell groups apart.
        ImpossibleFactor: a factor that is empty or names an unknown item.
        LonelyStratum: under FAIL, there is a lonely stratum.

    Source: Särndal, Swensson & Wretman (1992), section 5.5, for the standard errors.
    """
    half = moments.sums.shape[1] // 2
    _refuse_factors(moments, factors)
    totals = estimate_totals(design, moments)
    covariance = covariance_of_totals(design, moments, lonely=lonely)[0]
    score, shortfall = totals.totals[0, :half], totals.totals[0, half:]
    share = ratio_or_nan(score, score + shortfall)
    slopes = [ratio_or_nan(part, (score + shortfall) ** 2) for part in (shortfall, -score)]
    by_total = np.hstack([np.diag(slope) for slope in slopes])
    low = share < share.mean()
    items = tuple(tuple(i for i in sorted(set(f)) if low[i]) for f in factors)
    lift = np.array([[float(i in chosen) for i in range(half)] for chosen in items])
    weights = (lift.sum(axis=1, keepdims=True) / half - lift) / half
    influence = weights @ by_total
    variance = np.einsum("ki,ij,kj->k", influence, covariance, influence)
    return Gains(
        frozen_floats(np.where(np.isnan(share).any(), np.nan, weights @ share)),
        frozen_floats(np.sqrt(np.maximum(variance, 0.0))),
        items,
    )


def priorities(drivers: Drivers, gains: Gains) -> tuple[Priority, ...]:
    """Put factors in the order of importance x room for improvement.

    Args:
        drivers: importance of the factors.
        gains: possible gains of the same factors.

    Returns:
        The factors, the most pressing first; neighbours that chance could swap are marked as tied.

    Raises:
        MismatchedShapes: drivers and gains of different factors.

    Source: Martilla & James (1977), Journal of Marketing 41 (importance-performance analysis).
    """
    if drivers.share.shape != gains.gain.shape:
        raise MismatchedShapes(drivers=drivers.share.shape, gains=gains.gain.shape)
    importance = ratio_or_nan(drivers.share, drivers.explained)
    of_importance = ratio_or_nan(drivers.standard_error, drivers.explained)
    score = importance * gains.gain
    error = np.hypot(importance * gains.standard_error, gains.gain * of_importance)
    order = np.argsort(-score, kind="stable").tolist()
    before = [None, *order[:-1]]
    return tuple(
        Priority(
            factor=k,
            importance=float(importance[k]),
            gain=float(gains.gain[k]),
            score=float(score[k]),
            standard_error=float(error[k]),
            tied=j is not None and bool(score[j] - score[k] <= 1.96 * np.hypot(error[j], error[k])),
        )
        for j, k in zip(before, order, strict=True)
    )


def _refuse_factors(moments: Moments, factors: Sequence[Sequence[int]]) -> None:
    """Refuse moments that tell groups apart, and factors that are empty or name an unknown item."""
    if moments.groups != 1:
        raise MismatchedShapes(groups=(moments.groups,))
    items = set(range(moments.sums.shape[1] // 2))
    wrong = [k for k, factor in enumerate(factors) if not factor or not set(factor) <= items]
    if wrong:
        raise ImpossibleFactor(wrong)
