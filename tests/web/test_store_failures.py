"""When the store cannot take an answer: the page says that it was not recorded, and the log holds no answer."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from survey.store.database import Database
from tests.places import MIXED
from tests.web.page_rules import faults
from tests.web.reading import Reading
from tests.web.visitor import Visitor, stored

ADDRESS = f"/q/{MIXED}"
SECRET_WORDS = "Tôi tên là Nguyễn Văn Kín, máy 0912345678"


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """Every connection refuses to write, as on a disk that was mounted read-only after a fault."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    yield
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")


@pytest.fixture
def form(visitor: Visitor) -> dict[str, str]:
    """An answer with words that must never reach a log."""
    return visitor.filled(MIXED) | {"comment": SECRET_WORDS}


def answers_in(log: str, form: dict[str, str]) -> list[str]:
    """What a log tells about an answer."""
    tell_tales = [*SECRET_WORDS.split(" là ")[1].split(", "), '"a1"', "'a1'", form["id"], form["visit"]]
    return [words for words in tell_tales if words in log]


def test_what_would_betray_an_answer_in_a_log_is_recognised(form: dict[str, str]) -> None:
    assert answers_in(f"request failed: {form}", form)


def test_a_disk_that_refuses_writes_is_admitted_and_the_citizen_may_try_again(
    visitor: Visitor, sqlite_small: Database, form: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with read_only(sqlite_small):
        response = visitor.send(ADDRESS, form, 503)
    assert int(response.headers["Retry-After"]) > 0
    page = Reading(response.text)
    assert "chưa được ghi nhận" in page.main
    assert "Đã ghi nhận" not in page.main
    assert answers_in(caplog.text, form) == []
    assert stored(sqlite_small) == []
    visitor.send(ADDRESS, form, 303)
    assert len(stored(sqlite_small)) == 1


def test_whoever_has_no_script_sends_the_same_answers_again_with_one_press(
    visitor: Visitor, sqlite_small: Database, form: dict[str, str]
) -> None:
    """Going back, many a browser shows an empty form."""
    form |= {"comment": 'Hai dòng:\n"một" & <hai>'}
    with read_only(sqlite_small):
        page = visitor.post(ADDRESS, form, 503)
        address, again = Reading(page).to_send_again
        _address, once_more = Reading(visitor.post(address, dict(again), 503)).to_send_again
    assert dict(once_more) == dict(again) == form
    visitor.send(address, dict(again), 303)
    [row] = stored(sqlite_small)
    assert row["id"] == form["id"]
    assert json.loads(row["answers"])["comment"] == 'Hai dòng:\n"một" & <hai>'


def test_a_page_that_was_only_opened_offers_nothing_to_send_again(app: Flask, sqlite_small: Database) -> None:
    sqlite_small.close()
    Path(str(sqlite_small.engine.url.database)).unlink()
    assert "Gửi lại phiếu" not in app.test_client().get(ADDRESS).text


def test_a_disk_that_refuses_writes_leaves_a_line_in_the_log_for_the_operator(
    visitor: Visitor, sqlite_small: Database, form: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with read_only(sqlite_small):
        visitor.send(ADDRESS, form, 503)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_missing_table_is_admitted(
    visitor: Visitor, sqlite_small: Database, form: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite_small.writing() as session:
        session.execute(text("DROP TABLE response"))
    page = Reading(visitor.post(ADDRESS, form, 503))
    assert "chưa được ghi nhận" in page.main
    assert answers_in(caplog.text, form) == []


def test_a_rule_of_the_database_that_refuses_the_row_is_admitted_and_logged_without_the_answers(
    visitor: Visitor, sqlite_small: Database, form: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite_small.writing() as session:
        session.execute(
            text(
                "CREATE TRIGGER response_refuses_insert BEFORE INSERT ON response "
                "BEGIN SELECT RAISE(ABORT, 'no more rows'); END"
            )
        )
    page = Reading(visitor.post(ADDRESS, form, 500))
    assert "chưa được ghi nhận" in page.main
    assert stored(sqlite_small) == []
    assert "no more rows" in caplog.text
    assert answers_in(caplog.text, form) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_database_that_cannot_be_opened_at_all_still_gets_a_page_that_says_so(
    app: Flask, sqlite_small: Database, form: dict[str, str], method: str
) -> None:
    sqlite_small.close()
    file = Path(str(sqlite_small.engine.url.database))
    file.unlink()
    file.mkdir()
    response = app.test_client().open(ADDRESS, method=method, data=form if method == "POST" else None)
    assert response.status_code == 503
    assert "Retry-After" in response.headers
    assert faults(response.text, response.headers) == []


def test_a_fault_of_ours_has_a_page_and_is_logged(
    app: Flask, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    app.add_url_rule("/broken", "citizen.broken", lambda: {}["nothing"])
    assert Reading(visitor.get("/broken", 500)).heading == "Có lỗi ở phía chúng tôi"
    assert "KeyError" in caplog.text


def test_an_answer_that_is_taken_leaves_nothing_in_the_log(
    visitor: Visitor, form: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="survey"):
        visitor.send(ADDRESS, form, 303)
    assert answers_in(caplog.text, form) == []
