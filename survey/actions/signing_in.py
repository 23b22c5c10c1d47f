"""Signing in: who is it, is it really them, and until when."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from argon2.exceptions import VerificationError

from survey.actions.people import HASHER, composed
from survey.core.account import Account
from survey.core.lockout import FORGOTTEN_AFTER, wait_until
from survey.core.trail import Deed
from survey.store import accounts, staff_sessions, trail
from survey.store.database import Database

_NOBODY = HASHER.hash("nobody has this password")


class WrongSignIn(ValueError):
    """Name and password do not fit."""


class MustWait(ValueError):
    """Too many failures from this device; ``until`` says when the next attempt is heard."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True)
class Attempt:
    """Who tries to sign in from where.

    Attributes:
        name: what was typed.
        device: the name under which this browser signed in before together with its random mark, or empty.
        key: the instance's secret; names and devices are kept as keyed hashes.
    """

    name: str
    device: str
    key: bytes

    @property
    def name_hash(self) -> str:
        """The name as it is kept with failures."""
        return self._hash(f"name|{self.name}")

    @property
    def device_hash(self) -> str:
        """The device as it is kept with failures; all browsers that never signed in are one."""
        return self._hash(f"device|{self.device}")

    def _hash(self, text: str) -> str:
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()


def check_password(database: Database, attempt: Attempt, password: str, *, now: datetime) -> Account:
    """The account whose name and password these are; an unknown name takes as long as a wrong password.

    Raises:
        MustWait: if there were too many failures; the password is not even looked at.
        WrongSignIn: if they do not fit, or the account was withdrawn.
    """
    account, stored = None, None
    with database.reading() as session:
        failures = staff_sessions.failures(session, attempt.name_hash, attempt.device_hash)
        if until := wait_until(failures, now):
            raise MustWait(until)
        if attempt.name.isprintable():
            account = accounts.with_name(session, attempt.name)
            stored = accounts.password_hash(session, attempt.name)
    try:
        HASHER.verify(stored or _NOBODY, composed(password))
    except VerificationError:
        account = None
    if account is None or account.is_withdrawn:
        _remember_failure(database, attempt, now)
        raise WrongSignIn(attempt.name)
    return account


def begin_session(database: Database, account: Account, *, now: datetime) -> str:
    """Open a session for somebody who has shown who they are; gives the token for their browser."""
    with database.writing() as session:
        trail.record(session, Deed.SIGNED_IN, account.name, who=account.name, at=now)
        return staff_sessions.begin(session, account.name, now=now)


def account_of(database: Database, token: str, *, now: datetime) -> Account | None:
    """Whose session this is, or None if it has ended; its use is noted now and then."""
    with database.reading() as session:
        found = staff_sessions.account_of(session, token, now=now)
    if found is None:
        return None
    account, seen_at = found
    if now - seen_at > staff_sessions.NOTED_EVERY:
        with database.writing() as session:
            staff_sessions.note(session, token, now=now)
    return account


def end_session(database: Database, account: Account, token: str, *, now: datetime) -> None:
    """Sign out: the token opens nothing any more, wherever it was copied to."""
    with database.writing() as session:
        staff_sessions.end(session, token)
        trail.record(session, Deed.SIGNED_OUT, account.name, who=account.name, at=now)


def _remember_failure(database: Database, attempt: Attempt, now: datetime) -> None:
    with database.writing() as session:
        staff_sessions.add_failure(
            session, attempt.name_hash, attempt.device_hash, now=now, kept_for=FORGOTTEN_AFTER
        )
