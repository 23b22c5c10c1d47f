"""What is published and what was answered cannot be changed or removed, not even at a database prompt."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from survey.store import schema, versions
from survey.store.database import Database
from tests.core.variants import without_item
from tests.databases import Originals
from tests.places import NOW, add_responses, five_factors
from tests.store.raw import contents

BEFORE_THE_TRIGGERS = "0001"

CHANGES = {
    "update a version": "UPDATE version SET definition = '{}' WHERE number = 2",
    "renumber a version": "UPDATE version SET number = 7 WHERE number = 2",
    "delete a version": "DELETE FROM version WHERE number = 2",
    "update every answer": "UPDATE response SET answers = '{\"a1\":5}'",
    "move a response": "UPDATE response SET unit_id = 1 WHERE unit_id = 2",
    "delete a response": "DELETE FROM response WHERE id IN (SELECT min(id) FROM response)",
    "delete all responses": "DELETE FROM response",
    "replace on conflict": (
        "INSERT INTO response SELECT * FROM response WHERE true ON CONFLICT (id) DO UPDATE SET mode = 'paper'"
    ),
}


def published_and_answered(database: Database) -> Database:
    """Three responses to version 1, and a version 2 that nothing points at."""
    add_responses(database, "XA", "land", [5, 4, 1])
    with database.writing() as session:
        versions.add(session, without_item(five_factors(), "a1"), published_at=NOW)
    return database


def as_typed(statement: str) -> sa.TextClause:
    """The statement with its colons left alone."""
    return sa.text(statement.replace(":", r"\:"))


def run(database: Database, statement: str) -> None:
    with database.writing() as session:
        session.execute(as_typed(statement))


def everything(database: Database) -> object:
    with database.reading() as session:
        return contents(session)


def test_every_change_of_what_is_published_or_answered_is_refused(small: Database) -> None:
    before = everything(published_and_answered(small))
    for statement in CHANGES.values():
        with pytest.raises(DBAPIError, match="is immutable"):
            run(small, statement)
        assert everything(small) == before


def test_it_is_the_triggers_that_refuse_every_change(small: Database) -> None:
    before = everything(published_and_answered(small))
    schema.downgrade(small, BEFORE_THE_TRIGGERS)
    without_effect = []
    for name, statement in CHANGES.items():
        with Session(small.engine) as session:  # tried and taken back
            session.execute(as_typed(statement))
            if contents(session) == before:
                without_effect.append(name)
    assert without_effect == []


def test_postgresql_refuses_to_empty_the_tables_at_once(originals: Originals, tmp_path: Path) -> None:
    database = originals.copy("postgresql", "small", tmp_path)
    before = everything(published_and_answered(database))
    for statement in ("TRUNCATE response", "TRUNCATE version CASCADE"):
        with pytest.raises(DBAPIError, match="is immutable"):
            run(database, statement)
    assert everything(database) == before
    schema.downgrade(database, BEFORE_THE_TRIGGERS)
    run(database, "TRUNCATE response")
    database.close()


def test_a_failed_change_takes_the_rest_of_its_transaction_with_it(small: Database) -> None:
    before = everything(published_and_answered(small))

    def rename_and_delete() -> None:
        with small.writing() as session:
            session.execute(sa.text("UPDATE unit SET name = 'Tên khác'"))
            session.execute(sa.text("DELETE FROM response"))

    with pytest.raises(DBAPIError, match="is immutable"):
        rename_and_delete()
    assert everything(small) == before


def test_new_versions_and_new_responses_are_welcome(small: Database) -> None:
    published_and_answered(small)
    add_responses(small, "PH", "land", [3])
    with small.reading() as session:
        assert [version.number for version in versions.published(session)] == [1, 2]


def test_what_is_not_published_may_still_change(small: Database) -> None:
    run(small, "UPDATE unit SET name = 'Xã Bình Yên' WHERE code = 'XA'")
    with small.reading() as session:
        assert session.scalar(sa.text("SELECT name FROM unit WHERE code = 'XA'")) == "Xã Bình Yên"
