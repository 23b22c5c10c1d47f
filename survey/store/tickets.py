"""One-time tickets: added by list, used once, counted; nothing here points at a response."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Select, delete, func, insert, select, true, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from survey.core.ticket import Ticket
from survey.store import places
from survey.store.tables import CounterRow, FieldRow, RoundRow, TicketRow, UnitRow

AT_ONCE = 500
"""Hashes per query: databases limit how many values one may carry."""


class TicketCount(NamedTuple):
    """How many tickets were given out, and how many of them were used."""

    issued: int
    used: int


def find(session: Session, hash_: str) -> Ticket | None:
    """The ticket with this hash."""
    row = session.execute(_query().where(TicketRow.hash == hash_)).one_or_none()
    return None if row is None else Ticket(*row)


def among(session: Session, hashes: Collection[str]) -> dict[str, Ticket]:
    """Those of the tickets that are stored, by hash."""
    wanted = sorted(hashes)
    found: dict[str, Ticket] = {}
    for start in range(0, len(wanted), AT_ONCE):
        query = _query().where(TicketRow.hash.in_(wanted[start : start + AT_ONCE]))
        found |= {row.hash: Ticket(*row) for row in session.execute(query)}
    return found


def add_new(session: Session, round_code: str, tickets: Iterable[Ticket]) -> None:
    """Store tickets of a round; those that are stored already stay as they are."""
    round_id = session.scalars(select(RoundRow.id).where(RoundRow.code == round_code)).one()
    counters, fields = places.ids_by_code(session, CounterRow), places.ids_by_code(session, FieldRow)
    # By hash, so that the order in which dossiers were listed is not kept.
    values = [
        {
            "hash": ticket.hash,
            "round_id": round_id,
            "counter_id": counters[ticket.counter_code],
            "field_id": fields[ticket.field_code],
            "used": False,
        }
        for ticket in sorted(tickets, key=lambda ticket: ticket.hash)
    ]
    if not values:
        return
    insert_into = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    session.execute(insert_into(TicketRow).on_conflict_do_nothing(index_elements=["hash"]), values)


def use(session: Session, hash_: str) -> bool:
    """Use a ticket up; False if it was used before. Of two at the same moment the second waits and hears False."""
    query = update(TicketRow).where(TicketRow.hash == hash_, TicketRow.used.is_(False))
    return session.scalar(query.values(used=True).returning(TicketRow.hash)) is not None


def counts(session: Session, round_code: str) -> Mapping[str, TicketCount]:
    """Tickets of a round per unit code."""
    query = (
        select(UnitRow.code, func.count(), func.count().filter(TicketRow.used.is_(true())))
        .select_from(TicketRow)
        .join(CounterRow, CounterRow.id == TicketRow.counter_id)
        .join(UnitRow, UnitRow.id == CounterRow.unit_id)
        .join(RoundRow, RoundRow.id == TicketRow.round_id)
        .where(RoundRow.code == round_code)
        .group_by(UnitRow.code)
    )
    return {unit: TicketCount(issued, used) for unit, issued, used in session.execute(query)}


def issued(session: Session, round_code: str) -> Mapping[tuple[str, str], int]:
    """How many tickets of a round were given out, by unit code and field code."""
    query = (
        select(UnitRow.code, FieldRow.code, func.count())
        .select_from(TicketRow)
        .join(CounterRow, CounterRow.id == TicketRow.counter_id)
        .join(UnitRow, UnitRow.id == CounterRow.unit_id)
        .join(FieldRow, FieldRow.id == TicketRow.field_id)
        .join(RoundRow, RoundRow.id == TicketRow.round_id)
        .where(RoundRow.code == round_code)
        .group_by(UnitRow.code, FieldRow.code)
    )
    return {(unit, field): number for unit, field, number in session.execute(query)}


def forget_order(session: Session, round_code: str) -> None:
    """Write the used tickets of a round anew, in the order of their hashes and in one transaction.

    PostgreSQL keeps changed rows in the order of their changes and notes the transaction of each, which is that of
    the response. SQLite keeps this table in the order of the hashes anyhow.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    of_round = select(RoundRow.id).where(RoundRow.code == round_code).scalar_subquery()
    gone = delete(TicketRow).where(TicketRow.round_id == of_round, TicketRow.used.is_(true()))
    rows = session.execute(
        gone.returning(
            TicketRow.hash, TicketRow.round_id, TicketRow.counter_id, TicketRow.field_id, TicketRow.used
        )
    )
    values = sorted((row._asdict() for row in rows), key=lambda row: str(row["hash"]))
    if values:
        session.execute(insert(TicketRow), values)


def _query() -> Select[str, str, str, str, bool]:
    return (
        select(TicketRow.hash, RoundRow.code, CounterRow.code, FieldRow.code, TicketRow.used)
        .join(RoundRow, RoundRow.id == TicketRow.round_id)
        .join(CounterRow, CounterRow.id == TicketRow.counter_id)
        .join(FieldRow, FieldRow.id == TicketRow.field_id)
    )
