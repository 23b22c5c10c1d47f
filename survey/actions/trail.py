"""Read the trail, and check that nobody rewrote it."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.core.trail import BEGINNING, Entry, Search
from survey.store import trail
from survey.store.database import Database


@dataclass(frozen=True)
class Proof:
    """What checking the whole chain found.

    Attributes:
        entries: how many deeds hold together, counted from the first.
        newest: hash of the last of these; noted elsewhere, it shows later whether the end was cut off.
        broken_at: number of the first deed that does not follow from those before, or None.
        has_noted: whether a hash that was noted elsewhere is among them.
    """

    entries: int
    newest: str
    broken_at: int | None
    has_noted: bool


def deeds(
    database: Database, search: Search, *, limit: int | None = None, before: int | None = None
) -> list[Entry]:
    """Deeds, the newest first: at most ``limit``, those before the one with number ``before``."""
    with database.reading() as session:
        return trail.newest(session, search, limit=limit, before=before)


def doers(database: Database) -> list[str]:
    """Names of all who did something."""
    with database.reading() as session:
        return trail.people(session)


def verify(database: Database, noted: str = "") -> Proof:
    """Check every deed against the one before.

    Args:
        database: where the trail is.
        noted: a hash that was noted earlier.
    """
    last: Entry | None = None
    has_noted = False
    with database.reading() as session:
        with closing(held(session)) as entries:
            for entry in entries:
                last = entry
                has_noted = has_noted or entry.hash == noted
        number, newest = (last.number, last.hash) if last else (0, BEGINNING)
        broken_at = None if number == trail.count(session) else number + 1
    return Proof(number, newest, broken_at, has_noted)


def held(session: Session) -> Generator[Entry]:
    """The deeds that hold together, from the first to the last that follows from those before it."""
    last: Entry | None = None
    with closing(trail.entries(session)) as entries:
        try:
            for entry in entries:
                if not entry.follows(last):
                    return
                yield entry
                last = entry
        except ValueError:
            # A deed that cannot even be read is not what was written.
            return
