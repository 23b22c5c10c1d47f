"""Tables read from files: which bytes, which letters, which columns; what cannot be read is said row by row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

import numpy as np

from questionnaires.cells import letters, plain
from questionnaires.source import Fault, quoted
from questionnaires.text_tables import DELIMITERS, MARKS_OF_UTF_16, SAVE_AS, decoded, records
from questionnaires.workbooks import Broken, sheet_rows
from survey.microdata.columns import MOST_FAULTS, Coder, Codes, Table, column_of, limited
from survey.microdata.loading import EstimateFaults, nearest
from survey.microdata.specification import Format

WHOLE_TABLE = "cả tệp"
PIECE = 20_000  # rows coded at a time: their texts are in memory only so long
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
ANNOUNCE = " Nếu là tệp cũ của Windows tiếng Việt, ghi encoding: windows-1258."

Row = Sequence[object]


@dataclass(frozen=True)
class Origin:
    """Which file a table came from, exactly; ``rows`` is None for what is no table."""

    file: str
    sha256: str
    rows: int | None


def read_table(folder: Path, file: str, form: Format, wanted: Sequence[str]) -> tuple[Table, Origin]:
    """Read some columns of a table.

    Args:
        folder: what the file's name is relative to.
        file: its name.
        form: how to read it.
        wanted: names of the columns to keep.

    Returns:
        The table, rows in the order of the file, blank rows left out; and where it came from.

    Raises:
        EstimateFaults: with every fault, up to a limit.
    """
    try:
        content = (folder / file).read_bytes()
    except OSError as fault:
        raise _unreadable(
            file, f"Không đọc được tệp ({fault.strerror}); hãy kiểm tra tên và thư mục."
        ) from fault
    if file.lower().endswith(TEXT_ENDINGS):
        records = _text_rows(content, file, form, wanted)
    elif file.lower().endswith(".xlsx"):
        records = _sheet_records(content, file, form.sheet)
    else:
        raise _unreadable(file, f"Không đọc được loại tệp này; {SAVE_AS} hoặc thành XLSX.")
    table = _table(file, records, wanted, form.missing)
    return table, Origin(file, sha256(content).hexdigest(), table.rows)


def _unreadable(file: str, message: str, line: int = 1) -> EstimateFaults:
    return EstimateFaults([Fault(file, line, WHOLE_TABLE, message)])


def _sheet_records(content: bytes, file: str, sheet: str | None) -> Iterator[Row]:
    try:
        return iter(sheet_rows(content, sheet))
    except Broken as fault:
        raise _unreadable(file, str(fault), fault.line) from fault


def _text_rows(content: bytes, file: str, form: Format, wanted: Sequence[str]) -> Iterator[Row]:
    """The records of a text file, the names of the columns first."""
    if form.encoding != "utf-16" and content.startswith(MARKS_OF_UTF_16):
        raise _unreadable(file, f"Tệp ghi bằng UTF-16; {SAVE_AS}, hoặc ghi encoding: utf-16.")
    try:
        text = decoded(content, form.encoding)
    except Broken as fault:
        advice = ANNOUNCE if form.encoding == "utf-8" and "Byte" in str(fault) else ""
        raise _unreadable(file, f"{fault}{advice}", fault.line) from fault
    delimiter = DELIMITERS.get(form.delimiter) or _guessed(text, wanted)
    try:
        yield from records(text, delimiter)
    except Broken as fault:
        raise _unreadable(file, str(fault), fault.line) from fault


def _guessed(text: str, wanted: Sequence[str]) -> str:
    """The delimiter under which the first line holds the most of the wanted names."""
    first = text.partition("\n")[0]

    def found(delimiter: str) -> int:
        names = {plain(name).strip('"') for name in first.split(delimiter)}
        return len(names & set(wanted))

    return max(DELIMITERS.values(), key=found)


def _table(file: str, records: Iterator[Row], wanted: Sequence[str], missing: Sequence[str]) -> Table:
    header = [plain(name) for name in next(records, [])]
    places = _places(file, header, wanted)
    coders = [Coder() for _ in wanted]
    pieces: list[list[Codes]] = [[] for _ in wanted]
    numbering: list[Codes] = []
    faults: list[Fault] = []
    begin = 2
    while piece := list(islice(records, PIECE)):
        kept = [number for number, row in enumerate(piece, begin) if not _is_blank(row)]
        rows = piece if len(kept) == len(piece) else [row for row in piece if not _is_blank(row)]
        faults += _ragged(file, rows, kept, len(header)) if len(faults) <= MOST_FAULTS else ()
        if rows and not faults:
            columns = list(zip(*rows, strict=True))
            for coder, codes, place in zip(coders, pieces, places, strict=True):
                codes.append(coder.code(columns[place]))
        numbering.append(np.array(kept, np.int32))
        begin += len(piece)
    if faults:
        raise EstimateFaults(limited(iter(faults)))
    if begin == 2 or not any(map(len, numbering)):  # noqa: PLR2004 - the row after the names
        raise _unreadable(file, "Không có dòng dữ liệu nào dưới dòng tên cột.")
    named = zip(wanted, places, coders, pieces, strict=True)
    columns_of = {name: column_of(name, at, coder, codes, missing) for name, at, coder, codes in named}
    return Table(file, columns_of, np.concatenate(numbering).astype(np.int64))


def _is_blank(row: Row) -> bool:
    return not any(cell not in ("", None) for cell in row)


def _places(file: str, header: Sequence[str], wanted: Iterable[str]) -> list[int]:
    """Where the wanted columns stand.

    Raises:
        EstimateFaults: naming every column that is missing or stands twice.
    """
    faults, places = [], []
    for name in wanted:
        found = [at for at, title in enumerate(header) if title == name]
        if not found:
            message = f"Không có cột {quoted(name)}{nearest(name, [title for title in header if title])}."
            faults.append(Fault(file, 1, WHOLE_TABLE, message))
        elif len(found) > 1:
            both = ", ".join(letters(at) for at in found)
            faults.append(
                Fault(
                    file, 1, f"cột {both}", f"Tên cột {quoted(name)} có {len(found)} lần; hãy đặt tên khác."
                )
            )
        places += found[:1]
    if faults:
        raise EstimateFaults(faults)
    return places


def _ragged(file: str, rows: Sequence[Row], numbers: Sequence[int], width: int) -> Iterator[Fault]:
    """Rows with fewer or more cells than there are names."""
    if set(map(len, rows)) <= {width}:
        return
    for number, row in zip(numbers, rows, strict=True):
        if len(row) != width:
            message = (
                f"Dòng có {len(row)} ô, dòng tên cột có {width}; hãy kiểm tra dấu phân cách và dấu nháy kép."
            )
            yield Fault(file, number, "cả dòng", message)
