"""Table files between being sent and being confirmed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from survey.store.place_tables import UploadRow

KEPT = timedelta(hours=24)
"""What nobody confirms in a day is of no use any more, and is removed every hour and when another file comes."""


@dataclass(frozen=True)
class Upload:
    """A file that somebody sent.

    Attributes:
        purpose: "frame", "units", "tallies" or "responses".
        subject: what it is about, for example a round's code.
        file_name: as the sender calls it.
        content: its bytes.
    """

    purpose: str
    subject: str
    file_name: str
    content: bytes


def add(session: Session, upload: Upload, *, token: str, who: str, at: datetime) -> None:
    """Keep a file under a token that nobody can guess; remove those that are too old."""
    forget_old(session, now=at)
    session.add(
        UploadRow(
            token=token,
            purpose=upload.purpose,
            subject=upload.subject,
            file_name=upload.file_name,
            content=upload.content,
            who=who,
            uploaded_at=at,
        )
    )
    session.flush()


def with_token(
    session: Session, token: str, purpose: str, subject: str, *, who: str, now: datetime
) -> Upload | None:
    """A file that is not too old, for the one who sent it."""
    waiting = _waiting(token, purpose, subject, now)
    row = session.scalar(select(UploadRow).where(*waiting, UploadRow.who == who))
    return None if row is None else Upload(row.purpose, row.subject, row.file_name, row.content)


def is_waiting(session: Session, token: str, purpose: str, subject: str, *, now: datetime) -> bool:
    """Whether a file is there and not too old."""
    query = select(UploadRow.token).where(*_waiting(token, purpose, subject, now))
    return session.scalar(query) is not None


def content(session: Session, token: str) -> bytes:
    """The bytes of a file that waits.

    Raises:
        NoResultFound: if it does not.
    """
    return session.execute(select(UploadRow.content).where(UploadRow.token == token)).scalar_one()


def tokens(session: Session) -> set[str]:
    """Those of all files that wait."""
    return set(session.scalars(select(UploadRow.token)))


def remove(session: Session, token: str) -> None:
    """Forget a file."""
    session.execute(delete(UploadRow).where(UploadRow.token == token))


def remove_own(session: Session, token: str, *, who: str) -> None:
    """Forget a file if this person sent it."""
    session.execute(delete(UploadRow).where(UploadRow.token == token, UploadRow.who == who))


def forget_old(session: Session, *, now: datetime) -> None:
    """Forget the files that nobody confirmed in time."""
    session.execute(delete(UploadRow).where(UploadRow.uploaded_at < now - KEPT))


def _waiting(token: str, purpose: str, subject: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        UploadRow.token == token,
        UploadRow.purpose == purpose,
        UploadRow.subject == subject,
        UploadRow.uploaded_at >= now - KEPT,
    )
