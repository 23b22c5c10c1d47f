"""Intervals for proportions: how far the whole population may be from what the answers say."""

from dataclasses import dataclass
from enum import Enum
from math import asin, exp, isfinite, log, pi, sin, sqrt

from scipy.special import betaincinv, stdtrit

from survey.statistics.measures import Estimate
from survey.statistics.refusals import ImpossibleConfidenceLevel, NoInterval


class IntervalMethod(Enum):
    """How an interval was made; reports print it."""

    T = "t"
    WILSON = "wilson"
    LOGIT = "logit"
    ARCSINE = "arcsine"
    BETA = "beta"
    CLOPPER_PEARSON = "clopper-pearson"
    CENSUS = "census"


@dataclass(frozen=True)
class Interval:
    """Limits, low <= high, and how they were made. Proportions unless said otherwise."""

    low: float
    high: float
    method: IntervalMethod


def t_quantile(degrees_of_freedom: float, confidence_level: float) -> float:
    """Give the half-width of an interval in standard errors: the 1 - a/2 quantile of Student's t.

    Args:
        degrees_of_freedom: 1 or more, need not be whole.
        confidence_level: 1 - a, strictly between 0 and 1.

    Returns:
        The quantile, above 0.

    Raises:
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Lohr (2022), section 9.5.

    Example:
        >>> round(t_quantile(10, 0.95), 3)
        2.228
    """
    if not 0 < confidence_level < 1:
        raise ImpossibleConfidenceLevel(confidence_level)
    return float(stdtrit(degrees_of_freedom, (1 + confidence_level) / 2))


def t_interval(
    estimate: float, standard_error: float, *, degrees_of_freedom: float, confidence_level: float
) -> Interval:
    """Give the plain (Wald) interval: estimate -+ t x standard error. It may leave 0 to 1.

    Args:
        estimate: any number.
        standard_error: 0 or more, in the same unit.
        degrees_of_freedom: 1 or more.
        confidence_level: strictly between 0 and 1.

    Returns:
        The interval, symmetric around the estimate.

    Raises:
        NoInterval: fewer than 1 degree of freedom, or a value that is not a number.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Lohr (2022), section 2.5.

    Example:
        >>> t_interval(0.5, 0.1, degrees_of_freedom=10, confidence_level=0.95).low
        0.277...
    """
    _refuse_undefined(estimate, standard_error, degrees_of_freedom)
    reach = t_quantile(degrees_of_freedom, confidence_level) * standard_error
    return Interval(estimate - reach, estimate + reach, IntervalMethod.T)


def wilson_interval(
    estimate: float, standard_error: float, *, degrees_of_freedom: float, confidence_level: float
) -> Interval:
    """Give Wilson's score interval with the effective sample size in the place of n.

    n* = p(1-p)/se^2; limits [p + t^2/2n* -+ t/(2n*) sqrt(4 n* p(1-p) + t^2)] / (1 + t^2/n*).

    Args:
        estimate: proportion p strictly between 0 and 1.
        standard_error: above 0.
        degrees_of_freedom: 1 or more.
        confidence_level: strictly between 0 and 1.

    Returns:
        The interval, inside 0 to 1.

    Raises:
        NoInterval: p is 0 or 1, the standard error is 0, or fewer than 1 degree of freedom.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Wilson (1927), JASA 22; Franco et al. (2019), JSSAM 7, for complex samples.
    """
    _refuse_flat(estimate, standard_error, degrees_of_freedom)
    t = t_quantile(degrees_of_freedom, confidence_level)
    size = estimate * (1 - estimate) / standard_error**2
    centre = estimate + t**2 / (2 * size)
    reach = t / (2 * size) * sqrt(4 * size * estimate * (1 - estimate) + t**2)
    scale = 1 + t**2 / size
    return Interval((centre - reach) / scale, (centre + reach) / scale, IntervalMethod.WILSON)


def logit_interval(
    estimate: float, standard_error: float, *, degrees_of_freedom: float, confidence_level: float
) -> Interval:
    """Give the t interval of log(p/(1-p)), with se/(p(1-p)) as its standard error, turned back.

    Args:
        estimate: proportion p strictly between 0 and 1.
        standard_error: above 0.
        degrees_of_freedom: 1 or more.
        confidence_level: strictly between 0 and 1.

    Returns:
        The interval, inside 0 to 1.

    Raises:
        NoInterval: p is 0 or 1, the standard error is 0, or fewer than 1 degree of freedom.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: R package survey, svyciprop(method = "xlogit"); Lohr (2022), section 9.5.
    """
    _refuse_flat(estimate, standard_error, degrees_of_freedom)
    odds = log(estimate) - log(1 - estimate)
    reach = t_quantile(degrees_of_freedom, confidence_level) * standard_error / (estimate * (1 - estimate))
    return Interval(_share(odds - reach), _share(odds + reach), IntervalMethod.LOGIT)


