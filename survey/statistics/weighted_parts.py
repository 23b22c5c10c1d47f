"""Indices made of parts with stated weights, as 0.6 x policy + 0.4 x service.

The share of a part is the mean of the shares of its items. SIPAS_MEAN is the index of one part that holds all
items; a factor is the index of one part that holds its items.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.statistics.analysis_refusals import ImpossibleParts
from survey.statistics.arrays import (
    BoolArray,
    FloatArray,
    NumberArray,
    frozen_floats,
    frozen_integers,
    ratio_or_nan,
)
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import check_scores, counts_and_strata
from survey.statistics.influence import Slopes
from survey.statistics.measures import EstimateTable
from survey.statistics.moments import Moments
from survey.statistics.quantities import Combinations, Ratios
from survey.statistics.refusals import ImpossibleFactor
from survey.statistics.variance import Totals, Variances, estimate_totals, variances_of_measures

WHOLE = 1e-9  # weights that add up to 1 but for rounding
ROUNDING = 1e-13  # a variance below this share of its own terms is rounding, not variation


@dataclass(frozen=True)
class Part:
    """One part of an index.

    Attributes:
        items: positions of its items, each once.
        weight: its weight in the index, above 0; the weights of the parts of an index add up to 1.
    """

    items: tuple[int, ...]
    weight: float


def index_coefficients(indices: Sequence[Sequence[Part]], items: int) -> FloatArray:
    """Give the weight of every item share in every index.

    index_k = sum over parts j of a_j x (mean of the shares of the items of j), so that item q counts
    c_kq = sum over the parts that hold q of a_j / (number of items of j).

    Args:
        indices: the parts of every index, K of them.
        items: number of items q.

    Returns:
        (K, q) coefficients, 0 or more; every row adds up to 1.

    Raises:
        ImpossibleParts: weights that are not above 0, or do not add up to 1.
        ImpossibleFactor: a part that is empty or names an unknown or repeated item (its data: the indices).

    Example:
        >>> index_coefficients([[Part((0, 1), 0.6), Part((2,), 0.4)]], 3).tolist()
        [[0.3, 0.3, 0.4]]
    """
    coefficients = np.zeros((len(indices), items))
    for k, parts in enumerate(indices):
        weights = [part.weight for part in parts]
        if not all(weight > 0 for weight in weights) or not abs(sum(weights) - 1) <= WHOLE:
            raise ImpossibleParts(k, sum(weights))
        for part in parts:
            named = set(part.items)
            if not named or len(named) != len(part.items) or not named <= set(range(items)):
                raise ImpossibleFactor([k])
            coefficients[k, list(part.items)] += part.weight / len(part.items)
    return frozen_floats(coefficients)


def weighted_parts(valid: BoolArray, score: NumberArray, indices: Sequence[Sequence[Part]]) -> Combinations:
    """Give indices of weighted parts as a quantity, for `estimate` under any design, domain or replicates.

    Args:
        valid: (n, q) the answer counts.
        score: (n, q) 0 to 1, 0 where not valid.
        indices: the parts of every index.

    Returns:
        K numbers, each 0 to 1.

    Raises:
        MismatchedShapes, ScoreOutOfRange, ScoreWithoutAnswer: impossible answers.
        ImpossibleParts, ImpossibleFactor: impossible parts.

    Source: Särndal, Swensson & Wretman (1992), section 5.5, on functions of ratios.
    """
    check_scores(valid, score)
    ratios = Ratios(np.asarray(score, np.float64), np.asarray(valid, np.float64))
    return Combinations(ratios, index_coefficients(indices, valid.shape[1]))


def weighted_parts_table(
    design: StratifiedDesign,
    moments: Moments,
    indices: Sequence[Sequence[Part]],
    *,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> EstimateTable:
    """Estimate indices of weighted parts in every group from moments; nothing here depends on n.

    With p_q = S_q / (S_q + U_q) the index is sum c_q p_q, and its variance a'V a with a its derivatives
    c_q U_q / (S_q + U_q)^2 by S_q and -c_q S_q / (S_q + U_q)^2 by U_q, and V the covariance of the totals.

    Args:
        design: strata, populations, weights.
        moments: moments of q items, from `collapse` or `regroup`, over the same strata.
        indices: the parts of every index, K of them.
        lonely: rule for strata with one response out of several dossiers.

    Returns:
        The table, groups x K.

    Raises:
        ImpossibleParts, ImpossibleFactor: impossible parts.
        LonelyStratum: under FAIL, a lonely stratum has respondents in a group.

    Source: Särndal, Swensson & Wretman (1992), section 5.5.
    """
    items = moments.answered.shape[1]
    coefficients = index_coefficients(indices, items)
    totals = estimate_totals(design, moments)
    estimate, slopes = linearise_parts(totals.totals, coefficients)
    variances = variances_of_measures(design, moments, totals, slopes, lonely=lonely)
    error = np.where(np.isnan(estimate), np.nan, _standard_error(variances))
    counts, strata = counts_and_strata(design, moments)
    respondents, answers = counts[:, -1], np.where(coefficients != 0, counts[:, np.newaxis, :-1], 0)
    freedom = np.repeat((counts - strata)[:, -1:], len(coefficients), axis=1)
    return EstimateTable(
        estimate=frozen_floats(estimate),
        standard_error=frozen_floats(error),
        degrees_of_freedom=frozen_integers(freedom),
        design_effect=frozen_floats(_design_effect(error, variances.spread, totals, respondents)),
        valid_answers=frozen_integers(answers.max(axis=2)),
        respondents=frozen_integers(respondents),
        weight=totals.weight,
        census=totals.census,
    )


def linearise_parts(totals: FloatArray, coefficients: FloatArray) -> tuple[FloatArray, Slopes]:
    """Give indices (G, K), nan where an item has no answer, and how they change with the totals (G, 2q)."""
    scores, shortfalls = np.split(totals, 2, axis=1)
    whole = scores + shortfalls
    used = coefficients != 0
    share, by_score, by_shortfall = (
        np.where(used, ratio_or_nan(values, whole)[:, np.newaxis], 0.0)
        for values in (scores, ratio_or_nan(shortfalls, whole), -ratio_or_nan(scores, whole))
    )
    slopes = np.concatenate((coefficients * by_score, coefficients * by_shortfall), axis=2)
    return (coefficients * share).sum(axis=2), Slopes(np.nan_to_num(slopes))


def _standard_error(variances: Variances) -> FloatArray:
    """Give the square root of the variances, and exactly 0 where only rounding is left."""
    return np.sqrt(np.where(variances.variance <= ROUNDING * variances.terms, 0.0, variances.variance))


def _design_effect(
    error: FloatArray,
    spread: FloatArray,
    totals: Totals,
    respondents: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> FloatArray:
    """Give variance / [a'Q a (W - n) / (n - 1)], Q the weighted spread."""
    left = ratio_or_nan(totals.weight - respondents, respondents - 1)[:, np.newaxis]
    return ratio_or_nan(np.where(error > 0, error**2, np.nan), spread * left)
