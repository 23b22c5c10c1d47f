"""The writers of a document, by the ending of the file that they make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.document import Document
from reports.pdf import write_pdf
from reports.word import write_docx
from reports.workbook import write_xlsx

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Writer:
    """How a kind of file is made, and its media type."""

    write: Callable[[Document], bytes]
    media_type: str


WRITERS: Mapping[str, Writer] = {
    "pdf": Writer(write_pdf, "application/pdf"),
    "docx": Writer(write_docx, f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": Writer(write_xlsx, f"{_OFFICE}.spreadsheetml.sheet"),
}
