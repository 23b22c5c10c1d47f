"""How long a round's report takes from stored answers to the PDF, beside Typst's bare compile of as many pages.

    python benchmarks/report.py [--responses 1000000] [--units 100 3321] [--runs 3] [--weasyprint PYTHON]
        [--minutes 30]

Made in turn, several times in one run:

- estimation: answers read from the database (SQLite) and all figures of the round estimated, nothing kept from before;
- report: from these figures to the finished PDF, with its charts, tables, tags and bookmarks;
- own: Typst alone in a process of its own, our own finished layout and data: report over own is what the platform adds;
- plain: the same for a plain document: the same texts in tables and paragraphs without any layout, the same pictures,
  fonts and PDF standards, of about as many pages; this is what "bare" means here;
- lines: Typst alone, as many pages of plain lines; no report could be as cheap, since there is not a table in it;
- WeasyPrint, if ``--weasyprint`` names a Python that has it (67.0 does it, 70.0 refuses the page): the report's web
  page with its style sheets as PDF, once, and for ``--minutes`` at most; if it does not finish or fails, that is what
  is printed.

Seconds are those of the processor, of this program and of those it starts, so that whatever else the machine does weighs
less. Two ratios are printed: of the PDFs alone, and of estimation and report over estimation and the other one. Also
said: the most memory that this process and one that it started took.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

import pypdfium2
from desk import fill, signed_in

from reports.document import Document, Table
from reports.glyphs import FONTS, drawable
from reports.pdf import TEMPLATES, typeset_data, write_pdf
from survey.actions import figures
from survey.actions.report import round_document
from survey.store.database import Database
from tests.conftest import application
from tests.databases import Originals
from tests.places import PEOPLE, ROUND

TYPESETTER = PROJECT / "reports" / "typesetter.py"
PICTURES = ("svg", "gauge_svg")
"""Fields with what a block draws on paper."""

LINES = 38
LINE = (
    "Tỷ lệ hài lòng của người dân đối với sự phục vụ hành chính là 84,10 % trong đợt này, cao hơn đợt trước."
)
WEASYPRINT = (
    "import sys, weasyprint; sys.stdout.buffer.write(weasyprint.HTML(string=sys.stdin.read()).write_pdf())"
)

LINES_ONLY = """#let data = json(bytes(sys.inputs.document))
#set document(title: "Bare")
#set page(width: 210mm, height: 297mm, margin: 20mm)
#set text(font: "Be Vietnam Pro", size: 11pt, lang: "vi", fallback: false)
#for page in range(data.pages) {
  if page > 0 { pagebreak() }
  for _ in range(data.lines) { data.line + linebreak() }
}
"""

PLAIN = """#let data = json(bytes(sys.inputs.document))
#set document(title: "Plain")
#set page(width: 210mm, height: 297mm, margin: 20mm)
#set text(font: "Tinos", size: 10.5pt, lang: "vi", fallback: false)
#for it in data {
  if it.svg != "" { image(bytes(it.svg), format: "svg", alt: "Picture", width: 100%) }
  if it.head.len() > 0 { table(columns: it.head.len(), table.header(..it.head), ..it.cells) }
  for text in it.texts { par(text) }
}
"""


def compiled(template: Path, content: object) -> bytes:
    """Typst alone, in a process of its own as the product's."""
    command = [sys.executable, "-I", TYPESETTER, template, template.parent, FONTS, "0"]
    return subprocess.run(
        [*map(str, command)], input=json.dumps(content).encode(), stdout=subprocess.PIPE, check=True
    ).stdout


def as_plain(document: Document) -> list[dict[str, object]]:
    """All that a document says, block by block."""
    return [
        {
            "svg": next((getattr(block, name) for name in PICTURES if hasattr(block, name)), ""),
            "head": [column.heading for column in block.columns] if isinstance(block, Table) else [],
            "cells": [drawable(str(getattr(cell, "text", cell))) for row in block.rows for cell in row]
            if isinstance(block, Table)
            else [],
            "texts": [
                drawable(text)
                for each in fields(block)
                if isinstance(text := getattr(block, each.name), str) and not each.name.endswith("svg")
            ],
        }
        for block in document.blocks
    ]


def processor() -> float:
    """Seconds of all processors that this program and those it started have used."""
    return sum(os.times()[:4])


class Taken:
    """Processor seconds by name."""

    def __init__(self) -> None:
        self._seconds: dict[str, list[float]] = {}

    @contextmanager
    def by(self, name: str) -> Iterator[None]:
        """Time the block."""
        begun = processor()
        yield
        self._seconds.setdefault(name, []).append(processor() - begun)

    @property
    def medians(self) -> dict[str, float]:
        """Median seconds by name."""
        return {name: statistics.median(values) for name, values in self._seconds.items()}


