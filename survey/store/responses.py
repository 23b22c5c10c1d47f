"""Responses: inserted once, never changed, read as columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, repeat
from typing import Any, NamedTuple

import numpy as np
import orjson
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    String,
    TextClause,
    bindparam,
    cast,
    extract,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Session

from questionnaires.comparison import compare
from questionnaires.definition import Definition
from survey.core.evidence import (
    NOT_ANSWERED_CODE,
    NOT_APPLICABLE_CODE,
    NOT_IN_VERSION_CODE,
    NOT_SHOWN_CODE,
    CodeMatrix,
    Evidence,
    IntArray,
)
from survey.core.flags import Arrivals
from survey.core.place import Field, Unit
from survey.core.question_kinds import NOT_APPLICABLE, NOT_SHOWN
from survey.core.respondents import asks_the_same, grouping_questions
from survey.core.response import ENTERED_MODES, Response
from survey.core.round import Round
from survey.core.unit_tree import in_tree_order
from survey.store import counts, editorial_changes, frames, places, rounds, sources, versions
from survey.store.database import Database, is_sqlite
from survey.store.direct import Direct
from survey.store.tables import CounterRow, FieldRow, Moment, ResponseRow, UnitRow, VersionRow

_OPTIONS = range(NOT_ANSWERED_CODE, 101)
"""What a question with options can be answered with, see ``questionnaires/definition.py``."""

AT_ONCE = 500
"""Responses read at a time: few enough to stay in the processor's cache, ten thousand took half as long again."""

HOUR = 3600
"""Seconds."""

_WITHOUT_RATING = {NOT_APPLICABLE: NOT_APPLICABLE_CODE, NOT_SHOWN: NOT_SHOWN_CODE}


@dataclass(frozen=True)
class Ids:
    """Database ids by code, so that many responses are stored without looking each up."""

    rounds: Mapping[str, int]
    versions: Mapping[str, int]
    counters: Mapping[str, int]
    units: Mapping[str, int]
    fields: Mapping[str, int]

    def cell(self, response: Response) -> counts.Cell:
        """Where a response is counted."""
        return counts.Cell(
            self.rounds[response.round_code],
            self.units[response.unit_code],
            self.fields[response.field_code],
            response.mode,
        )

    def row(self, response: Response) -> dict[str, Any]:
        """A response as the table holds it."""
        cell = self.cell(response)
        return {
            **_values(response),
            "round_id": cell.round_id,
            "version_id": self.versions[response.version_fingerprint],
            "counter_id": self.counters[response.counter_code],
            "unit_id": cell.unit_id,
            "field_id": cell.field_id,
        }


class Standing(NamedTuple):
    """What stands in the way of a response.

    Attributes:
        kept: the fingerprint of the answers that are stored under its id, or None.
        counter_full: whether its counter took as many in its hour of arrival as it may.
    """

    kept: str | None
    counter_full: bool


def stored_fingerprint(session: Session, response_id: str) -> str | None:
    """The answers' fingerprint of a stored response, or None if there is none with this id."""
    return session.scalar(_STORED, {"id": response_id})


def standing(session: Session, response: Response, *, most: int) -> Standing:
    """What stands in the way of a response; a counter is full with ``most`` in one hour."""
    values = {
        "id": response.id,
        "received_hour": response.received_hour,
        "counter": response.counter_code,
        "others": most - 1,
    }
    kept, is_full = session.execute(_STANDING, values).one()
    return Standing(kept, bool(is_full))


def add_once(session: Session, response: Response) -> bool:
    """Insert a response unless its id is stored already; True if it was inserted.

    The unique id decides: two requests at the same moment cannot both insert. Known ids are not even tried, since
    on SQLite a trigger refuses them (REPLACE would get past the unique key).
    """
    counts.hold(session)
    row = session.execute(_ADD_ONCE, _values(response) | _codes(response)).one_or_none()
    if row is None:
        return False
    if row.below_watermark:
        counts.add(session, [counts.Cell(row.round_id, row.unit_id, row.field_id, response.mode)])
    return True


