"""The SIPAS table after raking, for any unions of strata, from raked moments; nothing here depends on n."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from survey.statistics.arrays import (
    FloatArray,
    IntArray,
    frozen_booleans,
    frozen_floats,
    frozen_integers,
    ratio_or_nan,
    sums_by,
)
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import counts_and_strata, members_of_measures, most_answers
from survey.statistics.influence import Linear, linearise_measures, of_sums
from survey.statistics.measures import EstimateTable, MeasureTable
from survey.statistics.moments import in_rows, regroup
from survey.statistics.raked_moments import RakedMoments
from survey.statistics.raked_variance import raked_variances, scaled_strata
from survey.statistics.weighted_parts import Part, index_coefficients, linearise_parts

ZERO_ERROR = 1e-7  # of the estimate: what differences of nearly equal quadratic forms leave of a 0


@dataclass(frozen=True, eq=False)
class _Found:
    """Estimates of some measures in every group, and what they were made from (private to this module)."""

    estimate: FloatArray  # (G, M)
    error: FloatArray  # (G, M)
    effect: FloatArray  # (G, M) nan without spreads
    totals: FloatArray  # (G, 2q + 1) of the answers, and the weight
    counts: IntArray  # (G, q + 1) valid answers, and respondents
    strata: IntArray  # (G, q + 1) strata that they come from


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
        The table; design effects of items only, unless the moments were taken with `effects`.

    Raises:
        LonelyStratum: under FAIL, if any stratum is lonely.
        UnknownGroup, MismatchedShapes, ImpossibleFactor: impossible groups or factors.

    Source: Deville & Särndal (1992), section 3; golden README, calibration in the variance.
    """
    items = moments.level_answers.shape[2] // 2
    members = members_of_measures(factors, items)
    found = _estimated(
        design,
        moments,
        np.asarray(group_of_stratum, np.int64),
        groups,
        lonely=lonely,
        linearise=lambda totals: linearise_measures(totals, members),
    )
    respondents, valid = found.counts[:, -1], found.counts[:, :-1]
    effect, of_mean = _item_effects(found.error, found.totals, respondents, valid)
    effect[:, items:] = found.effect[:, items:]
    freedom = found.counts - found.strata
    return MeasureTable(
        items=items,
        factors=len(factors),
        estimate=frozen_floats(found.estimate),
        standard_error=frozen_floats(found.error),
        degrees_of_freedom=frozen_integers(
            np.hstack((freedom[:, :-1], np.repeat(freedom[:, -1:], len(members) - items, axis=1)))
        ),
        design_effect=frozen_floats(effect),
        design_effect_of_mean=frozen_floats(of_mean),
        valid_answers=most_answers(valid, members),
        respondents=frozen_integers(respondents),
        weight=frozen_floats(found.totals[:, -1]),
        census=frozen_booleans(np.zeros(groups, bool)),
    )


def raked_parts_table(
    design: StratifiedDesign,
    moments: RakedMoments,
    group_of_stratum: npt.ArrayLike,
    groups: int,
    *,
    indices: Sequence[Sequence[Part]],
    lonely: LonelyRule = LonelyRule.FAIL,
) -> EstimateTable:
    """Estimate indices of weighted parts in every group with raked weights, as `weighted_parts_table` does.

    Args:
        design: the design that was raked.
        moments: from `rake_and_collapse`.
        group_of_stratum: (H,) group code of each stratum, -1 for none.
        groups: number of groups.
        indices: the parts of every index, K of them.
        lonely: rule for lonely strata, of the whole sample.

    Returns:
        The table, groups x K; design effects only if the moments were taken with `effects`.

    Raises:
        ImpossibleParts, ImpossibleFactor: impossible parts.
        LonelyStratum, UnknownGroup, MismatchedShapes: as `raked_table`.

    Source: as `raked_table`; Särndal, Swensson & Wretman (1992), section 5.5.
    """
    coefficients = index_coefficients(indices, moments.level_answers.shape[2] // 2)
    found = _estimated(
        design,
        moments,
        np.asarray(group_of_stratum, np.int64),
        groups,
        lonely=lonely,
        linearise=lambda totals: linearise_parts(totals, coefficients),
    )
    answers = np.where(coefficients != 0, found.counts[:, np.newaxis, :-1], 0)
    return EstimateTable(
        estimate=frozen_floats(found.estimate),
        standard_error=frozen_floats(found.error),
        degrees_of_freedom=frozen_integers(
            np.repeat((found.counts - found.strata)[:, -1:], len(coefficients), axis=1)
        ),
        design_effect=frozen_floats(found.effect),
        valid_answers=frozen_integers(answers.max(axis=2)),
        respondents=frozen_integers(found.counts[:, -1]),
        weight=frozen_floats(found.totals[:, -1]),
        census=frozen_booleans(np.zeros(groups, bool)),
    )


def _estimated(
    design: StratifiedDesign,
    moments: RakedMoments,
    code: IntArray,
    groups: int,
    *,
    lonely: LonelyRule,
    linearise: Callable[[FloatArray], tuple[FloatArray, Linear]],
) -> _Found:
    """Estimate measures that are functions of the totals of answers; code: (H,) group of each stratum."""
    strata = scaled_strata(design, moments, lonely)
    answers = moments.level_answers.shape[2]
    counts, present = counts_and_strata(design, regroup(moments.counts, code, groups))
    group = code[moments.counts.stratum]
    columns = np.append(np.arange(answers), strata.totals.shape[1] - 1)
    totals = sums_by(group[group >= 0], strata.totals[group >= 0][:, columns], groups)
    estimate, influence = linearise(totals[:, :answers])
    error = np.sqrt(np.maximum(raked_variances(moments, strata, group, influence, groups), 0.0))
    error = np.where(error <= ZERO_ERROR * np.abs(estimate), 0.0, error)
    error[np.isnan(estimate)] = np.nan
    left = ratio_or_nan(totals[:, -1] - counts[:, -1], counts[:, -1] - 1)
    simple = _spreads(moments, strata.weight, group, influence, groups) * left[:, np.newaxis]
    effect = ratio_or_nan(np.where(error > 0, error**2, np.nan), simple)
    return _Found(estimate, error, effect, totals, counts, present)


def _spreads(
    moments: RakedMoments, weight: FloatArray, group: IntArray, influence: Linear, groups: int
) -> FloatArray:
    """Give the sums of w z^2, z the influence, whose weighted mean is 0; nan if the moments hold no spreads."""
    if moments.spread is None:
        return np.full((groups, influence.measures), np.nan)
    order = np.argsort(group, kind="stable")[np.count_nonzero(group < 0) :]
    present, first = np.unique(group[order], return_index=True)
    spread = np.zeros((groups, influence.measures))
    if len(present):
        start, matrices = np.append(first, len(order)), in_rows(moments.spread, order)
        spread[present] = of_sums(influence.at(present).form, weight[np.newaxis, order], matrices, start)[0]
    return spread


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
    simple = spread * ratio_or_nan(answered - valid, valid - 1)
    of_mean[:, :items] = varies / np.where(simple != 0, simple, np.nan)
    return effect, of_mean
