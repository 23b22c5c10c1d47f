"""Published questionnaire versions."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.definition import Definition
from questionnaires.version import Version, canonical_json, definition_from_json, fingerprint
from survey.core.draft import Withdrawal
from survey.store.tables import VersionRow, VersionWithdrawalRow


def published(session: Session) -> list[Version]:
    """All versions, by questionnaire and number."""
    rows = session.scalars(select(VersionRow).order_by(VersionRow.questionnaire_code, VersionRow.number))
    return [version_from(row) for row in rows]


def with_fingerprint(session: Session, print_: str) -> Version | None:
    """The version with this fingerprint."""
    row = session.scalar(select(VersionRow).where(VersionRow.fingerprint == print_))
    return None if row is None else version_from(row)


def add(session: Session, definition: Definition, *, published_at: datetime) -> Version:
    """Store ``definition`` as the next version of its questionnaire."""
    numbers = select(func.max(VersionRow.number)).where(VersionRow.questionnaire_code == definition.code)
    version = Version((session.scalar(numbers) or 0) + 1, definition, fingerprint(definition))
    row = VersionRow(
        questionnaire_code=definition.code,
        number=version.number,
        fingerprint=version.fingerprint,
        definition=canonical_json(definition).decode(),
        published_at=published_at,
    )
    session.add(row)
    session.flush()
    return version


@dataclass(frozen=True)
class Shelved:
    """A published version as it lies on the shelf.

    Attributes:
        version: what was published.
        published_at: UTC.
        withdrawal: why it is offered no more, or None.
    """

    version: Version
    published_at: datetime
    withdrawal: Withdrawal | None


def shelf(session: Session) -> list[Shelved]:
    """All versions with their dates, by questionnaire and number; withdrawn ones stay for ever."""
    query = select(VersionRow, VersionWithdrawalRow).outerjoin(
        VersionWithdrawalRow, VersionWithdrawalRow.version_id == VersionRow.id
    )
    rows = session.execute(query.order_by(VersionRow.questionnaire_code, VersionRow.number))
    return [Shelved(version_from(row), row.published_at, _withdrawal(gone)) for row, gone in rows]


def of_questionnaire(session: Session, code: str) -> list[Version]:
    """The versions of one questionnaire, by number."""
    query = select(VersionRow).where(VersionRow.questionnaire_code == code)
    return [version_from(row) for row in session.scalars(query.order_by(VersionRow.number))]


def hold(session: Session, print_: str) -> Version | None:
    """The version with this fingerprint, which nobody else can withdraw until the transaction ends."""
    row = session.scalar(select(VersionRow).where(VersionRow.fingerprint == print_).with_for_update())
    return None if row is None else version_from(row)


def is_withdrawn(session: Session, print_: str) -> bool:
    """Whether the version with this fingerprint is offered no more."""
    query = select(VersionWithdrawalRow.version_id).join(
        VersionRow, VersionRow.id == VersionWithdrawalRow.version_id
    )
    return session.scalar(query.where(VersionRow.fingerprint == print_)) is not None


def withdraw(session: Session, print_: str, withdrawal: Withdrawal) -> None:
    """Offer a version no more; it must exist and not be withdrawn yet."""
    row = VersionWithdrawalRow(
        version_id=session.scalar(select(VersionRow.id).where(VersionRow.fingerprint == print_)),
        reason=withdrawal.reason,
        who=withdrawal.who,
        withdrawn_at=withdrawal.withdrawn_at,
    )
    session.add(row)
    session.flush()


def _withdrawal(row: VersionWithdrawalRow | None) -> Withdrawal | None:
    return None if row is None else Withdrawal(row.reason, row.who, row.withdrawn_at)


def version_from(row: VersionRow) -> Version:
    """The version that a row holds; parsed once, since it never changes."""
    return _parsed(row.number, row.fingerprint, row.definition)


@lru_cache(maxsize=64)
def _parsed(number: int, print_: str, definition: str) -> Version:
    return Version(number, definition_from_json(definition.encode()), print_)
