"""Weighted totals of every group, and how much they would vary from sample to sample.

Everything here is a matrix over the columns of the moments; a measure is a function of the totals, and
its variance a quadratic form in their covariance (Taylor linearisation).
"""

from dataclasses import dataclass

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray, frozen_booleans, frozen_floats
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.moments import Moments
from survey.statistics.refusals import LonelyStratum


@dataclass(frozen=True, eq=False)
class Totals:
    """Weighted totals of k columns in G groups.

    Attributes:
        totals: (G, k) sum of weight x column.
        covariance: (G, k, k) estimated covariance of these totals, within a group; nan where undefined.
        spread: (G, k, k) sum of weight x (column - weighted mean)(column - weighted mean)'.
        weight: (G,) sum of the weights of the group's respondents.
        census: (G,) the group has responses and every stratum of it was asked in full.
    """

    totals: FloatArray
    covariance: FloatArray
    spread: FloatArray
    weight: FloatArray
    census: BoolArray


@dataclass(frozen=True, eq=False)
class _Cells:
    """The cells of all groups, in order of group, and their strata (private to this module).

    c cells; v pairs of group x variance stratum, in order of group; `position` is the pair of each cell.
    """

    groups: int
    start: IntArray  # (G' + 1,) where the cells of each group with rows begin
    present: IntArray  # (G',) codes of these groups
    weights: FloatArray  # (c,)
    rows: IntArray  # (c,)
    means: FloatArray  # (c, k) mean of the columns over the rows of the cell
    products: FloatArray  # (c, k, k)
    position: IntArray  # (c,)
    group: IntArray  # (v,)
    sizes: IntArray  # (v,) responses of the variance stratum, in or out of the group
    fpc: FloatArray  # (v,)
    lonely: BoolArray  # (v,)


def estimate_totals(
    design: StratifiedDesign, moments: Moments, *, lonely: LonelyRule = LonelyRule.FAIL
) -> Totals:
    """Estimate the totals of all columns in every group, with their covariance.

    V = sum over strata h of (1 - n_h/N_h) n_h/(n_h - 1) sum_i (t_i - mean t)(t_i - mean t)', where t_i is
    weight x columns of response i, and 0 for responses of the stratum outside the group (n_h counts all).
    From cell moments: sum of squares = w^2 products + rows (w mean - m)(w mean - m)' + (absent rows) m m',
    where m is the mean over the whole stratum: no large numbers are subtracted.

    Args:
        design: strata, populations, weights.
        moments: moments of the same rows and strata.
        lonely: rule for strata with one response out of several dossiers.

    Returns:
        Totals by group; a group without rows has totals and covariance 0. Under AVERAGE the covariance is
        nan where all strata of the group are lonely.

    Raises:
        LonelyStratum: under FAIL, if a lonely stratum has a row in any group.

    Source: Särndal, Swensson & Wretman (1992), result 3.7.1 and chapter 10 (domains); Wolter (2007),
    chapter 6; R package survey, onestrat() for the lonely rules.
    """
    if lonely is LonelyRule.FAIL:
        _refuse_lonely(design, moments)
    cells = _cells(design, moments)
    held = cells.weights * cells.rows
    totals = _by_group(cells, held[:, np.newaxis] * cells.means)
    weight = _by_group(cells, held[:, np.newaxis])[:, 0]
    return Totals(
        frozen_floats(totals),
        _frozen(_covariance(cells, lonely)),
        _frozen(_spread(cells, totals, weight)),
        frozen_floats(weight),
        frozen_booleans(np.isin(np.arange(moments.groups), moments.group) & ~_any_left(cells)),
    )


def _frozen(matrices: FloatArray) -> FloatArray:
    """Make matrices read-only without a copy."""
    matrices.setflags(write=False)
    return matrices


def _refuse_lonely(design: StratifiedDesign, moments: Moments) -> None:
    """Refuse lonely strata that have a row in some group."""
    present = np.intersect1d(design.lonely, moments.stratum)
    if len(present):
        raise LonelyStratum(present)


def _cells(design: StratifiedDesign, moments: Moments) -> _Cells:
    """Gather the cells with what the design says about them."""
    strata, stratum = design.variance_strata, moments.stratum
    span = len(strata.sample_sizes)
    pairs, position = np.unique(moments.group * span + strata.of_stratum[stratum], return_inverse=True)
    present, first = np.unique(moments.group, return_index=True)
    return _Cells(
        groups=moments.groups,
        start=np.append(first, len(stratum)),
        present=present,
        weights=design.weights[stratum],
        rows=moments.rows,
        means=moments.sums / moments.rows[:, np.newaxis],
        products=moments.products,
        position=position,
        group=pairs // span,
        sizes=strata.sample_sizes[pairs % span],
        fpc=strata.fpc[pairs % span],
        lonely=strata.lonely[pairs % span],
    )


