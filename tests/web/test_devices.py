"""Tablets and screens at counters: added with a secret shown once, withdrawn for good, and what they open."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

import survey.web.citizen
from survey.actions.rounds import close_round
from survey.core.device import screen_token
from survey.store.database import Database
from tests.places import (
    COUNTERS,
    KEY,
    KIOSK,
    LAND_ONLY,
    MIXED,
    NOW,
    OFFICER,
    RETIRED,
    ROUND,
    SCREEN,
    response_id,
)
from tests.store.raw import contents
from tests.web.reading import Reading
from tests.web.visitor import EVERY_ITEM, Visitor, hidden, stored

PAGE = "/officer/devices"
JSON = {"Accept": "application/json"}


def added(officer: Visitor, name: str = "Máy 1", kind: str = "kiosk", counter: str = MIXED) -> str:
    """The path of a new device's secret address."""
    data = {"csrf_token": officer.token(PAGE), "name": name, "kind": kind, "counter": counter}
    page = Reading(officer.post(PAGE, data))
    [address] = re.findall(r"http://127.0.0.1:8000(/[ks]/[\w-]{22})<", page.html)
    return str(address)


def kiosk_form(visitor: Visitor, path: str = f"/k/{KIOSK}") -> dict[str, str]:
    """What a tablet sends for one person: its visit, and an id made on the tablet."""
    page = visitor.get(path)
    assert hidden(page, "id") == ""
    return {"id": response_id(), "visit": hidden(page, "visit"), "lang": "vi", "field": "land"} | EVERY_ITEM


# --- officers ----------------------------------------------------------------------------------------


def test_a_device_is_added_and_its_secret_is_shown_once_and_stored_nowhere(
    officer: Visitor, sqlite_small: Database
) -> None:
    path = added(officer)
    assert path not in officer.get(PAGE)
    with sqlite_small.reading() as session:
        assert path.rpartition("/")[2] not in repr(contents(session))
    assert Reading(officer.get(PAGE)).rows["Máy 1"][:2] == ["Máy tính bảng", "Xã Bình An – Quầy số 1"]
    assert "Phiếu" in Reading(officer.get(path)).title


def test_a_form_sent_twice_adds_one_device(officer: Visitor) -> None:
    added(officer)
    data = {"csrf_token": officer.token(PAGE), "name": "Máy 1", "kind": "screen", "counter": MIXED}
    page = Reading(officer.post(PAGE, data, 422))
    assert "Đã có thiết bị đang dùng mang tên này" in page.main
    assert len(page.rows) == 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Hãy đặt tên"),
        ({"name": "   "}, "Hãy đặt tên"),
        ({"name": "\0\u202e"}, "Hãy đặt tên"),
        ({"name": "x" * 81}, "Lỗi:"),
        ({"kind": ""}, "Hãy chọn loại"),
        ({"kind": "toaster"}, "Lỗi:"),
        ({"counter": RETIRED}, "Lỗi:"),
        ({"counter": "x"}, "Lỗi:"),
    ],
)
def test_an_incomplete_device_is_not_added_and_what_is_missing_is_said(
    officer: Visitor, change: dict[str, str], sentence: str, sqlite_small: Database
) -> None:
    data = {"csrf_token": officer.token(PAGE), "name": "Máy 1", "kind": "kiosk", "counter": MIXED} | change
    assert sentence in Reading(officer.post(PAGE, data, 422)).main
    with sqlite_small.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM device")) == 2


def test_a_device_is_withdrawn_after_a_question_and_its_address_and_its_answers_are_refused(
    officer: Visitor, visitor: Visitor, sqlite_small: Database
) -> None:
    path = added(officer)
    before, late = kiosk_form(visitor, path), kiosk_form(visitor, path)
    done = visitor.send(f"/q/{MIXED}/send", before)
    [link] = [a for a in Reading(officer.get(PAGE)).links if a.endswith("/3/withdraw")]
    page = Reading(officer.get(link))
    assert page.heading == "Thu hồi thiết bị?"
    assert "Máy 1" in page.main
    officer.post(link, {"csrf_token": officer.token(link)})
    assert Reading(visitor.get(path, 410)).heading == "Thiết bị này đã được thu hồi"
    told = visitor.client.post(f"/q/{MIXED}/send", data=late, headers=JSON)
    assert (told.status_code, told.json["title"]) == (410, "Thiết bị này đã được thu hồi")
    assert visitor.send(f"/q/{MIXED}/send", before).location == done.location
    assert [row["id"] for row in stored(sqlite_small)] == [before["id"]]
    assert "đã thu hồi lúc" in Reading(officer.get(PAGE)).main
    assert "không có gì thay đổi" in officer.post(link, {"csrf_token": officer.token(link)})


@pytest.mark.parametrize("number", [0, 99, 10**30])
def test_withdrawing_what_does_not_exist_is_a_page_that_says_so(officer: Visitor, number: int) -> None:
    assert officer.client.get(f"{PAGE}/{number}/withdraw").status_code == 404


