"""Numbers and dates are printed as Vietnamese and English readers expect them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.formats import (
    Language,
    count,
    day,
    decimal,
    document_number,
    interval,
    long_day,
    percent,
    percent_against,
    place_and_date,
    points,
    words,
)

SHARES = st.floats(0, 1)


def test_a_proportion_is_printed_with_a_decimal_comma_in_vietnamese_and_a_point_in_english() -> None:
    assert percent(0.8394, "vi") == "83,94\N{NO-BREAK SPACE}%"
    assert percent(0.8394, "en") == "83.94%"
    assert percent(0.9, "vi", 0) == "90\N{NO-BREAK SPACE}%"


def test_halves_are_rounded_away_from_zero_on_the_printed_decimal() -> None:
    assert percent(0.83945, "en") == "83.95%"
    assert percent(0.00005, "en") == "0.01%"
    assert decimal(-0.004, "vi") == "0,00"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.85996, "85,996"),
        (0.8599951, "85,9995"),
        (0.86, "86,00"),
        (0.8600000000000001, "86,00"),
        (0.86004, "86,004"),
        (0.8612, "86,12"),
        (0.859, "85,90"),
    ],
)
def test_a_value_near_its_target_is_printed_on_its_own_side_of_it(value: float, printed: str) -> None:
    assert percent_against(value, 0.86, "vi") == f"{printed}\N{NO-BREAK SPACE}%"


@given(SHARES, SHARES)
def test_the_printed_value_compares_with_the_printed_target_as_the_unrounded_ones_do(
    value: float, target: float
) -> None:
    value, target = round(value, 9), round(target, 4)
    printed = float(percent_against(value, target, "en").rstrip("%").replace(",", ""))
    goal = float(percent(target, "en").rstrip("%"))
    assert ((printed > goal), (printed < goal)) == ((value > target), (value < target))


def test_thousands_are_grouped() -> None:
    assert count(40000) == "40.000"
    assert count(40000, "en") == "40,000"
    assert count(999) == "999"


def test_a_difference_is_printed_in_points_with_its_sign_and_a_true_minus() -> None:
    assert points(0.0123, "vi") == "+1,23\N{NO-BREAK SPACE}điểm\N{NO-BREAK SPACE}%"
    assert points(-0.0123, "en") == "\N{MINUS SIGN}1.23\N{NO-BREAK SPACE}pp"
    assert points(0.00001, "vi").startswith("0,00")


def test_an_interval_is_printed_with_an_en_dash_and_one_per_cent_sign() -> None:
    assert interval(0.821, 0.8578, "vi") == "82,10\N{EN DASH}85,78\N{NO-BREAK SPACE}%"


def test_dates_have_leading_zeros_for_days_under_ten_and_the_first_two_months() -> None:
    assert day(date(2026, 1, 5)) == "05/01/2026"
    assert long_day(date(2026, 1, 5), "vi") == "ngày 05 tháng 01 năm 2026"
    assert long_day(date(2026, 3, 15), "vi") == "ngày 15 tháng 3 năm 2026"
    assert long_day(date(2026, 1, 5), "en") == "5 January 2026"
    assert place_and_date("Nghệ An", date(2026, 2, 28)) == "Nghệ An, ngày 28 tháng 02 năm 2026"


def test_a_document_number_under_ten_has_a_leading_zero() -> None:
    assert document_number(5, "BC-UBND") == "Số: 05/BC-UBND"
    assert document_number(105, "BC-UBND") == "Số: 105/BC-UBND"


def test_both_languages_have_the_same_fixed_words() -> None:
    languages: tuple[Language, ...] = ("vi", "en")
    assert len({frozenset(words(language)) for language in languages}) == 1