def add_if_usual(
    database: Database, response: Response, *, opened_at: datetime, now: datetime, most: int
) -> bool:
    """Insert a response and commit it if nothing at all stands in its way, at the least cost; True if it is stored.

    What may stand in its way: its id is stored already, its counter has taken ``most`` in its hour, is retired or is not
    its unit's and its field's, its round is not open at ``now`` as it was opened at ``opened_at``, or its hour is counted
    already. It is one statement, which is a transaction by itself: until it ends, the round cannot be closed, nor the
    watermark moved.
    """
    values = _values(response) | _codes(response) | {"opened_at": opened_at, "now": now, "others": most - 1}
    with database.driver() as driver:
        return bool(_ADD_IF_USUAL[driver.dialect.name].rows(driver, values))


def add_many(session: Session, responses: Iterable[Response], *, batch: int = 5000) -> None:
    """Insert responses whose ids are known to be new."""
    ids = all_ids(session)
    add_rows(session, (ids.row(response) for response in responses), batch=batch)


def add_rows(session: Session, rows: Iterable[dict[str, Any]], *, batch: int = 5000) -> None:
    """The same for responses as :meth:`Ids.row` gives them, which takes its time and needs no transaction."""
    counts.hold(session)
    reached = counts.watermark(session)
    remaining = iter(rows)
    while some := list(islice(remaining, batch)):
        session.execute(insert(ResponseRow), some)
        if reached is not None:
            late = (row for row in some if row["received_hour"] < reached)
            counts.add(session, (counts.Cell(*(row[name] for name in counts.Cell._fields)) for row in late))


def all_ids(session: Session) -> Ids:
    """Ids of everything a response points at."""
    return Ids(
        rounds=rounds.ids_by_code(session),
        versions=dict(session.execute(select(VersionRow.fingerprint, VersionRow.id)).all()),
        counters=places.ids_by_code(session, CounterRow),
        units=places.ids_by_code(session, UnitRow),
        fields=places.ids_by_code(session, FieldRow),
    )


def evidence_with_arrivals(session: Session, round_: Round) -> tuple[Evidence, Arrivals]:
    """The population and the answers of a round, as arrays, and when and where these came in, in the same order."""
    units = tuple(placed.unit for placed in in_tree_order(places.units(session)))
    fields, asked = places.fields(session), round_.version.definition
    codes = [item.code for item in asked.items] + [question.code for question in grouping_questions(asked)]
    given, columns, modes = _columns(session, round_.code, codes)
    hour, version, items = columns["hour"], columns["version"], len(asked.items)
    found = Evidence(
        round=round_,
        units=units,
        fields=fields,
        dossiers=rounds.dossiers(session, round_.code, units, fields),
        unit=_positions(columns["unit"], places.ids_by_code(session, UnitRow), units),
        field=_positions(columns["field"], places.ids_by_code(session, FieldRow), fields),
        mode=np.argsort(np.argsort(modes))[columns["mode"]] if modes else columns["mode"],
        modes=tuple(sorted(modes)),
        answers=_matrix(session, given[:, :items], asked, version),
        latest_hour=datetime.fromtimestamp(int(hour.max()) * HOUR, UTC) if len(hour) else None,
        choices=_choices(session, given[:, items:], asked, version),
        margins=frames.margins(session, round_.code),
    )
    return found, Arrivals(columns["counter"], hour, columns["late"], columns["hurried"] > 0)


_NUMBERS = {
    "unit": ResponseRow.unit_id,
    "field": ResponseRow.field_id,
    "version": ResponseRow.version_id,
    "counter": ResponseRow.counter_id,
    "hour": cast(extract("epoch", ResponseRow.received_hour), BigInteger),
    "late": ResponseRow.late_hours,
    "hurried": ResponseRow.hurried,
}
"""What is read of a response as a whole number: a moment as such, since a million of them as objects take seconds."""


