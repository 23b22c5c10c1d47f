"""A round's figures and files, worked out apart from requests where that takes seconds."""

from datetime import datetime
from hashlib import sha256

from reports.document import Document, Table
from reports.writers import WRITERS
from survey.actions.apart import Work, made
from survey.actions.figures import Shown, shown_result
from survey.actions.rounds import known_round
from survey.core.trend import MOST
from survey.program import running
from survey.store import counts, places, rounds
from survey.store.database import Database
from survey.store.shelf import Shelf

AT_ONCE = 3.0
"""Seconds of a processor that a request may take for it."""

A_RESPONSE = 20e-6
"""Seconds that one more takes, read and estimated; measured by ``benchmarks/report.py``."""

A_STRATUM = 0.5e-3
"""Seconds that one more stratum takes."""

A_ROW = 2e-3
"""Seconds that one more row of a table takes in the slowest of the files."""


def prepare_figures(database: Database, code: str, *, small_cell: int, now: datetime, shelf: Shelf) -> Shown:
    """What :func:`survey.actions.figures.shown_result` gives, worked out apart where that takes long.

    Raises:
        StillWorking: while a process works them out.
        WorkFailed: if it could not.
        RoundUnknown: if there is no such round.
    """

    def elsewhere(state: object) -> Shown | None:
        if not takes_long(database, code, now):
            return None
        given = (database.url, code, small_cell, now)
        work = Work(f"figures {code} {small_cell}", _key(database.url, small_cell, state), figures_of, given)
        found = made(shelf, work)
        assert isinstance(found, Shown)  # noqa: S101  what the maker makes
        return found

    return shown_result(database, code, small_cell=small_cell, now=now, elsewhere=elsewhere)


def prepared_file(document: Document, ending: str, name: str, shelf: Shelf) -> bytes:
    """A document as a file, written here where that is quick.

    Args:
        document: what it says.
        ending: one of :data:`reports.writers.WRITERS`.
        name: one file of this name is written at a time.
        shelf: where a large one is kept.

    Raises:
        StillWorking: while a process writes it.
        WorkFailed: if it could not.
    """
    tables = [block for block in document.blocks if isinstance(block, Table)]
    rows = sum(len(table.rows) + len(table.further) for table in tables)
    if rows * A_ROW <= AT_ONCE:
        return WRITERS[ending].write(document)
    key = _key(document, ending)
    work = Work(f"file {name} {document.language}", key, WRITERS[ending].write, (document,))
    found = made(shelf, work)
    assert isinstance(found, bytes)  # noqa: S101  what the maker makes
    return found


def figures_of(url: str, code: str, small_cell: int, now: datetime) -> Shown:
    """What people may see of a round, in a process of its own."""
    database = Database(url)
    try:
        return shown_result(database, code, small_cell=small_cell, now=now)
    finally:
        database.close()


def takes_long(database: Database, code: str, now: datetime) -> bool:
    """Whether the figures of a round take longer than a request may.

    Raises:
        RoundUnknown: if there is no such round.
    """
    return _seconds(database, code, now) > AT_ONCE


def _seconds(database: Database, code: str, now: datetime) -> float:
    """About how long the figures of a round take a processor."""
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        line = rounds.line_to(session, round_, MOST, now=now)
        other = rounds.before(session, round_, now=now) if len(line) == 1 else None
        responses = sum(counts.of_round(session, one.code) for one in (other, *line) if one)
        strata = len(places.units(session)) * len(places.fields(session))
    return responses * A_RESPONSE + strata * A_STRATUM


def _key(*made_from: object) -> str:
    """What something is made from, and by which program, as a short text that every process finds alike."""
    return sha256(repr((running(), *made_from)).encode()).hexdigest()
