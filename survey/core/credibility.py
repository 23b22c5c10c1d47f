"""How far a round's number can be trusted: who could answer, who did, what is suspicious, and what that changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

import numpy as np

from survey.core.evidence import Evidence, IntArray
from survey.core.flags import Arrivals, BoolArray, Flags, Rule, flag, is_open, was_live
from survey.core.measure import Measure
from survey.core.openings import Openings
from survey.core.place import Field, Unit
from survey.core.raking import Refused
from survey.core.reached import is_unfinished, reached
from survey.core.scoring import Scored, score_round
from survey.core.target import Target, Verdict, decide


@dataclass(frozen=True)
class Way:
    """The index from a part of the responses, with the verdict on the main target where there is one.

    Attributes:
        measure: the index.
        verdict: on the main target.
        by_strata: whether these responses could not be raked to the margins, though all together could.
    """

    measure: Measure
    verdict: Verdict | None
    by_strata: bool = False


@dataclass(frozen=True)
class Reach:
    """How many were reached, as far as it is counted.

    Attributes:
        invited: one-time tickets given out, by unit code and field code.
        openings: pages opened and answers begun, by unit code and field code; None where the citizen chooses the field.
        since: the first day on which these were counted; None where none were.
        until: the last such day.
    """

    invited: Mapping[tuple[str, str], int] = field(default_factory=dict)
    openings: Mapping[tuple[str, str | None], Openings] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None


class Concern(Enum):
    """Why somebody should look at a stratum, what weighs most first; the value stands in files."""

    FLAGGED = "flagged"
    OVERFULL = "overfull"
    UNFINISHED = "unfinished"
    SILENT = "silent"
    FEW = "few"


@dataclass(frozen=True)
class Trust:
    """One unit's side of the credibility page, or that of one of its fields: a stratum.

    Attributes:
        unit: the unit.
        field: one field of it; None for the unit as a whole.
        dossiers: its population.
        invited: one-time tickets given out.
        openings: pages opened and answers begun, at least as many as led to responses; None where nobody can tell.
        responses: in all modes.
        by_page: those that came through a counter's page, on a phone or a tablet.
        verified: those with a one-time ticket.
        late: those that a phone delivered hours after they were finished.
        flagged: responses that each rule points at; only rules that point at any.
        is_hidden: whether rules that look at answers are left out of ``flagged``, since too few people stand behind.
    """

    unit: Unit
    field: Field | None
    dossiers: int
    invited: int
    openings: Openings | None
    responses: int
    by_page: int
    verified: int
    late: int
    flagged: Mapping[Rule, int]
    is_hidden: bool = False

    @property
    def verified_share(self) -> float | None:
        """Verified responses per response, or None without responses."""
        return self.verified / self.responses if self.responses else None

    @property
    def is_unfinished(self) -> bool:
        """Whether many pages were opened and hardly any led to a response."""
        return self.openings is not None and is_unfinished(self.openings, self.by_page)

    def concerns(self, fewest: int) -> tuple[Concern, ...]:
        """Why to look at it, what weighs most first.

        Args:
            fewest: responses from which on its figures are shown.
        """
        found = {
            Concern.FLAGGED: bool(self.flagged),
            Concern.OVERFULL: self.responses > self.dossiers and Rule.MORE_THAN_DOSSIERS not in self.flagged,
            Concern.UNFINISHED: self.is_unfinished,
            Concern.SILENT: self.dossiers > 0 and not self.responses,
            Concern.FEW: 0 < self.responses < min(fewest, self.dossiers),
        }
        return tuple(concern for concern, holds in found.items() if holds)


@dataclass(frozen=True)
class Credibility:
    """What the credibility page prints.

    Attributes:
        everybody: the index as the report gives it.
        unflagged: the same without the responses that a rule points at.
        verified: the same from verified responses alone.
        flagged: how many responses each rule points at.
        any_flagged: how many at least one rule points at; None where it is hidden.
        late: responses delivered late.
        invited: one-time tickets given out.
        units: those with dossiers or responses.
        strata: likewise, unit by unit.
        since: the first day on which openings of pages were counted; None where none were.
        until: the last such day.
        fewest: responses from which on figures are shown.
    """

    everybody: Way
    unflagged: Way
    verified: Way
    flagged: Mapping[Rule, int]
    any_flagged: int | None
    late: int
    invited: int
    units: tuple[Trust, ...]
    strata: tuple[Trust, ...]
    since: date | None = None
    until: date | None = None
    fewest: int = 1

    @property
    def depends(self) -> bool:
        """Whether the verdict is another one when the index is taken another way; a way without a verdict says nothing."""
        ways = (self.everybody, self.unflagged, self.verified)
        return len({way.verdict.outcome for way in ways if way.verdict and way.measure.is_known}) > 1

    @property
    def openings(self) -> Openings | None:
        """Of all units; None where nothing was counted."""
        if self.since is None:
            return None
        return sum((unit.openings for unit in self.units if unit.openings), Openings())

    @property
    def suspicious(self) -> tuple[Trust, ...]:
        """Units that a rule points at, the one with most flagged responses first."""
        found = [unit for unit in self.units if unit.flagged]
        return tuple(sorted(found, key=lambda unit: -max(unit.flagged.values())))

    @property
    def worrying(self) -> tuple[Trust, ...]:
        """Strata that somebody should look at, by what weighs most, then those with most dossiers first."""
        weight = {concern: place for place, concern in enumerate(Concern)}
        found = [(stratum.concerns(self.fewest), stratum) for stratum in self.strata]
        listed = [(weight[why[0]], stratum) for why, stratum in found if why]
        return tuple(stratum for _, stratum in sorted(listed, key=lambda one: (one[0], -one[1].dossiers)))


def judge(scored: Scored, arrivals: Arrivals, reach: Reach, target: Target | None) -> Credibility:
    """Apply the rules to a round, and take its index three ways.

    Args:
        scored: its population and answers.
        arrivals: when and where these came in, in the same order.
        reach: how many were reached.
        target: the main target, or None.
    """
    evidence = scored.evidence
    flags, open_ = flag(evidence, arrivals), is_open(evidence)
    units, strata = _rows(evidence, _counts(evidence, arrivals, flags, reach), reach)
    ways = [_way(some, target) for some in (scored, _of(scored, ~flags.any), _of(scored, ~open_))]
    everybody, unflagged, verified = (
        ways if not ways[0].by_strata else [replace(w, by_strata=False) for w in ways]
    )
    return Credibility(
        everybody=everybody,
        unflagged=unflagged,
        verified=verified,
        flagged={rule: int(found.sum()) for rule, found in flags.by_rule.items()},
        any_flagged=int(flags.any.sum()),
        late=int((arrivals.late > 0).sum()),
        invited=sum(reach.invited.values()),
        units=units,
        strata=strata,
        since=reach.since,
        until=reach.until,
    )


def _of(scored: Scored, chosen: BoolArray) -> Scored:
    """The round from a part of its responses."""
    return scored if chosen.all() else score_round(scored.evidence.only(chosen))


def _way(scored: Scored, target: Target | None) -> Way:
    [measure] = scored.indices(np.zeros(scored.evidence.dossiers.size, np.int64), 1)
    by_strata = isinstance(scored.raked, Refused) and measure.is_known
    if target is None or measure.interval is None:
        return Way(measure, None, by_strata)
    verdict = decide(measure.value, measure.interval.low, measure.interval.high, target)
    return Way(measure, verdict, by_strata)


@dataclass(frozen=True, eq=False)
class _Counts:
    """What is counted per unit and field, each U × F."""

    dossiers: IntArray
    invited: IntArray
    responses: IntArray
    by_page: IntArray
    verified: IntArray
    late: IntArray
    by_rule: Mapping[Rule, IntArray]


def _counts(evidence: Evidence, arrivals: Arrivals, flags: Flags, reach: Reach) -> _Counts:
    shape = len(evidence.units), len(evidence.fields)

    def count(chosen: BoolArray) -> IntArray:
        return np.bincount(evidence.stratum[chosen], minlength=shape[0] * shape[1]).reshape(shape)

    rows = {unit.code: row for row, unit in enumerate(evidence.units)}
    columns = {each.code: column for column, each in enumerate(evidence.fields)}
    invited = np.zeros(shape, np.int64)
    for (unit, field_), number in reach.invited.items():
        invited[rows[unit], columns[field_]] += number
    return _Counts(
        dossiers=evidence.dossiers,
        invited=invited,
        responses=count(np.ones(evidence.responses, np.bool_)),
        by_page=count(was_live(evidence) | ~is_open(evidence)),
        verified=count(~is_open(evidence)),
        late=count(arrivals.late > 0),
        by_rule={rule: count(found) for rule, found in flags.by_rule.items()},
    )


def _rows(evidence: Evidence, counts: _Counts, reach: Reach) -> tuple[tuple[Trust, ...], tuple[Trust, ...]]:
    """Every unit and every stratum that has dossiers or responses."""
    cells = np.argwhere(counts.dossiers + counts.responses > 0).tolist()
    by_page = {
        (evidence.units[row].code, evidence.fields[column].code): int(counts.by_page[row, column])
        for row, column in cells
    }
    opened = reached(reach.openings, by_page) if reach.since else {}
    units = dict.fromkeys(row for row, _column in cells)
    return (
        tuple(_trust(evidence.units[row], None, counts, (row, slice(None)), opened) for row in units),
        tuple(
            _trust(evidence.units[row], evidence.fields[column], counts, (row, column), opened)
            for row, column in cells
        ),
    )


def _trust(
    unit: Unit,
    field_: Field | None,
    counts: _Counts,
    at: tuple[int, int | slice],
    opened: Mapping[tuple[str, str | None], Openings],
) -> Trust:
    flagged = {rule: int(found[at].sum()) for rule, found in counts.by_rule.items()}
    return Trust(
        unit=unit,
        field=field_,
        dossiers=int(counts.dossiers[at].sum()),
        invited=int(counts.invited[at].sum()),
        openings=opened.get((unit.code, field_.code if field_ else None)),
        responses=int(counts.responses[at].sum()),
        by_page=int(counts.by_page[at].sum()),
        verified=int(counts.verified[at].sum()),
        late=int(counts.late[at].sum()),
        flagged={rule: number for rule, number in flagged.items() if number},
    )
