"""What may be shown of a round: load its evidence, evaluate it, hide what must be hidden, and keep the result."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy.orm import Session

from questionnaires.comparison import EditorialChange
from survey.actions.rounds import known_round
from survey.core.breakdown import Breakdown, break_down, hidden_units
from survey.core.credibility import Reach, judge
from survey.core.evaluation import earlier_of, evaluate
from survey.core.evidence import Evidence
from survey.core.flags import Arrivals
from survey.core.measure import Measure
from survey.core.released import Steps, counts_until, latest_hour, released
from survey.core.result import RoundResult
from survey.core.round import VIETNAM, Round
from survey.core.scoring import Scored, score_round
from survey.core.small_cells import protect, shown_index
from survey.core.target import TargetSheet
from survey.core.trend import MOST, trend
from survey.core.unit_history import UnitChange
from survey.core.unit_trend import with_unit_trends
from survey.store import (
    counts,
    editorial_changes,
    frames,
    openings,
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
KEPT_INDICES = 64
"""Of earlier rounds, each a single figure."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What may be shown of a round.

    Attributes:
        result: without the figures of small cells.
        breakdown: unit × field × item, likewise.
        latest: hour of the newest response that counts, or None.
        steps: how answers count while any can still arrive; None once all count.
        small_cell: groups with fewer responses show no figure.
    """

    result: RoundResult
    breakdown: Breakdown
    latest: datetime | None
    steps: Steps | None
    small_cell: int


def shown_result(
    database: Database,
    code: str,
    *,
    small_cell: int,
    now: datetime,
    elsewhere: Callable[[object], Shown | None] | None = None,
) -> Shown:
    """What people may see of a round; every page, paper and file is made from this.

    It is kept until something that it is made from changes: responses, of which there are only ever more, the rounds
    themselves, their populations and invitations, units and fields, or what is declared of versions. Which responses
    count is said by :mod:`survey.core.released`; while any can still arrive it is kept for the hour.

    Args:
        database: where the evidence is.
        code: the round's.
        small_cell: groups with fewer responses show no figure.
        now: the server's clock.
        elsewhere: gives the same from all that it depends on, where it should not be worked out here; else None.

    Raises:
        RoundUnknown: if there is no such round.
    """
    state = _state(database, code, now)
    return _shown(_Question(database, code, state, now, elsewhere), small_cell)


def _state(database: Database, code: str, now: datetime) -> tuple[object, ...]:
    """Everything that a round's result depends on, short enough to compare; of responses, those that may count."""
    with database.reading() as session:
        round_ = _round(session, code, now)
        all_rounds = (*_earlier(session, round_, now), round_)
        state: tuple[object, ...] = tuple(_mark(session, each, now) for each in all_rounds)
        state += (*editorial_changes.standing(session), *unit_changes.all_changes(session))
        state += tuple((unit, count.issued) for unit, count in sorted(tickets.counts(session, code).items()))
        return state + _places(session)


def _mark(session: Session, round_: Round, now: datetime) -> tuple[object, ...]:
    """What the answers and the population of a round are known by."""
    until = counts_until(round_, now)
    return (
        *_facts(round_),
        round_.has_closed(now),
        until,
        counts.of_round(session, round_.code, before=until),
        rounds.population_mark(session, round_.code),
        sources.withdrawn(session, round_.code),
        *frames.loads(session, round_.code)[:1],
    )


def _places(session: Session) -> tuple[object, ...]:
    return (*places.units(session), *places.fields(session))


def _earlier(session: Session, round_: Round, now: datetime) -> list[Round]:
    """The rounds with which a round is compared, the oldest first; the last is the one before it."""
    line = rounds.line_to(session, round_, MOST, now=now)[:-1]
    if line:
        return line
    before = rounds.before(session, round_, now=now)
    return [before] if before else []


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
    elsewhere: Callable[[object], Shown | None] | None = field(default=None, compare=False)


@lru_cache(maxsize=KEPT_RESULTS)
def _shown(asked: _Question, small_cell: int) -> Shown:
    if asked.elsewhere and (found := asked.elsewhere(asked.state)):
        return found
    loaded = _load(asked)
    now = _so_far(loaded.now, asked.now, small_cell)
    past = _so_far(loaded.past, asked.now, small_cell) if loaded.past else None
    scored, before, steps = score_round(now.evidence), _scored(past), now.steps
    breakdown = break_down(scored, small_cell, is_moving=steps is not None)
    result = protect(
        _result(replace(loaded, now=now, past=past), scored, before),
        small_cell,
        breakdown.hidden_codes,
        is_moving=steps is not None,
        hidden_before=_hidden_before(past, before, small_cell),
    )
    line = _line(asked, loaded.older, small_cell)
    if past and before and before.definition.code == result.round.version.definition.code:
        line.append((past.evidence.round, shown_index(before, small_cell, is_moving=past.steps is not None)))
    over_time = trend([*line, (result.round, result.index)], loaded.editorial)
    return Shown(
        replace(result, trend=over_time), breakdown, latest_hour(now.arrivals.hour), steps, small_cell
    )


