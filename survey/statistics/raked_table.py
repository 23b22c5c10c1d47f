"""The SIPAS table after raking, for any unions of strata, from raked moments.

V = a'A a - 2 a'C b + b'M b, with a the coefficients of a measure on the answers, b = (X'DX)^- X'D z its
regression on the margins, A and C the covariances of the totals of answers, and of answers with levels, from
the strata of the group, and M the covariance of the totals of levels from the whole sample: outside the group
z is 0, but its residual is not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from survey.statistics.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    frozen_booleans,
    frozen_floats,
    frozen_integers,
    ratio_or_nan,
)
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import counts_and_strata, linearise_measures, members_of_measures
from survey.statistics.measures import MeasureTable
from survey.statistics.moments import regroup
from survey.statistics.raked_moments import RakedMoments
from survey.statistics.refusals import LonelyStratum

AT_ONCE = 256  # groups whose matrices are in memory together
ZERO_ERROR = 1e-7  # of the estimate: what differences of nearly equal quadratic forms leave of a 0


@dataclass(frozen=True, eq=False)
class _Strata:
    """The strata with rows, by what each adds to the variance (private to this module).

    Attributes:
        products: (S, w, w) contribution to the covariance of totals.
        totals: (S, w) d x sum of g column.
        expanded: (S, r + 1, 2q) d x level x answer counts.
        lonely: (S,) marked.
        fpc: (S,).
        rows: total number of rows.
    """

    products: FloatArray
    totals: FloatArray
    expanded: FloatArray
    lonely: BoolArray
    fpc: FloatArray
    rows: int


def raked_table(
    design: StratifiedDesign,
    moments: RakedMoments,
    group_of_stratum: npt.ArrayLike,
    groups: int,
    *,
    factors: Sequence[Sequence[int]],
    lonely: LonelyRule = LonelyRule.FAIL,
) -> MeasureTable:
    """Estimate every item, factor and index of every group with raked weights.

    Args:
        design: the design that was raked.
        moments: from `rake_and_collapse`.
        group_of_stratum: (H,) group code of each stratum, -1 for none.
        groups: number of groups.
        factors: item positions of each factor.
        lonely: rule for lonely strata, of the whole sample: all of them count after a calibration.

    Returns:
        The table; design effects of items only.

    Raises:
        LonelyStratum: under FAIL, if any stratum is lonely.
        UnknownGroup, MismatchedShapes, ImpossibleFactor: impossible groups or factors.

    Source: Deville & Särndal (1992), section 3; golden README, calibration in the variance.
    """
    strata = _strata(design, moments, lonely)
    answers = moments.level_answers.shape[2]
    items = answers // 2
    members = members_of_measures(factors, items)
    code = np.asarray(group_of_stratum, np.int64)[moments.counts.stratum]
    totals = np.zeros((groups, answers + 1))
    columns = np.append(np.arange(answers), strata.totals.shape[1] - 1)
    np.add.at(totals, code[code >= 0], strata.totals[code >= 0][:, columns])
    estimate, influence = linearise_measures(totals[:, :answers], members)
    variance = np.concatenate(list(_variances(moments, strata, code, influence, lonely)))
    error = np.sqrt(np.maximum(variance, 0.0))
    error = np.where(error <= ZERO_ERROR * np.abs(estimate), 0.0, error)
    regrouped = regroup(moments.counts, group_of_stratum, groups)
    counts, present = counts_and_strata(design, regrouped)
    respondents, valid = counts[:, -1], counts[:, :-1]
    effect, of_mean = _item_effects(error, totals, respondents, valid)
    freedom = np.repeat(respondents[:, np.newaxis] - present[:, -1:], len(members) - items, axis=1)
    return MeasureTable(
        items=items,
        factors=len(factors),
        estimate=frozen_floats(estimate),
        standard_error=frozen_floats(error),
        degrees_of_freedom=frozen_integers(np.hstack((valid - present[:, :-1], freedom))),
        design_effect=frozen_floats(effect),
        design_effect_of_mean=frozen_floats(of_mean),
        valid_answers=frozen_integers(np.where(members, valid[:, np.newaxis, :], 0).max(axis=2, initial=0)),
        respondents=frozen_integers(respondents),
        weight=frozen_floats(totals[:, -1]),
        census=frozen_booleans(np.zeros(groups, bool)),
    )


def _strata(design: StratifiedDesign, moments: RakedMoments, rule: LonelyRule) -> _Strata:
    """Scale the moments of every stratum by its weight, size and finite population correction."""
    stratum, rows = moments.counts.stratum, moments.counts.rows
    fpc, weight = design.fpc[stratum], design.weights[stratum]
    lonely = np.isin(stratum, design.lonely)
    if rule is LonelyRule.FAIL and lonely.any():
        raise LonelyStratum(stratum[lonely])
    scale = np.where(rows > 1, fpc * rows / np.maximum(rows - 1, 1), 0.0) * weight**2
    if rule is LonelyRule.AVERAGE and lonely.any():
        scale *= len(lonely) / max(len(lonely) - int(lonely.sum()), 1)
    return _Strata(
        scale[:, np.newaxis, np.newaxis] * moments.products,
        weight[:, np.newaxis] * moments.sums,
        weight[:, np.newaxis, np.newaxis] * moments.level_answers,
        lonely if rule is LonelyRule.ADJUST else np.zeros(len(lonely), bool),
        fpc,
        int(rows.sum()),
    )


def _variances(
    moments: RakedMoments, strata: _Strata, code: IntArray, influence: FloatArray, rule: LonelyRule
) -> Iterator[FloatArray]:
    """Give the variances of all measures, some groups at a time: (groups, M)."""
    del rule
    levels = len(moments.inverse)
    outside = _level_totals(moments, strata)
    whole = _level_covariance(moments, strata, outside)
    order = np.argsort(code, kind="stable")
    starts = np.searchsorted(code[order], np.arange(len(influence) + 1))
    for first in range(0, len(influence), AT_ONCE):
        last = min(first + AT_ONCE, len(influence))
        rows = [order[starts[at] : starts[at + 1]] for at in range(first, last)]
        a = influence[first:last]
        parts = [_of_group(moments, strata, inside, outside) for inside in rows]
        within, across, by_level = (np.array([part[i] for part in parts]) for i in range(3))
        b = moments.inverse @ (by_level.reshape(len(rows), levels, -1) @ a.transpose(0, 2, 1))
        own = np.sum((a @ within) * a, axis=2)
        mixed = np.sum((a @ across).transpose(0, 2, 1) * b, axis=1)
        yield own - 2 * mixed + np.sum((whole @ b) * b, axis=1)


def _of_group(
    moments: RakedMoments, strata: _Strata, inside: IntArray, level_totals: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give A (2q, 2q), C (2q, p) and X'D y (p, 2q) of one group of strata."""
    answers, levels = moments.level_answers.shape[2], len(moments.inverse)
    inner, last = moments.inner, strata.products.shape[1] - 1
    summed = strata.products[inside].sum(axis=0)
    across, by_level = np.zeros((answers, levels)), np.zeros((levels, answers))
    across[:, inner] = summed[:answers, answers:last]
    by_level[inner] = strata.expanded[inside, :-1].sum(axis=0)
    for outer in moments.outer[inside].T:
        np.add.at(across.T, outer, strata.products[inside, last, :answers])
        np.add.at(by_level, outer, strata.expanded[inside, -1])
    within = summed[:answers, :answers].copy()
    if strata.lonely.any():
        _add_lonely(moments, strata, inside, level_totals, within, across)
    return within, across, by_level


