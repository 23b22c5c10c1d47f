"""How many more responses would settle a verdict that is not yet certain.

A forecast, not a promise: it supposes that later answers agree with those at hand, and that more answers
cure what more answers can cure. Answers that come from the same kind of people repeat the same bias.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from scipy.special import ndtri

from survey.statistics.analysis_refusals import ImpossiblePlan, MergedStrata
from survey.statistics.apportionment import Divisor, apportion
from survey.statistics.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    frozen_floats,
    frozen_integers,
)
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.interval import policy_interval
from survey.statistics.measures import Estimate
from survey.statistics.moments import Moments
from survey.statistics.refusals import LonelyStratum, MismatchedShapes

CLOSEST = 0.0005  # an estimate this near its target would be printed as equal to it (0.1 points)
MOST = 10**9  # responses beyond which growth is not followed where the dossiers are not known


class Outlook(Enum):
    """What it would take to settle the verdict."""

    SETTLED = "settled"  # the interval already excludes the target
    MORE_RESPONSES = "more-responses"  # a number that can be named
    CENSUS = "census"  # nothing short of asking every dossier of the strata heard so far
    TOO_CLOSE = "too-close"  # the estimate is at the target: no number settles it
    UNKNOWN = "unknown"  # no estimate, or no interval and nothing to forecast one from


@dataclass(frozen=True, eq=False)
class Spread:
    """One estimate taken apart by stratum.

    Attributes:
        estimate: the estimate whose verdict is open.
        sample_sizes: (H,) responses n_h in its scope; 0 outside.
        population: (H,) dossiers N_h; inf where there is no finite population correction.
        unit_variance: (H,) c_h, what one single response without correction would add to the variance of the
            estimate, so that its variance is the sum of c_h (1/n_h - 1/N_h).
    """

    estimate: Estimate
    sample_sizes: IntArray
    population: FloatArray
    unit_variance: FloatArray


@dataclass(frozen=True, eq=False)
class Settling:
    """How many more responses would settle a verdict.

    Attributes:
        outlook: in one word.
        additional: responses needed beyond those at hand; None if no number can be named.
        by_stratum: (H,) where they would come from at the present allocation; zeros if none.
        share_of_dossiers: (present + additional) / dossiers of the strata heard so far, 0 to 1; nan if unknown
            or unlimited. Near 1 means that hardly anybody may be left out.
    """

    outlook: Outlook
    additional: int | None
    by_stratum: IntArray
    share_of_dossiers: float


def spread_of_mean(
    design: StratifiedDesign,
    moments: Moments,
    estimate: Estimate,
    *,
    items: list[int],
    scope: BoolArray | None = None,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> Spread:
    """Take the mean of item shares (an item, a factor, SIPAS_MEAN) apart by stratum.

    With influence a of the totals on the mean and P_h the centred products of stratum h:
    c_h = (w_h n_h)^2 a'P_h a / (n_h - 1). Under ADJUST a lonely stratum has c_h = t_h^2, t_h its weighted
    influence, whose mean over the sample is 0 for ratios.

    Args:
        design: strata, populations, weights; none merged.
        moments: moments with one cell per stratum (collapsed without a domain).
        estimate: the same mean in the same scope, from the table.
        items: positions of the items, each once.
        scope: (H,) strata that belong to the estimate; absent means all.
        lonely: the rule under which the estimate was made; AVERAGE and REMOVE give lonely strata 0.

    Returns:
        The spread, whose variance is that of the estimate under FAIL, ADJUST and REMOVE.

    Raises:
        MergedStrata: the design merges strata for the variance.
        MismatchedShapes: the moments tell groups apart, or the scope is of other strata.
        LonelyStratum: under FAIL, a lonely stratum is in the scope.

    Source: Särndal, Swensson & Wretman (1992), section 5.5 and result 3.7.1.
    """
    cells = _cells_in_scope(design, moments, scope)
    stratum, rows = moments.stratum[cells], moments.rows[cells]
    weights = design.weights[stratum]
    influence = _influence(weights @ moments.sums[cells], items)
    squares = np.einsum("i,cij,j->c", influence, moments.products[cells], influence)
    unit = (weights * rows) ** 2 * np.maximum(squares, 0.0) / np.maximum(rows - 1, 1)
    alone = (rows == 1) & (design.fpc[stratum] > 0)
    if alone.any() and lonely is LonelyRule.FAIL:
        raise LonelyStratum(stratum[alone])
    if lonely is LonelyRule.ADJUST:
        totals = weights * (moments.sums[cells] @ influence)
        unit = np.where(alone, totals**2, unit)
    spread, sizes = np.zeros(design.strata), np.zeros(design.strata, np.int64)
    spread[stratum], sizes[stratum] = unit, rows
    return Spread(estimate, frozen_integers(sizes), design.population, frozen_floats(spread))


def responses_to_settle(
    spread: Spread, target: float, *, confidence_level: float = 0.95, assurance: float = 0.5
) -> Settling:
    """Say how many more responses would bring the whole interval to one side of the target.

    Responses grow in proportion to those at hand (whole numbers, at most N_h). With V(n) = sum c_h
    (1/n_h - 1/N_h) and n - H degrees of freedom, the smallest total is sought for which `policy_interval`
    excludes the target even when the estimate lies z sqrt(V) nearer to it, z the quantile of the assurance.
    Where the sample shows no variation, the exact binomial interval grows with n instead.

    At assurance 0.5 (z = 0) the verdict comes out settled about every second time, because the estimate
    moves too; 0.8 asks for about twice as many responses and is the number to plan with.

    Args:
        spread: the estimate and its strata.
        target: the wanted value, 0 to 1.
        confidence_level: of the interval, strictly between 0 and 1.
        assurance: 0.5 to below 1.

    Returns:
        The outlook, and the additions where a number can be named.

    Raises:
        ImpossiblePlan: target or assurance outside their range.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Cochran (1977), chapter 5 (size for a given variance); Chow, Shao & Wang (2008), Sample Size
    Calculations in Clinical Research, chapter 3, for the assurance.
    """
    if not 0 <= target <= 1:
        raise ImpossiblePlan("target", "0 to 1")
    if not 0.5 <= assurance < 1:  # noqa: PLR2004 - below one half is no assurance
        raise ImpossiblePlan("assurance", "0.5 to below 1")
    estimate, heard = spread.estimate, spread.sample_sizes > 0
    if not np.isfinite(estimate.value) or not heard.any():
        return _without_number(Outlook.UNKNOWN, spread)
    now = policy_interval(estimate, confidence_level=confidence_level)
    if now is not None and not now.low <= target <= now.high:
        return _grown(Outlook.SETTLED, spread, spread.sample_sizes)
    if abs(estimate.value - target) <= CLOSEST:
        return _without_number(Outlook.TOO_CLOSE, spread)
    excludes = _exclusion(spread, target, confidence_level, assurance)
    return _smallest(spread, excludes)


def _cells_in_scope(design: StratifiedDesign, moments: Moments, scope: BoolArray | None) -> BoolArray:
    """Mark the cells of the strata in the scope, after refusing what cannot be taken apart."""
    inside = np.ones(design.strata, bool) if scope is None else scope
    if design.variance_stratum is not None:
        raise MergedStrata
    if moments.groups != 1 or inside.shape != design.population.shape:
        raise MismatchedShapes(groups=(moments.groups,), scope=inside.shape)
    marked: BoolArray = inside[moments.stratum]
    return marked


def _influence(totals: FloatArray, items: list[int]) -> FloatArray:
    """Give the derivatives of a mean of shares S / (S + U) by the totals [S | U]."""
    half = len(totals) // 2
    chosen = np.array(items)
    score, shortfall = totals[:half][chosen], totals[half:][chosen]
    influence = np.zeros(len(totals))
    influence[chosen] = shortfall / (score + shortfall) ** 2 / len(items)
    influence[half + chosen] = -score / (score + shortfall) ** 2 / len(items)
    return influence


def _exclusion(
    spread: Spread, target: float, confidence_level: float, assurance: float
) -> Callable[[IntArray], bool]:
    """Give the question whether the interval would exclude the target with these sample sizes."""
    toward = float(np.sign(target - spread.estimate.value))
    quantile = float(ndtri(assurance))

    def excludes(sizes: IntArray) -> bool:
        grown = _grown_estimate(spread, sizes)
        value = grown.value + toward * quantile * grown.standard_error
        if (target - value) * toward <= 0:
            return False
        interval = policy_interval(replace(grown, value=value), confidence_level=confidence_level)
        return interval is not None and not interval.low <= target <= interval.high

    return excludes


def _grown_estimate(spread: Spread, sizes: IntArray) -> Estimate:
    """Give the same estimate as these sample sizes would have made it.

    Where the sample shows no variation its standard error stays 0, and the exact interval is made from the
    valid answers, which grow like the responses.
    """
    now, heard = spread.estimate, spread.sample_sizes > 0
    before, after, strata = int(spread.sample_sizes.sum()), int(sizes.sum()), int(heard.sum())
    flat = now.standard_error == 0 or not (spread.unit_variance > 0).any()
    lost = before - strata - max(now.degrees_of_freedom, 0)
    return Estimate(
        value=now.value,
        standard_error=0.0 if flat else _variance(spread, sizes) ** 0.5,
        degrees_of_freedom=max(after - strata, 1) if flat else after - strata - lost,
        valid_answers=max(round(now.valid_answers * after / before), 1),
        census=bool((sizes == spread.population)[heard].all()),
    )


def _variance(spread: Spread, sizes: IntArray) -> float:
    """Give sum c_h (1/n_h - 1/N_h) over the strata heard."""
    heard = sizes > 0
    left = 1 / np.where(heard, sizes, 1) - 1 / np.where(heard, spread.population, np.inf)
    return float(spread.unit_variance[heard] @ np.maximum(left[heard], 0.0))


def _smallest(spread: Spread, excludes: Callable[[IntArray], bool]) -> Settling:
    """Find the smallest total that settles the verdict, by halving; growth is nested, so it is exact."""
    present = spread.sample_sizes
    ceiling = np.where(present > 0, spread.population, 0.0)

    def place(total: int) -> IntArray:
        return apportion(present, total, floor=present, ceiling=ceiling, divisor=Divisor.NEAREST)

    low, everything = int(present.sum()), min(float(ceiling.sum()), MOST)
    high = int(everything)
    if not excludes(place(high)):
        return _without_number(Outlook.TOO_CLOSE if everything < MOST else Outlook.UNKNOWN, spread)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if excludes(place(middle)) else (middle, high)
    census = high == ceiling.sum()
    return _grown(Outlook.CENSUS if census else Outlook.MORE_RESPONSES, spread, place(high))


def _grown(outlook: Outlook, spread: Spread, sizes: IntArray) -> Settling:
    """Describe the growth from the present to the given sizes."""
    dossiers = float(spread.population[spread.sample_sizes > 0].sum())
    share = float(sizes.sum()) / dossiers if np.isfinite(dossiers) else np.nan
    added = sizes - spread.sample_sizes
    return Settling(outlook, int(added.sum()), frozen_integers(added), share)


def _without_number(outlook: Outlook, spread: Spread) -> Settling:
    """Describe that no number can be named."""
    return Settling(outlook, None, frozen_integers(np.zeros_like(spread.sample_sizes)), np.nan)
