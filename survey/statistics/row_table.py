"""The SIPAS table of any design, from its rows: clusters, stages, calibrated weights, replicates.

`estimate.sipas_table` gives the same table for stratified designs from collapsed counts, much faster. Groups of
a sample are estimated in one pass (`group_table`), those of replicates, and after a calibration on very many cells,
one after the other.
"""

from collections.abc import Sequence
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
)
from survey.statistics.calibrated_groups import MOST, variables
from survey.statistics.design import LonelyRule
from survey.statistics.estimate import check_scores, members_of_measures
from survey.statistics.estimation import ZERO_ERROR, simple_random_variance
from survey.statistics.group_table import parts_of_groups, table_of_groups
from survey.statistics.linearise import variance_of_sums
from survey.statistics.measures import EstimateTable, MeasureTable
from survey.statistics.quantities import Combinations, Ratios
from survey.statistics.refusals import MismatchedShapes, UnknownGroup
from survey.statistics.replicates import Replicates
from survey.statistics.sample import Sample
from survey.statistics.weighted_parts import Part, index_coefficients


@dataclass(frozen=True, eq=False)
class _Row:
    """One group of the table (private to this module); arrays over measures unless said otherwise."""

    estimate: FloatArray
    standard_error: FloatArray
    effect: FloatArray
    effect_of_mean: FloatArray
    freedom: IntArray
    valid_answers: IntArray
    respondents: int
    weight: float
    census: bool


def measure_quantity(valid: BoolArray, score: NumberArray, factors: Sequence[Sequence[int]]) -> Combinations:
    """Give items, factors, SIPAS_POOLED and SIPAS_MEAN as one quantity, ready for `estimate`.

    Args:
        valid: (n, q) the answer counts.
        score: (n, q) 0 to 1, 0 where not valid.
        factors: item positions of each factor.

    Returns:
        q + F + 2 numbers: linear combinations of the item ratios and the pooled ratio.

    Raises:
        MismatchedShapes, ScoreOutOfRange, ScoreWithoutAnswer, ImpossibleFactor.
    """
    check_scores(valid, score)
    members = members_of_measures(factors, valid.shape[1])
    above, below = np.asarray(score, np.float64), np.asarray(valid, np.float64)
    ratios = Ratios(np.column_stack((above, above.sum(axis=1))), np.column_stack((below, below.sum(axis=1))))
    items = members.shape[1]
    coefficients = np.zeros((len(members), items + 1))
    coefficients[:, :items] = members / members.sum(axis=1, keepdims=True)
    coefficients[-2] = 0.0
    coefficients[-2, items] = 1.0
    return Combinations(ratios, coefficients)


