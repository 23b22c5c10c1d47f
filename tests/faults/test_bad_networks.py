"""Whatever a network or a clock does, an answer arrives once, whole."""

import random
import socket
from pathlib import Path

from survey.store.database import Database
from tests.faults.clock import step_and_compare
from tests.faults.group import Group
from tests.faults.ledger import Ledger, compare
from tests.faults.load import IN_SERVICE, Page, ask
from tests.faults.network import deliver_and_compare
from tests.server import Installation, free_port

SUBMISSIONS = 150
CUT_OFF = 40


def test_behind_a_bad_network_everything_arrives_once(small: Database, tmp_path: Path) -> None:
    """One request in fourteen meets each harm: none is left out but in 1 of 1,000 runs, which then says so."""
    found = deliver_and_compare(small, tmp_path, submissions=SUBMISSIONS)
    assert found.faults == {}
    assert found.acknowledged == SUBMISSIONS


def test_while_the_servers_clock_jumps_everything_counts_in_its_round(
    small: Database, tmp_path: Path
) -> None:
    found = step_and_compare(small, tmp_path, submissions=40)
    assert found.faults == {}
    assert found.acknowledged == 40


def test_a_form_that_was_cut_off_is_not_taken_for_a_whole_one(sqlite_small: Database, tmp_path: Path) -> None:
    """The last bytes of a form are those of its comment: without them all answers are still there."""
    chance = random.Random(1)
    group = Group(Installation(sqlite_small.url, tmp_path, free_port()))
    ledger = Ledger(tmp_path / "ledger.jsonl")
    with group.serving():
        address = f"/q/{IN_SERVICE[0].code}"
        page = Page(IN_SERVICE[0], ask(group.port, "GET", address, timeout=30).body)
        submission = page.fill(chance)
        body = page.body(submission)
        for missing in range(1, CUT_OFF):
            assert cut_off(group.port, f"{address}/send", body, missing) != b"HTTP/1.1 201"
        assert compare(ledger, sqlite_small).faults == {}  # nothing is stored
        ledger.send(submission)
        assert ask(group.port, "POST", f"{address}/send", body, timeout=30).status == 201
        ledger.acknowledge(submission)
    ledger.close()
    found = compare(ledger, sqlite_small)
    assert (found.faults, found.acknowledged) == ({}, 1)


def cut_off(port: int, path: str, body: str, missing: int) -> bytes:
    """Send a form without its last bytes and close that direction; the first bytes of what comes back."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall((head + body[:-missing]).encode())
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(12)