def _columns(
    session: Session, round_code: str, codes: Sequence[str]
) -> tuple[CodeMatrix, dict[str, IntArray], list[str]]:
    """A round's responses in order of their ids: option codes, numbers by name, and the modes that numbers stand for.

    Some are read at a time, since a million as objects would need gigabytes.
    """
    query = (
        select(*_NUMBERS.values(), ResponseRow.mode, ResponseRow.answers)
        .where(_in_round(session, round_code), sources.counted(session))
        .order_by(ResponseRow.id)
    )
    modes: dict[str, int] = {}
    given, numbers = [np.empty((0, len(codes)), np.int8)], [np.empty((len(_NUMBERS) + 1, 0), np.int64)]
    for some in _rows(session, query):
        *columns, mode, answers = zip(*some, strict=True)
        numbered = [modes.setdefault(one, len(modes)) for one in mode]
        numbers.append(np.array([*columns, numbered], dtype=np.int64))
        given.append(_codes_of(answers, codes))
    found = dict(zip((*_NUMBERS, "mode"), np.concatenate(numbers, axis=1), strict=True))
    found["hour"] = found["hour"] // HOUR
    return np.concatenate(given), found, list(modes)


def _rows(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Sequence[Any]]]:
    """What a query of plain numbers and texts finds, some rows at a time.

    With the connection itself: the session looks at every row for objects, of which there are none. Of SQLite, which
    gives rows as they are asked for, even the driver's own: SQLAlchemy's take as long again.
    """
    connection = session.connection()
    if is_sqlite(session):
        fetch = connection.execute(query).cursor.fetchmany
    else:
        fetch = connection.execute(query, execution_options={"yield_per": AT_ONCE}).fetchmany
    while some := fetch(AT_ONCE):
        yield some


def _in_round(session: Session, round_code: str) -> ColumnElement[bool]:
    """Which responses are a round's.

    SQLite stores them in the order of their ids. Where many are the round's it is quicker to read all in that order
    than to find each through the index and to sort them; a computed round leads it away from the index.
    """
    round_id = rounds.ids_by_code(session)[round_code]
    if is_sqlite(session) and counts.is_much_of_all(session, round_id):
        return ResponseRow.round_id + 0 == round_id
    return ResponseRow.round_id == round_id


def _positions(
    ids: IntArray, id_of: Mapping[str, int], places_: Sequence[Unit] | Sequence[Field]
) -> IntArray:
    """Positions of units or fields from their ids in the database."""
    position = np.zeros(max(id_of.values(), default=0) + 1, np.int64)
    position[[id_of[place.code] for place in places_]] = np.arange(len(places_))
    return position[ids]


def _matrix(session: Session, given: CodeMatrix, definition: Definition, version: IntArray) -> CodeMatrix:
    """Option codes under the items of ``definition``; an item counts only where its version asked the same."""
    matrix = given.copy()
    editorial = editorial_changes.standing(session)
    for answered in set(version.tolist()):
        same = compare(versions.with_id(session, answered).definition, definition, editorial).items
        other = [column for column, item in enumerate(definition.items) if item.code not in same]
        matrix[np.ix_(version == answered, other)] = NOT_IN_VERSION_CODE
    return matrix


def _choices(
    session: Session, given: CodeMatrix, definition: Definition, version: IntArray
) -> dict[str, CodeMatrix]:
    """Option codes of the questions that group respondents, where the version that was answered asked the same."""
    questions = grouping_questions(definition)
    found = {question.code: given[:, column].copy() for column, question in enumerate(questions)}
    for answered in set(version.tolist()):
        asked = {one.code: one for one in grouping_questions(versions.with_id(session, answered).definition)}
        for question in questions:
            if question.code not in asked or not asks_the_same(asked[question.code], question):
                found[question.code][version == answered] = NOT_IN_VERSION_CODE
    return found


def _codes_of(answers: Sequence[str], codes: Sequence[str]) -> CodeMatrix:
    """Option codes in stored answers, a row each."""
    default = repeat(NOT_ANSWERED_CODE)
    given = orjson.loads(f"[{','.join(answers)}]")
    values = [value for one in given for value in map(one.get, codes, default)]
    try:
        flat = np.fromiter(map(_WITHOUT_RATING.get, values, values), np.int8, len(values))
    except (TypeError, ValueError, OverflowError):
        # Under the same code another version asked for words, numbers or several options.
        flat = np.array([_option(value) for value in values], np.int8)
    return flat.reshape(len(answers), len(codes))


