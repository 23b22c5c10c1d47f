"""Large workbooks that somebody sent, read by a process of its own: that takes longer than a request may.

What was read is kept for all pages of the file, as long as the file waits. A process that is killed has changed nothing:
whoever asks next begins another one.
"""

from contextlib import closing

from questionnaires.uploads import Sheet, read_upload, takes_long
from questionnaires.workbooks import Broken
from survey.actions.apart import StillWorking, Work, made
from survey.program import running
from survey.store import uploads
from survey.store.database import Database
from survey.store.shelf import Shelf


class StillReading(StillWorking):
    """The table is being read; ``seconds`` is for how long."""


def read_apart(database: Database, shelf: Shelf, content: bytes, token: str, sheet: str | None) -> Sheet:
    """The table of a file that waits, read here where that is quick.

    Args:
        database: where the file waits.
        shelf: where tables are kept for all processes of this server.
        content: the bytes of the file.
        token: the file's.
        sheet: name of the sheet; None for the first.

    Raises:
        StillReading: while a process reads it.
        WorkFailed: if the process could not.
        Broken: if there is no such table, or one too large.
    """
    if not takes_long(content):
        return read_upload(content, sheet)
    tables = _tables(shelf)
    first = tables.find(token, _key(None)) if sheet is not None else None
    if first is not None and isinstance(first.result, Sheet) and first.result.name == sheet:
        return first.result
    try:
        found = made(tables, Work(token, _key(sheet), read, (database.url, token, sheet)))
    except StillWorking as fault:
        raise StillReading(fault.seconds) from fault
    if isinstance(found, Broken):
        raise found
    assert isinstance(found, Sheet)  # noqa: S101  what else `read` gives
    return found


def read(url: str, token: str, sheet: str | None) -> Sheet | Broken:
    """Read the table of a file in a process of its own."""
    with closing(Database(url)) as database, database.reading() as session:
        content = uploads.content(session, token)
    try:
        return read_upload(content, sheet)
    except Broken as fault:
        return fault


def forget_tables(database: Database, shelf: Shelf) -> None:
    """Forget the tables of files that wait no more."""
    with database.reading() as session:
        waiting = uploads.tokens(session)
    _tables(shelf).keep_only(waiting)


def _tables(shelf: Shelf) -> Shelf:
    """Apart from other results, as these go with their files."""
    return Shelf(shelf.folder / "tables")


def _key(sheet: str | None) -> str:
    return f"{running()} {sheet!r}"
