"""Accounts and their password hashes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from survey.core.account import ROLES, Account
from survey.store.tables import AccountRow, RecoveryCodeRow, UnitRow


def add(session: Session, account: Account, *, password_hash: str) -> None:
    """Store a new account."""
    session.add(
        AccountRow(
            name=account.name,
            display_name=account.display_name,
            role=account.role,
            password_hash=password_hash,
            unit_id=_unit_id(session, account.unit_code),
            identity=account.identity,
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


def with_identity(session: Session, identity: str) -> Account | None:
    """The account that belongs to somebody known to the OpenID Connect provider."""
    row = session.execute(_query().where(AccountRow.identity == identity)).one_or_none()
    return None if row is None else _account(*row)


def administrators(session: Session) -> list[str]:
    """Names of those who can manage people; until the transaction ends, nobody else changes them."""
    query = select(AccountRow.name).where(
        AccountRow.role == "administrator", AccountRow.withdrawn_at.is_(None), AccountRow.unit_id.is_(None)
    )
    return list(session.scalars(query.order_by(AccountRow.id).with_for_update()))


def change(session: Session, account: Account) -> None:
    """Give an account another display name, role, part of the unit tree or identity."""
    session.execute(
        update(AccountRow)
        .where(AccountRow.name == account.name)
        .values(
            display_name=account.display_name,
            role=account.role,
            unit_id=_unit_id(session, account.unit_code),
            identity=account.identity,
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


def second_factor(session: Session, name: str) -> str | None:
    """The secret of the second factor; until the transaction ends, nobody else can use one of its codes."""
    return session.scalar(select(AccountRow.totp_secret).where(AccountRow.name == name).with_for_update())


def set_second_factor(session: Session, name: str, secret: str | None, *, step: int | None = None) -> None:
    """Ask for codes of this secret from now on, later than ``step``; None asks for none. Recovery codes are gone."""
    set_recovery_codes(session, name, ())
    query = update(AccountRow).where(AccountRow.name == name)
    session.execute(query.values(totp_secret=secret, totp_step=step))


def use_step(session: Session, name: str, step: int) -> bool:
    """Use up a step of the second factor's clock; False if it or a later one was used before."""
    unused = or_(AccountRow.totp_step.is_(None), AccountRow.totp_step < step)
    query = update(AccountRow).where(AccountRow.name == name, unused).values(totp_step=step)
    return len(session.scalars(query.returning(AccountRow.id)).all()) == 1


def set_recovery_codes(session: Session, name: str, hashes: Iterable[bytes]) -> None:
    """Keep these recovery codes, as hashes, in place of all that there were."""
    account = session.scalars(select(AccountRow.id).where(AccountRow.name == name)).one()
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account))
    session.add_all(RecoveryCodeRow(account_id=account, hash=each) for each in hashes)
    session.flush()


def use_recovery_code(session: Session, name: str, hash_: bytes) -> bool:
    """Use up a recovery code; False if there is none with this hash."""
    account = select(AccountRow.id).where(AccountRow.name == name).scalar_subquery()
    query = delete(RecoveryCodeRow).where(
        RecoveryCodeRow.account_id == account, RecoveryCodeRow.hash == hash_
    )
    return len(session.scalars(query.returning(RecoveryCodeRow.account_id)).all()) == 1


def recovery_codes_left(session: Session, name: str) -> int:
    """How many recovery codes are unused."""
    query = (
        select(func.count())
        .select_from(RecoveryCodeRow)
        .join(AccountRow, AccountRow.id == RecoveryCodeRow.account_id)
    )
    return session.scalars(query.where(AccountRow.name == name)).one()


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
        row.identity,
        has_second_factor=row.totp_secret is not None,
        is_withdrawn=row.withdrawn_at is not None,
    )
