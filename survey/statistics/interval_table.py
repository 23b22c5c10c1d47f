"""The intervals that reports print, for whole tables at once."""

import numpy as np
from scipy.special import betaincinv, expit, logit, stdtrit

from survey.statistics.arrays import FloatArray, frozen_floats
from survey.statistics.measures import EstimateTable
from survey.statistics.refusals import ImpossibleConfidenceLevel


def policy_intervals(
    table: EstimateTable, *, confidence_level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Give both limits of every estimate of a table by the rules of `interval.policy_interval`.

    Args:
        table: groups x measures.
        confidence_level: strictly between 0 and 1.

    Returns:
        Lower and upper limits, (G, M) each, inside 0 to 1; nan where there is no interval to give.

    Raises:
        ImpossibleConfidenceLevel: the level is not strictly between 0 and 1.

    Source: as `interval.policy_interval`.
    """
    if not 0 < confidence_level < 1:
        raise ImpossibleConfidenceLevel(confidence_level)
    value, error = table.estimate, table.standard_error
    census = table.census[:, np.newaxis] & np.isfinite(value)
    known = np.isfinite(value) & np.isfinite(error) & (table.degrees_of_freedom >= 1) & ~census
    low, high = (np.where(census, value, np.nan) for _ in range(2))
    flat = known & ((error == 0) | (value <= 0) | (value >= 1))
    low[flat], high[flat] = _exact(value[flat], table.valid_answers[flat], (1 - confidence_level) / 2)
    plain = known & ~flat
    share, odds = value[plain], logit(value[plain])
    quantile = _t_quantiles(table.degrees_of_freedom[plain], confidence_level)
    reach = quantile * error[plain] / (share * (1 - share))
    low[plain], high[plain] = expit(odds - reach), expit(odds + reach)
    return frozen_floats(low), frozen_floats(high)


def _t_quantiles(freedom: np.ndarray[tuple[int], np.dtype[np.int64]], level: float) -> FloatArray:
    """Give Student's quantiles, each number of degrees of freedom computed once."""
    distinct = np.flatnonzero(np.bincount(freedom))  # counting is faster than sorting
    quantiles = np.zeros(int(distinct.max(initial=0)) + 1)
    quantiles[distinct] = stdtrit(distinct.astype(float), (1 + level) / 2)
    return np.asarray(quantiles[freedom], np.float64)


def _exact(
    share: FloatArray, answers: np.ndarray[tuple[int], np.dtype[np.int64]], tail: float
) -> tuple[FloatArray, FloatArray]:
    """Give Clopper-Pearson limits, each pair of share and answers computed once."""
    pairs, place = np.unique(np.column_stack((share, answers)), axis=0, return_inverse=True)
    place = place.ravel()
    yes = np.asarray(pairs[:, 0] * pairs[:, 1], np.float64)
    no = np.asarray(pairs[:, 1] - yes, np.float64)
    low, high = np.zeros(len(pairs)), np.ones(len(pairs))
    some, rest = yes > 0, no > 0
    low[some] = betaincinv(yes[some], no[some] + 1, tail)
    high[rest] = betaincinv(yes[rest] + 1, no[rest], 1 - tail)
    return low[place], high[place]
