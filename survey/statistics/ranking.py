"""Ranking units honestly: which ranks are possible, which units cannot be told apart, which stand out.

Units must not share strata, so that their estimates are independent. Rank 1 is the highest value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import betainc, ndtr, ndtri

from survey.statistics.analysis_refusals import ImpossibleFunnel, UnrankedUnits
from survey.statistics.arrays import (
    FloatArray,
    IntArray,
    frozen_floats,
    frozen_integers,
)
from survey.statistics.interval import policy_interval
from survey.statistics.measures import Estimate
from survey.statistics.refusals import ImpossibleConfidenceLevel

BLOCK = 256  # units compared with all others at a time, so that memory grows with U, not U squared


class RankMethod(Enum):
    """How the possible ranks were made; reports print it."""

    JOINT_REGION = "joint-region"  # intervals of all units that hold together (Klein, Wright & Wieczorek)
    PAIRWISE = "pairwise"  # all differences of two units (Tukey-Kramer): narrower, groups not drawn from it


@dataclass(frozen=True, eq=False)
class Ranking:
    """Ranks of U units with what is possible for all of them at once.

    Attributes:
        rank: (U,) rank of the estimate, 1 is the highest; equal estimates share the better rank.
        best: (U,) the best rank that is possible, 1 to worst.
        worst: (U,) the worst rank that is possible, best to U.
        method: how.
        confidence_level: probability that the true ranks of all units lie within best to worst.
    """

    rank: IntArray
    best: IntArray
    worst: IntArray
    method: RankMethod
    confidence_level: float


@dataclass(frozen=True, eq=False)
class Groups:
    """Units that cannot be told apart. Letters are whole numbers from 0 (the highest group).

    Two units cannot be told apart exactly if their letter ranges overlap.

    Attributes:
        first: (U,) first letter of each unit.
        last: (U,) last letter; a unit carries all letters from first to last.
        tier: (U,) one number per unit for a simple table: units of one tier cannot be told apart; units of
            neighbouring tiers may or may not be.
        letters: number of letters.
        tiers: number of tiers, the smallest possible.
    """

    first: IntArray
    last: IntArray
    tier: IntArray
    letters: int
    tiers: int


@dataclass(frozen=True, eq=False)
class Funnel:
    """Control limits around a centre for units of different size.

    Attributes:
        low: (U,) lower limit, 0 to 1.
        high: (U,) upper limit, 0 to 1.
    """

    low: FloatArray
    high: FloatArray


def rank_units(
    estimates: Sequence[Estimate],
    *,
    confidence_level: float = 0.95,
    method: RankMethod = RankMethod.JOINT_REGION,
) -> Ranking:
    """Rank units and say which ranks are possible, for all units together.

    Joint region: each unit gets an interval at level 1 - a' = (1 - a)^(1/U), so that all U hold together
    with probability 1 - a; best = 1 + units wholly above, worst = U - units wholly below. Pairwise: j is
    above k if y_j - y_k > sqrt((y_j - low_j)^2 + (high_k - y_k)^2), with intervals at the level whose
    normal quantile is q/sqrt(2), q the 1 - a quantile of the range of U standard normals. Intervals are those
    of `policy_interval`: a unit where all 7 answers agree is not sure to be the best.

    Args:
        estimates: one per unit, none undefined. A unit without an interval could have any value 0 to 1.
        confidence_level: 1 - a, strictly between 0 and 1.
        method: how.

    Returns:
        The ranking, in the order given.

    Raises:
        UnrankedUnits: an estimate is undefined.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Klein, Wright & Wieczorek (2020), JRSS C 69; Mogstad, Romano, Shaikh & Wilhelm (2024),
    Review of Economic Studies 91 (ranks from pairwise comparisons); Kramer (1956) and Hayter (1984), Annals
    of Statistics 12; Zou & Donner (2008), Statistics in Medicine 27, for intervals that are not symmetric.
    """
    level = _single_level(len(estimates), confidence_level, method)
    value, low, high = _limits(estimates, level)
    if method is RankMethod.JOINT_REGION:
        best, worst = ranks_from_limits(low, high)
    else:
        best, worst = _ranks_from_pairs(value, low, high)
    rank = 1 + len(value) - np.searchsorted(np.sort(value), value, side="right")
    return Ranking(
        frozen_integers(rank), frozen_integers(best), frozen_integers(worst), method, confidence_level
    )


def ranks_from_limits(low: FloatArray, high: FloatArray) -> tuple[IntArray, IntArray]:
    """Give the best and worst possible rank of each unit when every value lies between its limits.

    best_k = 1 + #{j: low_j > high_k}; worst_k = U - #{j: high_j < low_k}.

    Args:
        low: (U,) lower limits, any unit.
        high: (U,) upper limits, low or more.

    Returns:
        Best and worst ranks, 1 is the highest value. If the limits hold jointly, so do the ranks.

    Source: Klein, Wright & Wieczorek (2020), JRSS C 69, 589-606.

    Example:
        >>> best, worst = ranks_from_limits(np.array([0.1, 0.4, 0.5]), np.array([0.3, 0.6, 0.8]))
        >>> best.tolist(), worst.tolist()
        ([3, 1, 1], [3, 2, 2])
    """
    above = len(low) - np.searchsorted(np.sort(low), high, side="right")
    below = np.searchsorted(np.sort(high), low, side="left")
    return 1 + above, len(low) - below


def indistinct_groups(estimates: Sequence[Estimate], *, confidence_level: float = 0.95) -> Groups:
    """Put units that cannot be told apart into groups, as letters and as tiers.

    Two units are told apart when their joint-region intervals do not overlap. Intervals on a line have
    their largest overlapping sets in a natural order: each gets a letter. A tier starts at the highest
    lower limit of the units not yet reached; a unit joins the tier nearest to its value that it reaches.

    Args:
        estimates: one per unit, none undefined.
        confidence_level: strictly between 0 and 1, for all units together.

    Returns:
        The groups, in the order of the units given; letter and tier 0 are the highest.

    Raises:
        UnrankedUnits: an estimate is undefined.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Klein, Wright & Wieczorek (2020) for the intervals; Piepho (2004), Journal of Computational and
    Graphical Statistics 13, for letters; Golumbic (2004), Algorithmic Graph Theory, chapter 8.
    """
    level = _single_level(len(estimates), confidence_level, RankMethod.JOINT_REGION)
    value, low, high = _limits(estimates, level)
    points = _letter_points(low, high)
    first = np.searchsorted(-points, -high, side="left")
    last = np.searchsorted(-points, -low, side="right") - 1
    tier, tiers = _tiers(value, low, high)
    return Groups(
        frozen_integers(first),
        frozen_integers(last),
        frozen_integers(tier),
        len(points),
        tiers,
    )


def range_quantile(units: int, confidence_level: float) -> float:
    """Give the quantile of the range (largest - smallest) of independent standard normals.

    P(range <= q) = U x integral of phi(z) [Phi(z) - Phi(z - q)]^(U - 1) dz, solved for q.

    Args:
        units: U, 1 or more.
        confidence_level: strictly between 0 and 1.

    Returns:
        q, 0 for one unit.

    Raises:
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Tukey (1953); Miller (1981), Simultaneous Statistical Inference, chapter 2.

    Example:
        >>> round(range_quantile(3, 0.95), 3)
        3.314
    """
    if not 0 < confidence_level < 1:
        raise ImpossibleConfidenceLevel(confidence_level)
    if units < 2:  # noqa: PLR2004 - one unit has no range
        return 0.0
    z = np.linspace(-9, 12, 2_001)
    density = units * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)

    def excess(q: float) -> float:
        inside = np.clip(ndtr(z) - ndtr(z - q), 0.0, 1.0)
        return float(np.trapezoid(density * inside ** (units - 1), z)) - confidence_level

    return float(brentq(excess, 1e-9, 40.0, xtol=1e-12))


def funnel_limits(centre: float, effective_sizes: npt.ArrayLike, *, coverage: float = 0.95) -> Funnel:
    """Give limits that a unit of a given size leaves by chance with probability 1 - coverage.

    Exact binomial limits, interpolated: with r the smallest count such that P(X <= r) >= p for
    X ~ Bin(n, centre), the limit is (r - a)/n, a = (P(X <= r) - p) / (P(X <= r) - P(X <= r - 1)).

    Args:
        centre: the common share or the target, strictly between 0 and 1.
        effective_sizes: (U,) effective number of answers of each unit, above 0, need not be whole.
        coverage: strictly between 0 and 1; 0.95 and 0.998 are usual. It is per unit: among 1,000 units
            without any real difference 50 lie outside the 95 % limits.

    Returns:
        The limits.

    Raises:
        ImpossibleFunnel: a value outside its range.

    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, appendix on exact limits.
    """
    sizes = np.asarray(effective_sizes, float)
    if not (0 < centre < 1 and 0 < coverage < 1 and (sizes > 0).all() and np.isfinite(sizes).all()):
        raise ImpossibleFunnel
    tail = (1 - coverage) / 2
    low, high = (_binomial_limit(p, sizes, centre) for p in (tail, 1 - tail))
    return Funnel(frozen_floats(low), frozen_floats(high))


def between_variance(differences: npt.ArrayLike, errors: npt.ArrayLike, *, winsorised: float = 0.1) -> float:
    """Say how much units vary beyond what chance explains: the additive adjustment of a funnel.

    With f(t) the mean of squared z scores, z = difference / sqrt(error^2 + t), after pulling the extreme 10 % at each end
    to the next value, and k the same of standard normal scores, tau^2 is the t at which f(t) = k. It is 0 unless
    f(0) / k > 1 + 2 sqrt(2/U), so that funnels are not widened for nothing.

    Args:
        differences: (U,) of each unit's value from the centre; those not finite are left out with their errors.
        errors: (U,) standard errors under the centre, above 0.
        winsorised: share at each end, 0 to below 0.5.

    Returns:
        tau^2, the variance between units, 0 or more: a unit's limits are those of error^2 + tau^2.

    Raises:
        ImpossibleFunnel: no unit, an error that is not above 0, or a share outside its range.

    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, section on over-dispersion, additive random effects.
    His one step of moments (DerSimonian & Laird 1986) finds less than half of tau^2 where units are of very unlike size,
    since it is mostly large ones that are pulled in; this is the equation of Paule & Mandel (1982), Journal of Research of
    the National Bureau of Standards 87, with both sides winsorised.
    """
    apart, error = np.asarray(differences, float), np.asarray(errors, float)
    finite = np.isfinite(apart)
    apart, error = apart[finite], error[finite]
    if not len(apart) or not 0 <= winsorised < 0.5 or not (error > 0).all():  # noqa: PLR2004 - half from each end is all
        raise ImpossibleFunnel
    units, cut, usual = len(apart), int(winsorised * len(apart)), _winsorised_normal(winsorised)

    def excess(between: float) -> float:
        scores = apart / np.sqrt(error**2 + between)
        ordered = np.sort(scores)
        pulled = np.clip(scores, ordered[cut], ordered[units - 1 - cut])
        return float((pulled**2).mean()) / usual - 1

    if excess(0.0) <= 2 * (2 / units) ** 0.5:
        return 0.0
    return float(brentq(excess, 0.0, float((apart**2).max()) / usual, xtol=1e-12))


def _winsorised_normal(share: float) -> float:
    """The mean square of standard normal values of which a share at each end is pulled in to the next value."""
    if not share:
        return 1.0
    edge = float(-ndtri(share))
    density = float(np.exp(-(edge**2) / 2) / np.sqrt(2 * np.pi))
    return 1 - 2 * share - 2 * edge * density + 2 * share * edge**2


def _single_level(units: int, confidence_level: float, method: RankMethod) -> float:
    """Give the level of one unit's interval that makes the statement about all units hold."""
    if not 0 < confidence_level < 1:
        raise ImpossibleConfidenceLevel(confidence_level)
    if method is RankMethod.JOINT_REGION:
        return float(confidence_level ** (1 / max(units, 1)))
    tail = float(ndtr(-range_quantile(units, confidence_level) / np.sqrt(2)))
    return min(max(1 - 2 * tail, 1e-12), 1 - 1e-15)


