"""Enter figures that the survey does not measure, with their source, and take them back."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from survey.actions.making_rounds import held
from survey.actions.rounds import known_round
from survey.core.account import Account
from survey.core.reported import (
    Entry,
    Kind,
    Reported,
    ReportedMeasure,
    ReportedTarget,
    number_for_measure,
    number_for_target,
    reported,
)
from survey.core.round import VIETNAM, Round
from survey.core.target import TargetSheet
from survey.core.trail import Deed
from survey.store import reported as figures
from survey.store import target_sheets, trail
from survey.store.database import Database

SHORTEST_SOURCE, LONGEST_SOURCE = 3, 300
FIRST_YEAR = 2000


class FigureUnknown(LookupError):
    """The round's plan has no such target, and there is no such measure."""


class FigureChanged(ValueError):
    """Somebody else entered or took back the same figure meanwhile; nothing was changed."""


class DayUnfit(ValueError):
    """The figure's day lies ahead or too far back."""


class YearUnfit(ValueError):
    """The year that a measure is about is missing, lies ahead or too far back."""


class SourceUnfit(ValueError):
    """The source is too short to say anything, or too long."""


@dataclass(frozen=True)
class Said:
    """What an officer says of a figure: as typed, and the number of the entry that was on the page."""

    value: str
    source: str
    dated: date
    year: int | None
    seen: int


@dataclass(frozen=True)
class Sheet:
    """A round with its plan, and what can be reported beside it."""

    round: Round
    plan: TargetSheet | None
    reported: Reported


def sheet_of(database: Database, code: str, *, now: datetime) -> Sheet:
    """What can be reported beside a round, with what was.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        return _sheet(session, code, now)


def one_of(sheet: Sheet, kind: str, name: str) -> ReportedTarget | ReportedMeasure:
    """One target or measure of a sheet.

    Raises:
        FigureUnknown: if there is none.
    """
    targets = {(Kind.TARGET.value, one.target.indicator): one for one in sheet.reported.targets}
    measures = {(Kind.MEASURE.value, one.measure.value): one for one in sheet.reported.measures}
    found = targets.get((kind, name)) or measures.get((kind, name))
    if found is None:
        raise FigureUnknown(name)
    return found


def entry_number(database: Database, code: str, kind: str, name: str) -> int:
    """The number of a figure's newest entry, which its form carries; 0 before the first."""
    with database.reading() as session:
        return figures.newest_number(session, code, Kind(kind), name)


def enter(
    database: Database, code: str, kind: str, name: str, said: Said, *, by: Account, now: datetime
) -> None:
    """Enter a figure; the one before stays on record.

    Raises:
        RoundUnknown: if there is no such round.
        FigureUnknown: if there is no such figure.
        NumberUnfit: if the value is none that the figure can have.
        DayUnfit, YearUnfit, SourceUnfit: as they say.
        FigureChanged: if it is no longer as the officer saw it.
    """
    with database.writing() as session:
        held(session, code, now)
        one = one_of(_sheet(session, code, now), kind, name)
        value = _number(one, said.value)
        today = now.astimezone(VIETNAM).date()
        if not said.dated.year >= FIRST_YEAR or said.dated > today:
            raise DayUnfit(said.dated)
        year = _year(said, today) if isinstance(one, ReportedMeasure) else None
        source = _source(said.source)
        entry = Entry(Kind(kind), name, value, year, source, said.dated, by.name, now)
        _append(session, code, entry, said.seen)
        detail = {
            "figure": name,
            "value": format(value, "f"),
            "year": year,
            "dated": said.dated.isoformat(),
            "source": source,
        }
        trail.record(session, Deed.FIGURE_REPORTED, code, who=by.name, at=now, detail=detail)


def withdraw(
    database: Database, code: str, kind: str, name: str, reason: str, *, seen: int, by: Account, now: datetime
) -> None:
    """Take a figure back: the report says "not reported" again; figure and reason stay on record.

    Raises:
        RoundUnknown: if there is no such round.
        FigureUnknown: if there is no such figure, or it has no value.
        SourceUnfit: if the reason is too short or too long.
        FigureChanged: if it is no longer as the officer saw it.
    """
    with database.writing() as session:
        held(session, code, now)
        one = one_of(_sheet(session, code, now), kind, name)
        if one.figure is None:
            raise FigureUnknown(name)
        today = now.astimezone(VIETNAM).date()
        entry = Entry(Kind(kind), name, None, None, _source(reason), today, by.name, now)
        _append(session, code, entry, seen)
        detail = {"figure": name, "value": format(one.figure.value, "f"), "reason": entry.source}
        trail.record(session, Deed.FIGURE_WITHDRAWN, code, who=by.name, at=now, detail=detail)


def _sheet(session: Session, code: str, now: datetime) -> Sheet:
    round_ = known_round(session, code, now=now)
    plan = target_sheets.with_code(session, round_.target_sheet_code) if round_.target_sheet_code else None
    return Sheet(round_, plan, reported(plan, figures.standing(session, code)))


def _number(one: ReportedTarget | ReportedMeasure, text: str) -> Decimal:
    if isinstance(one, ReportedTarget):
        return number_for_target(text, one.target)
    return number_for_measure(text, one.measure)


def _year(said: Said, today: date) -> int:
    if said.year is None or not FIRST_YEAR <= said.year <= today.year:
        raise YearUnfit(said.year)
    return said.year


def _source(text: str) -> str:
    if not SHORTEST_SOURCE <= len(text.strip()) <= LONGEST_SOURCE:
        raise SourceUnfit(text)
    return text.strip()


def _append(session: Session, code: str, entry: Entry, seen: int) -> None:
    """Append an entry unless another one came after that which was seen."""
    if figures.newest_number(session, code, entry.kind, entry.name) != seen:
        raise FigureChanged(entry.name)
    figures.add(session, code, entry)
