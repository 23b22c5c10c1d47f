"""Variances of thousands of groups of a calibrated sample, without going through all rows for each of them.

The residual of a group's variable does not stop at its border: inside it is w z - X B, outside -X B, with X the
calibration variables times their weights and B the group's coefficients. Its variance is the quadratic form
V(t) - 2 B'C + B'V(X) B: t and its covariance C with X need the rows of the group only, V(X) is the same for all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray
from survey.statistics.design import LonelyRule
from survey.statistics.refusals import LonelyStratum
from survey.statistics.sample import Residuals, Sample, Stage

MOST = 400  # calibration variables; with more, matrices of them would cost more than the rows
ROWS = 16_384  # rows whose calibration variables are in memory together


@dataclass(frozen=True, eq=False)
class _Known:
    """What a stage says about the calibration variables, the same for all groups (private to this module).

    Attributes:
        scale: (H,) share (1 - n/N) n/(n - 1), 0 with a single unit.
        mean: (H, r) mean total of the units of each stratum.
        covariance: (r, r) of the totals.
        factor: (H,) share (1 - n/N) of strata that count by their distance from the mean of all units, else 0.
        centre: (r,) mean of all units.
        units: number of units drawn from strata with rows.
        average: what everything is multiplied by; 1 except under AVERAGE.
        totals: (U, r) of the units, which may lie in several groups; None where every row is a unit.
    """

    scale: FloatArray
    mean: FloatArray
    covariance: FloatArray
    factor: FloatArray
    centre: FloatArray
    units: int
    average: float
    totals: FloatArray | None


def calibrated_variances(
    sample: Sample, rows: IntArray, group: IntArray, weighted: FloatArray, groups: int, *, lonely: LonelyRule
) -> FloatArray:
    """Give the variances of the sums of w z in every group (G, M).

    Args:
        sample: calibrated, with no more than `MOST` calibration variables.
        rows: (n,) positions of the rows of all groups, in order of group, then of unit.
        group: (n,) ascending code of their groups.
        weighted: (n, M) w z of the measures of that group.
        groups: number of groups G.
        lonely: rule for lonely strata, of the whole sample: all of them count after a calibration.

    Returns:
        Variances, correct to about 1e-14 of the variance that there would be without the calibration.

    Raises:
        LonelyStratum: under FAIL, if any stratum is lonely, at any stage.

    Source: Deville & Särndal (1992), section 3; Särndal, Swensson & Wretman (1992), results 4.3.1 and 6.6.1.
    """
    kept = np.flatnonzero(sample.kept)
    kept = kept[np.argsort(sample.stages[-1].cluster[kept], kind="stable")]
    for stage in sample.stages:
        alone = np.unique(stage.stratum[kept][stage.lonely[stage.stratum[kept]]])
        if lonely is LonelyRule.FAIL and len(alone):
            raise LonelyStratum(alone)
    steps, start = sample.calibrations, np.searchsorted(group, np.arange(groups + 1))
    mixed = _mixed(steps, kept)
    known = [
        _known(stage, steps, kept, LonelyRule.REMOVE if depth else lonely)
        for depth, stage in enumerate(sample.stages)
    ]
    variance = np.zeros((groups, weighted.shape[1]))
    for one, (begin, end) in enumerate(pairwise(start.tolist())):
        own, values = rows[begin:end], weighted[begin:end]
        coefficients = np.asarray(np.linalg.solve(mixed, _coefficients(steps, own, values)), np.float64)
        for stage, facts in zip(sample.stages, known, strict=True):
            terms = _of_group(stage, facts, steps, own, values)
            variance[one] += facts.average * _residual_form(*terms, facts.covariance, coefficients)
    return np.maximum(variance, 0.0)


def variables(sample: Sample) -> int:
    """Count the calibration variables of all steps."""
    return sum(step.size for step in sample.calibrations)


def _regressors(steps: Sequence[Residuals], rows: IntArray) -> FloatArray:
    """Give the calibration variables of all steps side by side (b, r)."""
    return steps[0].regressors(rows) if len(steps) == 1 else np.hstack([s.regressors(rows) for s in steps])


def _functionals(steps: Sequence[Residuals], rows: IntArray) -> FloatArray:
    """Give what the coefficients of every step by itself are sums of (b, r)."""
    return steps[0].functionals(rows) if len(steps) == 1 else np.hstack([s.functionals(rows) for s in steps])


def _coefficients(steps: Sequence[Residuals], rows: IntArray, weighted: FloatArray) -> FloatArray:
    """Give the coefficients (r, M) of every step by itself."""
    found = np.zeros((sum(step.size for step in steps), weighted.shape[1]))
    for at in range(0, len(rows), ROWS):
        found += _functionals(steps, rows[at : at + ROWS]).T @ weighted[at : at + ROWS]
    return found


def _mixed(steps: Sequence[Residuals], kept: IntArray) -> FloatArray:
    """Give the matrix (r, r) that turns coefficients of all steps into those of every step by itself.

    A later step regresses what the earlier ones left: B_j = F_j'(w z - sum over i < j of X_i B_i).
    """
    sizes = [step.size for step in steps]
    after = np.repeat(np.arange(len(steps)), sizes)
    mixed = np.eye(sum(sizes))
    if len(steps) > 1:
        for at in range(0, len(kept), ROWS):
            rows = kept[at : at + ROWS]
            between = _functionals(steps, rows).T @ _regressors(steps, rows)
            mixed += np.where(after[:, np.newaxis] > after, between, 0.0)
    return mixed


def _known(stage: Stage, steps: Sequence[Residuals], kept: IntArray, rule: LonelyRule) -> _Known:
    """Pass over all rows twice: means of the strata, then distances from them."""
    present: BoolArray = np.bincount(stage.stratum[kept], minlength=len(stage.drawn)) > 0
    drawn, lonely = np.maximum(stage.drawn, 1), stage.lonely & present
    scale = np.where(drawn > 1, stage.share * stage.fpc * drawn / np.maximum(drawn - 1, 1), 0.0)
    size = sum(step.size for step in steps)
    mean, units = np.zeros((len(drawn), size)), np.zeros(len(drawn), np.int64)
    several = len(np.unique(stage.cluster[kept])) < len(kept)
    of_units = np.zeros((int(stage.cluster.max()) + 1, size)) if several else None
    for unit, stratum, totals in _units(stage, steps, kept):
        if of_units is not None:
            of_units[unit] = totals
        strata, first, counts = np.unique(stratum, return_index=True, return_counts=True)
        mean[strata] += np.add.reduceat(totals, first, axis=0)
        units[strata] += counts
    mean /= drawn[:, np.newaxis]
    absent = np.sqrt(scale * (stage.drawn - units) * present)[:, np.newaxis] * mean
    covariance = absent.T @ absent
    for _, stratum, totals in _units(stage, steps, kept):
        apart = np.sqrt(scale[stratum])[:, np.newaxis] * (totals - mean[stratum])
        covariance += apart.T @ apart
    count = int(stage.drawn[present].sum())
    centre = (drawn[present, np.newaxis] * mean[present]).sum(axis=0) / count
    factor = np.where(lonely & (rule is LonelyRule.ADJUST), stage.share * stage.fpc, 0.0)
    apart = np.sqrt(factor[lonely])[:, np.newaxis] * (mean[lonely] - centre)
    others = int(present.sum() - lonely.sum())
    averaged = rule is LonelyRule.AVERAGE and lonely.any()
    average = (present.sum() / others if others else np.nan) if averaged else 1.0
    return _Known(scale, mean, covariance + apart.T @ apart, factor, centre, count, float(average), of_units)


def _units(
    stage: Stage, steps: Sequence[Residuals], rows: IntArray
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Give codes (b,), strata (b,) and totals of the calibration variables (b, r) of units, some at a time."""
    for part, begins in _parts(stage, rows):
        totals, unit = _regressors(steps, rows[part]), rows[part][begins]
        if len(begins) < len(totals):
            totals = np.add.reduceat(totals, begins, axis=0)
        yield stage.cluster[unit], stage.stratum[unit], totals


