"""t tests of means under any design."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from survey.statistics.arrays import BoolArray, FloatArray
from survey.statistics.design import LonelyRule
from survey.statistics.estimation import estimate
from survey.statistics.interval import t_quantile
from survey.statistics.quantities import Combinations, Quantity, Ratios, in_groups, means
from survey.statistics.replicates import Replicates
from survey.statistics.sample import Sample


@dataclass(frozen=True)
class MeanTest:
    """A mean against a target, or the difference of two means against 0.

    Attributes:
        statistic: t; nan without variation.
        degrees_of_freedom: degf - 1, as R's svyttest takes one more for the mean.
        p_value: two-sided; nan without degrees of freedom or variation.
        value: mean - target, or the difference of means.
        low, high: interval of the value; nan without degrees of freedom.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float
    value: float
    low: float
    high: float


def mean_against_target(
    design: Sample | Replicates,
    values: FloatArray,
    target: float,
    *,
    confidence_level: float = 0.95,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> MeanTest:
    """Test whether a mean is a target: t = (mean - target) / se on degf - 1 degrees of freedom.

    Args:
        design: restricted to the domain.
        values: (n,) nan where missing (those rows are left out).
        target: in the unit of the values.
        confidence_level: strictly between 0 and 1.
        lonely: rule for lonely strata.

    Returns:
        The test.

    Raises:
        LonelyStratum: under FAIL.

    Source: Lohr (2022), section 9.5; R package survey, svyttest().
    """
    domain = design.within(~np.isnan(values))
    shifted = np.where(domain.inside, np.nan_to_num(values) - target, 0.0)
    return _test(domain, means(shifted[:, np.newaxis]), confidence_level, lonely)


def difference_of_means(
    design: Sample | Replicates,
    values: FloatArray,
    second: BoolArray,
    *,
    confidence_level: float = 0.95,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> MeanTest:
    """Test whether two domains have the same mean, with their covariance; the difference is second - first.

    Args:
        design: restricted to both domains together.
        values: (n,) nan where missing.
        second: (n,) the row is in the second domain, else in the first.
        confidence_level: strictly between 0 and 1.
        lonely: rule for lonely strata.

    Returns:
        The test.

    Raises:
        LonelyStratum: under FAIL.

    Source: Lohr (2022), section 9.5; R package survey, svyttest().
    """
    domain = design.within(~np.isnan(values))
    column = np.where(domain.inside, np.nan_to_num(values), 0.0)[:, np.newaxis]
    groups = [~second, second]
    both = Ratios(in_groups(column, groups), in_groups(np.ones_like(column), groups))
    return _test(domain, Combinations(both, np.array([[-1.0, 1.0]])), confidence_level, lonely)


def _test(
    design: Sample | Replicates, quantity: Quantity, confidence_level: float, lonely: LonelyRule
) -> MeanTest:
    """Compare one number with 0."""
    found = estimate(design, quantity, lonely=lonely)
    value, error = float(found.value[0]), float(found.standard_error[0])
    freedom = found.degrees_of_freedom - 1
    if freedom < 1 or not error > 0:
        statistic = value / error if error > 0 else float("nan")
        return MeanTest(statistic, freedom, float("nan"), value, float("nan"), float("nan"))
    reach = t_quantile(freedom, confidence_level) * error
    p_value = 2 * float(stdtr(freedom, -abs(value / error)))
    return MeanTest(value / error, freedom, p_value, value, value - reach, value + reach)
