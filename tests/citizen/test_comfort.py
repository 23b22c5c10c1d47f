"""While a citizen answers: only what applies is asked, progress is shown, gaps are found before anything is sent."""

import gzip
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from survey.settings import PROJECT
from survey.store.database import Database
from tests.citizen.phone import FORM, SIZE, Phone, expect_receipt, fill, press_send
from tests.server import Installation
from tests.story.test_walk import LEAST_TEXT, SMALLEST_TEXT, TWICE, WIDEST
from tests.web.test_files import ON_THE_WIRE
from tests.web.visitor import stored

SCRIPT = PROJECT / "survey" / "web" / "static" / "citizen.js"
CONDITIONS = {"a2": ("a1", "1 2"), "a3": ("a2", "1"), "b1": ("a3", "5")}
"""A chain: a2 depends on a1, a3 on a2, b1 on a3."""


def marks(conditions: dict[str, tuple[str, str]]) -> dict[str, str]:
    """What to change in a page so that questions carry these conditions."""
    return {
        f'id="q-{code}"': f'id="q-{code}" data-when="{other}" data-is="{accepted}"'
        for code, (other, accepted) in conditions.items()
    }


NEWER = re.compile(
    r"[\w-]+:[^:;{}]*\bm(?:in|ax)\([^;{}]*;|\bgap:[^;{}]*;|[^{}]*:(?:has|focus-visible)\b[^{}]*{[^{}]*}"
)
"""What browsers of 2017 skip in a style sheet: min() and max(), the gap of a flexible box, newer selectors."""


def open_with(phone: Phone, changes: dict[str, str]) -> Page:
    """The form with changes in its markup."""

    def change(route: Route) -> None:
        html = route.fetch().text()
        for old, new in changes.items():
            assert old in html
            html = html.replace(old, new)
        route.fulfill(body=html, content_type="text/html")

    phone.context.route(f"**{FORM}", change)
    return phone.open()


def test_what_stands_in_a_section_that_does_not_apply_is_neither_asked_nor_sent(phone: Phone) -> None:
    section = '<section aria-labelledby="section-procedures"'
    page = open_with(phone, {section: f'{section} data-when="a1" data-is="5"', **marks({"b2": ("b1", "1")})})
    expect(page.locator("#q-b1")).to_be_hidden()
    choose(page, "a1", "5")
    expect(page.locator("#q-b1")).to_be_visible()
    expect(page.locator("#q-b2")).to_be_hidden()
    choose(page, "b1", "1")
    choose(page, "b2", "3")
    choose(page, "a1", "1")
    expect(page.locator("#q-b1")).to_be_hidden()
    assert {"b1", "b2"}.isdisjoint(sent(page))
    choose(page, "a1", "5")
    assert {"b1": "1", "b2": "3"}.items() <= sent(page).items()
    choose(page, "b1", "2")
    assert "b2" not in sent(page)


def choose(page: Page, code: str, value: str) -> None:
    """Choose an answer as a hand does."""
    page.locator(f"#q-{code} input[value='{value}']").check()


def sent(page: Page) -> dict[str, Any]:
    """What the form would send."""
    found: dict[str, Any] = page.locator("#form").evaluate("form => Object.fromEntries(new FormData(form))")
    return found


def test_only_what_applies_is_asked_and_sent(phone: Phone) -> None:
    page = open_with(phone, marks(CONDITIONS))
    expect(page.locator("#q-a2")).to_be_hidden()
    asked = int(re.findall(r"/(\d+)", page.locator(".bar").inner_text())[0])
    choose(page, "a1", "2")
    expect(page.locator("#q-a2")).to_be_visible()
    choose(page, "a2", "1")
    choose(page, "a3", "5")
    choose(page, "b1", "3")
    expect(page.locator(".bar")).to_contain_text(f"Đã trả lời 4/{asked + 3} câu")
    assert {"a1": "2", "a2": "1", "a3": "5", "b1": "3"}.items() <= sent(page).items()
    choose(page, "a1", "5")
    for code in CONDITIONS:
        expect(page.locator(f"#q-{code}")).to_be_hidden()
        assert code not in sent(page)
    expect(page.locator(".bar")).to_contain_text(f"Đã trả lời 1/{asked} câu")
    choose(page, "a1", "1")
    assert {"a1": "1", "a2": "1", "a3": "5", "b1": "3"}.items() <= sent(page).items()


def test_progress_is_shown_and_read_out_only_to_who_asks_for_it(phone: Phone) -> None:
    page = phone.open()
    total = page.locator(".question").count()
    expect(page.locator(".bar")).to_contain_text(f"Đã trả lời 0/{total} câu")
    fill(page, first=3)
    bar = page.get_by_role("progressbar", name=f"Đã trả lời 4/{total} câu")
    assert (bar.get_attribute("max"), bar.evaluate("bar => bar.value")) == (str(total), 4)
    assert bar.evaluate("bar => bar.closest('[role=status], [aria-live]')") is None
    assert page.locator("#state").inner_text() == ""


