"""A heat map: units down, factors across, each figure printed in its cell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from reports.charts.measure import width, wrap
from reports.charts.svg import PALETTE, SIZE, WIDTH, Box, Drawing
from reports.formats import Language, decimal

GROUNDS = ("#0b4f8a", "#3a76aa", "#9cc3e3", "#d3e4f2", "#f3f8fc")
"""From the lowest values to the highest: one hue whose lightness only rises, so that it reads in black and white."""

_DARK = 2  # grounds that carry white figures
_LABEL_ROOM, _LEFT = 204.0, 214.0
_LEADING = 14.0
_HEAD_LINES = 5
_LEAST_ROW = 24.0
_TALLEST = 620.0


@dataclass(frozen=True)
class HeatRow:
    """One unit: its name and a proportion for each factor, None where none is shown."""

    label: str
    values: tuple[float | None, ...]
    is_total: bool = False


@dataclass(frozen=True)
class HeatMap:
    """The figure, and how many of the rows that were given found room in it."""

    svg: str
    rows: int


def heat_map(
    rows: Sequence[HeatRow], columns: Sequence[str], *, title: str, language: Language = "vi"
) -> HeatMap:
    """Cells that are the darker the lower their value, with the value in per cent printed in each.

    Args:
        rows: in the caller's order, usually the lowest first; as many as fit a page are drawn.
        columns: names of the factors.
        title: alternative text.
        language: of the numbers.
    """
    heads = [wrap(name, SIZE, _wide(columns) - 6, _HEAD_LINES) for name in columns]
    top = 30 + max(map(len, heads), default=1) * _LEADING + 6
    drawn = _that_fit(rows, _TALLEST - top)
    scale = _Scale.of([value for row in drawn for value in row.values if value is not None])
    drawing = Drawing()
    _legend(drawing, scale, language)
    for at, lines in enumerate(heads):
        x = _LEFT + (at + 0.5) * _wide(columns)
        for line, text in enumerate(reversed(lines)):
            drawing.text(x, top - 8 - line * _LEADING, text, anchor="middle", fill=PALETTE["muted"])
    y = top
    for row in drawn:
        _row(drawing, row, scale, y, language)
        y += _height(row)
    return HeatMap(drawing.svg(title, y + 4), len(drawn))


@dataclass(frozen=True)
class _Scale:
    """Classes of equal width in whole per cent: ``edges`` are the upper ends of all but the highest."""

    edges: tuple[int, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> "_Scale":
        low, high = math.floor(min(values, default=0.0) * 100), math.ceil(max(values, default=1.0) * 100)
        step = max(1, math.ceil((high - low) / len(GROUNDS)))
        return cls(tuple(high - step * k for k in range(len(GROUNDS) - 1, 0, -1)))

    def level(self, value: float) -> int:
        """Which ground a value has; an edge belongs to the class above it."""
        return sum(1 for edge in self.edges if round(value * 100, 9) >= edge)

    def names(self) -> list[str]:
        """The classes in words, in per cent."""
        between = [f"{low}–{high}" for low, high in zip(self.edges, self.edges[1:], strict=False)]
        return [f"< {self.edges[0]}", *between, f"≥ {self.edges[-1]}"]


def _wide(columns: Sequence[str]) -> float:
    return (WIDTH - _LEFT) / max(1, len(columns))


def _height(row: HeatRow) -> float:
    return max(_LEAST_ROW, len(wrap(row.label, SIZE, _LABEL_ROOM)) * _LEADING + 6)


def _that_fit(rows: Sequence[HeatRow], room: float) -> list[HeatRow]:
    ends = [sum(_height(row) for row in rows[: at + 1]) for at in range(len(rows))]
    return list(rows[: sum(1 for _ in takewhile(lambda end: end <= room, ends))])


def _legend(drawing: Drawing, scale: _Scale, language: Language) -> None:
    x = _LEFT
    for level, name in enumerate(scale.names()):
        text = f"{name}%" if language == "en" else f"{name} %"
        drawing.rect(Box(x, 4, 14, 14), GROUNDS[level], stroke=PALETTE["rule"])
        drawing.text(x + 19, 15.3, text, fill=PALETTE["muted"])
        x += 19 + width(text, SIZE) + 12


def _row(drawing: Drawing, row: HeatRow, scale: _Scale, y: float, language: Language) -> None:
    high, weight = _height(row), 600 if row.is_total else 400
    lines = wrap(row.label, SIZE * (1.04 if row.is_total else 1), _LABEL_ROOM)
    first = y + high / 2 - (len(lines) - 1) * _LEADING / 2 + SIZE * 0.36
    for at, line in enumerate(lines):
        drawing.text(0, first + at * _LEADING, line, weight=weight)
    wide = (WIDTH - _LEFT) / max(1, len(row.values))
    for at, value in enumerate(row.values):
        _cell(drawing, Box(_LEFT + at * wide, y, wide, high), value, scale, weight=weight, language=language)
    if row.is_total:
        drawing.line(0, y + high, WIDTH, y + high, PALETTE["ink"], stroke_width=1.6)


def _cell(
    drawing: Drawing, box: Box, value: float | None, scale: _Scale, *, weight: int, language: Language
) -> None:
    level = len(GROUNDS) if value is None else scale.level(value)
    ground = PALETTE["paper"] if value is None else GROUNDS[level]
    drawing.rect(box, ground, stroke=PALETTE["paper"], stroke_width=1.5)
    drawing.text(
        box.x + box.wide / 2,
        box.y + box.high / 2 + SIZE * 0.36,
        "–" if value is None else decimal(value * 100, language, 1),
        anchor="middle",
        weight=weight,
        fill=PALETTE["paper"] if level < _DARK else PALETTE["ink"],
    )
