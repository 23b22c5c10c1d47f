"""How far an instance is set up."""

from dataclasses import dataclass
from datetime import datetime

from survey.core.place import Unit
from survey.store import places, rounds, versions
from survey.store.database import Database


@dataclass(frozen=True)
class Beginnings:
    """Which steps towards the first answer are done; ``first_round`` is the code of the round made first."""

    has_name: bool
    has_units: bool
    has_counters: bool
    has_versions: bool
    first_round: str | None
    has_opened: bool


def beginnings(database: Database, *, now: datetime) -> Beginnings:
    """Which steps are done."""
    with database.reading() as session:
        made = rounds.all_rounds(session, now=now)
        return Beginnings(
            has_name=places.instance(session) is not None,
            has_units=bool(places.units(session)),
            has_counters=any(not counter.retired for counter in places.counters(session)),
            has_versions=bool(versions.published(session)),
            first_round=made[-1].code if made else None,
            has_opened=any(round_.has_opened(now) for round_ in made),
        )


def units(database: Database) -> tuple[Unit, ...]:
    """All units in their order."""
    with database.reading() as session:
        return places.units(session)
