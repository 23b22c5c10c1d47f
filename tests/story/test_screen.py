"""The changing code on a counter's screen, read from its pixels: fresh ones open the form, photographs do not."""

import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from survey.actions.rounds import close_round
from survey.store.database import Database
from tests.browser import chromium
from tests.clocked import Clocked, serving
from tests.places import OFFICER, ROUND, SCREEN
from tests.story.test_walk import LEAST_TEXT, SMALLEST_TEXT, WIDEST
from tests.web.visitor import stored

PHONE = {"width": 360, "height": 740}


def test_a_photograph_of_the_screen_is_soon_useless_but_a_slow_reader_finishes(
    sqlite_small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(sqlite_small, tmp_path, monkeypatch) as site, chromium() as browser:
        screen = browser.new_context(viewport={"width": 800, "height": 1280}).new_page()
        screen.clock.install()
        screen.goto(f"{site.address}/s/{SCREEN}")
        photograph = _seen(screen)
        phone = browser.new_context(viewport=PHONE).new_page()
        phone.goto(photograph)
        expect(phone.get_by_role("button", name="Gửi phiếu")).to_be_visible()

        for _ in range(2):
            before = screen.locator(".code img").get_attribute("src") or ""
            _pass(screen, site, 31)
            expect(screen.locator(".code img")).not_to_have_attribute("src", before)
        fresh = _seen(screen)
        assert fresh != photograph

        late = browser.new_context(viewport=PHONE).new_page()
        late.goto(photograph)
        expect(late.locator("h1")).to_have_text("Mã trên màn hình đã đổi")
        late.goto(fresh)
        expect(late.get_by_role("button", name="Gửi phiếu")).to_be_visible()

        site.wait(2 * 3600)
        phone.get_by_label("Đất đai").check()
        for group in phone.locator("fieldset:has(input[value='na'])").all():
            group.get_by_label("Hài lòng", exact=True).check()
        phone.get_by_role("button", name="Gửi phiếu").click()
        phone.wait_for_url("**/x/*")
        expect(phone.get_by_text("Đã ghi nhận.")).to_be_visible()
        assert phone.context.cookies() == screen.context.cookies() == []
    assert [row["mode"] for row in stored(sqlite_small)] == ["screen"]


@pytest.mark.parametrize("width", [320, 800])
def test_the_words_on_the_screen_are_large_enough_to_read_and_fit(
    sqlite_small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    with serving(sqlite_small, tmp_path, monkeypatch) as site, chromium() as browser:
        screen = browser.new_context(viewport=PHONE | {"width": width}).new_page()
        screen.goto(f"{site.address}/s/{SCREEN}")
        _seen(screen)
        assert screen.evaluate(SMALLEST_TEXT) >= LEAST_TEXT
        assert screen.evaluate(WIDEST) <= width


def test_without_network_the_screen_stops_showing_what_is_no_longer_taken_and_recovers_by_itself(
    sqlite_small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(sqlite_small, tmp_path, monkeypatch) as site, chromium() as browser:
        screen = browser.new_context(viewport=PHONE).new_page()
        screen.clock.install()
        screen.goto(f"{site.address}/s/{SCREEN}")
        _seen(screen)
        expect(screen.get_by_role("alert")).to_be_hidden()
        screen.context.set_offline(offline=True)
        screen.clock.run_for(62_000)
        expect(screen.get_by_role("alert")).to_contain_text("Mất kết nối")
        expect(screen.locator(".code")).to_be_hidden()
        screen.context.set_offline(offline=False)
        _pass(screen, site, 10)
        expect(screen.locator(".code")).to_be_visible()
        expect(screen.get_by_role("alert")).to_be_hidden()
        assert "/now/" in _seen(screen)


def test_when_the_round_closes_the_screen_says_so_without_anybody_touching_it(
    sqlite_small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(sqlite_small, tmp_path, monkeypatch) as site, chromium() as browser:
        screen = browser.new_context().new_page()
        screen.clock.install()
        screen.goto(f"{site.address}/s/{SCREEN}")
        close_round(sqlite_small, ROUND, by=OFFICER, now=site.now())
        _pass(screen, site, 31)
        expect(screen.locator("main")).to_contain_text("Hiện không có đợt khảo sát")
        expect(screen.locator(".code")).to_have_count(0)


def _seen(screen: Page) -> str:
    """The address that a phone reads in the screen's pixels, once the picture of the code is painted."""
    screen.locator(".code img").evaluate("image => image.decode()")
    picture = Image.open(io.BytesIO(screen.screenshot()))
    [code] = zxingcpp.read_barcodes(picture)
    return str(code.text)


def _pass(screen: Page, site: Clocked, seconds: float) -> None:
    """Let time pass for the site and for the screen."""
    site.wait(seconds)
    screen.clock.run_for(seconds * 1000)
