"""Opened pages and begun answers are counted, by whichever way they are shown, and nothing else is kept of them."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from survey.actions.answering import open_counter
from survey.actions.openings import LONGEST_OPEN
from survey.core.openings import Openings
from survey.store import openings
from survey.store.database import Database
from survey.web import opening_counts
from survey.web.opening_counts import OpeningCounts
from survey.web.visits import signed
from tests.conftest import application
from tests.places import KIOSK, LAND_ONLY, MIXED, NOW, RETIRED, ROUND, SECRET, TICKET, all_answers
from tests.web.addresses import ScreenAddress
from tests.web.visitor import Visitor, hidden

PACKED = {"Accept-Encoding": "gzip"}
AT_MIXED, AT_LAND_ONLY = ("XA", None), ("SO", "land")


@pytest.fixture
def app(small: Database, tmp_path: Path) -> Flask:
    """The application on the small place, once per engine."""
    return application(small, tmp_path)


def counted(app: Flask) -> dict[tuple[str, str | None], Openings]:
    """What is stored once everything was carried."""
    services = app.extensions["sipas"]
    assert services.openings.carry()
    return kept(services.database)


def kept(database: Database) -> dict[tuple[str, str | None], Openings]:
    with database.reading() as session:
        return openings.openings_of(session, ROUND)


def token_on(client: FlaskClient, address: str) -> str:
    """What a page's form carries of its visit."""
    return hidden(client.get(address).text, "visit")


def begin(client: FlaskClient, code: str, token: str, site: str = "same-origin") -> int:
    """The status of what a page's script says when the first answer is touched."""
    response = client.post(
        f"/q/{code}/send/begun", data=token, content_type="text/plain", headers={"Sec-Fetch-Site": site}
    )
    assert "Set-Cookie" not in response.headers
    return response.status_code


@contextmanager
def mislaid(database: Database) -> Iterator[None]:
    """The table of counts is not where it should be."""
    with database.writing() as session:
        session.execute(text("ALTER TABLE opening RENAME TO mislaid"))
    yield
    with database.writing() as session:
        session.execute(text("ALTER TABLE mislaid RENAME TO opening"))


# --- what is an opening --------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, PACKED], ids=["plain", "packed"])
def test_every_page_that_is_shown_counts_however_it_is_answered(app: Flask, headers: dict[str, str]) -> None:
    client = app.test_client()
    for code in (MIXED, MIXED, LAND_ONLY, MIXED):
        assert client.get(f"/q/{code}", headers=headers).status_code == 200
    assert counted(app) == {AT_MIXED: Openings(3, 0), AT_LAND_ONLY: Openings(1, 0)}


@pytest.mark.parametrize("address", [f"/q/{RETIRED}", "/q/22222222", "/q/NOCODE", "/", "/t/222222222222"])
def test_a_refused_code_is_no_opening(app: Flask, address: str) -> None:
    app.test_client().get(address)
    assert counted(app) == {}


def test_a_page_that_is_asked_about_or_shown_again_is_no_further_opening(app: Flask) -> None:
    visitor = Visitor(app.test_client())
    page = visitor.get(f"/q/{MIXED}")
    form = {name: hidden(page, name) for name in ("id", "visit", "lang")} | {"field": "land"}
    assert visitor.client.head(f"/q/{MIXED}").status_code == 200
    visitor.get(f"/q/{MIXED}?lang=en")
    visitor.send(f"/q/{MIXED}/send", form | {"lang_to": "en"}, 200)
    visitor.send(f"/q/{MIXED}/send", form | {"a1": "1"}, 422)
    visitor.send(f"/q/{MIXED}/send", form | all_answers())
    assert counted(app) == {AT_MIXED: Openings(1, 0)}


def test_a_ticket_counts_for_its_field_and_a_screens_code_for_its_counter(app: Flask) -> None:
    client = app.test_client()
    assert client.get(f"/t/{TICKET}").status_code == 200
    assert client.get(ScreenAddress().path).status_code == 200
    assert counted(app) == {("XA", "land"): Openings(1, 0), AT_MIXED: Openings(1, 0)}


