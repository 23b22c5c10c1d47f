"""Tickets for dossiers: slips to print, eight on an A4 sheet, or a table of links for whoever sends them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from reports.charts import PALETTE
from reports.glyphs import drawable_in_charts
from reports.pdf import Json, typeset
from reports.qr import qr_svg
from reports.spreadsheet_text import write_csv

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


def write_slips(slips: Sequence[Slip], dated: datetime) -> bytes:
    """All slips as one PDF in their order; equal slips give equal bytes."""
    data: dict[str, Json] = {
        "title": "Phiếu mời đánh giá kèm hồ sơ",
        "palette": {**PALETTE},
        "slips": [_slip(slip) for slip in slips],
    }
    return typeset("slips.typ", data, dated)


def write_links(slips: Sequence[Slip]) -> bytes:
    """All links as CSV for a spreadsheet; no cell can become a formula."""
    rows = ((slip.dossier, slip.unit, slip.field, slip.code_text, slip.url) for slip in slips)
    return write_csv([_HEAD, *rows])


def _slip(slip: Slip) -> dict[str, Json]:
    texts: dict[str, Json] = {name: drawable_in_charts(value) for name, value in asdict(slip).items()}
    return {**texts, "qr": qr_svg(slip.url)}
