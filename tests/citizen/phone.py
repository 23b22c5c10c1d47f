"""A citizen's phone: one browser profile, the pages it opens, and what is kept on it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.places import MIXED

SIZE = {"width": 360, "height": 740}
FORM = f"/q/{MIXED}"
SEND = re.compile(r"/send(\?.*)?$")
STORED = "Đã lưu trên máy, sẽ tự gửi."
ACKNOWLEDGED = "Đã ghi nhận."
DAY = 24 * 3600

KEPT = """async (store) => {
  const open = indexedDB.open("sipas", 1);
  const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
  const all = database.transaction(store).objectStore(store).getAll();
  return new Promise((resolve) => { all.onsuccess = () => { database.close(); resolve(all.result); }; });
}"""
FILL = """(form, [choice, field, first]) => {
  form.querySelector(`[name=field][value=${field}]`).click();
  const items = Array.from(form.querySelectorAll("fieldset")).filter((item) => item.querySelector("[value=na]"));
  for (const item of items.slice(0, first === null ? items.length : first)) {
    item.querySelector(`[value="${choice}"]`).click();
  }
}"""
SHIFTED_CLOCK = "{ const now = Date.now; Date.now = () => now.call(Date) + %d; }"

Handler = Callable[[Route], Any]


@dataclass
class Phone:
    """One profile on one server; remembers the forms it posted and what went wrong in its pages."""

    context: BrowserContext
    address: str
    posted: list[Request] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _handler: Handler | None = None

    def __post_init__(self) -> None:
        """Listen from the start."""
        self.context.on("request", self._remember)
        self.context.on("weberror", lambda fault: self.faults.append(str(fault.error)))
        self.context.on("console", lambda said: self._complain(said.type, said.text))

    def open(self, path: str = FORM) -> Page:
        """A new tab."""
        page = self.context.new_page()
        page.goto(self.address + path)
        return page

    def set_clock(self, seconds: float) -> None:
        """Pages opened from now on see a clock that is wrong by so much."""
        self.context.add_init_script(SHIFTED_CLOCK % (seconds * 1000))

    def lose_server(self) -> None:
        """From now on nothing that is sent arrives."""
        self.answer_with(lambda route: route.abort())

    def answer_with(self, handler: Handler) -> None:
        """Something else than the server answers what is sent."""
        if self._handler is None:  # from here on Chromium does without its cache, so not earlier
            self.context.route(SEND, lambda route: self._handler and self._handler(route))
        self._handler = handler

    def reach_server(self, *pages: Page) -> None:
        """The server is back, and the pages are told that there is a network."""
        self.answer_with(lambda route: route.continue_())
        for page in pages:
            page.evaluate("dispatchEvent(new Event('online'))")

    def sent_ids(self) -> list[str]:
        """The id of every post, in order."""
        return [body_of(request)["id"] for request in self.posted]

    def _remember(self, request: Request) -> None:
        if request.method == "POST" and SEND.search(request.url):
            self.posted.append(request)

    def _complain(self, kind: str, text: str) -> None:
        # Chromium itself reports every failed request; a failing request is what many tests are about.
        if kind in {"error", "warning"} and "Failed to load resource" not in text:
            self.faults.append(text)


def reply(status: int, body: str, kind: str = "application/json", **headers: str) -> Handler:
    """A handler that gives this answer; ``{id}`` in the body is replaced by the id that was sent."""

    def handle(route: Route) -> None:
        text = body.replace("{id}", body_of(route.request)["id"])
        route.fulfill(status=status, body=text, content_type=kind, headers={"Content-Type": kind, **headers})

    return handle


def body_of(request: Request) -> dict[str, str]:
    """The fields of a post."""
    return {name: values[-1] for name, values in parse_qs(request.post_data or "").items()}


def fill(page: Page, choice: str = "4", field: str = "land", first: int | None = None) -> str:
    """Answer the first items (all of them unless told) with one code; gives the id of the form."""
    form = page.locator("#form")
    form.evaluate(FILL, [choice, field, first])
    return str(form.locator("[name=id]").get_attribute("value"))


def chosen(page: Page) -> list[str]:
    """Name and value of what is chosen on the page."""
    return page.locator("#form input:checked").evaluate_all("all => all.map(i => i.name + '=' + i.value)")


def press_send(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Gửi phiếu").click()


def send_in_vain(phone: Phone, page: Page, choice: str = "4") -> str:
    """Fill in and send while the server cannot be reached; gives the id."""
    phone.lose_server()
    response_id = fill(page, choice)
    press_send(page)
    expect(page.locator("#state")).to_contain_text(STORED)
    return response_id


def kept(page: Page, store: str) -> list[dict[str, Any]]:
    """What the phone holds in "draft" or "outbox"."""
    found: list[dict[str, Any]] = page.evaluate(KEPT, store)
    return found


def expect_receipt(page: Page) -> str:
    """Wait for the page with the receipt; gives it as it is stored."""
    page.wait_for_url("**/x/*")
    expect(page.locator("p[role=status]")).to_have_text(ACKNOWLEDGED)
    return page.locator(".receipt output").inner_text().replace("-", "")
