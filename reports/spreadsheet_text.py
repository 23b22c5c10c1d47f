"""Tables as CSV that a spreadsheet shows and never computes."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet would begin to compute instead of show."""


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of texts as CSV, with the mark by which spreadsheets read Vietnamese letters; no cell is a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_shown(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _shown(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_SIGNS) else cell