def test_on_a_tablet_each_person_who_begins_is_one_opening_and_the_page_itself_is_none(app: Flask) -> None:
    client = app.test_client()
    token = token_on(client, f"/k/{KIOSK}")
    assert counted(app) == {}
    assert [begin(client, MIXED, token) for _ in range(3)] == [204] * 3
    assert counted(app) == {AT_MIXED: Openings(3, 3)}


# --- what is a start -----------------------------------------------------------------------------------


def test_the_first_touch_counts_with_the_page_it_happened_on(app: Flask) -> None:
    client = app.test_client()
    for address, code in ((f"/q/{MIXED}", MIXED), (f"/t/{TICKET}", MIXED), (f"/q/{LAND_ONLY}", LAND_ONLY)):
        assert begin(client, code, token_on(client, address)) == 204
    assert begin(client, MIXED, token_on(client, f"/q/{MIXED}"), site="none") == 204
    assert counted(app) == {
        AT_MIXED: Openings(2, 2), ("XA", "land"): Openings(1, 1), AT_LAND_ONLY: Openings(1, 1)
    }  # fmt: skip


def test_what_no_page_of_ours_says_counts_nothing(app: Flask) -> None:
    client = app.test_client()
    token = token_on(client, f"/q/{MIXED}")
    assert begin(client, MIXED, token, site="cross-site") == 403
    assert begin(client, MIXED, token, site="same-site") == 403
    assert begin(client, LAND_ONLY, token) == 400
    assert begin(client, "NOCODE", token) == 404
    for forged in ("", "x", token[:-1], token + "x", "é", "\0"):
        assert begin(client, MIXED, forged) == 400
    assert begin(client, MIXED, "x" * 16_385) == 413
    assert client.get(f"/q/{MIXED}/send/begun").status_code == 405
    assert counted(app) == {AT_MIXED: Openings(1, 0)}


def test_a_page_left_open_for_more_than_a_day_is_not_begun(app: Flask, small: Database) -> None:
    client, now = app.test_client(), datetime.now(UTC)
    sheet = open_counter(small, MIXED, now=now)
    for ago in (LONGEST_OPEN - timedelta(minutes=2), LONGEST_OPEN + timedelta(minutes=2)):
        visit = sheet.visit("0" * 32, mode="qr", now=now - ago)
        assert begin(client, MIXED, signed(visit, SECRET)) == 204
    assert counted(app) == {AT_MIXED: Openings(0, 1)}


def test_a_begun_answer_is_counted_though_its_counter_was_taken_out_of_service_since(
    app: Flask, small: Database
) -> None:
    client = app.test_client()
    token = token_on(client, f"/q/{MIXED}")
    with small.writing() as session:
        session.execute(text("UPDATE counter SET retired = TRUE"))
    assert begin(client, MIXED, token) == 204
    assert counted(app) == {AT_MIXED: Openings(1, 1)}


def test_who_floods_a_counter_is_counted_no_further_in_that_hour(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening_counts, "MOST_IN_AN_HOUR", 3)
    client = app.test_client()
    tokens = [token_on(client, f"/q/{MIXED}") for _ in range(5)]
    assert [begin(client, MIXED, tokens[0]) for _ in range(5)] == [204] * 5
    client.get(f"/q/{LAND_ONLY}")
    assert counted(app) == {AT_MIXED: Openings(3, 3), AT_LAND_ONLY: Openings(1, 0)}


# --- when it is kept -----------------------------------------------------------------------------------


def test_a_visit_itself_writes_nothing(app: Flask, small: Database) -> None:
    client = app.test_client()
    begin(client, MIXED, token_on(client, f"/q/{MIXED}"))
    assert kept(small) == {}
    assert counted(app) == {AT_MIXED: Openings(1, 1)}
    assert counted(app) == {AT_MIXED: Openings(1, 1)}


