"""The report as a workbook: numbers that a spreadsheet computes with, words that it never computes."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from reports.document import Column, Number, Range, Table
from reports.workbook import write_xlsx
from tests.reports.reading import document, in_words, vietnamese_letters
from tests.reports.sample import sample_document

FIGURES = Table(
    "Chỉ số",
    (
        Column("Đơn vị"),
        Column("Phiếu", "right"),
        Column("Chỉ số", "right"),
        Column("KTC", "right"),
        Column("Đổi"),
    ),
    (
        (
            "Xã A",
            Number(1234.0, "1.234", "count"),
            Number(0.8412345, "84,12 %"),
            Range(0.8, 0.9, "80–90 %"),
            "–",
        ),
        ("Xã B", Number(7.0, "7", "count"), "–", "–", Number(-0.0163, "−1,63 điểm %", "points")),
    ),
    note="Dấu –",
)


def opened(content: bytes) -> Workbook:
    """A workbook as another program reads it."""
    return openpyxl.load_workbook(BytesIO(content))


def test_numbers_are_unrounded_numbers_with_the_form_of_what_they_are() -> None:
    sheet = opened(write_xlsx(document(FIGURES)))["Bảng 1"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=4)]
    assert rows == [
        ["Đơn vị", "Phiếu", "Chỉ số", "KTC: cận dưới", "KTC: cận trên", "Đổi"],
        ["Xã A", 1234, 0.8412345, 0.8, 0.9, "–"],
        ["Xã B", 7, "–", "–", None, pytest.approx(-1.63)],
    ]
    assert [sheet.cell(3, column).number_format for column in (2, 3, 4)] == ["#,##0", "0.00%", "0.00%"]
    assert sheet.cell(4, 6).number_format.startswith("+0.00")


@pytest.mark.parametrize(
    ("strong", "is_ordered", "filtered"),
    [((), False, "A2:F4"), ((1,), False, None), ((0,), False, None), ((), True, None)],
)
def test_only_rows_that_may_change_places_have_a_filter(
    *, strong: tuple[int, ...], is_ordered: bool, filtered: str | None
) -> None:
    table = replace(FIGURES, strong=strong, is_ordered=is_ordered)
    assert opened(write_xlsx(document(table)))["Bảng 1"].auto_filter.ref == filtered


def test_sums_stay_below_what_a_spreadsheet_sorts() -> None:
    table = replace(FIGURES, rows=(*FIGURES.rows, FIGURES.rows[1]), strong=(2,))
    assert opened(write_xlsx(document(table)))["Bảng 1"].auto_filter.ref == "A2:F4"


def test_every_table_of_the_report_has_the_sheet_of_its_number() -> None:
    report = sample_document()
    tables = [block for block in report.blocks if isinstance(block, Table)]
    book = opened(write_xlsx(report))
    assert book.sheetnames[:2] == ["Hướng dẫn đọc", "Kết luận"]
    assert book.sheetnames[2:] == [f"Bảng {number}" for number in range(1, len(tables) + 1)]
    for name, table in zip(book.sheetnames[2:], tables, strict=True):
        assert book[name]["A1"].value == f"{name}. {table.caption}"
        assert book[name].max_row >= len(table.rows) + 2


def test_the_guide_names_the_report_and_links_to_every_table() -> None:
    report = sample_document()
    guide = opened(write_xlsx(report))["Hướng dẫn đọc"]
    said = [cell.value for row in guide.iter_rows() for cell in row if cell.value]
    assert {report.title, report.banner, report.footer} <= set(said)
    targets = [cell.hyperlink.location for row in guide.iter_rows() for cell in row if cell.hyperlink]
    assert targets == [f"'Bảng {n}'!A1" for n in range(1, len(targets) + 1)]
    assert targets


def test_the_verdicts_are_on_the_second_sheet() -> None:
    said = [
        cell.value for row in opened(write_xlsx(sample_document()))["Kết luận"].iter_rows() for cell in row
    ]
    assert 0.8394 in said
    assert {"Đạt", "Không đạt", "Chưa đủ căn cứ"} <= set(said)


def test_a_table_of_proportions_has_a_native_chart_and_a_long_one_has_none() -> None:
    book = opened(write_xlsx(document(FIGURES)))
    assert len(book["Bảng 1"]._charts) == 1  # noqa: SLF001 - the library has no public list
    long = Table("Dài", FIGURES.columns, FIGURES.rows * 30)
    assert not opened(write_xlsx(document(long)))["Bảng 1"]._charts  # noqa: SLF001


@pytest.mark.parametrize(
    "evil", ["=1+1", "+84", "-2", "@SUM(A1)", "http://a.vn", '=HYPERLINK("http://a.vn")']
)
def test_a_word_is_never_computed(evil: str) -> None:
    table = Table(evil, (Column(evil), Column("x")), ((evil, evil),), note=evil)
    sheet = opened(write_xlsx(document(table)))["Bảng 1"]
    texts = [cell for row in sheet.iter_rows() for cell in row if cell.value == evil]
    assert len(texts) == 4
    assert {cell.data_type for cell in texts} == {"s"}
    assert not any(cell.hyperlink for cell in texts)


def test_every_vietnamese_letter_arrives() -> None:
    letters = in_words(vietnamese_letters())
    table = Table(letters, (Column(letters),), ((letters,),))
    assert opened(write_xlsx(document(table)))["Bảng 1"]["A3"].value == letters


def test_the_same_report_gives_the_same_workbook() -> None:
    assert write_xlsx(sample_document(3)) == write_xlsx(sample_document(3))


def test_no_level_is_named_beside_intervals_that_may_have_another() -> None:
    said = [
        str(cell.value)
        for sheet in opened(write_xlsx(document(FIGURES)))
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert not [text for text in said if "95" in text]
