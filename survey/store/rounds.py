"""Rounds and their populations."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from questionnaires.version import Version
from survey.core.evidence import IntArray
from survey.core.place import Field, Unit
from survey.core.round import Round
from survey.core.visit import Delivery
from survey.store import places, versions
from survey.store.tables import FieldRow, FrameRow, RoundRow, TargetSheetRow, UnitRow, VersionRow

Volumes = Mapping[tuple[str, str], int]
"""Dossiers by unit code and field code."""


def add(session: Session, round_: Round, volumes: Volumes) -> None:
    """Store a round and its population; its version and target sheet must exist."""
    row = RoundRow(
        code=round_.code,
        name_vi=round_.name_vi,
        name_en=round_.name_en,
        starts_on=round_.starts_on,
        ends_on=round_.ends_on,
        version_id=_version_id(session, round_.version.fingerprint),
        target_sheet_id=session.scalar(
            select(TargetSheetRow.id).where(TargetSheetRow.code == round_.target_sheet_code)
        ),
        opened_at=round_.opened_at,
        closed_at=round_.closed_at,
        frame_source=round_.frame_source,
    )
    session.add(row)
    session.flush()
    units, fields = places.ids_by_code(session, UnitRow), places.ids_by_code(session, FieldRow)
    cells = [
        {"round_id": row.id, "unit_id": units[unit], "field_id": fields[field], "dossiers": dossiers}
        for (unit, field), dossiers in volumes.items()
    ]
    if cells:
        session.execute(insert(FrameRow), cells)


def all_rounds(session: Session) -> list[Round]:
    """All rounds, the newest first."""
    rows = session.execute(_ROUNDS.order_by(RoundRow.starts_on.desc())).all()
    return [from_columns(session, row) for row in rows]


def with_code(session: Session, code: str) -> Round | None:
    """The round with this code."""
    row = session.execute(_WITH_CODE, {"code": code}).one_or_none()
    return None if row is None else from_columns(session, row)


def open_round(session: Session) -> Round | None:
    """The round that takes answers now; the newest where several do."""
    query = _ROUNDS.where(RoundRow.opened_at.is_not(None), RoundRow.closed_at.is_(None))
    row = session.execute(query.order_by(RoundRow.starts_on.desc()).limit(1)).one_or_none()
    return None if row is None else from_columns(session, row)


def next_day(session: Session) -> date | None:
    """The first day of the earliest round that is planned and has not been opened, or None."""
    return session.scalar(select(func.min(RoundRow.starts_on)).where(RoundRow.opened_at.is_(None)))


def ids_by_code(session: Session) -> dict[str, int]:
    """Database ids by code."""
    return dict(session.execute(select(RoundRow.code, RoundRow.id)).all())


def hold_taking(session: Session, delivery: Delivery, *, first: str) -> Round | None:
    """The round in which a form was finished: the one called ``first`` where it fits, else the newest that does.

    Until the transaction ends, that round cannot be closed by another.
    """
    for query in _HELD:
        for row in session.execute(query, {"code": first}).all():
            if delivery.counts_in(round_ := from_columns(session, row)):
                return round_
    return None


def close(session: Session, code: str, *, at: datetime) -> bool:
    """Stop taking answers; False if the round was not open."""
    query = update(RoundRow).where(
        RoundRow.code == code, RoundRow.opened_at.is_not(None), RoundRow.closed_at.is_(None)
    )
    return len(session.scalars(query.values(closed_at=at).returning(RoundRow.id)).all()) == 1


def set_version(session: Session, code: str, fingerprint: str) -> bool:
    """Let the round ask another version from now on; False if it is closed or does not exist."""
    query = update(RoundRow).where(RoundRow.code == code, RoundRow.closed_at.is_(None))
    changed = query.values(version_id=_version_id(session, fingerprint)).returning(RoundRow.id)
    return len(session.scalars(changed).all()) == 1


def before(session: Session, round_: Round) -> Round | None:
    """The round whose period ended last before this one began."""
    query = _ROUNDS.where(RoundRow.ends_on < round_.starts_on).order_by(RoundRow.ends_on.desc()).limit(1)
    row = session.execute(query).one_or_none()
    return None if row is None else from_columns(session, row)


def dossiers(session: Session, code: str, units: tuple[Unit, ...], fields: tuple[Field, ...]) -> IntArray:
    """The population of a round as a matrix units × fields."""
    rows = {unit.code: position for position, unit in enumerate(units)}
    columns = {field.code: position for position, field in enumerate(fields)}
    matrix = np.zeros((len(units), len(fields)), dtype=np.int64)
    query = (
        select(UnitRow.code, FieldRow.code, FrameRow.dossiers)
        .join(UnitRow, UnitRow.id == FrameRow.unit_id)
        .join(FieldRow, FieldRow.id == FrameRow.field_id)
        .join(RoundRow, RoundRow.id == FrameRow.round_id)
        .where(RoundRow.code == code)
    )
    for unit, field, volume in session.execute(query):
        matrix[rows[unit], columns[field]] = volume
    return matrix


def _version_id(session: Session, fingerprint: str) -> int:
    return session.scalars(select(VersionRow.id).where(VersionRow.fingerprint == fingerprint)).one()


COLUMNS = (
    RoundRow.code,
    RoundRow.name_vi,
    RoundRow.name_en,
    RoundRow.starts_on,
    RoundRow.ends_on,
    RoundRow.opened_at,
    RoundRow.closed_at,
    RoundRow.frame_source,
    TargetSheetRow.code,
    VersionRow.fingerprint,
    VersionRow.number,
)
"""What :func:`from_columns` makes a round from."""


def from_columns(session: Session, columns: Sequence[Any]) -> Round:
    """The round that :data:`COLUMNS` hold."""
    return asking(versions.known(session, *columns[-2:]), columns)


def asking(version: Version, columns: Sequence[Any]) -> Round:
    """The round that :data:`COLUMNS` hold, with the version that they name."""
    code, name_vi, name_en, starts_on, ends_on, opened_at, closed_at, source, sheet_code, *_version = columns
    return Round(
        code=code,
        name_vi=name_vi,
        name_en=name_en,
        starts_on=starts_on,
        ends_on=ends_on,
        version=version,
        target_sheet_code=sheet_code,
        opened_at=opened_at,
        closed_at=closed_at,
        frame_source=source,
    )


_ROUNDS = (
    select(*COLUMNS)
    .select_from(RoundRow)
    .join(VersionRow, VersionRow.id == RoundRow.version_id)
    .outerjoin(TargetSheetRow, TargetSheetRow.id == RoundRow.target_sheet_id)
)
_WITH_CODE = _ROUNDS.where(RoundRow.code == bindparam("code"))
_OTHERS = _ROUNDS.where(RoundRow.code != bindparam("code")).order_by(RoundRow.starts_on.desc())
_HELD = tuple(query.with_for_update(read=True, of=RoundRow) for query in (_WITH_CODE, _OTHERS))
