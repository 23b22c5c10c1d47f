"""The frame from tables as one-stop software writes them: every number as meant, every fault with row and column."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.uploads import Cell, Sheet
from survey.core.frame import Fault, Layout, Reading, Setting, guessed_header, read_frame
from survey.core.frame_cells import NumberFault, count_of, period_of
from survey.core.frame_guess import guessed_roles
from survey.core.labels import Directory, is_total, same_label
from survey.core.place import Field

FIELDS = (Field("land", "Đất đai", ""), Field("civil", "Hộ tịch", ""))
UNITS = (("XA", "Xã Bình An"), ("PH", "Phường Hòa Thuận"), ("T1", "Xã Tân Lập"), ("T2", "Xã Tân Lập"))
LONG = {0: "unit", 1: "field", 2: "dossiers"}


def read(
    rows: Sequence[Sequence[Cell]],
    roles: dict[int, str] | None = None,
    meanings: dict[str, str] | None = None,
    **sheet: object,
) -> Reading:
    setting = Setting(
        Directory(UNITS, meanings or {}),
        Directory([(f.code, f.name_vi) for f in FIELDS], {}),
        date(2026, 10, 1),
        date(2026, 12, 31),
    )
    table = Sheet([["tên"] * 4, *rows], **sheet)  # type: ignore[arg-type]
    return read_frame(table, Layout(0, roles or LONG), setting)


def faults(reading: Reading) -> list[tuple[int, int | None, Fault]]:
    return [(fault.row, fault.column, fault.fault) for fault in reading.faults]


# --- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("1.234", 1234),
        ("1.234.567", 1_234_567),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1234", 1234),
        (" 7 ", 7),
        ("0", 0),
        ("-", 0),
        (12.0, 12),
        (1234, 1234),
        (1.234, NumberFault.DECIMAL),
        ("12,5", NumberFault.DECIMAL),
        ("1,234", NumberFault.DECIMAL),
        ("1.23", NumberFault.DECIMAL),
        ("-5", NumberFault.NEGATIVE),
        (-5.0, NumberFault.NEGATIVE),
        ("(5)", NumberFault.NEGATIVE),
        ("−1.234", NumberFault.NEGATIVE),
        ("", NumberFault.EMPTY),
        (None, NumberFault.EMPTY),
        ("nhiều", NumberFault.NO_NUMBER),
        ("=1+1", NumberFault.NO_NUMBER),
        ("#REF!", NumberFault.NO_NUMBER),
        ("1e3", NumberFault.NO_NUMBER),
        ("١٢", NumberFault.NO_NUMBER),
        ("½", NumberFault.NO_NUMBER),
        (True, NumberFault.NO_NUMBER),
        (float("nan"), NumberFault.NO_NUMBER),
        (float("inf"), NumberFault.NO_NUMBER),
        (1e300, NumberFault.TOO_LARGE),
        ("9" * 5000, NumberFault.TOO_LARGE),
    ],
)
def test_a_number_is_what_people_in_viet_nam_mean_or_no_number(cell: Cell, meant: object) -> None:
    assert count_of(cell) == meant


@given(st.integers(0, 100_000_000))
def test_a_number_is_the_same_plain_and_with_points(number: int) -> None:
    assert count_of(str(number)) == count_of(f"{number:,}".replace(",", ".")) == count_of(number) == number


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans()))
def test_no_cell_whatever_is_in_it_breaks_the_reading(cell: Cell) -> None:
    assert count_of(cell) is not None
    period_of(str(cell))
    read([[cell, cell, cell]])


# --- rows ------------------------------------------------------------------------------------------


def test_rows_of_numbers_are_added_up_by_unit_and_field() -> None:
    found = read([["XA", "Đất đai", "1.234"], ["UBND phường Hoà Thuận", "HỘ TỊCH", 5.0]])
    assert found.volumes == {("XA", "land"): 1234, ("PH", "civil"): 5}
    assert found.is_valid


def test_without_a_column_of_numbers_every_row_is_one_dossier() -> None:
    found = read([["XA", "land", "H1"], ["XA", "land", "H2"]], {0: "unit", 1: "field", 2: "dossier"})
    assert found.volumes == {("XA", "land"): 2}


def test_a_dossier_twice_is_named_with_the_row_that_it_repeats() -> None:
    found = read([["XA", "land", "H1"], ["XA", "land", "h1"]], {0: "unit", 1: "field", 2: "dossier"})
    assert faults(found) == [(3, 2, Fault.DUPLICATE)]
    assert found.faults[0].about == "2"


def test_the_same_unit_and_field_twice_is_a_fault_and_not_a_sum() -> None:
    found = read([["XA", "land", 1], ["PH", "land", 1], ["XA", "Land", 1]])
    assert faults(found) == [(4, 0, Fault.DUPLICATE)]


def test_every_fault_says_its_row_and_column() -> None:
    found = read([["XA", "land", "12,5"], ["", "land", 3], ["PH", "land", -4], ["PH", "civil", None]])
    assert faults(found) == [
        (2, 2, Fault.DECIMAL),
        (3, 0, Fault.EMPTY),
        (4, 2, Fault.NEGATIVE),
        (5, 2, Fault.EMPTY),
    ]
    assert not found.is_valid


def test_a_hundred_thousand_faulty_rows_are_counted_and_not_all_kept() -> None:
    found = read([["XA", "land", "x"]] * 5000)
    assert len(found.faults) == 100
    assert found.more_faults == 4900


def test_more_dossiers_than_a_country_has_are_refused() -> None:
    rows: list[list[Cell]] = [["XA", "land", 90_000_000], ["PH", "land", 90_000_000]]
    assert [fault.fault for fault in read(rows).faults] == [Fault.TOO_LARGE]


def test_rows_of_totals_are_left_out_and_checked() -> None:
    found = read([["XA", "land", 3], ["PH", "land", 4], ["TỔNG CỘNG", None, "7"]])
    assert found.dossiers == 7
    assert found.totals == [(4, 7)]
    assert found.unequal_total is None
    assert read([["XA", "land", 3], ["Tổng số", None, 9]]).unequal_total == (3, 9)


@pytest.mark.parametrize("label", ["Tổng", "TỔNG CỘNG", "Cộng:", "tổng số", "Total", "Toàn tỉnh"])
def test_totals_are_known_by_their_label(label: str) -> None:
    assert is_total(label)


@pytest.mark.parametrize("label", ["Tổng cục Thuế", "Cộng Hòa", "Xã Tổng", ""])
def test_units_whose_name_begins_like_a_total_are_none(label: str) -> None:
    assert not is_total(label)


# --- names -----------------------------------------------------------------------------------------


def test_an_unknown_unit_is_named_with_its_place_and_the_nearest_name() -> None:
    found = read([["Xã Bình Am", "land", 1], ["Xã Bình Am", "civil", 1]])
    (unknown,) = found.unknown.values()
    assert (unknown.row, unknown.column, unknown.rows) == (2, 0, 2)
    assert unknown.nearest == ("XA", "Xã Bình An")
    assert not found.is_valid


def test_a_name_of_two_units_is_unknown_until_somebody_says_which() -> None:
    assert read([["Xã Tân Lập", "land", 1]]).unknown
    said = {same_label("Xã Tân Lập"): "T2"}
    assert read([["Xã Tân Lập", "land", 1]], meanings=said).volumes == {("T2", "land"): 1}


def test_rows_of_a_label_that_is_left_out_do_not_count() -> None:
    found = read([["Kho bạc", "land", 1], ["XA", "land", 2]], meanings={same_label("Kho bạc"): ""})
    assert (found.left_out, found.volumes) == (1, {("XA", "land"): 2})


def test_a_wrong_column_with_thousands_of_strange_names_is_one_clear_fault_at_once() -> None:
    found = read([[f"Người {i}", "land", 1] for i in range(20_000)])
    assert faults(found) == [(2, 0, Fault.LABELS)]


def test_html_and_formulas_in_names_are_only_text() -> None:
    found = read([["<script>alert(1)</script>", "land", 1], ["=HYPERLINK(1)", "land", 1]])
    assert {unknown.label for unknown in found.unknown.values()} == {
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
    }


# --- merged cells, formulas ------------------------------------------------------------------------


def test_a_merged_name_counts_for_all_its_rows() -> None:
    merged = {(1, 0): (1, 0), (2, 0): (1, 0)}
    found = read([["XA", "land", 1], [None, "civil", 2]], merged=merged)
    assert found.volumes == {("XA", "land"): 1, ("XA", "civil"): 2}


def test_a_merged_number_is_refused_since_nobody_knows_whose_it_is() -> None:
    merged = {(1, 2): (1, 2), (2, 2): (1, 2)}
    found = read([["XA", "land", 3], ["PH", "land", None]], merged=merged)
    assert faults(found) == [(3, 2, Fault.MERGED)]


def test_a_formula_without_its_value_is_refused_and_one_with_a_value_is_told() -> None:
    places = {"formulas": frozenset({(1, 2), (2, 2)}), "uncomputed": frozenset({(2, 2)})}
    found = read([["XA", "land", 3], ["PH", "land", None]], **places)
    assert faults(found) == [(3, 2, Fault.FORMULA)]
    assert found.formulas == 1


# --- fields in columns, periods, margins ------------------------------------------------------------


def test_a_column_for_each_field_gives_a_number_for_each_and_blanks_are_none() -> None:
    found = read([["XA", 3, None], ["PH", "-", "1.000"]], {0: "unit", 1: "field:land", 2: "field:civil"})
    assert found.volumes == {
        ("XA", "land"): 3,
        ("XA", "civil"): 0,
        ("PH", "land"): 0,
        ("PH", "civil"): 1000,
    }


@pytest.mark.parametrize(
    "text", ["10/2026", "Tháng 11/2026", "Quý IV/2026", "15/10/2026", "2026-12-31", "q4 2026"]
)
def test_periods_within_the_round_count(text: str) -> None:
    assert read([["XA", "land", 1, text]], LONG | {3: "period"}).is_valid


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("9/2026", Fault.OUTSIDE_PERIOD),
        ("Quý III/2026", Fault.OUTSIDE_PERIOD),
        ("2026", Fault.OUTSIDE_PERIOD),
        ("31/02/2026", Fault.NO_PERIOD),
        ("13/2026", Fault.NO_PERIOD),
        ("sớm", Fault.NO_PERIOD),
        ("", Fault.EMPTY),
    ],
)
def test_a_period_outside_the_round_is_a_fault(text: str, fault: Fault) -> None:
    assert faults(read([["XA", "land", 1, text]], LONG | {3: "period"})) == [(2, 3, fault)]


def test_margins_are_added_up_by_category_and_what_is_missing_is_unknown() -> None:
    rows: list[list[Cell]] = [["XA", "land", 3, "Nữ"], ["XA", "land", 4, "Nam"], ["PH", "land", 5, ""]]
    found = read(rows, LONG | {3: "sex"})
    assert found.margins == {"sex": {"Nữ": 3, "Nam": 4, "không rõ": 5}}
    assert found.is_valid


def test_a_margin_with_too_many_categories_is_a_wrong_column() -> None:
    rows = [["XA", "land", 1, f"Người {i}"] for i in range(1000)]
    assert faults(read(rows, LONG | {3: "sex"})) == [(42, 3, Fault.CATEGORIES)]


# --- columns ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "fault"),
    [
        ({1: "field", 2: "dossiers"}, Fault.NO_UNIT_COLUMN),
        ({0: "unit", 2: "dossiers"}, Fault.NO_FIELD_COLUMN),
        ({0: "unit", 1: "field", 2: "field:land"}, Fault.FIELD_TWICE),
        ({0: "unit", 1: "unit", 2: "field"}, Fault.ROLE_TWICE),
    ],
)
def test_columns_that_do_not_make_a_frame_are_refused(roles: dict[int, str], fault: Fault) -> None:
    assert fault in {found.fault for found in read([["XA", "land", 1]], roles).faults}


def test_names_of_columns_say_what_they_hold_and_what_was_said_before_counts_first() -> None:
    header = ["STT", "Tên đơn vị", "Lĩnh vực", "Số hồ sơ", "Giới tính", "Ghi chú"]
    assert guessed_roles(header, {}, FIELDS) == {1: "unit", 2: "field", 3: "dossiers", 4: "sex"}
    remembered = {same_label("Ghi chú"): "channel", same_label("Giới tính"): ""}
    assert guessed_roles(header, remembered, FIELDS) == {1: "unit", 2: "field", 3: "dossiers", 5: "channel"}
    assert guessed_roles(["Đơn vị", "Đất đai", "Hộ tịch"], {}, FIELDS) == {
        0: "unit",
        1: "field:land",
        2: "field:civil",
    }


def test_the_row_of_names_is_found_below_the_title() -> None:
    rows: list[list[Cell]] = [
        ["BÁO CÁO", None, None],
        [],
        ["Đơn vị", "Lĩnh vực", "Số hồ sơ"],
        ["Xã A", "Đất đai", "1.234"],
    ]
    assert guessed_header(Sheet(rows)) == 2
    assert guessed_header(Sheet([])) == 0
