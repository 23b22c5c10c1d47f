"""Weighted totals of every group, and how much they and the measures made of them vary from sample to sample.

A measure is a function of the totals, and its variance a quadratic form in their covariance (Taylor
linearisation). A covariance is the sum of factor x products of cells, and of rows row row': for many groups the
forms are taken cell by cell, and the covariances themselves are never made.
"""

from dataclasses import dataclass

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray, frozen_booleans, frozen_floats, sums_by
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.influence import Linear, of_sums
from survey.statistics.moments import Moments
from survey.statistics.refusals import LonelyStratum


@dataclass(frozen=True, eq=False)
class Totals:
    """Weighted totals of k columns in G groups.

    Attributes:
        totals: (G, k) sum of weight x column.
        weight: (G,) sum of the weights of the group's respondents.
        census: (G,) the group has responses and every stratum of it was asked in full.
    """

    totals: FloatArray
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


@dataclass(frozen=True, eq=False)
class _Squares:
    """A covariance of every group, not added up (private to this module).

    Attributes:
        factor: (c,) of the products of each cell.
        rows: (r, k) whose row row' are added.
        group: (r,) their groups.
        scale: (G,) multiplies everything.
    """

    factor: FloatArray
    rows: FloatArray
    group: IntArray
    scale: FloatArray


def estimate_totals(design: StratifiedDesign, moments: Moments) -> Totals:
    """Estimate the totals of all columns in every group.

    Args:
        design: strata, populations, weights.
        moments: moments of the same rows and strata.

    Returns:
        Totals by group; 0 for a group without rows.

    Source: Särndal, Swensson & Wretman (1992), result 2.8.1.
    """
    cells = _cells(design, moments)
    held = cells.weights * cells.rows
    return Totals(
        frozen_floats(sums_by(moments.group, held[:, np.newaxis] * cells.means, moments.groups)),
        frozen_floats(np.bincount(moments.group, held, moments.groups)),
        frozen_booleans(np.isin(np.arange(moments.groups), moments.group) & ~_any_left(cells)),
    )


def covariance_of_totals(
    design: StratifiedDesign, moments: Moments, *, lonely: LonelyRule = LonelyRule.FAIL
) -> FloatArray:
    """Estimate the covariance of the totals within every group.

    V = sum over strata h of (1 - n_h/N_h) n_h/(n_h - 1) sum_i (t_i - mean t)(t_i - mean t)', where t_i is
    weight x columns of response i, and 0 for responses of the stratum outside the group (n_h counts all).
    From cell moments: sum of squares = w^2 products + rows (w mean - m)(w mean - m)' + (absent rows) m m',
    where m is the mean over the whole stratum: no large numbers are subtracted.

    Args:
        design: strata, populations, weights.
        moments: moments of the same rows and strata.
        lonely: rule for strata with one response out of several dossiers.

    Returns:
        (G, k, k); 0 for a group without rows. Under AVERAGE nan where all strata of the group are lonely.

    Raises:
        LonelyStratum: under FAIL, if a lonely stratum has a row in any group.

    Source: Särndal, Swensson & Wretman (1992), result 3.7.1 and chapter 10 (domains); Wolter (2007),
    chapter 6; R package survey, onestrat() for the lonely rules.
    """
    cells = _cells(design, moments)
    squares = _sampling(design, moments, cells, lonely)
    covariance = np.zeros((cells.groups, *cells.products.shape[1:]))
    if len(cells.present):
        factors = squares.factor[np.newaxis]
        covariance[cells.present] = of_sums(lambda sums, _: sums, factors, cells.products, cells.start)[0]
    for code in np.unique(squares.group):
        rows = squares.rows[squares.group == code]
        covariance[code] += rows.T @ rows
    covariance *= squares.scale[:, np.newaxis, np.newaxis]
    covariance.setflags(write=False)
    return covariance


@dataclass(frozen=True, eq=False)
class Variances:
    """Of every measure in every group (G, M).

    Attributes:
        variance: of the estimate; nan under AVERAGE where all strata of the group are lonely.
        terms: the largest that the variance could be, whatever the correlations of the totals.
        spread: weighted sum of squares of the influence around its weighted mean, over the group's respondents.
    """

    variance: FloatArray
    terms: FloatArray
    spread: FloatArray


