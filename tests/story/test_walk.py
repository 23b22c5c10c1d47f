"""Every questionnaire, shipped or tiny, leads to the thank-you page: real phone size, no script, each language."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from questionnaires.definition import Definition
from survey.actions.publishing import publish_for
from survey.library import shipped_definitions
from survey.store import counts
from survey.store.database import Database
from tests.places import MIXED, NOW, ROUND
from tests.web.tiny import FILES, tiny

SHIPPED = shipped_definitions()
ALL = {**SHIPPED, **{name: tiny(name) for name in FILES}}
WALKS = [(code, language) for code, definition in ALL.items() for language in definition.languages]
LEAST_HEIGHT = 48
LEAST_TEXT = 18
NARROW = {"width": 320, "height": 640}

SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll("body *")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""
WIDEST = "() => document.documentElement.scrollWidth"
FOCUSED = """() => {
    const part = document.activeElement, box = part.getBoundingClientRect();
    const shown = part.closest("label, a, button") || part, area = shown.getBoundingClientRect();
    const at = document.elementFromPoint(area.left + area.width / 2, Math.min(area.bottom, innerHeight) - 4);
    const group = [...document.querySelectorAll(`[name="${part.name}"]`)];
    return {
      kind: part.closest(".send") ? "send" : ["radio", "checkbox"].includes(part.type) ? "choice"
        : part.matches("input, textarea") ? "text" : "other",
      isAnswered: group.some((each) => each.checked),
      isSeen: box.width > 0 && area.bottom > 0 && area.top < innerHeight && shown.contains(at),
      what: part.outerHTML.slice(0, 120),
    };
}"""
"""What has the focus, and whether it can be seen: on the screen and not covered by anything."""
MOST_KEYS = 400
TWICE = "() => { document.documentElement.style.fontSize = '36px'; }"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone without scripts."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def open_in(shared: Database, phone: Page, site: str, code: str, language: str) -> None:
    """Put a questionnaire to use if it is not yet, and open it."""
    put_to_use(shared, ALL[code])
    phone.goto(f"{site}/q/{MIXED}?lang={language}")
    assert phone.locator("html").get_attribute("lang") == language


def put_to_use(shared: Database, definition: Definition) -> None:
    """Publish a definition unless it is, and let the round ask it."""
    publish_for(shared, definition, ROUND, now=NOW)


def answer(question: Locator) -> None:
    """Answer one question as it stands on the page."""
    choices = question.locator("label.choice:has(input:not([value='']))")
    if choices.count():
        choices.first.click()
        assert choices.first.locator("input").is_checked()
    else:
        question.locator("input, textarea").fill("1")


@pytest.mark.parametrize(("code", "language"), WALKS)
def test_it_reaches_the_thank_you_page(
    shared: Database, phone: Page, site: str, code: str, language: str
) -> None:
    open_in(shared, phone, site, code, language)
    before = count(shared)
    with phone.expect_navigation():  # or the rest of the page may still be to come
        phone.locator(".send button").click()
    expect(phone.locator("#summary")).to_be_visible()
    assert phone.locator("html").get_attribute("lang") == language
    for question in phone.locator(".question").all():
        answer(question)
    phone.locator(".send button").click()
    expect(phone.locator("p[role=status]")).to_be_visible()
    expect(phone).to_have_url(re.compile("/x/"))
    assert count(shared) == before + 1


@pytest.mark.parametrize(("code", "language"), WALKS)
def test_it_is_large_enough_to_read_and_to_touch_and_fits_a_narrow_phone(
    shared: Database, phone: Page, site: str, code: str, language: str
) -> None:
    open_in(shared, phone, site, code, language)
    assert phone.evaluate(SMALLEST_TEXT) >= LEAST_TEXT
    buttons = phone.locator("label.choice, button:not(.first), .number-line input, textarea").all()
    heights = [box["height"] for part in buttons if (box := part.bounding_box())]
    assert len(heights) == len(buttons)
    assert min(heights) >= LEAST_HEIGHT
    phone.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert phone.evaluate(WIDEST) <= NARROW["width"]
    phone.evaluate(TWICE)
    assert phone.evaluate(WIDEST) <= NARROW["width"]


def test_another_language_keeps_what_was_filled_in(shared: Database, phone: Page, site: str) -> None:
    before = count(shared)
    open_in(shared, phone, site, "rut_gon_khmer", "vi")
    for question in phone.locator(".question").all():
        answer(question)
    groups = phone.locator("fieldset").count()
    with phone.expect_navigation():
        phone.get_by_role("button", name="ភាសាខ្មែរ").click()
    expect(phone.locator("html")).to_have_attribute("lang", "km")
    assert count(shared) == before
    expect(phone.locator("input:checked")).to_have_count(groups)
    expect(phone.locator("textarea")).to_have_value("1")
    phone.locator(".send button").click()
    expect(phone.locator("p[role=status]")).to_be_visible()
    assert count(shared) == before + 1


def test_the_key_enter_in_a_field_sends_the_form(shared: Database, phone: Page, site: str) -> None:
    open_in(shared, phone, site, "incomplete_language", "km")
    phone.locator("#q-days-text").press("Enter")
    expect(phone.locator("#summary")).to_be_visible()
    assert phone.locator("html").get_attribute("lang") == "km"


def test_the_keyboard_meets_the_parts_of_the_page_in_reading_order(
    shared: Database, phone: Page, site: str
) -> None:
    open_in(shared, phone, site, "single_optional", "vi")
    met = []
    for _ in range(8):
        phone.keyboard.press("Tab")
        met.append(
            phone.evaluate("() => document.activeElement.name || document.activeElement.textContent.trim()")
        )
    assert met[:5] == ["Đến nội dung chính", "field", "a1", "device", "Gửi phiếu"]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("code", SHIPPED)
def test_the_keyboard_alone_reaches_the_thank_you_page(
    shared: Database, browser: Browser, site: str, code: str, *, scripts: bool
) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=scripts, reduced_motion="reduce"
    )
    page = context.new_page()
    open_in(shared, page, site, code, "vi")
    before = count(shared)
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        met = page.evaluate(FOCUSED)
        assert met["isSeen"], met
        if met["kind"] == "send":
            break
        if met["kind"] == "choice" and not met["isAnswered"]:
            page.keyboard.press("Space")
        if met["kind"] == "text":
            page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/x/*")
    expect(page.locator("p[role=status]")).to_have_text("Đã ghi nhận.")
    assert count(shared) == before + 1
    context.close()


def count(shared: Database) -> int:
    """Stored responses."""
    with shared.reading() as session:
        return counts.of_round(session, ROUND)
