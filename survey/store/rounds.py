"""Rounds and their populations."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from questionnaires.version import Version
from survey.core import estimation_settings
from survey.core.evidence import IntArray
from survey.core.place import Field, Unit
from survey.core.round import PlannedVersion, Round
from survey.core.visit import Delivery
from survey.store import places, versions
from survey.store.round_tables import PlannedVersionRow, RoundExclusionRow
from survey.store.tables import (
    FieldRow,
    FrameRow,
    Moment,
    RoundRow,
    TargetSheetRow,
    UnitRow,
    VersionRow,
)

Volumes = Mapping[tuple[str, str], int]
"""Dossiers by unit code and field code."""

Number = ColumnElement[int] | InstrumentedAttribute[int]
"""A column, or a query that gives one number."""


def add(session: Session, round_: Round, volumes: Volumes) -> None:
    """Store a round and its population; its version and target sheet must exist."""
    row = RoundRow(code=round_.code, **_values(session, round_))
    session.add(row)
    session.flush()
    units, fields = places.ids_by_code(session, UnitRow), places.ids_by_code(session, FieldRow)
    cells = [
        {"round_id": row.id, "unit_id": units[unit], "field_id": fields[field], "dossiers": dossiers}
        for (unit, field), dossiers in volumes.items()
    ]
    if cells:
        session.execute(insert(FrameRow), cells)


def change(session: Session, round_: Round) -> None:
    """Store a round as it is now; its code says which, and its population stays."""
    session.execute(update(RoundRow).where(RoundRow.code == round_.code).values(_values(session, round_)))


def hold(session: Session, code: str, *, now: datetime) -> Round | None:
    """The round with this code, which nobody else can change or answer until the transaction ends."""
    query = _WITH_CODE.with_for_update(of=RoundRow)
    row = session.execute(query, {"code": code, "now": now}).one_or_none()
    return None if row is None else from_columns(session, row)


def all_rounds(session: Session, *, now: datetime) -> list[Round]:
    """All rounds as they are at a moment, the newest first."""
    rows = session.execute(_ROUNDS.order_by(RoundRow.starts_on.desc(), RoundRow.id), {"now": now}).all()
    return [from_columns(session, row) for row in rows]


def with_code(session: Session, code: str, *, now: datetime) -> Round | None:
    """The round with this code, as it is at a moment."""
    row = session.execute(_WITH_CODE, {"code": code, "now": now}).one_or_none()
    return None if row is None else from_columns(session, row)


def open_round(session: Session, *, now: datetime) -> Round | None:
    """The round that takes answers at a moment; the newest where several do."""
    row = session.execute(_OPEN, {"now": now}).one_or_none()
    return None if row is None else from_columns(session, row)


def next_day(session: Session, *, now: datetime) -> date | None:
    """The first day of the earliest round that has not opened yet, or None."""
    ahead = or_(RoundRow.opened_at.is_(None), RoundRow.opened_at > now)
    return session.scalar(select(func.min(RoundRow.starts_on)).where(ahead))


def ids_by_code(session: Session) -> dict[str, int]:
    """Database ids by code."""
    return dict(session.execute(select(RoundRow.code, RoundRow.id)).all())


def hold_taking(session: Session, delivery: Delivery, *, first: str, unit: str) -> Round | None:
    """The round in which a form was finished: the one called ``first`` where it fits, else the newest that does.

    A unit that takes no part in a round has nothing counted there. Until the transaction ends, that round cannot be
    closed by another.
    """
    for query in _HELD:
        for row in session.execute(query, {"code": first, "unit": unit, "now": delivery.arrived}).all():
            if delivery.counts_in(round_ := from_columns(session, row)):
                return round_
    return None


def close(session: Session, code: str, *, at: datetime) -> bool:
    """Stop taking answers; False if the round was not open then."""
    query = update(RoundRow).where(RoundRow.code == code, RoundRow.opened_at <= at, _not_closed(at))
    return len(session.scalars(query.values(closed_at=at).returning(RoundRow.id)).all()) == 1


def set_version(session: Session, code: str, fingerprint: str, *, now: datetime) -> bool:
    """Let the round ask another version from now on; False if it is closed or does not exist.

    What was planned for earlier has had its time; what is planned for later stays.
    """
    query = update(RoundRow).where(RoundRow.code == code, _not_closed(now))
    changed = session.scalars(
        query.values(version_id=_version_id(session, fingerprint)).returning(RoundRow.id)
    )
    ids = changed.all()
    session.execute(
        delete(PlannedVersionRow).where(
            PlannedVersionRow.round_id.in_(ids), PlannedVersionRow.starts_at <= now
        )
    )
    return len(ids) == 1


def plan(session: Session, code: str) -> tuple[PlannedVersion, ...]:
    """Which versions were set for a day, the first one first."""
    query = (
        select(PlannedVersionRow.starts_at, VersionRow.fingerprint, VersionRow.number)
        .join(VersionRow, VersionRow.id == PlannedVersionRow.version_id)
        .where(PlannedVersionRow.round_id == _id_of(code))
        .order_by(PlannedVersionRow.starts_at)
    )
    return tuple(
        PlannedVersion(starts_at, versions.known(session, print_, number))
        for starts_at, print_, number in session.execute(query)
    )


def plan_version(session: Session, code: str, planned: PlannedVersion) -> None:
    """Let the round ask another version from a moment on; in place of what was planned for that moment."""
    unplan_version(session, code, planned.starts_at)
    session.execute(
        insert(PlannedVersionRow),
        {
            "round_id": session.scalar(select(_id_of(code))),
            "starts_at": planned.starts_at,
            "version_id": _version_id(session, planned.version.fingerprint),
        },
    )


def unplan_version(session: Session, code: str, starts_at: datetime) -> bool:
    """Forget what was planned for a moment; False if nothing was."""
    query = delete(PlannedVersionRow).where(
        PlannedVersionRow.round_id == _id_of(code), PlannedVersionRow.starts_at == starts_at
    )
    return len(session.scalars(query.returning(PlannedVersionRow.round_id)).all()) == 1


def excluded(session: Session, code: str) -> frozenset[str]:
    """Codes of the units that take no part in a round."""
    query = select(UnitRow.code).join(RoundExclusionRow, RoundExclusionRow.unit_id == UnitRow.id)
    return frozenset(session.scalars(query.where(RoundExclusionRow.round_id == _id_of(code))))


def exclude(session: Session, code: str, units: frozenset[str]) -> None:
    """Let these units, and no others, take no part in a round."""
    session.execute(delete(RoundExclusionRow).where(RoundExclusionRow.round_id == _id_of(code)))
    ids, round_id = places.ids_by_code(session, UnitRow), session.scalar(select(_id_of(code)))
    rows = [{"round_id": round_id, "unit_id": ids[unit]} for unit in sorted(units)]
    if rows:
        session.execute(insert(RoundExclusionRow), rows)


def before(session: Session, round_: Round, *, now: datetime) -> Round | None:
    """The round whose period ended last before this one began, of those that have opened.

    One of the same questionnaire goes before all others: rounds of several instruments may run side by side.
    """
    earlier = and_(RoundRow.ends_on < round_.starts_on, RoundRow.opened_at <= now)
    same = case((VersionRow.questionnaire_code == round_.version.definition.code, 1), else_=0)
    query = _ROUNDS.where(earlier).order_by(same.desc(), RoundRow.ends_on.desc(), RoundRow.id.desc()).limit(1)
    row = session.execute(query, {"now": now}).one_or_none()
    return None if row is None else from_columns(session, row)


def line_to(session: Session, round_: Round, most: int, *, now: datetime) -> list[Round]:
    """A round and those of its questionnaire before it, each the one before the next; at most so many, the oldest first."""
    line = [round_]
    while len(line) < most and (earlier := before(session, line[0], now=now)):
        if earlier.version.definition.code != round_.version.definition.code:
            break
        line.insert(0, earlier)
    return line


def dossiers(session: Session, code: str, units: tuple[Unit, ...], fields: tuple[Field, ...]) -> IntArray:
    """The population of a round as a matrix units × fields; units that take no part have none."""
    rows = {unit.code: position for position, unit in enumerate(units)}
    columns = {field.code: position for position, field in enumerate(fields)}
    matrix = np.zeros((len(units), len(fields)), dtype=np.int64)
    query = (
        select(UnitRow.code, FieldRow.code, FrameRow.dossiers)
        .join(UnitRow, UnitRow.id == FrameRow.unit_id)
        .join(FieldRow, FieldRow.id == FrameRow.field_id)
        .join(RoundRow, RoundRow.id == FrameRow.round_id)
        .where(RoundRow.code == code, takes_part(RoundRow.id, UnitRow.id))
    )
    for unit, field, volume in session.execute(query):
        matrix[rows[unit], columns[field]] = volume
    return matrix


def population_mark(session: Session, code: str) -> tuple[object, ...]:
    """Something short that differs when a round's population does, for what is kept as long as that stays."""
    dossiers = cast(FrameRow.dossiers, BigInteger)
    numbers = (func.count(), *(func.sum(dossiers * by) for by in (1, FrameRow.unit_id, FrameRow.field_id)))
    query = select(*numbers).where(FrameRow.round_id == _id_of(code))
    return (*session.execute(query).one(), excluded(session, code))


