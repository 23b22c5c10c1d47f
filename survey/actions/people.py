"""People: who may sign in, and whether this is them."""

import unicodedata

from argon2 import PasswordHasher

from survey.core.account import Account
from survey.store import accounts
from survey.store.database import Database

SHORTEST_PASSWORD = 12

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""Argon2id with the memory and time that OWASP's password storage guidance asks for."""


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
    return HASHER.hash(composed(password))


def composed(password: str) -> str:
    """One form for a password, however a keyboard puts Vietnamese letters together."""
    return unicodedata.normalize("NFC", password)
