"""One-time tickets: an officer loads a list of dossiers and gets slips to print or links to send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy.orm import Session

from reports.look import STANDARD
from reports.slips import Slip, write_links, write_slips
from survey.actions.rounds import known_round
from survey.core.look import Look
from survey.core.place import Instance, Unit
from survey.core.round import Round
from survey.core.ticket import Ticket, readable_ticket, ticket_code, ticket_hash
from survey.core.ticket_list import (
    COUNTER,
    FIELD,
    UNIT,
    Directory,
    Dossier,
    Fault,
    ListFaulty,
    RowFault,
    read_dossiers,
)
from survey.core.trail import Deed
from survey.store import looks, places, tickets, trail
from survey.store.database import Database


class TicketsClosed(ValueError):
    """The round takes no more answers, so no more tickets either."""


@dataclass(frozen=True)
class Preview:
    """What loading a list would do: new tickets per unit, and how many of the list there are already."""

    round: Round
    units: tuple[tuple[Unit, int], ...]
    new: int
    known: int


@dataclass(frozen=True)
class Loaded:
    """What was printed or exported of a list, in its order: held in memory, stored nowhere."""

    round: Round
    slips: tuple[Slip, ...]
    look: Look

    def pdf(self) -> bytes:
        """The slips on A4 sheets; the same list in the same look gives the same bytes."""
        return write_slips(self.slips, datetime.combine(self.round.starts_on, time(), UTC), look=self.look)

    def csv(self) -> bytes:
        """The links as a table for whoever sends them."""
        return write_links(self.slips)


@dataclass(frozen=True)
class _Row:
    dossier: Dossier
    code: str
    ticket: Ticket


def preview_list(database: Database, round_code: str, text: str, *, now: datetime, key: bytes) -> Preview:
    """Say what loading a list would do; nothing is stored.

    Raises:
        RoundUnknown: if there is no such round.
        TicketsClosed: if it is closed.
        ListFaulty: with every fault in the list.
    """
    with database.reading() as session:
        round_, rows, known = _read(session, round_code, text, now=now, key=key)
        new = [row.dossier.unit_code for row in rows if row.ticket.hash not in known]
        units = tuple((unit, count) for unit in places.units(session) if (count := new.count(unit.code)))
        return Preview(round_, units, len(new), len(rows) - len(new))


def load_list(
    database: Database, round_code: str, text: str, *, public_url: str, who: str, now: datetime, key: bytes
) -> Loaded:
    """Store the tickets of a list, all or none, and give what is printed or sent of them.

    A dossier that has a ticket keeps it: the same list again adds nothing.

    Args:
        database: where the tickets' hashes are stored.
        round_code: the round in which they count.
        text: the list, see :func:`survey.core.ticket_list.read_dossiers`.
        public_url: address of the site, without a slash at the end.
        who: the officer's account, for the trail.
        now: the server's clock, UTC.
        key: the instance's secret.

    Raises:
        RoundUnknown: if there is no such round.
        TicketsClosed: if it is closed.
        ListFaulty: with every fault in the list; nothing is stored.
    """
    with database.writing() as session:
        round_, rows, known = _read(session, round_code, text, now=now, key=key)
        tickets.forget_order(session, round_code)
        new = [row.ticket for row in rows if row.ticket.hash not in known]
        tickets.add_new(session, round_code, new)
        numbers = {"rows": len(rows), "new": len(new)}
        trail.record(session, Deed.TICKETS_LOADED, round_code, who=who, at=now, detail=numbers)
        units = {unit.code: unit.name for unit in places.units(session)}
        fields = {field.code: field.name_vi for field in places.fields(session)}
        owner = places.instance(session)
        look = looks.look(session) or STANDARD
    return Loaded(
        round_,
        tuple(
            Slip(
                unit=units[row.dossier.unit_code],
                field=fields[row.dossier.field_code],
                dossier=row.dossier.code,
                code_text=readable_ticket(row.code),
                url=f"{public_url}/t/{row.code}",
                banner=_banner(owner),
            )
            for row in rows
        ),
        look,
    )


def _read(
    session: Session, round_code: str, text: str, *, now: datetime, key: bytes
) -> tuple[Round, list[_Row], Mapping[str, Ticket]]:
    """The round, the rows of a list with their tickets, and those of the tickets that are stored already."""
    round_ = known_round(session, round_code, now=now)
    if round_.has_closed(now):
        raise TicketsClosed(round_code)
    rows = [_row(round_code, dossier, key) for dossier in read_dossiers(text, _directory(session))]
    known = tickets.among(session, {row.ticket.hash for row in rows})
    counters = {counter.code: counter.unit_code for counter in places.counters(session)}
    if faults := [fault for row in rows if (fault := _conflict(row, known.get(row.ticket.hash), counters))]:
        raise ListFaulty(faults)
    return round_, rows, known


def _row(round_code: str, dossier: Dossier, key: bytes) -> _Row:
    code = ticket_code(round_code, dossier.code, key=key)
    ticket = Ticket(ticket_hash(code, key=key), round_code, dossier.counter_code, dossier.field_code)
    return _Row(dossier, code, ticket)


def _conflict(row: _Row, known: Ticket | None, units: Mapping[str, str]) -> RowFault | None:
    """What the list says of a dossier must be what it said when the dossier got its ticket."""
    if known is None:
        return None
    dossier = row.dossier
    if units[known.counter_code] != dossier.unit_code:
        return RowFault(dossier.row, UNIT, Fault.LOADED_OTHERWISE, units[known.counter_code])
    if known.field_code != dossier.field_code:
        return RowFault(dossier.row, FIELD, Fault.LOADED_OTHERWISE, known.field_code)
    if dossier.names_counter and known.counter_code != dossier.counter_code:
        return RowFault(dossier.row, COUNTER, Fault.LOADED_OTHERWISE, known.counter_code)
    return None


def _directory(session: Session) -> Directory:
    return Directory(
        frozenset(unit.code for unit in places.units(session)),
        frozenset(field.code for field in places.fields(session)),
        tuple(counter for counter in places.counters(session) if not counter.retired),
    )


def _banner(owner: Instance | None) -> str:
    return "Dữ liệu mô phỏng" if owner is not None and owner.simulated else ""
