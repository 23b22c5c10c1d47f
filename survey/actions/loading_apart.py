"""Large files of responses, looked at and taken by a process of its own: that takes longer than a request may.

Whether it is done here or there, the officer is told the same. The file waits until all of it counts, so whatever ends a
process half-way, the same file can be taken again, and nothing counts twice. Only what was asked for by a form is ever
begun; who looks how it stands begins nothing.
"""

from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from pathlib import Path

from survey.actions.apart import StillWorking, Work, made
from survey.actions.loading import (
    PURPOSE,
    Meanings,
    RowPreview,
    apply_responses,
    looked_against,
    preview_responses,
    rows_in,
)
from survey.actions.progress import Progress, Told, tell_nobody
from survey.actions.sent_files import LoadedBefore, Sent, UploadGone, opened
from survey.actions.storing_loads import AT_ONCE, ResponsesFaulty, RoundTakesNone
from survey.core.account import Account
from survey.core.frame import Layout
from survey.program import running
from survey.store import sources, uploads
from survey.store.database import Database
from survey.store.shelf import Shelf
from survey.store.sources import RESPONSES

LARGE = AT_ONCE
"""More rows than this are read and stored by a process."""

MOST_TIMES = 3
"""How often a process is begun for one look that was asked for."""


class Refusal(Enum):
    """Why a file was not taken."""

    FAULTY = "something is wrong with it"
    LOADED_BEFORE = "rows of it may count already"
    SETTLED = "the round takes none"
    GONE = "it does not wait any more"
    BUSY = "another file of the round is being taken"
    STOPPED = "the process ended before it was done"


_REFUSALS: dict[type[Exception], Refusal] = {
    ResponsesFaulty: Refusal.FAULTY,
    LoadedBefore: Refusal.LOADED_BEFORE,
    RoundTakesNone: Refusal.SETTLED,
    UploadGone: Refusal.GONE,
}


@dataclass(frozen=True)
class Taken:
    """How many responses of a file are new, and how many counted before."""

    new: int
    known: int


Outcome = Taken | Refusal


@dataclass(frozen=True)
class Look:
    """A file that waits, as an officer wants it to be read.

    Attributes:
        code: the round's.
        token: the file's.
        sheet: name of the sheet; "" for a text.
        layout: what its columns hold.
        said: what labels mean, as the officer says now.
        by: who looks.
        now: UTC.
    """

    code: str
    token: str
    sheet: str
    layout: Layout
    said: Meanings
    by: Account
    now: datetime


@dataclass(frozen=True)
class Order:
    """A file that an officer wants to be taken.

    Attributes:
        look: how it is read.
        attempt: made for this order; no other has it.
        source: where the responses come from, in the officer's words.
        dated: the day up to which they are.
        are_others: whether rows that may count already are said to be others.
        file_name: of the file.
        sha256: of its bytes.
    """

    look: Look
    attempt: str
    source: str
    dated: date
    are_others: bool
    file_name: str
    sha256: str


@dataclass(frozen=True)
class Seen:
    """What a look found."""

    look: Look
    preview: RowPreview


@dataclass(frozen=True)
class Standing:
    """How the newest order of a round stands.

    Attributes:
        order: what was asked for.
        progress: how far it has come; None where nobody works on it, or nothing is told yet.
        refusal: why nothing was taken; None while a process works on it.
    """

    order: Order
    progress: Progress | None
    refusal: Refusal | None


def mark_of(database: Database, look: Look) -> str:
    """What a look is made from, as a short text that every process finds alike."""
    with database.reading() as session:
        against = looked_against(session, look.code)
    said = sorted(look.said.items()), sorted(look.layout.roles.items()), look.layout.header
    made_from = (running(), look.code, look.token, look.sheet, look.by.unit_code, said, against)
    return sha256(repr(made_from).encode()).hexdigest()


def preview(database: Database, look: Look, sent: Sent, *, key: bytes, shelf: Shelf) -> RowPreview:
    """What taking a file would do; nothing is stored.

    Raises:
        StillWorking: while a process reads it; :func:`seen` gives what it found.
        WorkFailed: if it could not.
    """
    if not _is_large(sent, look):
        return _previewed(database, look, sent, key, tell_nobody)
    mark = mark_of(database, look)
    with suppress(OSError):
        shelf.put(f"asked {_looking(look.by)}", mark, (look, 1))
    return _begun(database, look, mark, key, shelf).preview


def seen(database: Database, shelf: Shelf, mark: str, by: Account, key: bytes) -> Seen | None:
    """What a look found; None where it is not known any more, or its process failed.

    A look that was asked for while another one of this officer was at work, or was killed, is begun here; not for ever.

    Raises:
        StillWorking: while a process of this officer reads a file.
    """
    name = _looking(by)
    is_held = shelf.is_held(name)  # first: a process puts what it found before it ends
    found = shelf.find(name, mark)
    if found is not None:
        return found.result if isinstance(found.result, Seen) else None
    if is_held:
        raise StillWorking(shelf.held_for(name))
    asked = shelf.find(f"asked {name}", mark)
    look, times = asked.result if asked is not None and isinstance(asked.result, tuple) else (None, 0)
    if look is None or times >= MOST_TIMES:
        return None
    shelf.put(f"asked {name}", mark, (look, times + 1))
    return _begun(database, look, mark, key, shelf)


def _begun(database: Database, look: Look, mark: str, key: bytes, shelf: Shelf) -> Seen:
    work = Work(_looking(look.by), mark, see, (database.url, shelf.folder, look, mark, key))
    found = made(shelf, work)
    assert isinstance(found, Seen)  # noqa: S101  what `see` gives
    return found