def variances_of_measures(
    design: StratifiedDesign, moments: Moments, totals: Totals, influence: Linear, *, lonely: LonelyRule
) -> Variances:
    """Give the variances a' V a of measures with influence a, V as in `covariance_of_totals`.

    Args:
        design: strata, populations, weights.
        moments: moments of the same rows and strata.
        totals: from `estimate_totals`.
        influence: of the measures, in all groups.
        lonely: rule for strata with one response out of several dossiers.

    Returns:
        Variances, their bounds, and spreads.

    Raises:
        LonelyStratum: under FAIL, if a lonely stratum has a row in any group.
    """
    cells = _cells(design, moments)
    sampling, spread = _sampling(design, moments, cells, lonely), _spread(cells, totals)
    forms = np.zeros((2, cells.groups, influence.measures))
    if len(cells.present):
        factors = np.stack((sampling.factor, spread.factor))
        inside = influence.at(cells.present)
        forms[:, cells.present] = of_sums(inside.form, factors, cells.products, cells.start)
    for which, squares in enumerate((sampling, spread)):
        forms[which] += sums_by(squares.group, influence.of(squares.rows, squares.group) ** 2, cells.groups)
        forms[which] *= squares.scale[:, np.newaxis]
    own = np.einsum("cii->ci", cells.products) * sampling.factor[:, np.newaxis]
    deviations = sums_by(moments.group, own, cells.groups)
    deviations += sums_by(sampling.group, sampling.rows**2, cells.groups)
    deviations *= sampling.scale[:, np.newaxis]
    return Variances(forms[0], influence.bound(np.sqrt(deviations)) ** 2, forms[1])


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


def _sampling(design: StratifiedDesign, moments: Moments, cells: _Cells, rule: LonelyRule) -> _Squares:
    """Give the covariance of the totals: strata with several responses, then what the rule says."""
    if rule is LonelyRule.FAIL:
        _refuse_lonely(design, moments)
    weighted = cells.weights[:, np.newaxis] * cells.means  # mean of t over the rows of the cell
    totals = sums_by(cells.position, cells.rows[:, np.newaxis] * weighted, len(cells.sizes))
    means = totals / cells.sizes[:, np.newaxis]
    several = cells.sizes > 1
    scale = np.where(several, cells.fpc * cells.sizes / np.where(several, cells.sizes - 1, 1), 0.0)
    inside = np.bincount(cells.position, weights=cells.rows, minlength=len(cells.sizes))
    whole = np.bincount(cells.position, minlength=len(cells.sizes)) == 1
    whole &= inside == cells.sizes  # nothing of the stratum lies outside the cell: no distances between
    apart = np.flatnonzero(~whole[cells.position])
    short = np.flatnonzero(~whole)
    between = _scaled(
        (scale[cells.position] * cells.rows.astype(float))[apart], (weighted - means[cells.position])[apart]
    )
    absent = _scaled((scale * (cells.sizes - inside))[short], means[short])
    alone, distance = _lonely_distances(cells, totals, rule)
    return _Squares(
        scale[cells.position] * cells.weights**2,
        np.vstack((between, absent, distance)),
        np.concatenate((cells.group[cells.position[apart]], cells.group[short], alone)),
        _average(cells) if rule is LonelyRule.AVERAGE else np.ones(cells.groups),
    )


def _lonely_distances(cells: _Cells, totals: FloatArray, rule: LonelyRule) -> tuple[IntArray, FloatArray]:
    """Give (1 - f)(t - c)(t - c)' of lonely strata under ADJUST, c = sum of all t / sum of n_h of those present."""
    alone = np.flatnonzero(cells.lonely) if rule is LonelyRule.ADJUST else np.zeros(0, np.int64)
    sums = sums_by(cells.group, totals, cells.groups)
    sizes = np.bincount(cells.group, weights=cells.sizes, minlength=cells.groups)
    group = cells.group[alone]
    return group, _scaled(cells.fpc[alone], totals[alone] - sums[group] / sizes[group][:, np.newaxis])


def _average(cells: _Cells) -> FloatArray:
    """Give strata / strata that are not lonely, of those present in each group; nan if all are lonely."""
    strata = np.bincount(cells.group, minlength=cells.groups)
    others = strata - np.bincount(cells.group, weights=cells.lonely, minlength=cells.groups)
    factor = np.divide(strata, others, out=np.full(cells.groups, np.nan), where=others > 0)
    return np.where(strata == others, 1.0, factor)


def _spread(cells: _Cells, totals: Totals) -> _Squares:
    """Give the weighted sum of squares of the columns around their weighted mean in every group."""
    group = cells.group[cells.position]
    mean = totals.totals[group] / totals.weight[group][:, np.newaxis]
    alone = np.bincount(group, minlength=cells.groups)[group] == 1
    apart = np.flatnonzero(~alone)
    held = (cells.weights * cells.rows)[apart]
    rows = _scaled(held, (cells.means - mean)[apart])
    return _Squares(cells.weights, rows, group[apart], np.ones(cells.groups))


def _any_left(cells: _Cells) -> BoolArray:
    """Tell for every group whether some stratum was not asked in full."""
    left = np.bincount(cells.group, weights=cells.fpc > 0, minlength=cells.groups)
    return np.asarray(left > 0)


def _scaled(factor: FloatArray, rows: FloatArray) -> FloatArray:
    """Multiply each row by the square root of its factor, so that rows' x rows sums factor x row row'."""
    scaled: FloatArray = np.sqrt(factor)[:, np.newaxis] * rows
    return scaled
