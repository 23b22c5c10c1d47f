"""Which days a round covers, and what such a round is called."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

QUARTERS = (1, 2, 3, 4)
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""A year outside is a slip of the finger."""

_ROMAN = ("I", "II", "III", "IV")
_ORDINAL = ("First", "Second", "Third", "Fourth")
_LAST_DAY = {3: 31, 6: 30, 9: 30, 12: 31}


class Kind(Enum):
    """The periods over which satisfaction is reported."""

    QUARTER = "quarter"
    SIX_MONTHS = "six_months"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    FREE = "free"


@dataclass(frozen=True)
class Period:
    """A period with the code and names that it suggests for its round."""

    starts_on: date
    ends_on: date
    code: str
    name_vi: str
    name_en: str


def period_of(kind: Kind, year: int, quarter: int = 1) -> Period:
    """The period of a kind in a year; the quarter counts for quarters only.

    Raises:
        ValueError: for free dates (see :func:`free_period`), or a year or quarter that there is not.
    """
    if kind is Kind.FREE or quarter not in QUARTERS or not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"no such period: {kind} {year} {quarter}")
    if kind is Kind.QUARTER:
        names = f"Quý {_ROMAN[quarter - 1]} năm {year}", f"{_ORDINAL[quarter - 1]} quarter of {year}"
        return Period(date(year, 3 * quarter - 2, 1), _last(year, 3 * quarter), f"{year}-q{quarter}", *names)
    if kind is Kind.YEAR:
        return Period(date(year, 1, 1), _last(year, 12), str(year), f"Năm {year}", f"Year {year}")
    months, english = (6, "six") if kind is Kind.SIX_MONTHS else (9, "nine")
    names = f"{months} tháng đầu năm {year}", f"First {english} months of {year}"
    return Period(date(year, 1, 1), _last(year, months), f"{year}-{months}t", *names)


def free_period(starts_on: date, ends_on: date) -> Period:
    """The period between two days, both included.

    Raises:
        ValueError: if it ends before it begins.
    """
    if ends_on < starts_on:
        raise ValueError("the period ends before it begins")
    names = (
        f"Từ {starts_on:%d/%m/%Y} đến {ends_on:%d/%m/%Y}",
        f"From {starts_on:%d/%m/%Y} to {ends_on:%d/%m/%Y}",
    )
    return Period(starts_on, ends_on, f"{starts_on:%Y%m%d}-{ends_on:%Y%m%d}", *names)


def _last(year: int, month: int) -> date:
    return date(year, month, _LAST_DAY[month])
