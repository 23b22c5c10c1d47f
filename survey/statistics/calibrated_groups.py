"""Variances of thousands of groups of a calibrated sample, without going through all rows for each of them.

The residual of a group's variable does not stop at its border: inside it is w z - X B, outside -X B, with X the
calibration variables times their weights and B the group's coefficients. Its variance is the quadratic form
V(t) - 2 B'C + B'V(X) B: t and its covariance C with X need the rows of the group only, V(X) is the same for all.
Rows of one cell of the calibration have the same variables: whatever is summed of X is first summed by cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from survey.statistics.arrays import BoolArray, FloatArray, IntArray, sums_by
from survey.statistics.design import LonelyRule
from survey.statistics.refusals import LonelyStratum
from survey.statistics.sample import Residuals, Sample, Stage

MOST = 400  # calibration variables; with more, matrices of them would cost more than the rows
ROWS = 16_384  # rows whose values are copied at once
GROUPS = 256  # groups whose matrices are in memory together
MANY = 4  # possible keys for each that there is: then sorting them takes less than a table of all


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
        held: per step (U, c) total weight of the units, which may lie in several groups, by cell.
    """

    scale: FloatArray
    mean: FloatArray
    covariance: FloatArray
    factor: FloatArray
    centre: FloatArray
    units: int
    average: float
    held: tuple[sparse.csr_array, ...]


@dataclass(frozen=True, eq=False)
class _Some:
    """Rows of some groups, in order of group, then of unit (private to this module).

    Attributes:
        rows: (b,) positions in the sample.
        group: (b,) ascending code from 0.
        weighted: (b, M) w z of the measures of that group.
        groups: number of these groups.
    """

    rows: IntArray
    group: IntArray
    weighted: FloatArray
    groups: int


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
    for stage in sample.stages:
        alone = np.unique(stage.stratum[kept][stage.lonely[stage.stratum[kept]]])
        if lonely is LonelyRule.FAIL and len(alone):
            raise LonelyStratum(alone)
    steps = sample.calibrations
    mixed = _mixed(steps, kept)
    known = [
        _known(stage, steps, kept, LonelyRule.REMOVE if depth else lonely)
        for depth, stage in enumerate(sample.stages)
    ]
    variance = np.zeros((groups, weighted.shape[1]))
    for first, last, begin, end in _batches(np.searchsorted(group, np.arange(groups + 1))):
        own = slice(begin, end)
        some = _Some(rows[own], group[own] - first, weighted[own], last - first)
        coefficients = _coefficients(steps, mixed, some)
        for stage, facts in zip(sample.stages, known, strict=True):
            form = _residual_form(*_of_groups(stage, facts, steps, some), facts.covariance, coefficients)
            variance[first:last] += facts.average * form
    return np.maximum(variance, 0.0)


def variables(sample: Sample) -> int:
    """Count the calibration variables of all steps."""
    return sum(step.size for step in sample.calibrations)


def _batches(start: IntArray) -> Iterator[tuple[int, int, int, int]]:
    """Put groups together, no more than `GROUPS` and, of several, no more than about `ROWS` rows.

    Gives the first group, the one after the last, and their rows from .. to.
    """
    first = 0
    while first < len(start) - 1:
        full = int(np.searchsorted(start, start[first] + ROWS, side="right")) - 1
        last = min(max(full, first + 1), first + GROUPS, len(start) - 1)
        yield first, last, int(start[first]), int(start[last])
        first = last


def _summed(
    lines: FloatArray,
    group: IntArray,
    cell: IntArray,
    *,
    factor: FloatArray,
    values: FloatArray,
    groups: int,
    bounds: IntArray | None = None,
) -> FloatArray:
    """Give the sums over i of factor_i x lines[cell_i]' values_i in every group (g, r, M).

    They are summed by group and cell first. `bounds` says which i belong to each line of the values (b, M), as
    in a sparse matrix; one each if absent.
    """
    present, place = _numbered(group * len(lines) + cell, groups * len(lines))
    bounds = np.arange(len(values) + 1) if bounds is None else bounds
    membership = sparse.csc_array((factor, place, bounds), (len(present), len(values)))
    by_cell = np.asarray(membership @ values, np.float64)
    starts = np.searchsorted(present, np.arange(groups + 1) * len(lines))
    of_group = np.zeros((groups, lines.shape[1], values.shape[1]))
    for at, (begin, end) in enumerate(pairwise(starts.tolist())):
        of_group[at] = lines[present[begin:end] % len(lines)].T @ by_cell[begin:end]
    return of_group


