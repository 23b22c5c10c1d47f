"""The SIPAS table of thousands of groups of a clustered or calibrated sample in one pass over its rows.

Rows are sorted by group and unit once, and sums of runs of rows give all totals, variances and counts. After a
calibration the variances come from `calibrated_groups`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from survey.statistics.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    NumberArray,
    frozen_booleans,
    frozen_floats,
    frozen_integers,
    ratio_or_nan,
    sums_by,
)
from survey.statistics.calibrated_groups import ROWS, calibrated_variances
from survey.statistics.design import LonelyRule
from survey.statistics.estimation import ZERO_ERROR
from survey.statistics.influence import Linear, linearise_measures
from survey.statistics.measures import EstimateTable, MeasureTable
from survey.statistics.refusals import LonelyStratum
from survey.statistics.sample import Sample, Stage
from survey.statistics.weighted_parts import linearise_parts

CANCELLED = 1e-7  # of the estimate: what differences of nearly equal quadratic forms leave of an error of 0


@dataclass(frozen=True, eq=False)
class _Sorted:
    """Rows in groups, ordered by group and by unit of the last stage (private to this module).

    n rows, q items. Codes of units grow with those of their strata, so every stage is in order.
    """

    rows: IntArray  # (n,) positions in the sample
    group: IntArray  # (n,)
    weights: FloatArray  # (n,)
    valid: BoolArray  # (n, q)
    columns: FloatArray  # (n, 2q) score, and what is missing to a full score


def table_of_groups(
    sample: Sample,
    *,
    valid: BoolArray,
    score: NumberArray,
    members: BoolArray,
    code: IntArray,
    groups: int,
    lonely: LonelyRule,
) -> MeasureTable:
    """Estimate every measure of every group.

    V_g = sum over stages and strata of share (1 - n_h/N_h) n_h/(n_h - 1) [sum over the units of the group of
    (t - m)^2 + (n_h - units of the group) m^2], t the total of w z in the unit, m = sum t / n_h.

    Args:
        sample: with a row in some group; calibrated on no more than `calibrated_groups.MOST` variables.
        valid: (n, q) the answer is on the scale.
        score: (n, q) 0 to 1; 0 where not valid.
        members: (M, q) items of each measure, the last two being SIPAS_POOLED and SIPAS_MEAN.
        code: (n,) group code of each row, -1 for none.
        groups: number of groups.
        lonely: rule for lonely strata.

    Returns:
        The table, as `row_table.sipas_table_from_rows` gives it group by group.

    Raises:
        LonelyStratum: under FAIL, if a stratum with rows in a group is lonely, at any stage; after a
            calibration, if any is.

    Source: Särndal, Swensson & Wretman (1992), result 4.3.1 and chapter 10
    (domains).
    """
    rows = _sorted(sample, valid, score, code)
    items = valid.shape[1]
    found = _estimated(sample, rows, groups, lonely, lambda totals: linearise_measures(totals, members))
    answers = sums_by(rows.group, rows.valid.astype(float), groups)
    return MeasureTable(
        items=items,
        factors=len(members) - items - 2,
        estimate=frozen_floats(found.estimate),
        standard_error=frozen_floats(found.error),
        degrees_of_freedom=frozen_integers(_freedom(sample.stages[0], rows, groups, len(members))),
        design_effect=frozen_floats(found.effect),
        design_effect_of_mean=frozen_floats(_effect_of_mean(found.varies, found.totals, answers)),
        valid_answers=frozen_integers(np.where(members, answers[:, np.newaxis], 0).max(axis=2)),
        respondents=frozen_integers(found.respondents),
        weight=frozen_floats(found.weight),
        census=frozen_booleans(found.census),
    )


def parts_of_groups(
    sample: Sample,
    *,
    valid: BoolArray,
    score: NumberArray,
    coefficients: FloatArray,
    code: IntArray,
    groups: int,
    lonely: LonelyRule,
) -> EstimateTable:
    """Estimate indices of weighted parts in every group, as :func:`table_of_groups` does measures.

    Args:
        sample: as there.
        valid: (n, q) the answer is on the scale.
        score: (n, q) 0 to 1; 0 where not valid.
        coefficients: (K, q) of the items in every index, see `weighted_parts.index_coefficients`.
        code: (n,) group code of each row, -1 for none.
        groups: number of groups.
        lonely: rule for lonely strata.

    Returns:
        The table, groups x K.

    Raises:
        LonelyStratum: as there.
    """
    rows = _sorted(sample, valid, score, code)
    found = _estimated(sample, rows, groups, lonely, lambda totals: linearise_parts(totals, coefficients))
    answers = sums_by(rows.group, rows.valid.astype(float), groups)
    return EstimateTable(
        estimate=frozen_floats(found.estimate),
        standard_error=frozen_floats(found.error),
        degrees_of_freedom=frozen_integers(
            _freedom(sample.stages[0], rows, groups, valid.shape[1] + len(coefficients))[:, valid.shape[1] :]
        ),
        design_effect=frozen_floats(found.effect),
        valid_answers=frozen_integers(np.where(coefficients != 0, answers[:, np.newaxis], 0).max(axis=2)),
        respondents=frozen_integers(found.respondents),
        weight=frozen_floats(found.weight),
        census=frozen_booleans(found.census),
    )


@dataclass(frozen=True, eq=False)
class _Found:
    """Estimates of some measures in every group, and what they were made from (private to this module)."""

    estimate: FloatArray  # (G, M)
    error: FloatArray  # (G, M)
    effect: FloatArray  # (G, M) design effects
    totals: FloatArray  # (G, 2q)
    respondents: IntArray  # (G,)
    weight: FloatArray  # (G,)
    census: BoolArray  # (G,)

    @property
    def varies(self) -> FloatArray:
        """(G, M) variances; nan where they are not above 0."""
        return np.where(self.error > 0, self.error**2, np.nan)


def _estimated(
    sample: Sample,
    rows: _Sorted,
    groups: int,
    lonely: LonelyRule,
    linearise: Callable[[FloatArray], tuple[FloatArray, Linear]],
) -> _Found:
    """Estimate measures that are functions of the totals of the columns."""
    totals = sums_by(rows.group, rows.columns, groups, rows.weights)
    estimate, slopes = linearise(totals)
    influence = slopes.of(rows.columns, rows.group)
    influence *= rows.weights[:, np.newaxis]
    if sample.is_calibrated:
        error = np.sqrt(calibrated_variances(sample, rows.rows, rows.group, influence, groups, lonely=lonely))
    else:
        error = np.sqrt(_variance(sample.stages, rows, influence, groups, lonely))
    noise = CANCELLED if sample.is_calibrated else ZERO_ERROR
    error = np.where(error <= noise * np.abs(estimate), 0.0, error)
    error = np.where(np.isnan(estimate), np.nan, error)
    respondents = np.bincount(rows.group, minlength=groups)
    weight = np.bincount(rows.group, rows.weights, groups).astype(np.float64)
    varies = np.where(error > 0, error**2, np.nan)
    effect = varies / _simple_variance(rows, influence, weight, respondents)
    census = (respondents > 0) & ~_any_left(sample, rows, groups) & (not sample.is_calibrated)
    return _Found(estimate, error, effect, totals, respondents, weight, census)


def _sorted(sample: Sample, valid: BoolArray, score: NumberArray, code: IntArray) -> _Sorted:
    """Sort the rows that are in a group."""
    inside = np.flatnonzero(sample.inside & (code >= 0))
    rows = inside[np.lexsort((sample.stages[-1].cluster[inside], code[inside]))]
    answered, items = valid[rows], valid.shape[1]
    columns = np.empty((len(rows), 2 * items))
    columns[:, :items] = score[rows]
    np.subtract(answered, columns[:, :items], out=columns[:, items:])
    return _Sorted(rows, code[rows], sample.weights[rows], answered, columns)


def _variance(
    stages: Sequence[Stage], rows: _Sorted, influence: FloatArray, groups: int, rule: LonelyRule
) -> FloatArray:
    """Give the variances (G, M): all stages, the rule for lonely strata being applied to the first."""
    if rule is LonelyRule.FAIL:
        for stage in stages:
            strata = np.unique(stage.stratum[rows.rows])
            if stage.lonely[strata].any():
                raise LonelyStratum(strata[stage.lonely[strata]])
    later = LonelyRule.REMOVE
    parts = [
        _stage_variance(stage, rows, influence, groups, later if depth else rule)
        for depth, stage in enumerate(stages)
    ]
    return np.asarray(sum(parts), np.float64)


def _stage_variance(
    stage: Stage, rows: _Sorted, influence: FloatArray, groups: int, rule: LonelyRule
) -> FloatArray:
    """Give what one stage adds to the variances (G, M)."""
    units = _begins(rows.group, stage.cluster[rows.rows])
    totals = np.add.reduceat(influence, units, axis=0)
    stratum = stage.stratum[rows.rows][units]
    strata = _begins(rows.group[units], stratum)
    group, code, drawn = rows.group[units][strata], stratum[strata], stage.drawn[stratum[strata]]
    counts = np.diff(np.append(strata, len(units)))
    means = np.add.reduceat(totals, strata, axis=0) / drawn[:, np.newaxis]
    apart = totals - np.repeat(means, counts, axis=0)
    squares = np.add.reduceat(apart**2, strata, axis=0) + (drawn - counts)[:, np.newaxis] * means**2
    scale = stage.share[code] * stage.fpc[code] * drawn / np.maximum(drawn - 1, 1)
    lonely = stage.lonely[code]
    if rule is LonelyRule.ADJUST and lonely.any():
        sizes = np.bincount(group, drawn, groups)[:, np.newaxis]
        centre = ratio_or_nan(sums_by(group, drawn[:, np.newaxis] * means, groups), sizes)
        squares[lonely] = ((means - centre[group]) ** 2)[lonely]
    found = sums_by(group, scale[:, np.newaxis] * squares, groups)
    return found * _averaged(group, lonely, groups) if rule is LonelyRule.AVERAGE else found


def _averaged(group: IntArray, lonely: BoolArray, groups: int) -> FloatArray:
    """Give strata / strata that are not lonely (G, 1); nan where all are lonely."""
    others = np.bincount(group, ~lonely, groups)
    factor = ratio_or_nan(np.bincount(group, minlength=groups), others)
    return np.where(np.bincount(group, lonely, groups) > 0, factor, 1.0)[:, np.newaxis]


def _freedom(first: Stage, rows: _Sorted, groups: int, measures: int) -> IntArray:
    """Give clusters minus strata (G, M): of an item among its valid answers, else of the group."""
    used = np.column_stack((rows.valid, np.ones(len(rows.rows), bool))) & (rows.weights != 0)[:, np.newaxis]
    units = _begins(rows.group, first.cluster[rows.rows])
    in_unit = np.logical_or.reduceat(used, units, axis=0)
    strata = _begins(rows.group[units], first.stratum[rows.rows][units])
    in_stratum = np.logical_or.reduceat(in_unit, strata, axis=0)
    freedom = sums_by(rows.group[units], in_unit.astype(float), groups)
    freedom -= sums_by(rows.group[units][strata], in_stratum.astype(float), groups)
    items = rows.valid.shape[1]
    return np.hstack((freedom[:, :-1], np.repeat(freedom[:, -1:], measures - items, axis=1))).astype(np.int64)


def _simple_variance(
    rows: _Sorted, influence: FloatArray, weight: FloatArray, respondents: IntArray
) -> FloatArray:
    """Give the variances (G, M) of a simple random sample of the respondents; nan where they are not above 0.

    The sum of w z is 0 but for rounding, so that nothing is lost by taking it off the squares in the end.
    """
    per_weight = np.divide(1.0, rows.weights, out=np.zeros_like(rows.weights), where=rows.weights != 0)
    squares = np.zeros((len(weight), influence.shape[1]))
    for at in range(0, len(influence), ROWS):
        part = slice(at, at + ROWS)
        squares += sums_by(rows.group[part], influence[part] ** 2, len(weight), per_weight[part])
    squares -= np.nan_to_num(
        ratio_or_nan(sums_by(rows.group, influence, len(weight)) ** 2, weight[:, np.newaxis])
    )
    simple = squares * ratio_or_nan(weight - respondents, respondents - 1)[:, np.newaxis]
    return np.where(simple > 0, simple, np.nan)


def _effect_of_mean(varies: FloatArray, totals: FloatArray, answers: FloatArray) -> FloatArray:
    """Give the design effects of items against a simple random sample of the valid answers; else nan."""
    items = answers.shape[1]
    scores, shortfalls = totals[:, :items], totals[:, items:]
    answered = scores + shortfalls
    share = ratio_or_nan(scores, answered)
    simple = share * (1 - share) * ratio_or_nan(answered - answers, (answers - 1) * answered)
    effect = np.full(varies.shape, np.nan)
    effect[:, :items] = varies[:, :items] / np.where(simple != 0, simple, np.nan)
    return effect


def _any_left(sample: Sample, rows: _Sorted, groups: int) -> BoolArray:
    """Tell for every group whether at some stage some stratum was not asked in full."""
    left = np.zeros(groups, bool)
    for stage in sample.stages:
        left[rows.group[stage.fpc[stage.stratum[rows.rows]] > 0]] = True
    return left


def _begins(group: IntArray, code: IntArray) -> IntArray:
    """Give the positions where a run of equal (group, code) begins."""
    changes = (np.diff(group, prepend=-1) != 0) | (np.diff(code, prepend=-1) != 0)
    return np.flatnonzero(changes)
