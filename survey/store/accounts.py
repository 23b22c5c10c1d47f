"""Accounts and their password hashes."""

from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from survey.core.account import ROLES, Account
from survey.store.tables import AccountRow, UnitRow


def add(session: Session, account: Account, *, password_hash: str) -> None:
    """Store a new account."""
    session.add(
        AccountRow(
            name=account.name,
            display_name=account.display_name,
            role=account.role,
            password_hash=password_hash,
            unit_id=_unit_id(session, account.unit_code),
        )
    )
    session.flush()


def all_accounts(session: Session) -> list[Account]:
    """Everybody, those who were withdrawn too, by name."""
    return [_account(*row) for row in session.execute(_query().order_by(AccountRow.name))]


def with_name(session: Session, name: str) -> Account | None:
    """The account with this name."""
    row = session.execute(_query().where(AccountRow.name == name)).one_or_none()
    return None if row is None else _account(*row)


def change(session: Session, account: Account) -> None:
    """Give an account another display name, role or part of the unit tree."""
    session.execute(
        update(AccountRow)
        .where(AccountRow.name == account.name)
        .values(
            display_name=account.display_name,
            role=account.role,
            unit_id=_unit_id(session, account.unit_code),
        )
    )


def withdraw(session: Session, name: str, *, at: datetime | None) -> None:
    """Let an account not sign in any more, or with None let it again; its name stays in the trail for ever."""
    session.execute(update(AccountRow).where(AccountRow.name == name).values(withdrawn_at=at))


def password_hash(session: Session, name: str) -> str | None:
    """The stored hash for this name."""
    return session.scalar(select(AccountRow.password_hash).where(AccountRow.name == name))


def set_password_hash(session: Session, name: str, password_hash: str) -> None:
    """Replace the hash."""
    session.execute(update(AccountRow).where(AccountRow.name == name).values(password_hash=password_hash))


def _unit_id(session: Session, code: str | None) -> int | None:
    return None if code is None else session.scalars(select(UnitRow.id).where(UnitRow.code == code)).one()


def _query() -> Select[AccountRow, str]:
    return select(AccountRow, UnitRow.code).outerjoin(UnitRow, UnitRow.id == AccountRow.unit_id)


def _account(row: AccountRow, unit_code: str | None) -> Account:
    role = next(role for role in ROLES if role == row.role)
    return Account(
        row.name,
        row.display_name,
        role,
        unit_code,
        has_second_factor=row.totp_secret is not None,
        is_withdrawn=row.withdrawn_at is not None,
    )
