"""Tickets for dossiers: slips to print, eight on an A4 sheet, or a table of links for whoever sends them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from reports.charts import PALETTE
from reports.fitting import POINTS, Text, fitted, lines_of, one_line
from reports.glyphs import drawable_in_charts
from reports.look import STANDARD
from reports.pdf import Json, typeset
from reports.qr import qr_png
from reports.spreadsheet_text import write_csv
from survey.core.look import Look

_LEADING = 1.8
_HIGH = 12 * POINTS
_ROOM = 91 * POINTS
_ROOM_BESIDE_LOGO = 61 * POINTS
_ROOM_BESIDE_CODE = 49 * POINTS
"""Points that the template leaves for texts: height of the names, and widths."""

_HEAD = ("Mã hồ sơ", "Đơn vị", "Lĩnh vực", "Mã một lần", "Liên kết")


@dataclass(frozen=True)
class Slip:
    """What is handed out with one dossier.

    Attributes:
        unit: name of the unit.
        field: name of the field.
        dossier: the dossier's code, so that the slip gets into the right hands.
        code_text: the ticket for people who type it.
        url: the address in the QR code, printed as text too.
        banner: printed on top when the slip is for trial only; empty otherwise.
    """

    unit: str
    field: str
    dossier: str
    code_text: str
    url: str
    banner: str = ""


def write_slips(slips: Sequence[Slip], dated: datetime, *, look: Look = STANDARD) -> bytes:
    """All slips as one PDF in their order; equal slips in an equal look give equal bytes."""
    room = _ROOM_BESIDE_LOGO if look.logo else _ROOM
    data: dict[str, Json] = {
        "title": "Phiếu mời đánh giá kèm hồ sơ",
        "palette": {**PALETTE, "primary": look.primary, "ink": look.ink},
        "logo": [*look.logo],
        "leading": _LEADING,
        "slips": [_slip(slip, room) for slip in slips],
    }
    return typeset("slips.typ", data, dated)


def write_links(slips: Sequence[Slip]) -> bytes:
    """All links as CSV for a spreadsheet; no cell can become a formula."""
    rows = ((slip.dossier, slip.unit, slip.field, slip.code_text, slip.url) for slip in slips)
    return write_csv([_HEAD, *rows])


def _slip(slip: Slip, room: float) -> dict[str, Json]:
    texts = {name: drawable_in_charts(value) for name, value in asdict(slip).items()}
    names = [Text(texts["unit"], 11, "Bold"), Text(texts["field"], 9, "Regular")]
    unit, field = fitted(names, room, _HIGH, leading=_LEADING)
    return {
        "unit": lines_of(unit),
        "field": lines_of(field),
        "dossier": lines_of(one_line(Text(texts["dossier"], 10, "Regular"), _ROOM_BESIDE_CODE)),
        "code": lines_of(one_line(Text(texts["code_text"], 12.5, "Bold"), _ROOM_BESIDE_CODE)),
        "url": lines_of(one_line(Text(texts["url"], 8.5, "Regular"), _ROOM)),
        "banner": texts["banner"],
        "qr": [*qr_png(slip.url)],
    }
