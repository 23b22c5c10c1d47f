"""A table of tallies read row by row: what is sound is kept, what is not is refused with its place and its reason."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from questionnaires.cells import plain
from questionnaires.uploads import Sheet
from survey.core.frame import FIELD, UNIT, Layout
from survey.core.frame_cells import NumberFault, count_of
from survey.core.labels import Directory, is_total, same_label, without_marks
from survey.core.tally import (
    BLANK,
    FACTOR,
    FORMS,
    GOOD,
    GOOD_COUNT,
    GOOD_PERCENT,
    ITEM,
    LONGEST_WORDS,
    OTHER,
    PERCENT,
    ROLES,
    SCALE,
    SEVERAL,
    VALID,
    Finding,
    Option,
    Tally,
    TallyFault,
    TallyReading,
)
from survey.core.tally_checks import (
    Line,
    TotalRow,
    duplicate_findings,
    mean_finding,
    row_findings,
    total_findings,
)
from survey.core.tally_numbers import Printed, in_hundredths, percentage

MEAN = re.compile(r"^(?:diem )?(?:trung binh|binh quan)\b.*")
IN_BRACKETS = re.compile(r"^(?P<item>.*\S)\s*\((?P<scale>[^()]*/[^()]*)\)$")


@dataclass(frozen=True)
class TallySetting:
    """What a table is read against.

    Attributes:
        units: whose names.
        fields: likewise.
        part: codes of the units that the reader may load; None for all.
        unit_code: the unit that the table is about where it has no column for units, "" for all.
        forms: forms that came back where the table has no column for them; None where nobody said.
    """

    units: Directory
    fields: Directory
    part: frozenset[str] | None = None
    unit_code: str = ""
    forms: int | None = None


def read_tallies(sheet: Sheet, layout: Layout, setting: TallySetting) -> TallyReading:
    """The tallies in a table.

    Args:
        sheet: as it was sent.
        layout: which row holds the names, and what each column holds.
        setting: what it is read against.
    """
    reading = TallyReading()
    for finding in _findings_of_layout(layout):
        reading.say(finding)
    if not reading.findings:
        _Reader(sheet, layout, setting, reading).read()
    return reading


def guessed_tally_roles(header: Sequence[object], remembered: dict[str, str]) -> dict[int, str]:
    """What each column holds: as it was said before for a column of this name, else what its name says."""
    roles: dict[int, str] = {}
    for column, cell in enumerate(header):
        name = same_label(plain(cell))
        role = remembered[name] if name in remembered else _guessed(without_marks(name))
        if role in ROLES and (role in SEVERAL or role not in roles.values()):
            roles[column] = role
    return roles


_NAMES: tuple[tuple[str, str], ...] = (
    (GOOD_PERCENT, r"(?:ty le|muc do|%).*hai long (?:chung|tro len)|hai long chung.*|chi so hai long.*"),
    (PERCENT, r"%.*|.*\(%\)|ty le.*|phan tram.*"),
    (GOOD_COUNT, r"(?:tong )?(?:so )?hai long tro len|tong hai long"),
    (OTHER, r"(?:so )?(?:rat )?(?:khong|chua) hai long|binh thuong|trung binh|khong dong y|kem|yeu"),
    (GOOD, r"(?:so )?(?:rat )?hai long|(?:rat )?tot|(?:rat )?dong y"),
    (BLANK, r"(?:de )?trong|khong tra loi|khong y kien|khong co y kien|bo trong"),
    (FORMS, r"(?:so |tong so )?phieu.*|thu vao|thu ve"),
    (VALID, r"tong(?: so| cong| y kien)?|cong|so y kien|so (?:nguoi )?tra loi|hop le"),
    (ITEM, r"tieu chi|noi dung.*|cau hoi|chi tieu|tieu chi danh gia|noi dung danh gia"),
    (FACTOR, r"yeu to|nhom(?: tieu chi)?"),
    (SCALE, r"thang(?: do)?|muc danh gia"),
    (UNIT, r"(?:ten )?(?:don vi|co quan)|xa|phuong|ma don vi"),
    (FIELD, r"(?:ten )?linh vuc|ma linh vuc"),
)


def _guessed(name: str) -> str:
    return next((role for role, words in _NAMES if re.fullmatch(words, name)), "")


def _findings_of_layout(layout: Layout) -> Iterator[Finding]:
    held = list(layout.roles.values())
    options = sum(role in {GOOD, OTHER} for role in held)
    if ITEM not in held:
        yield Finding(0, None, TallyFault.NO_ITEM_COLUMN)
    if options < 2:  # noqa: PLR2004
        yield Finding(0, None, TallyFault.NO_OPTION_COLUMNS)
    elif GOOD not in held:
        yield Finding(0, None, TallyFault.NOTHING_SATISFIED)
    if PERCENT in held and held.count(PERCENT) != options:
        yield Finding(0, None, TallyFault.PERCENT_COLUMNS, str(held.count(PERCENT)), str(options))
    for column, role in layout.roles.items():
        if role not in SEVERAL and held.count(role) > 1:
            yield Finding(layout.header + 1, column, TallyFault.ROLE_TWICE)


@dataclass
class _Row:
    """A row while it is read: what is wrong so far."""

    number: int
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, column: int | None, fault: TallyFault, about: str = "", expected: str = "") -> None:
        self.findings.append(Finding(self.number + 1, column, fault, about[:80], expected))


class _Reader:
    """Goes through the rows once, then looks at what must hold between them."""

    def __init__(self, sheet: Sheet, layout: Layout, setting: TallySetting, reading: TallyReading) -> None:
        self.sheet, self.layout, self.setting, self.reading = sheet, layout, setting, reading
        in_order = sorted(layout.roles.items())
        self.options = tuple(column for column, role in in_order if role in {GOOD, OTHER})
        self.percents = tuple(column for column, role in in_order if role == PERCENT)
        self.lines: list[Line] = []
        self.since_total: list[Line] = []
        self.findings: list[Finding] = []
        self.totals: list[tuple[int, str]] = []

    def read(self) -> None:
        """All rows below the names."""
        rows = self.sheet.rows
        for row in range(self.layout.header + 1, len(rows)):
            if any(cell is not None and cell != "" for cell in rows[row]):
                self._row(row)
        self.findings.extend(duplicate_findings(self.lines))
        for row, unit in self.totals:
            self._total_of_units(row, unit)
        if self.lines and all(line.tally.forms is None for line in self.lines):
            self.findings.append(Finding(0, None, TallyFault.FORMS_UNKNOWN))
        if not self.lines and not self.findings:
            self.findings.append(Finding(self.layout.header + 1, None, TallyFault.NO_ROWS))
        for finding in sorted(self.findings, key=lambda f: (f.row, -1 if f.column is None else f.column)):
            self.reading.say(finding)
        faulty = {finding.row for finding in self.findings if not finding.is_notice}
        self.reading.sound = [line.tally for line in self.lines if line.tally.row not in faulty]
        self.reading.refused += sum(line.tally.row in faulty for line in self.lines)

    def _row(self, number: int) -> None:
        item, unit = self._text(number, ITEM), self._text(number, UNIT)
        if MEAN.match(without_marks(same_label(item))):
            self._mean(number)
        elif is_total(item):
            self._total(number)
        elif is_total(unit):
            self.reading.totals += 1
            self.totals.append((number, item))
        elif item or any(self.sheet.at(number, column) not in {None, ""} for column in self.options):
            self._data(number)
        # A row with neither an item nor a number is a heading or a note.

    def _data(self, number: int) -> None:
        row = _Row(number)
        line = self._line(row)
        if row.findings or line is None:
            self.findings.extend(row.findings)
            self.reading.refused += 1
            return
        self.findings.extend(row_findings(line))
        self.lines.append(line)
        self.since_total.append(line)

    def _line(self, row: _Row) -> Line | None:
        number = row.number
        item, scale = self._words(row, ITEM), self._words(row, SCALE)
        if not item:
            row.refuse(self.layout.column(ITEM), TallyFault.NO_ITEM)
        if not scale:
            item, scale = self._own_scale(item)
        unit, field_code = self._unit(row), self._code(row, FIELD, self.setting.fields)
        counts = [self._count(row, column) for column in self.options]
        forms = self._said(row, FORMS)
        said = {role: self._said(row, role) for role in (VALID, BLANK, GOOD_COUNT)}
        percents, good_percent = self._percents(row)
        if row.findings:
            return None
        options = tuple(
            Option(self._name(column), self.layout.roles[column] == GOOD, count or 0)
            for column, count in zip(self.options, counts, strict=True)
        )
        factor = self._words(row, FACTOR)
        all_forms = forms[1] if forms else self.setting.forms
        tally = Tally(number + 1, unit, field_code, factor, item, scale, options, all_forms)
        return Line(tally, self.options, percents, said[VALID], said[BLANK], said[GOOD_COUNT], good_percent)

    def _own_scale(self, item: str) -> tuple[str, str]:
        """An item that names as many options in brackets as the table has columns has a scale of its own."""
        found = IN_BRACKETS.match(item)
        if found and len(found["scale"].split("/")) == len(self.options):
            return found["item"], " / ".join(part.strip() for part in found["scale"].split("/"))
        return item, ""

    def _unit(self, row: _Row) -> str:
        if self.layout.column(UNIT) is None:
            return self.setting.unit_code
        code = self._code(row, UNIT, self.setting.units)
        if code and self.setting.part is not None and code not in self.setting.part:
            row.refuse(self.layout.column(UNIT), TallyFault.UNIT_BEYOND, self._text(row.number, UNIT))
        return code

    def _code(self, row: _Row, role: str, directory: Directory) -> str:
        column = self.layout.column(role)
        if column is None:
            return ""
        label = self._text(row.number, role)
        code = directory.code(label) if label else ""
        if code:
            return code
        fault = TallyFault.UNIT_UNKNOWN if role == UNIT else TallyFault.FIELD_UNKNOWN
        # Where a table names fields, a row without one is about all of them; a row is always some unit's.
        if label or role == UNIT:
            nearest = directory.nearest(label) if label else None
            row.refuse(column, fault if label else TallyFault.EMPTY, label, nearest[1] if nearest else "")
        return ""

    def _count(self, row: _Row, column: int) -> int | None:
        at = (row.number, column)
        if self.sheet.merged and self.sheet.merged.get(at, at) != at:
            row.refuse(column, TallyFault.MERGED)
            return None
        if at in self.sheet.uncomputed:
            row.refuse(column, TallyFault.FORMULA)
            return None
        cell = self.sheet.at(*at)
        count = count_of(cell)
        if isinstance(count, NumberFault):
            row.refuse(column, TallyFault(count.value), plain(cell))
            return None
        return count

    def _said(self, row: _Row, role: str) -> tuple[int, int] | None:
        """A number that the table need not say, with its column."""
        column = self.layout.column(role)
        if column is None or self.sheet.at(row.number, column) in {None, ""}:
            return None
        count = self._count(row, column)
        return None if count is None else (column, count)

    def _percents(self, row: _Row) -> tuple[dict[int, tuple[int, Printed]], tuple[int, Printed] | None]:
        found = [
            (option, column, printed)
            for option, column in zip(self.options, self.percents, strict=False)
            if (printed := self._percent(row, column))
        ]
        values = in_hundredths([printed for _option, _column, printed in found])
        percents = {option: (column, value) for (option, column, _), value in zip(found, values, strict=True)}
        column = self.layout.column(GOOD_PERCENT)
        good = None if column is None else self._percent(row, column)
        return percents, None if column is None or good is None else (column, in_hundredths([good])[0])

    def _percent(self, row: _Row, column: int) -> Printed | None:
        if (row.number, column) in self.sheet.uncomputed:
            row.refuse(column, TallyFault.FORMULA)
            return None
        cell = self.sheet.at(row.number, column)
        if cell is None or cell == "":
            return None
        found = percentage(cell)
        if found is None:
            row.refuse(column, TallyFault.NO_NUMBER, plain(cell))
        return found

    def _total(self, number: int) -> None:
        """A total at the end of some items: of those since the last total, or of all of its unit."""
        self.reading.totals += 1
        row = _Row(number)
        unit = self._unit(row) if self._text(number, UNIT) else ""
        factor = self._text(number, FACTOR)
        near = tuple(self._alike(self.since_total, unit, factor))
        all_ = tuple(self._alike(self.lines, unit, factor))
        self.findings.extend(row.findings)
        self.findings.extend(total_findings(TotalRow(number + 1, (near, all_), self._counts(number))))
        self.since_total = []

    @staticmethod
    def _alike(lines: Sequence[Line], unit: str, factor: str) -> Iterator[Line]:
        for line in lines:
            tally = line.tally
            if (not unit or tally.unit_code == unit) and (not factor or tally.factor == factor):
                yield line

    def _total_of_units(self, number: int, item: str) -> None:
        """A total over units, of one item or of all."""
        wanted = same_label(self._own_scale(item)[0])
        field_label = self._text(number, FIELD)
        field_code = self.setting.fields.code(field_label) if field_label else ""
        group = tuple(
            line
            for line in self.lines
            if (not wanted or same_label(line.tally.item) == wanted)
            and (not field_code or line.tally.field_code == field_code)
        )
        self.findings.extend(total_findings(TotalRow(number + 1, (group,), self._counts(number))))

    def _counts(self, number: int) -> dict[int, int]:
        counts = {column: count_of(self.sheet.at(number, column)) for column in self.options}
        return {column: count for column, count in counts.items() if isinstance(count, int)}

    def _mean(self, number: int) -> None:
        self.reading.totals += 1
        row, column = _Row(number), self.layout.column(GOOD_PERCENT)
        printed = None if column is None else self._percent(row, column)
        self.findings.extend(row.findings)
        if column is not None and printed is not None:
            found = mean_finding(number + 1, column, in_hundredths([printed])[0], self.lines)
            self.findings.extend([found] if found else [])

    def _words(self, row: _Row, role: str) -> str:
        text = " ".join(self._text(row.number, role).split())
        if len(text) > LONGEST_WORDS:
            row.refuse(self.layout.column(role), TallyFault.LONG, text)
        return text

    def _text(self, number: int, role: str) -> str:
        column = self.layout.column(role)
        return "" if column is None else plain(self.sheet.at(number, column))

    def _name(self, column: int) -> str:
        return " ".join(plain(self.sheet.at(self.layout.header, column)).split())[:LONGEST_WORDS]
