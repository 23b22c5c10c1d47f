"""The short way of a usual visit says what the application says, and is taken only where everything is as usual."""

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from survey.actions.places import change_counter
from survey.actions.rounds import close_round
from survey.core.openings import Openings
from survey.store import places
from survey.store.database import Database
from survey.store.openings import openings_of
from survey.web.usual_visit import UsualVisit
from tests.conftest import application
from tests.places import LAND_ONLY, MIXED, NOW, OFFICER, ROUND, all_answers
from tests.web.visitor import hidden, stored

FORM = "application/x-www-form-urlencoded;charset=UTF-8"
ASKS = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def app(small: Database, tmp_path: Path) -> Flask:
    """The application on the small place, once per engine."""
    return application(small, tmp_path)


@pytest.fixture
def alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Leaves the short way alone from then on: what it does not answer is an error."""

    def refuse(*_asked: object) -> None:
        raise AssertionError("the application was asked")

    return lambda: monkeypatch.setattr(app.wsgi_app, "_serve", refuse)


def page_of(response: TestResponse) -> str:
    """A packed page."""
    assert response.headers["Content-Encoding"] == "gzip"
    return zlib.decompress(response.data, wbits=31).decode()


def opened(client: FlaskClient, code: str) -> dict[str, str]:
    """The hidden fields of a counter's page."""
    page = page_of(client.get(f"/q/{code}", headers=ASKS))
    return {name: hidden(page, name) for name in ("id", "visit", "lang")}


def sent(client: FlaskClient, code: str, form: Mapping[str, str], **more: Any) -> TestResponse:
    """What a page's script gets for a form."""
    headers = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
    return client.post(f"/q/{code}/send", data=urlencode(form), content_type=FORM, headers=headers, **more)


def at_length(app: Flask) -> FlaskClient:
    """A client that the short way never answers."""
    assert isinstance(app.wsgi_app, UsualVisit)
    app.wsgi_app = app.wsgi_app._serve  # type: ignore[method-assign]  # noqa: SLF001
    return app.test_client()


def without_what_differs(said: str) -> str:
    """A page or reply without ids, tokens and receipts."""
    said = re.sub(r"[0-9a-f]{32}", "ID", said)
    said = re.sub(r'(name="visit"[^>]*value=")[^"]*', r"\1", said)
    return re.sub(r"[2-9A-Z]{10}(?=[\"?])", "RECEIPT", said)


def told(response: TestResponse) -> list[tuple[str, str]]:
    """Its headers; a page's length depends on its ids."""
    return sorted(
        (name, "" if name == "Content-Length" else value) for name, value in response.headers.items()
    )


def test_both_ways_show_the_same_page(app: Flask, alone: Callable[[], None]) -> None:
    client = app.test_client()
    at_first = client.get(f"/q/{MIXED}", headers=ASKS)
    alone()
    again = client.get(f"/q/{MIXED}", headers=ASKS)
    assert again.status == at_first.status
    assert told(again) == told(at_first)
    assert without_what_differs(page_of(again)) == without_what_differs(page_of(at_first))
    assert int(again.headers["Content-Length"]) == len(again.data)
    assert page_of(again) != page_of(at_first)


@pytest.mark.parametrize("spoken", ["vi", "en", "xx"])
@pytest.mark.parametrize("counter", [MIXED, LAND_ONLY])
def test_both_ways_acknowledge_in_the_same_words(
    app: Flask, small: Database, spoken: str, counter: str
) -> None:
    beside = {"lang": spoken, "comment": "nhanh & gọn + 100 %"} | (
        {"field": "land"} if counter == MIXED else {}
    )
    client = app.test_client()
    forms = [opened(client, counter) | all_answers() | beside for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.wsgi_app, "_serve", lambda *_asked: pytest.fail("the application was asked"))
        short = sent(client, counter, forms[0])
    long = sent(at_length(app), counter, forms[1])
    assert (short.status, told(short)) == (long.status, told(long))
    assert without_what_differs(short.get_data(as_text=True)) == without_what_differs(
        long.get_data(as_text=True)
    )
    assert short.json["id"] == forms[0]["id"]
    first, second = ({**row, "id": ""} for row in stored(small))
    assert first == second


