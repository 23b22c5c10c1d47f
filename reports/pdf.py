"""A document as PDF: laid out by NĐ 30/2020, archivable (PDF/A-2a) and readable aloud (PDF/UA-1)."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime, time
from itertools import chain
from pathlib import Path

import typst

from reports.charts import PALETTE
from reports.document import Block, Document, Figure, Heading, Number, PageBreak
from reports.formats import words
from reports.glyphs import FONTS, drawable, drawable_svg

TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "documents"
CONTENTS_ABOVE = 6
"""A document with more headings than this gets a contents page."""

Json = str | float | list["Json"] | dict[str, "Json"]

_CONTENTS: dict[str, Json] = {"kind": "Contents"}
_VIEW_BOX = re.compile(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"')


def write_pdf(document: Document) -> bytes:
    """The document as one PDF file; equal documents give equal bytes.

    Raises:
        typst.TypstError: if a block is of a kind that the template does not know.
    """
    return compile_template("report.typ", _data(document), datetime.combine(document.dated, time(), UTC))


def compile_template(name: str, data: dict[str, Json], dated: datetime) -> bytes:
    """A template of ``templates/documents`` filled with data, with our fonts only and a fixed timestamp."""
    return typst.compile(
        str(TEMPLATES / name),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(dated.timestamp()),
    )


def _data(document: Document) -> dict[str, Json]:
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
    written = _with_depths(blocks)
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


def _block(block: Block) -> dict[str, Json]:
    data: dict[str, Json] = {"kind": type(block).__name__}
    for item in fields(block):
        value = getattr(block, item.name)
        data[item.name] = drawable_svg(value) if item.name.endswith("svg") else _plain(value)
    if isinstance(block, Figure):
        data["ratio"] = _ratio(block.svg)
    return data


def _plain(value: object) -> Json:
    """A field as data for the template: texts drawable, numbers of tables as their text."""
    match value:
        case str():
            return drawable(value)
        case int() | float():
            return value
        case Number():
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
