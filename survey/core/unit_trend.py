"""Every unit's change since the round before, its past made anew from raw answers where units merged or split.

A unit that did not change, or took others in whole, is compared with the answers that were given at all of them, in
their strata. Of a unit that was split, each part is compared with the answers given at the whole, its strata weighing
the part's share of the dossiers: nobody knows at which part an answer would have been given, and the report says so.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from questionnaires.comparison import EditorialChange, compare
from survey.core.evidence import Evidence
from survey.core.measure import Measure
from survey.core.result import RoundResult, UnitResult
from survey.core.round import Round
from survey.core.scoring import Scored, score_round
from survey.core.unit_history import Lineage, Period, UnitChange, lineage
from survey.statistics.compare import difference


def with_unit_trends(
    result: RoundResult,
    before: Evidence,
    changes: Sequence[UnitChange],
    editorial: Collection[EditorialChange] = (),
) -> RoundResult:
    """The result of a round with each unit's change since the round before.

    Args:
        result: of the round.
        before: population and answers of the round before, whose units are those of the result or more.
        changes: all mergers and splits.
        editorial: rewordings declared not to change what is asked.

    Returns:
        The result; as it was where the two questionnaires have no comparable index.
    """
    versions = before.round.version.definition, result.round.version.definition
    if not compare(*versions, editorial).index:
        return result
    scored = score_round(before)
    same = dict(zip((unit.code for unit in before.units), _of_each_unit(scored), strict=True))
    earlier, later = period_of_round(before.round), period_of_round(result.round)
    units = []
    for unit in result.units:
        line = lineage(unit.unit, changes, earlier, later)
        previous = None
        if line.broken is None:
            is_same = [part.code for part in line.parts] == [unit.unit.code]
            previous = same.get(unit.unit.code) if is_same else _recomputed(before, line)
        units.append(_with_trend(unit, line, previous))
    return replace(result, units=tuple(units))


def period_of_round(round_: Round) -> Period:
    """First and last day of a round."""
    return Period(round_.starts_on, round_.ends_on)


def _of_each_unit(scored: Scored) -> list[Measure]:
    units = len(scored.evidence.units)
    return scored.indices(np.repeat(np.arange(units), len(scored.evidence.fields)), units)


def _recomputed(before: Evidence, line: Lineage) -> Measure:
    """The index of several earlier units or parts of them, from their answers alone."""
    shares = {part.code: part.share for part in line.parts}
    share = np.array([shares.get(unit.code, 0.0) for unit in before.units])
    evidence = replace(
        before.only(share[before.unit] > 0),
        dossiers=np.rint(before.dossiers * share[:, None]).astype(np.int64),
    )
    [measure] = score_round(evidence).indices(np.zeros(evidence.dossiers.size, np.int64), 1)
    return measure


def _with_trend(unit: UnitResult, line: Lineage, previous: Measure | None) -> UnitResult:
    known = previous is not None and previous.is_known and unit.measure.is_known
    change = difference(unit.measure.estimate, previous.estimate) if known and previous else None
    return replace(unit, lineage=line, previous=previous, change=change)
