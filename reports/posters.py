"""Posters for counters: a QR code, the same address in letters, and what to do with it; one A5 page each."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from reports.charts import PALETTE
from reports.glyphs import drawable_in_charts
from reports.pdf import Json, typeset
from reports.qr import qr_svg

_UNDATED = datetime(2025, 7, 1, tzinfo=UTC)
"""Posters carry no date: what they address is resolved when they are scanned, so they do not age."""


@dataclass(frozen=True)
class Poster:
    """What is printed for one counter.

    Attributes:
        unit: name of the unit.
        counter: name of the counter.
        place: where the counter is, or empty.
        code_text: the counter's code for people who type it.
        url: the address in the QR code, printed as text too.
        fingerprint: short fingerprint of the questionnaire's version.
        banner: printed on top when the poster is for trial only; empty otherwise.
    """

    unit: str
    counter: str
    place: str
    code_text: str
    url: str
    fingerprint: str
    banner: str = ""


def write_posters(posters: Sequence[Poster]) -> bytes:
    """All posters as one PDF in their order; equal posters give equal bytes."""
    data: dict[str, Json] = {
        "title": "Mã QR tại quầy",
        "palette": {**PALETTE},
        "posters": [_poster(poster) for poster in posters],
    }
    return typeset("posters.typ", data, _UNDATED)


def _poster(poster: Poster) -> dict[str, Json]:
    texts: dict[str, Json] = {name: drawable_in_charts(value) for name, value in asdict(poster).items()}
    foot = f"Phiên bản phiếu · Questionnaire version: {poster.fingerprint}" if poster.fingerprint else ""
    return {**texts, "foot": drawable_in_charts(foot), "qr": qr_svg(poster.url)}
