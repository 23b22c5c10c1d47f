"""Quantiles of a weighted variable, with Woodruff's intervals."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from survey.statistics.arrays import FloatArray
from survey.statistics.design import LonelyRule
from survey.statistics.estimation import Estimates, estimate
from survey.statistics.interval import Interval, IntervalMethod, proportion_interval, t_quantile
from survey.statistics.quantities import means
from survey.statistics.refusals import NegativeWeights, NoInterval
from survey.statistics.replicates import Replicates
from survey.statistics.sample import Sample

EXACTLY = 1e-12  # a share this near to p is p


class QuantileRule(Enum):
    """Which value is the p-quantile of a step function.

    Source: Hyndman & Fan (1996), Sample quantiles in statistical packages, The American Statistician 50.
    """

    MATH = "math"  # the smallest x with F(x) >= p
    SCHOOL = "school"  # the mean of the two neighbours where F(x) is exactly p
    HF7 = "hf7"  # linear between the values


@dataclass(frozen=True)
class QuantileEstimate:
    """A quantile, its interval, and the standard error that this interval implies.

    Attributes:
        value: the quantile.
        low, high: limits; nan if there is no interval.
        standard_error: (high - low) / 2t; nan if there is no interval.
    """

    value: float
    low: float
    high: float
    standard_error: float


def weighted_quantile(values: FloatArray, weights: FloatArray, share: float, rule: QuantileRule) -> float:
    """Give the value below which a share of the weight lies.

    Args:
        values: (n,) numbers.
        weights: (n,) above 0.
        share: p; outside 0 to 1 the extreme value is taken.
        rule: how to deal with steps.

    Returns:
        The quantile; nan without rows.

    Raises:
        NegativeWeights: a weight below 0 cannot count how much of the population lies below a value.

    Source: tests/golden/cases/README.md, quantile.
    """
    if (weights < 0).any():
        raise NegativeWeights(np.flatnonzero(weights < 0))
    if not len(values):
        return float("nan")
    order = np.argsort(values, kind="stable")
    steps, sums = values[order], np.cumsum(weights[order])
    if len(steps) == 1:
        return float(steps[0])
    if rule is QuantileRule.HF7:
        return float(np.interp(share, np.append(0.0, sums[:-1]) / sums[-2], steps))
    reached = sums / sums[-1]
    at = min(int(np.count_nonzero(reached < share - EXACTLY)), len(steps) - 1)
    if rule is QuantileRule.SCHOOL and abs(reached[at] - share) <= EXACTLY and at + 1 < len(steps):
        return float(steps[at] + steps[at + 1]) / 2
    return float(steps[at])


def estimate_quantile(
    design: Sample | Replicates,
    values: FloatArray,
    share: float,
    *,
    method: IntervalMethod = IntervalMethod.T,
    rule: QuantileRule = QuantileRule.MATH,
    confidence_level: float = 0.95,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> QuantileEstimate:
    """Estimate a quantile and its interval by Woodruff's method.

    The share of values up to the estimate is a proportion; the limits of its interval are turned back into
    values by the same rule.

    Args:
        design: restricted to the domain.
        values: (n,) numbers, nan where missing (those rows are left out).
        share: p, strictly between 0 and 1.
        method: interval of the proportion.
        rule: how to deal with steps.
        confidence_level: strictly between 0 and 1.
        lonely: rule for lonely strata.

    Returns:
        The quantile; without limits where the proportion has no interval, and without the limit that would
        need a share below 0 or above 1 (an extreme quantile of a small sample); then without an error too.

    Raises:
        LonelyStratum: under FAIL.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Woodruff (1952), Confidence intervals for medians and other position measures, JASA 47.
    """
    domain = design.within(~np.isnan(values))
    used = domain.weights != 0
    held, weights = values[used], domain.weights[used]
    value = weighted_quantile(held, weights, share, rule)
    below = np.where(domain.inside, np.nan_to_num(values) <= value, False).astype(float)  # noqa: FBT003 - a value
    found = estimate(domain, means(below[:, np.newaxis]), lonely=lonely)
    limits = _limits_of_share(found, method, domain.file_rows, confidence_level)
    if limits is None:
        return QuantileEstimate(value, float("nan"), float("nan"), float("nan"))
    low, high = (_at_limit(held, weights, limit, rule) for limit in (limits.low, limits.high))
    error = (high - low) / (2 * t_quantile(found.degrees_of_freedom, confidence_level))
    return QuantileEstimate(value, low, high, error)


def _at_limit(values: FloatArray, weights: FloatArray, limit: float, rule: QuantileRule) -> float:
    """Give the value at a limit of the share; nan below 0 or above 1: the sample does not reach that far."""
    return weighted_quantile(values, weights, limit, rule) if 0 <= limit <= 1 else float("nan")


def _limits_of_share(
    found: Estimates, method: IntervalMethod, rows: int, confidence_level: float
) -> Interval | None:
    """Give the interval of the share of values up to the quantile; None if the method has none."""
    try:
        return proportion_interval(
            method,
            float(found.value[0]),
            float(found.standard_error[0]),
            degrees_of_freedom=found.degrees_of_freedom,
            rows=rows,
            confidence_level=confidence_level,
        )
    except NoInterval:
        return None
