"""How often the counters' pages were opened in a round and answering was begun, day by day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from survey.demo.answers import KIOSK, PAPER, QR, DemoResponses
from survey.demo.arrays import Booleans, Floats, Integers
from survey.demo.arrivals import HOURS_AHEAD_OF_UTC, night_hours
from survey.demo.province import Province
from survey.demo.special import SCANNED_IN_VAIN, STUFFING

LEFT_BEGUN: Final = 0.24
"""Answers that are begun on a phone and never sent, per one that is."""
LEFT_UNREAD: Final = 0.45
"""Pages that are only looked at, per begun answer."""
LEFT_AT_KIOSK: Final = 0.10
"""The same for a tablet, whose page is opened by beginning."""
SPREAD: Final = 0.35
"""How far the logarithm of these differs from counter to counter."""


@dataclass(frozen=True, slots=True, eq=False)
class DemoOpenings:
    """One row per counter, mode and day on which its page was opened: indices, the day in Vietnam, both numbers."""

    counter_index: Integers
    mode: Integers
    day: tuple[date, ...]
    opened: Integers
    started: Integers


def draw_openings(
    province: Province, responses: DemoResponses, first: date, *, special: bool, rng: np.random.Generator
) -> DemoOpenings:
    """What led to the responses of a round, and what led to none; who stuffs a unit leaves nothing unfinished."""
    by_page = responses.mode != PAPER
    days = (responses.received_hour + HOURS_AHEAD_OF_UTC) // 24
    keys = np.stack([responses.counter_index, responses.mode.astype(np.int64), days])[:, by_page]
    cells, at = np.unique(keys, axis=1, return_inverse=True)
    at = at.reshape(-1)
    sent = np.bincount(at, minlength=cells.shape[1])
    honest = np.bincount(at[~_stuffed(province, responses)[by_page]], minlength=cells.shape[1])
    habit = np.exp(SPREAD * rng.standard_normal(len(province.counters)))[cells[0]]
    opened, started = _drawn(cells[1], sent, honest, habit, rng)
    rows: tuple[Integers, ...] = (cells[0], cells[1], cells[2], opened, started)
    if special:
        rows = tuple(map(np.concatenate, zip(rows, _in_vain(province, first, rng), strict=True)))
    day = tuple(date(1970, 1, 1) + timedelta(days=number) for number in rows[2].tolist())
    return DemoOpenings(rows[0], rows[1], day, rows[3], rows[4])


def _drawn(
    mode: Integers, sent: Integers, honest: Integers, habit: Floats, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    left = rng.poisson(np.where(mode == KIOSK, LEFT_AT_KIOSK, LEFT_BEGUN) * habit * honest)
    unread = rng.poisson(np.where(mode == KIOSK, 0.0, LEFT_UNREAD) * habit * (honest + left))
    return sent + left + unread, sent + left


def _stuffed(province: Province, responses: DemoResponses) -> Booleans:
    """The block of equal answers: at that counter in that night."""
    desk = [index for index, each in enumerate(province.counters) if each.unit_code == STUFFING.unit]
    there = responses.counter_index == desk[STUFFING.counter]
    return np.asarray(there & np.isin(responses.received_hour, night_hours()))


def _in_vain(province: Province, first: date, rng: np.random.Generator) -> tuple[Integers, ...]:
    """A poster that is scanned on every working day and from which nobody ever answers."""
    desk = next(n for n, each in enumerate(province.counters) if each.unit_code == SCANNED_IN_VAIN.unit)
    start = (first - date(1970, 1, 1)).days
    days = np.array([start + 7 * week + day for week in range(SCANNED_IN_VAIN.weeks) for day in range(5)])
    opened = 1 + rng.poisson(SCANNED_IN_VAIN.a_day, days.size)
    begun = rng.binomial(opened, SCANNED_IN_VAIN.begun)
    return np.full(days.size, desk), np.full(days.size, QR), days, opened, begun