def _parts(stage: Stage, rows: IntArray) -> Iterator[tuple[slice, IntArray]]:
    """Cut rows in order of unit into parts of whole units; give where the units of each part begin in it."""
    begins = np.flatnonzero(np.diff(stage.cluster[rows], prepend=-1))
    marks = np.searchsorted(begins, np.arange(0, len(rows), ROWS))
    cuts = np.unique(np.append(begins[marks[marks < len(begins)]], len(rows)))
    for start, stop in pairwise(cuts.tolist()):
        inside = begins[np.searchsorted(begins, start) : np.searchsorted(begins, stop)]
        yield slice(start, stop), inside - start


def _of_group(
    stage: Stage, known: _Known, steps: Sequence[Residuals], rows: IntArray, weighted: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give V(t) (M,) and C (r, M) of one stage, t the sums of w z of a group."""
    begins = np.flatnonzero(np.diff(stage.cluster[rows], prepend=-1))
    across = np.zeros((known.mean.shape[1], weighted.shape[1]))
    if not len(begins):
        return np.zeros(weighted.shape[1]), across
    totals = np.add.reduceat(weighted, begins, axis=0) if len(begins) < len(rows) else weighted
    stratum = stage.stratum[rows][begins]
    scaled = known.scale[stratum][:, np.newaxis] * totals
    strata, first, counts = np.unique(stratum, return_index=True, return_counts=True)
    sums = np.add.reduceat(totals, first, axis=0)
    mean = sums / stage.drawn[strata][:, np.newaxis]
    absent = known.scale[strata] * (stage.drawn[strata] - counts)
    own = known.scale[stratum] @ (totals - np.repeat(mean, counts, axis=0)) ** 2 + absent @ mean**2
    at = 0
    for part, inside in _parts(stage, rows):
        unit = rows[part][inside]
        of_levels = _regressors(steps, unit) if known.totals is None else known.totals[stage.cluster[unit]]
        some = slice(at, at + len(inside))
        across += (of_levels - known.mean[stratum[some]]).T @ scaled[some]
        at += len(inside)
    if known.factor.any():
        centre, factor = sums.sum(axis=0) / known.units, known.factor
        levels = known.mean - known.centre
        held = factor[strata][:, np.newaxis] * sums
        own += (held * (sums - 2 * centre)).sum(axis=0) + factor.sum() * centre**2
        across += levels[strata].T @ held - np.outer(factor @ levels, centre)
    return own, across


def _residual_form(
    own: FloatArray, across: FloatArray, covariance: FloatArray, coefficients: FloatArray
) -> FloatArray:
    """Give V(t) - 2 B'C + B'V(X) B (M,)."""
    apart = covariance @ coefficients - 2 * across
    form: FloatArray = own + np.einsum("rm,rm->m", apart, coefficients)
    return form
