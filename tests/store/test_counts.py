"""Derived counts: always what the responses say, whatever the clock and the other transactions do."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from survey.store import counts, responses, versions
from survey.store.database import Database
from tests.places import EARLIER, HOUR, LAND_ONLY, ROUND, make_response
from tests.store.raw import keep_to_what_was_seen_first

AN_HOUR = timedelta(hours=1)
LATER = HOUR + 5 * AN_HOUR


def store(
    database: Database,
    hours: Iterable[datetime],
    *,
    unit: str = "XA",
    mode: str = "qr",
    round_code: str = ROUND,
) -> None:
    """One response per hour of arrival, each in a transaction of its own as a citizen's is."""
    with database.reading() as session:
        version = versions.published(session)[0].fingerprint
    for hour in hours:
        response = make_response(unit=unit, round_code=round_code, version=version)
        with database.writing() as session:
            assert responses.add_once(session, replace(response, received_hour=hour, mode=mode))


def extend(database: Database, before: datetime) -> int:
    with database.writing() as session:
        return counts.extend(session, before)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moving the watermark waits for whoever stores, however slow a busy machine makes them."""
    monkeypatch.setattr(counts, "PATIENCE", "60s")


def nothing(_database: Database) -> None:
    """Leave the database as it is."""


def are_true(database: Database) -> bool:
    """Whether the derived counts are what the responses say, and both ways of counting agree."""
    with database.reading() as session:
        rows = session.execute(
            sa.text(
                "SELECT unit.code, mode, count(*) FROM response JOIN unit ON unit.id = unit_id "
                "JOIN round ON round.id = round_id WHERE round.code = :code GROUP BY unit.code, mode"
            ),
            {"code": ROUND},
        ).all()
        shown = counts.by_unit_and_mode(session, ROUND)
        assert {(unit, mode): n for unit, modes in shown.items() for mode, n in modes.items()} == {
            (unit, mode): n for unit, mode, n in rows
        }
        return counts.counted(session) == counts.recounted(session)


def test_before_the_first_hour_is_counted_everything_is_counted_live(small: Database) -> None:
    store(small, [HOUR, HOUR + AN_HOUR])
    with small.reading() as session:
        assert counts.watermark(session) is None
        assert counts.counted(session) == {}
        assert counts.by_unit_and_mode(session, ROUND) == {"XA": {"qr": 2}}
    assert are_true(small)


def test_the_hours_below_the_watermark_are_counted_once_and_the_later_ones_live(small: Database) -> None:
    store(small, [HOUR, HOUR, HOUR + AN_HOUR])
    assert extend(small, HOUR + AN_HOUR) == 2
    with small.reading() as session:
        assert list(counts.counted(session).values()) == [2]
        assert counts.by_unit_and_mode(session, ROUND) == {"XA": {"qr": 3}}
    assert extend(small, HOUR + AN_HOUR) == 0
    assert extend(small, LATER) == 1
    assert are_true(small)


def test_units_modes_and_rounds_are_counted_apart(small: Database) -> None:
    for unit, mode, round_code in [
        ("XA", "qr", ROUND),
        ("XA", "ticket", ROUND),
        ("PH", "qr", ROUND),
        ("XA", "qr", EARLIER),
    ]:
        store(small, [HOUR, LATER], unit=unit, mode=mode, round_code=round_code)
    extend(small, HOUR + AN_HOUR)
    with small.reading() as session:
        assert counts.by_unit_and_mode(session, ROUND) == {"XA": {"qr": 2, "ticket": 2}, "PH": {"qr": 2}}
        assert counts.by_unit_and_mode(session, EARLIER) == {"XA": {"qr": 2}}
        assert counts.by_unit_and_mode(session, "2031-q1") == {}
    assert are_true(small)


def test_the_watermark_never_goes_back_by_itself(small: Database) -> None:
    store(small, [HOUR])
    extend(small, LATER)
    assert extend(small, HOUR) == 0
    with small.reading() as session:
        assert counts.watermark(session) == LATER


def test_a_response_that_arrives_below_the_watermark_keeps_its_hour_and_counts_itself(
    small: Database,
) -> None:
    """The server's clock was set back by hours."""
    store(small, [HOUR])
    extend(small, LATER)
    store(small, [HOUR, HOUR - AN_HOUR])
    store(small, [HOUR], unit="PH")
    with small.reading() as session:
        assert counts.by_unit_and_mode(session, ROUND) == {"XA": {"qr": 3}, "PH": {"qr": 1}}
        hours = session.execute(sa.select(responses.ResponseRow.received_hour)).scalars().all()
    assert sorted(hours) == [HOUR - AN_HOUR, HOUR, HOUR, HOUR]
    assert are_true(small)


def test_the_same_id_below_the_watermark_counts_itself_once(small: Database) -> None:
    extend(small, LATER)
    with small.reading() as session:
        version = versions.published(session)[0].fingerprint
    response = make_response(version=version)
    for expected in (True, False):
        with small.writing() as session:
            assert responses.add_once(session, response) is expected
    assert are_true(small)


def test_many_at_once_below_and_above_the_watermark_are_counted(small: Database) -> None:
    extend(small, HOUR + AN_HOUR)
    with small.reading() as session:
        version = versions.published(session)[0].fingerprint
    many = [
        replace(make_response(version=version), received_hour=HOUR + number % 4 * AN_HOUR)
        for number in range(10)
    ]
    with small.writing() as session:
        responses.add_many(session, many, batch=3)
    with small.reading() as session:
        assert list(counts.counted(session).values()) == [3]
    assert are_true(small)


