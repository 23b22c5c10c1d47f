"""How wide a line of Be Vietnam Pro is, and where to break it.

The table holds the font's advance widths in thousandths of the type size, grouped and therefore rounded; a
test compares it with the shipped font file. An accented Vietnamese letter counts as its base letter. Estimates
lie a little above the true width, so that nothing is cut off.
"""

import unicodedata
from functools import lru_cache

_WIDTHS = {
    **dict.fromkeys("'`\N{NO-BREAK SPACE} ", 230),
    **dict.fromkeys("lIij!.:,;", 285),
    **dict.fromkeys('"“”1fr|{}t()[]', 400),
    **dict.fromkeys("J~\\*z/s•", 495),
    **dict.fromkeys("k<>^xu≥≤n?vhy7ec", 585),
    **dict.fromkeys("EFL8S+−-aog$PT2bdpqđ", 645),
    **dict.fromkeys("35ZYRBK069–_VHX4", 690),
    **dict.fromkeys("UDNAC&=…GĐ", 750),
    **dict.fromkeys("#QO%M—w", 850),
    **dict.fromkeys("m@W", 985),
}
_UNKNOWN = 700
_SURPLUS = 1.02
_HEAVY = 1.035
_HEAVY_FROM = 600


def width(text: str, size: float, weight: int = 400) -> float:
    """The width of a line in units, for type of ``size`` units."""
    factor = _SURPLUS * (_HEAVY if weight >= _HEAVY_FROM else 1.0)
    return sum(_advance(letter) for letter in text) * size * factor / 1000


@lru_cache(maxsize=4096)
def wrap(text: str, size: float, room: float, lines: int = 3) -> tuple[str, ...]:
    """Break a label into at most ``lines`` lines no wider than ``room`` units, the last one cut with "…"."""
    words = text.split(" ")
    done: list[str] = []
    current = ""
    for index, word in enumerate(words):
        longer = f"{current} {word}" if current else word
        if width(longer, size) <= room or not current:
            current = longer
        elif len(done) == lines - 1:
            current = " ".join([current, *words[index:]])
            break
        else:
            done.append(current)
            current = word
    return tuple(_cut(line, size, room) for line in (*done, current))


def _cut(line: str, size: float, room: float) -> str:
    if width(line, size) <= room:
        return line
    while line and width(f"{line}…", size) > room:
        line = line[:-1]
    return f"{line.rstrip()}…"


@lru_cache(maxsize=2048)
def _advance(letter: str) -> int:
    base = unicodedata.normalize("NFD", letter)[:1]
    return _WIDTHS.get(letter) or _WIDTHS.get(base, _UNKNOWN)