def _option(value: object) -> int:
    if isinstance(value, str | None):
        return _WITHOUT_RATING.get(value, NOT_IN_VERSION_CODE)
    return value if isinstance(value, int) and value in _OPTIONS else NOT_IN_VERSION_CODE


def _values(response: Response) -> dict[str, object]:
    return {
        "id": response.id,
        "mode": response.mode,
        "language": response.language,
        "answers": orjson.dumps(dict(response.answers), option=orjson.OPT_SORT_KEYS).decode(),
        "fingerprint": response.fingerprint,
        "received_hour": response.received_hour,
        "late_hours": response.late_hours,
        "hurried": response.hurried,
    }


def _codes(response: Response) -> dict[str, object]:
    return {
        "round": response.round_code,
        "version": response.version_fingerprint,
        "counter": response.counter_code,
        "unit": response.unit_code,
        "field": response.field_code,
    }


_STORED = select(ResponseRow.fingerprint).where(ResponseRow.id == bindparam("id"))

_ENTERED = ", ".join(f"'{mode}'" for mode in sorted(ENTERED_MODES))
_FULL = (
    "EXISTS (SELECT 1 FROM response WHERE received_hour = :received_hour "  # noqa: S608  constants
    "AND counter_id = (SELECT id FROM counter WHERE code = :counter) "
    f"AND mode NOT IN ({_ENTERED}) LIMIT 1 OFFSET :others)"
)
_HOUR = bindparam("received_hour", type_=Moment)
_STANDING = text(f"SELECT (SELECT fingerprint FROM response WHERE id = :id), {_FULL}").bindparams(_HOUR)  # noqa: S608  constants


def _insertion(round_id: str, condition: str, *parameters: BindParameter[Any]) -> TextClause:
    """One statement on either engine. An unknown code gives no id, which the table refuses."""
    return text(
        "INSERT INTO response (id, round_id, version_id, counter_id, unit_id, field_id, mode, language, answers, "  # noqa: S608  constants
        f"fingerprint, received_hour, late_hours, hurried) SELECT :id, {round_id}, "
        "(SELECT id FROM version WHERE fingerprint = :version), (SELECT id FROM counter WHERE code = :counter), "
        "(SELECT id FROM unit WHERE code = :unit), (SELECT id FROM field WHERE code = :field), "
        ":mode, :language, :answers, :fingerprint, :received_hour, :late_hours, :hurried "
        f"{condition} ON CONFLICT (id) DO NOTHING RETURNING round_id, unit_id, field_id, "
        "received_hour < (SELECT counted_before FROM watermark) AS below_watermark"
    ).bindparams(bindparam("id", type_=String), _HOUR, *parameters)


_NEW = "NOT EXISTS (SELECT 1 FROM response WHERE id = :id)"
_ADD_ONCE = _insertion("(SELECT id FROM round WHERE code = :round)", f"WHERE {_NEW}")
_SERVED = (
    "EXISTS (SELECT 1 FROM counter WHERE code = :counter AND NOT retired "
    "AND unit_id = (SELECT id FROM unit WHERE code = :unit) "
    "AND (field_id IS NULL OR field_id = (SELECT id FROM field WHERE code = :field)))"
)
_USUAL = (
    f"FROM round WHERE code = :round AND opened_at = :opened_at "
    f"AND (closed_at IS NULL OR closed_at > :now) AND {_NEW} AND {_SERVED} AND NOT {_FULL}"
)
_MOMENTS = (bindparam("opened_at", type_=Moment), bindparam("now", type_=Moment))
_ADD_IF_USUAL = {
    engine: Direct(_insertion("round.id", f"{_USUAL} AND NOT {below} {holding}", *_MOMENTS))
    for engine, (below, holding) in {
        "sqlite": ("EXISTS (SELECT 1 FROM watermark WHERE counted_before > :received_hour)", ""),
        "postgresql": ("held_below_watermark(:received_hour)", "FOR SHARE OF round"),
    }.items()
}
