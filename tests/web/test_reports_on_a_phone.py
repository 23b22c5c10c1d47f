"""Reports in a real Chromium, 320 px wide: nothing wider than the phone, and tables that sort by mouse and keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from survey.core.place import Unit
from survey.store import places, rounds
from survey.store.database import Database
from tests.axe import violations
from tests.browser import chromium
from tests.places import EARLIER, NOW, ROUND, add_responses
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
    summed = report.locator("table.report-table", has=report.locator("tr.report-total"))
    factors, modes = (summed.filter(has_text=words) for words in ("yếu tố và thay đổi", "theo hình thức"))
    for table, names, sums in ((factors, ("Tỷ lệ", "Yếu tố"), 1), (modes, ("Phiếu", "Hình thức"), 2)):
        last = table.locator("tbody th").all_inner_texts()[-sums:]
        for name in names:
            buttons = table.get_by_role("button", name=name, exact=True)
            if buttons.count():
                buttons.click()
            assert table.locator("tbody th").all_inner_texts()[-sums:] == last


def test_a_sorted_page_is_no_wider_than_the_phone_and_axe_finds_nothing(report: Page) -> None:
    units(report).get_by_role("button", name="Chỉ số", exact=True).click()
    assert report.evaluate("document.documentElement.scrollWidth") == 320
    assert violations(report) == []


@pytest.mark.parametrize("rest", ["/now", "/strata", "/units/XA", "/units/XA/fields/land", "/data"])
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


@pytest.mark.parametrize("wide", [320, 360])
@pytest.mark.parametrize("path", ["", "/now", "/units/XA"])
def test_no_chart_and_no_short_table_has_to_be_swiped_on_a_phone(report: Page, path: str, wide: int) -> None:
    report.set_viewport_size({"width": wide, "height": 640})
    report.goto(report.url.split("?")[0] + path)
    assert report.locator("svg[viewBox^='0 0 640 ']:visible").count() == 0
    assert report.locator("svg[viewBox^='0 0 272 ']:visible").count() > 0
    swiped = report.locator(".report-scroll").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.ariaLabel)"
    )
    assert swiped == []
    smallest = report.locator("svg[viewBox^='0 0 272 ']:visible").evaluate_all(
        "all => Math.min(...all.map(e => 12 * e.getBoundingClientRect().width / 272))"
    )
    assert smallest >= 10.5


def test_a_wide_screen_and_paper_show_the_wide_drawing_and_the_table_as_a_table(report: Page) -> None:
    report.set_viewport_size({"width": 1200, "height": 900})
    narrow, wide = "svg[viewBox^='0 0 272 ']:visible", "svg[viewBox^='0 0 640 ']:visible"
    for medium in ("screen", "print"):
        report.emulate_media(media=medium)  # type: ignore[arg-type]
        assert report.locator(narrow).count() == 0
        assert report.locator(wide).count() > 0
    row = units(report).locator("tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == "table-row"


def test_a_card_names_its_figures_by_their_columns_and_is_still_a_table_row(report: Page) -> None:
    table = units(report)
    cell = table.get_by_role("row").nth(1).get_by_role("cell").first
    heading = cell.get_attribute("data-column")
    assert heading == "Hồ sơ"
    shown = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert heading in shown
    assert table.get_by_role("columnheader").count() == len(
        table.get_by_role("row").nth(1).locator("*").all()
    )


def test_a_table_whose_order_says_something_cannot_be_sorted(report: Page) -> None:
    covered = report.locator("table.report-table").filter(has_text="Độ phủ của khảo sát")
    assert covered.get_by_role("button").count() == 0
    modes = report.locator("table.report-table").filter(has_text="Phiếu trả lời theo hình thức")
    assert modes.locator("tr.report-total").count() == 2


def test_the_names_of_a_long_table_stay_in_view_while_it_is_swiped(
    app: Flask, sqlite_small: Database, browser: Browser
) -> None:
    with sqlite_small.writing() as session:
        units = [Unit(f"U{k}", f"Xã Thứ {k}", "commune") for k in range(60)]
        places.add_units(session, units)
        found = rounds.with_code(session, ROUND, now=NOW)
        assert found
        later = replace(found, code="many", starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
        rounds.add(session, later, {(unit.code, "land"): 100 for unit in units})
    cookie = signed_in(app, "lanhdao").client.get_cookie("sipas")
    assert cookie is not None
    with serving(app) as address:
        page = browser.new_page(viewport={"width": 320, "height": 640})
        page.context.add_cookies([{"name": "sipas", "value": cookie.value, "url": address}])
        page.goto(f"{address}/reports/many")
        frame = page.locator(".report-scroll").filter(has_text="Độ tin cậy theo đơn vị:")
        assert frame.locator("table.report-cards").count() == 0
        assert frame.get_attribute("role") == "region"
        assert frame.get_attribute("aria-label")
        frame.focus()
        assert frame.evaluate("frame => frame === document.activeElement")
        assert frame.evaluate("frame => { frame.scrollLeft = 80; return frame.scrollLeft }") == 80
        left = frame.evaluate("frame => frame.getBoundingClientRect().left")
        for name in (frame.locator("tbody th").nth(30), frame.locator("thead th").first):
            shown = name.evaluate("e => e.getBoundingClientRect().toJSON()")
            assert shown["left"] == pytest.approx(left, abs=1)
            assert shown["width"] <= 160
        page.close()
