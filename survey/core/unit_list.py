"""A list of units from a table: what it would add, change and end; nothing is guessed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from questionnaires.cells import plain
from questionnaires.uploads import Cell, Sheet
from survey.core.frame_cells import period_of
from survey.core.labels import same_label, without_marks
from survey.core.place import Tier, Unit
from survey.core.unit_tree import UnitFault, faults_of

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("ma", "ma don vi", "ma dinh danh", "ma co quan", "code"),
    "name": ("ten", "ten don vi", "don vi", "co quan", "ten co quan", "name"),
    "tier": ("cap", "loai", "tier"),
    "parent_code": ("ma cap tren", "ma don vi cap tren", "cap tren", "thuoc", "parent"),
    "valid_from": ("tu ngay", "hieu luc tu", "ngay bat dau", "valid from"),
    "valid_to": ("den ngay", "den het ngay", "hieu luc den", "ngay ket thuc", "valid to"),
}
TIER_WORDS: Mapping[Tier, tuple[str, ...]] = {
    "province": ("tinh", "thanh pho", "cap tinh", "province"),
    "department": ("so", "ban", "nganh", "so, ban, nganh", "so ban nganh", "department"),
    "commune": ("xa", "phuong", "dac khu", "cap xa", "xa, phuong", "xa, phuong, dac khu", "commune"),
    "district": ("huyen", "quan", "thi xa", "cap huyen", "district"),
}
SEARCHED_ROWS = 20
MOST_UNITS = 20_000
MOST_FAULTS = 100


class ListFault(Enum):
    """What can be wrong with a list, besides what can be wrong with a unit."""

    NO_HEADER = "no header"
    EMPTY = "empty"
    TOO_MANY = "too many"
    CODE_EMPTY = "code empty"
    CODE_TWICE = "code twice"
    NAME_EMPTY = "name empty"
    TIER_UNKNOWN = "tier unknown"
    NO_DAY = "no day"
    FORMULA = "formula"


@dataclass(frozen=True)
class RowFault:
    """What is wrong: row counted from 1 (0: the whole table), column from 0 (None: the whole row)."""

    row: int
    column: int | None
    fault: ListFault | UnitFault
    about: str = ""


@dataclass(frozen=True)
class Changed:
    """A unit before and after."""

    before: Unit
    after: Unit

    @property
    def attributes(self) -> list[str]:
        """Names of what differs."""
        return [name for name, value in vars(self.after).items() if value != getattr(self.before, name)]


@dataclass(frozen=True)
class Plan:
    """What a list would do.

    Attributes:
        added: units that are new.
        changed: units of which something else is said.
        closed: units that end: those that the list ends, and those missing from it where that was wished.
        unchanged: how many stay as they are.
        faults: everything that is wrong.
    """

    added: tuple[Unit, ...] = ()
    changed: tuple[Changed, ...] = ()
    closed: tuple[Changed, ...] = ()
    unchanged: int = 0
    faults: tuple[RowFault, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether it can be applied and does something."""
        return not self.faults and bool(self.added or self.changed or self.closed)


EXAMPLE = (
    ("Mã đơn vị", "Tên đơn vị", "Cấp", "Mã cấp trên", "Từ ngày", "Đến ngày"),
    ("H40", "Tỉnh Quảng Trị", "Tỉnh", "", "", ""),
    ("H40.16", "Sở Xây dựng", "Sở", "H40", "01/03/2025", ""),
    ("H40.51", "Phường Đông Hà", "Phường", "H40", "01/07/2025", ""),
)
"""The names of the columns, and rows as they may stand below them."""


@dataclass(frozen=True)
class _Row:
    number: int
    unit: Unit


def plan_of(sheet: Sheet, known: Sequence[Unit], *, missing_end: date | None) -> Plan:
    """What a list of units would do.

    Args:
        sheet: with a row of names such as those of :data:`EXAMPLE`.
        known: all units as they are; what the table has no column for stays.
        missing_end: the last day of units that the list does not hold, or None to leave them as they are.
    """
    places = _places(sheet)
    if places is None:
        return Plan(faults=(RowFault(0, None, ListFault.NO_HEADER),))
    header, columns = places
    before = {unit.code: unit for unit in known}
    faults: list[RowFault] = []
    rows = list(_rows(sheet, header, columns, before, faults))
    after = before | {row.unit.code: row.unit for row in rows}
    if missing_end is not None:
        listed = {row.unit.code for row in rows}
        after |= {
            code: replace(unit, valid_to=missing_end)
            for code, unit in before.items()
            if code not in listed and (unit.valid_to is None or unit.valid_to > missing_end)
        }
    faults += _faults_of_units(rows, after, columns, before)
    if not rows and not faults:
        faults.append(RowFault(header + 1, None, ListFault.EMPTY))
    return _plan(before, after, tuple(sorted(faults, key=lambda fault: fault.row)[:MOST_FAULTS]))


def _plan(before: Mapping[str, Unit], after: Mapping[str, Unit], faults: tuple[RowFault, ...]) -> Plan:
    pairs = [Changed(before[code], unit) for code, unit in after.items() if code in before]
    closed = [pair for pair in pairs if pair.after.valid_to is not None and pair.before.valid_to is None]
    changed = [pair for pair in pairs if pair.after != pair.before and pair not in closed]
    return Plan(
        added=tuple(unit for code, unit in after.items() if code not in before),
        changed=tuple(changed),
        closed=tuple(closed),
        unchanged=len(pairs) - len(changed) - len(closed),
        faults=faults,
    )


