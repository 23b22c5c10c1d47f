"""How unlikely a count is among honest ones: tails of named distributions, and units against all others."""

import numpy as np
from scipy.special import bdtrc, pdtrc, stdtr

from survey.statistics.arrays import FloatArray, IntArray

WINSORISED = 0.1
"""Share of units at each end whose distance is pulled in before the common spread is measured."""


def poisson_tail(counts: IntArray, means: FloatArray) -> FloatArray:
    """The probability of at least so many events where so many are expected, element by element.

    Args:
        counts: 0 or more.
        means: above 0.
    """
    return np.where(counts > 0, pdtrc(np.maximum(counts - 1, 0), means), 1.0)


def binomial_tail(counts: IntArray, sizes: IntArray, share: float) -> FloatArray:
    """The probability of at least so many out of so many where each happens with a probability of ``share``."""
    return np.where(counts > 0, bdtrc(np.maximum(counts - 1, 0), np.maximum(sizes, counts), share), 1.0)


def distance_from_all(counts: IntArray, sizes: IntArray) -> FloatArray:
    """How far the share of each unit lies above that of all, in standard deviations of honest units.

    Honest units differ by more than chance, so the variance is the binomial one times the spread that the units show,
    measured after the farthest tenth on each side is pulled in. Shares are compared on the arcsine scale, where their
    variance does not depend on them.

    Args:
        counts: out of ``sizes``, per unit.
        sizes: 0 or more.

    Returns:
        Per unit; 0 where it has no size.

    Source: Spiegelhalter (2005), Handling over-dispersion of performance indicators, Quality and Safety in Health
    Care 14:347-351 (multiplicative over-dispersion with winsorised z-scores).
    """
    known = sizes > 0
    if not known.any():
        return np.zeros(len(sizes))
    share = np.where(known, counts / np.maximum(sizes, 1), 0.0)
    common = np.median(share[known])
    raw = 2 * np.sqrt(sizes) * (np.arcsin(np.sqrt(share)) - np.arcsin(np.sqrt(common)))
    low, high = np.quantile(raw[known], [WINSORISED, 1 - WINSORISED])
    spread = float((np.clip(raw[known], low, high) ** 2).mean())
    return np.where(known, raw / np.sqrt(max(spread, 1.0)), 0.0)


def welch_above(left: FloatArray, right: FloatArray) -> float:
    """The probability that the mean of ``left`` lies so far above that of ``right`` by chance (one-sided).

    Args:
        left: at least two values.
        right: at least two values.

    Source: Welch (1947), Biometrika 34, with Satterthwaite's degrees of freedom.
    """
    errors = [float(values.var(ddof=1)) / len(values) for values in (left, right)]
    above = float(left.mean() - right.mean())
    if sum(errors) == 0:
        return 0.0 if above > 0 else 1.0
    freedom = sum(errors) ** 2 / sum(
        error**2 / (len(values) - 1) for error, values in zip(errors, (left, right), strict=True)
    )
    return float(stdtr(freedom, -above / np.sqrt(sum(errors))))
