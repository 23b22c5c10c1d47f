"""The one reader of tables that somebody sent: any file gives rows or a clear answer, in seconds and bounded memory.

What a file is, its content says, not its name. A workbook is unpacked and read by a process of its own with little
memory and little time (:mod:`questionnaires.sheet_process`): a file made to fill the memory ends that process and
never the server.
"""

import logging
import marshal
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from questionnaires.text_tables import DELIMITERS, MARKS_OF_UTF_16, SAVE_AS, decoded, records
from questionnaires.workbooks import Broken

MOST_BYTES = 20_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 100
MOST_CELLS = 3_000_000
LONGEST_CELL = 2_000
SAMPLE = 50
"""Records from which the delimiter of a text is guessed."""

LARGE = 5_000_000
"""Bytes of a workbook, unpacked, that are read in half a second, or in two where the machine is busy."""

READER_SECONDS = 20
"""Of the processor's time: what a table takes that can be used, several times over."""

READER_PATIENCE = 120
"""Seconds by the clock, as a busy machine gives a process little of its time."""

REFUSED = 3
"""Exit code of the reading process where it says on the standard error what is wrong, last for people, before for the log."""

Cell = str | int | float | bool | None
Place = tuple[int, int]
"""Row and column, each from 0."""

EVERY_SHEET = "*"
"""Asks for all sheets; no sheet can have this name."""

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
ZIPPED = b"PK"
TOO_LARGE = "Tệp lớn hơn 20 MB; hãy chia nhỏ hoặc bỏ bớt trang và cột không cần."
UNREADABLE = (
    "Không đọc nổi tệp XLSX này: quá lớn khi giải nén hoặc có ô thừa rất xa bảng; hãy lưu thành CSV UTF-8."
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sheet:
    """A table as it was sent.

    Attributes:
        rows: all rows from the first of the sheet on; those at the end may be shorter than others.
        name: of the sheet; "" for a text.
        names: of all sheets of the workbook; empty for a text.
        merged: for a cell that is merged with others, the first of them, which holds the value.
        formulas: cells whose value a formula gave.
        uncomputed: those of them whose value is not in the file.
    """

    rows: Sequence[Sequence[Cell]]
    name: str = ""
    names: tuple[str, ...] = ()
    merged: Mapping[Place, Place] | None = None
    formulas: frozenset[Place] = frozenset()
    uncomputed: frozenset[Place] = frozenset()

    def at(self, row: int, column: int) -> Cell:
        """The cell, its own or that of the cells with which it is merged."""
        if self.merged and (row, column) in self.merged:
            row, column = self.merged[row, column]
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None


def read_upload(content: bytes, sheet: str | None = None) -> Sheet:
    """Read a table that somebody sent.

    Args:
        content: the bytes of the file.
        sheet: name of the sheet of a workbook; None for the first.

    Raises:
        Broken: if there is no table in it, or one too large.
    """
    if not content:
        raise Broken("Tệp trống; hãy chọn lại tệp.")
    if len(content) > MOST_BYTES:
        raise Broken(TOO_LARGE)
    if content.startswith(OLD_WORKBOOK):
        raise Broken(
            "Đây là tệp .xls kiểu cũ hoặc có mật khẩu; hãy mở bằng Excel rồi lưu thành XLSX không mật khẩu."
        )
    found = _workbook(content, sheet) if content.startswith(ZIPPED) else _text(content)
    _check_size(found)
    return found


def takes_long(content: bytes) -> bool:
    """Whether reading a table may take longer than somebody should wait for a page; what is refused at once does not."""
    if not content.startswith(ZIPPED) or len(content) > MOST_BYTES:
        return False
    try:
        with ZipFile(BytesIO(content)) as parts:
            return sum(part.file_size for part in parts.infolist()) > LARGE
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return False  # said by the reader


def check_workbook(content: bytes) -> None:
    """Refuse a workbook, one of whose sheets would fill the memory of whoever reads it; other files pass.

    Raises:
        Broken: if it is not safe to read, or cannot be.
    """
    if content.startswith(ZIPPED):
        _workbook(content, EVERY_SHEET)


def _text(content: bytes) -> Sheet:
    beginning = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise Broken(
            "Đây là trang web hoặc XML mang đuôi bảng tính; hãy mở bằng Excel rồi lưu thành XLSX hoặc CSV UTF-8."
        )
    if beginning.startswith(b"%pdf"):
        raise Broken("Đây là tệp PDF; hãy xuất bảng thành XLSX hoặc CSV UTF-8.")
    text = decoded(content, "utf-16" if content.startswith(MARKS_OF_UTF_16) else "utf-8")
    rows: list[Sequence[Cell]] = []
    for record in records(text, _delimiter(text)):
        if len(rows) > MOST_ROWS:
            break
        rows.append(record)
    return Sheet(rows)


def _delimiter(text: str) -> str:
    """The delimiter under which the first records hold the most cells."""
    lines = text.splitlines()[:SAMPLE]

    def cells(delimiter: str) -> int:
        return sum(line.count(delimiter) for line in lines)

    return max(DELIMITERS.values(), key=cells)


def _workbook(content: bytes, sheet: str | None) -> Sheet:
    command = [
        sys.executable,
        "-P",
        "-m",
        "questionnaires.sheet_process",
        *([sheet] if sheet is not None else []),
    ]
    path = {"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(  # noqa: S603  our own module; the sheet's name is one argument
            command,
            input=content,
            capture_output=True,
            timeout=READER_PATIENCE,
            env=os.environ | path,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise Broken(UNREADABLE) from fault
    if done.returncode == REFUSED:
        *reasons, message = done.stderr.decode().splitlines()
        for reason in reasons:
            _log.warning(reason)
        raise Broken(message)
    if done.returncode:
        raise Broken(UNREADABLE)
    name, names, rows, merged, formulas, uncomputed = marshal.loads(done.stdout)  # noqa: S302  our own process wrote it
    return Sheet(rows, name, names, merged, formulas, uncomputed)


def _check_size(sheet: Sheet) -> None:
    """Refuse what nobody could check on a page."""
    widest = max(map(len, sheet.rows), default=0)
    if len(sheet.rows) > MOST_ROWS:
        raise Broken(f"Bảng có hơn {MOST_ROWS} dòng; hãy chia thành nhiều tệp.", MOST_ROWS)
    if widest > MOST_COLUMNS:
        raise Broken(f"Bảng có {widest} cột, nhiều hơn {MOST_COLUMNS}; {SAVE_AS} chỉ với các cột cần dùng.")
    for number, row in enumerate(sheet.rows, 1):
        if any(type(cell) is str and len(cell) > LONGEST_CELL for cell in row):
            raise Broken(
                f"Dòng {number} có ô dài hơn {LONGEST_CELL} ký tự; hãy bỏ cột đó rồi nạp lại.", number
            )
