"""Published questionnaire versions."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.definition import Definition
from questionnaires.version import Version, canonical_json, definition_from_json, fingerprint
from survey.store.tables import VersionRow


def published(session: Session) -> list[Version]:
    """All versions, by questionnaire and number."""
    rows = session.scalars(select(VersionRow).order_by(VersionRow.questionnaire_code, VersionRow.number))
    return [version_from(row) for row in rows]


def with_fingerprint(session: Session, print_: str) -> Version | None:
    """The version with this fingerprint."""
    row = session.scalar(select(VersionRow).where(VersionRow.fingerprint == print_))
    return None if row is None else version_from(row)


def numbered(session: Session, code: str, number: int) -> Version | None:
    """The version of a questionnaire with this number."""
    row = row_numbered(session, code, number)
    return None if row is None else version_from(row)


def newest(session: Session, code: str) -> Version | None:
    """The version of a questionnaire that was published last."""
    query = select(VersionRow).where(VersionRow.questionnaire_code == code).order_by(VersionRow.number.desc())
    row = session.scalar(query.limit(1))
    return None if row is None else version_from(row)


def row_numbered(session: Session, code: str, number: int) -> VersionRow | None:
    """The row of a version."""
    query = select(VersionRow).where(VersionRow.questionnaire_code == code, VersionRow.number == number)
    return session.scalar(query)


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


def version_from(row: VersionRow) -> Version:
    """The version that a row holds; parsed once, since it never changes."""
    return _parsed(row.number, row.fingerprint, row.definition)


@lru_cache(maxsize=64)
def _parsed(number: int, print_: str, definition: str) -> Version:
    return Version(number, definition_from_json(definition.encode()), print_)
