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
class _Group:
    """The cells of one group, with what the design says about them (private to this module).

    c cells in v variance strata: `present` holds the codes of those strata, `position` the place of
    each cell's stratum among them.
    """

    weights: FloatArray  # (c,)
    rows: IntArray  # (c,)
    means: FloatArray  # (c, k) mean of the columns over the rows of the cell
    products: FloatArray  # (c, k, k)
    position: IntArray  # (c,)
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

    Source: Särndal, Swensson & Wretman (1992), results 3.7.1 and 10.3 (domains); Wolter (2007), section
    6.11; R package survey, onestrat() for the lonely rules.
    """
    if lonely is LonelyRule.FAIL:
        _refuse_lonely(design, moments)
    columns = moments.sums.shape[1]
    totals = np.zeros((moments.groups, columns))
    covariance = np.zeros((moments.groups, columns, columns))
    spread = np.zeros_like(covariance)
    weight, census = np.zeros(moments.groups), np.zeros(moments.groups, bool)
    bounds = np.searchsorted(moments.group, np.arange(moments.groups + 1))
    for code in np.flatnonzero(np.diff(bounds)):
        group = _group(design, moments, slice(bounds[code], bounds[code + 1]))
        totals[code] = (group.weights * group.rows) @ group.means
        covariance[code] = _covariance(group, lonely)
        spread[code] = _spread(group)
        weight[code] = group.weights @ group.rows
        census[code] = not group.fpc.any()
    return Totals(
        frozen_floats(totals),
        frozen_floats(covariance),
        frozen_floats(spread),
        frozen_floats(weight),
        frozen_booleans(census),
    )


def _refuse_lonely(design: StratifiedDesign, moments: Moments) -> None:
    """Refuse lonely strata that have a row in some group."""
    present = np.intersect1d(design.lonely, moments.stratum)
    if len(present):
        raise LonelyStratum(present)


def _group(design: StratifiedDesign, moments: Moments, cells: slice) -> _Group:
    """Gather the cells of one group."""
    strata, stratum, rows = design.variance_strata, moments.stratum[cells], moments.rows[cells]
    present, position = np.unique(strata.of_stratum[stratum], return_inverse=True)
    return _Group(
        weights=design.weights[stratum],
        rows=rows,
        means=moments.sums[cells] / rows[:, np.newaxis],
        products=moments.products[cells],
        position=position,
        sizes=strata.sample_sizes[present],
        fpc=strata.fpc[present],
        lonely=strata.lonely[present],
    )


def _covariance(group: _Group, rule: LonelyRule) -> FloatArray:
    """Give the covariance of the totals of one group: strata with several responses, then the rule."""
    weighted = group.weights[:, np.newaxis] * group.means  # mean of t over the rows of the cell
    stratum_totals = np.zeros((len(group.sizes), weighted.shape[1]))
    np.add.at(stratum_totals, group.position, group.rows[:, np.newaxis] * weighted)
    means = stratum_totals / group.sizes[:, np.newaxis]
    several = group.sizes > 1
    scale = np.where(several, group.fpc * group.sizes / np.where(several, group.sizes - 1, 1), 0.0)
    inside = np.bincount(group.position, weights=group.rows, minlength=len(group.sizes))
    within = np.tensordot(scale[group.position] * group.weights**2, group.products, axes=1)
    between = _scaled(scale[group.position] * group.rows, weighted - means[group.position])
    absent = _scaled(scale * (group.sizes - inside), means)
    covariance: FloatArray = within + between.T @ between + absent.T @ absent
    return _with_lonely_strata(covariance, group, stratum_totals, rule)


def _with_lonely_strata(
    covariance: FloatArray, group: _Group, stratum_totals: FloatArray, rule: LonelyRule
) -> FloatArray:
    """Add what the rule says about strata with a single response.

    ADJUST: (1 - f)(t - c)(t - c)', c = sum of all t / sum of n_h over the strata present. AVERAGE: times
    (number of strata) / (number not lonely), counted among the strata present.
    """
    lonely = int(group.lonely.sum())
    if rule is LonelyRule.ADJUST and lonely:
        centre = stratum_totals.sum(axis=0) / group.sizes.sum()
        distance = _scaled(group.fpc[group.lonely], stratum_totals[group.lonely] - centre)
        return covariance + distance.T @ distance
    if rule is LonelyRule.AVERAGE and lonely:
        others = len(group.sizes) - lonely
        return covariance * (len(group.sizes) / others if others else np.nan)
    return covariance


def _spread(group: _Group) -> FloatArray:
    """Give the weighted sum of squares of the columns around their weighted mean in one group."""
    held = group.weights * group.rows
    distance = _scaled(held, group.means - held @ group.means / held.sum())
    spread: FloatArray = np.tensordot(group.weights, group.products, axes=1) + distance.T @ distance
    return spread


def _scaled(factor: FloatArray, rows: FloatArray) -> FloatArray:
    """Multiply each row by the square root of its factor, so that rows' x rows sums factor x row row'."""
    scaled: FloatArray = np.sqrt(factor)[:, np.newaxis] * rows
    return scaled
