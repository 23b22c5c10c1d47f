"""A document as PDF: laid out by NĐ 30/2020, archivable (PDF/A-2a) and readable aloud (PDF/UA-1)."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime, time
from itertools import chain
from pathlib import Path

from reports.charts import PALETTE
from reports.document import Block, Document, Figure, Heading, Number, PageBreak, Range, Table
from reports.formats import words
from reports.glyphs import FONTS, drawable, drawable_svg

TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "documents"
LONGEST = 120.0
"""Seconds that a document may take to typeset; 3,000 table rows take about 8."""

CONTENTS_ABOVE = 6
"""A document with more headings than this gets a contents page."""

Json = str | float | list["Json"] | dict[str, "Json"]

_TYPESETTER = Path(__file__).resolve().with_name("typesetter.py")
_CONTENTS: dict[str, Json] = {"kind": "Contents"}
_VIEW_BOX = re.compile(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"')


class TypesettingFailed(RuntimeError):
    """Typst refused a document; the message is its own."""


def write_pdf(document: Document) -> bytes:
    """The document as one PDF file; equal documents give equal bytes.

    Raises:
        TypesettingFailed: if a block is of a kind that the template does not know, or a title, a heading or
            an alternative text is empty, which PDF/UA forbids.
    """
    return typeset("report.typ", typeset_data(document), datetime.combine(document.dated, time(), UTC))


def typeset(template: str, data: dict[str, Json], dated: datetime) -> bytes:
    """A template of ``templates/documents`` filled with data, with our fonts only and a fixed timestamp.

    Raises:
        TypesettingFailed: if Typst refuses the data or takes longer than ``LONGEST`` seconds.
    """
    return run(template, data, str(int(dated.timestamp())))


def run(template: str, data: dict[str, Json], made: str) -> bytes:
    """What the typesetter writes: a PDF for a timestamp, the pages as pictures for ``png``.

    Raises:
        TypesettingFailed: if Typst refuses the data or takes longer than ``LONGEST`` seconds.
    """
    arguments = (TEMPLATES / template, TEMPLATES, FONTS, made)
    try:
        done = subprocess.run(  # noqa: S603 - our own program with our own arguments
            [sys.executable, "-I", str(_TYPESETTER), *map(str, arguments)],
            input=json.dumps(data, ensure_ascii=False).encode(),
            capture_output=True,
            check=True,
            timeout=LONGEST,
        )
    except subprocess.CalledProcessError as failure:
        raise TypesettingFailed(
            failure.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        ) from failure
    except subprocess.TimeoutExpired as failure:
        raise TypesettingFailed(f"{template} took longer than {LONGEST} s") from failure
    return done.stdout


def typeset_data(document: Document) -> dict[str, Json]:
    """A document as data for ``report.typ``."""
    return {
        "title": drawable(document.title),
        "language": document.language,
        "dated": [document.dated.year, document.dated.month, document.dated.day],
        "banner": drawable(document.banner),
        "footer": drawable(document.footer),
        "letterhead": _plain(document.letterhead),
        "words": {**words(document.language)},
        "palette": {**PALETTE},
        "blocks": list(_with_contents(document.blocks)),
    }


def _with_contents(blocks: tuple[Block, ...]) -> Iterator[Json]:
    """The blocks as data, with a contents page after the first page where the document is long.

    The first page ends at the first page break; without one, before the first heading.
    """
    headings = [place for place, block in enumerate(blocks) if isinstance(block, Heading)]
    written = _numbered(_with_depths(blocks))
    if len(headings) <= CONTENTS_ABOVE:
        return iter(written)
    breaks = (place for place, block in enumerate(blocks) if isinstance(block, PageBreak))
    first = next(breaks, headings[0])
    return chain(written[:first], [_CONTENTS], written[first:])


def _with_depths(blocks: tuple[Block, ...]) -> list[dict[str, Json]]:
    """The blocks as data; a section heading before any part heading counts as a part for screen readers."""
    written = [_block(block) for block in blocks]
    parts = 0
    for data in written:
        if data["kind"] == "Heading":
            parts += data["level"] == 1
            data["depth"] = data["level"] if parts else 1
    return written


def _numbered(written: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """Tables and figures with their numbers, each kind from 1 on.

    Counted here: a number that Typst counts is known only once all is laid out, and then it lays out the table again.
    """
    for kind in ("Table", "Figure"):
        for number, data in enumerate((data for data in written if data["kind"] == kind), start=1):
            data["number"] = number
    return written


def _block(block: Block) -> dict[str, Json]:
    data: dict[str, Json] = {"kind": type(block).__name__}
    for item in fields(block):
        value = getattr(block, item.name)
        data[item.name] = drawable_svg(value) if item.name.endswith("svg") else _plain(value)
    if isinstance(block, Figure):
        data["ratio"] = _ratio(block.svg)
    if isinstance(block, Table):
        data["longest"] = _longest(block)
    return data


def _longest(table: Table) -> list[Json]:
    """The longest text of each column, by which the template chooses its width; empty without rows."""
    rows = [[cell if isinstance(cell, str) else cell.text for cell in row] for row in table.rows]
    columns = range(len(table.columns))
    return [drawable(max((row[place] for row in rows), key=len, default="")) for place in columns]


def _plain(value: object) -> Json:
    """A field as data for the template: texts drawable, numbers of tables as their text."""
    match value:
        case str():
            return drawable(value)
        case int() | float():
            return value
        case Number() | Range():
            return drawable(value.text)
        case tuple():
            return _plain_all(value)
        case _:
            return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}  # type: ignore[arg-type]


def _plain_all(values: Iterable[object]) -> list[Json]:
    return [_plain(value) for value in values]


def _ratio(svg: str) -> float:
    """Height over width of a figure."""
    found = _VIEW_BOX.search(svg)
    return float(found[2]) / float(found[1]) if found else 1.0
