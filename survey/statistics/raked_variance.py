"""What raked estimates vary by, for any unions of strata, from raked moments.

V = a'A a - 2 a'C b + b'M b, with a the coefficients of a measure on the answers, b = (X'DX)^- X'D z its
regression on the margins, A and C the covariances of the totals of answers, and of answers with levels, from
the strata of the group, and M the covariance of the totals of levels from the whole sample: outside the group
z is 0, but its residual is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray, sums_by
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.influence import Linear, of_sums
from survey.statistics.moments import in_rows
from survey.statistics.raked_moments import RakedMoments
from survey.statistics.refusals import LonelyStratum

AT_ONCE = 64  # groups whose full vectors of levels are in memory together


@dataclass(frozen=True, eq=False)
class ScaledStrata:
    """The strata with rows, by what each adds to the variance.

    Attributes:
        scale: (S,) factor of the products.
        totals: (S, w) d x sum of g column.
        levels: (S, p) totals of all levels.
        weight: (S,) design weight.
        lonely: (S,) marked.
        fpc: (S,).
        rows: total number of rows.
        inner: number of levels that have a column.
    """

    scale: FloatArray
    totals: FloatArray
    levels: FloatArray
    weight: FloatArray
    lonely: BoolArray
    fpc: FloatArray
    rows: int
    inner: int


@dataclass(frozen=True, eq=False)
class _Blocks:
    """Strata of one group that share their constant levels, taken together (private to this module).

    Attributes:
        group: (K,) group code, ascending.
        outer: (K, m) positions of the constant levels.
        quadratic: (K, M) a'A a.
        across: (K, r + 1, M) C'a, the levels with a column and the constant ones, which share the last place.
        counted: (K, r + 1, M) X'D z in the same order.
    """

    group: IntArray
    outer: IntArray
    quadratic: FloatArray
    across: FloatArray
    counted: FloatArray


def scaled_strata(design: StratifiedDesign, moments: RakedMoments, rule: LonelyRule) -> ScaledStrata:
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
    return ScaledStrata(
        scale,
        totals,
        _level_totals(moments, totals),
        weight,
        lonely if rule is LonelyRule.ADJUST else np.zeros(len(lonely), bool),
        fpc,
        int(rows.sum()),
        len(moments.inner),
    )


def raked_variances(
    moments: RakedMoments, strata: ScaledStrata, code: IntArray, influence: Linear, groups: int
) -> FloatArray:
    """Give the variances of all measures of all groups: (G, M).

    With n = X'D z, P = (X'DX)^- and k = a'C: V = a'A a - 2 k P n + n'P'M P n.
    """
    blocks = _blocks(moments, strata, code, influence)
    inverse = moments.inverse
    residual = (-2 * inverse, inverse.T @ _level_covariance(moments, strata) @ inverse)
    variance = np.zeros((groups, influence.measures))
    single = np.bincount(blocks.group, minlength=groups)[blocks.group] == 1
    short = single & ~strata.lonely.any()
    for outer in np.unique(blocks.outer[short], axis=0):
        chosen = np.flatnonzero(short & (blocks.outer == outer).all(axis=1))
        places = _places(moments, outer)
        of_levels = [places.T @ matrix @ places for matrix in residual]
        variance[blocks.group[chosen]] = blocks.quadratic[chosen] + _residual(
            blocks.across[chosen], blocks.counted[chosen], of_levels
        )
    rest = np.setdiff1d(np.arange(groups), blocks.group[short])
    for first in range(0, len(rest), AT_ONCE):
        some = rest[first : first + AT_ONCE]
        quadratic, across, counted = _of_groups(moments, blocks, some)
        if strata.lonely.any():
            _add_lonely(strata, code, influence, some, quadratic=quadratic, across=across)
        variance[some] = quadratic + _residual(across, counted, residual)
    return variance


def _residual(across: FloatArray, counted: FloatArray, matrices: Sequence[FloatArray]) -> FloatArray:
    """Give k'L n + n'R n for vectors of levels k and n (b, p, M) and matrices L and R."""
    left, right = matrices
    form: FloatArray = np.einsum("bpm,bpm->bm", left.T @ across + right.T @ counted, counted)
    return form


def _places(moments: RakedMoments, outer: IntArray) -> FloatArray:
    """Give the matrix (p, r + 1) that puts the values of a block where they belong among all levels."""
    places = np.zeros((len(moments.inverse), len(moments.inner) + 1))
    places[moments.inner, np.arange(len(moments.inner))] = 1.0
    places[outer, -1] = 1.0
    return places


def _blocks(moments: RakedMoments, strata: ScaledStrata, code: IntArray, influence: Linear) -> _Blocks:
    """Take together the strata of one group that share their constant levels, and multiply by the influence."""
    span = len(moments.inverse)
    key = code.copy()
    for outer in moments.outer.T:
        key = key * span + outer
    key = np.where(code < 0, -1, key)
    order = np.argsort(key, kind="stable")[np.count_nonzero(key < 0) :]
    _, first = np.unique(key[order], return_index=True)
    begun, start = order[first], np.append(first, len(order))
    inside = influence.at(code[begun])

    def crossed(products: FloatArray, chosen: slice) -> FloatArray:
        """Give a'A a and a'C side by side."""
        answers = products.shape[2]
        quadratic = inside.form(products[:, :answers], chosen)
        return np.concatenate((quadratic[:, np.newaxis], inside.times(products[:, answers:], chosen)), axis=1)

    weighted = of_sums(crossed, strata.scale[np.newaxis, order], in_rows(moments.products, order), start)[0]
    counted = of_sums(
        inside.times, strata.weight[np.newaxis, order], in_rows(moments.level_answers, order), start
    )[0]
    return _Blocks(code[begun], moments.outer[begun], weighted[:, 0], weighted[:, 1:], counted)


def _of_groups(
    moments: RakedMoments, blocks: _Blocks, some: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give a'A a (g, M), k = C'a (g, p, M) and n = X'D z (g, p, M) of some groups."""
    chosen = np.flatnonzero(np.isin(blocks.group, some))
    place = np.searchsorted(some, blocks.group[chosen])
    quadratic = sums_by(place, blocks.quadratic[chosen], len(some))
    full = np.zeros((2, len(some), len(moments.inverse), quadratic.shape[1]))
    for at, block in zip(place.tolist(), chosen.tolist(), strict=True):
        places = _places(moments, blocks.outer[block])
        full[0, at] += places @ blocks.across[block]
        full[1, at] += places @ blocks.counted[block]
    return quadratic, full[0], full[1]


