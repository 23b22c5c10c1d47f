"""Fixtures of the page tests: the small place copied for each test, and people who are signed in."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from survey.store import schema
from survey.store.database import Database
from tests.conftest import application
from tests.places import DOSSIERS, EARLIER, add_responses, fill_small
from tests.web.visitor import Visitor


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small place as a SQLite file, made once."""
    file = tmp_path_factory.mktemp("small") / "small.sqlite"
    database = Database(f"sqlite:///{file}")
    schema.upgrade(database)
    fill_small(database)
    database.close()
    return file


@pytest.fixture
def sqlite_small(small_file: Path, tmp_path: Path) -> Iterator[Database]:
    """The small place in a file of its own."""
    database = Database(f"sqlite:///{shutil.copyfile(small_file, tmp_path / 'small.sqlite')}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all tests; each application would compile them anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(sqlite_small: Database, tmp_path: Path, compiled_templates: FileSystemBytecodeCache) -> Flask:
    """The application on the small place."""
    app = application(sqlite_small, tmp_path)
    app.jinja_env.bytecode_cache = compiled_templates
    return app


@pytest.fixture
def officer(app: Flask) -> Visitor:
    """An officer who is signed in."""
    return signed_in(app, "canbo")


@pytest.fixture
def leader(app: Flask) -> Visitor:
    """A leader who is signed in."""
    return signed_in(app, "lanhdao")


@pytest.fixture(scope="session")
def answered_file(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small place with answers in both rounds, made once."""
    file = shutil.copyfile(small_file, tmp_path_factory.mktemp("answered") / "small.sqlite")
    database = Database(f"sqlite:///{file}")
    for unit, field in DOSSIERS:
        add_responses(database, unit, field, [5, 4, 4, 3, 2] * 6)
        add_responses(database, unit, field, [4, 4, 3] * 10, EARLIER)
    database.close()
    return file


@pytest.fixture
def answered(sqlite_small: Database, answered_file: Path, tmp_path: Path) -> Database:
    """The small place with answers in both rounds, so that there is something to report."""
    sqlite_small.close()
    shutil.copyfile(answered_file, tmp_path / "small.sqlite")
    return sqlite_small


def signed_in(app: Flask, name: str) -> Visitor:
    """Somebody with a session of their own."""
    visitor = Visitor(app.test_client())
    visitor.sign_in(name)
    return visitor
