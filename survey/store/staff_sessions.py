"""Who is signed in, and who tried: sessions that end, failures that are forgotten."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.core.account import Account
from survey.store import accounts
from survey.store.tables import AccountRow, SignInFailureRow, StaffSessionRow

LONGEST_IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=5)
"""A visit is noted so often at most, so that reading pages hardly writes."""


def begin(session: Session, name: str, *, now: datetime) -> str:
    """Open a session; the token is given out once and only its hash is kept."""
    token = secrets.token_urlsafe(32)
    account_id = session.scalars(select(AccountRow.id).where(AccountRow.name == name)).one()
    row = StaffSessionRow(token_hash=_hash(token), account_id=account_id, begun_at=now, seen_at=now)
    session.add(row)
    session.execute(delete(StaffSessionRow).where(StaffSessionRow.begun_at < now - LONGEST))
    session.flush()
    return token


def account_of(session: Session, token: str, *, now: datetime) -> tuple[Account, datetime] | None:
    """Whose session this is and when it was last noted; None if it ended or the account was withdrawn."""
    query = (
        select(AccountRow.name, StaffSessionRow.seen_at)
        .join(AccountRow, AccountRow.id == StaffSessionRow.account_id)
        .where(
            StaffSessionRow.token_hash == _hash(token),
            StaffSessionRow.begun_at > now - LONGEST,
            StaffSessionRow.seen_at > now - LONGEST_IDLE,
            AccountRow.withdrawn_at.is_(None),
        )
    )
    found = session.execute(query).one_or_none()
    account = accounts.with_name(session, found.name) if found else None
    return None if found is None or account is None else (account, found.seen_at)


def note(session: Session, token: str, *, now: datetime) -> None:
    """Remember that the session is in use."""
    session.execute(
        update(StaffSessionRow).where(StaffSessionRow.token_hash == _hash(token)).values(seen_at=now)
    )


def end(session: Session, token: str) -> None:
    """End one session."""
    session.execute(delete(StaffSessionRow).where(StaffSessionRow.token_hash == _hash(token)))


def end_all(session: Session, name: str, *, but: str = "") -> None:
    """End every session of an account, but the one with a token."""
    owner = select(AccountRow.id).where(AccountRow.name == name).scalar_subquery()
    others = StaffSessionRow.account_id == owner, StaffSessionRow.token_hash != _hash(but)
    session.execute(delete(StaffSessionRow).where(*others))


def failures(session: Session, name_hash: str, device_hash: str) -> list[datetime]:
    """When signing in failed for this name from this device."""
    query = select(SignInFailureRow.failed_at).where(
        SignInFailureRow.name_hash == name_hash, SignInFailureRow.device_hash == device_hash
    )
    return list(session.scalars(query))


def add_failure(
    session: Session, name_hash: str, device_hash: str, *, now: datetime, kept_for: timedelta
) -> None:
    """Remember a failure and forget those that count no more."""
    session.execute(delete(SignInFailureRow).where(SignInFailureRow.failed_at < now - kept_for))
    session.add(SignInFailureRow(name_hash=name_hash, device_hash=device_hash, failed_at=now))
    session.flush()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
