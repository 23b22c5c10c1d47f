"""Fixtures: a real SQLite and a real PostgreSQL for every test that stores something, and real pages."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from survey.app import create_app
from survey.settings import Settings
from survey.store.database import Database
from tests.databases import ENGINES, Originals
from tests.places import SECRET
from tests.web.visitor import Visitor

# How slow a busy machine is says nothing about the code, and a run says what the last one said of the same code.
hypothesis.settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("same")


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Originals]:
    """The databases that tests get copies of."""
    made = Originals(tmp_path_factory.mktemp("originals"))
    yield made
    made.close()


@pytest.fixture(params=ENGINES)
def empty_database(
    request: pytest.FixtureRequest, originals: Originals, tmp_path: Path
) -> Iterator[Database]:
    """An empty database without any table, once per engine."""
    database = originals.copy(request.param, "empty", tmp_path)
    yield database
    database.close()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, originals: Originals, tmp_path: Path) -> Iterator[Database]:
    """A database with the newest schema and no data, once per engine."""
    database = originals.copy(request.param, "upgraded", tmp_path)
    yield database
    database.close()


@pytest.fixture(params=ENGINES)
def small(request: pytest.FixtureRequest, originals: Originals, tmp_path: Path) -> Iterator[Database]:
    """A database with the small place of tests/places.py, once per engine."""
    database = originals.copy(request.param, "small", tmp_path)
    yield database
    database.close()


@pytest.fixture
def sqlite_small(originals: Originals, tmp_path: Path) -> Iterator[Database]:
    """The small place on SQLite alone, for what does not depend on the engine."""
    database = originals.copy("sqlite", "small", tmp_path)
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


class _Compiled(BytecodeCache):
    """Templates that were compiled once in this process; every test has an application of its own."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.bytecode_to_string()


_compiled = _Compiled()


def application(database: Database, folder: Path, public_url: str = "http://127.0.0.1:8000") -> Flask:
    """The application on a database."""
    app = create_app(Settings(folder, database.url, SECRET, public_url), database)
    app.jinja_env.bytecode_cache = _compiled
    return app
