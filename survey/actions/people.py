"""People: who may sign in, what they may do and where; every change stands in the trail."""

import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from survey.core.account import Account
from survey.core.trail import Deed
from survey.store import accounts, staff_sessions, trail
from survey.store.database import Database

SHORTEST_PASSWORD = 12
LONGEST_NAME = 60
NAME = re.compile(r"[^\W_][\w.@-]*")
"""Letters, digits, and a few signs that stand in an address as they are."""

EASILY_READ = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""Argon2id with the memory and time that OWASP's password storage guidance asks for."""


class PasswordTooShort(ValueError):
    """The password has fewer than :data:`SHORTEST_PASSWORD` characters."""


class NameUnfit(ValueError):
    """The name is blank, too long, or holds something other than letters, digits and ``.``, ``-``, ``_``, ``@``."""


class NameTaken(ValueError):
    """An account with this name exists."""


class IdentityTaken(ValueError):
    """Somebody else signs in with this identity."""


class PersonUnknown(LookupError):
    """No account has this name."""


class NotYourself(ValueError):
    """Nobody takes away their own rights."""


class LastAdministrator(ValueError):
    """Nobody would be left who could manage people."""


def everybody(database: Database) -> list[Account]:
    """All people by name, those who were withdrawn too."""
    with database.reading() as session:
        return accounts.all_accounts(session)


def person(database: Database, name: str) -> Account:
    """Somebody.

    Raises:
        PersonUnknown: if no account has this name.
    """
    with database.reading() as session:
        return _known(session, name)


def add_account(database: Database, account: Account, password: str, *, by: str, now: datetime) -> None:
    """Create an account.

    Raises:
        NameUnfit: if the name cannot be one.
        PasswordTooShort: if the password is too short.
        NameTaken: if the name is in use.
        IdentityTaken: if the identity is somebody else's.
    """
    if len(account.name) > LONGEST_NAME or not NAME.fullmatch(account.name):
        raise NameUnfit(account.name)
    hashed = hash_password(password)
    with database.writing() as session:
        if accounts.with_name(session, account.name) is not None:
            raise NameTaken(account.name)
        _refuse_foreign_identity(session, account)
        accounts.add(session, account, password_hash=hashed)
        detail = {"role": account.role, "unit": account.unit_code, "identity": account.identity}
        trail.record(session, Deed.PERSON_ADDED, account.name, who=by, at=now, detail=detail)


def change_account(database: Database, changed: Account, *, by: Account, now: datetime) -> None:
    """Give somebody another display name, role, part of the unit tree or identity.

    Raises:
        PersonUnknown: if no account has this name.
        NotYourself: if the role or the part is that of ``by``.
        LastAdministrator: if nobody would be left who could manage people.
        IdentityTaken: if the identity is somebody else's.
    """
    with _keeping_an_administrator(database) as session:
        before = _known(session, changed.name)
        if changed.name == by.name and (changed.role, changed.unit_code) != (before.role, before.unit_code):
            raise NotYourself(by.name)
        _refuse_foreign_identity(session, changed)
        pairs = {
            "name": (before.display_name, changed.display_name),
            "role": (before.role, changed.role),
            "unit": (before.unit_code, changed.unit_code),
            "identity": (before.identity, changed.identity),
        }
        detail = {what: list(pair) for what, pair in pairs.items() if pair[0] != pair[1]}
        if detail:
            accounts.change(session, changed)
            trail.record(session, Deed.PERSON_CHANGED, changed.name, who=by.name, at=now, detail=detail)


def set_password(database: Database, name: str, password: str, *, by: str, now: datetime) -> None:
    """Give somebody a new password; wherever they are signed in, they are signed out.

    Raises:
        PersonUnknown: if no account has this name.
        PasswordTooShort: if the password is too short.
    """
    hashed = hash_password(password)
    with database.writing() as session:
        _known(session, name)
        accounts.set_password_hash(session, name, hashed)
        staff_sessions.end_all(session, name)
        trail.record(session, Deed.PASSWORD_SET, name, who=by, at=now)


def withdraw(database: Database, name: str, *, by: Account, now: datetime) -> None:
    """Let somebody not sign in any more, and sign them out; what they did stays under their name.

    Raises:
        PersonUnknown: if no account has this name.
        NotYourself: if it is ``by``.
        LastAdministrator: if nobody would be left who could manage people.
    """
    if name == by.name:
        raise NotYourself(name)
    with _keeping_an_administrator(database) as session:
        if not _known(session, name).is_withdrawn:
            accounts.withdraw(session, name, at=now)
            staff_sessions.end_all(session, name)
            trail.record(session, Deed.PERSON_WITHDRAWN, name, who=by.name, at=now)


def restore(database: Database, name: str, *, by: str, now: datetime) -> None:
    """Let somebody who was withdrawn sign in again.

    Raises:
        PersonUnknown: if no account has this name.
    """
    with database.writing() as session:
        if _known(session, name).is_withdrawn:
            accounts.withdraw(session, name, at=None)
            trail.record(session, Deed.PERSON_RESTORED, name, who=by, at=now)


def end_sessions(database: Database, name: str, *, by: Account, now: datetime) -> None:
    """Sign somebody out wherever they are signed in.

    Raises:
        PersonUnknown: if no account has this name.
    """
    with database.writing() as session:
        _known(session, name)
        staff_sessions.end_all(session, name)
        trail.record(session, Deed.SESSIONS_ENDED, name, who=by.name, at=now)


def remove_second_factor(database: Database, name: str, *, by: str, now: datetime) -> None:
    """Ask somebody for no code any more, for example because the phone was lost; and sign them out.

    Raises:
        PersonUnknown: if no account has this name.
    """
    with database.writing() as session:
        if _known(session, name).has_second_factor:
            accounts.set_second_factor(session, name, None)
            staff_sessions.end_all(session, name)
            trail.record(session, Deed.SECOND_FACTOR_REMOVED, name, who=by, at=now)


def fresh_password() -> str:
    """A password by chance, 99 bits, easy to read out."""
    letters = "".join(secrets.choice(EASILY_READ) for _place in range(20))
    return "-".join(letters[at : at + 5] for at in range(0, 20, 5))


def hash_password(password: str) -> str:
    """The Argon2id hash that is stored in place of a password.

    Raises:
        PasswordTooShort: if the password is too short.
    """
    if len(composed(password)) < SHORTEST_PASSWORD:
        raise PasswordTooShort
    return HASHER.hash(composed(password))


def composed(password: str) -> str:
    """One form for a password, however a keyboard puts Vietnamese letters together."""
    return unicodedata.normalize("NFC", password)


@contextmanager
def _keeping_an_administrator(database: Database) -> Iterator[Session]:
    """A transaction that is undone if it leaves nobody who could manage people."""
    with database.writing() as session:
        accounts.administrators(session)
        yield session
        if not accounts.administrators(session):
            raise LastAdministrator


def _known(session: Session, name: str) -> Account:
    found = accounts.with_name(session, name)
    if found is None:
        raise PersonUnknown(name)
    return found


def _refuse_foreign_identity(session: Session, account: Account) -> None:
    owner = accounts.with_identity(session, account.identity) if account.identity else None
    if owner is not None and owner.name != account.name:
        raise IdentityTaken(owner.name)
