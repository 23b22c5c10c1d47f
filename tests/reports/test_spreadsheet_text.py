"""Tables as CSV: what a spreadsheet would compute is shown, and a number stays a number."""

import csv
import io

import pytest

from reports.spreadsheet_text import write_csv


def cell(text: str) -> str:
    [[_code, found]] = csv.reader(io.StringIO(write_csv([["x", text]]).decode("utf-8-sig")))
    return found


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "-2-3", "-1e5+A1", "-0x1", "−=", "-"]
)
def test_what_looks_like_a_formula_is_marked_as_text(text: str) -> None:
    marked = not text.startswith("−")
    assert cell(text) == (f"'{text}" if marked else text)


@pytest.mark.parametrize("number", ["-0.25", "0.5", "-1e-07", "12", "-3"])
def test_a_plain_number_is_written_as_it_is_also_below_zero(number: str) -> None:
    assert cell(number) == number
