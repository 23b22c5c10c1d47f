"""Mergers and splits of units."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from survey.core.unit_history import UnitChange
from survey.store import places
from survey.store.place_tables import UnitChangeRow
from survey.store.tables import UnitRow


def all_changes(session: Session) -> tuple[UnitChange, ...]:
    """All changes, the earliest first."""
    old, new = aliased(UnitRow), aliased(UnitRow)
    query = (
        select(old.code, new.code, UnitChangeRow.share, UnitChangeRow.since, UnitChangeRow.basis)
        .join(old, old.id == UnitChangeRow.from_id)
        .join(new, new.id == UnitChangeRow.to_id)
        .order_by(UnitChangeRow.since, UnitChangeRow.id)
    )
    return tuple(UnitChange(*row) for row in session.execute(query))


def replace(session: Session, from_code: str, changes: Iterable[UnitChange]) -> None:
    """Store what a unit passed on, in place of what was said before."""
    ids = places.ids_by_code(session, UnitRow)
    session.execute(delete(UnitChangeRow).where(UnitChangeRow.from_id == ids[from_code]))
    session.add_all(
        UnitChangeRow(
            from_id=ids[change.from_code],
            to_id=ids[change.to_code],
            share=change.share,
            since=change.since,
            basis=change.basis,
        )
        for change in changes
    )
    session.flush()
