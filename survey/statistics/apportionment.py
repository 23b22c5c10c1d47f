"""Whole numbers of answers for strata, adding up exactly, between a floor and a ceiling.

A divisor method of apportionment: answers are given out one by one to the stratum with the highest claim,
so that a larger total never takes an answer away from a stratum.
"""

from collections.abc import Callable
from enum import Enum

import numpy as np
import numpy.typing as npt

from survey.statistics.analysis_refusals import ImpossibleSampleSize
from survey.statistics.arrays import FloatArray, IntArray
from survey.statistics.refusals import MismatchedShapes

HALVINGS = 200  # enough to tell any two claims in 64-bit floats apart
NO_CLAIM = 1e-9  # claim of a stratum that has none, relative to the largest: it comes last


class Divisor(Enum):
    """Which stratum gets the next answer: the one with the largest claim / divisor(answers it has)."""

    NEAREST = "nearest"  # n + 1/2 (Webster, Sainte-Laguë): ordinary rounding of the exact shares
    VARIANCE = "variance"  # sqrt(n (n + 1)) (Huntington, Hill): the smallest possible variance


def apportion(
    claims: npt.ArrayLike, total: int, *, floor: npt.ArrayLike, ceiling: npt.ArrayLike, divisor: Divisor
) -> IntArray:
    """Give out a number of answers one by one, each to the stratum with the highest claim / divisor.

    Everybody starts at the floor and nobody passes the ceiling. Ties go to the stratum that comes first. A
    larger total never takes an answer from a stratum (no Alabama paradox).

    Args:
        claims: (H,) 0 or more, any scale; strata with claim 0 come last.
        total: answers to give out.
        floor: (H,) whole numbers, 0 or more.
        ceiling: (H,) whole numbers, the floor or more; inf allowed.
        divisor: the rule.

    Returns:
        (H,) whole numbers adding up to total.

    Raises:
        MismatchedShapes: arrays of unequal length.
        ImpossibleSampleSize: total below the floors or above the ceilings.

    Source: Balinski & Young (2001), Fair Representation, appendix A; Wright (2012), The American
    Statistician 66.

    Example:
        >>> apportion([1, 2, 4], 10, floor=[0, 0, 0], ceiling=[9, 9, 4], divisor=Divisor.NEAREST).tolist()
        [2, 4, 4]
    """
    claim, least, most = (np.asarray(values, float) for values in (claims, floor, ceiling))
    if not claim.shape == least.shape == most.shape or claim.ndim != 1:
        raise MismatchedShapes(claims=claim.shape, floor=least.shape, ceiling=most.shape)
    if not least.sum() <= total <= most.sum():
        raise ImpossibleSampleSize(total, least.sum(), most.sum())
    claim = np.maximum(claim / (claim.max(initial=0.0) or 1.0), NO_CLAIM)

    def given(level: float) -> FloatArray:
        return np.clip(_answers_at(level * claim, divisor), least, most)

    low, high = _bracket(given, total)
    below, above = given(low), given(high)
    missing = int(total - below.sum())
    below[np.flatnonzero(above > below)[:missing]] += 1
    return below.astype(np.int64)


def _answers_at(quota: FloatArray, divisor: Divisor) -> FloatArray:
    """Count the answers whose divisor does not exceed the quota (claim x level)."""
    if divisor is Divisor.NEAREST:
        return np.floor(quota + 0.5)
    return np.floor(0.5 + np.sqrt(0.25 + quota**2))


def _bracket(given: Callable[[float], FloatArray], total: int) -> tuple[float, float]:
    """Give neighbouring levels between which the number of answers given out passes the total."""
    low, high = 0.0, 1.0
    while given(high).sum() < total:
        low, high = high, 2 * high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if given(middle).sum() <= total else (low, middle)
    return low, high
