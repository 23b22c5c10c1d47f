"""How printed papers look: an instance's own logo and colours."""

import re
from dataclasses import dataclass

LEAST_CONTRAST = 4.5
"""Of text on paper (WCAG 2.2, 1.4.3)."""

_STRAIGHT_UP_TO = 0.04045
"""Where the curve of sRGB begins (IEC 61966-2-1)."""

_COLOUR = re.compile(r"#[0-9a-f]{6}")


class ColourUnfit(ValueError):
    """The text is no colour, or too pale to be read on white paper."""


@dataclass(frozen=True)
class Look:
    """The logo and colours of an instance's papers; QR codes stay black on white.

    Attributes:
        primary: colour of names, headings and lines, "#rrggbb".
        ink: colour of all other text.
        logo: a PNG picture, made by :mod:`reports.logo`; empty for none.
    """

    primary: str
    ink: str
    logo: bytes = b""


def colour(text: str) -> str:
    """A colour that can be read on white.

    Raises:
        ColourUnfit: if it is none, or its contrast to white is below :data:`LEAST_CONTRAST`.
    """
    found = text.strip().lower()
    if _COLOUR.fullmatch(found) is None or contrast_to_white(found) < LEAST_CONTRAST:
        raise ColourUnfit(text)
    return found


def contrast_to_white(colour: str) -> float:
    """Contrast ratio of "#rrggbb" to white, 1 to 21 (WCAG 2.2)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= _STRAIGHT_UP_TO else ((part + 0.055) / 1.055) ** 2.4
