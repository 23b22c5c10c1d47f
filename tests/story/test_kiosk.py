"""A tablet at a counter: one person after the other, nobody sees anything of the last one, network or not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.actions.rounds import close_round
from survey.core.response import is_response_id
from survey.store.database import Database
from tests.clocked import Clocked, serving
from tests.places import KIOSK, OFFICER, ROUND
from tests.story.test_walk import LEAST_TEXT, SMALLEST_TEXT
from tests.web.visitor import stored

TABLET = {"width": 800, "height": 1280}
SMALL = {"width": 360, "height": 740}
SOON = timedelta(minutes=10)
"""Longer than the page takes to open, shorter than an idle tablet waits before it looks for a newer page."""
SECRET_WORDS = "Cán bộ quầy số 1 rất chậm"

WHAT_IS_KEPT = """async () => {
  const stores = await new Promise((resolve) => {
    const request = indexedDB.open("sipas");
    request.onsuccess = () => resolve(request.result);
  });
  const all = (name) => new Promise((resolve) => {
    const request = stores.transaction(name).objectStore(name).getAll();
    request.onsuccess = () => resolve(request.result);
  });
  return { outbox: await all("outbox"), draft: await all("draft"), local: Object.keys(localStorage),
           session: Object.keys(sessionStorage), cookies: document.cookie };
}"""


@pytest.fixture
def site(sqlite_small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clocked]:
    with serving(sqlite_small, tmp_path, monkeypatch) as site:
        yield site


def tablet(browser: Browser, site: Clocked, viewport: dict[str, int] | None = None) -> Page:
    """A tablet that shows the kiosk's address, on a clock that only tests move: how busy the machine is counts not."""
    page = browser.new_context(viewport=viewport or TABLET).new_page()
    page.clock.install(time=site.now())
    page.goto(f"{site.address}/k/{KIOSK}")
    expect(page.locator("body.ready")).to_be_visible()
    page.clock.pause_at(site.now() + SOON)
    return page


def fill(page: Page, choice: str = "Hài lòng", field: str = "Đất đai", comment: str = "") -> None:
    page.get_by_label(field).check()
    for group in page.locator("fieldset:has(input[value='na'])").all():
        group.get_by_label(choice, exact=True).check()
    if comment:
        page.locator("textarea").first.fill(comment)


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi phiếu").click()


def wait_until(page: Page, told: str, wanted: object) -> None:
    """Wait until a script tells what is wanted; the page's content policy forbids Playwright's own way."""
    found: object = None
    for _ in range(600):
        found = page.evaluate(told)
        if found == wanted:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{told}: {found}")


def delivered(page: Page) -> None:
    """Wait until nothing is kept on the tablet any more."""
    wait_until(page, f"({WHAT_IS_KEPT})().then((kept) => kept.outbox.length)", 0)


def fresh_id(page: Page) -> str:
    return page.locator("input[name=id]").input_value()


def is_fresh(page: Page) -> None:
    """Nothing of anybody is on the page."""
    expect(page.locator("#thanks")).to_be_hidden()
    expect(page.locator("input:checked")).to_have_count(0)
    assert {area.input_value() for area in page.locator("textarea").all()} <= {""}
    expect(page.locator(".error")).to_have_count(0)
    expect(page.locator("#state .note")).to_have_count(0)
    wait_until(page, "scrollY", 0)
    assert is_response_id(fresh_id(page))


# --- what is counted ---------------------------------------------------------------------------------


def test_every_person_who_begins_is_told_of_once_and_who_only_looks_is_not(
    browser: Browser, site: Clocked, sqlite_small: Database
) -> None:
    page = tablet(browser, site)
    begun: list[str] = []
    page.on("request", lambda request: begun.append(request.url) if request.url.endswith("/begun") else None)
    assert begun == []
    for number in (1, 2):
        fill(page)
        send(page)
        expect(page.locator("#thanks")).to_be_visible()
        page.clock.run_for(8_500)
        is_fresh(page)
        delivered(page)
        assert len(begun) == number
    assert len(stored(sqlite_small)) == 2


