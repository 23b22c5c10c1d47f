"""The schema's versions: up, down, and which one a database has. Never runs inside a serving worker."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select

from survey.store.database import Database
from survey.store.tables import Base

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaOutdated(RuntimeError):
    """The database has not been upgraded to the schema that this program needs."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema up to ``revision`` in one transaction."""
    with database.writing() as session:
        command.upgrade(_config(session.connection()), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to ``revision`` in one transaction; data of later steps are lost."""
    with database.writing() as session:
        command.downgrade(_config(session.connection()), revision)


def current_revision(database: Database) -> str | None:
    """The revision that the database has, or None for an empty one."""
    with database.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def head_revision() -> str:
    """The newest revision that this program knows."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None  # noqa: S101  there is always a first migration
    return head


def is_empty(database: Database) -> bool:
    """Whether no table of an upgraded database holds a row."""
    with database.reading() as session:
        return not any(
            session.execute(select(table).limit(1)).first() for table in Base.metadata.sorted_tables
        )


def require_current(database: Database) -> None:
    """Refuse to work on an old schema.

    Raises:
        SchemaOutdated: if the database is empty or behind (or ahead of) this program.
    """
    found, needed = current_revision(database), head_revision()
    if found != needed:
        raise SchemaOutdated(f"{found or '∅'} → {needed}")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
