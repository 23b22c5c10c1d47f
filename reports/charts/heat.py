"""A heat map: units down, factors across, each figure printed in its cell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from reports.charts.measure import width, wrap
from reports.charts.svg import PALETTE, PAPER, PHONE, SIZE, Box, Drawing, Sheet
from reports.formats import Language, decimal

GROUNDS = ("#0b4f8a", "#3a76aa", "#9cc3e3", "#d3e4f2", "#f3f8fc")
"""From the lowest values to the highest: one hue whose lightness only rises, so that it reads in black and white."""

_DARK = 2  # grounds that carry white figures
_LEADING = 14.0
_HEAD_LINES = 5
_ROW = 24.0
_TALLEST = 620.0


@dataclass(frozen=True)
class _Plan:
    """Room for the name of a row, where its cells begin, and how tall a figure may be.

    On a narrow sheet names stand above their cells and those of the factors in a numbered list.
    """

    room: float
    left: float
    tallest: float
    sheet: Sheet

    def wide(self, columns: int) -> float:
        """Width of a cell."""
        return (self.sheet.wide - self.left) / max(1, columns)

    def high(self, row: "HeatRow") -> float:
        """Height of a row with its name."""
        text = len(wrap(row.label, SIZE, self.room)) * _LEADING + 6
        return text + _ROW if self.sheet.is_narrow else max(_ROW, text)


_PLANS = {
    PAPER: _Plan(204.0, 214.0, _TALLEST, PAPER),
    PHONE: _Plan(262.0, 0.0, math.inf, PHONE),
}


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
    rows: Sequence[HeatRow],
    columns: Sequence[str],
    *,
    title: str,
    language: Language = "vi",
    sheet: Sheet = PAPER,
) -> HeatMap:
    """Cells that are the darker the lower their value, with the value in per cent printed in each.

    Args:
        rows: in the caller's order, usually the lowest first; as many as fit a page are drawn.
        columns: names of the factors.
        title: alternative text.
        language: of the numbers.
        sheet: on which it is drawn.
    """
    plan, drawing = _PLANS[sheet], Drawing(sheet)
    top = _heads(drawing, columns, plan)
    drawn = _that_fit(rows, plan, plan.tallest - top)
    scale = _Scale.of([value for row in drawn for value in row.values if value is not None])
    _legend(drawing, scale, plan, language)
    y = top
    for row in drawn:
        _row(drawing, row, scale, plan, y=y, language=language)
        y += plan.high(row)
    return HeatMap(drawing.svg(title, y + 4), len(drawn))


def _heads(drawing: Drawing, columns: Sequence[str], plan: _Plan) -> float:
    """Name the columns, on a narrow sheet by numbers that are explained above; gives where the rows begin."""
    if plan.sheet.is_narrow:
        return _numbered_heads(drawing, columns, plan)
    wide = plan.wide(len(columns))
    heads = [wrap(name, SIZE, wide - 6, _HEAD_LINES) for name in columns]
    top = 30 + max(map(len, heads), default=1) * _LEADING + 6
    for at, lines in enumerate(heads):
        for line, text in enumerate(reversed(lines)):
            x, y = plan.left + (at + 0.5) * wide, top - 8 - line * _LEADING
            drawing.text(x, y, text, anchor="middle", fill=PALETTE["muted"])
    return top


def _numbered_heads(drawing: Drawing, columns: Sequence[str], plan: _Plan) -> float:
    y = 62.0
    for number, name in enumerate(columns, start=1):
        lines = wrap(name, SIZE, plan.sheet.wide - 22)
        drawing.text(2, y, str(number), weight=600)
        for at, line in enumerate(lines):
            drawing.text(20, y + at * _LEADING, line, fill=PALETTE["muted"])
        y += len(lines) * _LEADING + 3
    for at in range(len(columns)):
        x = (at + 0.5) * plan.wide(len(columns))
        drawing.text(x, y + 8, str(at + 1), anchor="middle", weight=600)
    return y + 16


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


def _that_fit(rows: Sequence[HeatRow], plan: _Plan, room: float) -> list[HeatRow]:
    ends = [sum(plan.high(row) for row in rows[: at + 1]) for at in range(len(rows))]
    return list(rows[: sum(1 for _ in takewhile(lambda end: end <= room, ends))])


def _legend(drawing: Drawing, scale: _Scale, plan: _Plan, language: Language) -> None:
    x, y = plan.left, 4.0
    for level, name in enumerate(scale.names()):
        text = f"{name}%" if language == "en" else f"{name} %"
        long = 19 + width(text, SIZE)
        if x + long > plan.sheet.wide:
            x, y = plan.left, y + 20
        drawing.rect(Box(x, y, 14, 14), GROUNDS[level], stroke=PALETTE["rule"])
        drawing.text(x + 19, y + 11.3, text, fill=PALETTE["muted"])
        x += long + 12


def _row(drawing: Drawing, row: HeatRow, scale: _Scale, plan: _Plan, *, y: float, language: Language) -> None:
    high, weight = plan.high(row), 600 if row.is_total else 400
    lines = wrap(row.label, SIZE * (1.04 if row.is_total else 1), plan.room)
    cells = Box(plan.left, y, plan.sheet.wide - plan.left, high)
    if plan.sheet.is_narrow:
        cells = Box(0, y + high - _ROW, plan.sheet.wide, _ROW)
        high -= _ROW
    first = y + high / 2 - (len(lines) - 1) * _LEADING / 2 + SIZE * 0.36
    for at, line in enumerate(lines):
        drawing.text(0, first + at * _LEADING, line, weight=weight)
    wide = plan.wide(len(row.values))
    for at, value in enumerate(row.values):
        box = Box(plan.left + at * wide, cells.y, wide, cells.high)
        _cell(drawing, box, value, scale, weight=weight, language=language)
    if row.is_total:
        end = cells.y + cells.high
        drawing.line(0, end, plan.sheet.wide, end, PALETTE["ink"], stroke_width=1.6)


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
