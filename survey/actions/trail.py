"""Read the trail, and check that nobody rewrote it."""

from collections.abc import Iterator
from dataclasses import dataclass

from survey.core.trail import BEGINNING, Entry, Search, first_break
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
    seen: list[Entry] = []
    has_noted = False

    def watched() -> Iterator[Entry]:
        nonlocal has_noted
        for entry in trail.entries(session):
            yield entry
            # Only reached when the chain holds up to here.
            seen[:] = [entry]
            has_noted = has_noted or entry.hash == noted

    with database.reading() as session:
        try:
            broken_at = first_break(watched())
        except ValueError:
            # A deed that cannot even be read is not what was written.
            broken_at = (seen[0].number if seen else 0) + 1
    last = seen[0] if seen else None
    return Proof(last.number if last else 0, last.hash if last else BEGINNING, broken_at, has_noted)