def arcsine_interval(
    estimate: float,
    standard_error: float,
    *,
    degrees_of_freedom: float,
    confidence_level: float,
    mirrored: bool = False,
) -> Interval:
    """Give sin^2 of the t interval of asin(sqrt p), with se / (2 sqrt(p(1-p))) as its standard error.

    Args:
        estimate: proportion p strictly between 0 and 1.
        standard_error: above 0.
        degrees_of_freedom: 1 or more.
        confidence_level: strictly between 0 and 1.
        mirrored: turn angles outside 0 to pi/2 back as they are, as R does: below 0 the lower limit grows
            again, and may pass the estimate. Only for comparison with R.

    Returns:
        The interval, inside 0 to 1 (angles outside 0 to pi/2 are cut off, unless mirrored).

    Raises:
        NoInterval: p is 0 or 1, the standard error is 0, or fewer than 1 degree of freedom.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: R package survey, svyciprop(method = "asin").
    """
    _refuse_flat(estimate, standard_error, degrees_of_freedom)
    angle = asin(sqrt(estimate))
    half = t_quantile(degrees_of_freedom, confidence_level) / 2
    reach = half * standard_error / sqrt(estimate * (1 - estimate))
    low, high = angle - reach, angle + reach
    if not mirrored:
        low, high = max(low, 0.0), min(high, pi / 2)
    return Interval(sin(low) ** 2, sin(high) ** 2, IntervalMethod.ARCSINE)


def beta_interval(
    estimate: float, standard_error: float, *, degrees_of_freedom: float, rows: int, confidence_level: float
) -> Interval:
    """Give the Korn-Graubard interval: Clopper-Pearson with the effective sample size.

    n* = p(1-p)/se^2 x (t with rows-1 df / t with design df)^2; limits are the a/2 quantile of
    Beta(n*p, n*(1-p)+1) and the 1-a/2 quantile of Beta(n*p+1, n*(1-p)).

    Args:
        estimate: proportion p strictly between 0 and 1.
        standard_error: above 0.
        degrees_of_freedom: 1 or more.
        rows: respondents behind the estimate, 2 or more.
        confidence_level: strictly between 0 and 1.

    Returns:
        The interval, inside 0 to 1; wider than needed rather than too narrow.

    Raises:
        NoInterval: p is 0 or 1, the standard error is 0, or fewer than 1 degree of freedom.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Korn & Graubard (1998), Survey Methodology 24, 193-201.
    """
    _refuse_flat(estimate, standard_error, min(degrees_of_freedom, rows - 1))
    t_rows, t_design = (t_quantile(df, confidence_level) for df in (rows - 1, degrees_of_freedom))
    size = estimate * (1 - estimate) / standard_error**2 * (t_rows / t_design) ** 2
    low, high = _beta_limits(estimate, size, confidence_level)
    return Interval(low, high, IntervalMethod.BETA)


def clopper_pearson_interval(estimate: float, *, valid_answers: int, confidence_level: float) -> Interval:
    """Give the exact binomial interval of a share among n answers; right also at 0 and 1.

    Limits: a/2 quantile of Beta(np, n(1-p)+1), 1-a/2 quantile of Beta(np+1, n(1-p)); 0 at p = 0, 1 at 1.

    Args:
        estimate: proportion p from 0 to 1; np need not be whole.
        valid_answers: n, 1 or more.
        confidence_level: strictly between 0 and 1.

    Returns:
        The interval, inside 0 to 1.

    Raises:
        NoInterval: no answers, or p outside 0 to 1.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Clopper & Pearson (1934), Biometrika 26.

    Example:
        >>> clopper_pearson_interval(1.0, valid_answers=40, confidence_level=0.95).low
        0.9119...
    """
    if valid_answers < 1 or not 0 <= estimate <= 1:
        raise NoInterval(estimate, 0.0, valid_answers)
    if not 0 < confidence_level < 1:
        raise ImpossibleConfidenceLevel(confidence_level)
    low, high = _beta_limits(estimate, valid_answers, confidence_level)
    return Interval(low, high, IntervalMethod.CLOPPER_PEARSON)