def test_a_clock_that_was_far_ahead_is_put_right_by_rebuilding(small: Database) -> None:
    extend(small, HOUR + timedelta(days=365))
    store(small, [HOUR, LATER])
    assert are_true(small)
    with small.writing() as session:
        assert counts.rebuild(session, HOUR + AN_HOUR) == 1
    with small.reading() as session:
        assert counts.watermark(session) == HOUR + AN_HOUR
    assert are_true(small)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE response_count SET responses = responses + 1",
        "DELETE FROM response_count",
        "UPDATE response_count SET mode = 'paper'",
        "DELETE FROM watermark",
    ],
)
def test_damage_is_noticed_and_rebuilding_repairs_it(small: Database, damage: str) -> None:
    store(small, [HOUR, LATER])
    extend(small, HOUR + AN_HOUR)
    with small.writing() as session:
        session.execute(sa.text(damage))
    with small.reading() as session:
        assert counts.counted(session) != counts.recounted(session)
    with small.writing() as session:
        counts.rebuild(session, HOUR + AN_HOUR)
    assert are_true(small)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("prepare", [nothing, keep_to_what_was_seen_first])
def test_a_transaction_that_was_under_way_when_the_watermark_moved_is_not_missed(
    small: Database, prepare: Callable[[Database], None]
) -> None:
    """It began long ago, its hour is over, and it commits only now: the watermark waits, or finds it counted."""
    prepare(small)
    with small.reading() as session:
        version = versions.published(session)[0].fingerprint
    inserted, commit = threading.Event(), threading.Event()

    def insert_slowly() -> None:
        with small.writing() as session:
            assert responses.add_once(session, make_response(version=version))
            inserted.set()
            commit.wait(30)

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(insert_slowly)
        assert inserted.wait(30)
        moving = pool.submit(extend, small, LATER)
        assert not moving.done()
        commit.set()
        slow.result()
        assert moving.result() == 1
    assert are_true(small)


def test_an_insertion_that_does_not_end_keeps_the_watermark_and_stops_nobody_for_long(
    small: Database,
) -> None:
    if small.is_sqlite:  # its single writer would not let anybody else store either, whoever waits
        return
    with small.reading() as session:
        version = versions.published(session)[0].fingerprint
    with small.writing() as hanging:
        responses.add_once(hanging, make_response(version=version))
        with pytest.raises(counts.StillStoring):
            extend(small, LATER)
        store(small, [HOUR])
    assert are_true(small)
    assert extend(small, LATER) == 2


@pytest.mark.parametrize("prepare", [nothing, keep_to_what_was_seen_first])
def test_an_insertion_that_began_before_the_move_sees_where_the_watermark_is_now(
    small: Database, prepare: Callable[[Database], None]
) -> None:
    """On PostgreSQL both are under way together: the insertion waits for the move and then counts itself."""
    prepare(small)
    with small.reading() as session:
        version = versions.published(session)[0].fingerprint
    moved, commit = threading.Event(), threading.Event()

    def move_slowly() -> None:
        with small.writing() as session:
            counts.extend(session, LATER)
            moved.set()
            commit.wait(30)

    def insert() -> None:
        with small.writing() as session:
            session.execute(sa.text("SELECT 1"))
            assert responses.add_once(session, make_response(version=version))

    with ThreadPoolExecutor(2) as pool:
        mover = pool.submit(move_slowly)
        assert moved.wait(30)
        inserting = pool.submit(insert)
        with pytest.raises(TimeoutError):
            inserting.result(0.3)
        commit.set()
        mover.result()
        inserting.result()
    with small.reading() as session:
        assert list(counts.counted(session).values()) == [1]
    assert are_true(small)


@pytest.mark.usefixtures("patient")
def test_counts_stay_true_while_responses_arrive_in_any_hour_and_the_watermark_moves(small: Database) -> None:
    chance = np.random.default_rng(11)
    with small.reading() as session:
        version = versions.published(session)[0].fingerprint
    hours = [HOUR + int(number) * AN_HOUR for number in chance.integers(0, 12, 160)]

    def insert(hour: datetime) -> None:
        with small.writing() as session:
            responses.add_once(session, replace(make_response(version=version), received_hour=hour))

    with ThreadPoolExecutor(6) as pool:
        work = [pool.submit(insert, hour) for hour in hours]
        for step in range(1, 13):
            extend(small, HOUR + step * AN_HOUR)
        for each in work:
            each.result()
    assert are_true(small)
    extend(small, HOUR + 20 * AN_HOUR)
    with small.reading() as session:
        assert sum(counts.counted(session).values()) == 160
    assert are_true(small)


def test_a_response_stays_with_its_unit_although_its_counter_moves(sqlite_small: Database) -> None:
    store(sqlite_small, [HOUR, LATER], unit="SO")
    with sqlite_small.writing() as session:
        session.execute(sa.text("UPDATE counter SET unit_id = 3 WHERE code = :code"), {"code": LAND_ONLY})
    extend(sqlite_small, HOUR + AN_HOUR)
    with sqlite_small.reading() as session:
        assert counts.by_unit_and_mode(session, ROUND) == {"SO": {"qr": 2}}


def test_the_hours_that_are_not_counted_yet_are_found_by_the_index_on_the_hour(
    sqlite_small: Database,
) -> None:
    extend(sqlite_small, HOUR)
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        asked.append((statement, tuple(parameters)))

    sa.event.listen(sqlite_small.engine, "after_cursor_execute", note)
    with sqlite_small.reading() as session:
        counts.by_unit_and_mode(session, ROUND)
    sa.event.remove(sqlite_small.engine, "after_cursor_execute", note)
    [(statement, parameters)] = [each for each in asked if "count(*)" in each[0]]
    with sqlite_small.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert any("ix_response_received_hour_counter (received_hour>" in row[-1] for row in plan), plan
