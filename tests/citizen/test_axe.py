"""axe finds nothing on any page of the citizens, in any state and language, as a phone or a tablet shows it."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.exc import OperationalError

from survey.actions import answering
from survey.actions.publishing import publish_for
from survey.actions.rounds import close_round
from survey.core.counter import with_check_character
from survey.library import shipped_definitions
from survey.store import rounds
from survey.store.database import Database
from survey.web import citizen, usual_visit
from tests.axe import violations
from tests.citizen.phone import DAY, SIZE, Handler, Phone, reply
from tests.conftest import application
from tests.databases import Originals
from tests.places import KIOSK, MIXED, NOW, OFFICER, RETIRED, ROUND, SCREEN, TICKET
from tests.web.addresses import in_language
from tests.web.serving import serving

DRAFT = "rut_gon_khmer"
"""The shipped questionnaire with a language that is not complete."""

FORM = f"/q/{MIXED}"
UNKNOWN = with_check_character([20] * 7)
TABLET = f"/k/{KIOSK}"
BOTH = ("vi", "en")
ALL = ("vi", "en", "km")
FILL = """(all) => document.querySelectorAll("#form .question").forEach((question, number) => {
  if (!all && number > 1) return;
  const choice = question.querySelector(".choice input");
  if (choice) choice.click();
})"""
ITS_FORM = "document.getElementById('form')"

Act = Callable[[Phone, Page], object]


def nothing(_phone: Phone, _page: Page) -> None:
    """As it opens."""


def fill(page: Page, *, whole: bool = True) -> None:
    """Choose the first answer of all questions, or of two."""
    page.evaluate(FILL, whole)


def send(page: Page) -> None:
    """Press the button, whatever it is called here."""
    page.locator(".send button").click()


def says(page: Page, name: str) -> None:
    """Wait for a note of the script."""
    expect(page.locator(f"#state [data-name={name}]")).to_be_visible()


def send_with_gaps(_phone: Phone, page: Page) -> None:
    """The script shows what is missing."""
    fill(page, whole=False)
    send(page)
    expect(page.locator(".error").first).to_be_visible()


def send_with_gaps_unscripted(_phone: Phone, page: Page) -> None:
    """The server shows what is missing."""
    page.evaluate(f"HTMLFormElement.prototype.submit.call({ITS_FORM})")
    expect(page.locator("#summary")).to_be_visible()


def begin(_phone: Phone, page: Page) -> None:
    """Half filled in."""
    fill(page, whole=False)
    expect(page.locator("p.draft")).to_be_visible()


def come_back(phone: Phone, page: Page) -> None:
    """The draft of a page that was closed."""
    begin(phone, page)
    page.reload()
    says(page, "restored")


def clear(phone: Phone, page: Page) -> None:
    """The draft is thrown away."""
    begin(phone, page)
    page.locator("p.draft button").click()
    says(page, "cleared")


def send_offline(phone: Phone, page: Page) -> None:
    """Stored on the phone."""
    fill(page)
    phone.lose_server()
    send(page)
    says(page, "stored")


def wait_elsewhere(phone: Phone, page: Page) -> None:
    """Another form while one waits."""
    send_offline(phone, page)
    page.reload()
    says(page, "waiting")


def come_again(phone: Phone, page: Page, handler: Handler) -> None:
    """The form is sent offline and left; when somebody opens the page again, this answers."""
    send_offline(phone, page)
    address = page.url
    page.goto("about:blank")
    phone.answer_with(handler)
    page.goto(address)


def deliver_elsewhere(phone: Phone, page: Page) -> None:
    """The form that waited is delivered by another page."""
    come_again(phone, page, lambda route: route.continue_())
    says(page, "delivered")


def be_refused(phone: Phone, page: Page) -> None:
    """The server's last word."""
    fill(page)
    phone.answer_with(reply(410, json.dumps({"title": "Phiếu gửi quá muộn", "text": "Xin quét lại mã QR."})))
    send(page)
    says(page, "refused")


