"""Single cells of a frame's table: numbers as people in Việt Nam write them, and periods."""

import re
from calendar import monthrange
from datetime import date
from enum import Enum

from questionnaires.uploads import Cell

LARGEST = 100_000_000
"""More dossiers than the whole country has in a year."""

GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+")
DECIMAL = re.compile(r"[+-]?\d+[.,]\d+")
NONE = {"-", "–", "—"}
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s.*)?")
ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
MONTH = re.compile(r"(?:tháng\s*)?(\d{1,2})\s*[/.-]\s*(\d{4})")
ISO_MONTH = re.compile(r"(\d{4})-(\d{2})")
QUARTER = re.compile(r"(?:quý|q)\s*(iv|iii|ii|i|[1-4])\s*(?:[/.-]|năm)?\s*(\d{4})")
YEAR = re.compile(r"(?:năm\s*)?(\d{4})")
QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class NumberFault(Enum):
    """Why a cell is no number of dossiers."""

    EMPTY = "empty"
    NO_NUMBER = "no number"
    NEGATIVE = "negative"
    DECIMAL = "decimal"
    TOO_LARGE = "too large"


def count_of(cell: Cell) -> int | NumberFault:
    """The number of dossiers in a cell: "1.234" and "1 234" are 1234, "12,5" and "1,234" are not whole numbers."""
    if cell is None or isinstance(cell, bool):
        return NumberFault.EMPTY if cell is None else NumberFault.NO_NUMBER
    if isinstance(cell, str):
        return _count_of_text(cell.strip())
    return _count_of_number(cell)


def _count_of_text(text: str) -> int | NumberFault:
    if not text:
        return NumberFault.EMPTY
    if text in NONE:
        return 0
    digits = re.sub(r"[. \u00a0\u202f]", "", text) if GROUPED.fullmatch(text) else text
    if digits.isascii() and digits.isdecimal():
        return _count_of_number(int(digits[:20]))
    if text[0] in "-–−(" and any(letter.isdecimal() for letter in text):
        return NumberFault.NEGATIVE
    return NumberFault.DECIMAL if DECIMAL.fullmatch(text) else NumberFault.NO_NUMBER


def _count_of_number(value: float) -> int | NumberFault:
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124  nan differs from itself
        return NumberFault.NO_NUMBER
    if value < 0:
        return NumberFault.NEGATIVE
    if value != int(value):
        return NumberFault.DECIMAL
    return int(value) if value <= LARGEST else NumberFault.TOO_LARGE


def period_of(text: str) -> tuple[date, date] | None:
    """First and last day of a day, month, quarter or year as tables write them; None where it is none of these."""
    text = " ".join(text.casefold().split())
    try:
        return _period_of(text)
    except ValueError:
        return None


def _period_of(text: str) -> tuple[date, date] | None:
    if found := DAY.fullmatch(text) or ISO_DAY.fullmatch(text):
        parts = [int(part) for part in found.groups()]
        day = date(*parts) if found.re is ISO_DAY else date(*reversed(parts))
        return day, day
    if found := MONTH.fullmatch(text):
        return _months(int(found[2]), int(found[1]), 1)
    if found := ISO_MONTH.fullmatch(text):
        return _months(int(found[1]), int(found[2]), 1)
    if found := QUARTER.fullmatch(text):
        quarter = QUARTERS.get(found[1]) or int(found[1])
        return _months(int(found[2]), 3 * quarter - 2, 3)
    found = YEAR.fullmatch(text)
    return _months(int(found[1]), 1, 12) if found else None


def _months(year: int, month: int, number: int) -> tuple[date, date]:
    last = month + number - 1
    return date(year, month, 1), date(year, last, monthrange(year, last)[1])
