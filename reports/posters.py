"""Posters for counters: a QR code, the same address in letters, and what to do with it."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reports.charts import PALETTE
from reports.fitting import POINTS, Text, fitted, lines_of, one_line
from reports.glyphs import drawable_in_charts
from reports.look import STANDARD
from reports.pdf import Json, run, typeset
from reports.poster_formats import FORMATS, STANDARD_FORMAT, PosterFormat
from reports.qr import qr_png
from survey.core.look import Look

TEMPLATE = "posters.typ"
LEADING = 2.2
"""Points between the lines of the standard size."""

_UNDATED = datetime(2025, 7, 1, tzinfo=UTC)
"""Posters carry no date: what they address is resolved when they are scanned, so they do not age."""

_UPRIGHT = (148.0, 210.0)
"""Millimetres of the face that the template draws; larger and smaller ones are this one scaled."""


@dataclass(frozen=True)
class Poster:
    """What is printed for one counter.

    Attributes:
        unit: name of the unit.
        counter: name of the counter.
        place: where the counter is, or empty.
        code_text: the counter's code for people who type it.
        url: the address in the QR code, printed as text too.
        fingerprint: short fingerprint of a questionnaire's version, or empty: a poster with one is out of date
            when the next version is asked.
        banner: printed on top when the poster is for trial only; empty otherwise.
    """

    unit: str
    counter: str
    place: str
    code_text: str
    url: str
    fingerprint: str = ""
    banner: str = ""


@dataclass(frozen=True)
class _Room:
    """What the template leaves for texts, in points: their size over the standard one, width, height of names."""

    scale: float
    wide: float
    high: float


def write_posters(
    posters: Sequence[Poster], format_: str = STANDARD_FORMAT, *, look: Look = STANDARD
) -> bytes:
    """All posters as one PDF in their order; equal posters in an equal look give equal bytes.

    Args:
        posters: at least one.
        format_: one of :data:`reports.poster_formats.FORMATS`.
        look: the instance's logo and colours.
    """
    return typeset(TEMPLATE, typeset_data(posters, format_, look), _UNDATED)


def draw_poster(poster: Poster, format_: str = STANDARD_FORMAT, *, look: Look = STANDARD) -> bytes:
    """The page of one poster as a PNG picture; on a sheet of several the other places stay empty."""
    return b64decode(run(TEMPLATE, typeset_data([poster], format_, look), "png"))


def typeset_data(posters: Sequence[Poster], name: str, look: Look) -> dict[str, Json]:
    """Posters in a named format as data for ``posters.typ``."""
    format_ = FORMATS[name]
    room = _room(format_, has_logo=bool(look.logo))
    return {
        "title": "Mã QR tại quầy",
        "palette": {**PALETTE, "primary": look.primary, "ink": look.ink},
        "logo": [*look.logo],
        "sheet": list(format_.sheet),
        "face": list(format_.face),
        "places": [list(place) for place in format_.places],
        "tent": float(format_.is_tent),
        "scale": room.scale,
        "leading": LEADING * room.scale,
        "wide": room.wide,
        "posters": [_poster(poster, room) for poster in posters],
    }


def _room(format_: PosterFormat, *, has_logo: bool) -> _Room:
    wide, high = format_.face
    if wide > high:
        return _Room(1.0, 84 * POINTS, (30 if has_logo else 44) * POINTS)
    scale = min(wide / _UPRIGHT[0], high / _UPRIGHT[1])
    return _Room(scale, (wide - 24 * scale) * POINTS, 24 * scale * POINTS)


def _poster(poster: Poster, room: _Room) -> dict[str, Json]:
    texts = {name: drawable_in_charts(value) for name, value in vars(poster).items()}
    scale = room.scale
    unit, counter, place = fitted(
        [
            Text(texts["unit"], 15 * scale, "Bold"),
            Text(texts["counter"], 12 * scale, "SemiBold"),
            Text(texts["place"], 10 * scale, "Regular"),
        ],
        room.wide,
        room.high,
        leading=LEADING * scale,
    )
    foot = f"Phiên bản phiếu · Questionnaire version: {texts['fingerprint']}" if poster.fingerprint else ""
    return {
        "unit": lines_of(unit),
        "counter": lines_of(counter),
        "place": lines_of(place),
        "code": texts["code_text"],
        "url": lines_of(one_line(Text(texts["url"], 10.5 * scale, "Regular"), room.wide)),
        "foot": lines_of(one_line(Text(foot, 7.5 * scale, "Regular"), room.wide)),
        "banner": texts["banner"],
        "qr": [*qr_png(poster.url)],
    }
