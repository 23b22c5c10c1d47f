"""The importance–performance map: what moves with the index against what could still rise."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.measure import wrap
from reports.charts.svg import PALETTE, SIZE, WIDTH, Box, Drawing
from reports.formats import Language, decimal, percent

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 390.0, 24.0, 250.0
_NAMES = 412.0
_LEADING = 14.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


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
    points: Sequence[Point], *, title: str, across: str, up: str, language: Language = "vi"
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
    """
    drawing = Drawing()
    wide, high = _end(max(point.x for point in points)), _end(max(point.y for point in points))

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + x / wide * (_RIGHT - _LEFT), _BOTTOM - y / high * (_BOTTOM - _TOP)

    middle = place(sum(p.x for p in points) / len(points), sum(p.y for p in points) / len(points))
    drawing.rect(Box(_LEFT, _TOP, _RIGHT - _LEFT, _BOTTOM - _TOP), PALETTE["primary_faint"])
    drawing.rect(Box(middle[0], _TOP, _RIGHT - middle[0], middle[1] - _TOP), PALETTE["not_enough_soft"])
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        x, y = place(share * wide, share * high)
        drawing.text(
            x, _BOTTOM + 16, percent(share * wide, language, 0), anchor="middle", fill=PALETTE["muted"]
        )
        drawing.text(
            _LEFT - 6, y + 4, decimal(share * high * 100, language), anchor="end", fill=PALETTE["muted"]
        )
    drawing.line(middle[0], _TOP, middle[0], _BOTTOM, PALETTE["muted"], stroke_dasharray="4 3")
    drawing.line(_LEFT, middle[1], _RIGHT, middle[1], PALETTE["muted"], stroke_dasharray="4 3")
    [below], [above] = (
        wrap(words, SIZE * 1.04, room, 1) for words, room in ((across, _RIGHT), (up, WIDTH - 6))
    )
    drawing.text(_RIGHT, _BOTTOM + 34, below, anchor="end", weight=600)
    drawing.text(_LEFT - 40, _TOP - 10, above, weight=600)
    for point in reversed(points):
        _point(drawing, point, *place(point.x, point.y))
    return drawing.svg(title, max(_BOTTOM + 42, _names(drawing, points)))


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


def _names(drawing: Drawing, points: Sequence[Point]) -> float:
    """Write the names beside the map; gives the height that they need."""
    y = _TOP + 6
    for point in points:
        lines = wrap(point.name, SIZE, WIDTH - _NAMES - 20)
        drawing.text(_NAMES, y + SIZE * 0.36, point.label, weight=600, fill=PALETTE["primary"])
        drawing.lines(_NAMES + 20, y + (len(lines) - 1) * _LEADING / 2, lines, leading=_LEADING)
        y += len(lines) * _LEADING + 8
    return y
