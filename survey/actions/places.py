"""Units, fields and counters: added and changed by officers; every change stands in the trail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from survey.core.counter import BODY_LENGTH, Counter, numbers_from, with_check_character
from survey.core.place import Field, Unit
from survey.core.trail import Deed
from survey.core.unit_history import ChangeFault, UnitChange
from survey.core.unit_tree import UnitFault, faults_of
from survey.store import places, trail, unit_changes
from survey.store.database import Database

Place = TypeVar("Place", Unit, Field, Counter)


class PlaceUnknown(LookupError):
    """No unit, field or counter has this code."""


class UnitFaulty(ValueError):
    """What is said of a unit cannot be; ``faults`` says why."""

    def __init__(self, faults: Sequence[UnitFault | ChangeFault]) -> None:
        super().__init__(faults)
        self.faults = tuple(faults)


class FieldTaken(ValueError):
    """A field with this code exists."""


@dataclass(frozen=True)
class Register:
    """All units, fields and counters, and what became of units."""

    units: tuple[Unit, ...]
    fields: tuple[Field, ...]
    counters: tuple[Counter, ...]
    changes: tuple[UnitChange, ...]

    def unit(self, code: str) -> Unit:
        """A unit.

        Raises:
            PlaceUnknown: if there is none with this code.
        """
        return _with_code(self.units, code)

    def field(self, code: str) -> Field:
        """A field.

        Raises:
            PlaceUnknown: if there is none with this code.
        """
        return _with_code(self.fields, code)

    def counter(self, code: str) -> Counter:
        """A counter.

        Raises:
            PlaceUnknown: if there is none with this code.
        """
        return _with_code(self.counters, code)

    def counters_of(self, unit_code: str) -> tuple[Counter, ...]:
        """The counters of a unit, those out of service too."""
        return tuple(counter for counter in self.counters if counter.unit_code == unit_code)

    def in_service(self) -> dict[str, int]:
        """How many counters serve at each unit."""
        found: dict[str, int] = {}
        for counter in self.counters:
            found[counter.unit_code] = found.get(counter.unit_code, 0) + (not counter.retired)
        return found

    def others(self, code: str) -> list[Unit]:
        """All units but one."""
        return [unit for unit in self.units if unit.code != code]


def _with_code(listed: Sequence[Place], code: str) -> Place:
    for place in listed:
        if place.code == code:
            return place
    raise PlaceUnknown(code)


def register(database: Database) -> Register:
    """All units, fields and counters."""
    with database.reading() as session:
        return known_places(session)


def known_places(session: Session) -> Register:
    """The same within a transaction."""
    return Register(
        places.units(session),
        places.fields(session),
        places.counters(session),
        unit_changes.all_changes(session),
    )


def add_unit(database: Database, unit: Unit, *, by: str, now: datetime) -> None:
    """Add a unit.

    Raises:
        UnitFaulty: if something is wrong with it; nothing is stored.
    """
    with database.writing() as session:
        refuse(faults_of(unit, places.units(session), is_new=True))
        places.add_units(session, [unit])
        trail.record(session, Deed.UNIT_ADDED, unit.code, who=by, at=now, detail=said_of(unit))


def change_unit(database: Database, unit: Unit, *, by: str, now: datetime) -> None:
    """Say something else of a unit; its code stays.

    Raises:
        PlaceUnknown: if there is none with this code.
        UnitFaulty: if something is wrong with it; nothing is stored.
    """
    with database.writing() as session:
        known = known_places(session)
        before = said_of(known.unit(unit.code))
        refuse(faults_of(unit, known.others(unit.code), is_new=False))
        changes = {
            name: [before[name], value] for name, value in said_of(unit).items() if value != before[name]
        }
        if changes:
            places.change_units(session, [unit])
            trail.record(session, Deed.UNIT_CHANGED, unit.code, who=by, at=now, detail=changes)


def refuse(faults: Sequence[UnitFault | ChangeFault]) -> None:
    """Stop at faults.

    Raises:
        UnitFaulty: if there are any.
    """
    if faults:
        raise UnitFaulty(faults)


def said_of(unit: Unit) -> dict[str, str | None]:
    """What is said of a unit, as the trail keeps it."""
    return {
        "name": unit.name,
        "tier": unit.tier,
        "parent": unit.parent_code,
        "valid_from": str(unit.valid_from) if unit.valid_from else None,
        "valid_to": str(unit.valid_to) if unit.valid_to else None,
    }


def add_field(database: Database, field: Field, *, by: str, now: datetime) -> None:
    """Add a field.

    Raises:
        FieldTaken: if its code is in use.
    """
    with database.writing() as session:
        if any(other.code == field.code for other in places.fields(session)):
            raise FieldTaken(field.code)
        places.add_fields(session, [field])
        detail = {"name": field.name_vi, "name_en": field.name_en}
        trail.record(session, Deed.FIELD_ADDED, field.code, who=by, at=now, detail=detail)


def change_field(database: Database, field: Field, *, by: str, now: datetime) -> None:
    """Give a field other names; its code stays.

    Raises:
        PlaceUnknown: if there is none with this code.
    """
    with database.writing() as session:
        before = known_places(session).field(field.code)
        if before != field:
            places.change_field(session, field)
            detail = {
                "name": [before.name_vi, field.name_vi],
                "name_en": [before.name_en, field.name_en],
            }
            trail.record(session, Deed.FIELD_CHANGED, field.code, who=by, at=now, detail=detail)


def add_counter(
    database: Database, counter: Counter, *, draw: Callable[[], bytes], by: str, now: datetime
) -> Counter:
    """Add a counter under a fresh code, which is printed and never changes.

    Args:
        database: where it is stored.
        counter: what is said of it; its code is not looked at.
        draw: gives bytes that nobody can guess.
        by: who does it.
        now: the server's clock, UTC.

    Returns:
        The counter with its code.

    Raises:
        PlaceUnknown: if its unit or field does not exist.
    """
    with database.writing() as session:
        known = known_places(session)
        _check_place(known, counter)
        taken = {other.code for other in known.counters}
        while (code := with_check_character(numbers_from(draw(), BODY_LENGTH))) in taken:
            pass
        added = replace(counter, code=code)
        places.add_counters(session, [added])
        trail.record(session, Deed.COUNTER_ADDED, code, who=by, at=now, detail=_said_of_counter(added))
        return added


def change_counter(database: Database, counter: Counter, *, by: str, now: datetime) -> None:
    """Rename a counter, or move it to another place, field or unit; its printed code stays.

    Answers that were given stay where they were counted.

    Raises:
        PlaceUnknown: if there is none with this code, or its unit or field does not exist.
    """
    with database.writing() as session:
        known = known_places(session)
        before = _said_of_counter(known.counter(counter.code))
        _check_place(known, counter)
        after = _said_of_counter(counter)
        if changes := {name: [before[name], value] for name, value in after.items() if value != before[name]}:
            places.change_counter(session, counter)
            trail.record(session, Deed.COUNTER_CHANGED, counter.code, who=by, at=now, detail=changes)


def set_retired(database: Database, code: str, *, retired: bool, by: str, now: datetime) -> bool:
    """Take a counter out of service or put it back; False if it was so already.

    Raises:
        PlaceUnknown: if there is none with this code.
    """
    with database.writing() as session:
        counter = known_places(session).counter(code)
        if counter.retired == retired:
            return False
        places.change_counter(session, replace(counter, retired=retired))
        deed = Deed.COUNTER_RETIRED if retired else Deed.COUNTER_RESTORED
        trail.record(session, deed, code, who=by, at=now)
        return True


def _check_place(known: Register, counter: Counter) -> None:
    known.unit(counter.unit_code)
    if counter.field_code is not None:
        known.field(counter.field_code)


def _said_of_counter(counter: Counter) -> dict[str, str | None]:
    return {
        "name": counter.name,
        "unit": counter.unit_code,
        "field": counter.field_code,
        "place": counter.place,
    }