def review(phone: Phone, page: Page) -> None:
    """The server misses something in a form that was closed."""
    come_again(phone, page, reply(422, json.dumps({"problems": {"a1": "Xin chọn lại."}})))
    says(page, "review")


def expire(phone: Phone, page: Page) -> None:
    """It waited too long."""
    send_offline(phone, page)
    phone.set_clock(14 * DAY + 60)
    page.reload()
    says(page, "expired")


def send_unkept(phone: Phone, page: Page) -> None:
    """Neither storage nor network."""
    phone.context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    page.reload()
    fill(page)
    phone.context.set_offline(True)
    send(page)
    says(page, "unkept")


def finish(_phone: Phone, page: Page) -> None:
    """The receipt."""
    fill(page)
    send(page)
    page.wait_for_url("**/x/*")


def finish_in_vain(_phone: Phone, page: Page) -> None:
    """The counter takes no more; without a script the page says so."""
    fill(page)
    with page.expect_navigation():
        page.evaluate(f"HTMLFormElement.prototype.submit.call({ITS_FORM})")
    expect(page.locator("#form")).to_have_count(0)


def wait_long(_phone: Phone, page: Page) -> None:
    """The tablet warns."""
    page.clock.install()
    page.reload()
    expect(page.locator("body.ready")).to_be_visible()
    fill(page, whole=False)
    page.locator("h1").click()
    page.clock.run_for(61_000)
    expect(page.locator("#warning")).to_be_visible()


def finish_tablet(_phone: Phone, page: Page) -> None:
    """The tablet thanks."""
    page.clock.install()
    page.reload()
    fill(page)
    send(page)
    expect(page.locator("#thanks")).to_be_visible()


def fail_tablet(phone: Phone, page: Page) -> None:
    """The tablet cannot store."""
    phone.context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    page.reload()
    fill(page)
    send(page)
    expect(page.locator("#unkept")).to_be_visible()


def lose_screen(phone: Phone, page: Page) -> None:
    """The screen has no network."""
    page.clock.install()
    page.reload()
    phone.context.set_offline(True)
    page.clock.run_for(62_000)
    expect(page.locator("#lost")).to_be_visible()


STATES: dict[str, tuple[str, str, Act, tuple[str, ...]]] = {
    "a fresh form": ("open", FORM, nothing, ALL),
    "gaps, found by the script": ("open", FORM, send_with_gaps, ALL),
    "gaps, found by the server": ("open", FORM, send_with_gaps_unscripted, ALL),
    "a draft begun": ("open", FORM, begin, ALL),
    "a draft restored": ("open", FORM, come_back, ALL),
    "a draft cleared": ("open", FORM, clear, ALL),
    "offline and stored": ("open", FORM, send_offline, ALL),
    "one that waits": ("open", FORM, wait_elsewhere, ALL),
    "one that waited": ("open", FORM, deliver_elsewhere, ALL),
    "refused for good": ("open", FORM, be_refused, BOTH),
    "to be reviewed": ("open", FORM, review, BOTH),
    "waited too long": ("open", FORM, expire, BOTH),
    "neither stored nor sent": ("open", FORM, send_unkept, ALL),
    "sent": ("open", FORM, finish, ALL),
    "sent twice": ("open", "/x/2222222222?kept=1", nothing, ALL),
    "home": ("open", "/", nothing, ALL),
    "privacy": ("open", "/privacy", nothing, ALL),
    "a mistyped code": ("open", "/q/K7M2", nothing, ALL),
    "an unknown counter": ("open", f"/q/{UNKNOWN}", nothing, BOTH),
    "a retired counter": ("open", f"/q/{RETIRED}", nothing, ALL),
    "a closed round": ("closed", FORM, nothing, ALL),
    "a round to come": ("planned", FORM, nothing, ALL),
    "a ticket's form": ("open", f"/t/{TICKET}", nothing, ALL),
    "a ticket that is used": ("closed", f"/t/{TICKET}", nothing, ALL),
    "a ticket out of time": ("planned", f"/t/{TICKET}", nothing, BOTH),
    "a mistyped ticket": ("open", "/t/K7M2", nothing, BOTH),
    "a mistyped receipt": ("open", "/x/2345678923", nothing, BOTH),
    "a photographed code": ("open", f"{FORM}/now/old", nothing, BOTH),
    "too many in an hour": ("full", FORM, finish_in_vain, ALL),
    "a silent store": ("silent", FORM, nothing, ALL),
    "a tablet": ("open", TABLET, nothing, ALL),
    "a tablet with gaps": ("open", TABLET, send_with_gaps, ALL),
    "a tablet that warns": ("open", TABLET, wait_long, ALL),
    "a tablet that thanks": ("open", TABLET, finish_tablet, ALL),
    "a tablet that cannot store": ("open", TABLET, fail_tablet, BOTH),
    "a tablet between rounds": ("closed", TABLET, nothing, BOTH),
    "a screen": ("open", f"/s/{SCREEN}", nothing, BOTH),
    "a screen between rounds": ("closed", f"/s/{SCREEN}", nothing, BOTH),
    "a screen without network": ("open", f"/s/{SCREEN}", lose_screen, BOTH),
}
"""Where it is, where it begins, what happens there, and the languages in which it can be read."""


