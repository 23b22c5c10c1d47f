"""What may be shown of a round: load its evidence, evaluate it, hide what must be hidden, and keep the result."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from questionnaires.comparison import EditorialChange
from survey.actions.rounds import known_round
from survey.core.breakdown import Breakdown, break_down
from survey.core.credibility import judge
from survey.core.evaluation import earlier_of, evaluate
from survey.core.evidence import Evidence
from survey.core.flags import Arrivals
from survey.core.released import Steps, arrived, counts_until, latest_hour, released
from survey.core.result import RoundResult
from survey.core.round import Round
from survey.core.scoring import score_round
from survey.core.small_cells import protect
from survey.core.target import TargetSheet
from survey.core.unit_history import UnitChange
from survey.core.unit_trend import with_unit_trends
from survey.store import (
    counts,
    editorial_changes,
    frames,
    places,
    responses,
    rounds,
    sources,
    target_sheets,
    tickets,
    unit_changes,
)
from survey.store.database import Database

KEPT_RESULTS = 8


@dataclass(frozen=True, eq=False)
class Shown:
    """What may be shown of a round.

    Attributes:
        result: without the figures of small cells.
        breakdown: unit × field × item, likewise.
        latest: hour of the newest response that counts, or None.
        steps: how answers count while they are taken; None once the round has closed.
    """

    result: RoundResult
    breakdown: Breakdown
    latest: datetime | None
    steps: Steps | None


def round_result(database: Database, code: str, *, now: datetime) -> tuple[RoundResult, datetime | None]:
    """What a round says, and the hour of its newest response; everything, for the inside.

    A result is kept until something that it is made from changes: responses, of which there are only ever more, the
    rounds themselves, their populations and invitations, units and fields, or what is declared of versions.

    Raises:
        RoundUnknown: if there is no such round.
    """
    return _evaluated(_Question(database, code, _state(database, code, now, before=None), now))


def shown_result(
    database: Database,
    code: str,
    *,
    small_cell: int,
    now: datetime,
    elsewhere: Callable[[object], Shown] | None = None,
) -> Shown:
    """What people may see of a round; every page, paper and file is made from this.

    Which responses count is said by :mod:`survey.core.released`; while answers are taken it is kept for the hour.

    Args:
        database: where the evidence is.
        code: the round's.
        small_cell: groups with fewer responses show no figure.
        now: the server's clock.
        elsewhere: gives the same from all that it depends on, for who does not want to work it out here.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        before = counts_until(known_round(session, code, now=now), now)
    state = _state(database, code, now, before=before)
    return _shown(_Question(database, code, state, now, elsewhere), small_cell)


def _state(database: Database, code: str, now: datetime, *, before: datetime | None) -> tuple[object, ...]:
    """Everything that a round's result depends on, short enough to compare; of responses those before an hour."""
    with database.reading() as session:
        round_ = _round(session, code, now)
        earlier = rounds.before(session, round_, now=now)
        state: tuple[object, ...] = tuple(
            (
                *_facts(r),
                r.has_closed(now),
                counts.of_round(session, r.code, before=before if r is round_ else None),
                rounds.population_mark(session, r.code),
            )
            for r in (earlier, round_)
            if r
        )
        state += (before, *editorial_changes.standing(session))
        state += tuple(sources.withdrawn(session, r.code) for r in (earlier, round_) if r)
        state += (*unit_changes.all_changes(session), *places.units(session), *places.fields(session))
        state += tuple((unit, count.issued) for unit, count in sorted(tickets.counts(session, code).items()))
        state += tuple(load for r in (earlier, round_) if r for load in frames.loads(session, r.code)[:1])
    return state


def _facts(round_: Round) -> tuple[object, ...]:
    """A round as something short to compare."""
    names = [field.name for field in fields(round_) if field.name != "version"]
    return (round_.version.fingerprint, *(getattr(round_, name) for name in names))


@dataclass(frozen=True)
class _Question:
    """What a result answers: the moment only says how to read the rounds, which are part of the state."""

    database: Database
    code: str
    state: tuple[object, ...]
    now: datetime = field(compare=False)
    elsewhere: Callable[[object], Shown] | None = field(default=None, compare=False)


@lru_cache(maxsize=KEPT_RESULTS)
def _evaluated(asked: _Question) -> tuple[RoundResult, datetime | None]:
    found = _load(asked)
    return _result(found), found.evidence.latest_hour


@lru_cache(maxsize=KEPT_RESULTS)
def _shown(asked: _Question, small_cell: int) -> Shown:
    if asked.elsewhere is not None:
        return asked.elsewhere(asked.state)
    found, steps = _so_far(_load(asked), asked.now, small_cell)
    breakdown = break_down(score_round(found.evidence), small_cell, is_open=steps is not None)
    result = protect(_result(found), small_cell, breakdown.hidden_codes, is_open=steps is not None)
    return Shown(result, breakdown, latest_hour(found.arrivals.hour), steps)


@dataclass(frozen=True, eq=False)
class _Loaded:
    """Everything that a result is made from."""

    evidence: Evidence
    past: Evidence | None
    arrivals: Arrivals
    invited: dict[str, int]
    sheet: TargetSheet | None
    editorial: Collection[EditorialChange]
    changes: Sequence[UnitChange]


def _load(asked: _Question) -> _Loaded:
    with asked.database.reading() as session:
        round_ = _round(session, asked.code, asked.now)
        before = rounds.before(session, round_, now=asked.now)
        past = responses.evidence(session, before) if before else None
        sheet = (
            target_sheets.with_code(session, round_.target_sheet_code) if round_.target_sheet_code else None
        )
        evidence, arrivals = responses.evidence_with_arrivals(session, round_)
        return _Loaded(
            evidence=evidence,
            past=past,
            arrivals=arrivals,
            invited={unit: count.issued for unit, count in tickets.counts(session, asked.code).items()},
            sheet=sheet,
            editorial=editorial_changes.standing(session),
            changes=unit_changes.all_changes(session),
        )


def _so_far(found: _Loaded, now: datetime, small_cell: int) -> tuple[_Loaded, Steps | None]:
    """The same with the answers that count now, and how they count while they are taken."""
    round_ = found.evidence.round
    end = counts_until(round_, now)
    if end is None:
        return found, None
    hours, before = found.arrivals.hour, int(end.timestamp()) // 3600
    if round_.closed_at is None:
        evidence, kept = released(found.evidence, hours, before=before, fewest=small_cell)
    else:
        evidence, kept = arrived(found.evidence, hours, before=before)
    arrivals = Arrivals(found.arrivals.counter[kept], hours[kept], found.arrivals.late[kept])
    waiting = found.evidence.responses - evidence.responses
    steps = Steps(small_cell, waiting) if round_.closed_at is None else None
    return replace(found, evidence=evidence, arrivals=arrivals), steps


def _result(found: _Loaded) -> RoundResult:
    past = earlier_of(found.past) if found.past else None
    result = evaluate(found.evidence, found.sheet, past, found.editorial)
    if found.past:
        result = with_unit_trends(result, found.past, found.changes, found.editorial)
    trust = judge(found.evidence, found.arrivals, found.invited, result.main_target)
    return replace(result, credibility=trust)


def forget_results() -> None:
    """Let every result be worked out anew: what is published must not rest on what was true a while ago."""
    _evaluated.cache_clear()
    _shown.cache_clear()


def _round(session: Session, code: str, now: datetime) -> Round:
    """The round; a closing that lies ahead is not told to the report, which says "closed" or nothing."""
    round_ = known_round(session, code, now=now)
    return round_ if round_.has_closed(now) else replace(round_, closed_at=None)
