"""People: who may sign in, and whether this is them."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from survey.core.account import Account
from survey.store import accounts
from survey.store.database import Database

SHORTEST_PASSWORD = 12

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""Argon2id with the memory and time that OWASP's password storage guidance asks for."""

_NOBODY = _hasher.hash("nobody has this password")


class PasswordTooShort(ValueError):
    """The password has fewer than :data:`SHORTEST_PASSWORD` characters."""


class NameUnfit(ValueError):
    """The name is blank or holds characters that nobody sees."""


class NameTaken(ValueError):
    """An account with this name exists."""


def add_account(database: Database, account: Account, password: str) -> None:
    """Create an account.

    Raises:
        NameUnfit: if the name is blank or holds invisible characters.
        PasswordTooShort: if the password is too short.
        NameTaken: if the name is in use.
    """
    if not account.name.strip() or not account.name.isprintable():
        raise NameUnfit(account.name)
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(account.name)
    hashed = hash_password(password)
    with database.writing() as session:
        if accounts.with_name(session, account.name) is not None:
            raise NameTaken(account.name)
        accounts.add(session, account, password_hash=hashed)


def hash_password(password: str) -> str:
    """The Argon2id hash that is stored in place of a password."""
    return _hasher.hash(_composed(password))


def _composed(password: str) -> str:
    """One form for a password, however a keyboard puts Vietnamese letters together."""
    return unicodedata.normalize("NFC", password)


def sign_in(database: Database, name: str, password: str) -> Account | None:
    """The account, if name and password fit; an unknown name takes as long as a wrong password."""
    account, stored = None, None
    if name.isprintable():
        with database.reading() as session:
            account = accounts.with_name(session, name)
            stored = accounts.password_hash(session, name)
    try:
        _hasher.verify(stored or _NOBODY, _composed(password))
    except VerificationError:
        return None
    return account


def account_named(database: Database, name: str) -> Account | None:
    """The account with this name, for a session that was opened before."""
    with database.reading() as session:
        return accounts.with_name(session, name)
