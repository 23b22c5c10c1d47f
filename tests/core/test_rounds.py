"""Where a round stands is read off the clock; nothing has to run for it to move on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.version import Version
from survey.core.round import PlannedVersion, State, version_at
from survey.core.round_period import Kind, free_period, period_of
from survey.core.visit import Delivery
from tests.core.tiny import definition, round_of

OPENS, CLOSES = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
PLANNED = replace(round_of(definition()), opened_at=OPENS, closed_at=CLOSES)
SECOND = timedelta(seconds=1)
ORDER = [State.PLANNED, State.OPEN, State.CLOSED, State.SETTLED]


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (OPENS - SECOND, State.PLANNED),
        (OPENS, State.OPEN),
        (CLOSES - SECOND, State.OPEN),
        (CLOSES, State.CLOSED),
        (CLOSES + timedelta(days=14, hours=1), State.CLOSED),
        (CLOSES + timedelta(days=14, hours=1, seconds=1), State.SETTLED),
    ],
)
def test_a_round_opens_closes_and_settles_at_the_second(moment: datetime, state: State) -> None:
    assert PLANNED.state(moment) is state


def test_a_round_without_an_opening_stays_a_draft_for_ever() -> None:
    assert replace(PLANNED, opened_at=None).state(CLOSES + timedelta(days=9999)) is State.DRAFT


def test_a_round_without_a_closing_stays_open() -> None:
    assert replace(PLANNED, closed_at=None).is_open(CLOSES + timedelta(days=9999))


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=200)), min_size=2))
def test_time_only_carries_a_round_forward(steps: list[timedelta]) -> None:
    seen = [ORDER.index(PLANNED.state(OPENS - timedelta(days=5) + step)) for step in sorted(steps)]
    assert seen == sorted(seen)


hours = st.integers(-30 * 24, 60 * 24).map(lambda hour: CLOSES + timedelta(hours=hour))


@given(opened=hours, waited=st.timedeltas(timedelta(0), timedelta(days=40)), arrived=hours)
def test_nothing_counts_in_a_round_that_has_settled(
    opened: datetime, waited: timedelta, arrived: datetime
) -> None:
    delivery = Delivery(min(opened, arrived), waited, arrived)
    if not delivery.is_too_late and delivery.counts_in(PLANNED):
        assert PLANNED.state(arrived) is not State.SETTLED


def test_the_version_asked_is_the_last_of_the_plan_that_has_begun() -> None:
    first, second, third = (Version(number, definition(), f"{number}" * 64) for number in (1, 2, 3))
    plan = [
        PlannedVersion(OPENS + timedelta(days=9), third),
        PlannedVersion(OPENS + timedelta(days=3), second),
    ]
    asked = [version_at(first, plan, OPENS + timedelta(days=day)).number for day in (0, 2, 3, 8, 9, 99)]
    assert asked == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("kind", "quarter", "first", "last", "code", "name"),
    [
        (Kind.QUARTER, 1, date(2026, 1, 1), date(2026, 3, 31), "2026-q1", "Quý I năm 2026"),
        (Kind.QUARTER, 2, date(2026, 4, 1), date(2026, 6, 30), "2026-q2", "Quý II năm 2026"),
        (Kind.QUARTER, 4, date(2026, 10, 1), date(2026, 12, 31), "2026-q4", "Quý IV năm 2026"),
        (Kind.SIX_MONTHS, 1, date(2026, 1, 1), date(2026, 6, 30), "2026-6t", "6 tháng đầu năm 2026"),
        (Kind.NINE_MONTHS, 1, date(2026, 1, 1), date(2026, 9, 30), "2026-9t", "9 tháng đầu năm 2026"),
        (Kind.YEAR, 1, date(2026, 1, 1), date(2026, 12, 31), "2026", "Năm 2026"),
    ],
)
def test_a_period_knows_its_days_and_names(
    *, kind: Kind, quarter: int, first: date, last: date, code: str, name: str
) -> None:
    found = period_of(kind, 2026, quarter)
    assert (found.starts_on, found.ends_on, found.code, found.name_vi) == (first, last, code, name)


def test_free_dates_run_forward_and_may_be_a_single_day() -> None:
    day = date(2026, 11, 22)
    assert free_period(day, day).code == "20261122-20261122"
    with pytest.raises(ValueError, match="before it begins"):
        free_period(day, day - timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "year", "quarter"), [(Kind.FREE, 2026, 1), (Kind.QUARTER, 2026, 5), (Kind.YEAR, 26, 1)]
)
def test_a_period_that_there_is_not_is_refused(kind: Kind, year: int, quarter: int) -> None:
    with pytest.raises(ValueError, match="no such period"):
        period_of(kind, year, quarter)
