"""When responses arrive: working days and office hours for the most part, kept as whole hours."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import numpy as np

from survey.demo.arrays import Booleans, Integers
from survey.demo.special import STUFFING

HOURS_AHEAD_OF_UTC: Final = 7
"""Asia/Ho_Chi_Minh, which has no summer time."""
HOLIDAYS: Final = (date(2026, 9, 1), date(2026, 9, 2))
"""National Day and the day before it."""

OFFICE_HOURS: Final = np.arange(7, 17)
OFFICE_HOUR_SHARE: Final = np.array([0.08, 0.16, 0.17, 0.13, 0.04, 0.02, 0.10, 0.14, 0.12, 0.04])
LEISURE_HOURS: Final = np.arange(17, 22)
WEEKDAY_SHARE: Final = np.array([0.24, 0.21, 0.19, 0.18, 0.18])
"""Monday to Friday: people come at the beginning of the week."""
LEISURE_SHARE: Final = 0.06
"""Of those with their own phone, how many answer in the evening or at the weekend."""


def draw_hours(first: date, last: date, own_phone: Booleans, rng: np.random.Generator) -> Integers:
    """The hour of arrival of each response, in hours since 1970-01-01T00Z.

    Kiosks and paper are bound to the office; with one's ``own_phone`` one can answer later.
    """
    days = list(_days(first, last))
    working = [day for day in days if day.weekday() < WEEKDAY_SHARE.size and day not in HOLIDAYS]
    share = WEEKDAY_SHARE[[day.weekday() for day in working]]
    count = own_phone.size
    office = rng.choice(_midnights(working), count, p=share / share.sum()) + rng.choice(
        OFFICE_HOURS, count, p=OFFICE_HOUR_SHARE
    )
    leisure = rng.choice(_midnights(days), count) + rng.choice(LEISURE_HOURS, count)
    at_leisure = own_phone & (rng.random(count) < LEISURE_SHARE)
    return np.asarray(np.where(at_leisure, leisure, office), dtype=np.int64)


def draw_night_hours(rng: np.random.Generator) -> Integers:
    """The hours in which the stuffed block arrives."""
    return rng.choice(night_hours(), STUFFING.responses)


def night_hours() -> Integers:
    """The hours of the stuffed block, in hours since 1970-01-01T00Z."""
    return np.asarray(_midnights([STUFFING.starts_on]) + np.array(STUFFING.hours))


def _days(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _midnights(days: list[date]) -> Integers:
    """Midnight in Vietnam, in hours since 1970-01-01T00Z."""
    return np.array([(day - date(1970, 1, 1)).days * 24 - HOURS_AHEAD_OF_UTC for day in days])
