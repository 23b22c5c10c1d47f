"""Chromium killed right after it said “Đã lưu trên máy”: opened again, it delivers, and the answer counts once."""

from collections import Counter
from pathlib import Path

from sqlalchemy import text

from survey.store.database import Database
from tests.browser_kill import kill_after_stored
from tests.faults.group import Group
from tests.faults.ledger import Findings
from tests.places import MIXED
from tests.server import Installation, free_port


def kill_and_compare(database: Database, folder: Path, *, kills: int) -> Findings:
    """Send ``kills`` forms from a phone without network whose browser dies each time; compare with what is stored.

    Args:
        database: with the small place.
        folder: to work in.
        kills: how many.
    """
    installation = Installation(database.url, folder, free_port())
    with Group(installation).serving():
        phone = kill_after_stored(f"{installation.address}/q/{MIXED}", folder / "phone", kills)
    with database.reading() as session:
        stored = Counter(session.scalars(text("SELECT id FROM response")))
    return Findings(
        sent=kills,
        acknowledged=len(phone.ids),
        lost=[id_ for id_ in phone.ids if id_ not in stored],
        duplicated=[id_ for id_, times in stored.items() if times > 1 or id_ not in phone.ids],
        broken=[] if len(set(phone.ids)) == kills else [f"{len(set(phone.ids))} forms instead of {kills}"],
    )
