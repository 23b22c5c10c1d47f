"""Signing in: who is it, is it really them, and until when."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from argon2.exceptions import VerificationError
from sqlalchemy.orm import Session

from survey.actions.people import HASHER, composed
from survey.core.account import Account
from survey.core.lockout import FORGOTTEN_AFTER, wait_until
from survey.core.recovery import recovery_hash
from survey.core.second_factor import step_of
from survey.core.trail import Deed
from survey.store import accounts, staff_sessions, trail
from survey.store.database import Database

_NOBODY = HASHER.hash("nobody has this password")


class WrongSignIn(ValueError):
    """Name and password do not fit."""


class WrongCode(ValueError):
    """The code is not the one that the phone shows now, or was used before."""


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
        device: the random mark of a browser in which this person signed in before, or empty.
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


def check_code(database: Database, attempt: Attempt, code: str, *, now: datetime) -> int | None:
    """Use up a code of the second factor; guesses come one after the other, however many are sent at once.

    Returns:
        None after a code of the phone; after a recovery code, how many of those are left.

    Raises:
        MustWait: if there were too many failures; the code is not even looked at.
        WrongCode: if it is neither the phone's code now, which nobody used before it or a later one, nor an unused
            recovery code.
    """
    with database.writing() as session:
        secret = accounts.second_factor(session, attempt.name)
        failures = staff_sessions.failures(session, attempt.name_hash, attempt.device_hash)
        until = wait_until(failures, now)
        step = step_of(secret, code, now) if secret and until is None else None
        is_right = step is not None and accounts.use_step(session, attempt.name, step)
        left = None
        if secret and until is None and not is_right:
            left = _codes_left_after(session, attempt, code, now)
            is_right = left is not None
        if until is None and not is_right:
            _add_failure(session, attempt, now)
    if until is not None:
        raise MustWait(until)
    if not is_right:
        raise WrongCode(attempt.name)
    return left


def account_known_as(database: Database, identities: Sequence[str]) -> Account | None:
    """Whose account it is that the OpenID Connect provider vouches for; None if nobody's who may sign in."""
    with database.reading() as session:
        found = (accounts.with_identity(session, identity) for identity in identities)
        return next((account for account in found if account and not account.is_withdrawn), None)


def account_called(database: Database, name: str) -> Account | None:
    """The account of somebody who is half signed in; None if it was withdrawn meanwhile."""
    with database.reading() as session:
        found = accounts.with_name(session, name)
    return None if found is None or found.is_withdrawn else found


def begin_session(database: Database, account: Account, *, now: datetime) -> str:
    """Open a session for somebody who has shown who they are; gives the token for their browser."""
    with database.writing() as session:
        token = staff_sessions.begin(session, account.name, now=now)
        trail.record(session, Deed.SIGNED_IN, account.name, who=account.name, at=now)
        return token


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


def _codes_left_after(session: Session, attempt: Attempt, code: str, now: datetime) -> int | None:
    """Use up a recovery code: how many are left then; None if it is none."""
    hash_ = recovery_hash(attempt.name, code, key=attempt.key)
    if hash_ is None or not accounts.use_recovery_code(session, attempt.name, hash_):
        return None
    left = accounts.recovery_codes_left(session, attempt.name)
    trail.record(
        session, Deed.RECOVERY_CODE_USED, attempt.name, who=attempt.name, at=now, detail={"left": left}
    )
    return left


def _remember_failure(database: Database, attempt: Attempt, now: datetime) -> None:
    with database.writing() as session:
        _add_failure(session, attempt, now)


def _add_failure(session: Session, attempt: Attempt, now: datetime) -> None:
    staff_sessions.add_failure(
        session, attempt.name_hash, attempt.device_hash, now=now, kept_for=FORGOTTEN_AFTER
    )
