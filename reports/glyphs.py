"""Which characters the shipped fonts can draw.

PDF/A and PDF/UA refuse a whole file over one missing glyph, and a citizen's comment may hold any character
there is. So what no font of ours can draw is replaced before it reaches the page, and only then.
"""

import struct
from functools import lru_cache
from itertools import chain
from pathlib import Path
from unicodedata import is_normalized

from reports.document import clean

FONTS = Path(__file__).resolve().parent / "fonts"
REPLACEMENT = "?"

_ASCII = frozenset(map(chr, range(128)))
_END_MARK = "\uffff"

_DOCUMENT_FONTS = ("Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic")
_CHART_FONTS = ("BeVietnamPro-Regular", "BeVietnamPro-Medium", "BeVietnamPro-SemiBold", "BeVietnamPro-Bold")


def drawable(text: str) -> str:
    """The cleaned text with ``?`` for every character that a font used for documents lacks; keeps lines apart."""
    return "\n".join(_drawable(line, _DOCUMENT_FONTS) for line in text.split("\n"))


@lru_cache(maxsize=4096)
def drawable_in_charts(text: str) -> str:
    """The same for text set in the charts' font, which knows fewer characters."""
    return _drawable(text, _CHART_FONTS)


def drawable_svg(svg: str) -> str:
    """A chart with ``?`` for every character that the charts' font lacks; ASCII is its markup."""
    return _replace(svg, _covered(_CHART_FONTS) | _ASCII)


def _drawable(line: str, fonts: tuple[str, ...]) -> str:
    """Nearly every line is as it should be; that is found out many times faster than it is cleaned."""
    if _clean_letters(fonts).issuperset(line) and is_normalized("NFC", line):
        return line
    return _replace(clean(line), _covered(fonts))


@lru_cache(maxsize=4)
def _clean_letters(fonts: tuple[str, ...]) -> frozenset[str]:
    """Characters that every one of these fonts can draw and cleaning leaves alone."""
    return frozenset(letter for letter in _covered(fonts) if clean(letter) == letter)


@lru_cache(maxsize=4)
def _covered(fonts: tuple[str, ...]) -> frozenset[str]:
    """Characters that every one of these font files can draw."""
    return frozenset.intersection(*(_characters((FONTS / f"{name}.ttf").read_bytes()) for name in fonts))


def _replace(text: str, covered: frozenset[str]) -> str:
    if covered.issuperset(text):
        return text
    return "".join(letter if letter in covered else REPLACEMENT for letter in text)


def _characters(font: bytes) -> frozenset[str]:
    """The characters in a TrueType file's format 4 character map (the Basic Multilingual Plane)."""
    start = _subtable(font)
    segments = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, start + 14)
    starts = struct.unpack_from(f">{segments}H", font, start + 16 + 2 * segments)
    codes = (range(first, last + 1) for first, last in zip(starts, ends, strict=True))
    return frozenset(map(chr, chain.from_iterable(codes))) - {_END_MARK}


def _subtable(font: bytes) -> int:
    """The offset of the Unicode (platform 3, encoding 1) subtable."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4s4xII", font, 12 + 16 * index) for index in range(tables))
    cmap = next(offset for tag, offset, _ in records if tag == b"cmap")
    maps = struct.unpack_from(">H", font, cmap + 2)[0]
    entries = (struct.unpack_from(">HHI", font, cmap + 4 + 8 * index) for index in range(maps))
    found: int = next(cmap + offset for *kind, offset in entries if kind == [3, 1])
    return found
