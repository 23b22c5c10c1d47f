"""The frame (tổng thể hồ sơ) from a table of one-stop software: dossiers per unit × field, and margins.

Nothing is guessed and nothing applied until all of it is right: every row gives a number, is a row of totals that is
named, or is a fault with its row and column.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from questionnaires.cells import plain
from questionnaires.uploads import Cell, Sheet
from survey.core.frame_cells import LARGEST, NumberFault, count_of, period_of
from survey.core.labels import LONGEST_LABEL, Directory, is_total, same_label
from survey.core.margins import MARGINS, UNKNOWN_CATEGORY

UNIT, FIELD, PERIOD, DOSSIERS, DOSSIER = "unit", "field", "period", "dossiers", "dossier"
OF_FIELD = "field:"
"""Before a field's code: the column holds the dossiers of that field alone."""

MOST_CATEGORIES = 40
LONGEST_CATEGORY = 80
MOST_FAULTS = 100
MOST_UNKNOWN = 300
MOST_SUGGESTED = 30
"""Labels for which the nearest name is looked up, which takes its time."""


class Fault(Enum):
    """What can be wrong with a cell, a row or the whole table."""

    NO_UNIT_COLUMN = "no unit column"
    NO_FIELD_COLUMN = "no field column"
    FIELD_TWICE = "field twice"
    ROLE_TWICE = "role twice"
    NO_ROWS = "no rows"
    EMPTY = "empty"
    LONG = "long"
    NO_NUMBER = "no number"
    NEGATIVE = "negative"
    DECIMAL = "decimal"
    TOO_LARGE = "too large"
    MERGED = "merged"
    FORMULA = "formula"
    DUPLICATE = "duplicate"
    NO_PERIOD = "no period"
    OUTSIDE_PERIOD = "outside period"
    CATEGORIES = "categories"
    LABELS = "labels"


_NUMBER_FAULTS = {fault: Fault(fault.value) for fault in NumberFault}


@dataclass(frozen=True)
class CellFault:
    """What is wrong, where.

    Attributes:
        row: counted from 1 as a spreadsheet does; 0 where no row is meant.
        column: counted from 0; None where the whole row is meant.
        fault: what.
        about: what the cell holds, or the row that a duplicate repeats.
    """

    row: int
    column: int | None
    fault: Fault
    about: str = ""


@dataclass(frozen=True)
class Layout:
    """Where a table's names stand and what its columns hold.

    Attributes:
        header: row of the names, counted from 0.
        roles: column, counted from 0, to what it holds.
    """

    header: int
    roles: Mapping[int, str]

    def column(self, role: str) -> int | None:
        """The column that holds something."""
        return next((column for column, held in self.roles.items() if held == role), None)

    @property
    def of_fields(self) -> dict[int, str]:
        """The columns that each hold the dossiers of one field, by the field's code."""
        wide = {column: role for column, role in self.roles.items() if role.startswith(OF_FIELD)}
        return {column: role.removeprefix(OF_FIELD) for column, role in wide.items()}


@dataclass(frozen=True)
class Setting:
    """What a table is read against: whose names, and which period."""

    units: Directory
    fields: Directory
    first: date
    last: date


@dataclass
class Unknown:
    """A label that names nothing: which kind, where it stands first, how often, and what is spelled like it."""

    kind: str
    label: str
    row: int
    column: int
    rows: int = 0
    nearest: tuple[str, str] | None = None


