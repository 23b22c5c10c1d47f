"""Print the posters of counters."""

from datetime import datetime

from questionnaires.version import short_fingerprint
from reports.posters import Poster, write_posters
from survey.core.account import BeyondPart
from survey.core.counter import Counter, readable_code
from survey.core.place import units_within
from survey.store import places, rounds
from survey.store.database import Database


class NothingToPrint(LookupError):
    """No counter in service fits."""


def poster_sheet(
    database: Database, public_url: str, unit_code: str | None = None, *, within: str | None, now: datetime
) -> bytes:
    """One PDF with a poster per counter in service.

    Args:
        database: where the counters are.
        public_url: address of the site, without a slash at the end.
        unit_code: only this unit's counters; None for all.
        within: only counters of this unit and of those below it; None for the whole province.
        now: the server's clock; the version that is asked then is printed.

    Raises:
        BeyondPart: if ``unit_code`` is a unit outside that part.
        NothingToPrint: if there is no such counter.
    """
    with database.reading() as session:
        everywhere = places.units(session)
        units = {unit.code: unit.name for unit in units_within(everywhere, within)}
        if unit_code not in units and unit_code in {unit.code for unit in everywhere}:
            raise BeyondPart(unit_code)
        counters = [
            counter
            for counter in places.counters(session)
            if not counter.retired and counter.unit_code in units and unit_code in {None, counter.unit_code}
        ]
        open_round = rounds.open_round(session, now=now)
        owner = places.instance(session)
    if not counters:
        raise NothingToPrint(unit_code or "")
    fingerprint = short_fingerprint(open_round.version.fingerprint) if open_round else ""
    banner = "Dữ liệu mô phỏng" if owner is not None and owner.simulated else ""
    return write_posters([_poster(c, units[c.unit_code], public_url, fingerprint, banner) for c in counters])


def counter_address(public_url: str, counter: Counter) -> str:
    """The address that a counter's QR code opens."""
    return f"{public_url}/q/{counter.code}"


def _poster(counter: Counter, unit: str, public_url: str, fingerprint: str, banner: str) -> Poster:
    return Poster(
        unit=unit,
        counter=counter.name,
        place=counter.place,
        code_text=readable_code(counter.code),
        url=counter_address(public_url, counter),
        fingerprint=fingerprint,
        banner=banner,
    )
