"""The schema goes up and down on both databases, with data."""

from survey.store import schema
from survey.store.database import Database


def test_upgrade_reaches_the_newest_revision(empty_database: Database) -> None:
    schema.upgrade(empty_database)
    assert schema.current_revision(empty_database) == schema.head_revision()