def proportion_interval(
    method: IntervalMethod,
    estimate: float,
    standard_error: float,
    *,
    degrees_of_freedom: float,
    rows: int,
    confidence_level: float,
) -> Interval:
    """Give the interval of a proportion by a named method.

    Args:
        method: T, WILSON, LOGIT, ARCSINE or BETA; the others need more than this.
        estimate: proportion.
        standard_error: 0 or more.
        degrees_of_freedom: of the design or domain.
        rows: respondents behind the estimate; only BETA uses them.
        confidence_level: strictly between 0 and 1.

    Returns:
        The interval.

    Raises:
        NoInterval: as the method says.
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.
    """
    if method is IntervalMethod.BETA:
        return beta_interval(
            estimate,
            standard_error,
            degrees_of_freedom=degrees_of_freedom,
            rows=rows,
            confidence_level=confidence_level,
        )
    plain = {
        IntervalMethod.T: t_interval,
        IntervalMethod.WILSON: wilson_interval,
        IntervalMethod.LOGIT: logit_interval,
        IntervalMethod.ARCSINE: arcsine_interval,
    }
    return plain[method](
        estimate, standard_error, degrees_of_freedom=degrees_of_freedom, confidence_level=confidence_level
    )


def policy_interval(
    estimate: Estimate, *, confidence_level: float = 0.95, method: IntervalMethod = IntervalMethod.LOGIT
) -> Interval | None:
    """Give the interval that reports print.

    In this order: undefined estimate: none. Census: the estimate itself, labelled so. Fewer than 1 degree
    of freedom: none. No variation in the sample (always so at 0 and 1): Clopper-Pearson with n = valid
    answers, never "-+ 0". Otherwise the logit interval: in 2,000 simulated rounds with clusters and silent
    citizens it holds the truth in 94 to 96 of 100 rounds from 50 responses on, the plain t interval in 91
    to 94 (`simulated_coverage`).

    Args:
        estimate: a proportion.
        confidence_level: strictly between 0 and 1.
        method: T or WILSON where somebody wants those instead of LOGIT; the exact cases stay as they are.

    Returns:
        The interval, containing the estimate, or None if there is none to give; inside 0 to 1 unless T is asked for.

    Raises:
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: Korn & Graubard (1998) for exact intervals at 0 and 1; R package survey, svyciprop(), for the logit.
    """
    value, error = estimate.value, estimate.standard_error
    if not (isfinite(value) and isfinite(error)):
        return None
    if estimate.census:
        return Interval(value, value, IntervalMethod.CENSUS)
    if estimate.degrees_of_freedom < 1:
        return None
    if error == 0 or not 0 < value < 1:
        return clopper_pearson_interval(
            value, valid_answers=estimate.valid_answers, confidence_level=confidence_level
        )
    return proportion_interval(
        method,
        value,
        error,
        degrees_of_freedom=estimate.degrees_of_freedom,
        rows=estimate.valid_answers,
        confidence_level=confidence_level,
    )


def _refuse_undefined(estimate: float, standard_error: float, degrees_of_freedom: float) -> None:
    """Refuse values that are not numbers, and fewer than 1 degree of freedom."""
    if not (isfinite(estimate) and isfinite(standard_error) and degrees_of_freedom >= 1):
        raise NoInterval(estimate, standard_error, degrees_of_freedom)


def _refuse_flat(estimate: float, standard_error: float, degrees_of_freedom: float) -> None:
    """Refuse what has no effective sample size: p at 0 or 1, or no variance."""
    _refuse_undefined(estimate, standard_error, degrees_of_freedom)
    if not (0 < estimate < 1 and standard_error > 0):
        raise NoInterval(estimate, standard_error, degrees_of_freedom)


def _beta_limits(share: float, size: float, confidence_level: float) -> tuple[float, float]:
    """Give the limits that Clopper-Pearson and Korn-Graubard have in common."""
    tail = (1 - confidence_level) / 2
    yes, no = size * share, size * (1 - share)
    low = float(betaincinv(yes, no + 1, tail)) if yes > 0 else 0.0
    high = float(betaincinv(yes + 1, no, 1 - tail)) if no > 0 else 1.0
    return low, high


def _share(odds: float) -> float:
    """Turn log odds back into a proportion, without overflow."""
    return 1 / (1 + exp(-odds)) if odds >= 0 else exp(odds) / (1 + exp(odds))
