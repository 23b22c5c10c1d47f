"""Fixtures of the page tests: the small place copied for each test, and people who are signed in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from survey.actions.rounds import close_round
from survey.core.account import Permission
from survey.store.database import Database
from tests.conftest import application
from tests.places import DOSSIERS, EARLIER, HOUR, OFFICER, ROUND, add_responses
from tests.tampering import Hand
from tests.web.addresses import ADDRESSES
from tests.web.visitor import Visitor


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


@pytest.fixture
def answered(sqlite_small: Database) -> Database:
    """The small place with answers in both rounds; half of the open round's count already, see `released`."""
    for unit, field in DOSSIERS:
        add_responses(sqlite_small, unit, field, [5, 4, 4, 3, 2] * 3, hour=HOUR - timedelta(hours=1))
        add_responses(sqlite_small, unit, field, [5, 4, 4, 3, 2] * 3)
        add_responses(sqlite_small, unit, field, [4, 4, 3] * 10, EARLIER)
    return sqlite_small


@pytest.fixture
def settled(answered: Database) -> Database:
    """The small place with answers, its round closed so long ago that its numbers are settled by the real clock."""
    opened = datetime.now(UTC) - timedelta(days=60)
    Hand(answered).do(
        sa.text("UPDATE round SET opened_at = :at WHERE code = :code").bindparams(
            at=opened.strftime("%Y-%m-%d %H:%M:%S.000000"), code=ROUND
        )
    )
    close_round(answered, ROUND, by=OFFICER, now=opened + timedelta(days=30))
    return answered


READERS = {Permission.MANAGE_PEOPLE: "quantri", Permission.READ_TRAIL: "kiemtra", Permission.APPROVE: "duyet"}
"""Who opens the pages that are not for an officer."""


def reader_of(app: Flask, rule: str) -> Visitor:
    """Somebody who is signed in and may open the pages of a rule."""
    return signed_in(app, READERS.get(ADDRESSES[rule].demands, "canbo"))


def signed_in(app: Flask, name: str) -> Visitor:
    """Somebody with a session of their own."""
    visitor = Visitor(app.test_client())
    visitor.sign_in(name)
    return visitor
