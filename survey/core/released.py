"""Which answers figures are made from while any can still arrive, so that two looks give no few people's answers away.

Whoever sees a figure before and after one more response computes that response. So a stratum's answers count in steps:
whole hours of arrival are gathered until enough people are in a step, and a step counts once the next one is full, too.
The same is done for each item with its valid answers, in whole steps of the stratum. It goes on after the closing, until
nothing that was finished in time can arrive any more; only then everything counts. Whatever the looks, even the last
before that and the first after it, their difference is then answers of enough people of a stratum, or of a stratum of
which nothing was shown. The steps follow from the responses and the hour alone; who looked is nowhere kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from survey.core.evidence import NOT_ANSWERED_CODE, Evidence, IntArray
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
    step, full = _steps(evidence.stratum, hours, before, fewest)
    stratum = evidence.stratum
    kept = np.flatnonzero((step != NO_STEP) & (step < full[stratum] - 1))
    answers = evidence.answers.copy()
    for rows, last in _last_steps(evidence, step, full, fewest):
        late = step[rows, np.newaxis] >= last
        answers[rows] = np.where(late, NOT_ANSWERED_CODE, answers[rows])
    return _only(replace(evidence, answers=answers), kept), kept


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


def _steps(stratum: IntArray, hours: IntArray, before: int, fewest: int) -> tuple[IntArray, IntArray]:
    """Each response's step in its stratum, and how many full steps every stratum has."""
    order = np.lexsort((hours, stratum))
    order = order[hours[order] < before]
    step = np.full(len(stratum), NO_STEP, np.int64)
    full = np.zeros(int(stratum.max(initial=0)) + 1, np.int64)
    ends = (np.diff(stratum[order], append=-1) != 0) | (np.diff(hours[order], append=-1) != 0)
    start, people, at = 0, 0, NO_STEP
    for end in (np.flatnonzero(ends) + 1).tolist():
        here = int(stratum[order[start]])
        people = people + end - start if here == at else end - start
        at = here
        step[order[start:end]] = full[here]
        if people >= fewest:
            full[here] += 1
            people = 0
        start = end
    return step, full


def _last_steps(
    evidence: Evidence, step: IntArray, full: IntArray, fewest: int
) -> Iterator[tuple[IntArray, IntArray]]:
    """For every stratum with full steps its responses, and for each item the first step whose answers do not count."""
    stratum = evidence.stratum
    inside = np.flatnonzero((step != NO_STEP) & (step < full[stratum]))
    order = inside[np.argsort(stratum[inside], kind="stable")]
    cuts = np.flatnonzero(np.diff(stratum[order])) + 1
    for rows in np.split(order, cuts) if len(order) else ():
        steps = int(full[stratum[rows[0]]])
        valid = np.zeros((steps, evidence.answers.shape[1]), np.int64)
        np.add.at(valid, step[rows], evidence.answers[rows] >= 0)
        yield rows, _until(valid, fewest)


def _until(valid: IntArray, fewest: int) -> IntArray:
    """For each item the end of the last but one of its own steps, which each have enough valid answers."""
    people = np.zeros(valid.shape[1], np.int64)
    end, end_before = np.zeros_like(people), np.zeros_like(people)
    for number, counts in enumerate(valid, start=1):
        people += counts
        is_full = people >= fewest
        end_before[is_full] = end[is_full]
        end[is_full] = number
        people[is_full] = 0
    return end_before
