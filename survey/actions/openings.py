"""Opened pages and begun answers, counted: what is counted, and that it is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from survey.actions.answering import Sheet
from survey.core.openings import OpenedAt, Openings
from survey.core.round import VIETNAM
from survey.core.visit import Visit
from survey.store import openings
from survey.store.database import Database

LONGEST_OPEN = timedelta(days=1)
"""How long after it was opened a page can be begun; what is being filled in is kept on a phone for as long."""

KIOSK = "kiosk"

NOTHING, OPENED, STARTED = Openings(), Openings(opened=1), Openings(started=1)


def counted_at(sheet: Sheet, visit: Visit, *, now: datetime) -> OpenedAt:
    """Where something that happens to a visit's page now is counted: with the unit and field that the page shows."""
    counter = sheet.counter
    day = now.astimezone(VIETNAM).date()
    return OpenedAt(visit.round_code, counter.code, sheet.unit.code, counter.field_code, visit.mode, day)


def opening_of(visit: Visit) -> Openings:
    """What showing a visit's page counts: nothing on a tablet, whose page stays there all day."""
    return NOTHING if visit.mode == KIOSK else OPENED


def start_of(visit: Visit, *, now: datetime) -> Openings:
    """What the first touched answer of a visit counts: on a tablet it is also how one person's form is opened."""
    if now - visit.opened > LONGEST_OPEN:
        return NOTHING
    return OPENED + STARTED if visit.mode == KIOSK else STARTED


def keep(database: Database, counts: Mapping[OpenedAt, Openings]) -> None:
    """Add to what was counted."""
    with database.writing() as session:
        openings.add(session, counts)
