"""Statements that are given to the driver itself find, refuse and undo what the ordinary way does."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from survey.actions.answering import open_counter, submit
from survey.store import counts, places, responses, rounds, scanning, versions
from survey.store.database import Database
from survey.store.direct import Direct
from tests.places import (
    COUNTERS,
    HOUR,
    INSTANCE,
    KEY,
    MIXED,
    NOW,
    RETIRED,
    ROUND,
    all_answers,
    make_response,
    response_id,
)
from tests.store.raw import keep_to_what_was_seen_first

SECRET_WORDS = "Tôi tên là Kín"


def opened_at(database: Database) -> datetime:
    with database.reading() as session:
        round_ = rounds.with_code(session, ROUND, now=NOW)
    assert round_ is not None
    assert round_.opened_at is not None
    return round_.opened_at


def version(database: Database) -> str:
    with database.reading() as session:
        return versions.published(session)[0].fingerprint


def number_of(database: Database) -> int:
    with database.reading() as session:
        return counts.of_round(session, ROUND)


@pytest.mark.parametrize("counter", [counter.code for counter in COUNTERS if not counter.retired])
def test_the_driver_finds_what_a_session_finds(small: Database, counter: str) -> None:
    with small.reading() as session:
        found = scanning.with_open_round(session, counter, now=NOW)
        of_round = scanning.with_round(session, counter, ROUND, now=NOW)
    assert found is not None
    assert scanning.usual(small, counter, now=NOW) == (found, found.round)
    assert scanning.usual(small, counter, ROUND, now=NOW) == (of_round, found.round)
    assert found.owner == INSTANCE == places.instance_now(small)


@pytest.mark.parametrize(("counter", "round_code"), [(RETIRED, None), ("nothing", None), (MIXED, "nothing")])
def test_what_is_not_as_usual_is_left_to_the_ordinary_way(
    small: Database, counter: str, round_code: str | None
) -> None:
    open_counter(small, MIXED, now=NOW)
    assert scanning.usual(small, counter, round_code, now=NOW) is None


def test_moments_and_truth_values_come_and_go_as_in_a_session(small: Database) -> None:
    moment = datetime(2026, 11, 20, 3, 25, 40, 123456, tzinfo=UTC)
    query = sa.select(
        sa.bindparam("at", type_=rounds.RoundRow.opened_at.type).label("at"), sa.literal(value=True)
    )
    with small.driver() as driver:
        [(found, truth)] = Direct(query).rows(driver, {"at": moment})
    assert (found, truth) == (moment, True)


def test_a_fault_of_the_driver_is_one_of_sqlalchemy_and_does_not_repeat_any_value(small: Database) -> None:
    statement = Direct(sa.text("INSERT INTO unit (code, name, tier) VALUES (:code, :name, 'commune')"))
    with pytest.raises(IntegrityError) as fault, small.driver() as driver:
        statement.rows(driver, {"code": "XA", "name": SECRET_WORDS})
    assert SECRET_WORDS not in f"{fault.value} {fault.value.params}"
    assert places.instance_now(small) == INSTANCE  # the next one is served


def test_a_database_that_is_not_there_is_the_same_fault_as_in_a_session(sqlite_small: Database) -> None:
    away = Database(sqlite_small.url.replace(".sqlite", "/away.sqlite"))
    with pytest.raises(DBAPIError), away.reading() as session:
        session.execute(sa.text("SELECT 1"))
    with pytest.raises(DBAPIError):
        places.instance_now(away)


def test_whatever_ends_a_statement_early_leaves_nothing_locked(small: Database) -> None:
    def write_and_end() -> None:
        with small.driver() as driver:
            driver.cursor.execute("UPDATE unit SET name = 'Tên khác' RETURNING id")
            raise SystemExit

    with pytest.raises(SystemExit):
        write_and_end()
    with small.writing() as session:
        session.execute(sa.text("UPDATE unit SET name = 'Tên mới'"))


def test_a_connection_that_postgresql_ended_is_replaced_before_anybody_notices(small: Database) -> None:
    if small.is_sqlite:
        return
    with small.driver() as driver:
        [(ended,)] = Direct(sa.text("SELECT pg_backend_pid()")).rows(driver, {})
    with small.reading() as session:
        session.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": ended})
    assert places.instance_now(small) == INSTANCE


# --- one response, stored at the least cost ----------------------------------------------------------


def test_a_response_is_committed_when_it_is_said_to_be_stored(small: Database) -> None:
    response = make_response(version=version(small))
    assert responses.add_if_usual(small, response, opened_at=opened_at(small), now=NOW, most=10)
    other = Database(small.url)
    with other.reading() as session:
        assert responses.stored_fingerprint(session, response.id) == response.fingerprint
    other.close()


REFUSED_AT_COMMIT = {
    "sqlite": (
        "CREATE TABLE late (response TEXT REFERENCES unit (code) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER late AFTER INSERT ON response BEGIN INSERT INTO late VALUES (NEW.id); END",
    ),
    "postgresql": (
        "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the commit fails'; END $$",
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON response INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()",
    ),
}


def test_a_response_whose_commit_fails_is_not_said_to_be_stored(small: Database) -> None:
    """The statement itself succeeds and gives its row back; only then comes the commit."""
    seen, response = opened_at(small), make_response(version=version(small))
    with small.writing() as session:
        for statement in REFUSED_AT_COMMIT["sqlite" if small.is_sqlite else "postgresql"]:
            session.execute(sa.text(statement))
    with pytest.raises(DBAPIError):
        responses.add_if_usual(small, response, opened_at=seen, now=NOW, most=10)
    assert number_of(small) == 0


def close(database: Database) -> None:
    with database.writing() as session:
        rounds.close(session, ROUND, at=NOW)


def reopen_otherwise(database: Database) -> None:
    with database.writing() as session:
        session.execute(sa.text("UPDATE round SET opened_at = '2026-10-02 00:00:00' WHERE code = '2026-q4'"))


def count_its_hour(database: Database) -> None:
    with database.writing() as session:
        counts.extend(session, HOUR + timedelta(hours=1))


@pytest.mark.parametrize("change", [close, reopen_otherwise, count_its_hour])
def test_nothing_is_stored_at_the_least_cost_when_something_changed_meanwhile(
    small: Database, change: Callable[[Database], None]
) -> None:
    seen = opened_at(small)
    response = make_response(version=version(small))
    change(small)
    assert not responses.add_if_usual(small, response, opened_at=seen, now=NOW, most=10)
    assert number_of(small) == 0


def test_neither_a_known_id_nor_a_full_counter_takes_another_at_the_least_cost(small: Database) -> None:
    first, second = (make_response(version=version(small)) for _ in range(2))
    seen = opened_at(small)
    assert responses.add_if_usual(small, first, opened_at=seen, now=NOW, most=1)
    assert not responses.add_if_usual(small, replace(first, answers={}), opened_at=seen, now=NOW, most=10)
    assert not responses.add_if_usual(small, second, opened_at=seen, now=NOW, most=1)
    assert number_of(small) == 1


def test_a_response_that_waited_while_its_hour_was_counted_is_left_to_the_longer_way(small: Database) -> None:
    seen, response = opened_at(small), make_response(version=version(small))
    keep_to_what_was_seen_first(small)
    moved, commit = threading.Event(), threading.Event()
    other = Database(small.url)

    def move_slowly() -> None:
        with small.writing() as session:
            counts.extend(session, HOUR + timedelta(hours=1))
            moved.set()
            commit.wait(30)

    with ThreadPoolExecutor(2) as pool:
        mover = pool.submit(move_slowly)
        assert moved.wait(30)
        storing = pool.submit(responses.add_if_usual, other, response, opened_at=seen, now=NOW, most=10)
        with pytest.raises(TimeoutError):
            storing.result(0.3)
        commit.set()
        mover.result()
        assert not storing.result()
    other.close()
    assert number_of(small) == 0


def test_a_response_below_the_watermark_is_counted_although_its_way_is_the_longer_one(
    small: Database,
) -> None:
    count_its_hour(small)
    sheet = open_counter(small, MIXED, now=NOW)
    id_ = response_id()
    visit = sheet.visit(id_, mode="qr", now=NOW)
    raw = all_answers() | {"field": "land"}
    assert submit(small, sheet, visit, raw, response_id=id_, language="vi", now=NOW, key=KEY).is_new
    with small.reading() as session:
        assert sum(counts.counted(session).values()) == 1
        assert counts.counted(session) == counts.recounted(session)


# --- what it costs -----------------------------------------------------------------------------------


def asked(database: Database, what: Callable[[], Any]) -> list[str]:
    """The first words of all statements that SQLite is given."""
    statements: list[str] = []
    pooled = database.engine.raw_connection()
    driver: Any = pooled.driver_connection
    pooled.close()
    driver.set_trace_callback(statements.append)
    try:
        what()
    finally:
        driver.set_trace_callback(None)
    # Each trigger that runs repeats the words of the statement that set it off.
    return [statement.split()[0] for statement, _same in groupby(statements)]


def test_opening_a_form_asks_the_database_one_question(sqlite_small: Database) -> None:
    open_counter(sqlite_small, MIXED, now=NOW)  # reads the version
    assert asked(sqlite_small, lambda: open_counter(sqlite_small, MIXED, now=NOW)) == ["SELECT"]


def test_storing_a_form_is_one_statement(sqlite_small: Database) -> None:
    sheet = open_counter(sqlite_small, MIXED, now=NOW)

    def send() -> None:
        id_ = response_id()
        visit = sheet.visit(id_, mode="qr", now=NOW)
        raw = all_answers() | {"field": "land"}
        assert submit(
            sqlite_small, sheet, visit, raw, response_id=id_, language="vi", now=NOW, key=KEY
        ).is_new

    send()
    assert asked(sqlite_small, send) == ["INSERT"]