def test_what_officers_do_with_devices_and_tickets_is_on_the_trail(
    officer: Visitor, sqlite_small: Database
) -> None:
    added(officer)
    officer.post(f"{PAGE}/3/withdraw", {"csrf_token": officer.token(PAGE)})
    lists = f"/officer/rounds/{ROUND}/tickets"
    officer.client.post(f"{lists}/links.csv", data={"csrf_token": officer.token(lists), "list": "H1,XA,land"})
    with sqlite_small.reading() as session:
        rows = session.execute(text("SELECT deed, subject, who, detail FROM trail ORDER BY number")).all()
    assert [(row.deed, row.subject, row.who) for row in rows][-3:] == [
        ("device_added", "Máy 1", "canbo"),
        ("device_withdrawn", "Máy 1", "canbo"),
        ("tickets_loaded", ROUND, "canbo"),
    ]
    assert rows[-1].detail == '{"new": 1, "rows": 1}'


# --- tablets -----------------------------------------------------------------------------------------


def test_one_opening_of_a_tablet_serves_many_people_each_counted_once(
    visitor: Visitor, sqlite_small: Database
) -> None:
    form = kiosk_form(visitor)
    ids = [response_id() for _ in range(3)]
    for id_ in [*ids, ids[0]]:
        done = visitor.client.post(f"/q/{MIXED}/send", data=form | {"id": id_}, headers=JSON)
        assert done.json["id"] == id_
    rows = stored(sqlite_small)
    assert sorted(row["id"] for row in rows) == sorted(ids)
    assert {row["mode"] for row in rows} == {"kiosk"}


def test_a_tablet_sets_no_cookie_and_its_page_is_never_kept_by_a_browser(visitor: Visitor) -> None:
    response = visitor.fetch(f"/k/{KIOSK}")
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_a_tablets_form_without_an_id_is_refused(visitor: Visitor) -> None:
    for id_ in ("", "1", "G" * 32):
        visitor.send(f"/q/{MIXED}/send", kiosk_form(visitor) | {"id": id_}, 400)


def test_between_rounds_a_tablet_waits(visitor: Visitor, sqlite_small: Database) -> None:
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    page = Reading(visitor.get(f"/k/{KIOSK}"))
    assert page.heading == "Hiện không có đợt khảo sát"
    assert "kiosk.js" in page.html


@pytest.mark.parametrize(
    "path", [f"/k/{SCREEN}", f"/s/{KIOSK}", "/k/x", "/s/x", "/k/%F0%9F%92%9B", "/k/a%00b"]
)
def test_a_wrong_secret_opens_nothing(visitor: Visitor, path: str) -> None:
    assert visitor.client.get(path).status_code == 404


def test_the_script_for_a_start_without_network_can_only_serve_the_tablets_addresses(
    visitor: Visitor,
) -> None:
    response = visitor.fetch("/k/worker.js")
    assert response.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


# --- screens -----------------------------------------------------------------------------------------


def shift_clock(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    monkeypatch.setattr(survey.web.citizen, "now", lambda: moment)


def test_the_code_on_the_screen_opens_the_form_for_a_minute_at_most(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/q/{MIXED}/now/{screen_token(MIXED, datetime.now(UTC), key=KEY)}"
    response = visitor.fetch(path)
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "private, no-cache"
    shift_clock(monkeypatch, 61)
    page = Reading(visitor.get(path, 410))
    assert page.heading == "Mã trên màn hình đã đổi"
    assert "quét mã đang hiện" in page.main


def test_a_slow_reader_finishes_long_after_the_code_has_changed_and_one_opening_is_one_response(
    visitor: Visitor, sqlite_small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visitor.get(f"/q/{MIXED}/now/{screen_token(MIXED, datetime.now(UTC), key=KEY)}")
    form = {name: hidden(page, name) for name in ("id", "visit", "lang")} | EVERY_ITEM | {"field": "land"}
    shift_clock(monkeypatch, 3 * 3600)
    visitor.send(f"/q/{MIXED}/send", form)
    visitor.send(f"/q/{MIXED}/send", form | {"id": response_id()}, 400)
    assert [(row["mode"], row["id"]) for row in stored(sqlite_small)] == [("screen", form["id"])]


@pytest.mark.parametrize(
    "path",
    [
        f"/q/{LAND_ONLY}/now/{{token}}",
        f"/q/{MIXED}/now/222222222",
        f"/q/{MIXED}/now/{{token}}2",
        f"/q/{COUNTERS[2].code}/now/{{token}}",
    ],
)
def test_a_token_opens_no_other_counter_and_cannot_be_guessed(visitor: Visitor, path: str) -> None:
    token = screen_token(MIXED, datetime.now(UTC), key=KEY)
    visitor.get(path.format(token=token), 410)


def test_a_screen_without_an_open_round_says_so_and_shows_no_code(
    visitor: Visitor, sqlite_small: Database
) -> None:
    assert Reading(visitor.get(f"/s/{SCREEN}")).root.find(".//main//img") is not None
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    page = Reading(visitor.get(f"/s/{SCREEN}"))
    assert page.root.find(".//main//img") is None
    assert "Hiện không có đợt khảo sát" in page.main


def test_a_counters_fixed_code_still_opens_its_form_beside_the_screen(visitor: Visitor, app: Flask) -> None:
    del app
    assert "Phiếu" in Reading(visitor.get(f"/q/{MIXED}")).title
