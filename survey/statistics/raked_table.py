"""The SIPAS table after raking, for any unions of strata, from raked moments.

V = a'A a - 2 a'C b + b'M b, with a the coefficients of a measure on the answers, b = (X'DX)^- X'D z its
regression on the margins, A and C the covariances of the totals of answers, and of answers with levels, from
the strata of the group, and M the covariance of the totals of levels from the whole sample: outside the group
z is 0, but its residual is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
        scale: (S,) factor of the products.
        totals: (S, w) d x sum of g column.
        levels: (S, p) totals of all levels.
        weight: (S,) design weight.
        lonely: (S,) marked.
        fpc: (S,).
        rows: total number of rows.
    """

    scale: FloatArray
    totals: FloatArray
    levels: FloatArray
    weight: FloatArray
    lonely: BoolArray
    fpc: FloatArray
    rows: int


@dataclass(frozen=True, eq=False)
class _Blocks:
    """Strata of one group that share their constant levels, taken together (private to this module).

    Attributes:
        group: (K,) group code, ascending.
        outer: (K, m) positions of the constant levels.
        products: (K, w, 2q) covariance of totals of all columns with those of the answers.
        expanded: (K, r + 1, 2q) d x level x answer counts.
    """

    group: IntArray
    outer: IntArray
    products: FloatArray
    expanded: FloatArray


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
    variance = _variances(moments, strata, code, influence)
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
    totals = weight[:, np.newaxis] * moments.sums
    return _Strata(
        scale,
        totals,
        _level_totals(moments, totals),
        weight,
        lonely if rule is LonelyRule.ADJUST else np.zeros(len(lonely), bool),
        fpc,
        int(rows.sum()),
    )


def _variances(moments: RakedMoments, strata: _Strata, code: IntArray, influence: FloatArray) -> FloatArray:
    """Give the variances of all measures of all groups: (G, M).

    With n = X'D z, P = (X'DX)^- and k = a'C: V = a'A a - 2 k P n + n'P M P n.
    """
    groups, measures = influence.shape[:2]
    levels = len(moments.inverse)
    blocks = _blocks(moments, strata, code)
    own = np.zeros((groups, measures))
    right = np.concatenate(
        (-2 * moments.inverse, moments.inverse @ _level_covariance(moments, strata) @ moments.inverse)
    )
    bounds = np.searchsorted(blocks.group, np.arange(0, groups + AT_ONCE, AT_ONCE))
    for first, (start, stop) in zip(range(0, groups, AT_ONCE), pairwise(bounds.tolist()), strict=False):
        a = influence[first : first + AT_ONCE]
        quadratic, across, by_level = _of_groups(moments, blocks, slice(start, stop), a, first)
        if strata.lonely.any():
            _add_lonely(strata, code - first, a, quadratic, across)
        both = np.concatenate((across, by_level), axis=2).reshape(-1, 2 * levels)
        residual = np.sum((both @ right).reshape(by_level.shape) * by_level, axis=2)
        own[first : first + AT_ONCE] = quadratic + residual
    return own


def _blocks(moments: RakedMoments, strata: _Strata, code: IntArray) -> _Blocks:
    """Take together the strata of one group that share their constant levels."""
    answers, span = moments.level_answers.shape[2], len(moments.inverse)
    key = code.copy()
    for outer in moments.outer.T:
        key = key * span + outer
    key = np.where(code < 0, -1, key)
    order = np.argsort(key, kind="stable")[np.count_nonzero(key < 0) :]
    _, first = np.unique(key[order], return_index=True)
    products = np.empty((len(first), moments.products.shape[1], answers))
    expanded = np.empty((len(first), *moments.level_answers.shape[1:]))
    for block, (start, stop) in enumerate(pairwise([*first.tolist(), len(order)])):
        inside = order[start:stop]
        products[block] = np.tensordot(strata.scale[inside], moments.products[inside], 1)
        expanded[block] = np.tensordot(strata.weight[inside], moments.level_answers[inside], 1)
    begun = order[first]
    return _Blocks(code[begun], moments.outer[begun], products, expanded)


def _of_groups(
    moments: RakedMoments, blocks: _Blocks, chosen: slice, a: FloatArray, first: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give a'A a (G, M), k = a'C (G, M, p) and n = X'D z (G, M, p) of some groups."""
    answers = moments.level_answers.shape[2]
    group = blocks.group[chosen] - first
    of_block = a[group]
    crossed = of_block @ blocks.products[chosen].transpose(0, 2, 1)
    counted = of_block @ blocks.expanded[chosen].transpose(0, 2, 1)
    quadratic = np.zeros(a.shape[:2])
    np.add.at(quadratic, group, np.sum(crossed[:, :, :answers] * of_block, axis=2))
    across = np.zeros((*a.shape[:2], len(moments.inverse)))
    by_level = np.zeros_like(across)
    present, start = np.unique(group, return_index=True)
    for target, values in ((across, crossed[:, :, answers:]), (by_level, counted)):
        if len(group):
            inner = np.add.reduceat(values[:, :, :-1], start, axis=0)
            target[np.ix_(present, np.arange(a.shape[1]), moments.inner)] = inner
        for outer in blocks.outer[chosen].T:
            np.add.at(target.transpose(0, 2, 1), (group, outer), values[:, :, -1])
    return quadratic, across, by_level


def _add_lonely(
    strata: _Strata, code: IntArray, a: FloatArray, quadratic: FloatArray, across: FloatArray
) -> None:
    """Add f (t - c)(t - c)' of all lonely strata; outside the group their answers are 0, their levels not."""
    answers, fpc = a.shape[2], strata.fpc[strata.lonely][:, np.newaxis]
    levels = strata.levels[strata.lonely] - strata.levels.sum(axis=0) / strata.rows
    for at in range(len(a)):
        inside = (code == at)[:, np.newaxis]
        centre = strata.totals[inside[:, 0], :answers].sum(axis=0) / strata.rows
        held = np.where(inside, strata.totals[:, :answers], 0.0)[strata.lonely]
        apart = (held - centre) @ a[at].T
        quadratic[at] += np.sum(fpc * apart**2, axis=0)
        across[at] += (fpc * apart).T @ levels


def _level_totals(moments: RakedMoments, totals: FloatArray) -> FloatArray:
    """Give the totals of all levels in every stratum (S, p) from those of the columns (S, w)."""
    answers = moments.level_answers.shape[2]
    of_levels = np.zeros((len(totals), len(moments.inverse)))
    of_levels[:, moments.inner] = totals[:, answers:-1]
    for outer in moments.outer.T:
        of_levels[np.arange(len(totals)), outer] += totals[:, -1]
    return of_levels


def _level_covariance(moments: RakedMoments, strata: _Strata) -> FloatArray:
    """Give M (p, p): the covariance of the totals of levels from the whole sample."""
    levels = len(moments.inverse)
    matrix = np.zeros((levels, levels))
    products = strata.scale[:, np.newaxis, np.newaxis] * moments.level_products
    matrix[np.ix_(moments.inner, moments.inner)] = products[:, :-1, :-1].sum(axis=0)
    for outer in moments.outer.T:
        sums = np.zeros((levels, len(moments.inner)))
        np.add.at(sums, outer, products[:, -1, :-1])
        matrix[:, moments.inner] += sums
        matrix[moments.inner, :] += sums.T
        for other in moments.outer.T:
            np.add.at(matrix, (outer, other), products[:, -1, -1])
    if strata.lonely.any():
        apart = strata.levels[strata.lonely] - strata.levels.sum(axis=0) / strata.rows
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