def _add_lonely(
    moments: RakedMoments,
    strata: _Strata,
    inside: IntArray,
    level_totals: FloatArray,
    within: FloatArray,
    across: FloatArray,
) -> None:
    """Add f (t - c)(t - c)' of all lonely strata; outside the group their answers are 0, their levels not."""
    answers = len(within)
    held = np.zeros((len(strata.lonely), answers))
    held[inside] = strata.totals[inside, :answers]
    apart = held[strata.lonely] - held.sum(axis=0) / strata.rows
    weighted = strata.fpc[strata.lonely][:, np.newaxis] * apart
    levels = level_totals[strata.lonely] - level_totals.sum(axis=0) / strata.rows
    within += weighted.T @ apart
    across += weighted.T @ levels


def _level_totals(moments: RakedMoments, strata: _Strata) -> FloatArray:
    """Give the totals of all levels in every stratum (S, p)."""
    answers = moments.level_answers.shape[2]
    totals = np.zeros((len(strata.totals), len(moments.inverse)))
    totals[:, moments.inner] = strata.totals[:, answers:-1]
    for outer in moments.outer.T:
        totals[np.arange(len(totals)), outer] += strata.totals[:, -1]
    return totals


def _level_covariance(moments: RakedMoments, strata: _Strata, level_totals: FloatArray) -> FloatArray:
    """Give M (p, p): the covariance of the totals of levels from the whole sample."""
    answers, levels = moments.level_answers.shape[2], len(moments.inverse)
    matrix = np.zeros((levels, levels))
    products = strata.products[:, answers:, answers:]
    matrix[np.ix_(moments.inner, moments.inner)] = products[:, :-1, :-1].sum(axis=0)
    for outer in moments.outer.T:
        sums = np.zeros((levels, len(moments.inner)))
        np.add.at(sums, outer, products[:, -1, :-1])
        matrix[:, moments.inner] += sums
        matrix[moments.inner, :] += sums.T
        for other in moments.outer.T:
            np.add.at(matrix, (outer, other), products[:, -1, -1])
    if strata.lonely.any():
        apart = level_totals[strata.lonely] - level_totals.sum(axis=0) / strata.rows
        matrix += (strata.fpc[strata.lonely][:, np.newaxis] * apart).T @ apart
    return matrix


def _item_effects(
    error: FloatArray, totals: FloatArray, respondents: IntArray, valid: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Give the design effects of items: their weighted spread is S U / (S + U)^3."""
    items = valid.shape[1]
    above, below = totals[:, :items], totals[:, items : 2 * items]
    answered = above + below
    spread = ratio_or_nan(above * below, answered**3)
    effect, of_mean = np.full(error.shape, np.nan), np.full(error.shape, np.nan)
    varies = np.where(error[:, :items] > 0, error[:, :items] ** 2, np.nan)
    left = ratio_or_nan(totals[:, -1] - respondents, respondents - 1)[:, np.newaxis]
    effect[:, :items] = ratio_or_nan(varies, spread * left)
    of_mean[:, :items] = ratio_or_nan(varies, spread * ratio_or_nan(answered - valid, valid - 1))
    return effect, of_mean
