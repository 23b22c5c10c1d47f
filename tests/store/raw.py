"""Rows as the database holds them, read and written without the program's own models."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.store.database import Database

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
"""Rows by table."""

ALEMBIC = "alembic_version"


def tables(session: Session) -> dict[str, sa.Table]:
    """The tables that the database has now, parents first, without Alembic's own."""
    found = sa.MetaData()
    found.reflect(session.connection())
    return {table.name: table for table in found.sorted_tables if table.name != ALEMBIC}


def write(session: Session, rows: Rows) -> None:
    """Insert rows, parents first."""
    present = tables(session)
    assert set(rows) <= set(present)
    for name, table in present.items():
        if name in rows:
            session.execute(sa.insert(table), [dict(row) for row in rows[name]])


def keep_to_what_was_seen_first(database: Database) -> None:
    """Let transactions not see what others commit after they began, as an administrator may set it."""
    if not database.is_sqlite:
        name = sa.make_url(database.url).database
        with database.writing() as session:
            session.execute(
                sa.text(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'repeatable read'")
            )
        database.close()


def contents(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Everything that is stored, in a fixed order."""
    return {
        name: sorted(
            (dict(row._mapping) for row in session.execute(sa.select(table))),  # noqa: SLF001  SQLAlchemy's public name
            key=repr,
        )
        for name, table in tables(session).items()
    }


def sorted_rows(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """The same rows in the order of :func:`contents`."""
    return {name: sorted((dict(row) for row in listed), key=repr) for name, listed in rows.items()}
