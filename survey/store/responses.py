"""Responses: inserted once, never changed, read as columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, repeat
from typing import Any, NamedTuple

import numpy as np
import orjson
from sqlalchemy import BindParameter, String, TextClause, bindparam, insert, select, text
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
from survey.store.database import Database
from survey.store.direct import Direct
from survey.store.tables import CounterRow, FieldRow, Moment, ResponseRow, RoundRow, UnitRow, VersionRow

"""Answers of one response by code, as they are stored."""

_OPTIONS = range(NOT_ANSWERED_CODE, 101)
"""What a question with options can be answered with, see ``questionnaires/definition.py``."""

AT_ONCE = 10_000
"""Responses read at a time."""

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


def evidence(session: Session, round_: Round) -> Evidence:
    """The population and the answers of a round, as arrays."""
    units = tuple(placed.unit for placed in in_tree_order(places.units(session)))
    fields, asked = places.fields(session), round_.version.definition
    codes = [item.code for item in asked.items] + [question.code for question in grouping_questions(asked)]
    parts = _parts(session, round_.code, codes, units, fields)
    modes = tuple(sorted({mode for part in parts for mode in part.mode}))
    mode_at = {mode: position for position, mode in enumerate(modes)}
    given = np.concatenate([part.given for part in parts])
    version = np.concatenate([part.version for part in parts])
    return Evidence(
        round=round_,
        units=units,
        fields=fields,
        dossiers=rounds.dossiers(session, round_.code, units, fields),
        unit=np.concatenate([part.unit for part in parts]),
        field=np.concatenate([part.field for part in parts]),
        mode=np.array([mode_at[mode] for part in parts for mode in part.mode], dtype=np.int64),
        modes=modes,
        answers=_matrix(session, given[:, : len(asked.items)], asked, version),
        latest_hour=max((part.latest_hour for part in parts if part.latest_hour), default=None),
        choices=_choices(session, given[:, len(asked.items) :], asked, version),
        margins=frames.margins(session, round_.code),
    )


class _Part(NamedTuple):
    """Some responses as columns: a million as objects would need gigabytes."""

    unit: IntArray
    field: IntArray
    mode: tuple[str, ...]
    given: CodeMatrix
    version: IntArray
    latest_hour: datetime | None


def _parts(
    session: Session, round_code: str, codes: Sequence[str], units: Sequence[Unit], fields: Sequence[Field]
) -> list[_Part]:
    """A round's responses in order of their ids, some at a time; at least one part, which may be empty."""
    query = (
        select(
            ResponseRow.unit_id,
            ResponseRow.field_id,
            ResponseRow.mode,
            ResponseRow.answers,
            ResponseRow.received_hour,
            ResponseRow.version_id,
        )
        .join(RoundRow, RoundRow.id == ResponseRow.round_id)
        .where(RoundRow.code == round_code, sources.counted(session))
        .order_by(ResponseRow.id)
    )
    unit_ids, field_ids = places.ids_by_code(session, UnitRow), places.ids_by_code(session, FieldRow)
    unit_at = {unit_ids[unit.code]: position for position, unit in enumerate(units)}
    field_at = {field_ids[field.code]: position for position, field in enumerate(fields)}
    found = session.execute(query, execution_options={"yield_per": AT_ONCE}).partitions()
    parts = [_part(rows, codes, unit_at, field_at) for rows in found]
    return parts or [_part([], codes, unit_at, field_at)]


def _part(
    rows: Sequence[Any], codes: Sequence[str], unit_at: Mapping[int, int], field_at: Mapping[int, int]
) -> _Part:
    unit, field, mode, answers, hour, version = zip(*rows, strict=True) if rows else ((),) * 6
    return _Part(
        unit=np.array([unit_at[id_] for id_ in unit], dtype=np.int64),
        field=np.array([field_at[id_] for id_ in field], dtype=np.int64),
        mode=mode,
        given=_codes_of(answers, codes),
        version=np.array(version, dtype=np.int64),
        latest_hour=max(hour, default=None),
    )


def arrivals(session: Session, round_code: str) -> Arrivals:
    """When and where a round's responses came in, in the order of :func:`evidence`."""
    query = (
        select(ResponseRow.counter_id, ResponseRow.received_hour, ResponseRow.late_hours)
        .join(RoundRow, RoundRow.id == ResponseRow.round_id)
        .where(RoundRow.code == round_code, sources.counted(session))
        .order_by(ResponseRow.id)
    )
    rows = session.execute(query).all()
    return Arrivals(
        counter=np.array([row.counter_id for row in rows], dtype=np.int64),
        hour=np.array([int(row.received_hour.timestamp()) // 3600 for row in rows], dtype=np.int64),
        late=np.array([row.late_hours for row in rows], dtype=np.int64),
    )


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
    values = [value for text in answers for value in map(orjson.loads(text).get, codes, default)]
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
        f"fingerprint, received_hour, late_hours) SELECT :id, {round_id}, "
        "(SELECT id FROM version WHERE fingerprint = :version), (SELECT id FROM counter WHERE code = :counter), "
        "(SELECT id FROM unit WHERE code = :unit), (SELECT id FROM field WHERE code = :field), "
        ":mode, :language, :answers, :fingerprint, :received_hour, :late_hours "
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
