"""The tree of units: what may be said of a unit, and in which order the tree is read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from survey.core.place import Unit, units_within

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
LONGEST_NAME = 200
TWO_TIERS_SINCE = date(2025, 7, 1)
"""From this day there are provinces and communes, and no district between them (Constitution as amended 16/6/2025)."""

LAST_DAY_OF_DISTRICTS = TWO_TIERS_SINCE - timedelta(days=1)


class UnitFault(Enum):
    """What can be wrong with a unit; the value names the attribute at fault and the reason."""

    CODE_UNFIT = ("code", "unfit")
    CODE_TAKEN = ("code", "taken")
    NAME_EMPTY = ("name", "empty")
    NAME_LONG = ("name", "long")
    PARENT_UNKNOWN = ("parent_code", "unknown")
    PARENT_BELOW = ("parent_code", "below")
    PARENT_LATER = ("valid_from", "before its parent")
    PARENT_EARLIER = ("valid_to", "after its parent")
    CHILD_LATER = ("valid_to", "before a unit below")
    DATES_REVERSED = ("valid_to", "reversed")
    DISTRICT_NOW = ("valid_to", "district")

    @property
    def attribute(self) -> str:
        """The attribute of the unit that is to be put right."""
        return self.value[0]


@dataclass(frozen=True)
class Placed:
    """A unit in the tree: how deep it stands below the top."""

    unit: Unit
    depth: int


def in_tree_order(units: Sequence[Unit]) -> tuple[Placed, ...]:
    """All units, each followed by those below it; a unit whose parent is not among them stands at the top."""
    below: dict[str | None, list[Unit]] = {}
    known = {unit.code for unit in units}
    for unit in units:
        below.setdefault(unit.parent_code if unit.parent_code in known else None, []).append(unit)
    return tuple(_walk(below, None, 0))


def _walk(below: Mapping[str | None, Sequence[Unit]], top: str | None, depth: int) -> Iterator[Placed]:
    for unit in below.get(top, ()):
        yield Placed(unit, depth)
        yield from _walk(below, unit.code, depth + 1)


def faults_of(unit: Unit, others: Sequence[Unit], *, is_new: bool) -> list[UnitFault]:
    """Everything that is wrong with a unit.

    Args:
        unit: as it is to be.
        others: all other units; where the unit is not new, without itself.
        is_new: whether its code is not in use yet.
    """
    found = []
    if not CODE.fullmatch(unit.code):
        found.append(UnitFault.CODE_UNFIT)
    elif is_new and any(other.code.casefold() == unit.code.casefold() for other in others):
        found.append(UnitFault.CODE_TAKEN)
    if not unit.name:
        found.append(UnitFault.NAME_EMPTY)
    elif len(unit.name) > LONGEST_NAME:
        found.append(UnitFault.NAME_LONG)
    return [*found, *_faults_of_dates(unit), *_faults_of_place(unit, others)]


def _faults_of_dates(unit: Unit) -> Iterator[UnitFault]:
    if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
        yield UnitFault.DATES_REVERSED
    elif unit.tier == "district" and (unit.valid_to is None or unit.valid_to > LAST_DAY_OF_DISTRICTS):
        yield UnitFault.DISTRICT_NOW


def _faults_of_place(unit: Unit, others: Sequence[Unit]) -> Iterator[UnitFault]:
    for child in (other for other in others if other.parent_code == unit.code):
        if unit.valid_to and (child.valid_to is None or child.valid_to > unit.valid_to):
            yield UnitFault.CHILD_LATER
            break
    if unit.parent_code is None:
        return
    parent = next((other for other in others if other.code == unit.parent_code), None)
    if unit.parent_code == unit.code or parent in units_within((*others, unit), unit.code):
        yield UnitFault.PARENT_BELOW
    elif parent is None:
        yield UnitFault.PARENT_UNKNOWN
    else:
        if parent.valid_from and unit.valid_from and unit.valid_from < parent.valid_from:
            yield UnitFault.PARENT_LATER
        if parent.valid_to and (unit.valid_to is None or unit.valid_to > parent.valid_to):
            yield UnitFault.PARENT_EARLIER
