"""A file that somebody sent into a round: kept while it is looked at, dropped, and found again by its token."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from questionnaires.cells import plain
from questionnaires.uploads import Sheet, read_upload, takes_long
from survey.actions.reading_apart import forget_tables, read_apart
from survey.actions.rounds import known_round
from survey.core.frame import Layout, guessed_header
from survey.core.labels import LONGEST_LABEL, same_label
from survey.core.round import Round
from survey.store import uploads
from survey.store.database import Database
from survey.store.shelf import Shelf
from survey.store.uploads import Upload


class UploadGone(LookupError):
    """The file was confirmed, dropped or is too old."""


class LoadedBefore(ValueError):
    """What the file holds, or some of it, counts already, and nobody has said that this is something else."""


@dataclass(frozen=True)
class Sent:
    """A file that waits, with its table.

    Attributes:
        round: into which it was sent.
        upload: the file.
        sheet: its table.
        header: row of the names of columns, from 0.
    """

    round: Round
    upload: Upload
    sheet: Sheet
    header: int

    @property
    def names(self) -> list[object]:
        """The cells of the row of names."""
        rows = self.sheet.rows
        return [self.sheet.at(self.header, at) for at in range(len(rows[self.header]))] if rows else []

    @property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes, 64 hexadecimal digits."""
        return hashlib.sha256(self.upload.content).hexdigest()

    def said_of_names(self, layout: Layout) -> dict[str, str]:
        """Roles by name, those of columns that hold nothing too."""
        named = {at: same_label(plain(name)) for at, name in enumerate(self.names)}
        return {
            name: layout.roles.get(at, "") for at, name in named.items() if 0 < len(name) <= LONGEST_LABEL
        }


def keep(
    database: Database,
    purpose: str,
    code: str,
    content: bytes,
    file_name: str,
    *,
    token: str,
    who: str,
    now: datetime,
) -> None:
    """Keep a file that can be read, until it is confirmed or dropped; what a large one holds, :func:`opened` says.

    Raises:
        RoundUnknown: if there is no such round.
        Broken: if there is no table in it.
    """
    with database.reading() as session:
        known_round(session, code, now=now)
    if not takes_long(content):
        read_upload(content)
    with database.writing() as session:
        uploads.add(session, Upload(purpose, code, file_name, content), token=token, who=who, at=now)


def drop(database: Database, token: str, *, who: str) -> None:
    """Forget a file that this person sent."""
    with database.writing() as session:
        uploads.remove_own(session, token, who=who)


def forget_old(database: Database, shelf: Shelf, *, now: datetime) -> None:
    """Forget the files, of units too, that nobody confirmed within a day, and what was read of those that wait no more."""
    with database.writing() as session:
        uploads.forget_old(session, now=now)
    forget_tables(database, shelf)


def opened(
    database: Database,
    purpose: str,
    code: str,
    token: str,
    *,
    sheet: str | None,
    header: int | None,
    who: str,
    now: datetime,
    shelf: Shelf | None = None,
) -> Sent:
    """A file that waits, for the one who sent it.

    Args:
        database: where it waits.
        purpose: what it was sent for.
        code: the round's.
        token: the file's.
        sheet: name of the sheet; None for the first.
        header: row of the names of columns, from 0; None to guess.
        who: the person who asks.
        now: the server's clock, UTC.
        shelf: where tables that take long to read are kept; None for a process that reads them itself.

    Raises:
        RoundUnknown: if there is no such round.
        UploadGone: if the file does not wait any more, or somebody else sent it.
        StillReading: while a process reads it.
        Broken: if there is no such sheet.
    """
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        upload = uploads.with_token(session, token, purpose, code, who=who, now=now)
    if upload is None:
        raise UploadGone(token)
    content = upload.content
    table = (
        read_apart(database, shelf, content, token, sheet)
        if shelf is not None
        else read_upload(content, sheet)
    )
    at = guessed_header(table) if header is None else min(header, max(0, len(table.rows) - 1))
    return Sent(round_, upload, table, at)


def require_waiting(session: Session, sent: Sent, token: str, *, now: datetime) -> None:
    """Refuse to go on with a file that somebody applied or dropped meanwhile.

    Raises:
        UploadGone: if so.
    """
    if not uploads.is_waiting(session, token, sent.upload.purpose, sent.round.code, now=now):
        raise UploadGone(token)
