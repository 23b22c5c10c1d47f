"""Every unit's change since the round before, its past made anew from raw answers where units merged or split.

A unit that did not change, or took others in whole, is compared with the answers that were given at all of them, in
their strata and with the weights that they have in their round. Of a unit that was split, each part is compared with the
answers given at the whole, its strata weighing the part's share of the dossiers: nobody knows at which part an answer
would have been given, and the report says so. Such parts go by the weights of the strata, also where their round is
raked, since margins are known of the whole round only.
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
    before: Scored,
    changes: Sequence[UnitChange],
    editorial: Collection[EditorialChange] = (),
) -> RoundResult:
    """The result of a round with each unit's change since the round before.

    Args:
        result: of the round.
        before: the round before, whose units are those of the result or more.
        changes: all mergers and splits.
        editorial: rewordings declared not to change what is asked.

    Returns:
        The result; as it was where the two questionnaires have no comparable index.
    """
    if not compare(before.definition, result.round.version.definition, editorial).index:
        return result
    earlier, later = period_of_round(before.evidence.round), period_of_round(result.round)
    lines = [lineage(unit.unit, changes, earlier, later) for unit in result.units]
    found = zip(result.units, lines, _previous(before, lines), strict=True)
    return replace(result, units=tuple(_with_trend(*each) for each in found))


def period_of_round(round_: Round) -> Period:
    """First and last day of a round."""
    return Period(round_.starts_on, round_.ends_on)


def _previous(before: Scored, lines: Sequence[Lineage]) -> list[Measure | None]:
    """What each unit had in the round before; those whose past is whole earlier units all at once."""
    at = {unit.code: place for place, unit in enumerate(before.evidence.units)}
    group = np.full(len(at), -1)
    together: set[int] = set()
    for number, line in enumerate(lines):
        places = [at[part.code] for part in line.parts if part.code in at]
        # What another unit's past holds already cannot be counted in the same pass.
        if line.is_whole and (group[places] < 0).all():
            group[places] = number
            together.add(number)
    measures = before.indices(np.repeat(group, len(before.evidence.fields)), len(lines))
    return [
        None
        if line.broken
        else measures[number]
        if number in together
        else _recomputed(before.evidence, line)
        for number, line in enumerate(lines)
    ]


def _recomputed(before: Evidence, line: Lineage) -> Measure:
    """The index of several earlier units or parts of them, from their answers alone."""
    shares = {part.code: part.share for part in line.parts}
    share = np.array([shares.get(unit.code, 0.0) for unit in before.units])
    evidence = replace(
        before.only(share[before.unit] > 0),
        round=replace(before.round, settings=replace(before.round.settings, weights="strata")),
        dossiers=np.rint(before.dossiers * share[:, None]).astype(np.int64),
    )
    [measure] = score_round(evidence).indices(np.zeros(evidence.dossiers.size, np.int64), 1)
    return measure


def _with_trend(unit: UnitResult, line: Lineage, previous: Measure | None) -> UnitResult:
    known = previous is not None and previous.is_known and unit.measure.is_known
    change = difference(unit.measure.estimate, previous.estimate) if known and previous else None
    return replace(unit, lineage=line, previous=previous, change=change)
