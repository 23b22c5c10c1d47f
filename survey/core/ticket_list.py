"""A list of dossiers for tickets, read from CSV text: every fault by row and column, nothing guessed."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from survey.core.counter import Counter, MistypedCode, parse_code
from survey.core.ticket import dossier_code

COLUMNS = 4
REQUIRED = 3
DOSSIER, UNIT, FIELD, COUNTER = range(1, COLUMNS + 1)
"""The columns: dossier, unit, field and, where wanted, counter."""

LONGEST_DOSSIER = 64
MOST_ROWS = 2000
"""What is printed while somebody waits (some 15 seconds); a longer list is loaded in parts."""

_SEPARATORS = ("\t", ";", ",")
_HEADING = "MÃ HỒ SƠ"


class Fault(Enum):
    """What can be wrong with a row."""

    UNREADABLE = "unreadable"
    COLUMNS = "columns"
    DOSSIER_EMPTY = "dossier_empty"
    DOSSIER_UNUSABLE = "dossier_unusable"
    DOSSIER_TWICE = "dossier_twice"
    UNIT_UNKNOWN = "unit_unknown"
    FIELD_UNKNOWN = "field_unknown"
    COUNTER_UNKNOWN = "counter_unknown"
    COUNTER_OF_ANOTHER_UNIT = "counter_of_another_unit"
    COUNTER_OF_ANOTHER_FIELD = "counter_of_another_field"
    NO_COUNTER = "no_counter"
    LOADED_OTHERWISE = "loaded_otherwise"
    TOO_MANY = "too_many"
    EMPTY = "empty"


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one row.

    Attributes:
        row: line of the text, from 1.
        column: from 1; 0 where the row as a whole is meant.
        fault: what is wrong.
        about: what the sentence needs: a number, or what the cell of a unit, field or counter says.
    """

    row: int
    column: int
    fault: Fault
    about: str = ""


class ListFaulty(ValueError):
    """Some rows cannot be used, so none is."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        super().__init__(f"{len(faults)} faulty rows")
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Dossier:
    """One row of a list: a dossier and where it was handled.

    Attributes:
        row: line of the text, from 1.
        code: the dossier's code, which leaves memory on paper only.
        unit_code: the serving unit.
        field_code: its field.
        counter_code: the counter, see :func:`counter_for`.
        names_counter: whether the row names the counter itself.
    """

    row: int
    code: str
    unit_code: str
    field_code: str
    counter_code: str
    names_counter: bool = False


@dataclass(frozen=True)
class Directory:
    """What a list may name: units and fields by code, and the counters in service."""

    units: frozenset[str]
    fields: frozenset[str]
    counters: tuple[Counter, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Counter]:
        """The counters by their printed code."""
        return {counter.code: counter for counter in self.counters}

    @cached_property
    def by_unit(self) -> Mapping[str, Sequence[Counter]]:
        """The counters of each unit, in their order."""
        found: defaultdict[str, list[Counter]] = defaultdict(list)
        for counter in self.counters:
            found[counter.unit_code].append(counter)
        return found


def read_dossiers(text: str, directory: Directory) -> list[Dossier]:
    """The dossiers of a list.

    The columns are separated by tabs, semicolons or commas, whichever the first line has; a first line that begins
    with "mã hồ sơ" is a heading; empty lines do not count.

    Raises:
        ListFaulty: with every fault.
    """
    faults: list[RowFault] = []
    dossiers: list[Dossier] = []
    seen: dict[str, int] = {}
    for row, cells in _rows(text, faults):
        if row == 1 and dossier_code(cells[0]) == _HEADING:
            continue
        found = _dossier(row, cells, directory)
        if isinstance(found, Dossier) and found.code in seen:
            found = RowFault(row, DOSSIER, Fault.DOSSIER_TWICE, str(seen[found.code]))
        if isinstance(found, Dossier):
            seen[found.code] = row
            dossiers.append(found)
        else:
            faults.append(found)
    if len(dossiers) > MOST_ROWS:
        faults.append(RowFault(dossiers[MOST_ROWS].row, 0, Fault.TOO_MANY, str(MOST_ROWS)))
    if not dossiers and not faults:
        faults.append(RowFault(1, 0, Fault.EMPTY))
    if faults:
        raise ListFaulty(sorted(faults, key=lambda fault: (fault.row, fault.column)))
    return dossiers


def counter_for(counters: Sequence[Counter], field_code: str) -> Counter | None:
    """The counter of a unit that serves a field: the first for this field alone, else the first for all fields."""
    for served in (field_code, None):
        for counter in counters:
            if counter.field_code == served:
                return counter
    return None


def _rows(text: str, faults: list[RowFault]) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that holds something."""
    # Only what editors count as the end of a line: row numbers must be theirs.
    lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    first = next((line for line in lines if line.strip()), "")
    separator = next((sign for sign in _SEPARATORS if sign in first), ",")
    for row, line in enumerate(lines, start=1):
        # One line is one row: a quotation mark that is never closed spoils its own row only.
        try:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator, strict=True), [])]
        except csv.Error:
            faults.append(RowFault(row, 0, Fault.UNREADABLE))
            continue
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield row, cells


def _dossier(row: int, cells: list[str], directory: Directory) -> Dossier | RowFault:
    if not REQUIRED <= len(cells) <= COLUMNS:
        return RowFault(row, 0, Fault.COLUMNS, str(len(cells)))
    code, unit, field = dossier_code(cells[0]), cells[1], cells[2]
    if fault := _unusable(code):
        return RowFault(row, DOSSIER, fault, str(LONGEST_DOSSIER))
    if unit not in directory.units:
        return RowFault(row, UNIT, Fault.UNIT_UNKNOWN, unit)
    if field not in directory.fields:
        return RowFault(row, FIELD, Fault.FIELD_UNKNOWN, field)
    counter = _counter(row, cells, directory)
    if isinstance(counter, RowFault):
        return counter
    return Dossier(row, code, unit, field, counter.code, names_counter=len(cells) == COLUMNS)


def _unusable(code: str) -> Fault | None:
    if not code:
        return Fault.DOSSIER_EMPTY
    return None if len(code) <= LONGEST_DOSSIER and code.isprintable() else Fault.DOSSIER_UNUSABLE


def _counter(row: int, cells: list[str], directory: Directory) -> Counter | RowFault:
    unit, field = cells[1], cells[2]
    if len(cells) < COLUMNS:
        found = counter_for(directory.by_unit.get(unit, ()), field)
        return found or RowFault(row, UNIT, Fault.NO_COUNTER, unit)
    try:
        named = directory.by_code.get(parse_code(cells[3]))
    except MistypedCode:
        named = None
    if named is None:
        return RowFault(row, COUNTER, Fault.COUNTER_UNKNOWN, cells[3])
    if named.unit_code != unit:
        return RowFault(row, COUNTER, Fault.COUNTER_OF_ANOTHER_UNIT, unit)
    if named.field_code not in {None, field}:
        return RowFault(row, COUNTER, Fault.COUNTER_OF_ANOTHER_FIELD, field)
    return named