# --- one after the other -----------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [TABLET, SMALL])
def test_the_second_person_sees_nothing_of_the_first(
    browser: Browser, site: Clocked, sqlite_small: Database, viewport: dict[str, int]
) -> None:
    page = tablet(browser, site, viewport)
    first = fresh_id(page)
    fill(page, "Rất không hài lòng", comment=SECRET_WORDS)
    send(page)
    expect(page.locator("#thanks")).to_be_visible()
    expect(page.locator("#thanks")).to_contain_text("Cảm ơn Ông/Bà")
    assert SECRET_WORDS not in page.content()
    page.clock.run_for(8_500)
    is_fresh(page)
    second = fresh_id(page)
    assert second != first
    delivered(page)
    expect(page.locator("#sending")).to_have_text("Mọi phiếu đã gửi.")
    kept = page.evaluate(WHAT_IS_KEPT)
    assert kept == {"outbox": [], "draft": [], "local": [], "session": [], "cookies": ""}

    fill(page, "Hài lòng")
    send(page)
    page.get_by_role("button", name="Người tiếp theo").click()
    is_fresh(page)
    delivered(page)
    assert page.url == f"{site.address}/k/{KIOSK}"
    assert page.context.cookies() == []
    rows = stored(sqlite_small)
    assert sorted(row["id"] for row in rows) == sorted([first, second])
    assert {row["mode"] for row in rows} == {"kiosk"}
    assert [SECRET_WORDS in str(row["answers"]) for row in rows if row["id"] == first] == [True]


def test_the_first_touch_fills_the_screen(browser: Browser, site: Clocked) -> None:
    page = tablet(browser, site)
    assert page.evaluate("document.fullscreenElement") is None
    page.get_by_label("Đất đai").check()
    wait_until(page, "document.fullscreenElement === document.documentElement", wanted=True)


def test_what_the_tablet_says_is_large_enough_to_read(browser: Browser, site: Clocked) -> None:
    page = tablet(browser, site)
    expect(page.locator("#sending")).to_have_text("Mọi phiếu đã gửi.")
    assert page.evaluate(SMALLEST_TEXT) >= LEAST_TEXT
    fill(page)
    send(page)
    expect(page.locator("#thanks")).to_be_visible()
    assert page.evaluate(SMALLEST_TEXT) >= LEAST_TEXT


def test_going_back_and_forward_brings_no_answer_back(browser: Browser, site: Clocked) -> None:
    page = tablet(browser, site)
    fill(page, comment=SECRET_WORDS)
    send(page)
    page.get_by_role("button", name="Người tiếp theo").click()
    fill(page, comment=SECRET_WORDS)
    for _ in range(3):
        page.evaluate("history.back()")
        page.clock.run_for(1000)
        expect(page.locator("body.ready")).to_be_visible()
        is_fresh(page)
        page.locator("h1").click()
    page.evaluate("history.forward()")
    page.clock.run_for(1000)
    is_fresh(page)
    fill(page, comment=SECRET_WORDS)
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("body.ready")).to_be_visible()
    is_fresh(page)


def test_reloading_the_page_clears_it(browser: Browser, site: Clocked) -> None:
    page = tablet(browser, site)
    fill(page, comment=SECRET_WORDS)
    page.reload()
    expect(page.locator("body.ready")).to_be_visible()
    is_fresh(page)


def test_a_double_tap_is_one_response(browser: Browser, site: Clocked, sqlite_small: Database) -> None:
    page = tablet(browser, site)
    fill(page)
    page.get_by_role("button", name="Gửi phiếu").dblclick()
    expect(page.locator("#thanks")).to_be_visible()
    delivered(page)
    assert len(stored(sqlite_small)) == 1


def test_what_is_missing_is_said_and_the_next_person_is_not_told_of_it(
    browser: Browser, site: Clocked, sqlite_small: Database
) -> None:
    page = tablet(browser, site)
    page.get_by_label("Đất đai").check()
    send(page)
    expect(page.locator(".error").first).to_be_visible()
    expect(page.locator("#thanks")).to_be_hidden()
    page.clock.run_for(81_000)
    is_fresh(page)
    assert stored(sqlite_small) == []


# --- left alone --------------------------------------------------------------------------------------


def test_a_form_left_alone_is_cleared_after_a_warning_and_stays_for_who_asks_for_more_time(
    browser: Browser, site: Clocked
) -> None:
    page = tablet(browser, site)
    fill(page, comment=SECRET_WORDS)
    warning = page.get_by_role("alertdialog")
    page.clock.run_for(59_000)
    expect(warning).to_be_hidden()
    page.clock.run_for(2_000)
    expect(warning).to_contain_text("Còn 19 giây")
    expect(page.get_by_role("button", name="Thêm thời gian")).to_be_focused()
    page.get_by_role("button", name="Thêm thời gian").click()
    expect(warning).to_be_hidden()
    assert page.locator("textarea").first.input_value() == SECRET_WORDS
    page.clock.run_for(62_000)
    expect(warning).to_be_visible()
    page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    page.clock.run_for(79_000)
    assert page.locator("textarea").first.input_value() == SECRET_WORDS
    page.clock.run_for(2_000)
    expect(warning).to_be_hidden()
    is_fresh(page)