@pytest.fixture(scope="module")
def sites(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The small place asking the draft's questionnaire: open, closed with its ticket used, and before a round."""
    folder = tmp_path_factory.mktemp("axe")
    preparations: dict[str, Callable[[Database], None]] = {
        "open": lambda _database: None,
        "closed": _close,
        "planned": _plan,
    }
    with ExitStack() as stack:
        found = {}
        for name, prepare in preparations.items():
            database = originals.copy("sqlite", "small", folder)
            stack.callback(database.close)
            publish_for(database, shipped_definitions()[DRAFT], ROUND, now=NOW)
            prepare(database)
            found[name] = stack.enter_context(serving(application(database, folder)))
        yield found


def _close(database: Database) -> None:
    close_round(database, ROUND, by=OFFICER, now=NOW)
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE ticket SET used = 1")


def _plan(database: Database) -> None:
    close_round(database, ROUND, by=OFFICER, now=NOW)
    with database.writing() as session:
        closed = rounds.with_code(session, ROUND, now=NOW)
        assert closed is not None
        planned = replace(closed, code="2100-q1", starts_on=date(2100, 1, 1), opened_at=None, closed_at=None)
        rounds.add(session, planned, {("XA", "land"): 5})


def _silent(*_: object) -> NoReturn:
    raise OperationalError("SELECT", {}, Exception("gone"))


@pytest.mark.parametrize(
    ("name", "language"), [(name, language) for name, state in STATES.items() for language in state[3]]
)
def test_axe_finds_nothing_on_a_citizens_page(
    browser: Browser, sites: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, language: str
) -> None:
    place, path, act, _languages = STATES[name]
    if place == "full":
        monkeypatch.setattr(answering, "MOST_IN_AN_HOUR", 0)
    if place == "silent":
        for reader in (citizen, usual_visit):
            monkeypatch.setattr(reader, "open_counter", _silent)
    phone = Phone(browser.new_context(viewport=SIZE), sites.get(place, sites["open"]))
    page = phone.open(in_language(path, language))
    act(phone, page)
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZE["width"]
    assert violations(page) == []
    phone.context.close()


def test_the_control_axe_notices_a_form_that_was_spoiled(browser: Browser, sites: dict[str, str]) -> None:
    phone = Phone(browser.new_context(viewport=SIZE), sites["open"])
    page = phone.open(FORM)
    page.evaluate(
        """() => {
          document.documentElement.removeAttribute("lang");
          document.querySelector("textarea").removeAttribute("id");
          document.querySelector(".where").style.color = "#ccc";
          document.querySelector(".send button").textContent = "";
        }"""
    )
    found = {fault.split(":")[0] for fault in violations(page)}
    assert {"html-has-lang", "label", "color-contrast", "button-name"} <= found
    phone.context.close()
