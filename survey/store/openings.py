"""Counts of opened pages and of begun answers; they only grow."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Date, Integer, String, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from survey.core.openings import OpenedAt, Openings
from survey.store.database import is_sqlite
from survey.store.round_tables import OpeningRow
from survey.store.tables import CounterRow, RoundRow, UnitRow

_CHOSEN = ""
"""Stands for the field where the citizen chooses it."""

_KEY = (
    OpeningRow.round_id,
    OpeningRow.counter_id,
    OpeningRow.unit_id,
    OpeningRow.field_code,
    OpeningRow.mode,
    OpeningRow.day,
)
_NEW = (
    select(
        RoundRow.id,
        CounterRow.id,
        UnitRow.id,
        bindparam("field_", type_=String),
        bindparam("mode_", type_=String),
        bindparam("day_", type_=Date),
        bindparam("opened_", type_=Integer),
        bindparam("started_", type_=Integer),
    )
    .join_from(RoundRow, CounterRow, CounterRow.code == bindparam("counter_"))
    .join(UnitRow, UnitRow.code == bindparam("unit_"))
    .where(RoundRow.code == bindparam("round_"))
)


def add(session: Session, counts: Mapping[OpenedAt, Openings]) -> None:
    """Add to what was counted; counts of a round, counter or unit that is not there are left out."""
    if not counts:
        return
    upsert = (sqlite_insert if is_sqlite(session) else postgresql_insert)(OpeningRow).from_select(
        [*(column.key for column in _KEY), "opened", "started"], _NEW
    )
    increase = upsert.on_conflict_do_update(
        index_elements=[*_KEY],
        set_={
            "opened": OpeningRow.opened + upsert.excluded.opened,
            "started": OpeningRow.started + upsert.excluded.started,
        },
    )
    # Sorted, so that two transactions that count the same pages never wait for each other in a ring.
    rows = sorted((_values(at, number) for at, number in counts.items()), key=lambda row: [*row.values()][:6])
    session.connection().execute(increase, rows)


def openings_of(
    session: Session, round_code: str, *, until: date | None = None
) -> dict[tuple[str, str | None], Openings]:
    """What was counted in a round, by unit code and field code; None for pages where the citizen chooses the field.

    Args:
        session: reads.
        round_code: the round's.
        until: the last day that counts; None for all.
    """
    # Units are named after adding up: joined to every row, they would take most of the time.
    round_id = select(RoundRow.id).where(RoundRow.code == round_code).scalar_subquery()
    query = (
        select(
            OpeningRow.unit_id,
            OpeningRow.field_code,
            func.sum(OpeningRow.opened),
            func.sum(OpeningRow.started),
        )
        .where(OpeningRow.round_id == round_id)
        .group_by(OpeningRow.unit_id, OpeningRow.field_code)
    )
    if until is not None:
        query = query.where(OpeningRow.day <= until)
    units = dict(session.execute(select(UnitRow.id, UnitRow.code)).all())
    return {
        (units[unit], field or None): Openings(int(opened), int(started))
        for unit, field, opened, started in session.execute(query)
    }


def first_day(session: Session, round_code: str) -> date | None:
    """The first day of a round on which anything was counted; None if nothing was."""
    query = (
        select(func.min(OpeningRow.day))
        .join(RoundRow, RoundRow.id == OpeningRow.round_id)
        .where(RoundRow.code == round_code)
    )
    return session.scalar(query)


def last_day(session: Session, round_code: str, *, until: date | None = None) -> date | None:
    """The last day of a round on which anything was counted, none after ``until``; None if nothing was."""
    query = (
        select(func.max(OpeningRow.day))
        .join(RoundRow, RoundRow.id == OpeningRow.round_id)
        .where(RoundRow.code == round_code)
    )
    return session.scalar(query if until is None else query.where(OpeningRow.day <= until))


def _values(at: OpenedAt, number: Openings) -> dict[str, str | int | date]:
    return {
        "round_": at.round_code,
        "counter_": at.counter_code,
        "unit_": at.unit_code,
        "field_": at.field_code or _CHOSEN,
        "mode_": at.mode,
        "day_": at.day,
        "opened_": number.opened,
        "started_": number.started,
    }
