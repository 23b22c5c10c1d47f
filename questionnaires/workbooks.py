"""Cells of a workbook, each row with its blanks, so that rows and columns keep their numbers."""

import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from questionnaires.source import quoted

MOST_BYTES = 4_000_000_000  # unpacked; a sheet with every row and twenty columns filled needs less than half
MOST_CELLS = (
    150_000_000  # the reader keeps blanks between cells in memory too, and ends the program without room
)
DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')
BROKEN = "Tệp XLSX bị hỏng hoặc có mật khẩu; hãy mở, lưu lại thành XLSX không mật khẩu."

REASON = "a workbook cannot be read: %.200s"
"""What only those who look after the server understand."""

_log = logging.getLogger(__name__)


class Broken(ValueError):
    """A table cannot be read; the text says why and what to do, ``line`` where, counted from 1."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def sheet_rows(
    content: bytes, sheet: str | None, *, most_cells: int = MOST_CELLS, most_bytes: int = MOST_BYTES
) -> Iterator[Sequence[object]]:
    """Give the rows of a sheet from its first row and column on, all equally long.

    Args:
        content: the bytes of the file.
        sheet: name; None for the first.
        most_cells: from the first cell to the last; a larger sheet is refused.
        most_bytes: of all parts, unpacked; more is refused.

    Raises:
        Broken: no workbook, or no such sheet.
    """
    check_parts(content, most_cells, most_bytes)
    with opened_sheet(content, sheet) as (_names, found):
        return iter(found.to_python(skip_empty_area=False))


@contextmanager
def opened_sheet(content: bytes, sheet: str | None) -> Iterator[tuple[Sequence[str], CalamineSheet]]:
    """The names of a workbook's sheets with cells, and one of them.

    Raises:
        Broken: no workbook, or no such sheet.
    """
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            names = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
            if not names or (sheet is not None and sheet not in names):
                known = ", ".join(quoted(name) for name in names) or "không có trang nào"
                raise Broken(
                    f"Không có trang tính {quoted(sheet or 1)}; đã có: {known}. Hãy thêm hay đổi tên trang."
                )
            yield names, book.get_sheet_by_name(sheet or names[0])
    except CalamineError as fault:
        _log.warning(REASON, fault)
        raise Broken(BROKEN) from fault


def check_parts(content: bytes, most_cells: int = MOST_CELLS, most_bytes: int = MOST_BYTES) -> None:
    """Compare every part with its checksum: the reader itself would take a damaged one for an empty sheet."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > most_bytes:
                raise Broken("Tệp XLSX quá lớn khi giải nén; hãy lưu thành CSV.")
            damaged = parts.testzip()
            for sheet in (name for name in parts.namelist() if name.startswith("xl/worksheets/")):
                with parts.open(sheet) as beginning:
                    _check_dimension(beginning.read(4096), most_cells)
    except (
        BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        OSError,
    ) as fault:
        if isinstance(fault, Broken):
            raise
        _log.warning(REASON, fault)
        raise Broken(BROKEN) from fault
    if damaged is not None:
        _log.warning(REASON, damaged)
        raise Broken(BROKEN)


def _check_dimension(beginning: bytes, most_cells: int) -> None:
    """Refuse a sheet with a stray cell so far out that the blanks before it would fill the memory."""
    found = DIMENSION.search(beginning)
    if not found:
        return
    columns = 0
    for letter in found[1]:
        columns = columns * 26 + letter - ord("A") + 1
    if columns * int(found[2]) > most_cells:
        last = (found[1] + found[2]).decode()
        raise Broken(
            f"Trang tính kéo dài đến ô {last}; hãy xóa ô thừa ở xa bảng rồi lưu lại, hoặc lưu thành CSV."
        )
