"""Before the survey: how many answers, from which strata, how precise, and at what cost.

All allocations are whole numbers that add up exactly and stay between a floor and the dossiers there are
(see `apportionment`).
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from survey.statistics.analysis_refusals import ImpossiblePlan
from survey.statistics.apportionment import Divisor, apportion
from survey.statistics.arrays import BoolArray, FloatArray, IntArray, frozen_floats, ratio_or_nan
from survey.statistics.refusals import (
    ImpossibleConfidenceLevel,
    ImpossiblePopulation,
    MismatchedShapes,
)


@dataclass(frozen=True, eq=False)
class ExpectedPrecision:
    """How precise a planned sample will be if the planning values hold.

    Attributes:
        margin: half-width of the interval for all covered strata together, 0 to 1.
        by_stratum: (H,) half-width within each stratum; nan without answers.
        covered: share of the dossiers in strata with at least one answer, 0 to 1.
    """

    margin: float
    by_stratum: FloatArray
    covered: float


def ministry_sample_size(population: int, *, margin: float = 0.05) -> int:
    """Give the sample size of the ministry's first method: n = N / (1 + N e^2), rounded up.

    This is the size for a margin e at 50 % satisfied and 2 standard errors, with S^2 = 1/4. It never
    exceeds 1/e^2 (400 at 5 points). It is for one population, not for each of its units, and supposes a
    simple random sample.

    Args:
        population: N, 0 or more.
        margin: e, above 0; taken as the decimal number it is written as.

    Returns:
        The whole number of answers, at most N.

    Raises:
        ImpossiblePlan: population below 0, or margin not above 0.

    Source: Decision 1383/QĐ-BNV of 28/12/2012; Yamane (1967), Statistics, an introductory analysis.

    Example:
        >>> [ministry_sample_size(n) for n in (500, 1_000, 5_000, 20_000, 100_000)]
        [223, 286, 371, 393, 399]
    """
    if population < 0:
        raise ImpossiblePlan("population", "0 or more")
    if not 0 < margin < inf:
        raise ImpossiblePlan("margin", "above 0")
    return ceil(population / (1 + population * Fraction(str(margin)) ** 2))


def sample_size(
    margin: float,
    *,
    share: float = 0.5,
    population: float = inf,
    design_effect: float = 1.0,
    confidence_level: float = 0.95,
) -> int:
    """Say how many answers give a wanted margin for one proportion.

    n0 = deff z^2 p(1 - p) / e^2; n = n0 / (1 + (n0 - 1)/N), rounded up.

    Args:
        margin: e, half-width of the interval, above 0 (0.03 is 3 points).
        share: p expected, 0 to 1; 0.5 is the cautious choice.
        population: N, above 0; inf means no finite population correction.
        design_effect: above 0; above 1 for unequal weights or clusters.
        confidence_level: strictly between 0 and 1.

    Returns:
        The whole number of answers, 1 to N (a census if nothing less is enough).

    Raises:
        ImpossiblePlan: an argument outside its range.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Cochran (1977), Sampling Techniques, 3rd ed., section 4.4; Kish (1965), section 8.2.

    Example:
        >>> sample_size(0.03, share=0.9), sample_size(0.02, share=0.9)
        (385, 865)
    """
    _refuse_values(share=share, design_effect=design_effect)
    if not margin > 0:
        raise ImpossiblePlan("margin", "above 0")
    if not population > 0:
        raise ImpossiblePlan("population", "above 0")
    without_limit = design_effect * _quantile(confidence_level) ** 2 * share * (1 - share) / margin**2
    needed = without_limit / (1 + (without_limit - 1) / population) if without_limit > 1 else without_limit
    return int(min(max(ceil(needed - 1e-9), 1), population))


def allocate_proportionally(population: npt.ArrayLike, total: int, *, minimum: int = 0) -> IntArray:
    """Give every stratum answers in proportion to its dossiers.

    Args:
        population: (H,) dossiers N_h, whole and finite.
        total: answers to place.
        minimum: floor of every stratum, as far as it has dossiers.

    Returns:
        (H,) whole n_h, min(minimum, N_h) <= n_h <= N_h, adding up to total.

    Raises:
        ImpossiblePopulation: a population that is negative, infinite or not a number.
        ImpossibleSampleSize: total below the floors or above the dossiers.

    Source: Cochran (1977), chapter 5; Balinski & Young (2001), Fair Representation, for the rounding.

    Example:
        >>> allocate_proportionally([100, 200, 700], 50, minimum=10).tolist()
        [10, 10, 30]
    """
    size, floor = _limits(population, minimum)
    return apportion(size, total, floor=floor, ceiling=size, divisor=Divisor.NEAREST)


def allocate_equally(population: npt.ArrayLike, total: int, *, minimum: int = 0) -> IntArray:
    """Give every stratum the same number of answers, as far as it has dossiers.

    Right for comparing units with each other; wrong for the overall index unless it is weighted.

    Args:
        population: (H,) dossiers N_h, whole and finite.
        total: answers to place.
        minimum: floor of every stratum, as far as it has dossiers.

    Returns:
        (H,) whole n_h within the limits, adding up to total; leftovers go to the first strata.

    Raises:
        ImpossiblePopulation: a population that is negative, infinite or not a number.
        ImpossibleSampleSize: total below the floors or above the dossiers.

    Source: Cochran (1977), chapter 5.
    """
    size, floor = _limits(population, minimum)
    return apportion(np.ones_like(size), total, floor=floor, ceiling=size, divisor=Divisor.NEAREST)


def allocate_by_neyman(
    population: npt.ArrayLike,
    deviation: npt.ArrayLike,
    total: int,
    *,
    minimum: int = 0,
    cost: npt.ArrayLike = 1.0,
) -> IntArray:
    """Place answers where they lower the error of the overall index most: large and divided strata.

    Minimises sum N_h^2 S_h^2 / n_h over whole n_h within the limits. Exact at equal cost: each answer goes
    to the stratum with the largest N_h S_h / sqrt(n_h (n_h + 1)). At unequal cost the claim is
    N_h S_h / sqrt(c_h), optimal up to rounding.

    Args:
        population: (H,) dossiers N_h, whole and finite.
        deviation: (H,) S_h within strata, 0 or more, for a share sqrt(p_h(1 - p_h)).
        total: answers to place.
        minimum: floor of every stratum, as far as it has dossiers; 1 or more, since a stratum without
            answers is not covered; use 2 or more so that the variance can be seen.
        cost: (H,) or one number, cost of an answer, above 0.

    Returns:
        (H,) whole n_h within the limits, adding up to total.

    Raises:
        ImpossiblePopulation: a population that is negative, infinite or not a number.
        ImpossibleSampleSize: total below the floors or above the dossiers.
        ImpossiblePlan: a deviation below 0, a cost not above 0, or a floor below 1.
        MismatchedShapes: deviations or costs of other strata.

    Source: Neyman (1934); Wright (2012), The American Statistician 66, and Friedrich, Münnich, de Vries &
    Wagner (2015), Computational Statistics & Data Analysis 92, for whole numbers within limits.
    """
    if minimum < 1:
        raise ImpossiblePlan("minimum", "1 or more")
    size, floor = _limits(population, minimum)
    claim = _neyman_claim(size, deviation, cost)
    return apportion(claim, total, floor=floor, ceiling=size, divisor=Divisor.VARIANCE)


def allocate_within_budget(
    population: npt.ArrayLike,
    deviation: npt.ArrayLike,
    budget: float,
    *,
    cost: npt.ArrayLike,
    minimum: int = 2,
) -> IntArray:
    """Buy the most precise overall index that a budget allows.

    The largest Neyman allocation (claims N_h S_h / sqrt(c_h)) whose cost does not exceed the budget.

    Args:
        population: (H,) dossiers N_h, whole and finite.
        deviation: (H,) S_h within strata, 0 or more.
        budget: money, in the unit of the costs.
        cost: (H,) or one number, cost of an answer, above 0.
        minimum: floor of every stratum, as far as it has dossiers, 1 or more.

    Returns:
        (H,) whole n_h within the limits.

    Raises:
        ImpossiblePlan: a value outside its range, or a budget that does not pay for the floors.
        ImpossiblePopulation, MismatchedShapes: see `allocate_by_neyman`.

    Source: Cochran (1977), section 5.5.
    """
    size, floor = _limits(population, minimum)
    price = np.broadcast_to(np.asarray(cost, float), size.shape)

    def place(total: int) -> IntArray:
        return allocate_by_neyman(size, deviation, total, minimum=minimum, cost=cost)

    least, most = int(floor.sum()), int(size.sum())
    if float(price @ place(least)) > budget:
        raise ImpossiblePlan("budget", "enough for the smallest allowed sample")
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if float(price @ place(middle)) <= budget else (least, middle - 1)
    return place(least)


def stratum_costs(sizes: npt.ArrayLike, *, each: npt.ArrayLike, fixed: npt.ArrayLike = 0.0) -> FloatArray:
    """Give what every stratum costs: fixed cost where anybody is asked, plus the cost of each answer.

    Args:
        sizes: (H,) answers n_h.
        each: (H,) or one number, cost of an answer.
        fixed: (H,) or one number, cost of going to a stratum at all.

    Returns:
        (H,) costs, in the unit given; 0 where nobody is asked.

    Source: Cochran (1977), section 5.5.
    """
    asked = np.asarray(sizes, float)
    return frozen_floats(asked * np.asarray(each) + np.where(asked > 0, fixed, 0.0))


def expected_precision(
    population: npt.ArrayLike,
    sizes: npt.ArrayLike,
    *,
    share: npt.ArrayLike = 0.5,
    design_effect: float = 1.0,
    confidence_level: float = 0.95,
) -> ExpectedPrecision:
    """Say how wide the intervals will be, overall and in each stratum, if the planning values hold.

    Stratum: e_h = z sqrt(deff (1 - n_h/N_h) N_h/(N_h - 1) p_h(1 - p_h) / n_h). Overall: z times the root of
    sum (N_h/N)^2 (e_h/z)^2 over the covered strata, N their dossiers. With few answers the later interval
    uses Student's t and is wider.

    Args:
        population: (H,) dossiers N_h, whole and finite.
        sizes: (H,) answers n_h, 0 to N_h.
        share: (H,) or one number, p_h expected, 0 to 1.
        design_effect: above 0, within strata.
        confidence_level: strictly between 0 and 1.

    Returns:
        Margins as proportions, and the share of dossiers in strata with answers.

    Raises:
        MismatchedShapes: sizes or shares of other strata.
        ImpossiblePopulation: a population that is negative, infinite or not a number, or below its n_h.
        ImpossiblePlan: a share or design effect outside its range.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Cochran (1977), chapters 3 and 5.
    """
    size, _ = _limits(population, 0)
    asked, p = np.asarray(sizes, float), np.asarray(share, float)
    if asked.shape != size.shape or p.shape not in ((), size.shape):
        raise MismatchedShapes(population=size.shape, sizes=asked.shape, share=p.shape)
    if (impossible := (asked < 0) | (asked > size)).any():
        raise ImpossiblePopulation(np.flatnonzero(impossible))
    _refuse_values(share=p, design_effect=design_effect)
    left = np.where(size > 1, (size - asked) / np.maximum(size - 1, 1), 0.0)
    variance = design_effect * ratio_or_nan(left * p * (1 - p), asked)
    covered, z = np.where(asked > 0, size, 0.0), _quantile(confidence_level)
    part = ratio_or_nan(covered, np.full_like(size, covered.sum()))
    overall = float(np.where(asked > 0, part**2 * variance, 0.0).sum()) if covered.any() else np.nan
    whole = float(ratio_or_nan(covered.sum(), size.sum()))
    return ExpectedPrecision(z * overall**0.5, frozen_floats(z * np.sqrt(variance)), whole)


def _limits(population: npt.ArrayLike, minimum: int) -> tuple[FloatArray, FloatArray]:
    """Give the dossiers, and the floor as far as there are dossiers."""
    size = np.floor(np.asarray(population, float))
    bad: BoolArray = ~((size >= 0) & np.isfinite(size))
    if bad.any():
        raise ImpossiblePopulation(np.flatnonzero(bad))
    return size, np.minimum(float(max(minimum, 0)), size)


def _neyman_claim(size: FloatArray, deviation: npt.ArrayLike, cost: npt.ArrayLike) -> FloatArray:
    """Give N_h S_h / sqrt(c_h)."""
    spread, price = np.asarray(deviation, float), np.asarray(cost, float)
    if spread.shape != size.shape or price.shape not in ((), size.shape):
        raise MismatchedShapes(population=size.shape, deviation=spread.shape, cost=price.shape)
    if not ((spread >= 0) & np.isfinite(spread)).all():
        raise ImpossiblePlan("deviation", "0 or more")
    if not (price > 0).all():
        raise ImpossiblePlan("cost", "above 0")
    claim: FloatArray = size * spread / np.sqrt(price)
    return claim


def _quantile(confidence_level: float) -> float:
    """Give the half-width of a normal interval in standard errors."""
    if not 0 < confidence_level < 1:
        raise ImpossibleConfidenceLevel(confidence_level)
    return float(ndtri((1 + confidence_level) / 2))


def _refuse_values(*, share: npt.ArrayLike, design_effect: float) -> None:
    """Refuse shares outside 0 to 1 and design effects that are not above 0."""
    p = np.asarray(share, float)
    if not ((p >= 0) & (p <= 1)).all():
        raise ImpossiblePlan("share", "0 to 1")
    if not 0 < design_effect < inf:
        raise ImpossiblePlan("design_effect", "above 0")