def takes_part(round_id: Number, unit_id: Number) -> ColumnElement[bool]:
    """Whether a unit takes part in a round, in a query over both."""
    left_out = exists().where(RoundExclusionRow.round_id == round_id, RoundExclusionRow.unit_id == unit_id)
    return ~left_out.correlate_except(RoundExclusionRow)


def _values(session: Session, round_: Round) -> dict[str, Any]:
    sheets = select(TargetSheetRow.id).where(TargetSheetRow.code == round_.target_sheet_code)
    return {
        "name_vi": round_.name_vi,
        "name_en": round_.name_en,
        "starts_on": round_.starts_on,
        "ends_on": round_.ends_on,
        "version_id": _version_id(session, round_.version.fingerprint),
        "target_sheet_id": session.scalar(sheets),
        "opened_at": round_.opened_at,
        "closed_at": round_.closed_at,
        "frame_source": round_.frame_source,
        "settings": estimation_settings.as_text(round_.settings),
    }


def _not_closed(moment: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(RoundRow.closed_at.is_(None), RoundRow.closed_at > moment)


def _id_of(code: str) -> ScalarSelect[int]:
    return select(RoundRow.id).where(RoundRow.code == code).scalar_subquery()


def _version_id(session: Session, fingerprint: str) -> int:
    return session.scalars(select(VersionRow.id).where(VersionRow.fingerprint == fingerprint)).one()


AT = bindparam("now", type_=Moment)
"""The moment that a query is about."""

_BEGUN = (
    select(PlannedVersionRow.version_id)
    .where(
        PlannedVersionRow.round_id == RoundRow.id,
        PlannedVersionRow.starts_at <= AT,
        or_(RoundRow.closed_at.is_(None), PlannedVersionRow.starts_at <= RoundRow.closed_at),
    )
    .order_by(PlannedVersionRow.starts_at.desc())
    .limit(1)
    .correlate(RoundRow)
    .scalar_subquery()
)
VERSION_ASKED = func.coalesce(_BEGUN, RoundRow.version_id)
"""Database id of the version that a round asks at :data:`AT`: of the plan what has begun, up to the closing."""

COLUMNS = (
    RoundRow.code,
    RoundRow.name_vi,
    RoundRow.name_en,
    RoundRow.starts_on,
    RoundRow.ends_on,
    RoundRow.opened_at,
    RoundRow.closed_at,
    RoundRow.frame_source,
    RoundRow.settings,
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
    code, name_vi, name_en, starts_on, ends_on, opened_at, closed_at, *rest = columns
    source, settings, sheet_code, *_version = rest
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
        settings=estimation_settings.from_text(settings),
    )


_ROUNDS = (
    select(*COLUMNS)
    .select_from(RoundRow)
    .join(VersionRow, VersionRow.id == VERSION_ASKED)
    .outerjoin(TargetSheetRow, TargetSheetRow.id == RoundRow.target_sheet_id)
)
_WITH_CODE = _ROUNDS.where(RoundRow.code == bindparam("code"))
_OPEN = _ROUNDS.where(RoundRow.opened_at <= AT, _not_closed(AT)).order_by(RoundRow.starts_on.desc()).limit(1)
_TAKES_PART = takes_part(
    RoundRow.id, select(UnitRow.id).where(UnitRow.code == bindparam("unit")).scalar_subquery()
)
_OTHERS = _ROUNDS.where(RoundRow.code != bindparam("code"), _TAKES_PART).order_by(RoundRow.starts_on.desc())
_HELD = tuple(query.with_for_update(read=True, of=RoundRow) for query in (_WITH_CODE, _OTHERS))