def test_servers_on_one_database_add_up(app: Flask, small: Database, tmp_path: Path) -> None:
    other = application(small, tmp_path)
    for served in (app, other, other):
        served.test_client().get(f"/q/{MIXED}")
    counted(app)
    assert counted(other) == {AT_MIXED: Openings(3, 0)}


def test_what_the_database_does_not_take_waits_and_the_log_says_so_once(
    app: Flask, small: Database, caplog: pytest.LogCaptureFixture
) -> None:
    client, counts = app.test_client(), app.extensions["sipas"].openings
    client.get(f"/q/{MIXED}")
    with mislaid(small), caplog.at_level(logging.WARNING):
        assert not counts.carry()
        client.get(f"/q/{MIXED}")
        assert not counts.carry()
    assert [record.message.split(": ")[0] for record in caplog.records] == [
        "counts of opened pages wait for the database"
    ]
    assert counted(app) == {AT_MIXED: Openings(2, 0)}


def test_pages_are_shown_and_answers_taken_while_counts_cannot_be_kept(app: Flask, small: Database) -> None:
    visitor = Visitor(app.test_client())
    with mislaid(small):
        page = visitor.get(f"/q/{MIXED}")
        form = {name: hidden(page, name) for name in ("id", "visit", "lang")} | {"field": "land"}
        assert begin(visitor.client, MIXED, form["visit"]) == 204
        assert not app.extensions["sipas"].openings.carry()
        visitor.send(f"/q/{MIXED}/send", form | all_answers())
    assert counted(app) == {AT_MIXED: Openings(1, 1)}


def test_each_day_in_viet_nam_is_counted_by_itself(small: Database) -> None:
    counts = OpeningCounts(small)
    midnight = datetime(2026, 11, 20, 17, tzinfo=UTC)
    sheet = open_counter(small, MIXED, now=NOW)
    for moment in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=1)):
        counts.opened(sheet, sheet.visit("0" * 32, mode="qr", now=moment), now=moment)
    assert counts.carry()
    with small.reading() as session:
        days = session.execute(text("SELECT day, opened FROM opening ORDER BY day")).all()
    assert [(str(day), opened) for day, opened in days] == [("2026-11-20", 1), ("2026-11-21", 2)]


def test_a_server_carries_by_itself_again_and_again(small: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_counts, "CARRY_SECONDS", 0.01)
    monkeypatch.setattr(opening_counts.atexit, "register", lambda _last: None)
    counts = OpeningCounts(small)
    counts.carry_by_itself()
    sheet = open_counter(small, MIXED, now=NOW)
    visit = sheet.visit("0" * 32, mode="qr", now=NOW)
    for number in (1, 2):
        counts.opened(sheet, visit, now=NOW)
        while kept(small) != {AT_MIXED: Openings(number, 0)}:
            time.sleep(0.01)
    with mislaid(small):
        counts.opened(sheet, visit, now=NOW)
        time.sleep(0.1)
    while kept(small) != {AT_MIXED: Openings(3, 0)}:
        time.sleep(0.01)


def test_what_is_kept_is_numbers_by_counter_round_mode_and_day_alone(app: Flask, small: Database) -> None:
    client = app.test_client()
    begin(client, MIXED, token_on(client, f"/q/{MIXED}"))
    counted(app)
    with small.reading() as session:
        (row,) = session.execute(text("SELECT * FROM opening")).mappings()
    assert {name: value for name, value in row.items() if not name.endswith("_id")} == {
        "field_code": "", "mode": "qr", "day": row["day"], "opened": 1, "started": 1
    }  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(row["day"]))


def test_the_privacy_page_says_what_is_counted(app: Flask) -> None:
    said = Visitor(app.test_client()).get("/privacy")
    assert "trang của mỗi quầy được mở bao nhiêu lần và bao nhiêu lần có người bắt đầu trả lời" in said
    assert "không ghi ai mở, lúc nào, bằng máy nào" in said