def test_gaps_are_found_before_anything_is_sent_even_without_a_network(
    phone: Phone, database: Database
) -> None:
    page = phone.open()
    before = len(stored(database))
    phone.context.set_offline(True)
    page.locator("#q-a1 input[value='3']").check()
    press_send(page)
    first = page.locator("#q-field")
    expect(first).to_contain_text("Lỗi: Xin trả lời câu này.")
    expect(first.locator("input").first).to_be_focused()
    assert first.get_attribute("aria-describedby") == "q-field-error"
    expect(page.locator("#q-a1 .error")).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text("Số câu cần xem lại:")
    assert phone.posted == []
    phone.context.set_offline(False)
    fill(page)
    press_send(page)
    expect_receipt(page)
    assert len(stored(database)) == before + 1


def opened_again(phone: Phone) -> Page:
    """A form that was begun, closed and opened again, with all that the script says about it."""
    page = phone.open()
    fill(page, first=2)
    expect(page.locator(".draft")).to_be_visible()
    page.close()
    page = phone.open()
    expect(page.locator("#state .note")).to_be_visible()
    expect(page.locator(".draft")).to_be_visible()
    return page


@pytest.mark.parametrize("prepare", ["() => {}", TWICE])
def test_everything_fits_a_narrow_screen_even_with_text_of_twice_the_size(phone: Phone, prepare: str) -> None:
    page = opened_again(phone)
    page.set_viewport_size({"width": 320, "height": SIZE["height"]})
    page.evaluate(prepare)
    expect(page.get_by_role("button", name="Xóa bản nháp, làm lại từ đầu")).to_be_visible()
    press_send(page)
    expect(page.locator(".question .error").first).to_be_visible()
    assert page.evaluate(WIDEST) <= 320


def test_what_the_script_adds_is_large_enough_to_read(phone: Phone) -> None:
    page = opened_again(phone)
    press_send(page)
    expect(page.locator(".question .error").first).to_be_visible()
    assert page.evaluate(SMALLEST_TEXT) >= LEAST_TEXT


def test_a_question_may_have_any_code(phone: Phone) -> None:
    """Names of controls hide a form's own properties in browsers."""
    codes = ("submit", "reset", "action", "method", "elements", "hidden", "dataset", "title")
    boxes = "".join(f'<input name="{code}" value="1">' for code in codes)
    page = open_with(phone, {"</form>": f'<div class="question" id="q-x">{boxes}</div></form>'})
    fill(page)
    press_send(page)
    expect(page.locator("#state")).to_contain_text("Phiếu gửi đến không hợp lệ")  # the server's word
    expect(page.locator("#form")).to_be_hidden()


def test_a_first_visit_is_three_small_requests(browser: Browser, installation: Installation) -> None:
    page = browser.new_context(viewport=SIZE).new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    started, sizes = [], []
    network.on("Network.requestWillBeSent", lambda begun: started.extend([begun]))
    network.on(
        "Network.loadingFinished", lambda ended: sizes.extend([ended["encodedDataLength"]])
    )  # with headers
    page.goto(installation.address + FORM, wait_until="networkidle")
    loaded = [each for each in started if each["request"]["url"].startswith("http")]
    assert [each["type"] for each in loaded] == ["Document", "Stylesheet", "Script"]
    assert 0 < sum(sizes) <= ON_THE_WIRE
    assert page.context.cookies() == []
    page.context.close()


def test_the_script_is_small_and_holds_no_words_for_people() -> None:
    script = SCRIPT.read_bytes()
    assert len(gzip.compress(script)) <= 6 * 1024
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", script.decode(), flags=re.DOTALL)
    assert re.findall(r"[^\x00-\x7f]", code) == []


def test_an_older_browser_that_skips_newer_style_keeps_words_off_the_edges(phone: Phone) -> None:
    skipped = []

    def older(route: Route) -> None:
        style = route.fetch().text()
        skipped.extend(NEWER.findall(style))
        route.fulfill(body=NEWER.sub("", style), content_type="text/css")

    phone.context.route("**/citizen.css*", older)
    page = phone.open()
    assert len(skipped) > 10
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for part in ("header", "main", ".question", ".choice"):
        padding = page.locator(part).first.evaluate(
            "(part) => parseFloat(getComputedStyle(part).paddingLeft)"
        )
        assert padding >= 8, part
    button = page.locator(".choice input").first.bounding_box()
    words = page.locator(".choice span").first.bounding_box()
    assert button is not None
    assert words is not None
    assert words["x"] - (button["x"] + button["width"]) >= 8
    assert button["width"] >= 20