def _covariance(cells: _Cells, rule: LonelyRule) -> FloatArray:
    """Give the covariance of the totals of every group: strata with several responses, then the rule."""
    weighted = cells.weights[:, np.newaxis] * cells.means  # mean of t over the rows of the cell
    totals = np.zeros((len(cells.sizes), weighted.shape[1]))
    np.add.at(totals, cells.position, cells.rows[:, np.newaxis] * weighted)
    means = totals / cells.sizes[:, np.newaxis]
    several = cells.sizes > 1
    scale = np.where(several, cells.fpc * cells.sizes / np.where(several, cells.sizes - 1, 1), 0.0)
    inside = np.bincount(cells.position, weights=cells.rows, minlength=len(cells.sizes))
    covariance = _weighted_products(cells, scale[cells.position] * cells.weights**2)
    whole = np.bincount(cells.position, minlength=len(cells.sizes)) == 1
    whole &= inside == cells.sizes  # nothing of the stratum lies outside the cell: no distances between
    apart = np.flatnonzero(~whole[cells.position])
    between = _scaled(
        (scale[cells.position] * cells.rows.astype(float))[apart], (weighted - means[cells.position])[apart]
    )
    _add_outer(covariance, cells.group[cells.position[apart]], between)
    short = np.flatnonzero(~whole)
    _add_outer(covariance, cells.group[short], _scaled((scale * (cells.sizes - inside))[short], means[short]))
    return _with_lonely_strata(covariance, cells, totals, rule)


def _with_lonely_strata(
    covariance: FloatArray, cells: _Cells, totals: FloatArray, rule: LonelyRule
) -> FloatArray:
    """Add what the rule says about strata with a single response.

    ADJUST: (1 - f)(t - c)(t - c)', c = sum of all t / sum of n_h over the strata present. AVERAGE: times
    (number of strata) / (number not lonely), counted among the strata present.
    """
    if rule is LonelyRule.ADJUST and cells.lonely.any():
        sums = np.zeros((cells.groups, totals.shape[1]))
        np.add.at(sums, cells.group, totals)
        sizes = np.bincount(cells.group, weights=cells.sizes, minlength=cells.groups)
        alone = np.flatnonzero(cells.lonely)
        group = cells.group[alone]
        distance = totals[alone] - sums[group] / sizes[group][:, np.newaxis]
        _add_outer(covariance, group, _scaled(cells.fpc[alone], distance))
    if rule is LonelyRule.AVERAGE and cells.lonely.any():
        strata = np.bincount(cells.group, minlength=cells.groups)
        others = strata - np.bincount(cells.group, weights=cells.lonely, minlength=cells.groups)
        factor = np.divide(strata, others, out=np.full(cells.groups, np.nan), where=others > 0)
        covariance *= np.where(strata == others, 1.0, factor)[:, np.newaxis, np.newaxis]
    return covariance


def _spread(cells: _Cells, totals: FloatArray, weight: FloatArray) -> FloatArray:
    """Give the weighted sum of squares of the columns around their weighted mean in every group."""
    spread = _weighted_products(cells, cells.weights)
    group = cells.group[cells.position]
    mean = totals[group] / weight[group][:, np.newaxis]
    alone = np.bincount(group, minlength=cells.groups)[group] == 1
    apart = np.flatnonzero(~alone)
    held = (cells.weights * cells.rows)[apart]
    _add_outer(spread, group[apart], _scaled(held, (cells.means - mean)[apart]))
    return spread


def _weighted_products(cells: _Cells, factor: FloatArray) -> FloatArray:
    """Sum factor x products over the cells of every group: (G, k, k)."""
    width = cells.products.shape[1]
    sums = np.zeros((cells.groups, width * width))
    flat = cells.products.reshape(len(factor), width * width)
    for at, group in enumerate(cells.present):
        inside = slice(cells.start[at], cells.start[at + 1])
        np.matmul(factor[inside], flat[inside], out=sums[group])
    return sums.reshape(cells.groups, width, width)


def _add_outer(matrices: FloatArray, group: IntArray, rows: FloatArray) -> None:
    """Add row row' to the matrix of the row's group; rows are in order of group."""
    present, first = np.unique(group, return_index=True)
    stops = np.append(first, len(group))[1:]
    for code, start, stop in zip(present, first, stops, strict=True):
        matrices[code] += rows[start:stop].T @ rows[start:stop]


def _by_group(cells: _Cells, values: FloatArray) -> FloatArray:
    """Sum rows of cells (c, k) by group: (G, k)."""
    sums = np.zeros((cells.groups, values.shape[1]))
    if len(values):
        sums[cells.present] = np.add.reduceat(values, cells.start[:-1], axis=0)
    return sums


def _any_left(cells: _Cells) -> BoolArray:
    """Tell for every group whether some stratum was not asked in full."""
    left = np.bincount(cells.group, weights=cells.fpc > 0, minlength=cells.groups)
    return np.asarray(left > 0)


def _scaled(factor: FloatArray, rows: FloatArray) -> FloatArray:
    """Multiply each row by the square root of its factor, so that rows' x rows sums factor x row row'."""
    scaled: FloatArray = np.sqrt(factor)[:, np.newaxis] * rows
    return scaled
