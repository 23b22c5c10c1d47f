"""The few statements that every citizen's visit runs, given to the driver itself.

A session of SQLAlchemy costs about ten times what these statements cost the database: it is meant for objects and their
changes, and here are none. Statements are still written with SQLAlchemy, once for both engines, and compiled once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, TextClause
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from survey.store.database import Driver

_Process = Callable[[Any], Any]


class Direct:
    """A statement with named parameters that the driver runs as it is."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | TextClause) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, driver: Driver, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """What the statement finds with these parameters."""
        dialect = driver.dialect
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _Compiled(self._statement, dialect)
        return self._compiled[dialect.name].rows(driver, values)


class _Compiled:
    """A statement in the words of one engine, with what turns values into the driver's and back."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | TextClause, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._text = str(compiled)
        self._constants = dict(compiled.params)
        self._order: list[str] | None = getattr(compiled, "positiontup", None)
        kinds = {name: bound.type for bound, name in compiled.bind_names.items()}
        self._into = _some(
            {name: _impl(kind, dialect).bind_processor(dialect) for name, kind in kinds.items()}
        )
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        self._out_of = _some(
            {
                position: _impl(column.type, dialect).result_processor(dialect, None)
                for position, column in enumerate(columns)
            }
        )

    def rows(self, driver: Driver, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        given = {**self._constants, **values}
        for name, process in self._into.items():
            given[name] = process(given[name])
        driver.cursor.execute(self._text, [given[name] for name in self._order] if self._order else given)
        found = driver.cursor.fetchall()
        return [self._read(row) for row in found] if self._out_of else list(found)

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        read = list(row)
        for position, process in self._out_of.items():
            read[position] = process(read[position])
        return tuple(read)


def _impl(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


def _some(processors: Mapping[Any, _Process | None]) -> dict[Any, _Process]:
    return {key: process for key, process in processors.items() if process is not None}
