"""Program that reads one sheet of a workbook on the standard input, within little memory and time.

Written for :mod:`questionnaires.uploads`, which starts it; what it finds goes to the standard output.
"""

import marshal
import re
import resource
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import product
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

from questionnaires.uploads import (
    EVERY_SHEET,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    READER_SECONDS,
    REFUSED,
    Cell,
    Place,
)
from questionnaires.workbooks import Broken, check_parts, opened_sheet

MEMORY = 1_500_000_000
MOST_UNPACKED = 300_000_000
MOST_MERGED = 200_000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FORMULA = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(<v>[^<]+</v>)?'
)

Answer = tuple[str, tuple[str, ...], list[list[Cell]], dict[Place, Place], frozenset[Place], frozenset[Place]]


def main() -> None:
    """Read, answer, end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (READER_SECONDS, READER_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content, wanted = sys.stdin.buffer.read(), sys.argv[1] if len(sys.argv) > 1 else None
    try:
        answer = marshal.dumps(read(content, wanted))
    except Broken as fault:
        sys.stderr.write(str(fault))
        sys.exit(REFUSED)
    sys.stdout.buffer.write(answer)


def read(content: bytes, wanted: str | None) -> Answer:
    """What :class:`questionnaires.uploads.Sheet` holds, as plain values; of all sheets asked for, the last."""
    check_parts(content, MOST_CELLS, MOST_UNPACKED)
    if wanted == EVERY_SHEET:
        with opened_sheet(content, None) as (names, _first):
            return [_read(content, name) for name in names][-1]
    return _read(content, wanted)


def _read(content: bytes, wanted: str | None) -> Answer:
    with opened_sheet(content, wanted) as (names, sheet):
        if sheet.total_height > MOST_ROWS:
            raise Broken(
                f"Bảng có {sheet.total_height} dòng, nhiều hơn {MOST_ROWS}; hãy chia thành nhiều tệp."
            )
        if sheet.total_width > MOST_COLUMNS:
            raise Broken(f"Bảng có {sheet.total_width} cột, nhiều hơn {MOST_COLUMNS}; hãy bỏ bớt cột.")
        rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        merged = _merged(sheet.merged_cell_ranges or [], rows)
        name = sheet.name
    formulas = dict(_formulas(content, name))
    uncomputed = frozenset(place for place, is_there in formulas.items() if not is_there)
    return name, tuple(names), rows, merged, frozenset(formulas), uncomputed


def _cell(value: object) -> Cell:
    if value == "":
        return None
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | datetime | time | timedelta):
        return value.isoformat() if not isinstance(value, timedelta) else str(value)
    return value if isinstance(value, str | int | float | bool) else str(value)


def _merged(ranges: Sequence[tuple[Place, Place]], rows: Sequence[Sequence[Cell]]) -> dict[Place, Place]:
    """For every merged cell within the table, the first of its range."""
    found: dict[Place, Place] = {}
    width = max(map(len, rows), default=0)
    for (top, left), (bottom, right) in ranges:
        for place in product(range(top, min(bottom + 1, len(rows))), range(left, min(right + 1, width))):
            found[place] = (top, left)
            if len(found) > MOST_MERGED:
                raise Broken(f"Bảng có hơn {MOST_MERGED} ô gộp; hãy bỏ gộp ô (Merge & Center) rồi nạp lại.")
    return found


def _formulas(content: bytes, sheet: str) -> Iterator[tuple[Place, bool]]:
    """The cells that hold a formula, and whether the file holds its value, too."""
    with ZipFile(BytesIO(content)) as parts:
        text = parts.read(_part_of(parts, sheet))
    if b"<f" not in text:
        return
    for found in FORMULA.finditer(text):
        column = 0
        for letter in found[1]:
            column = column * 26 + letter - ord("A") + 1
        yield (int(found[2]) - 1, column - 1), found[3] is not None


def _part_of(parts: ZipFile, sheet: str) -> str:
    """The name of the part that holds a sheet."""
    book = fromstring(parts.read("xl/workbook.xml"))  # noqa: S314  within this process' limits
    links = fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    wanted = next((s.get(RELATION) for s in book.iter(f"{MAIN}sheet") if s.get("name") == sheet), None)
    target = targets.get(wanted, "")
    name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    if name not in parts.namelist():
        raise Broken("Tệp XLSX thiếu trang tính; hãy mở bằng Excel rồi lưu lại.")
    return name


if __name__ == "__main__":
    main()