def sipas_table_from_rows(
    design: Sample | Replicates,
    *,
    valid: BoolArray,
    score: NumberArray,
    factors: Sequence[Sequence[int]],
    domain: IntArray | None = None,
    groups: int = 1,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> MeasureTable:
    """Estimate every item, factor and index in every group under any design.

    Args:
        design: a sample, calibrated or not, or replicates.
        valid: (n, q) the answer is on the scale.
        score: (n, q) 0 to 1; 0 where not valid.
        factors: item positions of each factor.
        domain: (n,) group code of each row, -1 for none; absent means everybody in group 0.
        groups: number of groups.
        lonely: rule for lonely strata.

    Returns:
        The table, groups x measures, as `estimate.sipas_table` gives it; no design effects from replicates.

    Raises:
        LonelyStratum: under FAIL, if a lonely stratum matters to a group.
        MismatchedShapes, ScoreOutOfRange, ScoreWithoutAnswer, ImpossibleFactor: as there.
        UnknownGroup: a group code outside -1 .. groups - 1.

    Source: tests/golden/cases/README.md, SIPAS tables.
    """
    quantity = measure_quantity(valid, score, factors)
    code = np.zeros(len(valid), np.int64) if domain is None else np.asarray(domain, np.int64)
    if len(valid) != len(design.weights) or code.shape != design.weights.shape:
        raise MismatchedShapes(rows=design.weights.shape, valid=valid.shape, domain=code.shape)
    if ((code < -1) | (code >= groups)).any():
        raise UnknownGroup(np.flatnonzero((code < -1) | (code >= groups)))
    members = members_of_measures(factors, valid.shape[1])
    if isinstance(design, Sample) and variables(design) <= MOST and (design.inside & (code >= 0)).any():
        return table_of_groups(
            design, valid=valid, score=score, members=members, code=code, groups=groups, lonely=lonely
        )
    rows = [_row(design.within(code == group), quantity, valid, members, lonely) for group in range(groups)]
    return _table(rows, valid.shape[1], len(factors))


def parts_table_from_rows(
    sample: Sample,
    *,
    valid: BoolArray,
    score: NumberArray,
    indices: Sequence[Sequence[Part]],
    domain: IntArray,
    groups: int,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> EstimateTable:
    """Estimate indices of weighted parts in every group of a sample, calibrated or not.

    Args:
        sample: calibrated on no more than `calibrated_groups.MOST` variables, if at all.
        valid: (n, q) the answer is on the scale.
        score: (n, q) 0 to 1; 0 where not valid.
        indices: the parts of every index, K of them.
        domain: (n,) group code of each row, -1 for none.
        groups: number of groups.
        lonely: rule for lonely strata.

    Returns:
        The table, groups x K, as `weighted_parts.weighted_parts_table` gives it.

    Raises:
        ImpossibleParts, ImpossibleFactor: impossible parts.
        LonelyStratum, ScoreOutOfRange, ScoreWithoutAnswer: as there.

    Source: as `weighted_parts_table`.
    """
    check_scores(valid, score)
    coefficients = index_coefficients(indices, valid.shape[1])
    return parts_of_groups(
        sample,
        valid=valid,
        score=score,
        coefficients=coefficients,
        code=domain,
        groups=groups,
        lonely=lonely,
    )


def _table(rows: Sequence[_Row], items: int, factors: int) -> MeasureTable:
    """Put the groups under each other; no groups give a table without rows."""
    shape = (len(rows), items + factors + 2)

    def floats(values: Sequence[FloatArray]) -> FloatArray:
        return frozen_floats(np.reshape(values, shape))

    def integers(values: Sequence[IntArray]) -> IntArray:
        return frozen_integers(np.reshape(values, shape))

    return MeasureTable(
        items=items,
        factors=factors,
        estimate=floats([row.estimate for row in rows]),
        standard_error=floats([row.standard_error for row in rows]),
        degrees_of_freedom=integers([row.freedom for row in rows]),
        design_effect=floats([row.effect for row in rows]),
        design_effect_of_mean=floats([row.effect_of_mean for row in rows]),
        valid_answers=integers([row.valid_answers for row in rows]),
        respondents=frozen_integers([row.respondents for row in rows]),
        weight=frozen_floats([row.weight for row in rows]),
        census=frozen_booleans([row.census for row in rows]),
    )


def _row(
    design: Sample | Replicates,
    quantity: Combinations,
    valid: BoolArray,
    members: BoolArray,
    lonely: LonelyRule,
) -> _Row:
    """Estimate one group."""
    items = valid.shape[1]
    value = quantity.value(design.weights)
    influence = np.where(design.inside[:, np.newaxis], quantity.influence(design.weights), 0.0)
    error = _standard_error(design, quantity, value, influence, lonely)
    effect, of_mean = _effects(design, value, error, influence, valid)
    freedom = [design.within(valid[:, item]).degrees_of_freedom for item in range(items)]
    freedom += [design.degrees_of_freedom] * (len(value) - items)
    return _Row(
        value,
        error,
        effect,
        of_mean,
        np.array(freedom),
        np.where(members, valid[design.inside].sum(axis=0), 0).max(axis=1),
        int(design.inside.sum()),
        float(design.weights[design.inside].sum()),
        _is_census(design),
    )


def _standard_error(
    design: Sample | Replicates,
    quantity: Combinations,
    value: FloatArray,
    influence: FloatArray,
    lonely: LonelyRule,
) -> FloatArray:
    """Give the standard errors of the measures, exactly 0 where only rounding is left, nan where undefined."""
    if isinstance(design, Replicates):
        variance = np.diagonal(design.covariance(quantity))
    else:
        variance = variance_of_sums(design, influence, lonely=lonely)
    error = np.sqrt(variance)
    error = np.where(error <= ZERO_ERROR * np.abs(value), 0.0, error)
    return np.where(np.isnan(value), np.nan, error)


def _effects(
    design: Sample | Replicates, value: FloatArray, error: FloatArray, influence: FloatArray, valid: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Give the design effects against respondents, and of items against valid answers; nan from replicates."""
    effect, of_mean = np.full(len(value), np.nan), np.full(len(value), np.nan)
    if isinstance(design, Replicates):
        return effect, of_mean
    used, items = design.inside, valid.shape[1]
    weights, answers = design.weights[used], valid[used].sum(axis=0)
    varies = np.where(error > 0, error**2, np.nan)
    effect = varies / _positive(simple_random_variance(weights, influence[used]))
    answered, share = weights @ valid[used], value[:items]
    simple = share * (1 - share) * answers / np.maximum(answers - 1, 1)
    simple *= np.where(answers > 1, (answered - answers) / _positive(answered * answers), np.nan)
    of_mean[:items] = varies[:items] / np.where(simple != 0, simple, np.nan)
    return effect, of_mean


def _positive(values: FloatArray) -> FloatArray:
    """Keep numbers above 0; nan otherwise."""
    return np.where(values > 0, values, np.nan)


def _is_census(design: Sample | Replicates) -> bool:
    """Tell whether every stratum of the group was asked in full, by weights that nobody changed."""
    if isinstance(design, Replicates) or design.is_calibrated or not design.inside.any():
        return False
    return all(not stage.fpc[np.unique(stage.stratum[design.inside])].any() for stage in design.stages)
