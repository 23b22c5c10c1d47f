"""Accounts and their password hashes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.core.account import ROLES, Account
from survey.store.tables import AccountRow


def add(session: Session, account: Account, *, password_hash: str) -> None:
    """Store a new account."""
    session.add(
        AccountRow(
            name=account.name,
            display_name=account.display_name,
            role=account.role,
            password_hash=password_hash,
        )
    )
    session.flush()


def with_name(session: Session, name: str) -> Account | None:
    """The account with this name."""
    row = session.scalar(select(AccountRow).where(AccountRow.name == name))
    return None if row is None else _account(row)


def password_hash(session: Session, name: str) -> str | None:
    """The stored hash for this name."""
    return session.scalar(select(AccountRow.password_hash).where(AccountRow.name == name))


def _account(row: AccountRow) -> Account:
    role = next(role for role in ROLES if role == row.role)
    return Account(row.name, row.display_name, role)
