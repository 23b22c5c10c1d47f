"""The document value: what a report says, before anyone decides how it looks.

A report is built once as a :class:`Document` and written many times (web page, PDF, Word, Excel).
Every writer walks the same blocks, so screen, paper, Word and Excel cannot differ. A new kind of block is added
to :data:`Block` and to every writer; ``tests/reports/test_writers.py`` counts them.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

Align = Literal["left", "right", "center"]
Tone = Literal["met", "not_met", "not_enough", "neutral"]


Unit = Literal["percent", "points", "count"]


@dataclass(frozen=True)
class Number:
    """A number in a table: its value for machines and its text for people.

    Attributes:
        value: the unrounded number; proportions and differences of proportions are 0–1.
        text: the number as printed, for example ``"83,94 %"``.
        unit: what the value is: a proportion, a difference of proportions, or a count.
    """

    value: float
    text: str
    unit: Unit = "percent"


@dataclass(frozen=True)
class Range:
    """An interval in a table: both ends for machines (proportions are 0–1) and the text for people."""

    low: float
    high: float
    text: str
    unit: Unit = "percent"


Cell = str | Number | Range


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a main part of the report, level 2 a section inside it."""

    level: Literal[1, 2]
    text: str
    anchor: str

    def __post_init__(self) -> None:
        """Refuse an empty heading: a screen reader would announce nothing."""
        _refuse_blank(self.text, "a heading")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text.

    Attributes:
        text: of the paragraph.
        role: ``legal`` is a line of the legal bases, set in italics; ``closing`` stays with the signature below it.
    """

    text: str
    role: Literal["body", "legal", "lead", "closing"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list of short statements."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """A remark the reader must not miss: a limit of the data, an ambiguity of a plan."""

    text: str


@dataclass(frozen=True)
class Headline:
    """The one number of the report with its uncertainty, for the first page; ``phone_svg`` is the gauge for phones."""

    label: str
    value: Number
    interval: str
    caption: str
    gauge_svg: str
    alt: str
    phone_svg: str = ""


@dataclass(frozen=True)
class VerdictRow:
    """One target of the plan against what was measured."""

    sentence: str
    scope: str
    measured: str
    interval: str
    tone: Tone
    outcome: str
    point_result: str


@dataclass(frozen=True)
class Verdicts:
    """The targets of a plan, one row each, in the plan's order."""

    caption: str
    rows: tuple[VerdictRow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A table column: heading, alignment and relative width."""

    heading: str
    align: Align = "left"
    width: float = 1.0


@dataclass(frozen=True)
class Table:
    """A captioned table. Every row has one cell per column.

    Attributes:
        caption: printed above with the table's number.
        columns: headings.
        rows: cells.
        strong: rows printed bold: sums, which stay last however a reader sorts the others.
        note: printed below.
        is_ordered: whether the order of the rows belongs to what they say, so that no reader can sort them.
        further: rows that follow in the workbook only, since no reader turns so many pages; the note says so.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    strong: tuple[int, ...] = ()
    note: str = ""
    is_ordered: bool = False
    further: tuple[tuple[Cell, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a ragged table before any writer meets it."""
        for index, row in enumerate((*self.rows, *self.further)):
            if len(row) != len(self.columns):
                raise ValueError(f"{self.caption}: row {index} has {len(row)} cells, not {len(self.columns)}")


@dataclass(frozen=True)
class Figure:
    """A captioned chart as SVG text, with the sentence that replaces it for those who cannot see it.

    ``phone_svg`` is the same chart on a narrow sheet; where there is none, a phone shows the wide one.
    """

    caption: str
    svg: str
    alt: str
    phone_svg: str = ""

    def __post_init__(self) -> None:
        """Refuse a figure without words for those who cannot see it."""
        _refuse_blank(self.alt, "the alternative text of a figure")


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page of the paper edition."""


@dataclass(frozen=True)
class Signature:
    """Recipients on the left, signing authority, title and name on the right (NĐ 30/2020, Phụ lục I)."""

    recipients: tuple[str, ...]
    authority: str
    title: str
    name: str


Block = Heading | Paragraph | Bullets | Note | Headline | Verdicts | Table | Figure | PageBreak | Signature


@dataclass(frozen=True)
class Letterhead:
    """The head of an official document by NĐ 30/2020: agency left, national motto right, title below."""

    superior: str
    agency: str
    number: str
    place_and_date: str
    kind: str
    subject: str


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes:
        title: for the PDF's metadata and the page's title.
        language: ``"vi"`` or ``"en"``.
        dated: the date of the document, also the timestamp of the PDF.
        banner: printed on every page when the data are simulated or provisional; empty otherwise.
        footer: identification printed at the foot of every page (round, fingerprint).

    """

    title: str
    language: Literal["vi", "en"]
    dated: date
    letterhead: Letterhead
    banner: str
    footer: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        """Refuse a document without a title."""
        _refuse_blank(self.title, "the title of a document")


def _refuse_blank(text: str, what: str) -> None:
    if not text.strip():
        raise ValueError(f"{what} must not be blank")


def clean(text: str) -> str:
    """Normalise text on its way into a document.

    PDF/UA refuses a file with a single missing glyph, and a Vietnamese word typed in two pieces (NFD) would
    not be found by searching. So text becomes NFC; soft hyphens go; control and bidirectional-override
    characters become spaces.
    """
    composed = unicodedata.normalize("NFC", text).replace("\N{SOFT HYPHEN}", "")
    return "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs", "Cn"} else c for c in composed)
