"""How a round's evidence becomes its result: weigh, estimate, judge, compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import numpy.typing as npt

from questionnaires.comparison import Comparison, compare
from questionnaires.definition import Definition
from survey.core.evidence import CodeMatrix, Evidence, IntArray
from survey.core.result import (
    FactorResult,
    FieldResult,
    ItemResult,
    Measure,
    RoundResult,
    TargetResult,
    UnitResult,
)
from survey.core.target import (
    Group,
    Measurement,
    MeasurementKind,
    Target,
    TargetSheet,
    Verdict,
    decide,
    measurement_of,
)
from survey.core.weighting import Weighting, weigh
from survey.statistics.compare import Difference, difference
from survey.statistics.design import LonelyRule
from survey.statistics.estimate import measure_table
from survey.statistics.interval import policy_interval
from survey.statistics.measures import MeasureTable
from survey.statistics.moments import Moments, collapse, regroup

BoolMatrix = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]

LONELY = LonelyRule.ADJUST
"""Rule 2 of :mod:`survey.core.weighting`."""


@dataclass(frozen=True, eq=False)
class Scored:
    """A round's answers, weighed and collapsed once; every table below is made from this.

    Attributes:
        evidence: the round's population and answers.
        weighting: the design and its named strata.
        answers: counted responses × items, option codes.
        valid: the same shape, whether the answer is on the scale.
        moments: sums and products per stratum.
    """

    evidence: Evidence
    weighting: Weighting
    answers: CodeMatrix
    valid: BoolMatrix
    score: Matrix
    moments: Moments

    @property
    def definition(self) -> Definition:
        """The version whose items were answered."""
        return self.evidence.round.version.definition

    def table(self, group_of_stratum: IntArray, groups: int) -> MeasureTable:
        """Items, factors and indices for groups that are unions of strata (-1: in no group)."""
        return measure_table(
            self.weighting.design,
            regroup(self.moments, group_of_stratum, groups),
            factors=factor_columns(self.definition),
            lonely=LONELY,
        )

    def group_dossiers(self, group_of_stratum: IntArray, groups: int) -> IntArray:
        """Dossiers of each group, whether or not anybody answered."""
        chosen = group_of_stratum >= 0
        dossiers = self.evidence.dossiers.reshape(-1)[chosen]
        return np.bincount(group_of_stratum[chosen], weights=dossiers, minlength=groups).astype(np.int64)


def evaluate(
    evidence: Evidence, sheet: TargetSheet | None, earlier: RoundResult | None = None
) -> RoundResult:
    """Weigh, estimate, judge and compare one round.

    Args:
        evidence: its population and answers.
        sheet: the plan it is judged against, or None.
        earlier: the result of the round before, or None.

    Returns:
        The result. The index is the mean of the items' weighted shares (SIPAS_MEAN); standard errors are
        Taylor-linearised with finite population correction, see :mod:`survey.statistics.estimate`.
    """
    scored = score_round(evidence)
    everything = np.zeros(evidence.dossiers.size, np.int64)
    table, dossiers = scored.table(everything, 1), scored.group_dossiers(everything, 1)
    index = _measure(table, 0, table.mean, dossiers)
    same = compare(earlier.round.version.definition, scored.definition) if earlier else NOTHING_SAME
    before = earlier.index if earlier and same.index else None
    targets = _targets(scored, index, sheet)
    main = next((t.target for t in targets if t.measurement.kind is MeasurementKind.OVERALL_INDEX), None)
    return RoundResult(
        round=evidence.round,
        index=index,
        unweighted=unweighted_index(scored.valid, scored.score),
        change=_change(index, before),
        previous=earlier.round if earlier else None,
        previous_index=before,
        factors=_factors(scored, table, dossiers, earlier, same),
        fields=_fields(scored),
        units=_units(scored, main),
        targets=targets,
        main_target=main,
        sheet=sheet,
        weighting=scored.weighting,
        modes=_modes(evidence),
    )


NOTHING_SAME = Comparison(frozenset(), frozenset(), index=False)


def score_round(evidence: Evidence) -> Scored:
    """Weigh a round and reduce its answers to moments."""
    weighting = weigh(evidence)
    answers = evidence.answers[weighting.counted]
    valid, score = score_answers(evidence.round.version.definition, answers)
    moments = collapse(weighting.design.stratum, numerator=score, denominator=valid)
    return Scored(evidence, weighting, answers, valid, score, moments)


def score_answers(definition: Definition, answers: CodeMatrix) -> tuple[BoolMatrix, Matrix]:
    """Validity and score of every answer by the questionnaire's named rule.

    Args:
        definition: says which codes are valid and how they score.
        answers: n × items, option codes.

    Returns:
        n × items validity, and n × items score: for ``top_codes`` 1 where the code is among the satisfied
        ones, for ``points`` the code divided by the most points; 0 where not valid.
    """
    scoring = definition.scoring
    valid = np.empty(answers.shape, dtype=np.bool_)
    for column, item in enumerate(definition.items):
        valid[:, column] = np.isin(answers[:, column], sorted(definition.scale_of(item).codes))
    if scoring.rule == "top_codes":
        return valid, np.where(valid, np.isin(answers, scoring.satisfied), 0.0).astype(np.float64)
    return valid, np.where(valid, answers / scoring.max_points, 0.0)


def factor_columns(definition: Definition) -> list[list[int]]:
    """Item positions of each factor."""
    columns = iter(range(len(definition.items)))
    return [[next(columns) for _ in section.items] for section in definition.sections]


def unweighted_index(valid: BoolMatrix, score: Matrix) -> float:
    """Mean of the items' plain shares, as a spreadsheet would have it; nan if an item has no answer."""
    counts = valid.sum(axis=0)
    if not counts.all():
        return float("nan")
    return float((score.sum(axis=0) / counts).mean())


