"""What officers write into reports: appended state by state, never changed."""

import json
from datetime import datetime

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from survey.core.freeze import canonical
from survey.core.report_texts import NOTHING_SAVED, ReportTexts, SavedTexts, texts_from
from survey.store import rounds
from survey.store.report_tables import ReportTextRow
from survey.store.tables import RoundRow


def newest(session: Session, code: str) -> SavedTexts:
    """What was saved last for a round's report; number 0 where nothing was."""
    row = session.scalar(_of(code).order_by(ReportTextRow.number.desc()).limit(1))
    return NOTHING_SAVED if row is None else _saved(row)


def with_number(session: Session, code: str, number: int) -> SavedTexts | None:
    """One saved state; number 0 is the one before anything was saved."""
    if number == 0:
        return NOTHING_SAVED
    row = session.scalar(_of(code).where(ReportTextRow.number == number))
    return None if row is None else _saved(row)


def history(session: Session, code: str) -> list[SavedTexts]:
    """Every saved state, the newest first."""
    return [_saved(row) for row in session.scalars(_of(code).order_by(ReportTextRow.number.desc()))]


def add(session: Session, code: str, texts: ReportTexts, *, who: str, at: datetime) -> SavedTexts:
    """Save a further state; the caller holds the round."""
    saved = SavedTexts(newest(session, code).number + 1, texts, who, at)
    row = {
        "round_id": rounds.ids_by_code(session)[code],
        "number": saved.number,
        "content": canonical(texts.values).decode(),
        "who": who,
        "saved_at": at,
    }
    session.execute(insert(ReportTextRow), row)
    return saved


def _of(code: str) -> Select[ReportTextRow]:
    return (
        select(ReportTextRow)
        .join(RoundRow, RoundRow.id == ReportTextRow.round_id)
        .where(RoundRow.code == code)
    )


def _saved(row: ReportTextRow) -> SavedTexts:
    return SavedTexts(row.number, texts_from(json.loads(row.content)), row.who, row.saved_at)
