"""What the stories of one file share: a place, a running server on it, a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from survey.store.database import Database
from tests.browser import chromium
from tests.databases import Originals
from tests.server import Installation, free_port


@pytest.fixture(scope="module")
def shared(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The small place, for all stories of a file."""
    made = originals.copy("sqlite", "small", tmp_path_factory.mktemp("shared"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(shared: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server on it."""
    installation = Installation(shared.url, tmp_path_factory.mktemp("site"), free_port())
    with installation.serving():
        yield installation.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser; everybody has a context of their own."""
    with chromium() as started:
        yield started
