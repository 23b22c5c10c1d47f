"""Comparisons: two rounds, two units, a result and its target, and many of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, isfinite, isnan

import numpy as np
from scipy.special import stdtr

from survey.statistics.arrays import FloatArray, frozen_floats
from survey.statistics.interval import Interval, IntervalMethod, t_interval
from survey.statistics.measures import Estimate


@dataclass(frozen=True)
class Difference:
    """How much two independent estimates differ.

    Attributes:
        value: later - earlier, -1 to 1 for proportions; nan if either is undefined.
        standard_error: 0 or more; nan if undefined.
        degrees_of_freedom: sum of both.
        p_value: two-sided, for "there is no difference"; None if it cannot be tested.
        interval: of the difference, inside -1 to 1; None if it cannot be given.
    """

    value: float
    standard_error: float
    degrees_of_freedom: float
    p_value: float | None
    interval: Interval | None


@dataclass(frozen=True)
class TargetTest:
    """How far an estimate is from its target, in standard errors, and how surprising that is.

    Attributes:
        statistic: (estimate - target) / standard error.
        degrees_of_freedom: of the estimate.
        p_two_sided: for "the population value is the target".
        p_less: against "the population value is below the target" (small: it is below).
        p_greater: against "the population value is above the target" (small: it is above).
    """

    statistic: float
    degrees_of_freedom: float
    p_two_sided: float
    p_less: float
    p_greater: float


def difference(later: Estimate, earlier: Estimate, *, confidence_level: float = 0.95) -> Difference:
    """Compare two proportions that share no stratum: two rounds, or two units of one round.

    d = later - earlier; se = sqrt(se1^2 + se2^2); df = df1 + df2; t = d / se. Not for a part against the
    whole, nor for groups inside the same strata (men and women): these are not independent.

    Args:
        later: proportion 0 to 1.
        earlier: proportion 0 to 1.
        confidence_level: strictly between 0 and 1.

    Returns:
        The difference. Without a p-value if the samples show no variation or df < 1. Without an interval
        in the same cases, except that two censuses differ by exactly d. If one side alone shows no
        variation (0 or 1), the standard error is that of the other and tells too little.

    Raises:
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Lohr (2022), chapter 4 (independent domains); tests/golden/cases/README.md, round_diff.
    """
    value = later.value - earlier.value
    error = hypot(later.standard_error, earlier.standard_error)
    freedom = later.degrees_of_freedom + earlier.degrees_of_freedom
    if later.census and earlier.census and isfinite(value):
        return Difference(value, error, freedom, None, Interval(value, value, IntervalMethod.CENSUS))
    if not isfinite(value) or not error > 0 or freedom < 1:
        return Difference(value, error, freedom, None, None)
    plain = t_interval(value, error, degrees_of_freedom=freedom, confidence_level=confidence_level)
    within = Interval(max(plain.low, -1.0), min(plain.high, 1.0), IntervalMethod.T)
    return Difference(value, error, freedom, 2 * _tail(abs(value / error), freedom), within)


def target_test(estimate: Estimate, target: float) -> TargetTest | None:
    """Test an estimate against a target set before the survey.

    t = (estimate - target) / se, compared with Student's t with the estimate's degrees of freedom.

    Args:
        estimate: a proportion.
        target: the wanted value, 0 to 1.

    Returns:
        The test, or None if the estimate is undefined, shows no variation, or has less than 1 degree of
        freedom.

    Source: Lohr (2022), section 9.5; tests/golden/cases/README.md, target_test.
    """
    testable = isfinite(estimate.value) and estimate.standard_error > 0 and estimate.degrees_of_freedom >= 1
    if not testable:
        return None
    statistic = (estimate.value - target) / estimate.standard_error
    freedom = estimate.degrees_of_freedom
    return TargetTest(
        statistic,
        freedom,
        2 * _tail(abs(statistic), freedom),
        _tail(-statistic, freedom),
        _tail(statistic, freedom),
    )


def holm(p_values: Sequence[float | None]) -> FloatArray:
    """Adjust p-values of many tests so that one false alarm among all of them stays rare.

    Sorted ascending, the i-th of m becomes the running maximum of (m - i + 1) p_i, at most 1.

    Args:
        p_values: 0 to 1; None or nan is left out of the count.

    Returns:
        Adjusted values in the given order; nan where there was none.

    Source: Holm (1979), Scandinavian Journal of Statistics 6.

    Example:
        >>> [round(float(p), 3) for p in holm([0.01, 0.04, 0.03])]
        [0.03, 0.06, 0.06]
    """
    given = _given(p_values)
    ascending = np.sort(given[~np.isnan(given)])
    steps = np.arange(len(ascending), 0, -1)
    return _in_order(given, np.minimum(np.maximum.accumulate(steps * ascending), 1.0))


def benjamini_hochberg(p_values: Sequence[float | None]) -> FloatArray:
    """Adjust p-values of many tests so that few of the alarms raised are false.

    Sorted ascending, the i-th of m becomes the running minimum, from the largest, of p_i m / i.

    Args:
        p_values: 0 to 1; None or nan is left out of the count.

    Returns:
        Adjusted values in the given order; nan where there was none.

    Source: Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57.

    Example:
        >>> [round(float(p), 3) for p in benjamini_hochberg([0.01, 0.04, 0.03])]
        [0.03, 0.04, 0.04]
    """
    given = _given(p_values)
    ascending = np.sort(given[~np.isnan(given)])
    steps = len(ascending) / np.arange(1, len(ascending) + 1)
    from_largest = np.minimum.accumulate((steps * ascending)[::-1])[::-1]
    return _in_order(given, np.minimum(from_largest, 1.0))


def _tail(statistic: float, degrees_of_freedom: float) -> float:
    """Give the probability of a larger Student's t."""
    return float(stdtr(degrees_of_freedom, -statistic))


def _given(p_values: Sequence[float | None]) -> FloatArray:
    """Turn p-values into an array, nan where there is none."""
    return np.array([np.nan if p is None or isnan(p) else p for p in p_values], dtype=np.float64)


def _in_order(given: FloatArray, adjusted: FloatArray) -> FloatArray:
    """Put values that belong to the sorted p-values back to where these came from."""
    result = np.full(given.shape, np.nan)
    result[np.argsort(given, kind="stable")[: len(adjusted)]] = adjusted
    return frozen_floats(result)
