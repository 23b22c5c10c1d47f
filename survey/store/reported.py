"""Reported figures: appended, never changed; the newest entry of a name stands."""

from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from survey.core.reported import Entry, Figure, Figures, Kind
from survey.store import rounds
from survey.store.round_tables import ReportedFigureRow
from survey.store.tables import RoundRow


def standing(session: Session, round_code: str) -> Figures:
    """The figures of a round that stand."""
    return {
        (Kind(row.kind), row.name): Figure(
            Decimal(row.value), row.year, row.source, row.dated, row.who, row.entered_at
        )
        for row in _newest(session, round_code)
        if row.value is not None
    }


def newest_number(session: Session, round_code: str, kind: Kind, name: str) -> int:
    """The number of the newest entry of a name, whether or not it has a value; 0 before the first."""
    rows = _newest(session, round_code)
    return next((row.id for row in rows if (row.kind, row.name) == (kind, name)), 0)


def add(session: Session, round_code: str, entry: Entry) -> None:
    """Append an entry."""
    row = {
        "round_id": rounds.ids_by_code(session)[round_code],
        **vars(entry),
        "kind": entry.kind.value,
        "value": None if entry.value is None else format(entry.value, "f"),
    }
    session.execute(insert(ReportedFigureRow), row)


def _newest(session: Session, round_code: str) -> list[ReportedFigureRow]:
    query = (
        select(ReportedFigureRow)
        .join(RoundRow, RoundRow.id == ReportedFigureRow.round_id)
        .where(RoundRow.code == round_code)
        .order_by(ReportedFigureRow.id)
    )
    found = {(row.kind, row.name): row for row in session.scalars(query)}
    return list(found.values())
