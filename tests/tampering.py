"""Changes by hand, as somebody makes them who owns the database: no trigger and no foreign key in the way."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from survey.store.database import Database
from survey.store.tables import Base

Row = dict[str, Any]


class Hand:
    """Somebody at the database's own prompt."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def do(self, *statements: sa.Executable) -> None:
        """Execute statements in one transaction that nothing refuses."""
        engine = self._database.engine
        with engine.connect() as connection:
            if self._database.is_sqlite:
                connection.connection.execute("PRAGMA foreign_keys=OFF")
                for name in _triggers(connection):
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
            else:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        engine.dispose()

    def sql(self, *statements: str) -> None:
        """The same for statements as they are typed."""
        self.do(*(sa.text(each.replace(":", r"\:")) for each in statements))

    def rows(self, table: str) -> list[Row]:
        """All rows of a table."""
        with self._database.reading() as session:
            found = session.execute(sa.select(Base.metadata.tables[table])).mappings()
            return [dict(row) for row in found]

    def change(self, table: str, row: Row, column: str, value: object) -> None:
        """Set one column of one row."""
        chosen = Base.metadata.tables[table]
        self.do(sa.update(chosen).where(_is(chosen, row)).values({column: value}))

    def remove(self, table: str, row: Row) -> None:
        """Take one row out."""
        chosen = Base.metadata.tables[table]
        self.do(sa.delete(chosen).where(_is(chosen, row)))

    def insert(self, table: str, row: Row) -> None:
        """Put one row in."""
        self.do(sa.insert(Base.metadata.tables[table]).values(row))


def other(value: object, column: sa.Column[Any]) -> object:
    """Another value that the column can hold."""
    kind = column.type.python_type
    if value is None:
        value = {int: 0, str: "", datetime: datetime(2026, 1, 1), date: date(2026, 1, 1)}[kind]  # noqa: DTZ001
        return value.astimezone() if isinstance(value, datetime) else _next(value)
    return _next(value)


def _next(value: object) -> object:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1000
        case bytes():
            return bytes(value[:-1]) + bytes([value[-1] ^ 1])
        case datetime():
            return value + timedelta(hours=1)
        case date():
            return value + timedelta(days=1)
        case str():
            return value[:-1] + ("x" if value[-1:] != "x" else "y")  # no letter that ends an id or a digest
    raise TypeError(value)


def _is(table: sa.Table, row: Row) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row[column.name] for column in table.primary_key.columns))


def _triggers(connection: Connection) -> list[str]:
    return list(connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
