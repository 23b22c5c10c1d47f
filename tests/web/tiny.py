"""The tiny questionnaires of tests/data/questionnaires, one for every behaviour, and how they are put to use."""

from pathlib import Path

from questionnaires.definition import Definition
from questionnaires.loading import load_definition
from survey.actions.publishing import publish, put_to_use
from survey.store.database import Database
from tests.places import NOW, ROUND

FILES = {
    file.stem: file for file in sorted((Path(__file__).parents[1] / "data" / "questionnaires").glob("*.yaml"))
}


def tiny(name: str) -> Definition:
    """One of them."""
    return load_definition(FILES[name].read_text(encoding="utf-8"), name=FILES[name].name)


def in_use(database: Database, definition: Definition) -> None:
    """Let the open round ask this questionnaire."""
    put_to_use(database, publish(database, definition, now=NOW), ROUND, now=NOW)
