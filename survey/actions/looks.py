"""The instance's own look of printed papers: set, seen, and put back to the standard one."""

import hashlib
from datetime import datetime

from reports.logo import plain_logo
from reports.look import STANDARD
from survey.core.look import Look, colour
from survey.core.trail import Deed
from survey.store import looks, trail
from survey.store.database import Database


def current_look(database: Database) -> tuple[Look, bool]:
    """How papers look, and whether that is the instance's own look."""
    with database.reading() as session:
        own = looks.look(session)
    return own or STANDARD, own is not None


def set_look(
    database: Database, primary: str, ink: str, logo: bytes | None, *, by: str, now: datetime
) -> bool:
    """Let papers look like this from now on; False if they did so already.

    Args:
        database: where the look is kept.
        primary: colour of names, headings and lines, "#rrggbb".
        ink: colour of other text.
        logo: a file as it was sent; empty for no logo, None to keep the one there is.
        by: who does it.
        now: the server's clock, UTC.

    Raises:
        ColourUnfit: if a colour is none or too pale; nothing is stored.
        LogoUnfit: if the file cannot be a logo; nothing is stored.
    """
    made = plain_logo(logo) if logo else logo
    colours = colour(primary), colour(ink)
    with database.writing() as session:
        before = looks.look(session) or STANDARD
        after = Look(*colours, before.logo if made is None else made)
        if after == before:
            return False
        looks.set_look(session, after, at=now)
        said, says = _said_of(before), _said_of(after)
        changes = {name: [said[name], says[name]] for name in said if said[name] != says[name]}
        trail.record(session, Deed.LOOK_SET, "", who=by, at=now, detail=changes)
    return True


def reset_look(database: Database, *, by: str, now: datetime) -> bool:
    """Go back to the standard look; False if papers have it already."""
    with database.writing() as session:
        before = looks.look(session)
        if before is None:
            return False
        looks.remove(session)
        trail.record(session, Deed.LOOK_RESET, "", who=by, at=now, detail=_said_of(before))
    return True


def _said_of(look: Look) -> dict[str, str | None]:
    """What is said of a look, as the trail keeps it: a logo by its fingerprint."""
    return {
        "primary_colour": look.primary,
        "ink_colour": look.ink,
        "logo": hashlib.sha256(look.logo).hexdigest() if look.logo else None,
    }
