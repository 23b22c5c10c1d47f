"""The derived counts: carry them on, verify them against the responses, build them anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from survey.core.response import to_the_hour
from survey.store import counts, places, rounds
from survey.store.database import Database
from survey.store.tables import FieldRow, UnitRow

SETTLED = timedelta(minutes=10)
"""How long an hour must have ended before it is counted; what is delivered in it later still counts itself."""


@dataclass(frozen=True)
class Counting:
    """How far responses are counted, and how many were counted just now."""

    until: datetime
    responses: int


@dataclass(frozen=True)
class Difference:
    """A count that is not what the responses say."""

    round_code: str
    unit_code: str
    field_code: str
    mode: str
    counted: int
    stored: int


def extend(database: Database, *, now: datetime) -> Counting:
    """Count the responses of every hour that ended since the last time.

    Raises:
        StillStoring: if somebody else's transaction does not end; the next call catches up.
    """
    with database.writing() as session:
        number = counts.extend(session, _ended(now))
        return Counting(counts.watermark(session) or _ended(now), number)


def rebuild(database: Database, *, now: datetime) -> Counting:
    """Forget the counts and make them anew from the responses.

    Raises:
        StillStoring: if somebody else's transaction does not end; the counts stay as they were.
    """
    with database.writing() as session:
        return Counting(_ended(now), counts.rebuild(session, _ended(now)))


def reached(database: Database) -> datetime | None:
    """Up to which hour responses are counted, or None if none are."""
    with database.reading() as session:
        return counts.watermark(session)


def differences(database: Database) -> list[Difference]:
    """Where the derived counts are not what the responses say; empty if all is well."""
    with database.reading() as session:
        counted, stored = counts.counted(session), counts.recounted(session)
        round_codes = {number: code for code, number in rounds.ids_by_code(session).items()}
        units = {number: code for code, number in places.ids_by_code(session, UnitRow).items()}
        fields = {number: code for code, number in places.ids_by_code(session, FieldRow).items()}
    return [
        Difference(
            round_codes.get(cell.round_id, "?"),
            units.get(cell.unit_id, "?"),
            fields.get(cell.field_id, "?"),
            cell.mode,
            counted.get(cell, 0),
            stored.get(cell, 0),
        )
        for cell in sorted(counted.keys() | stored.keys())
        if counted.get(cell, 0) != stored.get(cell, 0)
    ]


def _ended(now: datetime) -> datetime:
    return to_the_hour(now - SETTLED)
