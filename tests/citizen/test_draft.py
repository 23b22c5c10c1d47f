"""Answers are kept on the phone while they are given, and only there, and only until they are sent."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from survey.actions.publishing import publish_for
from survey.store.database import Database
from tests.citizen.phone import DAY, FORM, Phone, chosen, expect_receipt, fill, kept, press_send
from tests.places import LAND_ONLY, NOW, ROUND, five_factors
from tests.web.visitor import stored

THREE = ["field=land", "a1=4", "a2=4"]
RESTORED = "Đã mở lại bản nháp"
CLEAR = "Xóa bản nháp, làm lại từ đầu"


def begin(phone: Phone) -> Page:
    """A form with a few answers that are kept on the phone."""
    page = phone.open()
    fill(page, first=2)
    page.locator("textarea").fill("Nhanh gọn")
    expect(page.get_by_role("button", name=CLEAR)).to_be_visible()
    expect_draft(page, len(THREE) + 1)
    return page


def expect_draft(page: Page, size: int) -> None:
    """Wait until the phone keeps so many answers."""
    for _ in range(1200):
        found = kept(page, "draft")
        if sum(len(draft["answers"]) for draft in found) == size:
            return
        page.wait_for_timeout(50)
    raise AssertionError(found)


def test_a_form_that_was_closed_is_opened_with_its_answers_and_sent_leaves_nothing(
    phone: Phone, database: Database
) -> None:
    begin(phone).close()
    page = phone.open()
    expect(page.locator("#state")).to_contain_text(RESTORED)
    assert chosen(page) == THREE
    expect(page.locator("textarea")).to_have_value("Nhanh gọn")
    expect(page.locator(".bar")).to_contain_text("Đã trả lời 4/")
    response_id = fill(page)
    press_send(page)
    expect_receipt(page)
    assert kept(page, "draft") == []
    [answers] = [json.loads(row["answers"]) for row in stored(database) if row["id"] == response_id]
    assert answers["comment"] == "Nhanh gọn"
    page = phone.open()
    expect(page.locator(".bar")).to_contain_text("Đã trả lời 0/")
    assert chosen(page) == []


def test_a_draft_can_be_cleared_by_the_next_person(phone: Phone) -> None:
    begin(phone).close()
    page = phone.open()
    button = page.get_by_role("button", name=CLEAR)
    expect(button).to_be_in_viewport()
    button.click()
    expect(page.locator("#state")).to_contain_text("Đã xóa bản nháp.")
    expect(page.get_by_role("button", name=CLEAR)).to_be_hidden()
    assert chosen(page) == []
    expect(page.locator("textarea")).to_have_value("")
    assert kept(page, "draft") == []
    page.close()
    assert chosen(phone.open()) == []


def test_a_draft_is_forgotten_after_a_day(phone: Phone) -> None:
    begin(phone).close()
    phone.set_clock(DAY + 60)
    other = phone.open("/")
    expect_draft(other, 0)
    other.close()
    page = phone.open()
    assert chosen(page) == []


def test_a_draft_belongs_to_its_counter(phone: Phone) -> None:
    begin(phone).close()
    other = phone.open(f"/q/{LAND_ONLY}")
    other.wait_for_function("() => document.querySelector('.bar')")
    assert chosen(other) == []
    other.close()
    page = phone.open()
    expect(page.locator("#state")).to_contain_text(RESTORED)
    assert chosen(page) == THREE


def test_who_reads_a_version_finishes_on_it_and_no_draft_of_it_is_poured_into_another(
    phone: Phone, changing: Database
) -> None:
    begin(phone).close()
    reading = phone.open()
    expect(reading.locator("#state")).to_contain_text(RESTORED)
    response_id = fill(reading)
    read = reading.locator("#form").get_attribute("data-version")
    changed = five_factors().model_copy(
        update={
            "introduction": five_factors().introduction.model_copy(update={"vi": f"Kính chào {response_id}"})
        }
    )
    publish_for(changing, changed, ROUND, now=NOW)
    later = phone.open()
    expect(later.locator("main")).to_contain_text(f"Kính chào {response_id}")
    assert later.locator("#form").get_attribute("data-version") != read
    expect(later.locator(".draft")).to_be_hidden()
    assert chosen(later) == []
    press_send(reading)
    expect_receipt(reading)
    [row] = [row for row in stored(changing) if row["id"] == response_id]
    assert json.loads(row["answers"])["comment"] == "Nhanh gọn"
    assert row["version_id"] == 1


@pytest.mark.parametrize("fast", [True, False])
def test_another_language_keeps_the_answers_and_is_remembered_on_the_phone_only(
    phone: Phone, database: Database, *, fast: bool
) -> None:
    if fast:
        page = phone.open()
        fill(page, first=2)
    else:
        page = begin(phone)
    page.get_by_text("English", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".bar")).to_contain_text(
        re.compile(f" {len(THREE) if fast else len(THREE) + 1}(/| of )")
    )
    assert chosen(page) == THREE
    response_id = fill(page)
    page.locator(".send button").click()
    page.wait_for_url("**/x/*")
    [row] = [row for row in stored(database) if row["id"] == response_id]
    assert row["language"] == "en"
    page = phone.open()
    page.wait_for_url("**lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{phone.address}{FORM}?lang=vi")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    assert page.url.endswith("lang=vi")


def test_leaving_a_page_before_its_draft_is_opened_keeps_the_draft(phone: Phone) -> None:
    begin(phone).close()
    phone.context.add_init_script(
        "addEventListener('readystatechange', () => {"
        "  Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
        "  document.dispatchEvent(new Event('visibilitychange')); }, true)"
    )
    page = phone.open()
    expect(page.locator("#state")).to_contain_text(RESTORED)
    assert chosen(page) == THREE
