"""A phone that dies: Chromium killed right after it said that an answer is stored, and opened again."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.browser import ARGUMENTS, CHROMIUM

STORED = "Đã lưu trên máy, sẽ tự gửi."
DELIVERED = "Phiếu Ông/Bà đã gửi trước đó: Đã ghi nhận."
START_SECONDS = 60
SIZE = {"width": 360, "height": 740}

ANSWER = """form => {
  const field = form.querySelector("[name=field]");
  if (field) field.click();
  for (const item of form.querySelectorAll("fieldset")) {
    const choice = item.querySelector('[value="4"]');
    if (choice) choice.click();
  }
}"""
WATCH = """text => { window.said = new Promise(resolve => {
  const state = document.querySelector("#state");
  const look = () => { if (state.textContent.includes(text)) resolve(); };
  new MutationObserver(look).observe(state, { childList: true, subtree: true });
  look();
}); }"""


@dataclass(frozen=True)
class Kills:
    """What was sent from a phone that was killed again and again, and what was acknowledged on screen afterwards."""

    ids: tuple[str, ...]
    acknowledged: int


def kill_after_stored(form: str, profile: Path, count: int, *, offline: bool = True) -> Kills:
    """Fill in and send ``count`` forms in one profile, killing all of Chromium as soon as it says “stored”.

    Args:
        form: the address of a counter's questionnaire.
        profile: the browser's folder; it survives the kills.
        count: how many kills.
        offline: whether the phone has no network while it sends. Otherwise the kill races the delivery, and the
            answer may have been acknowledged before: then nothing is left to acknowledge afterwards.

    Returns:
        The ids that the phone said it had stored. Each must be in the database exactly once.
    """
    ids: list[str] = []
    acknowledged = 0
    with sync_playwright() as playwright:
        for _ in range(count):
            with _started(playwright, profile) as page:
                acknowledged += _settled(page, form, expected=offline and bool(ids))
                ids.append(_send(page, offline=offline))
        with _started(playwright, profile) as page:
            acknowledged += _settled(page, form, expected=offline)
    return Kills(tuple(ids), acknowledged)


def _settled(page: Page, form: str, *, expected: bool) -> int:
    """Open the form and wait until nothing is left to deliver; how many deliveries the page told of."""
    page.goto(form)
    told = page.locator("#state").filter(has_text=DELIVERED)
    if expected:
        expect(told).to_have_count(1, timeout=60_000)
    page.wait_for_function(
        "() => new Promise(resolve => { const open = indexedDB.open('sipas', 1); open.onsuccess = () => {"
        "  const count = open.result.transaction('outbox').objectStore('outbox').count();"
        "  count.onsuccess = () => { open.result.close(); resolve(count.result === 0); }; }; })"
    )
    return told.count()


def _send(page: Page, *, offline: bool) -> str:
    form = page.locator("#form")
    form.evaluate(ANSWER)
    response_id = str(form.locator("[name=id]").get_attribute("value"))
    page.context.set_offline(offline)
    page.evaluate(WATCH, STORED)
    page.get_by_role("button", name="Gửi phiếu").click(no_wait_after=True)
    page.evaluate("() => window.said")
    return response_id


@contextmanager
def _started(playwright: Playwright, profile: Path) -> Iterator[Page]:
    """A page of a Chromium of our own, which is killed with all its processes at the end."""
    port_file = profile / "DevToolsActivePort"
    port_file.unlink(missing_ok=True)
    command = [
        CHROMIUM,
        *ARGUMENTS,
        "--headless",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        f"--window-size={SIZE['width']},{SIZE['height']}",
        "about:blank",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as chromium:
        try:
            browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{_port(port_file)}")
            yield browser.contexts[0].pages[0]
        finally:
            os.killpg(chromium.pid, signal.SIGKILL)


def _port(file: Path) -> int:
    for _ in range(START_SECONDS * 20):
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        if lines:
            return int(lines[0])
        sleep(0.05)
    raise AssertionError("Chromium does not start")
