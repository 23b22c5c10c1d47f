"""Print the posters of counters.

What stands on a poster changes only when its counter, its unit or the instance's look changes: no date, no round, and
no questionnaire unless somebody asks for its fingerprint. So a poster printed again next year is the same, byte by byte,
and none on a wall says anything that has become wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from questionnaires.version import short_fingerprint
from reports.look import STANDARD
from reports.poster_formats import STANDARD_FORMAT
from reports.posters import Poster, draw_poster, write_posters
from survey.core.account import BeyondPart
from survey.core.counter import Counter, readable_code
from survey.core.look import Look
from survey.core.place import Field, Unit, units_within
from survey.core.poster_choice import PosterChoice
from survey.store import looks, places, rounds
from survey.store.database import Database

MOST_AT_ONCE = 3000
"""Posters in one file: it takes some 700 MB of memory while it is made."""

EVERYTHING = PosterChoice()


class NothingToPrint(LookupError):
    """No counter in service fits."""


class TooManyToPrint(ValueError):
    """More counters fit than one file takes; its text is how many."""


@dataclass(frozen=True)
class Chosen:
    """What a choice has.

    Attributes:
        units: those that can be chosen, in their order.
        fields: all fields.
        fitting: the counters that fit, before single ones are chosen.
        printed: the counters whose posters are printed.
    """

    units: tuple[Unit, ...]
    fields: tuple[Field, ...]
    fitting: tuple[Counter, ...]
    printed: tuple[Counter, ...]


@dataclass(frozen=True)
class Paper:
    """How posters are printed.

    Attributes:
        public_url: address of the site, without a slash at the end.
        format: one of :data:`reports.poster_formats.FORMATS`.
        with_fingerprint: whether the fingerprint of the version that is asked now is printed; such posters are out of
            date when another version is asked.
    """

    public_url: str
    format: str = STANDARD_FORMAT
    with_fingerprint: bool = False


def chosen(database: Database, choice: PosterChoice, *, within: str | None) -> Chosen:
    """What a choice has.

    Args:
        database: where the counters are.
        choice: which counters.
        within: only counters of this unit and of those below it; None for the whole province.

    Raises:
        BeyondPart: if the choice names a unit outside that part.
        NothingToPrint: if it names a unit that does not exist.
    """
    with database.reading() as session:
        return _chosen(session, choice, within)


def poster_sheet(
    database: Database, choice: PosterChoice, paper: Paper, *, within: str | None, now: datetime
) -> bytes:
    """One PDF with a poster per chosen counter; ``now`` tells which version is asked.

    Raises:
        BeyondPart: if the choice names a unit outside the part.
        NothingToPrint: if no counter in service fits.
        TooManyToPrint: if more fit than :data:`MOST_AT_ONCE`.
    """
    with database.reading() as session:
        posters = _posters(session, choice, paper, within, now)
        look = looks.look(session) or STANDARD
    if len(posters) > MOST_AT_ONCE:
        raise TooManyToPrint(str(len(posters)))
    return write_posters(posters, paper.format, look=look)


def poster_picture(
    database: Database, choice: PosterChoice, paper: Paper, *, within: str | None, now: datetime
) -> bytes:
    """The first of the chosen posters as a PNG picture.

    Raises:
        BeyondPart: if the choice names a unit outside the part.
        NothingToPrint: if no counter in service fits.
    """
    with database.reading() as session:
        posters = _posters(session, choice, paper, within, now)
        look = looks.look(session) or STANDARD
    return draw_poster(posters[0], paper.format, look=look)


def sample_picture(public_url: str, look: Look) -> bytes:
    """A poster of nobody's counter, to see a look."""
    poster = Poster(
        unit="Trung tâm Phục vụ hành chính công",
        counter="Quầy số 1",
        place="Tầng 1",
        code_text="2345-6789",
        url=f"{public_url}/q/23456789",
        banner="Bản xem thử",
    )
    return draw_poster(poster, look=look)


def counter_address(public_url: str, counter: Counter) -> str:
    """The address that a counter's QR code opens."""
    return f"{public_url}/q/{counter.code}"


def _chosen(session: Session, choice: PosterChoice, within: str | None) -> Chosen:
    everywhere = places.units(session)
    units = units_within(everywhere, within)
    if choice.unit and choice.unit not in {unit.code for unit in units}:
        raise (BeyondPart if choice.unit in {unit.code for unit in everywhere} else NothingToPrint)(
            choice.unit
        )
    fitting = choice.fitting(units, places.counters(session))
    return Chosen(units, places.fields(session), fitting, choice.chosen(fitting))


def _posters(
    session: Session, choice: PosterChoice, paper: Paper, within: str | None, now: datetime
) -> list[Poster]:
    found = _chosen(session, choice, within)
    if not found.printed:
        raise NothingToPrint(choice.unit)
    open_round = rounds.open_round(session, now=now) if paper.with_fingerprint else None
    fingerprint = short_fingerprint(open_round.version.fingerprint) if open_round else ""
    owner = places.instance(session)
    banner = "Dữ liệu mô phỏng" if owner is not None and owner.simulated else ""
    names = {unit.code: unit.name for unit in found.units}
    return [_poster(counter, names, paper.public_url, fingerprint, banner) for counter in found.printed]


def _poster(
    counter: Counter, names: Mapping[str, str], public_url: str, fingerprint: str, banner: str
) -> Poster:
    return Poster(
        unit=names[counter.unit_code],
        counter=counter.name,
        place=counter.place,
        code_text=readable_code(counter.code),
        url=counter_address(public_url, counter),
        fingerprint=fingerprint,
        banner=banner,
    )