def _numbered(key: IntArray, keys: int) -> tuple[IntArray, IntArray]:
    """Give the keys that occur, in order, and the position of each key among them."""
    if keys > MANY * len(key):
        present, place = np.unique(key, return_inverse=True)
        return present, place
    occurs = np.zeros(keys, bool)
    occurs[key] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[key]


def _coefficients(steps: Sequence[Residuals], mixed: FloatArray, some: _Some) -> FloatArray:
    """Give the coefficients B (g, r, M) of all steps, one after the other."""
    each = [
        _summed(
            step.coefficients,
            some.group,
            step.cells[some.rows],
            factor=_quotient(step, some.rows),
            values=some.weighted,
            groups=some.groups,
        )
        for step in steps
    ]
    if len(each) == 1:
        return each[0]
    return np.asarray(np.linalg.solve(mixed, np.concatenate(each, axis=1)), np.float64)


def _quotient(step: Residuals, rows: IntArray) -> FloatArray:
    """Give `before` / `after`; 0 where a row has no weight."""
    after = step.after[rows]
    return np.divide(step.before[rows], after, out=np.zeros_like(after), where=after != 0)


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
            found = [(_quotient(s, rows)[:, np.newaxis] * s.coefficients[s.cells[rows]]) for s in steps]
            held = [s.after[rows, np.newaxis] * s.variables[s.cells[rows]] for s in steps]
            between = np.hstack(found).T @ np.hstack(held)
            mixed += np.where(after[:, np.newaxis] > after, between, 0.0)
    return mixed


def _known(stage: Stage, steps: Sequence[Residuals], kept: IntArray, rule: LonelyRule) -> _Known:
    """Sum the variables of all rows by unit and stratum; take the squares of their distances."""
    present: BoolArray = np.bincount(stage.stratum[kept], minlength=len(stage.drawn)) > 0
    drawn, lonely = np.maximum(stage.drawn, 1), stage.lonely & present
    scale = np.where(drawn > 1, stage.share * stage.fpc * drawn / np.maximum(drawn - 1, 1), 0.0)
    held = tuple(_held(step, stage.cluster, kept) for step in steps)
    strata = [_held(step, stage.stratum, kept, len(drawn)) @ step.variables for step in steps]
    mean = np.hstack(strata) / drawn[:, np.newaxis]
    covariance = _covariance(stage, steps, kept, held=held, scale=scale, mean=mean)
    count = int(stage.drawn[present].sum())
    centre = (drawn[present, np.newaxis] * mean[present]).sum(axis=0) / count
    factor = np.where(lonely & (rule is LonelyRule.ADJUST), stage.share * stage.fpc, 0.0)
    apart = np.sqrt(factor[lonely])[:, np.newaxis] * (mean[lonely] - centre)
    others = int(present.sum() - lonely.sum())
    averaged = rule is LonelyRule.AVERAGE and lonely.any()
    average = (present.sum() / others if others else np.nan) if averaged else 1.0
    return _Known(scale, mean, covariance + apart.T @ apart, factor, centre, count, float(average), held)


def _held(step: Residuals, code: IntArray, kept: IntArray, codes: int | None = None) -> sparse.csr_array:
    """Give the weight after a step by a code of the rows and by cell (codes, c)."""
    shape = (int(code.max(initial=-1)) + 1 if codes is None else codes, len(step.variables))
    return sparse.csr_array((step.after[kept], (code[kept], step.cells[kept])), shape)


def _covariance(
    stage: Stage,
    steps: Sequence[Residuals],
    kept: IntArray,
    *,
    held: Sequence[sparse.csr_array],
    scale: FloatArray,
    mean: FloatArray,
) -> FloatArray:
    """Give V(X) (r, r) from the distances of all units from the means of their strata.

    Rows drawn by themselves that share few cells: from the squares by cell, less those of the means.
    """
    if len(steps) == 1 and len(steps[0].variables) < len(kept) == np.count_nonzero(np.diff(held[0].indptr)):
        step, stratum = steps[0], stage.stratum[kept]
        squares = np.bincount(step.cells[kept], scale[stratum] * step.after[kept] ** 2, len(step.variables))
        raw = (step.variables * squares[:, np.newaxis]).T @ step.variables
        return np.asarray(raw - (mean * (scale * stage.drawn)[:, np.newaxis]).T @ mean, np.float64)
    units, first = np.unique(stage.cluster[kept], return_index=True)
    stratum = stage.stratum[kept][first]
    counts = np.bincount(stratum, minlength=len(scale))
    absent = np.sqrt(scale * np.maximum(stage.drawn - counts, 0))[:, np.newaxis] * mean
    covariance = absent.T @ absent
    for at in range(0, len(units), ROWS):
        some = slice(at, at + ROWS)
        totals = np.hstack([h[units[some]] @ step.variables for h, step in zip(held, steps, strict=True)])
        totals -= mean[stratum[some]]
        totals *= np.sqrt(scale[stratum[some]])[:, np.newaxis]
        covariance += totals.T @ totals
    return np.asarray(covariance, np.float64)


