"""Somebody at a desk without a mouse: everything is reached with the Tab key and done with keys alone."""

from datetime import date

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.axe import violations
from tests.places import PASSWORD

DESK = ViewportSize(width=1200, height=900)
PHONE = ViewportSize(width=320, height=640)
MOST_GUESSED, MOST_STOPS = 250, 500
MOST_CHOICES = 60
_STOPS_AWAY = """element => {
  if (element === document.activeElement) return 0;
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility());
  return stops.indexOf(element) - stops.indexOf(document.activeElement) || 1;
}"""
_HAS_FOCUS = "element => element === document.activeElement"


def signed_in(
    browser: Browser, site: str, name: str, password: str = PASSWORD, *, scripts: bool = True
) -> Page:
    """The desk of somebody who signs in with the keyboard."""
    context = browser.new_context(viewport=DESK, base_url=site, java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/officer/sign-in")
    write(page, "Tên đăng nhập", name)
    write(page, "Mật khẩu", password)
    enter(page)
    return page


def reach(target: Locator) -> Locator:
    """Go to something with the Tab key, forwards or backwards, whichever should be shorter.

    Raises:
        AssertionError: if the keyboard does not get there.
    """
    stops = 0
    while away := int(target.evaluate(_STOPS_AWAY)):
        # The guess is only to save time: if it leads nowhere, every stop of the page is tried.
        for _ in range(abs(away) if stops < MOST_GUESSED else 1):
            target.page.keyboard.press("Shift+Tab" if away < 0 and stops < MOST_GUESSED else "Tab")
            stops += 1
        if stops > MOST_STOPS:
            raise AssertionError(f"the keyboard does not reach {target} on {target.page.url}")
    return target


def press(page: Page, name: str, *, at: int = 0) -> None:
    """Press a button of the page; of several with that name the one at a place."""
    reach(page.get_by_role("button", name=name, exact=True).nth(at))
    enter(page)


def follow(page: Page, name: str) -> None:
    """Follow the first link with that name."""
    reach(page.get_by_role("link", name=name, exact=True).first)
    enter(page)


def enter(page: Page) -> None:
    """Press Enter on what has the focus, and wait for the page that follows."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, label: str, words: str) -> None:
    """Put words into a field in place of what stands there."""
    field = page.get_by_label(label, exact=True)
    reach(field)
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
    expect(field).to_have_value(words)


def write_day(page: Page, label: str, day: date) -> None:
    """Type a date, part by part, in the order in which this browser asks for it."""
    field = page.get_by_label(label, exact=True)
    reach(field)
    while field.evaluate(_HAS_FOCUS):  # its parts are stops of their own: begin with the first
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{day:%m%d%Y}")
    expect(field).to_have_value(day.isoformat())


def choose(page: Page, label: str, words: str) -> None:
    """Choose from a list, with the arrows, the first entry that begins with these words."""
    field = page.get_by_label(label, exact=True)
    reach(field)
    page.keyboard.press("Home")
    for _ in range(MOST_CHOICES):
        if str(field.evaluate("list => list.selectedOptions[0].label")).startswith(words):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"“{label}” does not offer “{words}” on {page.url}")


def tick(page: Page, label: str) -> None:
    """Tick a box with the space bar, or untick it."""
    box = page.get_by_role("checkbox", name=label, exact=True)
    before = box.is_checked()
    reach(box)
    page.keyboard.press("Space")
    expect(box).to_be_checked(checked=not before)


def pick(page: Page, label: str) -> None:
    """Pick one of a group of radio buttons with the arrows; the Tab key reaches the group once."""
    radio = page.get_by_role("radio", name=label, exact=True)
    name = radio.get_attribute("name")
    group = page.locator(f"input[type=radio][name={name}]")
    chosen = page.locator(f"input[type=radio][name={name}]:checked")
    reach(chosen if chosen.count() else group.first)
    for _ in range(group.count()):
        if radio.evaluate(_HAS_FOCUS):
            break
        page.keyboard.press("ArrowDown")
    else:
        raise AssertionError(f"the arrows do not reach “{label}” on {page.url}")
    if not radio.is_checked():
        page.keyboard.press("Space")
    expect(radio).to_be_checked()


def send_file(page: Page, label: str, name: str, content: str | bytes) -> None:
    """Choose a file; the window for it belongs to the system, so what was chosen there is set here."""
    field = reach(page.get_by_label(label, exact=True))
    data = content if isinstance(content, bytes) else content.encode()
    field.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})


def check(page: Page) -> None:
    """axe finds nothing on the page, and nothing is wider than a small phone."""
    assert violations(page) == [], page.url
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(DESK)
    assert width <= PHONE["width"], page.url
