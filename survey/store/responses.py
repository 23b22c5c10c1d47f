"""Responses: inserted once, never changed, read as columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import orjson
from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
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
)
from survey.core.question_kinds import NOT_APPLICABLE, NOT_SHOWN
from survey.core.response import Response, fingerprint_of
from survey.core.round import Round
from survey.store import editorial_changes, places, rounds
from survey.store.tables import CounterRow, FieldRow, ResponseRow, RoundRow, UnitRow, VersionRow
from survey.store.versions import version_from

_WITHOUT_RATING = {NOT_APPLICABLE: NOT_APPLICABLE_CODE, NOT_SHOWN: NOT_SHOWN_CODE}


@dataclass(frozen=True)
class Ids:
    """Database ids by code, so that many responses are stored without looking each up."""

    rounds: Mapping[str, int]
    versions: Mapping[str, int]
    counters: Mapping[str, int]
    units: Mapping[str, int]
    fields: Mapping[str, int]


def stored_fingerprint(session: Session, response_id: str) -> str | None:
    """The answers' fingerprint of a stored response, or None if there is none with this id."""
    return session.scalar(select(ResponseRow.fingerprint).where(ResponseRow.id == response_id))


def add_once(session: Session, response: Response) -> bool:
    """Insert a response unless its id is stored already; True if it was inserted.

    The unique id decides: two requests at the same moment cannot both insert. On SQLite a trigger refuses a
    known id (REPLACE would get past the unique key), so it is looked up first; its single writer makes that safe.
    """
    if session.get_bind().dialect.name == "sqlite" and stored_fingerprint(session, response.id) is not None:
        return False
    insert_into = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    values = _values(response, _ids_for(session, response))
    statement = insert_into(ResponseRow).values(values).on_conflict_do_nothing(index_elements=["id"])
    return session.scalar(statement.returning(ResponseRow.id)) is not None


def add_many(session: Session, responses: Iterable[Response], *, batch: int = 5000) -> None:
    """Insert responses whose ids are known to be new."""
    ids = all_ids(session)
    waiting: list[dict[str, object]] = []
    for response in responses:
        waiting.append(_values(response, ids))
        if len(waiting) == batch:
            session.execute(insert(ResponseRow), waiting)
            waiting = []
    if waiting:
        session.execute(insert(ResponseRow), waiting)


def all_ids(session: Session) -> Ids:
    """Ids of everything a response points at."""
    return Ids(
        rounds=dict(session.execute(select(RoundRow.code, RoundRow.id)).all()),
        versions=dict(session.execute(select(VersionRow.fingerprint, VersionRow.id)).all()),
        counters=places.ids_by_code(session, CounterRow),
        units=places.ids_by_code(session, UnitRow),
        fields=places.ids_by_code(session, FieldRow),
    )


def count(session: Session, round_code: str) -> int:
    """Responses in a round."""
    query = select(func.count()).select_from(ResponseRow).join(RoundRow, RoundRow.id == ResponseRow.round_id)
    return session.scalar(query.where(RoundRow.code == round_code)) or 0


def counts_by_unit(session: Session, round_code: str) -> dict[str, int]:
    """Responses per unit code in a round."""
    query = (
        select(UnitRow.code, func.count())
        .join(ResponseRow, ResponseRow.unit_id == UnitRow.id)
        .join(RoundRow, RoundRow.id == ResponseRow.round_id)
        .where(RoundRow.code == round_code)
        .group_by(UnitRow.code)
    )
    return dict(session.execute(query).all())


def evidence(session: Session, round_: Round) -> Evidence:
    """The population and the answers of a round, as arrays."""
    units, fields = places.units(session), places.fields(session)
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
        .where(RoundRow.code == round_.code)
        .order_by(ResponseRow.id)
    )
    rows = session.execute(query).all()
    unit_ids, field_ids = places.ids_by_code(session, UnitRow), places.ids_by_code(session, FieldRow)
    unit_at = {unit_ids[unit.code]: position for position, unit in enumerate(units)}
    field_at = {field_ids[field.code]: position for position, field in enumerate(fields)}
    modes = tuple(sorted({row.mode for row in rows}))
    return Evidence(
        round=round_,
        units=units,
        fields=fields,
        dossiers=rounds.dossiers(session, round_.code, units, fields),
        unit=np.array([unit_at[row.unit_id] for row in rows], dtype=np.int64),
        field=np.array([field_at[row.field_id] for row in rows], dtype=np.int64),
        mode=np.array([modes.index(row.mode) for row in rows], dtype=np.int64),
        modes=modes,
        answers=_matrix(session, [(row.version_id, row.answers) for row in rows], round_.version.definition),
        latest_hour=max((row.received_hour for row in rows), default=None),
    )


def _matrix(session: Session, rows: Sequence[tuple[int, str]], definition: Definition) -> CodeMatrix:
    """Option codes under the items of ``definition``; an item counts only where its version asked the same."""
    answers = [orjson.loads(text) for _version, text in rows]
    matrix = np.empty((len(rows), len(definition.items)), dtype=np.int8)
    for column, item in enumerate(definition.items):
        code = item.code
        values = (answer.get(code, NOT_ANSWERED_CODE) for answer in answers)
        matrix[:, column] = [_WITHOUT_RATING.get(value, value) for value in values]
    version = np.array([version for version, _text in rows], dtype=np.int64)
    editorial = editorial_changes.standing(session)
    for answered in set(version.tolist()):
        row = session.get_one(VersionRow, answered)
        same = compare(version_from(row).definition, definition, editorial).items
        other = [column for column, item in enumerate(definition.items) if item.code not in same]
        matrix[np.ix_(version == answered, other)] = NOT_IN_VERSION_CODE
    return matrix


def _ids_for(session: Session, response: Response) -> Ids:
    def one(table: type[RoundRow | CounterRow | UnitRow | FieldRow], code: str) -> dict[str, int]:
        return {code: session.scalars(select(table.id).where(table.code == code)).one()}

    version = select(VersionRow.id).where(VersionRow.fingerprint == response.version_fingerprint)
    return Ids(
        rounds=one(RoundRow, response.round_code),
        versions={response.version_fingerprint: session.scalars(version).one()},
        counters=one(CounterRow, response.counter_code),
        units=one(UnitRow, response.unit_code),
        fields=one(FieldRow, response.field_code),
    )


def _values(response: Response, ids: Ids) -> dict[str, object]:
    return {
        "id": response.id,
        "round_id": ids.rounds[response.round_code],
        "version_id": ids.versions[response.version_fingerprint],
        "counter_id": ids.counters[response.counter_code],
        "unit_id": ids.units[response.unit_code],
        "field_id": ids.fields[response.field_code],
        "mode": response.mode,
        "language": response.language,
        "answers": orjson.dumps(dict(response.answers), option=orjson.OPT_SORT_KEYS).decode(),
        "fingerprint": fingerprint_of(response.version_fingerprint, response.field_code, response.answers),
        "received_hour": response.received_hour,
        "late_hours": response.late_hours,
    }
