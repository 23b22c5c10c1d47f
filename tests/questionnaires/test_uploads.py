"""Files that somebody sends: a table or a clear answer, whatever they hold."""

import zipfile
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
import xlsxwriter

from questionnaires import uploads
from questionnaires.uploads import MOST_BYTES, MOST_ROWS, check_workbook, read_upload, takes_long
from questionnaires.workbooks import Broken


def workbook(fill: Callable[[xlsxwriter.worksheet.Worksheet], object], *more: str) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("Số liệu")
        for name in more:
            book.add_worksheet(name).write(0, 0, name)
        fill(page)
    return stream.getvalue()


def tampered(content: bytes, change: Callable[[bytes], bytes], part: str = "sheet1.xml") -> bytes:
    """The workbook with one part changed, checksums right."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name.endswith(part) else old.read(name))
    return stream.getvalue()


SMALL = workbook(lambda page: page.write_row(0, 0, ["Đơn vị", 1234, 2.5, True]), "Hai")


def refusal(content: bytes, sheet: str | None = None) -> str:
    with pytest.raises(Broken) as fault:
        read_upload(content, sheet)
    return str(fault.value)


def test_a_workbook_gives_its_cells_and_the_names_of_its_sheets() -> None:
    found = read_upload(SMALL)
    assert found.rows == [["Đơn vị", 1234.0, 2.5, True]]
    assert (found.name, found.names) == ("Số liệu", ("Số liệu", "Hai"))
    assert read_upload(SMALL, "Hai").rows == [["Hai"]]
    assert "Không có trang tính “Ba”" in refusal(SMALL, "Ba")


def test_a_sheet_that_is_a_chart_is_passed_over() -> None:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_chartsheet("Biểu đồ")
        book.add_worksheet("Số liệu").write_row(0, 0, [1, 2])
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "='Số liệu'!$A$1:$B$1"})
        page.set_chart(chart)
    assert read_upload(stream.getvalue()).names == ("Số liệu",)
    check_workbook(stream.getvalue())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_text_is_read_in_its_encoding_and_with_its_delimiter(encoding: str, delimiter: str) -> None:
    text = f"Đơn vị{delimiter}Số\r\nXã A{delimiter}1.234\r\n"
    assert read_upload(text.encode(encoding)).rows == [["Đơn vị", "Số"], ["Xã A", "1.234"]]


def test_merged_cells_are_told_by_their_first() -> None:
    def fill(page: xlsxwriter.worksheet.Worksheet) -> None:
        page.merge_range(1, 0, 3, 0, "Xã A")
        page.write(3, 1, 5)

    found = read_upload(workbook(fill))
    assert found.at(3, 0) == "Xã A"
    assert found.merged == {(row, 0): (1, 0) for row in (1, 2, 3)}


def test_formulas_are_told_and_those_without_a_value_too() -> None:
    def fill(page: xlsxwriter.worksheet.Worksheet) -> None:
        page.write_formula(0, 0, "=1+1", value=2)
        page.write_formula(1, 0, "=1+1", value="")

    found = read_upload(workbook(fill))
    assert found.rows[0] == [2.0]
    assert found.formulas == {(0, 0), (1, 0)}
    assert found.uncomputed == {(1, 0)}


WRONG: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "Tệp trống"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls kiểu cũ"),
    "a web page called a workbook": (b"<html><table><tr><td>1", "trang web"),
    "a PDF": (b"%PDF-1.7", "PDF"),
    "no workbook": (b"PK nonsense", "bị hỏng"),
    "an archive of something else": (tampered(SMALL, lambda _: b"", "workbook.xml"), "Tệp XLSX"),
    "zeros": (b"a;b\n1;\0\n", "ký tự rỗng"),
    "an open quotation mark": (b'a;b\n"1;2\n', "nháy kép"),
    "too many bytes": (b"a" * (MOST_BYTES + 1), "lớn hơn 20 MB"),
    "too many rows": (b"a;b\n" * (MOST_ROWS + 1), "hơn 200000 dòng"),
    "too many columns": (b";" * 500, "501 cột"),
    "an endless cell": (b"a" * 5000, "dài hơn 2000"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_without_a_good_table_gets_a_clear_answer(case: str) -> None:
    content, sentence = WRONG[case]
    assert sentence in refusal(content)


def test_a_wrong_encoding_is_told_with_the_line_and_what_to_do() -> None:
    with pytest.raises(Broken, match="CSV UTF-8") as fault:
        read_upload("Mã;Tên\n1;Xã A\n2;Phường Đông Hà\n".encode().replace("Hà".encode(), b"H\xe0"))
    assert fault.value.line == 3


def test_a_zip_bomb_ends_in_an_answer() -> None:
    assert "quá lớn" in refusal(tampered(SMALL, lambda part: part + b" " * 400_000_000))


def test_a_stray_cell_that_the_workbook_hides_ends_in_an_answer() -> None:
    def hide(part: bytes) -> bytes:
        far = part.replace(b'r="B1"', b'r="XFD1048576"').replace(b'<row r="1"', b'<row r="1048576"')
        assert far != part
        return far

    assert "ô thừa rất xa" in refusal(tampered(SMALL, hide))


def test_a_workbook_is_checked_in_all_its_sheets() -> None:
    def hide(part: bytes) -> bytes:
        return part.replace(b'r="A1"', b'r="XFD1048576"').replace(b'<row r="1"', b'<row r="1048576"')

    check_workbook(SMALL)
    check_workbook(b"a;b")
    for part in ("sheet1.xml", "sheet2.xml"):
        with pytest.raises(Broken, match=r"nhiều hơn 200000|ô thừa rất xa"):
            check_workbook(tampered(SMALL, hide, part))


def test_a_stray_cell_that_the_workbook_declares_is_named() -> None:
    assert "XFD1000000" in refusal(workbook(lambda page: page.write(999_999, 16_383, "x")))


def test_entities_that_grow_without_end_are_refused() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)
    )
    bomb = tampered(SMALL, lambda part: laughs + b"]>" + part.replace(b"Hai", b"&j;"), "workbook.xml")
    assert "XLSX" in refusal(bomb)


def test_a_hundred_thousand_rows_are_read_whole() -> None:
    def fill(page: xlsxwriter.worksheet.Worksheet) -> None:
        for row in range(100_000):
            page.write_row(row, 0, [f"Xã {row % 300}", "Đất đai", row])

    found = read_upload(workbook(fill))
    assert len(found.rows) == 100_000
    assert found.rows[-1] == ["Xã 99", "Đất đai", 99_999.0]


@pytest.mark.parametrize("whole", [SMALL, "Đơn vị;Số\nXã A;1\n".encode()])
def test_a_file_with_one_broken_bit_is_read_or_refused_and_never_a_crash(whole: bytes) -> None:
    chance, refused = np.random.default_rng(3), 0
    for _ in range(40):
        broken = bytearray(whole)
        broken[chance.integers(len(broken))] ^= 1 << int(chance.integers(8))
        try:
            read_upload(bytes(broken))
        except Broken:
            refused += 1
    assert refused


def test_why_a_workbook_is_damaged_stands_in_the_log_and_people_are_told_what_to_do(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for damaged in (SMALL[:-40], b"PK\x03\x04 nonsense", tampered(SMALL, lambda part: part[:-30])):
        caplog.clear()
        with pytest.raises(Broken) as fault:
            check_workbook(damaged)
        assert str(fault.value) == (
            "Tệp XLSX bị hỏng hoặc có mật khẩu; hãy mở, lưu lại thành XLSX không mật khẩu."
        )
        [said] = caplog.messages
        assert said.startswith("a workbook cannot be read: ")


def test_only_large_workbooks_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not takes_long(SMALL)
    monkeypatch.setattr(uploads, "LARGE", 1000)
    assert takes_long(SMALL)
    for other in (b"", b"a;b\n" * 10_000, b"PK\x03\x04 nonsense", SMALL[:-40], SMALL + b"\0" * MOST_BYTES):
        assert not takes_long(other)
