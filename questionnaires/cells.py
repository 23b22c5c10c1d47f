"""Cells of tables as text, and how a spreadsheet names their columns."""

import unicodedata
from string import ascii_uppercase


def plain(value: object) -> str:
    """The text of a cell: whole numbers without a fraction, letters in NFC, no blanks around."""
    if isinstance(value, str):
        return value if value.isascii() and value.isalnum() else unicodedata.normalize("NFC", value).strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def letters(position: int) -> str:
    """The letters of a spreadsheet's column: 0 is A, 26 is AA."""
    name, left = "", position + 1
    while left:
        left, digit = divmod(left - 1, len(ascii_uppercase))
        name = ascii_uppercase[digit] + name
    return name
