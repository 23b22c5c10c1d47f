"""What officers declared of rewordings: appended, never changed; the newest word on a pair of versions counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.comparison import EditorialChange
from questionnaires.version import Version
from survey.store import versions
from survey.store.tables import EditorialChangeRow, VersionRow


@dataclass(frozen=True)
class Declaration:
    """One word on one code: that its rewording is editorial, or (not ``holds``) that it is not after all."""

    code: str
    holds: bool
    reason: str
    who: str
    at: datetime


def standing(session: Session) -> tuple[EditorialChange, ...]:
    """Every declaration that holds, as the two wordings it joins."""
    rows = session.scalars(select(EditorialChangeRow).order_by(EditorialChangeRow.id))
    newest = {(row.earlier_id, row.later_id, row.code): row for row in rows}
    return tuple(
        EditorialChange(row.code, _words(session, row.earlier_id, code), _words(session, row.later_id, code))
        for (_earlier, _later, code), row in newest.items()
        if row.holds
    )


def declarations(session: Session, earlier: Version, later: Version) -> tuple[Declaration, ...]:
    """What was said of a pair of versions, the first word first."""
    query = (
        select(EditorialChangeRow)
        .where(EditorialChangeRow.earlier_id == _id(session, earlier))
        .where(EditorialChangeRow.later_id == _id(session, later))
        .order_by(EditorialChangeRow.id)
    )
    return tuple(
        Declaration(row.code, row.holds, row.reason, row.who, row.declared_at)
        for row in session.scalars(query)
    )


def add(session: Session, earlier: Version, later: Version, said: Declaration) -> None:
    """Append a declaration or a withdrawal."""
    session.add(
        EditorialChangeRow(
            earlier_id=_id(session, earlier),
            later_id=_id(session, later),
            code=said.code,
            holds=said.holds,
            reason=said.reason,
            who=said.who,
            declared_at=said.at,
        )
    )
    session.flush()


def _id(session: Session, version: Version) -> int:
    return session.scalars(select(VersionRow.id).where(VersionRow.fingerprint == version.fingerprint)).one()


def _words(session: Session, version_id: int, code: str) -> str:
    definition = versions.with_id(session, version_id).definition
    return next(part.text.vi for part, _conditions in definition.asked() if part.code == code)
