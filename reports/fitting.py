"""Texts of any length in a room of fixed size: which type size, and where the lines break.

Decided here from the fonts' widths and not by Typst, which would lay out every text a dozen times to find out: a sheet
of 2,000 posters took ten seconds that way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PIL import ImageFont

from reports.glyphs import FONTS
from reports.pdf import Json

Weight = Literal["Regular", "Medium", "SemiBold", "Bold"]

POINTS = 72 / 25.4
"""In a millimetre."""

SHARES = (1.0, 0.85, 0.7, 0.55, 0.4, 0.3, 0.2)
"""The sizes that are tried, over the wanted one; 0.2 stays legible nowhere, but nothing is left out."""

_SPARE = 1.02
"""Widths are of single letters; the typesetter moves some of them apart."""

_EM = 1000
_FINE = 0.25
"""To what part of the type size lines are evened out."""


@dataclass(frozen=True)
class Text:
    """A text to be fitted: what it says, its type size in points and its weight."""

    words: str
    size: float
    weight: Weight


@dataclass(frozen=True)
class Fitted:
    """A text as it is to be set: type size in points, and its lines."""

    size: float
    lines: tuple[str, ...]


def one_line(text: Text, room: float) -> Fitted:
    """A line set smaller until it is at most ``room`` points wide; never broken, so that it can be copied whole."""
    wide = _width(text.words, text.weight) * text.size
    if not wide:
        return Fitted(text.size, ())
    return Fitted(_rounded(text.size * min(1.0, room / wide)), (text.words,))


def fitted(texts: Sequence[Text], room: float, high: float, *, leading: float) -> tuple[Fitted, ...]:
    """Texts below one another at the largest of :data:`SHARES` at which they stay within their height.

    Args:
        texts: one without words takes no line.
        room: width in points.
        high: height in points; each line takes its size and the leading.
        leading: points between two lines.

    Returns:
        One for each text; the lines of each are as even in length as they can be.
    """
    tried: tuple[Fitted, ...] = ()
    for share in SHARES:
        tried = tuple(_set(text, text.size * share, room) for text in texts)
        if sum(len(each.lines) * (each.size + leading) for each in tried) <= high:
            break
    return tried


def lines_of(text: Fitted) -> dict[str, Json]:
    """A fitted text as data for a template."""
    return {"size": text.size, "lines": [*text.lines]}


def _set(text: Text, size: float, room: float) -> Fitted:
    return Fitted(_rounded(size), _even_lines(text.words, text.weight, room / size))


def _rounded(size: float) -> float:
    """Down to a thousandth of a point: what is compared and printed is short."""
    return int(size * 1000) / 1000


@lru_cache(maxsize=8192)
def _even_lines(text: str, weight: Weight, room: float) -> tuple[str, ...]:
    """The text in as few lines as its width over the type size allows, the longest as short as it can be."""
    words = _words(text, weight, room)
    fewest = _broken(words, room, weight)
    if len(fewest) <= 1:
        return tuple(map(" ".join, fewest))
    low, high = 0.0, room
    while high - low > _FINE:
        middle = (low + high) / 2
        if len(_broken(words, middle, weight)) > len(fewest):
            low = middle
        else:
            high = middle
    return tuple(map(" ".join, _broken(words, high, weight)))


def _broken(words: Sequence[str], room: float, weight: Weight) -> list[list[str]]:
    """Each line filled before the next is begun; a word that is too wide stands alone."""
    lines: list[list[str]] = []
    left = 0.0
    for word in words:
        wide = _width(word, weight)
        space = _width(" ", weight)
        if lines and space + wide <= left:
            lines[-1].append(word)
            left -= space + wide
        else:
            lines.append([word])
            left = room - wide
    return lines


def _words(text: str, weight: Weight, room: float) -> list[str]:
    """The words, those wider than the room in pieces."""
    pieces: list[str] = []
    for word in text.split():
        rest = word
        while rest:
            end = len(rest)
            while end > 1 and _width(rest[:end], weight) > room:
                end -= 1
            pieces.append(rest[:end])
            rest = rest[end:]
    return pieces


@lru_cache(maxsize=8192)
def _width(text: str, weight: Weight) -> float:
    """Width over the type size."""
    return _font(weight).getlength(text) / _EM * _SPARE


@lru_cache
def _font(weight: Weight) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"BeVietnamPro-{weight}.ttf", _EM, layout_engine=ImageFont.Layout.BASIC)