def said_begun(client: FlaskClient, token: str) -> TestResponse:
    """What a page's script gets for the word that answering was begun."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    return client.post(f"/q/{MIXED}/send/begun", data=token, content_type="text/plain", headers=headers)


def test_both_ways_take_the_word_that_answering_was_begun(app: Flask) -> None:
    client = app.test_client()
    token = opened(client, MIXED)["visit"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.wsgi_app, "_serve", lambda *_asked: pytest.fail("the application was asked"))
        short = said_begun(client, token)
    long = said_begun(at_length(app), token)
    assert short.status_code == 204
    assert (short.status, told(short), short.data) == (long.status, told(long), long.data)
    services = app.extensions["sipas"]
    assert services.openings.carry()
    with services.database.reading() as session:
        assert openings_of(session, ROUND) == {("XA", None): Openings(1, 2)}


def test_the_same_form_sent_again_gives_the_same_receipt_and_is_stored_once(
    app: Flask, small: Database
) -> None:
    client = app.test_client()
    form = opened(client, LAND_ONLY) | all_answers()
    first, again = sent(client, LAND_ONLY, form), sent(client, LAND_ONLY, form)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    other = sent(client, LAND_ONLY, form | all_answers(1))
    assert (other.status_code, other.json["kept_first"]) == (200, True)
    assert len(stored(small)) == 1


@pytest.mark.parametrize(
    ("changed", "unit"),
    [({"unit_code": "PH"}, "PH"), ({"field_code": "land"}, "XA"), ({"retired": True}, "XA")],
)
def test_a_counter_that_changed_since_its_page_was_shown_is_looked_at_again(
    app: Flask, small: Database, changed: dict[str, Any], unit: str
) -> None:
    client = app.test_client()
    form = opened(client, MIXED) | all_answers() | {"field": "land"}
    with small.reading() as session:
        counter = next(counter for counter in places.counters(session) if counter.code == MIXED)
    change_counter(small, replace(counter, **changed), by="canbo", now=NOW)
    assert sent(client, MIXED, form).status_code == 201
    with small.reading() as session:
        query = text("SELECT unit.code FROM response JOIN unit ON unit.id = unit_id")
        assert session.scalars(query).all() == [unit]


def test_a_round_that_closed_since_is_looked_at_again(app: Flask, small: Database) -> None:
    client = app.test_client()
    late = opened(client, LAND_ONLY) | all_answers()
    close_round(small, ROUND, by=OFFICER, now=datetime.now(UTC) - timedelta(days=2))
    assert sent(client, LAND_ONLY, late).status_code == 409
    assert not stored(small)
    assert "Hiện không có đợt khảo sát" in page_of(client.get(f"/q/{LAND_ONLY}", headers=ASKS))


def test_answers_that_are_missing_come_back_with_what_is_wrong(app: Flask, small: Database) -> None:
    client = app.test_client()
    refused = sent(client, MIXED, opened(client, MIXED) | {"field": "land"})
    assert refused.status_code == 422
    assert set(refused.json["problems"]) == set(all_answers())
    assert not stored(small)


def test_a_form_that_was_cut_off_is_refused(app: Flask, small: Database) -> None:
    client = app.test_client()
    whole = urlencode(opened(client, LAND_ONLY) | all_answers())
    headers = {"Accept": "application/json"}
    said = {"CONTENT_LENGTH": str(len(whole))}
    address = f"/q/{LAND_ONLY}/send"
    cut = client.post(address, data=whole[:-9], content_type=FORM, headers=headers, environ_overrides=said)
    assert cut.status_code == 400
    assert not stored(small)


def test_a_form_from_another_site_is_refused(app: Flask, small: Database) -> None:
    client = app.test_client()
    form = opened(client, LAND_ONLY) | all_answers()
    headers = {"Accept": "application/json", "Sec-Fetch-Site": "cross-site"}
    sent_from = client.post(f"/q/{LAND_ONLY}/send", data=urlencode(form), content_type=FORM, headers=headers)
    assert sent_from.status_code == 403
    assert not stored(small)


def test_what_fails_on_the_short_way_is_tried_at_length(
    app: Flask, small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    form = opened(client, LAND_ONLY) | all_answers()
    with monkeypatch.context() as patch:
        patch.setattr("survey.web.usual_visit.submit_at_once", lambda *_a, **_k: {}["no answer"])
        assert sent(client, LAND_ONLY, form).status_code == 201
    assert len(stored(small)) == 1
