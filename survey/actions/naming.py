"""Whose platform this is: the agency that surveys, as it stands on every page and report."""

from datetime import datetime

from survey.core.place import Instance
from survey.core.trail import Deed
from survey.store import places, trail
from survey.store.database import Database


def owner(database: Database) -> Instance | None:
    """Whose platform this is; None before anybody said so."""
    with database.reading() as session:
        return places.instance(session)


def name_owner(
    database: Database,
    *,
    superior: str,
    agency: str,
    place: str,
    number_suffix: str,
    by: str,
    now: datetime,
) -> bool:
    """Say whose platform this is; False if that was said before.

    Args:
        database: where it is kept.
        superior: the agency above in the letterhead, or "".
        agency: the agency that surveys.
        place: where letters are dated.
        number_suffix: the symbol of report numbers.
        by: who does it.
        now: the server's clock, UTC.
    """
    with database.writing() as session:
        before = places.instance(session)
        is_simulated = before is not None and before.simulated
        after = Instance(superior, agency, place, number_suffix, is_simulated)
        if after == before:
            return False
        places.set_instance(session, after)
        said, says = _said_of(before), _said_of(after)
        changes = {name: [said[name], says[name]] for name in says if said[name] != says[name]}
        trail.record(session, Deed.OWNER_NAMED, agency, who=by, at=now, detail=changes)
    return True


def _said_of(instance: Instance | None) -> dict[str, str | None]:
    """What is said of it, as the trail keeps it."""
    if instance is None:
        return dict.fromkeys(("superior", "agency", "seat", "number_suffix"))
    return {
        "superior": instance.superior,
        "agency": instance.agency,
        "seat": instance.place,
        "number_suffix": instance.number_suffix,
    }
