"""One server and one browser for all tests here; every test has a phone of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from survey.actions.publishing import published_versions, put_to_use
from survey.store.database import Database
from tests.browser import chromium
from tests.citizen.phone import SIZE, Phone
from tests.databases import Originals
from tests.places import NOW, ROUND
from tests.server import Installation, free_port


@pytest.fixture(scope="package")
def installation(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The small place, served."""
    folder = tmp_path_factory.mktemp("served")
    database = originals.copy("sqlite", "small", folder)
    database.close()
    served = Installation(database.url, folder, free_port())
    with served.serving():
        yield served


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser."""
    with chromium() as started:
        yield started


@pytest.fixture
def database(installation: Installation) -> Iterator[Database]:
    """What the server stores in."""
    opened = Database(installation.database_url)
    yield opened
    opened.close()


@pytest.fixture
def changing(database: Database) -> Iterator[Database]:
    """The database, for a test that publishes; its round asks version 1 again afterwards, for the other tests."""
    first = published_versions(database)[0]
    yield database
    put_to_use(database, first, ROUND, now=NOW)


@pytest.fixture
def phone(browser: Browser, installation: Installation) -> Iterator[Phone]:
    """A new phone; nothing may go wrong in its pages unnoticed, and no cookie may stay on it."""
    context = browser.new_context(viewport=SIZE, locale="vi-VN")
    made = Phone(context, installation.address)
    yield made
    assert context.cookies() == []
    context.close()
    assert made.faults == []
