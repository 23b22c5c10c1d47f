"""Screen, paper, Word and Excel carry the same numbers, cell by cell."""

from collections import Counter
from io import BytesIO

import docx
import openpyxl
import pytest

from reports.document import Document, Number, Range, Table
from reports.pdf import write_pdf
from reports.word import write_docx
from reports.workbook import write_xlsx
from tests.reports.reading import HTML, html, page_texts, parsed, squeezed
from tests.reports.sample import sample_document


@pytest.fixture(scope="module")
def report() -> Document:
    """The sample report."""
    return sample_document()


def tables(report: Document) -> list[Table]:
    """The report's tables."""
    return [block for block in report.blocks if isinstance(block, Table)]


def printed(table: Table) -> list[list[str]]:
    """A table's cells as people read them."""
    return [[cell if isinstance(cell, str) else cell.text for cell in row] for row in table.rows]


def test_the_page_has_every_cell_of_every_table(report: Document) -> None:
    shown = [
        [["".join(cell.itertext()) for cell in row] for row in table.find(f"{HTML}tbody").iter(f"{HTML}tr")]
        for table in parsed(html(report)).iter(f"{HTML}table")
        if "report-table" in table.get("class", "").split()
    ]
    assert shown == [printed(table) for table in tables(report)]


def test_the_paper_has_every_number_of_every_table_as_often_as_the_tables_do(report: Document) -> None:
    paper = squeezed("".join(page_texts(write_pdf(report))))
    numbers = Counter(
        squeezed(cell.text)
        for table in tables(report)
        for row in table.rows
        for cell in row
        if not isinstance(cell, str)
    )
    assert numbers.total() > 200
    assert {text: times for text, times in numbers.items() if paper.count(text) < times} == {}


def test_the_word_file_has_every_cell_of_every_table(report: Document) -> None:
    file = docx.Document(BytesIO(write_docx(report)))
    found = [[[cell.text for cell in row.cells] for row in list(table.rows)[1:]] for table in file.tables]
    for table in tables(report):
        assert printed(table) in found


def test_the_workbook_has_every_number_of_every_table_unrounded(report: Document) -> None:
    book = openpyxl.load_workbook(BytesIO(write_xlsx(report)))
    for number, table in enumerate(tables(report), start=1):
        sheet = book[f"Bảng {number}"]
        for place, row in enumerate(table.rows, start=3):
            written = [cell.value for cell in sheet[place] if isinstance(cell.value, int | float)]
            assert written == pytest.approx([value for cell in row for value in values(cell)])


def values(cell: str | Number | Range) -> list[float]:
    """The numbers that a cell holds."""
    match cell:
        case Number():
            return [cell.value * 100 if cell.unit == "points" else cell.value]
        case Range():
            return [cell.low, cell.high]
        case _:
            return []
