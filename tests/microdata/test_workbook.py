"""The workbook: numbers as numbers, words as words, nothing that a spreadsheet would run."""

import json
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from tests.microdata.studies import ANSWERS, FRAME, Rows, small, written

SHEETS = ["Hướng dẫn đọc", "Ước lượng", "Trọng số", "Kết luận"]
EVIL = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x";"y")',
    "\t=1",
    "http://example.org",
    "<b>&",
    "a\x01b",
)
TARGET = {"indicator": "chung", "comparator": ">=", "value": 60, "sentence": "=cmd|' /C calc'!A0"}


def workbook(folder: Path, spec: object, files: object = None) -> bytes:
    return written(folder, spec, files).files["nho.xlsx"]  # type: ignore[arg-type]


def sheet(content: bytes, name: str) -> list[dict[str, object]]:
    """The rows of a sheet by the names of their columns."""
    head, *rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name).to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_every_number_of_the_json_stands_in_the_workbook_unrounded(tmp_path: Path) -> None:
    done = written(tmp_path, small(groups=[{"by": ["sex"]}], targets=[TARGET]))
    figures = [one for group in json.loads(done.files["nho.json"])["estimates"] for one in group["measures"]]
    rows = sheet(done.files["nho.xlsx"], "Ước lượng")
    assert len(rows) == len(figures) == 15
    names = {"Ước lượng": "estimate", "Sai số chuẩn": "standard_error", "Cận dưới": "low", "Cận trên": "high"}
    names |= {"Bậc tự do": "degrees_of_freedom", "Hiệu ứng thiết kế": "design_effect"}
    names |= {"Số câu trả lời hợp lệ": "valid_answers", "Cỡ mẫu hiệu dụng": "effective_answers"}
    for row, figure in zip(rows, figures, strict=True):
        assert row["Mã"] == figure["measure"]
        for name, key in names.items():
            assert row[name] == ("" if figure[key] is None else pytest.approx(figure[key], rel=1e-15))


def test_the_sheets_say_what_they_hold(tmp_path: Path) -> None:
    content = workbook(tmp_path, small(targets=[TARGET]))
    assert CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names == SHEETS
    guide = {row["Mục"]: row["Ý nghĩa"] for row in sheet(content, SHEETS[0])}
    assert "95%" in str(guide["Khoảng tin cậy"])
    weights = {row["Mục"]: row["Giá trị"] for row in sheet(content, SHEETS[2])}
    assert weights["Tổng trọng số"] == pytest.approx(110)
    (verdict,) = sheet(content, SHEETS[3])
    assert verdict["Kết luận"] == "chưa đủ căn cứ"
    assert verdict["Mức"] == "≥ 60%"


def test_a_reason_stands_beside_what_is_missing(tmp_path: Path) -> None:
    files = {"answers.csv": [*ANSWERS, ("A", "X", 5, 1)]}
    rows = sheet(workbook(tmp_path, small(groups=[{"by": ["sex"]}]), files), "Ước lượng")
    (one,) = [row for row in rows if row["Nhóm"] == "X" and row["Mã"] == "q1"]
    assert one["Cận dưới"] == ""
    assert str(one["Ghi chú"]).startswith("Không có khoảng tin cậy")


@pytest.mark.parametrize("label", EVIL)
def test_no_label_becomes_a_formula_or_a_link(tmp_path: Path, label: str) -> None:
    def renamed(rows: Rows) -> Rows:
        return [[label if cell == "A" else cell for cell in row] for row in rows]

    files = {"answers.csv": renamed(ANSWERS), "frame.csv": renamed(FRAME)}
    spec = small(
        title=label.strip().replace("\x01", ""),
        items=[{"code": "q1", "text": "=1+1"}, {"code": "q2"}],
        groups=[{"by": ["unit"]}],
        targets=[TARGET],
    )
    content = workbook(tmp_path, spec, files)
    with ZipFile(BytesIO(content)) as parts:
        for name in parts.namelist():
            assert not re.search(rb"<f[ >]|hyperlink|externalLink|vbaProject", parts.read(name)), name
    groups = {row["Nhóm"] for row in sheet(content, "Ước lượng")}
    assert label.strip() in {str(group).replace("_x0001_", "\x01") for group in groups}
    assert sheet(content, "Kết luận")[0]["Nguyên văn"] == TARGET["sentence"]


def test_a_very_long_label_does_not_break_the_workbook(tmp_path: Path) -> None:
    label = "ấ" * 40_000
    files = {"answers.csv": [[label if cell == "A" else cell for cell in row] for row in ANSWERS]}
    spec = small(design={"equal_weights": True}, groups=[{"by": ["unit"]}])
    rows = sheet(workbook(tmp_path, spec, files), "Ước lượng")
    assert {len(str(row["Nhóm"])) for row in rows} == {6, 1, 32_000}


def test_the_english_workbook_has_the_same_numbers(tmp_path: Path) -> None:
    spec = small(targets=[TARGET])
    vietnamese, english = (
        CalamineWorkbook.from_filelike(BytesIO(written(tmp_path, spec, language=code).files["nho.xlsx"]))
        for code in ("vi", "en")
    )
    for place in range(len(SHEETS)):
        pages = [book.get_sheet_by_index(place).to_python() for book in (vietnamese, english)]
        numbers = [[cell for row in page for cell in row if isinstance(cell, float)] for page in pages]
        assert numbers[0] == numbers[1]
