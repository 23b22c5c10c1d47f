"""Times are stored as UTC and come back aware, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from survey.store.database import Database
from survey.store.tables import Moment

EVENTS = Table("event", MetaData(), Column("id", Integer, primary_key=True), Column("at", Moment))


@pytest.fixture
def events(empty_database: Database) -> Iterator[Database]:
    with empty_database.writing() as session:
        EVENTS.create(session.connection())
    yield empty_database
    with empty_database.writing() as session:
        EVENTS.drop(session.connection())


def keep(database: Database, moment: datetime | None) -> None:
    with database.writing() as session:
        session.execute(insert(EVENTS).values(at=moment))


def kept(database: Database) -> list[datetime | None]:
    with database.reading() as session:
        return list(session.scalars(select(EVENTS.c.at).order_by(EVENTS.c.id)))


def test_a_naive_time_is_refused_and_not_stored(events: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        keep(events, datetime(2026, 11, 20, 3, 25))  # noqa: DTZ001  the point of this test
    assert kept(events) == []


def test_a_time_comes_back_as_the_same_moment_in_utc(events: Database) -> None:
    moments = [
        datetime(2026, 11, 20, 3, 25, 40, 123456, tzinfo=UTC),
        datetime(2026, 11, 20, 10, 25, 40, tzinfo=timezone(timedelta(hours=7))),
        datetime(2026, 1, 1, 2, 0, tzinfo=timezone(timedelta(hours=7))),
        datetime(2026, 11, 19, 22, 25, tzinfo=timezone(timedelta(hours=-5))),
    ]
    for moment in moments:
        keep(events, moment)
    assert kept(events) == moments
    assert {moment.utcoffset() for moment in kept(events) if moment} == {timedelta(0)}


def test_no_time_comes_back_as_no_time(events: Database) -> None:
    keep(events, None)
    assert kept(events) == [None]


def test_times_are_found_whatever_zone_they_are_asked_in(events: Database) -> None:
    noon_in_vietnam = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=7)))
    keep(events, datetime(2026, 11, 20, 4, 59, tzinfo=UTC))
    keep(events, datetime(2026, 11, 20, 5, 0, tzinfo=UTC))
    with events.reading() as session:
        found = session.scalars(select(EVENTS.c.at).where(EVENTS.c.at >= noon_in_vietnam)).all()
    assert found == [noon_in_vietnam]
