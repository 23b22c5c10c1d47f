"""One door to the database: durable, one writer at a time, silent about what was in it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from survey.core.account import Account
from survey.store import accounts, places, responses, versions
from survey.store.database import BUSY_MILLISECONDS, Database, Health, Journal, has_wal_reset_bug, journal_for
from tests.places import HOUR, INSTANCE, UNITS, make_response
from tests.store.raw import contents

WRITERS = 8
EACH = 5
versions_of_sqlite = st.tuples(st.integers(3, 4), st.integers(0, 60), st.integers(0, 20))


# --- which SQLite may use WAL ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), False),  # WAL did not exist
        ((3, 7, 0), True),  # the first with WAL
        ((3, 40, 1), True),  # Debian 12
        ((3, 43, 99), True),
        ((3, 44, 0), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),  # repaired in 3.44
        ((3, 44, 7), False),
        ((3, 45, 0), True),  # later than 3.44.6, but from before the repair
        ((3, 49, 2), True),
        ((3, 50, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),  # repaired in 3.50
        ((3, 50, 8), False),
        ((3, 51, 0), True),  # later than 3.50.7, but from before the repair
        ((3, 51, 2), True),
        ((3, 51, 3), False),  # repaired for good
        ((3, 51, 4), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_the_wal_reset_bug_is_known_version_by_version(
    version: tuple[int, int, int], *, affected: bool
) -> None:
    assert has_wal_reset_bug(version) is affected


@given(versions_of_sqlite)
def test_an_affected_version_gets_the_rollback_journal_and_any_other_wal_and_never_less_than_full(
    version: tuple[int, int, int],
) -> None:
    safe = Journal("delete", "extra") if has_wal_reset_bug(version) else Journal("wal", "full")
    assert journal_for(version) == safe


@given(versions_of_sqlite)
def test_a_repaired_line_stays_repaired(version: tuple[int, int, int]) -> None:
    major, minor, patch = version
    if version >= (3, 7, 0) and not has_wal_reset_bug(version):
        assert not has_wal_reset_bug((major, minor, patch + 1))


# --- what runs here ----------------------------------------------------------------------------------


def test_the_sqlite_that_is_loaded_is_a_repaired_one(sqlite_small: Database) -> None:
    with sqlite_small.reading() as session:
        loaded = session.scalar(sa.text("SELECT sqlite_version()"))
    assert loaded == sqlite.sqlite_version
    assert not has_wal_reset_bug(sqlite.sqlite_version_info)


def test_sqlite_runs_with_wal_and_full_synchronisation(sqlite_small: Database) -> None:
    assert sqlite_small.health() == Health("SQLite", sqlite.sqlite_version, "wal", "full")
    assert sqlite_small.is_sqlite


def test_every_connection_to_sqlite_has_all_settings(sqlite_small: Database) -> None:
    first, second = sqlite_small.engine.connect(), sqlite_small.engine.connect()
    settings = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_MILLISECONDS}
    with first, second:
        for connection in (first, second):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in settings}
            assert found == settings


def test_health_tells_what_the_file_has_and_not_what_was_hoped_for(sqlite_small: Database) -> None:
    with sqlite_small.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA synchronous=normal")
        connection.exec_driver_sql("SELECT 1")
    assert sqlite_small.health().synchronous == "normal"


def test_postgresql_waits_for_its_log(database: Database) -> None:
    health = database.health()
    assert (health.journal, health.engine) == ("wal", "SQLite" if database.is_sqlite else "PostgreSQL")
    assert health.synchronous in {"full", "on"}
    assert health.version[0].isdigit()


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_psycopg_however_its_address_is_written(scheme: str) -> None:
    database = Database(f"{scheme}://somebody@somewhere/sipas")
    assert database.engine.dialect.driver == "psycopg"
    assert not database.is_sqlite


def test_the_database_is_a_file_where_the_address_says(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'here.sqlite'}")
    database.health()
    database.close()
    assert (tmp_path / "here.sqlite").is_file()


# --- a transaction -----------------------------------------------------------------------------------


def test_what_was_written_is_kept_at_the_end_of_the_block(database: Database) -> None:
    with database.writing() as session:
        places.set_instance(session, INSTANCE)
    with database.reading() as session:
        assert places.instance(session) == INSTANCE


def test_an_exception_undoes_everything_of_its_block_and_goes_on(database: Database) -> None:
    class Interrupted(Exception):
        pass

    def write_and_fail() -> None:
        with database.writing() as session:
            places.set_instance(session, INSTANCE)
            places.add_units(session, UNITS)
            raise Interrupted

    with pytest.raises(Interrupted):
        write_and_fail()
    with database.reading() as session:
        assert all(rows == [] for rows in contents(session).values())
    with database.writing() as session:
        places.add_units(session, UNITS)  # nothing is left locked


def test_a_mistake_in_the_last_statement_undoes_the_first(small: Database) -> None:
    def write_and_fail() -> None:
        with small.writing() as session:
            session.execute(sa.text("UPDATE unit SET name = 'Tên khác'"))
            places.add_units(session, UNITS[:1])

    with pytest.raises(IntegrityError):
        write_and_fail()
    with small.reading() as session:
        assert places.units(session) == UNITS


def test_nothing_written_in_a_reading_block_is_kept(database: Database) -> None:
    refused = nullcontext() if database.is_sqlite else pytest.raises(sa.exc.InternalError, match="read-only")
    with refused, database.reading() as session:
        places.add_units(session, UNITS)
        assert places.units(session) == UNITS
    with database.reading() as session:
        assert places.units(session) == ()
    with database.writing() as session:
        places.add_units(session, UNITS)  # what reads is not left on the connection


def test_postgresql_plans_a_question_that_is_asked_again_only_once(small: Database) -> None:
    if small.is_sqlite:
        return
    for _ in range(30):
        with small.reading() as session:
            places.instance(session)
        with small.writing() as session:
            places.unit(session, "XA")
    with small.reading() as session:
        prepared = session.execute(sa.text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert [statement for statement in prepared if "instance" in statement]
    assert [statement for statement in prepared if "unit" in statement]


def test_what_is_not_committed_is_seen_by_nobody_else(database: Database) -> None:
    with database.writing() as session:
        places.add_units(session, UNITS)
        with database.reading() as other:
            assert places.units(other) == ()


def test_sqlite_reads_one_state_although_somebody_writes_meanwhile(sqlite_small: Database) -> None:
    with sqlite_small.reading() as session:
        before = places.units(session)
        with sqlite_small.writing() as other:
            other.execute(sa.text("UPDATE unit SET name = 'Tên khác'"))
        session.expire_all()
        assert places.units(session) == before


def test_a_row_that_points_at_nothing_is_refused(small: Database) -> None:
    with pytest.raises(IntegrityError), small.writing() as session:
        session.execute(
            sa.text("INSERT INTO frame (round_id, unit_id, field_id, dossiers) VALUES (99, 1, 1, 5)")
        )


# --- several writers ---------------------------------------------------------------------------------


def add_one(database: Database) -> None:
    """Read a number and write it back, one larger."""
    with database.writing() as session:
        dossiers = session.scalar(
            sa.text("SELECT max(dossiers) FROM frame WHERE round_id = 1 AND unit_id = 1")
        )
        session.execute(
            sa.text("UPDATE frame SET dossiers = :more WHERE round_id = 1 AND unit_id = 1"),
            {"more": dossiers + 1},
        )


def test_writers_at_the_same_moment_all_succeed_and_none_overwrites_another(sqlite_small: Database) -> None:
    start = threading.Barrier(WRITERS)

    def work(_number: int) -> None:
        start.wait()
        for _ in range(EACH):
            add_one(sqlite_small)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))
    with sqlite_small.reading() as session:
        found = session.scalar(sa.text("SELECT max(dossiers) FROM frame WHERE round_id = 1 AND unit_id = 1"))
    assert found == 400 + WRITERS * EACH


def test_a_second_writer_waits_for_the_first(sqlite_small: Database) -> None:
    order = []
    second = threading.Thread(target=lambda: (add_one(sqlite_small), order.append("second")))
    with sqlite_small.writing() as session:
        session.execute(sa.text("UPDATE unit SET name = 'Tên khác'"))
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive()
        order.append("first")
    second.join(timeout=60)
    assert order == ["first", "second"]


def test_it_is_the_early_lock_that_keeps_a_writer_from_failing_half_way(sqlite_small: Database) -> None:
    with sqlite_small.reading() as late:  # begins without the write lock
        late.execute(sa.text("SELECT count(*) FROM frame"))
        add_one(sqlite_small)
        with pytest.raises(OperationalError, match="database is locked"):
            late.execute(sa.text("UPDATE frame SET dossiers = 0"))


def test_readers_do_not_wait_for_a_writer(sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        session.execute(sa.text("UPDATE unit SET name = 'Tên khác'"))
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(sqlite_small.health).result().journal == "wal"


# --- errors ------------------------------------------------------------------------------------------

SECRET = "Tôi bị gây khó dễ ở quầy số ba"


def test_an_error_about_a_response_does_not_repeat_its_answers(small: Database) -> None:
    with small.reading() as session:
        version = versions.published(session)[0].fingerprint
    response = make_response(version=version, answers={"a1": 1, "comment": SECRET})

    def store() -> None:
        with small.writing() as session:
            responses.add_many(session, [response])

    store()
    with pytest.raises(IntegrityError) as caught:
        store()
    assert SECRET not in str(caught.value)
    assert "hidden" in str(caught.value)
    with small.reading() as session:
        assert SECRET in str(contents(session))  # it is in the database, so the error could have had it


def test_an_error_about_an_account_does_not_repeat_its_password_hash(small: Database) -> None:
    with pytest.raises(IntegrityError) as caught, small.writing() as session:
        accounts.add(session, Account("canbo", "Người khác", "officer"), password_hash=SECRET)
    assert SECRET not in str(caught.value)
    assert "Người khác" not in str(caught.value)


def test_an_error_about_a_statement_does_not_repeat_what_was_sent_with_it(database: Database) -> None:
    with database.reading() as session, pytest.raises(DBAPIError) as caught:
        session.execute(sa.text("SELECT :words FROM nowhere"), {"words": SECRET})
    assert SECRET not in str(caught.value)


def test_hours_come_back_as_they_went_in(small: Database) -> None:
    with small.writing() as session:
        version = versions.published(session)[0].fingerprint
        assert responses.add_once(session, make_response(version=version))
    with small.reading() as session:
        assert {
            row["received_hour"].replace(tzinfo=HOUR.tzinfo) for row in contents(session)["response"]
        } == {HOUR}