def _limits(estimates: Sequence[Estimate], level: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give values and limits; a unit without an interval may lie anywhere."""
    undefined = [position for position, unit in enumerate(estimates) if not isfinite(unit.value)]
    if undefined:
        raise UnrankedUnits(undefined)
    intervals = [policy_interval(unit, confidence_level=level) for unit in estimates]
    value = np.array([unit.value for unit in estimates], dtype=np.float64)
    low = np.array([0.0 if part is None else part.low for part in intervals], dtype=np.float64)
    high = np.array([1.0 if part is None else part.high for part in intervals], dtype=np.float64)
    return value, np.minimum(low, value), np.maximum(high, value)


def _ranks_from_pairs(value: FloatArray, low: FloatArray, high: FloatArray) -> tuple[IntArray, IntArray]:
    """Count for each unit the others that are surely above and surely below, block by block."""
    down, up = (value - low) ** 2, (high - value) ** 2
    above, below = (np.zeros(len(value), np.int64) for _ in range(2))
    for start in range(0, len(value), BLOCK):
        rows = slice(start, start + BLOCK)
        gap = value[np.newaxis, :] - value[rows, np.newaxis]
        squares = gap**2
        above[rows] = ((gap > 0) & (squares > down[np.newaxis, :] + up[rows, np.newaxis])).sum(axis=1)
        below[rows] = ((gap < 0) & (squares > up[np.newaxis, :] + down[rows, np.newaxis])).sum(axis=1)
    return 1 + above, len(value) - below


def _letter_points(low: FloatArray, high: FloatArray) -> FloatArray:
    """Give one point inside each largest set of overlapping intervals, from high to low.

    Sweeping down, such a set ends at a lower limit that comes after a newly begun interval.
    """
    points, fresh = [], False
    events = sorted([(-high_k, 0) for high_k in high.tolist()] + [(-low_k, 1) for low_k in low.tolist()])
    for place, ends in events:
        if ends and fresh:
            points.append(-place)
        fresh = not ends
    return np.array(points, dtype=np.float64)


def _tiers(value: FloatArray, low: FloatArray, high: FloatArray) -> tuple[IntArray, int]:
    """Give the fewest sets of overlapping intervals, the highest first, and how many there are.

    Each set has a point that all its intervals contain; a unit joins the point nearest to its value among
    those that its interval contains.
    """
    points: list[float] = []
    for unit in np.argsort(-low, kind="stable").tolist():
        if not points or high[unit] < points[-1]:
            points.append(float(low[unit]))
    down = -np.array(points, dtype=np.float64)
    first = np.searchsorted(down, -high, side="left")
    last = np.searchsorted(down, -low, side="right") - 1
    nearest = np.searchsorted((down[1:] + down[:-1]) / 2, -value, side="left")
    return np.clip(nearest, first, last).astype(np.int64), len(points)


def _binomial_limit(p: float, sizes: FloatArray, centre: float) -> FloatArray:
    """Give the interpolated quantile of Bin(n, centre) / n, also for n that is not whole."""
    lower, count = np.full_like(sizes, -1.0), np.ceil(sizes)
    while (count - lower > 1).any():
        middle = np.floor((lower + count) / 2)
        enough = _below(middle, sizes, centre) >= p
        lower, count = np.where(enough, lower, middle), np.where(enough, middle, count)
    here, before = _below(count, sizes, centre), _below(count - 1, sizes, centre)
    part = (here - p) / np.where(here > before, here - before, 1.0)
    limit: FloatArray = np.clip((count - np.clip(part, 0, 1)) / sizes, 0.0, 1.0)
    return limit


def _below(count: FloatArray, sizes: FloatArray, centre: float) -> FloatArray:
    """Give P(X <= count), 0 below 0 and 1 from n on."""
    inside = (count >= 0) & (count < sizes)
    left, right = np.where(inside, sizes - count, 1.0), np.where(inside, count + 1, 1.0)
    at = betainc(left, right, 1 - centre).astype(np.float64)
    return np.where(inside, at, np.where(count < 0, 0.0, 1.0))
