"""Opened pages and begun answers, counted by the real server: what a phone does is counted once, and costs it nothing."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.core.openings import Openings
from survey.store import openings
from survey.store.database import Database
from tests.citizen.phone import FORM, SIZE, fill, press_send
from tests.places import ROUND
from tests.server import SIPAS, START_SECONDS, Installation, free_port, wait_for
from tests.web.visitor import stored

HOW_MANY = re.compile(r"\d+")
"""Said by the script once it runs."""

AT_THE_COMMUNE = ("XA", None)


@contextmanager
def serving(installation: Installation) -> Iterator[int]:
    """The production server with its two workers; gives the process id of their master, which is ended in peace."""
    command = [SIPAS, "serve", "--port", str(installation.port)]
    with subprocess.Popen(command, env=installation.environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            wait_for(f"{installation.address}/health", server)
            yield server.pid
        finally:
            server.terminate()
            server.communicate(timeout=START_SECONDS)


@pytest.fixture
def place(small: Database, tmp_path: Path) -> Installation:
    return Installation(small.url, tmp_path / "data", free_port())


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone's page; no cookie may stay on it."""
    context = browser.new_context(viewport=SIZE, locale="vi-VN")
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def counted(database: Database) -> dict[tuple[str, str | None], Openings]:
    with database.reading() as session:
        return openings.openings_of(session, ROUND)


def look(installation: Installation) -> None:
    with urlopen(installation.address + FORM, timeout=60) as page:
        assert page.status == 200


def test_a_phone_that_opens_touches_and_sends_is_one_opening_and_one_start(
    small: Database, place: Installation, phone: Page
) -> None:
    asked: list[str] = []
    with serving(place):
        phone.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        phone.goto(place.address + FORM)
        expect(phone.locator("#progress")).to_have_attribute("max", HOW_MANY)
        assert "begun" not in asked
        fill(phone)
        press_send(phone)
        phone.wait_for_url("**/x/*")
    assert asked.count("begun") == 1
    assert counted(small) == {AT_THE_COMMUNE: Openings(1, 1)}
    assert len(stored(small)) == 1


def test_a_phone_that_loses_the_network_before_the_first_touch_loses_nothing_but_its_start(
    small: Database, place: Installation, phone: Page
) -> None:
    with serving(place):
        phone.goto(place.address + FORM)
        expect(phone.locator("#progress")).to_have_attribute("max", HOW_MANY)
        phone.context.set_offline(True)
        fill(phone)
        press_send(phone)
        expect(phone.locator("#state")).to_contain_text("Đã lưu trên máy, sẽ tự gửi.")
        phone.context.set_offline(False)
        phone.wait_for_url("**/x/*")
    assert counted(small) == {AT_THE_COMMUNE: Openings(1, 0)}
    assert counted(small)[AT_THE_COMMUNE].reaching(len(stored(small))) == Openings(1, 1)


def test_answers_chosen_before_the_page_is_shown_in_another_language_are_not_begun_again(
    small: Database, place: Installation, phone: Page
) -> None:
    with serving(place):
        phone.goto(place.address + FORM)
        expect(phone.locator("#progress")).to_have_attribute("max", HOW_MANY)
        fill(phone, first=1)
        phone.locator("button[name=lang_to]").first.click()
        expect(phone.locator("html")).to_have_attribute("lang", "en")
        fill(phone, first=2)
    assert counted(small) == {AT_THE_COMMUNE: Openings(1, 1)}


def test_a_server_that_ends_keeps_what_all_its_workers_counted_and_a_killed_worker_loses_only_its_last(
    small: Database, place: Installation
) -> None:
    with serving(place):
        for _ in range(8):
            look(place)
    assert counted(small) == {AT_THE_COMMUNE: Openings(8, 0)}
    with serving(place) as master:
        for _ in range(4):
            look(place)
        worker = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()[0]
        os.kill(int(worker), signal.SIGKILL)
        for _ in range(4):
            look(place)
    assert 8 + 4 <= counted(small)[AT_THE_COMMUNE].opened <= 8 + 8
