"""The plans' target sheets."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.core.target import TargetSheet
from survey.core.target_sheets import load_target_sheet
from survey.store.tables import TargetSheetRow


def add(session: Session, code: str, content: str) -> None:
    """Store a sheet's text, or replace it."""
    row = session.scalar(select(TargetSheetRow).where(TargetSheetRow.code == code))
    if row is None:
        session.add(TargetSheetRow(code=code, content=content))
    else:
        row.content = content
    session.flush()


def with_code(session: Session, code: str) -> TargetSheet | None:
    """The sheet with this code."""
    content = session.scalar(select(TargetSheetRow.content).where(TargetSheetRow.code == code))
    return None if content is None else load_target_sheet(content, name=code)


def contents(session: Session) -> dict[str, str]:
    """The text of every stored sheet by code."""
    return dict(session.execute(select(TargetSheetRow.code, TargetSheetRow.content)).all())
