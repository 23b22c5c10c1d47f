"""Which answers figures are made from while any can still arrive, so that two looks give no few people's answers away.

Whoever sees a figure before and after one more response computes that response. So a stratum's answers count in steps:
whole hours of arrival are gathered until enough people are in a step, and a step counts once the next one is full, too.
The same is done for each item with its valid answers, in whole steps of the stratum. It goes on after the closing, until
nothing that was finished in time can arrive any more; only then everything counts. Whatever the looks, even the last
before that and the first after it, their difference is then answers of enough people of a stratum, or of a stratum of
which nothing was shown. The steps follow from the responses and the hour alone; who looked is nowhere kept.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from survey.core.evidence import NOT_ANSWERED_CODE, BoolArray, CodeMatrix, Evidence, IntArray
from survey.core.response import to_the_hour
from survey.core.round import VIETNAM, Round, State

NO_STEP = -1


@dataclass(frozen=True)
class Steps:
    """How answers count while any can still arrive: people in a step, and responses that do not count yet."""

    fewest: int
    waiting: int


def released(evidence: Evidence, hours: IntArray, *, before: int, fewest: int) -> tuple[Evidence, IntArray]:
    """The answers that count while others can still arrive.

    Args:
        evidence: all n responses.
        hours: n, whole hours of arrival.
        before: the hour that has not ended; nothing that came in it counts yet.
        fewest: people in a step, 1 or more.

    Returns:
        The evidence with those responses only, and their positions among all. An answer that does not count yet though
        its response does is :data:`NOT_ANSWERED_CODE`.
    """
    step, full = _steps(evidence, hours, before, fewest)
    stratum = evidence.stratum
    kept = np.flatnonzero((step != NO_STEP) & (step < full[stratum] - 1))
    first = np.concatenate(([0], np.cumsum(full)))
    inside = (step != NO_STEP) & (step < full[stratum])
    counts = _counting(evidence.answers[inside], (first[stratum] + step)[inside], first, fewest)
    some = _only(evidence, kept)
    is_counted = counts[(first[stratum] + step)[kept]]
    return replace(some, answers=np.where(is_counted, some.answers, np.int8(NOT_ANSWERED_CODE))), kept


def counts_until(round_: Round, now: datetime) -> datetime | None:
    """The hour before which responses must have arrived to count; None where all count, since no other can arrive."""
    return None if round_.state(now) is State.SETTLED else to_the_hour(now)


def latest_hour(hours: IntArray) -> datetime | None:
    """The hour of the newest of the responses that count, UTC; None without any.

    One that does not count yet shows nowhere, not even by its hour.

    Args:
        hours: n, whole hours of arrival since 1970.
    """
    return datetime.fromtimestamp(int(hours.max()) * 3600, UTC) if hours.size else None


def includes_until(round_: Round, latest: datetime | None, steps: Steps | None) -> datetime | None:
    """The moment up to which answers are in the figures: from the data, not from the clock; None before the first."""
    arrived_by = latest + timedelta(hours=1) if latest else None
    if steps is not None:
        return arrived_by
    return max(filter(None, (round_.closed_at, arrived_by)), default=None)


def day_of(round_: Round, latest: datetime | None) -> date:
    """The day of the data: that of the closing, else of the newest response, else of the opening."""
    moment = round_.closed_at or latest or round_.opened_at
    return moment.astimezone(VIETNAM).date() if moment else round_.starts_on


def _only(evidence: Evidence, kept: IntArray) -> Evidence:
    """Some of the responses, and no mode in which none of them came."""
    some = evidence.only(kept)
    occurring, mode = np.unique(some.mode, return_inverse=True)
    return replace(some, mode=mode, modes=tuple(evidence.modes[at] for at in occurring))


def _steps(evidence: Evidence, hours: IntArray, before: int, fewest: int) -> tuple[IntArray, IntArray]:
    """Each response's step in its stratum, and how many full steps every stratum has."""
    step = np.full(len(hours), NO_STEP, np.int64)
    arrived = hours < before
    earliest = int(hours.min(initial=before))
    span = before - earliest
    hour_of_stratum = evidence.stratum[arrived] * span + hours[arrived] - earliest
    present, place, people = np.unique(hour_of_stratum, return_inverse=True, return_counts=True)
    first = np.searchsorted(present, np.arange(evidence.dossiers.size + 1) * span)
    steps, full = _gathered(people[:, np.newaxis], first, fewest)
    step[arrived] = steps[place, 0]
    return step, full[:, 0]


def _counting(answers: CodeMatrix, step: IntArray, first: IntArray, fewest: int) -> BoolArray:
    """In which full steps of the strata the answers to each item count.

    Args:
        answers: m × items, of the responses in full steps.
        step: m, numbered through all strata.
        first: number of each stratum's first full step, and of all at the end.
        fewest: people in a step.

    Returns:
        Steps × items.
    """
    valid = [np.bincount(step[column >= 0], minlength=first[-1]) for column in answers.T]
    steps, full = _gathered(np.stack(valid, axis=1), first, fewest)
    return np.asarray(steps < np.repeat(full - 1, np.diff(first), axis=0))


def _gathered(people: IntArray, first: IntArray, fewest: int) -> tuple[IntArray, IntArray]:
    """Gather what follows each other until enough people are together, in every row and column by itself.

    Args:
        people: parts × columns, the parts of one row after those of another.
        first: where the parts of each of R rows begin, and all end.
        fewest: people who are enough.

    Returns:
        The number of the step in which each part is, parts × columns; and how many steps are full, R × columns.
    """
    step = np.empty_like(people)
    full, waiting = (np.zeros((len(first) - 1, people.shape[1]), np.int64) for _ in range(2))
    length = np.diff(first)
    for nth in range(int(length.max(initial=0))):
        rows = np.flatnonzero(length > nth)
        part = first[rows] + nth
        together = waiting[rows] + people[part]
        is_full = together >= fewest
        step[part] = full[rows]
        full[rows] += is_full
        waiting[rows] = np.where(is_full, 0, together)
    return step, full
