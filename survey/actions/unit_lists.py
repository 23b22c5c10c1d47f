"""The list of units from somebody's table: previewed, and applied when all of it is right."""

from datetime import date, datetime
from hashlib import sha256

from questionnaires.uploads import read_upload, takes_long
from survey.actions.places import said_of
from survey.actions.reading_apart import read_apart
from survey.actions.sent_files import UploadGone
from survey.core.trail import Deed
from survey.core.unit_list import Plan, RowFault, plan_of
from survey.store import places, trail, uploads
from survey.store.database import Database
from survey.store.shelf import Shelf
from survey.store.uploads import Upload

PURPOSE = "units"


class ListFaulty(ValueError):
    """What was right when it was shown is not any more; nothing was applied."""


def keep(
    database: Database, content: bytes, file_name: str, *, token: str, who: str, now: datetime
) -> tuple[RowFault, ...]:
    """Look at a list; keep it until it is confirmed or dropped if nothing is wrong with it.

    Returns:
        What is wrong with it. A large one is kept without a look: :func:`preview` says what is wrong with that.

    Raises:
        Broken: if there is no table in the file.
    """
    table = None if takes_long(content) else read_upload(content)
    with database.writing() as session:
        faults = plan_of(table, places.units(session), missing_end=None).faults if table else ()
        if not faults:
            uploads.add(session, Upload(PURPOSE, "", file_name, content), token=token, who=who, at=now)
        return faults


def preview(
    database: Database, token: str, *, missing_end: date | None, who: str, now: datetime, shelf: Shelf
) -> tuple[Upload, Plan]:
    """What applying a list that waits would do.

    Args:
        database: where it waits.
        token: the file's.
        missing_end: the last day of units that the list does not hold; None to leave them as they are.
        who: the person who asks.
        now: the server's clock, UTC.
        shelf: where tables that take long to read are kept.

    Raises:
        UploadGone: if it does not wait any more, or somebody else sent it.
        StillReading: while a process reads it.
        Broken: if there is no table in it.
    """
    upload = _waiting(database, token, who, now)
    table = read_apart(database, shelf, upload.content, token, None)
    with database.reading() as session:
        known = places.units(session)
    return upload, plan_of(table, known, missing_end=missing_end)


def apply(
    database: Database, token: str, *, missing_end: date | None, who: str, now: datetime, shelf: Shelf
) -> Plan:
    """Apply a list, all of it or nothing.

    Raises:
        UploadGone: if it does not wait any more.
        StillReading: while a process reads it.
        Broken: if there is no table in it.
        ListFaulty: if something is wrong with it by now.
    """
    upload = _waiting(database, token, who, now)
    table = read_apart(database, shelf, upload.content, token, None)
    with database.writing() as session:
        if uploads.with_token(session, token, PURPOSE, "", who=who, now=now) is None:
            raise UploadGone(token)
        plan = plan_of(table, places.units(session), missing_end=missing_end)
        if not plan.is_valid:
            raise ListFaulty
        places.add_units(session, plan.added)
        places.change_units(session, [pair.after for pair in (*plan.changed, *plan.closed)])
        uploads.remove(session, token)
        detail = {
            "sha256": sha256(upload.content).hexdigest(),
            "added": len(plan.added),
            "changed": len(plan.changed),
            "closed": len(plan.closed),
        }
        trail.record(session, Deed.UNITS_IMPORTED, upload.file_name, who=who, at=now, detail=detail)
        for unit in plan.added:
            trail.record(session, Deed.UNIT_ADDED, unit.code, who=who, at=now, detail=said_of(unit))
        for pair in (*plan.changed, *plan.closed):
            trail.record(
                session, Deed.UNIT_CHANGED, pair.after.code, who=who, at=now, detail=said_of(pair.after)
            )
        return plan


def drop(database: Database, token: str, *, who: str) -> None:
    """Forget a list that this person sent."""
    with database.writing() as session:
        uploads.remove_own(session, token, who=who)


def _waiting(database: Database, token: str, who: str, now: datetime) -> Upload:
    with database.reading() as session:
        upload = uploads.with_token(session, token, PURPOSE, "", who=who, now=now)
    if upload is None:
        raise UploadGone(token)
    return upload