def looking_progress(shelf: Shelf, mark: str, by: Account) -> Progress | None:
    """How far the reading of an officer's file has come."""
    return _progress(shelf, _looking(by), mark)


def carry_out(database: Database, order: Order, sent: Sent, *, key: bytes, shelf: Shelf) -> Outcome:
    """Take a file, here where that is quick.

    Raises:
        StillWorking: while a process does it; :func:`outcome` says how it ended.
    """
    if not _is_large(sent, order.look):
        return _applied(database, order, sent, key, tell_nobody)
    name = _loading(order.look.code)
    try:
        if shelf.is_held(name):
            return Refusal.BUSY
        note(shelf, order)
    except OSError:
        return _applied(database, order, sent, key, tell_nobody)
    found = made(shelf, Work(name, order.attempt, take, (database.url, shelf.folder, order, key)))
    assert isinstance(found, Taken | Refusal)  # noqa: S101  what `take` gives
    return found


def outcome(database: Database, code: str, attempt: str, shelf: Shelf) -> Outcome:
    """How an order ended.

    Raises:
        StillWorking: while a process takes a file of this round.
    """
    if shelf.is_held(_loading(code)):
        raise StillWorking(shelf.held_for(_loading(code)))
    found = shelf.find(_loading(code), attempt)
    if found is not None and isinstance(found.result, Taken | Refusal):
        return found.result
    order = _newest(shelf, code)
    # A process may end after the last row, before it could say so.
    became = None if order is None or order.attempt != attempt else _became(database, order)
    return became or Refusal.STOPPED  # why stands in the server's log


def standing(database: Database, code: str, shelf: Shelf, *, now: datetime) -> Standing | None:
    """How the newest order of a round stands; None where there is none, it was carried out, or its file is gone."""
    order = _newest(shelf, code)
    if order is None:
        return None
    try:
        ended = outcome(database, code, order.attempt, shelf)
    except StillWorking:
        return Standing(order, _progress(shelf, _loading(code), order.attempt), None)
    with database.reading() as session:
        waits = uploads.is_waiting(session, order.look.token, PURPOSE, code, now=now)
    return Standing(order, None, ended) if isinstance(ended, Refusal) and waits else None


def see(url: str, folder: Path, look: Look, mark: str, key: bytes) -> Seen:
    """Look at a file in a process of its own."""
    with closing(Database(url)) as database:
        tell = _teller(Shelf(folder), _looking(look.by), mark)
        return Seen(look, _previewed(database, look, _sent(database, look), key, tell))


def take(url: str, folder: Path, order: Order, key: bytes) -> Outcome:
    """Take a file in a process of its own."""
    shelf, look = Shelf(folder), order.look
    with suppress(OSError):
        note(shelf, order)  # somebody else's may stand there who asked at the same moment
    with closing(Database(url)) as database:
        try:
            sent = _sent(database, look)
        except UploadGone:
            return Refusal.GONE
        return _applied(database, order, sent, key, _teller(shelf, _loading(look.code), order.attempt))


def _previewed(database: Database, look: Look, sent: Sent, key: bytes, tell: Told) -> RowPreview:
    return preview_responses(
        database, sent, look.layout, look.said, within=look.by.unit_code, key=key, tell=tell
    )


def _applied(database: Database, order: Order, sent: Sent, key: bytes, tell: Told) -> Outcome:
    look = order.look
    try:
        found = apply_responses(
            database,
            sent,
            look.layout,
            look.said,
            token=look.token,
            source=order.source,
            dated=order.dated,
            by=look.by,
            now=look.now,
            key=key,
            are_others=order.are_others,
            tell=tell,
        )
    except tuple(_REFUSALS) as fault:
        return _REFUSALS[type(fault)]
    return Taken(found.new.total(), found.known + found.alike)


def _became(database: Database, order: Order) -> Taken | None:
    """What came of an order, as the database has it."""
    with database.reading() as session:
        loads = sources.loads(session, order.look.code, RESPONSES)
    for load in loads:
        if (load.loaded_at, load.sha256, load.who) == (order.look.now, order.sha256, order.look.by.name):
            return Taken(load.rows, 0)
    return None


def _sent(database: Database, look: Look) -> Sent:
    sheet, header = look.sheet or None, look.layout.header
    return opened(
        database,
        PURPOSE,
        look.code,
        look.token,
        sheet=sheet,
        header=header,
        who=look.by.name,
        now=look.now,
    )


def _is_large(sent: Sent, look: Look) -> bool:
    return rows_in(sent.sheet, look.layout.header) > LARGE


def note(shelf: Shelf, order: Order) -> None:
    """Keep the newest order of a round for this program; a newer one may say other things of an order.

    Raises:
        OSError: if nothing can be written there.
    """
    shelf.put(f"order {order.look.code}", running(), order)


def _newest(shelf: Shelf, code: str) -> Order | None:
    found = shelf.find(f"order {code}", running())
    return found.result if found is not None and isinstance(found.result, Order) else None


def _teller(shelf: Shelf, name: str, key: str) -> Told:
    def tell(progress: Progress) -> None:
        # How far it is, nobody needs so much that the work may fail for it.
        with suppress(OSError):
            shelf.put(f"progress {name}", key, progress)

    return tell


def _progress(shelf: Shelf, name: str, key: str) -> Progress | None:
    found = shelf.find(f"progress {name}", key)
    return found.result if found is not None and isinstance(found.result, Progress) else None


def _looking(by: Account) -> str:
    """One file of an officer is looked at at a time."""
    return f"look {by.name}"


def _loading(code: str) -> str:
    """One file of a round is taken at a time."""
    return f"load {code}"
