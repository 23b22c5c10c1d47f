"""A horizontal scale of proportions, and the measured value that every chart places on it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from reports.charts.measure import width, wrap
from reports.charts.svg import PALETTE, SIZE, Drawing
from reports.document import Tone
from reports.formats import Language, percent

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
_LEAST_SPAN = 0.2


@dataclass(frozen=True)
class Measured:
    """One measured proportion with its 95 % interval.

    Attributes:
        label: whose value it is.
        value: estimate, 0–1.
        low: lower end of the interval, 0–1.
        high: upper end of the interval, 0–1.
        text: the value as printed.
        tone: its verdict.
    """

    label: str
    value: float
    low: float
    high: float
    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True)
class Scale:
    """Proportions ``low``–``high`` laid out between the units ``left`` and ``right``."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """The x coordinate of a proportion, in units; values outside stop at the ends."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def ticks(self, room: float = 44.0) -> tuple[float, ...]:
        """Round proportions at least ``room`` units apart."""
        span = self.right - self.left
        step = next((s for s in _STEPS if s / (self.high - self.low) * span >= room), 0.5)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(k * step for k in range(first, last + 1))


def span_of(values: Iterable[float]) -> tuple[float, float]:
    """Round ends (multiples of 0.05, within 0–1, at least 0.2 apart) that hold all the values."""
    held = tuple(values)
    low, high = math.floor(min(held) * 20 - 0.2), math.ceil(max(held) * 20 + 0.2)
    lacking = max(0, round(_LEAST_SPAN * 20) - (high - low))
    low, high = low - (lacking + 1) // 2, high + lacking // 2
    if high > 20:  # noqa: PLR2004 - twentieths: the scale ends at 100 %
        low, high = min(low, 20 - round(_LEAST_SPAN * 20)), 20
    if low < 0:
        low, high = 0, max(high, round(_LEAST_SPAN * 20))
    return low / 20, high / 20


def draw_grid(drawing: Drawing, scale: Scale, top: float, bottom: float, language: Language) -> None:
    """Draw fine vertical lines from ``top`` to ``bottom`` with per cent labels under them."""
    for tick in scale.ticks():
        x = scale.at(tick)
        drawing.line(x, top, x, bottom, PALETTE["grid"])
        drawing.text(x, bottom + 15, percent(tick, language, 0), anchor="middle", fill=PALETTE["muted"])


def draw_target(drawing: Drawing, x: float, top: float, bottom: float, label: str) -> None:
    """Draw the dashed target line from ``top`` to ``bottom`` and its label above, kept inside the figure."""
    drawing.line(x, top, x, bottom, PALETTE["ink"], stroke_width=1.4, stroke_dasharray="5 3")
    write_target(drawing, x, top - 5, label)


def write_target(drawing: Drawing, x: float, y: float, label: str) -> None:
    """Write a target's label above its line, moved or cut where it would leave the figure."""
    wide = drawing.sheet.wide
    text = wrap(label, SIZE * 1.04, wide, 1)[0]
    half = width(text, SIZE, 600) / 2
    drawing.text(min(max(x, half), wide - half), y, text, anchor="middle", weight=600)


def draw_interval(drawing: Drawing, scale: Scale, row: Measured, y: float, *, caps: bool = False) -> None:
    """Draw a row's interval at height ``y``: dashed when the verdict is not settled."""
    low, high, colour = scale.at(row.low), scale.at(row.high), PALETTE[row.tone]
    dash = {"stroke_dasharray": "3 2"} if row.tone == "not_enough" else {}
    drawing.line(low, y, high, y, colour, stroke_width=1.8, **dash)
    if caps:
        for x in (low, high):
            drawing.line(x, y - 4, x, y + 4, colour, stroke_width=1.8)
