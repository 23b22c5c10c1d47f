"""Fixtures: a closed database to copy."""

from pathlib import Path

import pytest

from tests.databases import Originals


@pytest.fixture
def original(originals: Originals, tmp_path: Path) -> Path:
    """A closed SQLite database with the small place."""
    database = originals.copy("sqlite", "small", tmp_path)
    database.close()
    return Path(str(database.engine.url.database))
