"""SPSS system files as another program reads them."""

from datetime import date
from pathlib import Path

import pyreadstat
import pytest

from reports.spss import Value, Variable, write_sav

VARIABLES = (
    Variable("x", "Một số", "scale", decimals=2),
    Variable("chu_dai_hon_tam_byte", "Chữ", "nominal", is_text=True),
    Variable("w", "Trọng số", "scale"),
    Variable("y", "Mã", "ordinal", {-1: "không", 1: "thấp", 2: "ạ" * 200}, (-4, -1)),
)


def written(rows: list[list[Value]], **more: object) -> bytes:
    details = {"label": "Tệp thử", "notes": ["một ghi chú"], "made": date(2026, 1, 2), "weight": "w"} | more
    return write_sav(VARIABLES, rows, **details)  # type: ignore[arg-type]


def test_numbers_texts_and_what_is_missing_come_back(tmp_path: Path) -> None:
    file = tmp_path / "a.sav"
    file.write_bytes(written([[1.25, "2026-01", 3, 1], [None, None, 0.1, -1], [-1e300, "ắ", 2, 2]]))
    columns, about = pyreadstat.read_sav(file, output_format="dict", user_missing=True)
    assert list(columns) == ["x", "chu_dai_hon_tam_byte", "w", "y"]
    assert next(iter(columns["x"])) == 1.25
    assert list(columns["x"])[1] is None
    assert list(columns["x"])[2] == -1e300
    assert list(columns["chu_dai_hon_tam_byte"]) == ["2026-01", "", "ắ"]
    assert list(columns["y"]) == [1, -1, 2]
    assert about.file_label == "Tệp thử"
    assert about.notes == ["một ghi chú"]
    assert about.number_rows == 3
    assert about.variable_measure == {
        "x": "scale",
        "chu_dai_hon_tam_byte": "nominal",
        "w": "scale",
        "y": "ordinal",
    }
    label = about.variable_value_labels["y"][2]
    assert label == "ạ" * 40  # 120 bytes, no letter torn


def test_a_code_of_a_missing_rating_is_missing_to_who_does_not_ask_for_it(tmp_path: Path) -> None:
    file = tmp_path / "a.sav"
    file.write_bytes(written([[1, "a", 1, -1], [1, "a", 1, 2]]))
    columns, _about = pyreadstat.read_sav(file, output_format="dict")
    assert list(columns["y"]) == [None, 2]


def test_a_file_without_rows_and_one_with_long_notes_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "a.sav"
    file.write_bytes(written([], notes=["chữ " * 100, "x" * 300], label="dài " * 50))
    columns, about = pyreadstat.read_sav(file, output_format="dict")
    assert [list(values) for values in columns.values()] == [[], [], [], []]
    assert about.number_rows == 0
    assert all(len(note.encode()) <= 80 for note in about.notes)


def test_a_text_that_does_not_fit_and_an_unknown_weight_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than 8 bytes"):
        written([[1, "quá dài rồi", 1, 1]])
    with pytest.raises(ValueError, match="nothing"):
        written([], weight="nothing")
