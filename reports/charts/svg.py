"""The few strokes every chart is made of, and the palette they share with pages and documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from reports.document import Tone, clean


@dataclass(frozen=True)
class Sheet:
    """What a figure is drawn on: ``wide`` units across; on a narrow one, names stand above what they name."""

    wide: float
    is_narrow: bool


PAPER = Sheet(640.0, is_narrow=False)
"""Printed 160 mm wide, a unit is 0.25 mm."""

PHONE = Sheet(272.0, is_narrow=True)
"""A phone of 320 to 360 pixels shows a unit as about a pixel, so that nobody has to swipe sideways."""

WIDTH = PAPER.wide

SIZE = 12.0
"""Type size in units: 3 mm or 8.5 pt in print."""

PALETTE: Mapping[str, str] = MappingProxyType(
    {
        "primary": "#0b4f8a",
        "primary_soft": "#b9d2e8",
        "primary_faint": "#eef4f9",
        "ink": "#1c2733",
        "muted": "#55616d",
        "rule": "#c9d1d9",
        "grid": "#e3e8ed",
        "paper": "#ffffff",
        "met": "#0f6e64",
        "met_soft": "#e2f1ee",
        "not_met": "#a8321f",
        "not_met_soft": "#fae8e4",
        "not_enough": "#8a5a00",
        "not_enough_soft": "#fcf1da",
        "neutral": "#0b4f8a",
        "neutral_soft": "#eef4f9",
    }
)
"""Calm and colour-blind-safe; every text colour has at least 4.5:1 on white and on its soft ground."""

Anchor = Literal["start", "middle", "end"]


class Box(NamedTuple):
    """A rectangle by its top left corner and its size, in units."""

    x: float
    y: float
    wide: float
    high: float


class Drawing:
    """SVG elements in the order they are painted. Coordinates and lengths are units (0.25 mm in print)."""

    def __init__(self, sheet: Sheet = PAPER) -> None:
        """Begin with a blank sheet."""
        self.sheet = sheet
        self._parts: list[str] = []

    def tag(self, name: str, content: str = "", /, **attributes: float | str) -> None:
        """Paint an element; underscores in attribute names become hyphens."""
        pairs = "".join(f" {key.replace('_', '-')}={_quoted(value)}" for key, value in attributes.items())
        self._parts.append(f"<{name}{pairs}>{content}</{name}>" if content else f"<{name}{pairs}/>")

    def text(
        self,
        x: float,
        y: float,
        content: str,
        *,
        anchor: Anchor = "start",
        fill: str = PALETTE["ink"],
        weight: int = 400,
        size: float = SIZE,
        over_marks: bool = False,
    ) -> None:
        """Write a line with its baseline at ``y``; over marks it has a light edge, so that it stays readable."""
        extra: dict[str, str | float] = {} if anchor == "start" else {"text_anchor": anchor}
        if weight != 400:  # noqa: PLR2004 - 400 is the weight of the whole figure
            extra["font_weight"] = weight
        if size != SIZE:
            extra["font_size"] = size
        if over_marks:
            extra |= {"stroke": PALETTE["paper"], "stroke_width": 3, "paint_order": "stroke"}
        self.tag("text", escape(clean(content)), x=x, y=y, fill=fill, **extra)

    def lines(
        self,
        x: float,
        middle: float,
        lines: Iterable[str],
        *,
        leading: float = 15.0,
        over_marks: bool = False,
    ) -> None:
        """Write the lines of a label, centred vertically on ``middle``."""
        rows = tuple(lines)
        first = middle - (len(rows) - 1) * leading / 2 + SIZE * 0.36
        for index, line in enumerate(rows):
            self.text(x, first + index * leading, line, over_marks=over_marks)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, stroke: str, **attributes: float | str
    ) -> None:
        """Draw a straight line, one unit wide unless told otherwise."""
        self.tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **attributes)

    def rect(self, box: Box, fill: str, **attributes: float | str) -> None:
        """Draw a filled rectangle."""
        self.tag("rect", x=box.x, y=box.y, width=max(box.wide, 0), height=box.high, fill=fill, **attributes)

    def hatch(self, box: Box, stroke: str, gap: float = 5.0) -> None:
        """Draw diagonal lines inside a rectangle, clipped by arithmetic: no pattern, so no id."""
        x, y, wide, high = box
        steps = (gap * k for k in range(1, int((wide + high) / gap) + 1))
        path = "".join(
            f"M{_short(x + min(s, wide))} {_short(y + max(0, s - wide))}"
            f"L{_short(x + max(0, s - high))} {_short(y + min(s, high))}"
            for s in steps
        )
        if path:
            self.tag("path", d=path, stroke=stroke, stroke_width=1.1, fill="none")

    def mark(self, x: float, y: float, tone: Tone, radius: float = 4.5) -> None:
        """Draw a point: a disc when met or neutral, a diamond when not met, a ring when not settled."""
        colour = PALETTE[tone]
        if tone == "not_met":
            r = radius * 1.25
            corners = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
            points = " ".join(f"{_short(a)},{_short(b)}" for a, b in corners)
            self.tag("polygon", points=points, fill=colour)
        elif tone == "not_enough":
            self.tag(
                "circle", cx=x, cy=y, r=radius - 0.8, fill=PALETTE["paper"], stroke=colour, stroke_width=1.8
            )
        else:
            self.tag("circle", cx=x, cy=y, r=radius, fill=colour)

    def svg(self, title: str, height: float) -> str:
        """The whole figure, ``height`` units high, with its title as alternative text."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_short(self.sheet.wide)} {_short(height)}" '
            f'role="img" font-family="Be Vietnam Pro" font-size="{_short(SIZE)}">'
            f"<title>{escape(clean(title))}</title>{''.join(self._parts)}</svg>"
        )


def _quoted(value: float | str) -> str:
    return quoteattr(value) if isinstance(value, str) else f'"{_short(value)}"'


def _short(value: float) -> str:
    text = f"{value:.1f}"
    return text.removesuffix(".0")
