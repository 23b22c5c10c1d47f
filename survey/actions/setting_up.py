"""How far an instance is set up."""

from dataclasses import dataclass

from survey.core.place import Unit
from survey.store import places, rounds, versions
from survey.store.database import Database


@dataclass(frozen=True)
class Beginnings:
    """Which steps towards the first answer are done."""

    has_units: bool
    has_counters: bool
    has_versions: bool
    has_rounds: bool


def beginnings(database: Database) -> Beginnings:
    """Which steps are done."""
    with database.reading() as session:
        return Beginnings(
            has_units=bool(places.units(session)),
            has_counters=any(not counter.retired for counter in places.counters(session)),
            has_versions=bool(versions.published(session)),
            has_rounds=bool(rounds.all_rounds(session)),
        )


def units(database: Database) -> tuple[Unit, ...]:
    """All units in their order."""
    with database.reading() as session:
        return places.units(session)
