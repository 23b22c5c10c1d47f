"""The sheets of an XLSForm workbook row by row, and what is found wrong on the way."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from questionnaires.languages import OWN_NAMES, REQUIRED_LANGUAGE
from questionnaires.loading import DefinitionFaults
from questionnaires.source import Fault, Path, quoted, readable
from questionnaires.workbooks import Broken, sheet_rows
from questionnaires.xlsform import MAY_BE_MISSING, NOT_APPLICABLE, SHEETS, language_code

MOST_BYTES = 2_000_000
MOST_CELLS = 200_000

Data = dict[str, object]


@dataclass(frozen=True)
class Line:
    """One row of a sheet: where it stands, and its filled cells under their heads."""

    sheet: str
    number: int
    cells: Mapping[str, str]

    def get(self, head: str) -> str:
        """A cell, empty where nothing stands."""
        return self.cells.get(head, "").strip()


@dataclass
class Reader:
    """Turns lines into plain data and remembers where each part stood."""

    name: str
    lines: dict[Path, int] = field(default_factory=dict)
    where: dict[Path, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    lists: dict[str, list[Line]] = field(default_factory=dict)

    def stop_at_faults(self) -> None:
        """Raise what was found so far, if anything."""
        if self.faults:
            raise DefinitionFaults(self.faults)

    def refuse(self, line: Line, message: str) -> None:
        """Keep a fault of one row."""
        self.faults.append(Fault(self.name, line.number, f"trang {line.sheet}", message))

    def sheets(self, content: bytes) -> dict[str, list[Line]]:
        """The rows of the known sheets; those that may be missing are without rows then."""
        found: dict[str, list[Line]] = {}
        if len(content) > MOST_BYTES:
            self.faults.append(Fault(self.name, 1, "cả tệp", "Tệp lớn hơn 2 MB; hãy bỏ bớt nội dung."))
            return found
        for sheet in SHEETS:
            try:
                rows = list(sheet_rows(content, sheet, most_cells=MOST_CELLS))
            except Broken as fault:
                if sheet not in MAY_BE_MISSING:
                    self.faults.append(Fault(self.name, 1, f"trang {sheet}", str(fault)))
                rows = []
            found[sheet] = list(self._lines(sheet, rows))
        return found

    def _lines(self, sheet: str, rows: list[Sequence[object]]) -> Iterator[Line]:
        heads = [_cell(value).strip() for value in rows[0]] if rows else []
        for number, row in enumerate(rows[1:], start=2):
            cells: dict[str, str] = {}
            for head, value in zip(heads, row, strict=False):
                text, messages = readable(_cell(value).replace("\r\n", "\n"))
                line = Line(sheet, number, cells)
                for message in messages:
                    self.refuse(line, message)
                if head and text.strip():
                    cells[head] = text
            if cells:
                yield Line(sheet, number, cells)

    def stand(self, path: Path, line: Line) -> None:
        """Remember where a part stood."""
        self.lines[path], self.where[path] = line.number, line.sheet

    def text(self, line: Line, kind: str = "label") -> Data:
        """The words of a row in every language that it has."""
        words: Data = {}
        for head, phrase in line.cells.items():
            column, _colons, language = (part.strip() for part in head.partition("::"))
            if column != kind:
                continue
            code = language_code(language) if language else REQUIRED_LANGUAGE
            if code is None:
                known = ", ".join(OWN_NAMES)
                self.refuse(line, f"Chưa có tên của ngôn ngữ {quoted(language)}; các mã đã có: {known}.")
            else:
                words[code] = phrase.strip()
        return words

    def options(self, line: Line, list_name: str, path: Path) -> list[Data]:
        """The options of a list but for “not applicable”."""
        found: list[Data] = []
        for choice in self.lists.get(list_name, ()):
            code = choice.get("name")
            if code == NOT_APPLICABLE:
                continue
            if not re.fullmatch("[0-9]{1,3}", code):
                self.refuse(choice, f"Mã phương án {quoted(code)} phải là số nguyên từ 0 đến 100.")
                continue
            self.stand((*path, len(found)), choice)
            found.append({"code": int(code), "text": self.text(choice)})
        if list_name not in self.lists:
            self.refuse(line, f"Trang choices không có danh sách {quoted(list_name)}.")
        return found


def _cell(value: object) -> str:
    """A cell as the words that stand in it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
