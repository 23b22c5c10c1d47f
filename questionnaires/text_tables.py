"""Records of a text table (CSV and its kin): which letters its bytes are, and where its cells end."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from questionnaires.workbooks import Broken

CODECS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "windows-1258": "cp1258"}
DELIMITERS = {",": ",", ";": ";", "tab": "\t"}
LONGEST_CELL = 1_000_000
MARKS_OF_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SAVE_AS = "hãy mở bằng Excel hoặc LibreOffice rồi lưu thành “CSV UTF-8”"

csv.field_size_limit(LONGEST_CELL)  # one for the whole program


def decoded(content: bytes, encoding: str) -> str:
    """The text of a file.

    Args:
        content: its bytes.
        encoding: a key of :data:`CODECS`.

    Raises:
        Broken: if the bytes are no such text; its line says where.
    """
    try:
        text = content.decode(CODECS[encoding])
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        byte = f"Byte thứ {fault.start + 1} (0x{content[fault.start]:02X})"
        raise Broken(f"{byte} không phải {encoding}; {SAVE_AS}.", line) from fault
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Broken(f"Tệp có ký tự rỗng (NUL), có thể đã hỏng hoặc không phải CSV; {SAVE_AS}.", line)
    return text


def records(text: str, delimiter: str) -> Iterator[Sequence[str]]:
    """The records of a text, quotation marks understood.

    Raises:
        Broken: where a quotation mark is left open or stands in the wrong place.
    """
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as fault:
        message = "Sai cách ghi CSV; hãy kiểm tra dấu nháy kép ở dòng này và các dòng trước."
        raise Broken(message, max(reader.line_num, 1)) from fault
