"""A report published by a process of its own: to evaluate and typeset a large round takes longer than a request may.

Whether it is done here or there, the approver is told the same. Only what was asked for by a form is ever begun; who looks
how it stands begins nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from survey.actions.apart import StillWorking, Work, made
from survey.actions.approving import ApproverIsAuthor
from survey.actions.figures_apart import takes_long
from survey.actions.issuing import FreezeBroken, NotFrozen, NotWaiting, publish
from survey.actions.to_approve import became
from survey.store.database import Database
from survey.store.shelf import Shelf


class Refusal(Enum):
    """Why a report was not published."""

    AUTHOR = "the approver wrote or handed it in"
    BROKEN = "the round's data are not as they were frozen"
    NOT_FROZEN = "the round's numbers can still change"
    NOT_WAITING = "it does not wait as it was read"
    STOPPED = "the process ended before it was done"


_REFUSALS: dict[type[Exception], Refusal] = {
    ApproverIsAuthor: Refusal.AUTHOR,
    FreezeBroken: Refusal.BROKEN,
    NotFrozen: Refusal.NOT_FROZEN,
    NotWaiting: Refusal.NOT_WAITING,
}

Outcome = int | Refusal
"""The number of the issue, or why there is none."""


@dataclass(frozen=True)
class Order:
    """What an approver asked for.

    Attributes:
        code: the round's.
        read: the submission that was read.
        attempt: made for this order; no other has it.
        public_url: where everybody reaches the site.
        small_cell: groups with fewer responses show no figure.
        who: name of the approver's account.
        now: UTC.
    """

    code: str
    read: int
    attempt: str
    public_url: str
    small_cell: int
    who: str
    now: datetime


def carry_out(database: Database, order: Order, shelf: Shelf) -> Outcome:
    """Publish a report, here where that is quick.

    Raises:
        StillWorking: while a process does it; :func:`outcome` says how it ended.
        RoundUnknown: if there is no such round.
    """
    if not takes_long(database, order.code, order.now):
        return _published(database, order)
    work = Work(_name(order.code), order.attempt, published, (database.url, order))
    found = made(shelf, work)
    assert isinstance(found, int | Refusal)  # noqa: S101  what `published` gives
    return found


def outcome(database: Database, code: str, read: int, attempt: str, shelf: Shelf) -> Outcome:
    """How an order ended.

    Raises:
        StillWorking: while a process publishes this round's report.
    """
    if shelf.is_held(_name(code)):
        raise StillWorking(shelf.held_for(_name(code)))
    number = became(database, code, read)
    if number is not None:
        return number
    found = shelf.find(_name(code), attempt)
    if found is None or found.failure:
        return Refusal.STOPPED  # why stands in the server's log
    assert isinstance(found.result, int | Refusal)  # noqa: S101  what `published` gives
    return found.result


def published(url: str, order: Order) -> Outcome:
    """Carry out an order in a process of its own."""
    database = Database(url)
    try:
        return _published(database, order)
    finally:
        database.close()


def _published(database: Database, order: Order) -> Outcome:
    """Publish; sent twice, it is published once and both are told so."""
    try:
        return publish(
            database,
            order.code,
            read=order.read,
            public_url=order.public_url,
            small_cell=order.small_cell,
            who=order.who,
            now=order.now,
        ).number
    except tuple(_REFUSALS) as fault:
        number = became(database, order.code, order.read) if isinstance(fault, NotWaiting) else None
        return number or _REFUSALS[type(fault)]


def _name(code: str) -> str:
    return f"publish {code}"
