"""Tables as CSV that a spreadsheet shows and never computes."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet would begin to compute instead of show."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")
"""A plain number is shown as itself, also below zero."""


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of texts as CSV, with the mark by which spreadsheets read Vietnamese letters; no cell is a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_shown(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _shown(cell: str) -> str:
    is_formula = cell.lstrip(" ").startswith(FORMULA_SIGNS) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
