"""Tables of tallies: what is sound is kept, what is not is refused in its row for its reason."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.uploads import Sheet, read_upload
from survey.core.frame import Layout
from survey.core.labels import Directory
from survey.core.tally import TallyFault, TallyReading
from survey.core.tally_numbers import Fit, Printed, percentage
from survey.core.tally_reading import TallySetting, guessed_tally_roles, read_tallies

HUE = Path(__file__).parents[1] / "data" / "tables" / "hue_quy_1_2019.csv"
UNITS = Directory([("XA", "Xã Bình An"), ("PH", "Phường Hòa Thuận")], {})
FIELDS = Directory([("land", "Đất đai")], {})
HEAD = ["Đơn vị", "Yếu tố", "Nội dung", "Hài lòng", "Không hài lòng", "Số phiếu"]
WITH_PERCENTS = [
    "Nội dung",
    "Hài lòng",
    "Không hài lòng",
    "% hài lòng",
    "% không hài lòng",
    "Tổng số",
    "Số phiếu",
]


def read(*rows: list[object], head: list[str] = HEAD, **setting: object) -> TallyReading:
    sheet = Sheet([head, *rows])  # type: ignore[list-item]
    layout = Layout(0, guessed_tally_roles(head, {}))
    return read_tallies(sheet, layout, TallySetting(UNITS, FIELDS, **setting))  # type: ignore[arg-type]


def found(reading: TallyReading) -> list[tuple[int, int | None, str]]:
    return [(f.row, f.column, f.fault.name) for f in reading.findings]


def percents(*row: object) -> list[tuple[int, int | None, str]]:
    return found(read(["a", *row], head=WITH_PERCENTS))


@pytest.fixture
def hue() -> TallyReading:
    sheet = read_upload(HUE.read_bytes())
    return read_tallies(sheet, Layout(0, guessed_tally_roles(sheet.rows[0], {})), TallySetting(UNITS, FIELDS))


def test_of_the_published_table_of_hue_the_impossible_rows_are_refused_for_their_reasons(
    hue: TallyReading,
) -> None:
    reasons: dict[int, set[TallyFault]] = {}
    for fault in hue.faults:
        reasons.setdefault(fault.row, set()).add(fault.fault)
    assert reasons == {
        2: {TallyFault.OVER_FORMS, TallyFault.PERCENT_OF_FORMS, TallyFault.PERCENT_SUM},
        6: {TallyFault.PERCENT_OF_FORMS, TallyFault.PERCENT_SUM},
        7: {TallyFault.MEAN_OFF},
    }
    over = next(f for f in hue.faults if f.fault is TallyFault.OVER_FORMS)
    assert (over.about, over.expected) == ("4350", "4215")
    shares = {f.column: f.expected for f in hue.faults if f.row == 6 and f.column is not None}
    assert shares == {4: "43,40", 5: "54,24", 6: "2,35"}
    assert hue.refused == 2


def test_of_the_published_table_of_hue_the_sound_rows_are_kept_with_their_true_shares(
    hue: TallyReading,
) -> None:
    assert [(t.row, t.item, t.valid, round(100 * t.share, 2) if t.share else None) for t in hue.sound] == [
        (3, "Thái độ phục vụ, hướng dẫn", 4215, 97.53),
        (4, "Thái độ tiếp nhận, trả kết quả", 4215, 97.7),
        (5, "Thời gian", 4215, None),
    ]
    assert hue.sound[2].scale == "đúng hẹn / chậm chấp nhận được / không đúng hẹn"
    assert hue.average == pytest.approx((4111 / 4215 + 4118 / 4215) / 2)
    notices = {(f.row, f.fault) for f in hue.notices}
    assert {
        (3, TallyFault.CUT),
        (5, TallyFault.CUT),
        (5, TallyFault.OWN_SCALE),
        (6, TallyFault.BLANKS),
    } <= notices


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([90, 10, 90, 10, 100, 100], []),
        ([90, 10, "90,0%", "10.0 %", 100, 100], []),
        ([90, 10, 0.9, 0.1, 100, 100], []),
        ([2, 1, 66.67, 33.33, 3, 3], []),
        ([2, 1, 66.66, 33.33, 3, 3], [(2, None, "CUT")]),
        ([2, 1, 66.6, 33.4, 3, 3], [(2, 4, "PERCENT_OFF"), (2, None, "CUT")]),
        ([90, 10, 85, 15, 100, 100], [(2, 3, "PERCENT_OFF"), (2, 4, "PERCENT_OFF")]),
        ([90, 10, 190, 10, 100, 100], [(2, None, "PERCENT_SUM"), (2, 3, "PERCENT_IMPOSSIBLE")]),
        ([90, 10, -1, 101, 100, 100], [(2, 3, "PERCENT_IMPOSSIBLE"), (2, 4, "PERCENT_IMPOSSIBLE")]),
        ([90, 10, "x", 10, 100, 100], [(2, 3, "NO_NUMBER")]),
        ([90, 10, None, None, 99, 100], [(2, 5, "VALID_UNEQUAL")]),
        ([90, 10, None, None, 100, 99], [(2, None, "OVER_FORMS")]),
        ([80, 10, None, None, 90, 99], [(2, None, "BLANKS")]),
        ([0, 0, None, None, 0, 99], [(2, None, "NO_ANSWERS")]),
        ([-3, 10, None, None, 7, 99], [(2, 1, "NEGATIVE")]),
        ([1.5, 10, None, None, 11, 99], [(2, 1, "DECIMAL")]),
        ([None, 10, None, None, 11, 99], [(2, 1, "EMPTY")]),
        (["chín", 10, None, None, 11, 99], [(2, 1, "NO_NUMBER")]),
    ],
)  # fmt: skip
def test_every_number_of_a_row_is_held_against_the_others(
    row: list[object], expected: list[tuple[int, int | None, str]]
) -> None:
    assert sorted(percents(*row), key=str) == sorted(expected, key=str)


def test_a_row_that_repeats_another_is_refused_and_the_first_is_kept() -> None:
    reading = read(["XA", "", "Nơi đón tiếp", 9, 1, 10], ["Xã Bình An", "", "nơi đón tiếp", 9, 1, 10])
    assert found(reading) == [(3, None, "DUPLICATE")]
    assert [tally.row for tally in reading.sound] == [2]
    assert reading.refused == 1


def test_totals_of_factors_and_of_units_must_be_the_sums_of_their_rows() -> None:
    rows: list[list[object]] = [
        ["XA", "Tiếp cận", "Biển báo", 9, 1, 10],
        ["XA", "Tiếp cận", "Ghế ngồi", 8, 2, 10],
        ["XA", "Tiếp cận", "Tổng", 17, 3, ""],
        ["XA", "Kết quả", "Đúng hạn", 7, 3, 10],
        ["XA", "Kết quả", "Tổng", 7, 4, ""],
        ["XA", "", "Tổng cộng", 24, 6, ""],
        ["PH", "Tiếp cận", "Biển báo", 5, 5, 10],
        ["Tổng cộng", "", "Biển báo", 14, 6, ""],
        ["Toàn tỉnh", "", "Biển báo", 15, 6, ""],
    ]
    reading = read(*rows)
    assert found(reading) == [(6, 4, "TOTAL_UNEQUAL"), (10, 3, "TOTAL_UNEQUAL")]
    assert [(f.about, f.expected) for f in reading.faults] == [("4", "3"), ("15", "14")]
    assert (len(reading.sound), reading.refused, reading.totals) == (4, 0, 5)
    assert not reading.is_whole


def test_names_that_nobody_knows_are_refused_with_what_is_spelled_like_them() -> None:
    reading = read(["Xã Bình Am", "", "Nơi đón tiếp", 9, 1, 10], ["", "", "Nơi đón tiếp", 9, 1, 10])
    assert found(reading) == [(2, 0, "UNIT_UNKNOWN"), (3, 0, "EMPTY")]
    assert reading.findings[0].expected == "Xã Bình An"


def test_a_unit_outside_the_readers_part_is_refused() -> None:
    reading = read(["PH", "", "a", 9, 1, 10], ["XA", "", "a", 9, 1, 10], part=frozenset({"XA"}))
    assert found(reading) == [(2, 0, "UNIT_BEYOND")]
    assert [tally.unit_code for tally in reading.sound] == ["XA"]


def test_the_number_of_forms_may_be_said_for_the_whole_table() -> None:
    head = ["Nội dung", "Hài lòng", "Không hài lòng"]
    assert found(read(["a", 9, 2], head=head)) == [(0, None, "FORMS_UNKNOWN")]
    assert found(read(["a", 9, 2], head=head, forms=10)) == [(2, None, "OVER_FORMS")]


def test_a_table_without_an_item_or_options_says_what_is_missing() -> None:
    reading = read_tallies(Sheet([["a"], ["b"]]), Layout(0, {0: "percent"}), TallySetting(UNITS, FIELDS))
    assert {f.fault.name for f in reading.faults} == {
        "NO_ITEM_COLUMN", "NO_OPTION_COLUMNS", "PERCENT_COLUMNS"
    }  # fmt: skip
    nothing = Layout(0, {0: "item", 1: "other", 2: "other"})
    assert [
        f.fault.name for f in read_tallies(Sheet([["a"]]), nothing, TallySetting(UNITS, FIELDS)).faults
    ] == ["NOTHING_SATISFIED"]


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=2).filter(any), st.integers(0, 4))
def test_percentages_rounded_to_any_number_of_digits_are_never_refused(
    counts: list[int], digits: int
) -> None:
    total = sum(counts)
    printed = [f"{100 * count / total:.{digits}f}" for count in counts]
    assert [f for f in percents(*counts, *printed, total, total) if f[2] != "CUT"] == []


@given(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 3))
def test_a_percentage_that_is_off_by_a_whole_unit_of_its_last_digit_is_off(
    count: int, rest: int, digits: int
) -> None:
    true = round(100 * count / (count + rest), digits) + 1.6 * 10**-digits
    printed = percentage(f"{true:.{digits}f}")
    assert isinstance(printed, Printed)
    assert printed.fit(count, count + rest) is Fit.OFF