def _measure(table: MeasureTable, group: int, column: int, dossiers: IntArray) -> Measure:
    estimate = table.at(group, column)
    return Measure(estimate, policy_interval(estimate), int(table.respondents[group]), int(dossiers[group]))


def _change(now: Measure, before: Measure | None) -> Difference | None:
    if before is None or not (now.is_known and before.is_known):
        return None
    return difference(now.estimate, before.estimate)


def _factors(
    scored: Scored, table: MeasureTable, dossiers: IntArray, earlier: RoundResult | None, same: Comparison
) -> tuple[FactorResult, ...]:
    items_before = {item.item.code: item.measure for item in earlier.items} if earlier else {}
    factors_before = {factor.section.code: factor.measure for factor in earlier.factors} if earlier else {}
    shares = code_shares(scored)
    results = []
    columns = factor_columns(scored.definition)
    for position, (section, places) in enumerate(zip(scored.definition.sections, columns, strict=True)):
        items = []
        for item, column in zip(section.items, places, strict=True):
            measure = _measure(table, 0, column, dossiers)
            before = items_before.get(item.code) if item.code in same.items else None
            items.append(ItemResult(item, measure, shares[column], before, _change(measure, before)))
        measure = _measure(table, 0, table.items + position, dossiers)
        before = factors_before.get(section.code) if section.code in same.sections else None
        results.append(
            FactorResult(
                section, measure, tuple(items), _mean_shares(items), before, _change(measure, before)
            )
        )
    return tuple(results)


def code_shares(scored: Scored) -> list[dict[int, float]]:
    """For every item, the weighted share of each option code among its valid answers, 0–1."""
    weights = scored.weighting.design.weights[scored.weighting.design.stratum]
    totals = weights @ scored.valid
    shares = []
    for column, item in enumerate(scored.definition.items):
        codes = sorted(scored.definition.scale_of(item).codes)
        parts = [float(weights @ (scored.answers[:, column] == code)) for code in codes]
        total = float(totals[column])
        shares.append({code: part / total if total else 0.0 for code, part in zip(codes, parts, strict=True)})
    return shares


def _mean_shares(items: Sequence[ItemResult]) -> dict[int, float]:
    codes = sorted({code for item in items for code in item.shares})
    rated = [item for item in items if any(item.shares.values())] or items
    return {code: sum(item.shares.get(code, 0.0) for item in rated) / len(rated) for code in codes}


def _fields(scored: Scored) -> tuple[FieldResult, ...]:
    fields = scored.evidence.fields
    group = np.tile(np.arange(len(fields)), len(scored.evidence.units))
    table, dossiers = scored.table(group, len(fields)), scored.group_dossiers(group, len(fields))
    return tuple(
        FieldResult(field, _measure(table, position, table.mean, dossiers))
        for position, field in enumerate(fields)
        if dossiers[position]
    )


def _units(scored: Scored, main: Target | None) -> tuple[UnitResult, ...]:
    units = scored.evidence.units
    group = np.repeat(np.arange(len(units)), len(scored.evidence.fields))
    table, dossiers = scored.table(group, len(units)), scored.group_dossiers(group, len(units))
    results = []
    for position, unit in enumerate(units):
        if dossiers[position]:
            measure = _measure(table, position, table.mean, dossiers)
            results.append(UnitResult(unit, measure, _verdict(measure, main)))
    return tuple(results)


def _targets(scored: Scored, index: Measure, sheet: TargetSheet | None) -> tuple[TargetResult, ...]:
    results = []
    for target in sheet.in_group(Group.SATISFACTION) if sheet else ():
        measurement = measurement_of(target)
        measure = _measured_for(scored, index, measurement)
        results.append(TargetResult(target, measurement, measure, _verdict(measure, target)))
    return tuple(results)


def _measured_for(scored: Scored, index: Measure, measurement: Measurement) -> Measure | None:
    if measurement.kind is MeasurementKind.NOT_MEASURED:
        return None
    if measurement.kind is MeasurementKind.OVERALL_INDEX:
        return index
    chosen = [0 if field.code in measurement.fields else -1 for field in scored.evidence.fields]
    group = np.tile(np.array(chosen), len(scored.evidence.units))
    table, dossiers = scored.table(group, 1), scored.group_dossiers(group, 1)
    return _measure(table, 0, table.mean, dossiers)


def _modes(evidence: Evidence) -> dict[str, int]:
    counts = np.bincount(evidence.mode, minlength=len(evidence.modes)).tolist()
    return dict(zip(evidence.modes, counts, strict=True))


def _verdict(measure: Measure | None, target: Target | None) -> Verdict | None:
    """Without a value there is nothing to judge; without an interval there is never enough evidence."""
    if measure is None or target is None or not isfinite(measure.value):
        return None
    low, high = (measure.interval.low, measure.interval.high) if measure.interval else (None, None)
    return decide(measure.value, low, high, target)