def pages_of(pdf: bytes) -> int:
    """How many pages a file has."""
    document = pypdfium2.PdfDocument(pdf)
    number = len(document)
    document.close()
    return number


def document_of(database: Database) -> Document:
    """The round's report; its figures are estimated unless they were."""
    return round_document(
        database, ROUND, "vi", public_url="http://127.0.0.1", small_cell=5, within=None, now=datetime.now(UTC)
    )


def measure(wanted: argparse.Namespace, units: int) -> None:
    """One province."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        originals = Originals(folder)
        database = originals.copy("sqlite", "small", folder)
        try:
            fill(database, wanted.responses, units)
            compare(database, folder, wanted, units)
        finally:
            database.close()
            originals.close()


def compare(database: Database, folder: Path, wanted: argparse.Namespace, units: int) -> None:
    """Take turns and print."""
    taken, pages, plain_pages = Taken(), 0, 0
    lines, plain = folder / "lines.typ", folder / "plain.typ"
    lines.write_text(LINES_ONLY, encoding="utf-8")
    plain.write_text(PLAIN, encoding="utf-8")
    for _ in range(wanted.runs):
        figures.forget_results()
        with taken.by("estimation"):
            figures.shown_result(database, ROUND, small_cell=5, now=datetime.now(UTC))
        with taken.by("report"):
            pdf = write_pdf(document_of(database))
        pages, document = pages_of(pdf), document_of(database)
        content, finished = as_plain(document), typeset_data(document)
        with taken.by("own"):
            compiled(TEMPLATES / "report.typ", finished)
        with taken.by("plain"):
            plain_pages = pages_of(compiled(plain, content))
        with taken.by("lines"):
            compiled(lines, {"pages": pages, "lines": LINES, "line": LINE})
    if wanted.weasyprint:
        by_weasyprint(wanted, taken, web_page(database, folder))
    show(wanted, units, taken.medians, (pages, plain_pages))


def by_weasyprint(wanted: argparse.Namespace, taken: Taken, page: bytes) -> None:
    """Time WeasyPrint, or say that it came to nothing; what it says on the way is left out but for the last line."""
    command = [wanted.weasyprint, "-c", WEASYPRINT]
    try:
        with taken.by("WeasyPrint"):
            subprocess.run(command, input=page, capture_output=True, check=True, timeout=60 * wanted.minutes)
    except subprocess.TimeoutExpired:
        print(f"WeasyPrint: not finished after {wanted.minutes:g} min")
    except subprocess.CalledProcessError as failure:
        print(
            f"WeasyPrint failed: {failure.stderr.decode('utf-8', 'replace').strip().rpartition(chr(10))[2]}"
        )


def web_page(database: Database, folder: Path) -> bytes:
    """The report's web page with its style sheet inside."""
    leader = next(person.name for person in PEOPLE if person.role == "leader")
    client = signed_in(application(database, folder).test_client(), leader)
    styles = (PROJECT / "survey" / "web" / "static" / "report.css").read_text(encoding="utf-8")
    answer = client.get(f"/reports/{ROUND}")
    while (
        answer.status_code == HTTPStatus.ACCEPTED
    ):  # its figures are being worked out by a process of their own
        time.sleep(float(answer.headers["Retry-After"]))
        answer = client.get(f"/reports/{ROUND}")
    return answer.text.replace("</head>", f"<style>{styles}</style></head>").encode()


def show(wanted: argparse.Namespace, units: int, median: dict[str, float], pages: tuple[int, int]) -> None:
    """Medians and ratios."""
    print(f"\n{wanted.responses:,} responses, {units:,} units: {pages[0]} pages, plain {pages[1]}")
    for name, value in median.items():
        print(f"{name:12} {value:7.2f} s")
    whole = median["estimation"] + median["report"]
    for other in ("own", "plain", "lines", "WeasyPrint"):
        if other in median:
            of_all = whole / (median["estimation"] + median[other])
            print(f"PDF alone over {other}: {median['report'] / median[other]:.2f}", end="; ")
            print(f"estimation and PDF over estimation and {other}: {of_all:.2f}", flush=True)
    for who, what in ((resource.RUSAGE_SELF, "this process"), (resource.RUSAGE_CHILDREN, "one started")):
        print(f"most memory of {what}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--units", type=int, nargs="+", default=[100, 3321])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--weasyprint", help="a Python that has WeasyPrint")
    parser.add_argument("--minutes", type=float, default=30.0, help="the longest that WeasyPrint may take")
    wanted = parser.parse_args()
    for units in wanted.units:
        measure(wanted, units)


if __name__ == "__main__":
    main()
