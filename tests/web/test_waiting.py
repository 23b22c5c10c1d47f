"""Figures that take long: the reader waits on a page that comes back by itself, and all workers have the result."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from survey.actions import figures_apart
from survey.actions.figures import forget_results
from survey.actions.people import add_account
from survey.core.account import Account
from survey.settings import PROJECT
from survey.store import counts, report_texts
from survey.store.database import Database
from tests.axe import violations
from tests.browser import chromium
from tests.conftest import application
from tests.places import EARLIER, HOUR, NOW, PASSWORD, ROUND, add_responses
from tests.web.conftest import signed_in
from tests.web.serving import serving
from tests.web.visitor import Visitor, hidden

PATIENCE = 120.0
LEADER_PAGES = [
    f"/reports/{EARLIER}",
    f"/reports/{EARLIER}/now",
    f"/reports/{EARLIER}/units/XA",
    f"/reports/{EARLIER}/units/XA/fields/land",
    f"/reports/{EARLIER}/data/file.csv",
    f"/reports/{EARLIER}/data/credibility.csv",
    f"/reports/{EARLIER}/strata",
]
KEY = """
from survey.actions.figures_apart import _key
from survey.actions.people import add_account
from survey.actions.figures import _state
from survey.store.database import Database
from tests.places import NOW, ROUND
import sys
print(_key(_state(Database(sys.argv[1]), ROUND, NOW)))
"""


@pytest.fixture
def slow(answered: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The small place as if it were a large one."""
    forget_results()
    monkeypatch.setattr(figures_apart, "AT_ONCE", -1.0)
    yield answered
    forget_results()


def waited(visitor: Visitor, address: str) -> str:
    end = time.monotonic() + PATIENCE
    while (reply := visitor.client.get(address)).status_code == 202:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert reply.status_code == 200
    return reply.text


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("address", LEADER_PAGES)
def test_who_asks_first_waits_on_a_page_that_comes_back_by_itself(leader: Visitor, address: str) -> None:
    reply = leader.client.get(address)
    assert reply.status_code == 202
    assert reply.headers["Refresh"] == "3"
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Đang tính …" in reply.text
    assert f'href="{address}"' in reply.text
    waited(leader, address)


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize(
    ("name", "address"),
    [("canbo", f"/officer/rounds/{ROUND}/report"), *(("lanhdao", address) for address in LEADER_PAGES)],
)
def test_a_page_asks_once_what_its_figures_depend_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch, name: str, address: str
) -> None:
    visitor = signed_in(app, name)
    asked: list[str] = []
    visitor.get(address)
    of_round = counts.of_round

    def noted(session: Session, code: str, **given: datetime | None) -> int:
        asked.append(code)
        return of_round(session, code, **given)

    monkeypatch.setattr(counts, "of_round", noted)
    assert visitor.client.get(address).status_code == 200
    assert asked, "they depend on the number of responses at least"
    assert len(asked) == len(set(asked)), "not even whether they take long, once they are there"


