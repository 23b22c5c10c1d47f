"""LibreOffice opens both office files: what it saves again has lost nothing."""

import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from reports.word import write_docx
from reports.workbook import write_xlsx
from tests.reports.sample import sample_document

PATIENCE = 120

Pair = tuple[Path, Path]
"""A file, and the same saved by LibreOffice."""


def saved_again(file: Path) -> Path:
    """The file as LibreOffice writes it after reading it, with a profile of its own."""
    out = file.parent / "again"
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        file.suffix[1:],
        "--outdir",
        str(out),
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return out / file.name


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The sample report for Word."""
    file = tmp_path_factory.mktemp("word") / "report.docx"
    file.write_bytes(write_docx(sample_document()))
    return file, saved_again(file)


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The sample report for Excel."""
    file = tmp_path_factory.mktemp("excel") / "report.xlsx"
    file.write_bytes(write_xlsx(sample_document()))
    return file, saved_again(file)


def paragraphs(file: Path) -> list[tuple[str, str]]:
    """Style and text of every paragraph with text, those of the contents and of tables too, in their order."""
    opened = docx.Document(str(file))
    names = {style.style_id: style.name for style in opened.styles}
    every = (Paragraph(one, opened) for one in opened.element.body.iter(qn("w:p")))
    return [(names.get(one._p.style or "", ""), one.text) for one in every if one.text.strip()]  # noqa: SLF001


def cells(file: Path) -> Iterator[tuple[str, str, Any, str]]:
    """Sheet, place, value and form of every cell with something in it."""
    for sheet in openpyxl.load_workbook(file):
        for cell in chain.from_iterable(sheet.iter_rows()):
            if cell.value not in (None, ""):
                yield sheet.title, cell.coordinate, cell.value, cell.number_format


def test_every_paragraph_keeps_its_text_and_its_style(words: Pair) -> None:
    first, again = map(paragraphs, words)
    assert [text for _style, text in again] == [text for _style, text in first]
    headings = [one for one in first if one[0].startswith("Heading")]
    assert len(headings) > 5
    assert [one for one in again if one[0].startswith("Heading")] == headings


def test_every_table_and_every_picture_is_still_there(words: Pair) -> None:
    first, again = (docx.Document(str(file)) for file in words)
    assert len(first.tables) > 3
    assert [[[cell.text for cell in row.cells] for row in table.rows] for table in again.tables] == [
        [[cell.text for cell in row.cells] for row in table.rows] for table in first.tables
    ]
    assert len(again.inline_shapes) == len(first.inline_shapes) > 3


def test_every_cell_keeps_its_value_and_its_form(sheets: Pair) -> None:
    first, again = (list(cells(file)) for file in sheets)
    assert len(first) > 300
    assert [(*one[:2], one[3]) for one in again] == [(*one[:2], one[3]) for one in first]
    # A spreadsheet saves 15 digits.
    assert [one[2] for one in again] == [
        pytest.approx(one[2], rel=1e-14) if isinstance(one[2], float) else one[2] for one in first
    ]


def test_every_sheet_keeps_its_charts(sheets: Pair) -> None:
    first, again = (openpyxl.load_workbook(file) for file in sheets)
    charts = {sheet.title: len(sheet._charts) for sheet in first}  # noqa: SLF001  no other way to count them
    assert sum(charts.values()) > 0
    assert {sheet.title: len(sheet._charts) for sheet in again} == charts  # noqa: SLF001


def test_a_file_that_cannot_be_opened_is_noticed(tmp_path: Path) -> None:
    broken = tmp_path / "report.docx"
    broken.write_bytes(write_docx(sample_document())[:5000])
    assert not saved_again(broken).exists()