def _places(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of names, and where each column stands; None without a code and a name."""
    for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        words = [without_marks(same_label(plain(cell))) for cell in row]
        found = {
            attribute: next(at for at, word in enumerate(words) if word in names)
            for attribute, names in COLUMNS.items()
            if any(word in names for word in words)
        }
        if {"code", "name"} <= set(found):
            return number, found
    return None


def _rows(
    sheet: Sheet,
    header: int,
    columns: Mapping[str, int],
    known: Mapping[str, Unit],
    faults: list[RowFault],
) -> Iterator[_Row]:
    seen: dict[str, int] = {}
    codes = {code.casefold(): code for code in known}
    for at in range(header + 1, len(sheet.rows)):
        cells = {attribute: sheet.at(at, column) for attribute, column in columns.items()}
        if all(plain(cell) == "" for cell in cells.values()):
            continue
        number = at + 1
        found = list(_faults_of_row(sheet, number, cells, columns, seen))
        code = plain(cells["code"])
        if codes.get(code.casefold(), code) != code:
            # Another unit in a reader's eyes: capitals are no difference.
            found.append(RowFault(number, columns["code"], UnitFault.CODE_TAKEN, codes[code.casefold()]))
        if len(seen) > MOST_UNITS:
            faults.append(RowFault(number, None, ListFault.TOO_MANY, str(MOST_UNITS)))
            return
        if found:
            faults += found
        else:
            yield _Row(number, _unit(cells, known.get(plain(cells["code"]))))


def _faults_of_row(
    sheet: Sheet,
    number: int,
    cells: Mapping[str, Cell],
    columns: Mapping[str, int],
    seen: dict[str, int],
) -> Iterator[RowFault]:
    for column in columns.values():
        if (number - 1, column) in sheet.uncomputed:
            yield RowFault(number, column, ListFault.FORMULA)
    code = plain(cells["code"])
    if not code:
        yield RowFault(number, columns["code"], ListFault.CODE_EMPTY)
    elif seen.setdefault(code.casefold(), number) != number:
        yield RowFault(number, columns["code"], ListFault.CODE_TWICE, str(seen[code.casefold()]))
    if not plain(cells["name"]):
        yield RowFault(number, columns["name"], ListFault.NAME_EMPTY)
    if plain(cells.get("tier")) and _tier(cells["tier"]) is None:
        yield RowFault(number, columns["tier"], ListFault.TIER_UNKNOWN, plain(cells["tier"])[:80])
    for attribute in ("valid_from", "valid_to"):
        text = plain(cells.get(attribute))
        if text and _day(text) is None:
            yield RowFault(number, columns[attribute], ListFault.NO_DAY, text[:80])


def _unit(cells: Mapping[str, Cell], known: Unit | None) -> Unit:
    """The unit in a row; what the table has no column for stays as it is known."""
    code, name = plain(cells["code"]), " ".join(plain(cells["name"]).split())
    unit = known or Unit(code, name, _tier_from_name(name))
    unit = replace(unit, name=name)
    if tier := _tier(cells.get("tier")):
        unit = replace(unit, tier=tier)
    if "parent_code" in cells:
        unit = replace(unit, parent_code=plain(cells["parent_code"]) or None)
    if "valid_from" in cells:
        unit = replace(unit, valid_from=_day(plain(cells["valid_from"])))
    if "valid_to" in cells:
        unit = replace(unit, valid_to=_day(plain(cells["valid_to"])))
    return unit


def _tier(cell: Cell) -> Tier | None:
    word = without_marks(" ".join(plain(cell).split()))
    return next((tier for tier, words in TIER_WORDS.items() if word in words), None)


def _tier_from_name(name: str) -> Tier:
    """The tier of a new unit in a table without tiers: the name says it."""
    word = without_marks(same_label(name))
    if word.startswith(("so ", "ban ", "van phong ", "thanh tra ")):
        return "department"
    return "province" if word.startswith("tinh ") else "commune"


def _day(text: str) -> date | None:
    found = period_of(text)
    return found[0] if found and found[0] == found[1] else None


def _faults_of_units(
    rows: Sequence[_Row],
    after: Mapping[str, Unit],
    columns: Mapping[str, int],
    before: Mapping[str, Unit],
) -> Iterator[RowFault]:
    """What is wrong with units as they would be; only those of rows have a place to name."""
    everything = list(after.values())
    below: dict[str | None, list[Unit]] = {}
    for unit in everything:
        below.setdefault(unit.parent_code, []).append(unit)
    for row in rows:
        near = _near(row.unit, after, below)
        is_new = row.unit.code not in before
        for fault in faults_of(row.unit, near, is_new=is_new):
            about = row.unit.parent_code or "" if fault is UnitFault.PARENT_UNKNOWN else ""
            yield RowFault(row.number, columns.get(fault.attribute), fault, about)
    if not rows:
        return
    listed = {row.unit.code for row in rows}
    for unit in everything:
        if unit.code not in listed and unit != before.get(unit.code):
            for fault in faults_of(unit, _near(unit, after, below), is_new=False):
                yield RowFault(0, None, fault, unit.name)


def _near(unit: Unit, after: Mapping[str, Unit], below: Mapping[str | None, Sequence[Unit]]) -> list[Unit]:
    """Those above and right below a unit: all that its faults depend on."""
    near, above = [other for other in below.get(unit.code, ()) if other.code != unit.code], unit
    while above.parent_code in after and len(near) < len(after):
        above = after[above.parent_code or ""]
        if above.code == unit.code or above in near:
            break
        near.append(above)
    return near
