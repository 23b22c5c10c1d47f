"""How an instance's papers look."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.core.look import Look
from survey.store.place_tables import PaperLookRow


def look(session: Session) -> Look | None:
    """The instance's own look; None where it has none."""
    row = session.scalars(select(PaperLookRow)).one_or_none()
    return None if row is None else Look(row.primary_colour, row.ink_colour, row.logo)


def set_look(session: Session, value: Look, *, at: datetime) -> None:
    """Store the instance's own look."""
    session.merge(
        PaperLookRow(id=1, primary_colour=value.primary, ink_colour=value.ink, logo=value.logo, changed_at=at)
    )


def remove(session: Session) -> None:
    """Have no own look any more."""
    session.execute(delete(PaperLookRow))