@dataclass(frozen=True, eq=False)
class _Answered:
    """A round's answers with when they came, and how they count while further ones can arrive."""

    evidence: Evidence
    arrivals: Arrivals
    steps: Steps | None = None


@dataclass(frozen=True, eq=False)
class _Loaded:
    """Everything that a result is made from; ``past`` is the round before, ``older`` those of its form before that."""

    now: _Answered
    past: _Answered | None
    older: tuple[Round, ...]
    reach: Reach
    sheet: TargetSheet | None
    editorial: Collection[EditorialChange]
    changes: Sequence[UnitChange]


def _load(asked: _Question) -> _Loaded:
    with asked.database.reading() as session:
        round_ = _round(session, asked.code, asked.now)
        earlier = _earlier(session, round_, asked.now)
        before = earlier[-1] if earlier else None
        past = _Answered(*responses.evidence_with_arrivals(session, before)) if before else None
        sheet = (
            target_sheets.with_code(session, round_.target_sheet_code) if round_.target_sheet_code else None
        )
        return _Loaded(
            now=_Answered(*responses.evidence_with_arrivals(session, round_)),
            past=past,
            older=tuple(earlier[:-1]),
            reach=_reach(session, round_, asked.now),
            sheet=sheet,
            editorial=editorial_changes.standing(session),
            changes=unit_changes.all_changes(session),
        )


def _reach(session: Session, round_: Round, now: datetime) -> Reach:
    """How many were reached.

    While answers can arrive, openings are those of past days: a report stays the same for a while, and nobody counts
    along as somebody opens a page.
    """
    end = counts_until(round_, now)
    yesterday: date | None = None if end is None else end.astimezone(VIETNAM).date() - timedelta(days=1)
    last = openings.last_day(session, round_.code, until=yesterday)
    return Reach(
        invited=tickets.issued(session, round_.code),
        openings=openings.openings_of(session, round_.code, until=yesterday),
        since=openings.first_day(session, round_.code) if last else None,
        until=last,
    )


def _so_far(found: _Answered, now: datetime, small_cell: int) -> _Answered:
    """The same with the answers that count now."""
    end = counts_until(found.evidence.round, now)
    if end is None:
        return found
    hours, before = found.arrivals.hour, int(end.timestamp()) // 3600
    evidence, kept = released(found.evidence, hours, before=before, fewest=small_cell)
    arrivals = found.arrivals.of(kept)
    waiting = found.evidence.responses - evidence.responses
    return _Answered(evidence, arrivals, Steps(small_cell, waiting))


@lru_cache(maxsize=KEPT_INDICES)
def _whole_index(asked: _Question, small_cell: int) -> Measure:
    """The index of a whole round as its own report shows it."""
    with asked.database.reading() as session:
        round_ = _round(session, asked.code, asked.now)
        answered = _Answered(*responses.evidence_with_arrivals(session, round_))
    found = _so_far(answered, asked.now, small_cell)
    return shown_index(score_round(found.evidence), small_cell, is_moving=found.steps is not None)


def _line(asked: _Question, older: Sequence[Round], small_cell: int) -> list[tuple[Round, Measure]]:
    return [(each, _whole_index(_alone(asked, each), small_cell)) for each in older]


def _alone(asked: _Question, round_: Round) -> _Question:
    """The question for one round without those before it."""
    with asked.database.reading() as session:
        state = _mark(session, round_, asked.now) + _places(session)
    return _Question(asked.database, round_.code, state, asked.now)


def _scored(answered: _Answered | None) -> Scored | None:
    return score_round(answered.evidence) if answered else None


def _hidden_before(past: _Answered | None, scored: Scored | None, small_cell: int) -> Collection[str]:
    """The units that the round before hides."""
    if past is None or scored is None:
        return ()
    return hidden_units(scored, small_cell, is_moving=past.steps is not None)


def _result(found: _Loaded, scored: Scored, before: Scored | None) -> RoundResult:
    past = earlier_of(before) if before else None
    result = evaluate(scored, found.sheet, past, found.editorial)
    if before:
        result = with_unit_trends(result, before, found.changes, found.editorial)
    trust = judge(scored, found.now.arrivals, found.reach, result.main_target)
    return replace(result, credibility=trust)


def forget_results() -> None:
    """Let every result be worked out anew: what is published must not rest on what was true a while ago."""
    _shown.cache_clear()
    _whole_index.cache_clear()


def _round(session: Session, code: str, now: datetime) -> Round:
    """The round; a closing that lies ahead is not told to the report, which says "closed" or nothing."""
    round_ = known_round(session, code, now=now)
    return round_ if round_.has_closed(now) else replace(round_, closed_at=None)
