"""The importance–performance map: what moves with the index against what could still rise."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.measure import wrap
from reports.charts.svg import PALETTE, PAPER, PHONE, SIZE, Box, Drawing, Sheet
from reports.formats import Language, decimal, percent

_LEADING = 14.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class _Plan:
    """Edges of the map, and where the names of its points begin: beside it, or below on a narrow sheet."""

    left: float
    right: float
    top: float
    bottom: float
    names: tuple[float, float]
    lines: int


_PLANS = {
    PAPER: _Plan(46.0, 390.0, 24.0, 250.0, (412.0, 30.0), lines=1),
    PHONE: _Plan(46.0, 254.0, 42.0, 230.0, (2.0, 292.0), lines=2),
}


@dataclass(frozen=True)
class Point:
    """A factor on the map.

    Attributes:
        label: one or two characters drawn in the point.
        x: importance, 0–1.
        y: possible rise of the index, a proportion.
        name: the factor, beside the map.
    """

    label: str
    x: float
    y: float
    name: str


def priority_map(
    points: Sequence[Point],
    *,
    title: str,
    across: str,
    up: str,
    language: Language = "vi",
    sheet: Sheet = PAPER,
) -> str:
    """Points numbered by the order in which to look, with the names beside the map.

    The lines of the mean importance and the mean room part the map; what lies right and above comes first and
    stands on a darker ground.

    Args:
        points: at least one.
        title: alternative text.
        across: what the horizontal scale measures.
        up: what the vertical scale measures, in percentage points.
        language: of the scales' numbers.
        sheet: on which it is drawn.
    """
    drawing, plan = Drawing(sheet), _PLANS[sheet]
    inside = Box(plan.left, plan.top, plan.right - plan.left, plan.bottom - plan.top)
    wide, high = _end(max(point.x for point in points)), _end(max(point.y for point in points))

    def place(x: float, y: float) -> tuple[float, float]:
        return plan.left + x / wide * inside.wide, plan.bottom - y / high * inside.high

    middle = place(sum(p.x for p in points) / len(points), sum(p.y for p in points) / len(points))
    drawing.rect(inside, PALETTE["primary_faint"])
    first = Box(middle[0], plan.top, plan.right - middle[0], middle[1] - plan.top)
    drawing.rect(first, PALETTE["not_enough_soft"])
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        x, y = place(share * wide, share * high)
        drawing.text(
            x, plan.bottom + 16, percent(share * wide, language, 0), anchor="middle", fill=PALETTE["muted"]
        )
        drawing.text(
            plan.left - 6, y + 4, decimal(share * high * 100, language), anchor="end", fill=PALETTE["muted"]
        )
    drawing.line(middle[0], plan.top, middle[0], plan.bottom, PALETTE["muted"], stroke_dasharray="4 3")
    drawing.line(plan.left, middle[1], plan.right, middle[1], PALETTE["muted"], stroke_dasharray="4 3")
    _axes(drawing, plan, across, up)
    for point in reversed(points):
        _point(drawing, point, *place(point.x, point.y))
    return drawing.svg(title, max(plan.bottom + 42, _names(drawing, plan, points)))


def _axes(drawing: Drawing, plan: _Plan, across: str, up: str) -> None:
    below = wrap(across, SIZE * 1.04, plan.right, plan.lines)
    above = wrap(up, SIZE * 1.04, drawing.sheet.wide - 6, plan.lines)
    for place, line in enumerate(below):
        drawing.text(plan.right, plan.bottom + 34 + place * _LEADING, line, anchor="end", weight=600)
    for place, line in enumerate(reversed(above)):
        drawing.text(plan.left - 40, plan.top - 10 - place * _LEADING, line, weight=600)


def _end(value: float) -> float:
    """The end of a scale: a round number that lies above the value."""
    if value <= 0:
        return 0.01
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _STEPS if step * power >= value * 1.05)


def _point(drawing: Drawing, point: Point, x: float, y: float) -> None:
    drawing.tag(
        "circle", cx=x, cy=y, r=10.0, fill=PALETTE["primary"], stroke=PALETTE["paper"], stroke_width=1.5
    )
    drawing.text(x, y + SIZE * 0.36, point.label, anchor="middle", weight=600, fill=PALETTE["paper"])


def _names(drawing: Drawing, plan: _Plan, points: Sequence[Point]) -> float:
    """Write the names of the points; gives the height that they need."""
    x, y = plan.names
    for point in points:
        lines = wrap(point.name, SIZE, drawing.sheet.wide - x - 20)
        drawing.text(x, y + SIZE * 0.36, point.label, weight=600, fill=PALETTE["primary"])
        drawing.lines(x + 20, y + (len(lines) - 1) * _LEADING / 2, lines, leading=_LEADING)
        y += len(lines) * _LEADING + 8
    return y