@dataclass
class Reading:
    """What a table says.

    Attributes:
        volumes: dossiers by unit code and field code.
        margins: dossiers by category, margin by margin.
        rows: rows that were counted.
        totals: rows of totals that were left out, with what they hold; counted from 1.
        left_out: rows whose unit or field was said to be left out.
        formulas: cells among those counted whose value a formula gave.
        unknown: labels that name nothing, in their order.
        faults: everything that is wrong, up to a limit.
        more_faults: how many were not kept.
    """

    volumes: dict[tuple[str, str], int] = field(default_factory=dict)
    margins: dict[str, dict[str, int]] = field(default_factory=dict)
    rows: int = 0
    totals: list[tuple[int, int | None]] = field(default_factory=list)
    left_out: int = 0
    formulas: int = 0
    unknown: dict[tuple[str, str], Unknown] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    more_faults: int = 0

    @property
    def dossiers(self) -> int:
        """All dossiers."""
        return sum(self.volumes.values())

    @property
    def is_valid(self) -> bool:
        """Whether it can be applied."""
        return not self.faults and not self.unknown and bool(self.volumes)

    @property
    def unequal_total(self) -> tuple[int, int] | None:
        """The last row of totals and its number, where that is not the sum of what was counted."""
        if not self.totals or self.left_out or self.unknown or self.faults:
            return None
        row, said = self.totals[-1]
        return (row, said) if said is not None and said != self.dossiers else None

    def refuse(self, row: int, column: int | None, fault: Fault, about: str = "") -> None:
        """Keep a fault; the row is counted from 0."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(CellFault(row + 1, column, fault, about[:LONGEST_CATEGORY]))
        else:
            self.more_faults += 1


def read_frame(sheet: Sheet, layout: Layout, setting: Setting) -> Reading:
    """The frame in a table.

    Args:
        sheet: as it was sent.
        layout: which row holds the names, and what each column holds. With a column of dossiers, a row is a number;
            with a column for each field, a row is several; without either, a row is one dossier.
        setting: units and fields in force, and the round's period.
    """
    reading = Reading()
    reading.faults.extend(_faults_of_layout(layout))
    if not reading.faults:
        _Reader(sheet, layout, setting, reading).read()
        if not reading.volumes and not reading.faults and not reading.unknown:
            reading.refuse(layout.header, None, Fault.NO_ROWS)
        if reading.dossiers > LARGEST:
            reading.refuse(layout.header, layout.column(DOSSIERS), Fault.TOO_LARGE, str(reading.dossiers))
    return reading


def _faults_of_layout(layout: Layout) -> Iterator[CellFault]:
    if layout.column(UNIT) is None:
        yield CellFault(0, None, Fault.NO_UNIT_COLUMN)
    if layout.column(FIELD) is None and not layout.of_fields:
        yield CellFault(0, None, Fault.NO_FIELD_COLUMN)
    if layout.of_fields and (layout.column(FIELD) is not None or layout.column(DOSSIERS) is not None):
        yield CellFault(0, None, Fault.FIELD_TWICE)
    held = list(layout.roles.values())
    for column, role in layout.roles.items():
        if held.count(role) > 1:
            yield CellFault(layout.header + 1, column, Fault.ROLE_TWICE)


class _Reader:
    """Goes through the rows once, remembering what every distinct cell means."""

    def __init__(self, sheet: Sheet, layout: Layout, setting: Setting, reading: Reading) -> None:
        self.sheet, self.layout, self.setting, self.reading = sheet, layout, setting, reading
        self.unit, self.period = layout.column(UNIT), layout.column(PERIOD)
        self.field, self.dossiers = layout.column(FIELD), layout.column(DOSSIERS)
        self.dossier = layout.column(DOSSIER)
        self.margins = [(margin, at) for margin in MARGINS if (at := layout.column(margin)) is not None]
        self.codes: dict[tuple[str, Cell], str | None] = {}
        self.periods: dict[Cell, Fault | None] = {}
        self.seen: dict[tuple[object, ...], int] = {}
        self.used = sorted(layout.roles)

    def read(self) -> None:
        """All rows below the names."""
        rows = self.sheet.rows
        for row in range(self.layout.header + 1, len(rows)):
            if any(cell is not None and cell != "" for cell in rows[row]):
                self._row(row)
        if len(self.reading.unknown) > MOST_UNKNOWN:
            first = next(iter(self.reading.unknown.values()))
            self.reading.refuse(first.row - 1, first.column, Fault.LABELS, first.label)
            self.reading.unknown.clear()
        for unknown in list(self.reading.unknown.values())[:MOST_SUGGESTED]:
            unknown.nearest = self._directory(unknown.kind).nearest(unknown.label)

    def _row(self, row: int) -> None:
        for column in (self.unit, self.field):
            if column is not None and is_total(self._text(row, column)):
                self.reading.totals.append((row + 1, self._total(row)))
                return
        fine = [self._check(row), self._period(row)]
        unit = self._code(UNIT, row, self.unit)
        field_code = self._code(FIELD, row, self.field) if self.field is not None else None
        categories = [(margin, self._category(row, margin, column)) for margin, column in self.margins]
        numbers = self._numbers(row, field_code)
        known = unit is not None and (field_code is not None or self.field is None)
        if unit == "" or field_code == "":
            self.reading.left_out += 1
        elif known and all(fine) and numbers and unit is not None and self._is_new(row):
            self._count(unit, numbers, categories)

    def _text(self, row: int, column: int) -> str:
        return plain(self.sheet.at(row, column))

    def _check(self, row: int) -> bool:
        """Whether no cell in use is a formula without a value; count the others."""
        fine = True
        if self.sheet.formulas:
            for column in self.used:
                if (row, column) in self.sheet.uncomputed:
                    self.reading.refuse(row, column, Fault.FORMULA)
                    fine = False
                elif (row, column) in self.sheet.formulas:
                    self.reading.formulas += 1
        return fine

    def _directory(self, kind: str) -> Directory:
        return self.setting.units if kind == UNIT else self.setting.fields

    def _code(self, kind: str, row: int, column: int | None) -> str | None:
        """What a label means; None where that is a fault or unknown."""
        if column is None:
            return None
        cell = self.sheet.at(row, column)
        if (kind, cell) not in self.codes:
            self.codes[kind, cell] = self._directory(kind).code(plain(cell))
        code = self.codes[kind, cell]
        if code is None:
            self._unknown(kind, row, column, plain(cell))
        return code

    def _unknown(self, kind: str, row: int, column: int, label: str) -> None:
        if not label:
            self.reading.refuse(row, column, Fault.EMPTY)
        elif len(label) > LONGEST_LABEL:
            self.reading.refuse(row, column, Fault.LONG, label)
        else:
            key = (kind, same_label(label))
            if len(self.reading.unknown) <= MOST_UNKNOWN or key in self.reading.unknown:
                self.reading.unknown.setdefault(key, Unknown(kind, label, row + 1, column)).rows += 1

    def _period(self, row: int) -> bool:
        if self.period is None:
            return True
        cell = self.sheet.at(row, self.period)
        if cell not in self.periods:
            self.periods[cell] = self._fault_of_period(plain(cell))
        fault = self.periods[cell]
        if fault is not None:
            self.reading.refuse(row, self.period, fault, plain(cell))
        return fault is None

    def _fault_of_period(self, text: str) -> Fault | None:
        if not text:
            return Fault.EMPTY
        found = period_of(text)
        if found is None:
            return Fault.NO_PERIOD
        is_inside = self.setting.first <= found[0] and found[1] <= self.setting.last
        return None if is_inside else Fault.OUTSIDE_PERIOD

    def _category(self, row: int, margin: str, column: int) -> str:
        text = " ".join(self._text(row, column).split())[:LONGEST_CATEGORY] or UNKNOWN_CATEGORY
        found = self.reading.margins.setdefault(margin, {})
        if text not in found and len(found) <= MOST_CATEGORIES:
            found[text] = 0
            if len(found) > MOST_CATEGORIES:
                self.reading.refuse(row, column, Fault.CATEGORIES, str(MOST_CATEGORIES))
        return text

    def _numbers(self, row: int, field_code: str | None) -> list[tuple[str, int]]:
        """Dossiers by field; empty where something is wrong with one of the cells."""
        if wide := self.layout.of_fields:
            counts = [(code, self._number(row, column, is_wide=True)) for column, code in wide.items()]
            return [(code, count) for code, count in counts if count is not None]
        count = 1 if self.dossiers is None else self._number(row, self.dossiers, is_wide=False)
        return [] if count is None or field_code is None else [(field_code, count)]

    def _number(self, row: int, column: int, *, is_wide: bool) -> int | None:
        if self.sheet.merged and self.sheet.merged.get((row, column), (row, column)) != (row, column):
            self.reading.refuse(row, column, Fault.MERGED)
            return None
        if (row, column) in self.sheet.uncomputed:
            return None
        cell = self.sheet.at(row, column)
        count = count_of(cell)
        if is_wide and count is NumberFault.EMPTY:
            return 0
        if isinstance(count, NumberFault):
            self.reading.refuse(row, column, _NUMBER_FAULTS[count], plain(cell))
            return None
        return count

    def _is_new(self, row: int) -> bool:
        """Whether no row before it says the same; rows of dossiers are told apart by their codes only."""
        is_one_each = self.dossiers is None and not self.layout.of_fields
        if is_one_each and self.dossier is None:
            return True
        columns = (
            [self.dossier]
            if is_one_each
            else [self.unit, self.field, self.period, *(at for _, at in self.margins)]
        )
        at = [column for column in columns if column is not None]
        key = tuple(same_label(self._text(row, column)) for column in at)
        first = self.seen.setdefault(key, row)
        if first != row:
            self.reading.refuse(row, at[0], Fault.DUPLICATE, str(first + 1))
        return first == row

    def _count(
        self, unit: str, numbers: Sequence[tuple[str, int]], categories: Sequence[tuple[str, str]]
    ) -> None:
        volumes = self.reading.volumes
        for code, count in numbers:
            volumes[unit, code] = volumes.get((unit, code), 0) + count
        total = sum(count for _code, count in numbers)
        for margin, category in categories:
            found = self.reading.margins[margin]
            found[category] = found.get(category, 0) + total
        self.reading.rows += 1

    def _total(self, row: int) -> int | None:
        """What a row of totals says, where it says a number for every column of numbers."""
        columns = list(self.layout.of_fields) or ([self.dossiers] if self.dossiers is not None else [])
        counts = [count_of(self.sheet.at(row, column)) for column in columns]
        numbers = [count for count in counts if isinstance(count, int)]
        return sum(numbers) if numbers and len(numbers) == len(counts) else None


def guessed_header(sheet: Sheet) -> int:
    """The row that most looks like names of columns: the first with the most texts among the first rows."""
    texts = [
        len({cell for cell in row if isinstance(cell, str) and cell.strip() and not cell.strip().isdecimal()})
        for row in sheet.rows[:30]
    ]
    best = max(texts, default=0)
    # Data rows of labels may hold as many texts as the names do, never before them.
    return texts.index(best) if best else 0
