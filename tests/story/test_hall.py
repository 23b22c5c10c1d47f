"""A hall full of people answers at once, all behind one network address: everybody gets through."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from survey.store.database import Database
from tests.places import MIXED, all_answers
from tests.server import Installation, free_port
from tests.web.visitor import hidden, stored

PHONES = 200
PATIENCE = 240


def ask(port: int, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, where it leads and text of one request on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    with closing(connection):
        connection.request("POST" if form else "GET", path, urlencode(form) if form else None, kind)
        with connection.getresponse() as response:
            return response.status, response.headers.get("Location", ""), response.read().decode()


def answer(port: int, start: threading.Barrier) -> str:
    """One phone: opens the form together with all others, sends it together with all others; its receipt."""
    start.wait(PATIENCE)
    status, _where, page = ask(port, f"/q/{MIXED}")
    assert status == 200
    form = {name: hidden(page, name) for name in ("id", "visit", "lang")} | all_answers() | {"field": "land"}
    start.wait(PATIENCE)
    status, receipt, text = ask(port, f"/q/{MIXED}/send", form)
    assert status == 303, text
    return receipt


def test_two_hundred_phones_behind_one_address_at_once_all_get_through(
    small: Database, tmp_path: Path
) -> None:
    installation = Installation(small.url, tmp_path / "data", free_port())
    start = threading.Barrier(PHONES)
    with installation.serving(), ThreadPoolExecutor(PHONES) as pool:
        phones = [pool.submit(answer, installation.port, start) for _ in range(PHONES)]
        receipts = {phone.result() for phone in phones}
    assert len(receipts) == PHONES
    assert len(stored(small)) == PHONES