@pytest.mark.usefixtures("slow")
def test_what_was_waited_for_is_what_would_have_been_worked_out_at_once(
    leader: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = waited(leader, f"/reports/{ROUND}")
    forget_results()
    monkeypatch.setattr(figures_apart, "AT_ONCE", 1e9)
    assert without_tokens(leader.client.get(f"/reports/{ROUND}").text) == without_tokens(far)


def test_another_worker_has_the_result_at_once(slow: Database, leader: Visitor, tmp_path: Path) -> None:
    waited(leader, f"/reports/{ROUND}/now")
    forget_results()
    other = signed_in(application(slow, tmp_path), "lanhdao")
    assert other.client.get(f"/reports/{ROUND}/now").status_code == 200


@pytest.mark.usefixtures("slow")
def test_the_planner_waits_for_the_round_before(officer: Visitor) -> None:
    address = f"/officer/rounds/{ROUND}/planner"
    assert officer.client.get(address).status_code == 202
    assert "Số phiếu được phân bổ" in waited(officer, address)


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("ending", ["pdf", "docx", "xlsx"])
def test_a_large_file_is_written_apart_and_is_the_same_file(
    leader: Visitor, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    address = f"/reports/{ROUND}.{ending}"
    at_once = leader.client.get(address).data
    monkeypatch.setattr(figures_apart, "A_ROW", 1e9)
    assert leader.client.get(address).status_code == 202
    waited_for = b""
    end = time.monotonic() + PATIENCE
    while not waited_for:
        reply = leader.client.get(address)
        waited_for = reply.data if reply.status_code == 200 else b""
        assert time.monotonic() < end
        time.sleep(0.1)
    assert waited_for == at_once


@pytest.mark.usefixtures("slow")
def test_who_may_not_see_the_report_is_refused_and_starts_nothing(
    app: Flask, sqlite_small: Database, tmp_path: Path
) -> None:
    add_account(sqlite_small, Account("xa", "Xã", "leader", "XA"), PASSWORD, by="sipas", now=NOW)
    limited = signed_in(app, "xa")
    assert limited.client.get(f"/reports/{ROUND}").status_code == 403
    assert not (tmp_path / "results").exists()


@pytest.mark.usefixtures("slow")
def test_an_unknown_round_is_not_waited_for(leader: Visitor) -> None:
    assert leader.client.get("/reports/khong-co/now").status_code == 404


@pytest.mark.usefixtures("slow")
def test_where_nothing_can_be_kept_figures_are_worked_out_in_the_request(
    leader: Visitor, tmp_path: Path
) -> None:
    (tmp_path / "results").write_text("in the way")
    assert leader.client.get(f"/reports/{ROUND}/now").status_code == 200


def test_every_worker_finds_the_same_key_for_the_same_figures(slow: Database) -> None:
    keys = {
        subprocess.run(
            [sys.executable, "-c", KEY, slow.url],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(keys) == 1


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.usefixtures("slow")
def test_a_browser_without_scripts_comes_from_the_waiting_page_to_the_report(
    app: Flask, browser: Browser
) -> None:
    cookie = signed_in(app, "lanhdao").client.get_cookie("sipas")
    assert cookie is not None
    with serving(app) as address:
        context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
        context.add_cookies([{"name": "sipas", "value": cookie.value, "url": address}])
        page = context.new_page()
        waiting = page.goto(f"{address}/reports/{ROUND}/now")
        assert waiting is not None
        assert waiting.status == 202
        expect(page.get_by_role("heading", level=1)).to_contain_text(
            "Quý IV năm 2026", timeout=PATIENCE * 1000
        )
        context.close()


@pytest.mark.usefixtures("slow")
def test_the_waiting_page_has_no_barriers(app: Flask, browser: Browser) -> None:
    cookie = signed_in(app, "lanhdao").client.get_cookie("sipas")
    assert cookie is not None
    with serving(app) as address:
        page = browser.new_page(viewport={"width": 320, "height": 640})
        page.context.add_cookies([{"name": "sipas", "value": cookie.value, "url": address}])
        page.route(
            "**/now",
            lambda route: route.fulfill(response=route.fetch(), headers={"Content-Type": "text/html"}),
        )
        page.goto(f"{address}/reports/{ROUND}/now")
        assert page.get_by_role("heading", name="Đang tính …").is_visible()
        assert violations(page) == []
        page.close()


def test_saving_a_reports_words_works_no_figures_out(
    slow: Database, officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/officer/rounds/{ROUND}/report"
    page = waited(officer, address)
    sent = {"csrf_token": hidden(page, "csrf_token"), "base": "0", "assessment_vi": "Lời mới."}
    forget_results()
    loaded: list[object] = []
    monkeypatch.setattr("survey.actions.figures._load", loaded.append)
    assert officer.client.post(address, data=sent).status_code == 303
    assert loaded == []
    with slow.reading() as session:
        assert report_texts.newest(session, ROUND).texts.assessment_vi == "Lời mới."


def test_words_that_cannot_be_saved_are_shown_again_and_not_lost_on_a_page_that_waits(
    slow: Database, officer: Visitor
) -> None:
    address = f"/officer/rounds/{ROUND}/report"
    page = waited(officer, address)
    forget_results()
    add_responses(slow, "XA", "land", [5] * 9, hour=HOUR - timedelta(hours=2))
    token = hidden(page, "csrf_token")
    sent = {"csrf_token": token, "base": "0", "assessment_vi": "Không được mất: {{trường lạ}}"}
    reply = officer.client.post(address, data=sent)
    assert reply.status_code == 422
    assert "Không được mất" in reply.text
