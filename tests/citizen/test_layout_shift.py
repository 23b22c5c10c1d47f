"""Nothing on a fresh form moves while it loads, however late the style and the script arrive."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.citizen.phone import FORM, SIZE
from tests.server import Installation

LISTEN = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.shifts.push({value: entry.value, moved: entry.sources.map((each) => each.node && each.node.outerHTML)});
  }
}).observe({type: "layout-shift", buffered: true});
"""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))"
SLOWER = 4
LATE = {"**/citizen.css*": 0.3, "**/citizen.js*": 1.0}
"""Seconds by which a file comes later than the page."""


@pytest.fixture(params=[SIZE["width"], 320, 1280])
def slow(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A slow phone, or a large screen, on a slow network."""
    context = browser.new_context(viewport=SIZE | {"width": request.param}, locale="vi-VN")
    for address, seconds in LATE.items():
        context.route(address, coming_late(seconds))
    context.add_init_script(LISTEN)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield page
    context.close()


def coming_late(seconds: float) -> Callable[[Route], None]:
    """Lets a file through, later."""

    def let_through(route: Route) -> None:
        time.sleep(seconds)
        route.continue_()

    return let_through


def shifts(page: Page) -> list[dict[str, Any]]:
    """What moved by itself so far, and how much of the screen."""
    page.evaluate(SETTLED)
    found: list[dict[str, Any]] = page.evaluate("window.shifts")
    return found


def test_nothing_of_a_fresh_form_moves_while_it_loads(slow: Page, installation: Installation) -> None:
    slow.goto(installation.address + FORM, wait_until="commit")
    expect(slow.locator(".bar")).to_contain_text("Đã trả lời 0/")
    expect(slow.locator(".bar")).to_be_visible()
    assert shifts(slow) == []
    slow.evaluate("document.getElementById('main').prepend(document.createElement('hr'))")
    assert sum(shift["value"] for shift in shifts(slow)) > 0


def test_nothing_moves_under_the_hand_of_who_answers(slow: Page, installation: Installation) -> None:
    slow.goto(installation.address + FORM)
    expect(slow.locator("p.draft")).to_be_hidden()
    for question in slow.locator("fieldset.question").all():
        question.locator("input").first.check()
    expect(slow.locator("p.draft")).to_be_visible()
    assert shifts(slow) == []


def test_without_a_script_no_room_is_kept_for_what_it_says(
    browser: Browser, installation: Installation
) -> None:
    context = browser.new_context(viewport=SIZE, java_script_enabled=False)
    page = context.new_page()
    page.goto(installation.address + FORM)
    assert page.locator(".bar").bounding_box() is None
    context.close()
