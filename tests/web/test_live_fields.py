"""Live fields are put into a chapter by a button, in a real Chromium; every state of the page is free of axe's findings."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from reports.live_fields import FIELDS
from survey.actions.issuing import submit
from survey.actions.report_texts import history, save
from survey.actions.rounds import close_round
from survey.store.database import Database
from tests.axe import violations
from tests.browser import chromium
from tests.places import NOW, OFFICER, ROUND
from tests.web.conftest import signed_in
from tests.web.serving import serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all pages."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, app: Flask, answered: Database) -> Iterator[Page]:
    """The page on which a report is written, opened by an officer on a screen of 320 pixels."""
    assert answered
    with serving(app) as address:
        page = browser.new_page(viewport={"width": 320, "height": 640})
        cookie = signed_in(app, "canbo").client.get_cookie("sipas")
        assert cookie is not None
        page.context.add_cookies([{"name": "sipas", "value": cookie.value, "url": address}])
        page.goto(f"{address}/officer/rounds/{ROUND}/report")
        yield page
        page.close()


def insert(page: Page, field: str) -> None:
    page.click(f'button[data-field="{field}"]')


def test_a_button_puts_its_field_where_the_officer_wrote_last(page: Page, answered: Database) -> None:
    page.click("#q-proposals_vi")
    page.keyboard.type("Mới ")
    insert(page, "{chỉ số}")
    page.keyboard.type(" thôi")
    assert page.input_value("#q-proposals_vi") == "Mới {chỉ số} thôi"
    assert page.inner_text("#inserted").startswith("Đã chèn {chỉ số}: Kiến nghị, đề xuất")
    page.keyboard.press("Home")
    insert(page, "{số phiếu}")
    assert page.input_value("#q-proposals_vi") == "{số phiếu}Mới {chỉ số} thôi"
    page.click("main form button[type=submit]")
    page.wait_for_selector(".flash")
    _round, states = history(answered, ROUND, now=NOW)
    assert [state.texts.proposals_vi for state in states] == ["{số phiếu}Mới {chỉ số} thôi"]


def test_every_field_has_a_button_and_before_anything_was_written_it_goes_into_the_first_chapter(
    page: Page,
) -> None:
    offered = page.eval_on_selector_all("button[data-field]", "all => all.map(one => one.dataset.field)")
    assert offered == [f"{{{name}}}" for name in FIELDS]
    for field in offered:
        insert(page, field)
    assert page.input_value("#q-assessment_vi") == "".join(offered)


def test_suggested_wording_is_taken_with_one_click_once_and_never_printed_before(
    page: Page, answered: Database
) -> None:
    assert history(answered, ROUND, now=NOW)[1] == []
    page.fill("#q-assessment_vi", "Lời của tôi.\n")
    button = 'button[data-suggested="q-assessment_vi"]'
    page.click(button)
    taken = page.input_value("#q-assessment_vi")
    assert taken.startswith("Lời của tôi.\nĐợt khảo sát lấy ý kiến về {số đơn vị}")
    assert page.inner_text("#inserted") == "Đã chèn lời gợi ý: Đánh giá chung (không bắt buộc)"
    page.click(button)
    assert page.input_value("#q-assessment_vi") == taken
    assert page.inner_text("#inserted").startswith("Lời gợi ý đã có trong ô")
    page.click('button[data-suggested="q-legal_bases"]')
    page.click("main form button[type=submit]")
    page.wait_for_selector(".flash")
    [state] = history(answered, ROUND, now=NOW)[1]
    assert state.texts.assessment_vi == taken
    assert state.texts.legal_bases.startswith("Căn cứ")
    assert state.texts.shortcomings_vi == ""
    for summary in page.locator(".suggested summary").all():
        if summary.is_visible():
            summary.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_refused_text_and_a_conflict_are_readable_by_everybody(page: Page, answered: Database) -> None:
    page.fill("#q-assessment_vi", "{không có}")
    page.fill("#q-number", "năm")
    page.click("main form button[type=submit]")
    page.wait_for_selector(".error")
    assert violations(page) == []
    page.fill("#q-assessment_vi", "Của tôi\nhai dòng")
    page.fill("#q-number", "5")
    save(answered, ROUND, {"assessment_vi": "Của người khác"}, base=0, who="canbo2", now=NOW)
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=Hai người vừa sửa cùng một chỗ")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.click("text=Lưu bản của tôi")
    page.wait_for_selector(".flash")
    assert page.input_value("#q-assessment_vi") == "Của tôi\nhai dòng"
    page.goto(page.url + "/history")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_while_the_report_waits_nothing_can_be_typed_and_every_box_says_why(
    page: Page, answered: Database
) -> None:
    close_round(answered, ROUND, by=OFFICER, now=NOW)
    submit(answered, ROUND, "", who="canbo", now=NOW + timedelta(days=16))
    page.reload()
    boxes = page.locator("main form textarea, main form input:not([type=hidden])")
    assert boxes.count() == 13
    for box in boxes.all():
        assert box.get_attribute("readonly") is not None
        assert "why-shut" in (box.get_attribute("aria-describedby") or "").split()
    assert "đang chờ duyệt" in page.inner_text("#why-shut")
    page.focus("#q-proposals_vi")
    page.keyboard.type("Lén viết")
    assert page.input_value("#q-proposals_vi") == ""
    assert page.locator("button[data-field]:visible").count() == 0
    assert page.locator("main form button[type=submit]").is_disabled()
    assert violations(page) == []
