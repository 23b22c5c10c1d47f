"""Reports in a real Chromium, 320 px wide: nothing wider than the phone, and tables that sort by mouse and keyboard."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from survey.store.database import Database
from tests.axe import violations
from tests.browser import chromium
from tests.places import EARLIER, add_responses
from tests.web.conftest import signed_in
from tests.web.serving import serving

CODES = {"SO": [5] * 12, "XA": [5] * 9 + [1], "PH": [5] * 3 + [1] * 120}
"""100,00 %, 90,00 % and 2,44 %: as text the first would come before the second."""


TOO_WIDE = """() => [...document.querySelectorAll("main *, header *")]
  .filter((e) => e.getBoundingClientRect().right > 321 && !e.closest(".report-scroll"))
  .map((e) => e.tagName + "." + e.className)"""
"""What reaches beyond the phone, but for what scrolls in a frame of its own."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def report(app: Flask, sqlite_small: Database, browser: Browser) -> Iterator[Page]:
    for unit, codes in CODES.items():
        add_responses(sqlite_small, unit, "land", codes, EARLIER)
    cookie = signed_in(app, "lanhdao").client.get_cookie("sipas")
    assert cookie is not None
    with serving(app) as address:
        page = browser.new_page(viewport={"width": 320, "height": 640})
        page.context.add_cookies([{"name": "sipas", "value": cookie.value, "url": address}])
        page.goto(f"{address}/reports/{EARLIER}")
        yield page
        page.close()


def units(report: Page) -> Locator:
    return report.locator("table.report-table").filter(has_text="Hạng có thể").first


def order(table: Locator) -> list[str]:
    return [text.split()[-1] for text in table.locator("tbody th").all_inner_texts()]


def test_a_column_of_numbers_is_sorted_by_the_number(report: Page) -> None:
    table = units(report)
    assert order(table) == ["nghiệm", "An", "Thuận"]
    button = table.get_by_role("button", name="Chỉ số", exact=True)
    button.click()
    assert order(table) == ["Thuận", "An", "nghiệm"]
    heading = table.get_by_role("columnheader", name="Chỉ số", exact=True)
    expect(heading).to_have_attribute("aria-sort", "ascending")
    button.click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert order(table) == ["nghiệm", "An", "Thuận"]


def test_words_are_sorted_as_vietnamese_are_and_by_the_keyboard(report: Page) -> None:
    table = units(report)
    table.get_by_role("button", name="Đơn vị", exact=True).focus()
    report.keyboard.press("Enter")
    assert order(table) == ["Thuận", "nghiệm", "An"]
    table.get_by_role("button", name="Phiếu", exact=True).press("Space")
    assert order(table) == ["An", "nghiệm", "Thuận"]
    assert table.locator("th[aria-sort]").count() == 1


def test_a_row_of_sums_stays_below(report: Page) -> None:
    table = report.locator("table.report-table", has=report.locator("tr.report-total")).first
    last = table.locator("tbody th").last.inner_text()
    for name in ("Tỷ lệ", "Yếu tố"):
        table.get_by_role("button", name=name, exact=True).click()
        assert table.locator("tbody th").last.inner_text() == last


def test_a_sorted_page_is_no_wider_than_the_phone_and_axe_finds_nothing(report: Page) -> None:
    units(report).get_by_role("button", name="Chỉ số", exact=True).click()
    assert report.evaluate("document.documentElement.scrollWidth") == 320
    assert violations(report) == []


@pytest.mark.parametrize("rest", ["/now", "/units/XA", "/units/XA/fields/land", "/data"])
def test_board_and_units_are_no_wider_than_the_phone_with_text_of_twice_the_size(
    report: Page, rest: str
) -> None:
    report.goto(report.url.split("?")[0] + rest)
    assert report.evaluate("document.documentElement.scrollWidth") == 320
    report.evaluate("document.documentElement.style.fontSize = '200%'")
    assert report.evaluate(TOO_WIDE) == []
    assert report.evaluate("document.documentElement.scrollWidth") == 320
    assert violations(report) == []


def test_from_the_board_to_an_item_by_the_keyboard_alone(report: Page) -> None:
    report.goto(f"{report.url}/now")
    link = report.get_by_role("link", name="Xã Bình An")
    link.focus()
    report.keyboard.press("Enter")
    expect(report.locator("h1")).to_contain_text("Xã Bình An")
    field = report.get_by_role("link", name="Đất đai")
    field.focus()
    report.keyboard.press("Enter")
    expect(report.locator("h1")).to_contain_text("Xã Bình An – Đất đai")
    expect(report.locator("table.report-table tbody tr").nth(1)).to_contain_text("90,00 %")
