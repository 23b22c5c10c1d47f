"""Published questionnaire versions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from questionnaires.definition import Definition
from questionnaires.version import Version, canonical_json, definition_from_json, fingerprint
from survey.core.draft import Withdrawal
from survey.store.tables import VersionRow, VersionWithdrawalRow


def published(session: Session) -> list[Version]:
    """All versions, by questionnaire and number."""
    query = select(VersionRow.fingerprint, VersionRow.number)
    rows = session.execute(query.order_by(VersionRow.questionnaire_code, VersionRow.number)).all()
    return [known(session, *row) for row in rows]


def with_fingerprint(session: Session, print_: str) -> Version | None:
    """The version with this fingerprint."""
    number = session.scalar(_NUMBER, {"fingerprint": print_})
    return None if number is None else known(session, print_, number)


def remembered(print_: str, number: int) -> Version | None:
    """The version with this fingerprint and number if it was read before."""
    return _KNOWN.get((print_, number))


def known(session: Session, print_: str, number: int) -> Version:
    """The version with this fingerprint and number, which exists; read once, since it never changes."""
    found = remembered(print_, number)
    if found is None:
        definition = session.scalars(_DEFINITION, {"fingerprint": print_}).one()
        found = _KNOWN[print_, number] = Version(number, definition_from_json(definition.encode()), print_)
    return found


def with_id(session: Session, id_: int) -> Version:
    """The version with this database id, which exists."""
    row = session.execute(select(VersionRow.fingerprint, VersionRow.number).where(VersionRow.id == id_)).one()
    return known(session, *row)


def numbered(session: Session, code: str, number: int) -> Version | None:
    """The version of a questionnaire with this number."""
    query = select(VersionRow.fingerprint).where(VersionRow.questionnaire_code == code)
    print_ = session.scalar(query.where(VersionRow.number == number))
    return None if print_ is None else known(session, print_, number)


def newest(session: Session, code: str) -> Version | None:
    """The version of a questionnaire that was published last."""
    query = select(VersionRow.fingerprint, VersionRow.number).where(VersionRow.questionnaire_code == code)
    row = session.execute(query.order_by(VersionRow.number.desc()).limit(1)).one_or_none()
    return None if row is None else known(session, *row)


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
    query = select(
        VersionRow.fingerprint, VersionRow.number, VersionRow.published_at, VersionWithdrawalRow
    ).outerjoin(VersionWithdrawalRow, VersionWithdrawalRow.version_id == VersionRow.id)
    rows = session.execute(query.order_by(VersionRow.questionnaire_code, VersionRow.number)).all()
    return [
        Shelved(known(session, print_, number), published_at, _withdrawal(gone))
        for print_, number, published_at, gone in rows
    ]


def of_questionnaire(session: Session, code: str) -> list[Version]:
    """The versions of one questionnaire, by number."""
    query = select(VersionRow.fingerprint, VersionRow.number).where(VersionRow.questionnaire_code == code)
    return [known(session, *row) for row in session.execute(query.order_by(VersionRow.number)).all()]


def hold(session: Session, print_: str) -> Version | None:
    """The version with this fingerprint, which nobody else can withdraw until the transaction ends."""
    query = select(VersionRow.number).where(VersionRow.fingerprint == print_)
    number = session.scalar(query.with_for_update())
    return None if number is None else known(session, print_, number)


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


_NUMBER = select(VersionRow.number).where(VersionRow.fingerprint == bindparam("fingerprint"))
_DEFINITION = select(VersionRow.definition).where(VersionRow.fingerprint == bindparam("fingerprint"))
_KNOWN: dict[tuple[str, int], Version] = {}
