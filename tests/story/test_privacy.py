"""After a session with the real server, nothing in the database and the log tells who it was or when exactly."""

import http.client
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import create_engine, make_url, text

from survey.store.database import Database
from tests.places import HOUR, MIXED, all_answers
from tests.server import SIPAS, Installation, free_port
from tests.store.raw import contents
from tests.web.visitor import hidden

MARK = "dauvet"
"""A word that every request carries wherever a request can carry one, except in the answers."""

FORM = "application/x-www-form-urlencoded"
SENDER = "203.0.113.77"
WORDS = "Cán bộ rất tận tình"
HEADERS = {
    "User-Agent": f"{MARK}-agent/7.7",
    "X-Forwarded-For": SENDER,
    "X-Real-IP": SENDER,
    "Forwarded": f"for={SENDER}",
    "Cookie": f"{MARK}=cookie; sipas={MARK}",
    "Referer": f"http://{MARK}.example/page",
    "Accept-Language": f"{MARK},vi",
    "Origin": f"http://{MARK}.example",
    "ETag": MARK,
}
TRACES = [MARK, SENDER, "127.0.0.1", "::1"]
A_TIME = re.compile(rb"\d\d:(\d\d:\d\d)")


@dataclass
class Citizen:
    """Somebody whose every request is marked; remembers what the server set."""

    address: str
    cookies: list[str] = field(default_factory=list)

    def ask(
        self, path: str, form: dict[str, str] | None = None, body: bytes = b"", type_: str = FORM
    ) -> tuple[int, str]:
        """Status and text of one request."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        sent = urlencode(form).encode() if form else body
        kind = {"Content-Type": type_} if sent else {}
        try:
            connection.request(
                "POST" if sent else "GET", f"{path}?{MARK}={MARK}", sent or None, HEADERS | kind
            )
            response = connection.getresponse()
            self.cookies += [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
            return response.status, response.read().decode()
        finally:
            connection.close()

    def filled(self) -> dict[str, str]:
        """A freshly opened form with every answer."""
        status, page = self.ask(f"/q/{MIXED}")
        assert status == 200
        opened = {name: hidden(page, name) for name in ("id", "visit", "lang")}
        return opened | all_answers() | {"field": "land", "comment": WORDS}

    def send(self, form: dict[str, str]) -> int:
        """The status of a form that was sent."""
        return self.ask(f"/q/{MIXED}/send", form)[0]

    def speak(self, words: bytes) -> bytes:
        """The answer to something that is not HTTP."""
        parts = urlsplit(self.address)
        with socket.create_connection((parts.hostname, parts.port or 80), timeout=60) as connection:
            connection.sendall(words)
            return connection.recv(4096)


@contextmanager
def serving(installation: Installation, log: Path) -> Iterator[None]:
    """The production server, with all that it says in a file."""
    command = [SIPAS, "serve", "--port", str(installation.port)]
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=installation.environment, stdout=out, stderr=out)
        try:
            for _ in range(600):
                assert server.poll() is None, log.read_text()
                try:
                    Citizen(installation.address).ask("/health")
                    break
                except ConnectionError:
                    time.sleep(0.2)
            yield
        finally:
            server.terminate()
            server.wait(60)


@contextmanager
def without_counters(database: Database) -> Iterator[None]:
    """The table of counters is not where it should be."""
    with database.writing() as session:
        session.execute(text("ALTER TABLE counter RENAME TO mislaid"))
    yield
    with database.writing() as session:
        session.execute(text("ALTER TABLE mislaid RENAME TO counter"))


@contextmanager
def broken(database: Database) -> Iterator[None]:
    """Whatever is stored is refused by a rule (SQLite), or the server lets nobody in (PostgreSQL)."""
    if database.is_sqlite:
        with database.writing() as session:
            session.execute(
                text(
                    "CREATE TRIGGER no_more BEFORE INSERT ON response BEGIN SELECT RAISE(ABORT, 'no more'); END"
                )
            )
        yield
        with database.writing() as session:
            session.execute(text("DROP TRIGGER no_more"))
        return
    database.close()
    name = make_url(database.url).database
    engine = create_engine(
        make_url(database.url).set(drivername="postgresql+psycopg", database="postgres"),
        isolation_level="AUTOCOMMIT",
    )
    with engine.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
        yield
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    engine.dispose()


def rows(database: Database) -> dict[str, list[dict[str, object]]]:
    """Every row of every table."""
    with database.reading() as session:
        return contents(session)


def raw_files(database: Database) -> bytes:
    """All that SQLite has written, log and leftovers of pages included.

    Read by a process of its own: whoever closes a database's file gives up all locks that his process holds on it.
    """
    if not database.is_sqlite:
        return b""
    file = Path(str(database.engine.url.database))
    parts = sorted(file.parent.glob(file.name + "*"))
    return subprocess.run(["cat", *parts], capture_output=True, check=True).stdout


def test_after_a_session_the_database_and_the_log_tell_nothing_about_the_citizen(
    small: Database, tmp_path: Path
) -> None:
    installation = Installation(small.url, tmp_path / "data", free_port())
    citizen, log = Citizen(installation.address), tmp_path / "log"
    before = rows(small)
    times_before = set(A_TIME.findall(raw_files(small)))
    statuses = []
    with serving(installation, log):
        form = citizen.filled()
        statuses.append(citizen.ask(f"/q/{MIXED}/send/begun", None, form["visit"].encode(), "text/plain")[0])
        answered = [citizen.send(form), citizen.send(form), citizen.send(form | {"a1": "1"})]
        statuses += [
            citizen.send(citizen.filled() | change) for change in ({"a1": ""}, {"id": MARK}, {MARK: "1"})
        ]
        statuses += [
            citizen.ask(path)[0] for path in (f"/{MARK}", f"/q/{MARK}", "/privacy", "/", f"/x/{MARK}")
        ]
        statuses.append(citizen.ask(f"/q/{MIXED}/send", body=b"x=" + b"y" * 20_000)[0])
        assert b" 400 " in citizen.speak(f"{MARK} {MARK}\r\n\r\n".encode())
        citizen.speak(f"GET / HTTP/1.1\r\nHost: x\r\n{MARK} : {MARK}\r\n\r\n".encode())
        with without_counters(small):
            statuses.append(citizen.ask(f"/q/{MIXED}")[0])
        form = citizen.filled()
        with broken(small):
            statuses.append(citizen.send(form))
        statuses.append(citizen.send(form))
    failed = [503, 500] if small.is_sqlite else [500, 503]
    assert answered == [303, 303, 303]
    assert statuses == [204, 422, 400, 400, 404, 404, 200, 200, 404, 413, *failed, 303]
    assert citizen.cookies == []

    after = rows(small)
    assert {table for table in after if after[table] != before[table]} == {"response", "opening"}
    (counted,) = after["opening"]
    assert {name: value for name, value in counted.items() if not name.endswith("_id")} == {
        "field_code": "", "mode": "qr", "day": counted["day"], "opened": 5, "started": 1
    }  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(counted["day"]))
    stored = [row for row in after["response"] if row not in before["response"]]
    assert len(stored) == 2
    for row in stored:
        hour = row.pop("received_hour")
        assert str(hour)[14:].strip("0:.") == "", hour
        assert set(row) == {
            *("id", "round_id", "version_id", "counter_id", "unit_id", "field_id"),
            *("mode", "language", "answers", "fingerprint", "late_hours", "hurried"),
        }
    said = log.read_bytes()
    written = raw_files(small)
    for trace in TRACES:
        assert trace not in str(after), trace
        assert trace.encode() not in said, (trace, said.decode())
        assert trace.encode() not in written, trace
    assert WORDS.encode() not in said
    assert form["id"].encode() not in said
    assert {*A_TIME.findall(written)} - times_before <= {b"00:00"}
    assert not small.is_sqlite or WORDS.encode() in written  # the files that were searched are the right ones
    assert b"[ERROR]" in said or b"ERROR" in said  # and so is the log


def test_a_trace_would_be_found(small: Database) -> None:
    """The search itself, on a database that keeps too much."""
    with small.writing() as session:
        session.execute(
            text("UPDATE counter SET place = :place WHERE id = 1"),
            {"place": f"{SENDER} {MARK} {HOUR:%H}:25:41"},
        )
    assert all(trace in str(rows(small)) for trace in TRACES[:2])
    if small.is_sqlite:
        assert MARK.encode() in raw_files(small)
        assert b"25:41" in A_TIME.findall(raw_files(small))


@pytest.mark.parametrize("words", [b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\r\n\r\n"])
def test_what_is_not_http_leaves_a_line_without_its_sender(
    sqlite_small: Database, tmp_path: Path, words: bytes
) -> None:
    installation = Installation(sqlite_small.url, tmp_path / "data", free_port())
    with serving(installation, tmp_path / "log"):
        Citizen(installation.address).speak(words)
    said = (tmp_path / "log").read_text()
    assert "not HTTP" in said
    assert "127.0.0.1" not in said