def _add_lonely(
    strata: ScaledStrata,
    code: IntArray,
    influence: Linear,
    some: IntArray,
    *,
    quadratic: FloatArray,
    across: FloatArray,
) -> None:
    """Add f (t - c)(t - c)' of all lonely strata; outside the group their answers are 0, their levels not."""
    answers = strata.totals.shape[1] - strata.inner - 1
    fpc, levels = (
        strata.fpc[strata.lonely],
        strata.levels[strata.lonely] - strata.levels.sum(axis=0) / strata.rows,
    )
    inside = np.flatnonzero(np.isin(code, some))
    totals = sums_by(np.searchsorted(some, code[inside]), strata.totals[inside, :answers], len(some))
    centre = influence.of(totals / strata.rows, some)
    quadratic += fpc.sum() * centre**2
    across -= (fpc @ levels)[:, np.newaxis] * centre[:, np.newaxis, :]
    own = np.flatnonzero(np.isin(code[strata.lonely], some))
    group = code[strata.lonely][own]
    place = np.searchsorted(some, group)
    held = influence.of(strata.totals[strata.lonely][own, :answers], group)
    quadratic += sums_by(place, fpc[own, np.newaxis] * held * (held - 2 * centre[place]), len(some))
    np.add.at(across, place, levels[own, :, np.newaxis] * (fpc[own, np.newaxis] * held)[:, np.newaxis, :])


def _level_totals(moments: RakedMoments, totals: FloatArray) -> FloatArray:
    """Give the totals of all levels in every stratum (S, p) from those of the columns (S, w)."""
    answers = moments.level_answers.shape[2]
    of_levels = np.zeros((len(totals), len(moments.inverse)))
    of_levels[:, moments.inner] = totals[:, answers:-1]
    for outer in moments.outer.T:
        of_levels[np.arange(len(totals)), outer] += totals[:, -1]
    return of_levels


def _level_covariance(moments: RakedMoments, strata: ScaledStrata) -> FloatArray:
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
