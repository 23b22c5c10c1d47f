"""One's own account: another password, a second factor, recovery codes for it."""

import secrets
from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from survey.actions.people import hash_password
from survey.actions.signing_in import Attempt, WrongCode, check_password
from survey.core.account import Account
from survey.core.recovery import fresh_codes, recovery_hash
from survey.core.second_factor import step_of
from survey.core.trail import Deed
from survey.store import accounts, staff_sessions, trail
from survey.store.database import Database


class NoSecondFactor(ValueError):
    """There is no second factor for which codes could stand in."""


def change_password(
    database: Database, attempt: Attempt, old: str, new: str, *, token: str, now: datetime
) -> None:
    """Take another password; every session but the one with ``token`` ends.

    Raises:
        MustWait: after too many wrong passwords.
        WrongSignIn: if the old password is wrong.
        PasswordTooShort: if the new one is too short.
    """
    account = check_password(database, attempt, old, now=now)
    hashed = hash_password(new)
    with database.writing() as session:
        accounts.set_password_hash(session, account.name, hashed)
        staff_sessions.end_all(session, account.name, but=token)
        trail.record(session, Deed.PASSWORD_CHANGED, account.name, who=account.name, at=now)


def fresh_secret() -> str:
    """A secret for a phone, 160 bits."""
    return pyotp.random_base32()


def set_second_factor(
    database: Database, attempt: Attempt, password: str, secret: str, code: str, *, token: str, now: datetime
) -> tuple[str, ...]:
    """Ask for codes of ``secret`` from now on; every session but the one with ``token`` ends.

    Returns:
        Recovery codes, to be shown this once; those there were are gone.

    Raises:
        MustWait: after too many wrong passwords.
        WrongSignIn: if the password is wrong.
        WrongCode: if the code is none of the secret's now; then the phone has not kept it.
    """
    account = check_password(database, attempt, password, now=now)
    step = step_of(secret, code, now)
    if step is None:
        raise WrongCode(account.name)
    with database.writing() as session:
        accounts.set_second_factor(session, account.name, secret, step=step)
        staff_sessions.end_all(session, account.name, but=token)
        trail.record(session, Deed.SECOND_FACTOR_SET, account.name, who=account.name, at=now)
        return _kept_codes(session, attempt)


def renew_recovery_codes(
    database: Database, attempt: Attempt, password: str, *, now: datetime
) -> tuple[str, ...]:
    """Another set of recovery codes, to be shown this once; those there were are gone.

    Raises:
        MustWait: after too many wrong passwords.
        WrongSignIn: if the password is wrong.
        NoSecondFactor: if the account has none.
    """
    account = check_password(database, attempt, password, now=now)
    with database.writing() as session:
        if accounts.second_factor(session, account.name) is None:
            raise NoSecondFactor(account.name)
        trail.record(session, Deed.RECOVERY_CODES_MADE, account.name, who=account.name, at=now)
        return _kept_codes(session, attempt)


def recovery_codes_left(database: Database, name: str) -> int:
    """How many recovery codes an account has left."""
    with database.reading() as session:
        return accounts.recovery_codes_left(session, name)


def remove_second_factor(database: Database, attempt: Attempt, password: str, *, now: datetime) -> Account:
    """Ask for no code any more.

    Raises:
        MustWait: after too many wrong passwords.
        WrongSignIn: if the password is wrong.
    """
    account = check_password(database, attempt, password, now=now)
    with database.writing() as session:
        accounts.set_second_factor(session, account.name, None)
        trail.record(session, Deed.SECOND_FACTOR_REMOVED, account.name, who=account.name, at=now)
    return account


def _kept_codes(session: Session, attempt: Attempt) -> tuple[str, ...]:
    codes = fresh_codes(secrets.randbelow)
    hashes = (recovery_hash(attempt.name, code, key=attempt.key) for code in codes)
    accounts.set_recovery_codes(session, attempt.name, [each for each in hashes if each is not None])
    return codes
