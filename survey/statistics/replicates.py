"""Replicate weights: the estimate repeated on slightly different samples shows how much it varies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from survey.statistics.quantities import Quantity
from survey.statistics.refusals import LonelyStratum, MismatchedShapes, NoReplicate
from survey.statistics.sample import Adjustment, Sample

RANK = 1e-5  # as R survey's degf, whose QR decomposition takes the columns in order too


@dataclass(frozen=True, eq=False)
class Replicates:
    """Full weights and R replicate weights, both adjusted in the same way.

    V = scale x sum_r rscales_r (theta_r - c)^2; c is the mean of the theta_r with rscales above 0, or the full
    estimate if `around_full`.

    Attributes:
        weights: (n,) full-sample weights, 0 outside the domain.
        multiplied: (n, R) replicate weights, 0 outside the domain.
        scale: one factor for all.
        rscales: (R,) one for each.
        around_full: R's mse = TRUE.
        inside: (n,) rows of the domain.
        base: (n,) design weights.

    Source: Wolter (2007), chapters 4 (jackknife) and 5 (bootstrap).
    """

    weights: FloatArray
    multiplied: FloatArray
    scale: float
    rscales: FloatArray
    around_full: bool
    inside: BoolArray
    base: FloatArray

    @property
    def file_rows(self) -> int:
        """Rows of the domain."""
        return int(self.inside.sum())

    @cached_property
    def degrees_of_freedom(self) -> int:
        """Rank of the replicate weights minus 1; a column that adds less than RANK of its size adds nothing."""
        return _rank(self.multiplied) - 1

    def within(self, rows: BoolArray) -> "Replicates":
        """Restrict to a domain: all weights outside become 0."""
        inside = self.inside & rows
        return replace(
            self,
            weights=np.where(inside, self.weights, 0.0),
            multiplied=np.where(inside[:, np.newaxis], self.multiplied, 0.0),
            inside=inside,
        )

    def adjusted(self, adjustment: Adjustment) -> "Replicates":
        """Adjust the full weights and every replicate's, each on its own.

        Raises:
            Refusal: what the adjustment refuses, for the full sample or a replicate.
        """
        columns = [adjustment.weights(column, replicate=True) for column in self.multiplied.T]
        return replace(self, weights=adjustment.weights(self.weights), multiplied=np.column_stack(columns))

    def covariance(self, quantity: Quantity) -> FloatArray:
        """Estimate the (k, k) covariance of a quantity; replicates without a value are left out.

        Raises:
            NoReplicate: no replicate has a value.
        """
        values = np.array([quantity.value(column) for column in self.multiplied.T])
        full = quantity.value(self.weights)
        found = ~np.isnan(values[:, ~np.isnan(full)]).any(axis=1)
        if not found.any():
            raise NoReplicate(len(values))
        values, rscales = values[found], self.rscales[found]
        centre = full if self.around_full else values[rscales > 0].mean(axis=0)
        apart = np.sqrt(rscales * self.scale)[:, np.newaxis] * (values - centre)
        return np.asarray(apart.T @ apart, np.float64)


def replicate(
    sample: Sample,
    multipliers: FloatArray,
    *,
    scale: float,
    rscales: Sequence[float] | FloatArray | None = None,
    around_full: bool = False,
) -> Replicates:
    """Make replicates from given multipliers (bootstrap, or any other method).

    Full replicate weight = design weight x multiplier; all adjustments of the sample are then repeated in
    every replicate.

    Args:
        sample: the design, calibrated or not.
        multipliers: (n, R).
        scale: factor of the variance.
        rscales: (R,) factors of the replicates; 1 if absent.
        around_full: variance around the full estimate instead of the mean of replicates.

    Returns:
        The replicates.

    Raises:
        MismatchedShapes: multipliers or rscales of the wrong shape.
        Refusal: what an adjustment refuses in a replicate.
    """
    multipliers = np.asarray(multipliers, np.float64)
    scales = np.ones(multipliers.shape[1]) if rscales is None else np.asarray(rscales, np.float64)
    if len(multipliers) != len(sample.base) or scales.shape != multipliers.shape[1:]:
        raise MismatchedShapes(rows=sample.base.shape, multipliers=multipliers.shape, rscales=scales.shape)
    everybody = np.ones(len(sample.base), bool)
    begun = Replicates(
        sample.base,
        sample.base[:, np.newaxis] * multipliers,
        float(scale),
        frozen_floats(scales),
        around_full,
        everybody,
        sample.base,
    )
    for adjustment in sample.history:
        begun = begun.adjusted(adjustment)
    return replace(begun, inside=sample.inside)


def jackknife(
    sample: Sample, *, stratified: bool, scale: float | None = None, around_full: bool = False
) -> Replicates:
    """Leave out one first-stage unit at a time.

    JKn (stratified): the others of its stratum h count n/(n-1), rscale (1 - f_h)(n_h - 1)/n_h, scale 1. Strata
    that were asked in full have nothing to vary by and give no replicates, unless all were.
    JK1: the same with all units in one stratum, the factor being the scale.

    Args:
        sample: the design, calibrated or not.
        stratified: JKn instead of JK1.
        scale: replaces the scale.
        around_full: variance around the full estimate.

    Returns:
        The replicates, one per unit that can be left out, in the order in which strata and units appear.

    Raises:
        LonelyStratum: a stratum of one unit out of several cannot lose it.

    Source: Wolter (2007), section 4.5; tests/golden/cases/README.md, replicates.
    """
    stage = sample.stages[0]
    units, first = np.unique(stage.cluster[sample.kept], return_index=True)
    stratum = stage.stratum[sample.kept][first] if stratified else np.zeros(len(units), np.int64)
    drawn = stage.drawn[stratum] if stratified else np.full(len(units), len(units))
    lonely = np.unique(stratum[(drawn == 1) & (stage.fpc[stratum] > 0)])
    if len(lonely):
        raise LonelyStratum(lonely)
    place = np.searchsorted(units, stage.cluster)
    place = np.where(np.isin(stage.cluster, units), place, 0)
    others = drawn / np.maximum(drawn - 1, 1)
    same = stratum[place][:, np.newaxis] == stratum[np.newaxis, :]
    multipliers = np.where(same, others[np.newaxis, :], 1.0)
    multipliers[place[:, np.newaxis] == np.arange(len(units))[np.newaxis, :]] = 0.0
    factors = stage.fpc[stratum] * (drawn - 1) / drawn
    order = _by_appearance(stratum, first)
    if stratified:
        varies = order[factors[order] > 0] if (factors > 0).any() else order
        return replicate(
            sample,
            multipliers[:, varies],
            scale=scale or 1.0,
            rscales=factors[varies],
            around_full=around_full,
        )
    one = float(factors[0]) if scale is None else scale
    return replicate(sample, multipliers[:, order], scale=one, around_full=around_full)


def _by_appearance(stratum: IntArray, first: IntArray) -> IntArray:
    """Order units by the first row of their stratum, then by their own first row, as R does."""
    appeared = np.full(int(stratum.max(initial=-1)) + 1, int(first.max(initial=0)))
    np.minimum.at(appeared, stratum, first)
    return np.lexsort((first, appeared[stratum]))


def bootstrap(
    sample: Sample, *, replicates: int, random: np.random.Generator, around_full: bool = False
) -> Replicates:
    """Draw first-stage units again, n_h - 1 of n_h with replacement, in every stratum (rescaling bootstrap).

    A unit drawn r times counts 1 - s + s r n_h/(n_h - 1), s = sqrt(1 - n_h/N_h), and the scale is 1/R. For a
    total the variance is that of Taylor linearisation on average over the draws.

    Args:
        sample: the design, calibrated or not.
        replicates: R, 2 or more; several hundred for a stable variance.
        random: the source of chance; the same seed gives the same replicates.
        around_full: variance around the full estimate.

    Returns:
        The replicates, every adjustment repeated in each.

    Raises:
        LonelyStratum: a stratum of one unit out of several cannot be drawn from again.

    Source: Rao & Wu (1988), JASA 83; Rao, Wu & Yue (1992), Survey Methodology 18.
    """
    stage = sample.stages[0]
    units, place = np.unique(stage.cluster, return_inverse=True)
    stratum = stage.stratum[np.unique(stage.cluster, return_index=True)[1]]
    if stage.lonely[stratum].any():
        raise LonelyStratum(np.unique(stratum[stage.lonely[stratum]]))
    multipliers = np.ones((len(units), replicates))
    for code in np.unique(stratum):
        inside, drawn = np.flatnonzero(stratum == code), int(stage.drawn[code])
        if drawn > 1:
            times = random.multinomial(drawn - 1, np.full(drawn, 1 / drawn), replicates).T
            share = stage.fpc[code] ** 0.5
            multipliers[inside] = 1 - share + share * times * drawn / (drawn - 1)
    return replicate(sample, multipliers[place], scale=1 / replicates, around_full=around_full)


def _rank(columns: FloatArray) -> int:
    """Count the columns (n, R) of which a share above RANK is not a combination of those before."""
    basis = np.zeros((len(columns), min(columns.shape)))
    rank = 0
    for column in columns.T:
        known, rest = basis[:, :rank], column
        for _ in range(2):  # twice: what rounding leaves of the first projection goes too
            rest = rest - known @ (known.T @ rest)
        size = float(np.linalg.norm(rest))
        if rank < basis.shape[1] and size > 0 and size >= RANK * float(np.linalg.norm(column)):
            basis[:, rank] = rest / size
            rank += 1
    return rank