def test_an_untouched_form_waits_without_a_warning(browser: Browser, site: Clocked) -> None:
    page = tablet(browser, site)
    id_ = fresh_id(page)
    page.clock.run_for(600_000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    assert fresh_id(page) == id_


def test_the_language_of_one_person_is_not_that_of_the_next(browser: Browser, site: Clocked) -> None:
    page = tablet(browser, site)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html[lang=en] body.ready")).to_be_visible()
    page.locator("input[type=radio]").first.check()
    page.clock.run_for(81_000)
    expect(page.locator("html[lang=vi] body.ready")).to_be_visible()
    is_fresh(page)
    page.reload()
    expect(page.locator("html[lang=vi] body.ready")).to_be_visible()


# --- without network ---------------------------------------------------------------------------------


def test_without_network_people_go_on_answering_even_after_the_tablet_was_started_anew(
    browser: Browser, site: Clocked, sqlite_small: Database
) -> None:
    page = tablet(browser, site)
    wait_until(page, "caches.match(location.pathname).then(Boolean)", wanted=True)
    script = "document.querySelector('script[src*=kiosk]').src"
    wait_until(page, f"caches.match({script}).then(Boolean)", wanted=True)
    page.context.set_offline(offline=True)
    for waiting in (1, 2):
        fill(page)
        send(page)
        expect(page.locator("#thanks")).to_be_visible()
        page.get_by_role("button", name="Người tiếp theo").click()
        is_fresh(page)
        expect(page.locator("#sending")).to_have_text(f"Phiếu chờ gửi: {waiting}")
    page.reload()
    expect(page.locator("body.ready")).to_be_visible()
    is_fresh(page)
    fill(page)
    send(page)
    expect(page.locator("#thanks")).to_be_visible()
    page.clock.run_for(9_000)
    is_fresh(page)
    assert stored(sqlite_small) == []
    page.context.set_offline(offline=False)
    expect(page.locator("#sending")).to_have_text("Mọi phiếu đã gửi.", timeout=20_000)
    delivered(page)
    is_fresh(page)
    assert len({row["id"] for row in stored(sqlite_small)}) == 3


def test_without_network_no_link_leads_to_a_dead_page(browser: Browser, site: Clocked) -> None:
    page = tablet(browser, site)
    page.evaluate(
        "navigator.serviceWorker.getRegistrations().then((all) => all.map((one) => one.unregister()))"
    )
    page.reload()
    page.evaluate("caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))")
    page.context.set_offline(offline=True)
    page.get_by_role("link", name="English").click()
    page.clock.run_for(3_000)
    fill(page)
    send(page)
    expect(page.locator("#thanks")).to_be_visible()


# --- the round ---------------------------------------------------------------------------------------


def test_an_idle_tablet_takes_up_a_new_state_of_the_round_by_itself(
    browser: Browser, site: Clocked, sqlite_small: Database
) -> None:
    page = tablet(browser, site)
    close_round(sqlite_small, ROUND, by=OFFICER, now=site.now())
    page.clock.fast_forward(1_900_000)
    expect(page.locator("body.ready h1")).to_have_text("Hiện không có đợt khảo sát")
    with sqlite_small.writing() as session:
        session.connection().exec_driver_sql("UPDATE round SET closed_at = NULL WHERE code = '2026-q4'")
    page.clock.fast_forward(61_000)
    expect(page.locator("body.ready")).to_be_visible()
    is_fresh(page)


def test_without_a_script_the_tablet_says_that_it_needs_one_and_shows_no_form(
    browser: Browser, site: Clocked
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site.address}/k/{KIOSK}")
    expect(page.locator("noscript p")).to_be_visible()
    assert "cần bật JavaScript" in (page.locator("noscript p").text_content() or "")
    expect(page.locator("#form")).to_be_hidden()
    for name in ("warning", "thanks", "unkept"):
        expect(page.locator(f"#{name}")).to_be_hidden()
