"""The SIPAS table: items, factors and indices of every group, with their standard errors."""

from collections.abc import Sequence

import numpy as np

from survey.statistics.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    NumberArray,
    frozen_floats,
    frozen_integers,
    ratio_or_nan,
    sums_by,
)
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.influence import linearise_measures
from survey.statistics.measures import MeasureTable
from survey.statistics.moments import Moments, collapse
from survey.statistics.refusals import (
    ImpossibleFactor,
    MismatchedShapes,
    ScoreOutOfRange,
    ScoreWithoutAnswer,
)
from survey.statistics.variance import Totals, Variances, estimate_totals, variances_of_measures

ROUNDING = 1e-13  # a variance below this share of its own terms is rounding, not variation
ZERO_ERROR = 1e-10  # a standard error below this share of its estimate likewise


def sipas_table(
    design: StratifiedDesign,
    *,
    valid: BoolArray,
    score: NumberArray,
    factors: Sequence[Sequence[int]],
    domain: IntArray | None = None,
    groups: int = 1,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> MeasureTable:
    """Estimate every item, factor and index in every group from the respondents' answers.

    Item q: p_q = sum w score_q / sum w valid_q. Factor: mean of its p_q. SIPAS_POOLED: sum over items and
    respondents of w score / the same sum of w valid. SIPAS_MEAN: mean of all p_q. Groups may be unions of
    strata (unit, field) or cut across them (sex, age): respondents outside count as zeros in their
    stratum, so both are right.

    Args:
        design: strata, populations and weights of the n respondents.
        valid: (n, q) the answer is on the scale (not missing, not "don't know").
        score: (n, q) 1 or True if satisfied; or points 0 to 1 (2/1/0 divided by 2); 0 where not valid.
        factors: item positions of each factor.
        domain: (n,) group code of each respondent, -1 for none; absent means everybody in group 0.
        groups: number of groups.
        lonely: rule for strata with one response out of several dossiers.

    Returns:
        The table, groups x measures. To make several tables of unions of strata from one pass over the
        answers, use `collapse`, `regroup` and `measure_table`.

    Raises:
        MismatchedShapes: the arrays do not describe the same respondents and items.
        ScoreOutOfRange: a score outside 0 to 1.
        ScoreWithoutAnswer: a score above 0 without a valid answer.
        UnknownGroup: a group code outside -1 .. groups - 1.
        ImpossibleFactor: a factor that is empty or names an unknown or repeated item.
        LonelyStratum: under FAIL, a lonely stratum has respondents in a group.

    Source: Lohr (2022), sections 4.1-4.3 (ratios, domains) and 9.1 (linearisation).
    """
    check_scores(valid, score)
    moments = collapse(design.stratum, numerator=score, denominator=valid, domain=domain, groups=groups)
    return measure_table(design, moments, factors=factors, lonely=lonely)


def measure_table(
    design: StratifiedDesign,
    moments: Moments,
    *,
    factors: Sequence[Sequence[int]],
    lonely: LonelyRule = LonelyRule.FAIL,
) -> MeasureTable:
    """Estimate every item, factor and index in every group from moments; nothing here depends on n.

    With p = S / (S + U), S and U weighted totals of scores and shortfalls, the influence of a response
    (s, u) on p is (U s - S u) / (S + U)^2; of a mean of p, the mean of influences. The variance is
    a' V a with a these coefficients and V the covariance of the totals. Design effect: variance /
    [a' Q a (W - n) / (n - 1)], Q the weighted spread, W and n weight and number of respondents (of valid
    answers in design_effect_of_mean).

    Args:
        design: strata, populations, weights.
        moments: moments of q ratios, from `collapse` or `regroup`, over the same strata.
        factors: item positions of each factor.
        lonely: rule for strata with one response out of several dossiers.

    Returns:
        The table, groups x measures.

    Raises:
        ImpossibleFactor: a factor that is empty or names an unknown or repeated item.
        LonelyStratum: under FAIL, a lonely stratum has respondents in a group.

    Source: Särndal, Swensson & Wretman (1992), section 5.5; Kish (1965) for the design effect.
    """
    items = moments.answered.shape[1]
    members = members_of_measures(factors, items)
    totals = estimate_totals(design, moments)
    estimate, influence = linearise_measures(totals.totals, members)
    variances = variances_of_measures(design, moments, totals, influence, lonely=lonely)
    error = _standard_error(estimate, variances)
    counts, strata = counts_and_strata(design, moments)
    respondents, valid = counts[:, -1], counts[:, :-1]
    effect, effect_of_mean = _design_effects(error, variances.spread, totals, respondents, valid)
    measures = members.shape[0] - items
    freedom = np.repeat(respondents[:, np.newaxis] - strata[:, -1:], measures, axis=1)
    return MeasureTable(
        items=items,
        factors=len(factors),
        estimate=frozen_floats(estimate),
        standard_error=frozen_floats(error),
        degrees_of_freedom=frozen_integers(np.hstack((valid - strata[:, :-1], freedom))),
        design_effect=frozen_floats(effect),
        design_effect_of_mean=frozen_floats(effect_of_mean),
        valid_answers=most_answers(valid, members),
        respondents=frozen_integers(respondents),
        weight=totals.weight,
        census=totals.census,
    )


def check_scores(valid: BoolArray, score: NumberArray) -> None:
    """Refuse scores outside 0 to 1, and scores without a valid answer."""
    if valid.shape != score.shape:
        raise MismatchedShapes(valid=valid.shape, score=score.shape)
    if score.dtype != np.bool_:
        outside = ~((score >= 0) & (score <= 1))
        if outside.any():
            raise ScoreOutOfRange(np.flatnonzero(outside.any(axis=0)))
    unanswered = (score != 0) & np.logical_not(valid)
    if unanswered.any():
        raise ScoreWithoutAnswer(np.flatnonzero(unanswered.any(axis=0)))


def members_of_measures(factors: Sequence[Sequence[int]], items: int) -> BoolArray:
    """Mark which items make up each measure (M, q): itself, a factor's, and all items for both indices."""
    known = set(range(items))
    wrong = [i for i, factor in enumerate(factors) if not set(factor) <= known or not factor]
    twice = [i for i, factor in enumerate(factors) if len(set(factor)) != len(factor)]
    if wrong or twice:
        raise ImpossibleFactor(sorted({*wrong, *twice}))
    of_factors = np.zeros((len(factors), items), bool)
    for row, factor in zip(of_factors, factors, strict=True):
        row[list(factor)] = True
    return np.vstack((np.eye(items, dtype=bool), of_factors, np.ones((2, items), bool)))


def _standard_error(estimate: FloatArray, variances: Variances) -> FloatArray:
    """Give the square root of the variance, exactly 0 where only rounding is left, nan without an estimate."""
    variance = np.where(variances.variance <= ROUNDING * variances.terms, 0.0, variances.variance)
    error = np.sqrt(variance)
    error = np.where(error <= ZERO_ERROR * np.abs(estimate), 0.0, error)
    return np.where(np.isnan(estimate), np.nan, error)


def most_answers(valid: IntArray, members: BoolArray) -> IntArray:
    """Give the most valid answers (G, M) that any item of each measure has, from those of the items (G, q)."""
    return frozen_integers(np.column_stack([valid[:, chosen].max(axis=1, initial=0) for chosen in members]))


def counts_and_strata(design: StratifiedDesign, moments: Moments) -> tuple[IntArray, IntArray]:
    """Count valid answers to each item and (last column) respondents, and the strata they come from."""
    strata = design.variance_strata
    span = len(strata.sample_sizes)
    cell_counts = np.column_stack((moments.answered, moments.rows))
    keys, place = np.unique(moments.group * span + strata.of_stratum[moments.stratum], return_inverse=True)
    by_stratum = sums_by(place, cell_counts, len(keys))
    counts, present = (sums_by(keys // span, rows, moments.groups) for rows in (by_stratum, by_stratum > 0))
    return counts.astype(np.int64), present.astype(np.int64)


def _design_effects(
    error: FloatArray, spread: FloatArray, totals: Totals, respondents: IntArray, valid: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Give variance / variance of a simple random sample of respondents, and of valid answers (items)."""
    items = valid.shape[1]
    variance = np.where(error > 0, error**2, np.nan)
    left = ratio_or_nan(totals.weight - respondents, respondents - 1)
    of_mean = np.full(error.shape, np.nan)
    answered_weight = totals.totals[:, :items] + totals.totals[:, items:]
    left_of_valid = ratio_or_nan(answered_weight - valid, valid - 1)
    of_mean[:, :items] = ratio_or_nan(variance[:, :items], spread[:, :items] * left_of_valid)
    return ratio_or_nan(variance, spread * left[:, np.newaxis]), of_mean