def _of_groups(
    stage: Stage, known: _Known, steps: Sequence[Residuals], some: _Some
) -> tuple[FloatArray, FloatArray]:
    """Give V(t) (g, M) and C (g, r, M) of one stage, t the sums of w z of the groups."""
    cluster = stage.cluster[some.rows]
    begins = _begins(some.group, cluster)
    totals = some.weighted
    if len(begins) < len(totals):
        totals = np.add.reduceat(totals, begins, axis=0)
    unit, group, stratum = cluster[begins], some.group[begins], stage.stratum[some.rows[begins]]
    first = _begins(group, stratum)
    strata, of_strata = stratum[first], group[first]
    sums = np.add.reduceat(totals, first, axis=0)
    own = _own(
        stage, known.scale, group, first, stratum=stratum, totals=totals, sums=sums, groups=some.groups
    )
    across = -_summed(
        known.mean, of_strata, strata, factor=known.scale[strata], values=sums, groups=some.groups
    )
    scale = known.scale[stratum]
    of_units = [
        _across(held, step.variables, unit, group, scale=scale, totals=totals, groups=some.groups)
        for held, step in zip(known.held, steps, strict=True)
    ]
    across += np.concatenate(of_units, axis=1)
    if known.factor.any():
        _add_lonely(known, of_strata, strata, sums, own=own, across=across)
    return own, across


def _own(
    stage: Stage,
    scale: FloatArray,
    group: IntArray,
    first: IntArray,
    *,
    stratum: IntArray,
    totals: FloatArray,
    sums: FloatArray,
    groups: int,
) -> FloatArray:
    """Give V(t) (g, M): distances from the means of strata, units outside the group counting as zeros."""
    strata, counts = stratum[first], np.diff(np.append(first, len(totals)))
    mean = sums / stage.drawn[strata, np.newaxis]
    own = sums_by(group[first], mean**2, groups, scale[strata] * (stage.drawn[strata] - counts))
    place = np.repeat(np.arange(len(first)), counts)
    for at in range(0, len(totals), ROWS):
        part = slice(at, at + ROWS)
        apart = totals[part] - mean[place[part]]
        own += sums_by(group[part], apart**2, groups, scale[stratum[part]])
    return own


def _add_lonely(
    known: _Known,
    group: IntArray,
    strata: IntArray,
    sums: FloatArray,
    *,
    own: FloatArray,
    across: FloatArray,
) -> None:
    """Add f (t - c)(t - c)' of all lonely strata; outside the group their answers are 0, their levels not."""
    groups, factor, levels = len(own), known.factor, known.mean - known.centre
    centre = sums_by(group, sums, groups) / known.units
    alone = np.flatnonzero(factor[strata] > 0)
    place, stratum, held = group[alone], strata[alone], sums[alone]
    own += sums_by(place, held * (held - 2 * centre[place]), groups, factor[stratum])
    own += factor.sum() * centre**2
    across += _summed(levels, place, stratum, factor=factor[stratum], values=held, groups=groups)
    across -= (factor @ levels)[:, np.newaxis] * centre[:, np.newaxis]


def _across(
    held: sparse.csr_array,
    lines: FloatArray,
    unit: IntArray,
    group: IntArray,
    *,
    scale: FloatArray,
    totals: FloatArray,
    groups: int,
) -> FloatArray:
    """Give the sums of scale x X' t over the units of every group (g, r, M), X being of the whole unit."""
    weights = held[unit]
    row = np.repeat(np.arange(len(unit)), np.diff(weights.indptr))
    return _summed(
        lines,
        group[row],
        weights.indices.astype(np.int64),
        factor=weights.data * scale[row],
        values=totals,
        groups=groups,
        bounds=weights.indptr.astype(np.int64),
    )


def _begins(group: IntArray, code: IntArray) -> IntArray:
    """Give the positions where a run of equal (group, code) begins."""
    changes = (np.diff(group, prepend=-1) != 0) | (np.diff(code, prepend=-1) != 0)
    return np.flatnonzero(changes)


def _residual_form(
    own: FloatArray, across: FloatArray, covariance: FloatArray, coefficients: FloatArray
) -> FloatArray:
    """Give V(t) - 2 B'C + B'V(X) B (g, M)."""
    apart = covariance @ coefficients - 2 * across
    form: FloatArray = own + np.einsum("grm,grm->gm", apart, coefficients)
    return form
