"""Publishing takes seconds: in a real Chromium the button says so, and pressing or loading again publishes nothing twice."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from survey.actions import issuing
from survey.actions.issuing import way
from survey.store.database import Database
from tests.axe import violations
from tests.browser import chromium
from tests.places import NOW, ROUND
from tests.web.conftest import signed_in
from tests.web.serving import serving
from tests.web.visitor import Visitor, hidden

WAY = f"/reports/{ROUND}/issues"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


class Gate:
    """Holds the typesetting back until it is opened, and counts how often it began."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened, self.begun, self.times = threading.Event(), threading.Event(), 0
        make = issuing.make

        def held(*arguments: Any, **named: Any) -> Any:
            self.times += 1
            self.begun.set()
            assert self.opened.wait(PATIENCE)
            return make(*arguments, **named)

        monkeypatch.setattr(issuing, "make", held)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate(monkeypatch)
    yield made
    made.opened.set()


@pytest.fixture
def page(settled: Database, app: Flask, officer: Visitor, browser: Browser) -> Iterator[Page]:
    assert way(settled, ROUND, now=NOW).waiting is None
    officer.post(f"{WAY}/submit", {"csrf_token": hidden(officer.get(WAY), "csrf_token")})
    cookie = signed_in(app, "duyet").client.get_cookie("sipas")
    assert cookie is not None
    with serving(app) as address:
        page = browser.new_page(viewport={"width": 320, "height": 640})
        page.context.add_cookies([{"name": "sipas", "value": cookie.value, "url": address}])
        page.goto(f"{address}{WAY}")
        yield page
        page.close()


PRESS_AGAIN = """() => {
  const form = document.querySelector("form[data-publishing]"), button = form.querySelector("button");
  form.addEventListener("submit", () => setTimeout(() => {
    button.click();
    form.requestSubmit();
    const status = form.querySelector("[role=status]").textContent;
    sessionStorage.setItem("shown", JSON.stringify([button.disabled, button.textContent, status]));
    console.log("noted");
  }, 50), { once: true });
}"""
"""Presses twice more and notes what stands then: a locator would wait for the page that is on its way."""
NOTED = "noted"
HOLD_BACK = """if (!sessionStorage.getItem("go on")) {
  const wait = window.setTimeout;
  window.setTimeout = (work, ...rest) => rest[0] < 1000 || window.load ? wait(work, ...rest) : (window.load = work);
}"""
"""The page does not load itself anew, while axe looks at it, until it is told to."""
GO_ON = "() => { sessionStorage.setItem('go on', 'yes'); window.load(); }"


def press(page: Page) -> None:
    page.get_by_role("button", name="Duyệt và ban hành").click(no_wait_after=True)


def test_while_it_is_published_the_button_says_so_and_takes_no_second_press(
    page: Page, gate: Gate, settled: Database
) -> None:
    assert "khoảng mười giây" in page.inner_text("main")
    page.evaluate(PRESS_AGAIN)
    with page.expect_console_message(lambda said: said.text == NOTED):
        press(page)
    assert gate.begun.wait(PATIENCE)
    gate.opened.set()
    expect(page.locator(".flash")).to_contain_text("Đã ban hành bản số 1", timeout=60_000)
    shown = page.evaluate("JSON.parse(sessionStorage.getItem('shown'))")
    assert shown[:2] == [True, "Đang ban hành…"]
    assert "không ban hành hai lần" in shown[2]
    assert gate.times == 1
    assert len(way(settled, ROUND, now=NOW).issues) == 1


def test_a_page_that_is_loaded_anew_still_says_so_and_shows_the_issue_when_it_is_done(
    page: Page, gate: Gate, settled: Database
) -> None:
    page.add_init_script(HOLD_BACK)
    press(page)
    assert gate.begun.wait(PATIENCE)
    page.goto(page.url)
    expect(page.get_by_role("button", name="Đang ban hành…")).to_be_disabled()
    assert violations(page) == []
    page.evaluate(GO_ON)
    gate.opened.set()
    expect(page.locator("article.issue")).to_contain_text("Bản số 1", timeout=60_000)
    assert gate.times == 1
    assert len(way(settled, ROUND, now=NOW).issues) == 1


def test_a_refusal_gives_the_button_back(
    page: Page, monkeypatch: pytest.MonkeyPatch, settled: Database
) -> None:
    def broken(*_arguments: Any, **_named: Any) -> None:
        raise issuing.FreezeBroken(ROUND)

    monkeypatch.setattr("survey.actions.publishing_apart.publish", broken)
    press(page)
    expect(page.locator(".flash")).to_contain_text("Chưa ban hành")
    expect(page.get_by_role("button", name="Duyệt và ban hành")).to_be_enabled()
    assert way(settled, ROUND, now=NOW).issues == ()


@pytest.mark.usefixtures("settled")
def test_without_a_script_a_second_press_is_told_what_the_first_one_did(app: Flask, officer: Visitor) -> None:
    officer.post(f"{WAY}/submit", {"csrf_token": hidden(officer.get(WAY), "csrf_token")})
    approver = signed_in(app, "duyet")
    shown = approver.get(WAY)
    form = {name: hidden(shown, name) for name in ("csrf_token", "read")}
    for _press in range(2):
        assert "Đã ban hành bản số 1" in approver.post(f"{WAY}/publish", form)
    assert "đã đổi trạng thái" in approver.post(f"{WAY}/publish", {**form, "read": "77"})
    assert "Bản số 2" not in approver.get(WAY)
