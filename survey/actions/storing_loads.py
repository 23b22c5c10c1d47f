"""The responses of a file stored in the database: all of them count at once, or none does.

On SQLite one transaction writes at a time. A large load is therefore stored in many short ones, so that citizens' answers
get through meanwhile. Its responses name a load that is stored with the last of them: until then they count nowhere, and
never do if the work is broken off (:func:`survey.store.sources.set_aside`). The file waits until the last of them, so it
can then be loaded anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey.actions.progress import Progress, Stage, Told
from survey.actions.sent_files import Sent, require_waiting
from survey.core.round import Round, State
from survey.core.trail import Deed
from survey.store import freezing, responses, rounds, sources, trail, uploads
from survey.store.database import Database
from survey.store.sources import RESPONSES, TAG_DIGITS, SourceLoad, tag_of

AT_ONCE = 2000
"""Responses stored in one transaction: a few tenths of a second on SQLite, where nobody else writes meanwhile."""


class RoundTakesNone(ValueError):
    """The round has not opened yet, or its numbers are settled."""


class ResponsesFaulty(ValueError):
    """Something is wrong with the table; nothing was taken."""


def takes_entered(session: Session, round_: Round, now: datetime) -> bool:
    """Whether officers may put responses into a round: it has opened, and its numbers are not settled."""
    is_begun = round_.state(now) in {State.OPEN, State.CLOSED}
    return is_begun and freezing.of_closing(session, round_) is None


@contextmanager
def stored_load(
    database: Database,
    sent: Sent,
    load: SourceLoad,
    rows: list[dict[str, Any]],
    before: list[SourceLoad],
    *,
    token: str,
    now: datetime,
    tell: Told,
) -> Iterator[tuple[Session, int]]:
    """Store the responses of a file; what else belongs to it is stored in the block, together with the last of them.

    Args:
        database: where.
        sent: the file, which waits no more afterwards.
        load: what is kept of it.
        rows: responses as :meth:`survey.store.responses.Ids.row` gives them, the place of the load's number left open.
        before: the loads of the round when the file was looked at.
        token: the file's.
        now: the server's clock, UTC.
        tell: is told how many of the rows are stored.

    Yields:
        The last transaction, and the number of the load; 0 where there are no rows.

    Raises:
        RoundTakesNone: if the round has not opened, or is settled.
        ResponsesFaulty: if another file was taken or set aside since this one was looked at.
        UploadGone: if somebody applied or dropped the file meanwhile.
    """

    def require_as_before(session: Session) -> Round:
        require_waiting(session, sent, token, now=now)
        return _require_unchanged(session, sent, before, now)

    number = _store_ahead(database, rows, require_as_before, tell)
    with database.writing() as session:
        round_ = require_as_before(session)
        if rows:
            number = _take(session, round_, replace(load, number=number), rows[-AT_ONCE:])
        uploads.remove(session, token)
        yield session, number


def _store_ahead(
    database: Database, rows: list[dict[str, Any]], require_as_before: Callable[[Session], Round], tell: Told
) -> int:
    """Store all but the last rows of a large load, in transactions so short that no citizen waits for long.

    They name a load that is not there yet, so they count nowhere until it is stored with the last rows, and for ever
    where it never is.

    Returns:
        The number of the load; 0 where there are no rows to store ahead.
    """
    number, ahead = 0, rows[:-AT_ONCE]
    for at in range(0, len(ahead), AT_ONCE):
        tell(Progress(Stage.STORING, at, len(rows)))
        with database.writing() as session:
            if not number:
                require_as_before(session)
                number = sources.next_number(session)
            responses.add_rows(session, _tagged(ahead[at : at + AT_ONCE], number))
        database.let_others_write()
    tell(Progress(Stage.STORING, len(ahead), len(rows)))
    return number


def _require_unchanged(session: Session, sent: Sent, before: list[SourceLoad], now: datetime) -> Round:
    """The round, under a lock that keeps it from being settled, and other files from being taken.

    Raises:
        RoundTakesNone: if it has not opened, or is settled.
        ResponsesFaulty: if another file was taken, or set aside, since this one was looked at.
    """
    round_ = rounds.hold(session, sent.round.code, now=now)
    if round_ is None or not takes_entered(session, round_, now):
        raise RoundTakesNone(sent.round.code)
    if sources.loads(session, round_.code, RESPONSES) != before:
        raise ResponsesFaulty(round_.code)
    return round_


def _take(session: Session, round_: Round, load: SourceLoad, rows: list[dict[str, Any]]) -> int:
    number = sources.add(session, round_.code, load)
    responses.add_rows(session, _tagged(rows, number))
    detail = {
        "load": number, "file": load.file_name, "sha256": load.sha256, "source": load.source,
        "dated": str(load.dated), "responses": load.rows,
    }  # fmt: skip
    trail.record(session, Deed.RESPONSES_LOADED, round_.code, who=load.who, at=load.loaded_at, detail=detail)
    return number


def _tagged(rows: list[dict[str, Any]], number: int) -> Iterator[dict[str, Any]]:
    """Rows whose ids name their load."""
    return (row | {"id": tag_of(number) + row["id"][TAG_DIGITS:]} for row in rows)
