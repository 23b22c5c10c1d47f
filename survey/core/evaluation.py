"""How a round's evidence becomes its result: weigh, estimate, judge, compare."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from questionnaires.comparison import Comparison, EditorialChange, compare
from survey.core.attention import attention
from survey.core.evidence import Evidence
from survey.core.measure import Measure
from survey.core.raking import Raked
from survey.core.respondents import groupings
from survey.core.result import (
    FactorResult,
    FieldResult,
    ItemResult,
    PossibleRanks,
    RoundResult,
    TargetResult,
    UnitResult,
)
from survey.core.round import Round
from survey.core.scoring import Scored, factor_columns
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
from survey.statistics.compare import Difference, difference
from survey.statistics.measures import MeasureTable
from survey.statistics.ranking import rank_units

NOTHING_SAME = Comparison(frozenset(), frozenset(), index=False)


@dataclass(frozen=True, eq=False)
class Earlier:
    """What is compared with of an earlier round, and nothing else of it.

    Attributes:
        round: the round.
        index: its index.
        factors: its factors with their items.
    """

    round: Round
    index: Measure
    factors: tuple[FactorResult, ...]

    @property
    def items(self) -> tuple[ItemResult, ...]:
        """The items of all factors."""
        return tuple(item for factor in self.factors for item in factor.items)


def earlier_of(scored: Scored) -> Earlier:
    """An earlier round as a later one is compared with it; a third of the work of a whole result."""
    evidence = scored.evidence
    everything, index = np.zeros(evidence.dossiers.size, np.int64), scored.index()
    factors = _factors(scored, scored.table(everything, 1), index.dossiers, None, NOTHING_SAME)
    return Earlier(evidence.round, index, factors)


def evaluate(
    scored: Scored,
    sheet: TargetSheet | None,
    earlier: Earlier | None = None,
    editorial: Collection[EditorialChange] = (),
) -> RoundResult:
    """Estimate, judge and compare one round.

    Args:
        scored: its population and answers.
        sheet: the plan it is judged against, or None.
        earlier: the round before, or None.
        editorial: rewordings declared not to change what is asked; nothing else joins versions.

    Returns:
        The result. The index is what the questionnaire's rule makes of the items' weighted shares; standard errors
        are Taylor-linearised with finite population correction, see :mod:`survey.statistics.estimate`.
    """
    everything, index = np.zeros(scored.evidence.dossiers.size, np.int64), scored.index()
    same = (
        compare(earlier.round.version.definition, scored.definition, editorial) if earlier else NOTHING_SAME
    )
    before = earlier.index if earlier and same.index else None
    targets = _targets(scored, index, sheet)
    main = next((t.target for t in targets if t.measurement.kind is MeasurementKind.OVERALL_INDEX), None)
    return RoundResult(
        round=scored.evidence.round,
        index=index,
        unweighted=scored.unweighted(),
        change=_change(index, before),
        previous=earlier.round if earlier else None,
        previous_index=before,
        factors=_factors(scored, scored.table(everything, 1), index.dossiers, earlier, same),
        fields=_fields(scored),
        units=_units(scored, main),
        targets=targets,
        main_target=main,
        sheet=sheet,
        weighting=scored.weighting,
        modes=_modes(scored.evidence),
        parts=scored.parts(),
        further=scored.further(),
        groupings=groupings(scored),
        attention=attention(scored),
        reworded=tuple(item for item in scored.definition.items if item.code in same.editorial),
        raked=scored.raked,
        unraked=scored.unraked() if isinstance(scored.raked, Raked) else None,
    )


def _change(now: Measure, before: Measure | None) -> Difference | None:
    if before is None or not (now.is_known and before.is_known):
        return None
    return difference(now.estimate, before.estimate)


def _factors(
    scored: Scored, table: MeasureTable, dossiers: int, earlier: Earlier | None, same: Comparison
) -> tuple[FactorResult, ...]:
    items_before = {item.item.code: item.measure for item in earlier.items} if earlier else {}
    factors_before = {factor.section.code: factor.measure for factor in earlier.factors} if earlier else {}
    shares = code_shares(scored)
    results = []
    columns = factor_columns(scored.definition)
    [wholes] = scored.factors(np.zeros(scored.evidence.dossiers.size, np.int64), 1)
    for section, places, measure in zip(scored.definition.sections, columns, wholes, strict=True):
        items = []
        for item, column in zip(section.items, places, strict=True):
            found = scored.measure(table, 0, column, dossiers)
            before = items_before.get(item.code) if item.code in same.items else None
            items.append(ItemResult(item, found, shares[column], before, _change(found, before)))
        before = factors_before.get(section.code) if section.code in same.sections else None
        results.append(
            FactorResult(
                section, measure, tuple(items), _mean_shares(items), before, _change(measure, before)
            )
        )
    return tuple(results)


def code_shares(scored: Scored) -> list[dict[int, float]]:
    """For every item, the weighted share of each option code among its valid answers, 0–1."""
    weights = scored.tables.weights
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
    measures = scored.indices(group, len(fields))
    shares = scored.shared_out(scored.evidence.field[scored.weighting.counted], len(fields))
    return tuple(
        FieldResult(field, measure, by_unit)
        for field, measure, (by_unit, _by_field) in zip(fields, measures, shares, strict=True)
        if measure.dossiers
    )


def _units(scored: Scored, main: Target | None) -> tuple[UnitResult, ...]:
    units = scored.evidence.units
    group = np.repeat(np.arange(len(units)), len(scored.evidence.fields))
    measures, factors = scored.indices(group, len(units)), scored.factors(group, len(units))
    asked = [one for one in zip(units, measures, factors, strict=True) if one[1].dossiers]
    ranks = _ranks([measure for _, measure, _ in asked])
    return tuple(
        UnitResult(unit, measure, _verdict(measure, main), rank, factors=of_unit)
        for (unit, measure, of_unit), rank in zip(asked, ranks, strict=True)
    )


def _ranks(measures: Sequence[Measure]) -> list[PossibleRanks | None]:
    """The possible ranks of those with a value; units never share strata, so their estimates are independent."""
    known = [place for place, measure in enumerate(measures) if isfinite(measure.value)]
    ranks: list[PossibleRanks | None] = [None] * len(measures)
    if len(known) > 1:
        ranking = rank_units([measures[place].estimate for place in known])
        for place, best, worst in zip(known, ranking.best.tolist(), ranking.worst.tolist(), strict=True):
            ranks[place] = PossibleRanks(best, worst)
    return ranks


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
    return scored.indices(group, 1)[0]


def _modes(evidence: Evidence) -> dict[str, int]:
    counts = np.bincount(evidence.mode, minlength=len(evidence.modes)).tolist()
    return dict(zip(evidence.modes, counts, strict=True))


def _verdict(measure: Measure | None, target: Target | None) -> Verdict | None:
    """Without a value there is nothing to judge; without an interval there is never enough evidence."""
    if measure is None or target is None or not isfinite(measure.value):
        return None
    low, high = (measure.interval.low, measure.interval.high) if measure.interval else (None, None)
    return decide(measure.value, low, high, target)
