"""A funnel: units by their number of responses against the limits that chance would let them reach."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.measure import width, wrap
from reports.charts.scale import Scale, span_of
from reports.charts.svg import PALETTE, PAPER, PHONE, SIZE, Box, Drawing, Sheet
from reports.document import Tone
from reports.formats import Language, count, percent

_LEADING = 14.0
_STEPS = (1, 2, 5)
_TICK_ROOM = 56.0


@dataclass(frozen=True)
class _Plan:
    """Edges of the picture, and where the names of its points begin: beside it, or below on a narrow sheet."""

    left: float
    right: float
    top: float
    bottom: float
    names: tuple[float, float]
    lines: int


_PLANS = {
    PAPER: _Plan(52.0, 420.0, 66.0, 366.0, (440.0, 72.0), lines=1),
    PHONE: _Plan(46.0, 262.0, 122.0, 352.0, (2.0, 416.0), lines=2),
}


@dataclass(frozen=True)
class FunnelPoint:
    """A unit in the funnel.

    Attributes:
        responses: above 0.
        value: its index, 0–1.
        tone: ``met`` above the outer limits, ``not_met`` below them, ``not_enough`` between the two pairs, else neutral.
        name: printed beside the picture with a number at the point; empty for those that are not named.
    """

    responses: float
    value: float
    tone: Tone = "neutral"
    name: str = ""


@dataclass(frozen=True)
class FunnelCurve:
    """A pair of limits along a scale of responses: (responses, low, high), proportions."""

    points: tuple[tuple[float, float, float], ...]
    label: str


@dataclass(frozen=True)
class FunnelWords:
    """What stands around the picture."""

    title: str
    across: str
    up: str
    centre: str


def funnel_plot(
    points: Sequence[FunnelPoint],
    curves: tuple[FunnelCurve, FunnelCurve],
    centre: float,
    words: FunnelWords,
    *,
    language: Language = "vi",
    sheet: Sheet = PAPER,
) -> str:
    """Points by responses and index, the inner limits dashed and the outer ones plain around the common value.

    Args:
        points: at least one.
        curves: the inner and the outer limits, from the fewest responses to the most.
        centre: the value of all together, 0–1.
        words: title and labels.
        language: of the scales' numbers.
        sheet: on which it is drawn.
    """
    drawing, plan = Drawing(sheet), _PLANS[sheet]
    most = max(point.responses for point in points) * 1.04
    across = _Across(most, plan.left, plan.right)
    low, high = span_of([*(point.value for point in points), centre])
    up = Scale(low, high, plan.bottom, plan.top)
    _ground(drawing, plan, across, up, language)
    for curve, dash in zip(curves, ({"stroke_dasharray": "5 3"}, {}), strict=True):
        for side in (1, 2):
            _curve(drawing, [(across.at(p[0]), p[side]) for p in curve.points], up, dash)
    drawing.line(plan.left, up.at(centre), plan.right, up.at(centre), PALETTE["ink"], stroke_width=1.4)
    _legend(drawing, plan, curves, words)
    named = [point for point in points if point.name]
    for point in [*(p for p in points if not p.name), *named]:
        radius = 3.0 if point.tone == "neutral" else 4.5
        drawing.mark(across.at(point.responses), up.at(point.value), point.tone, radius)
    for number, point in enumerate(named, start=1):
        x, y = across.at(point.responses), up.at(point.value)
        drawing.text(x + 7, y + SIZE * 0.36, str(number), weight=600)
    return drawing.svg(words.title, max(plan.bottom + 44, _names(drawing, plan, named)))


@dataclass(frozen=True)
class _Across:
    """Responses by their square root, so that the many small units do not lie on one another."""

    most: float
    left: float
    right: float

    def at(self, responses: float) -> float:
        return self.left + math.sqrt(responses / self.most) * (self.right - self.left)

    def ticks(self) -> list[int]:
        """0 and round numbers so far apart that their labels never touch."""
        found = [0]
        for number in (step * 10**power for power in range(9) for step in _STEPS):
            if number <= self.most and self.at(number) - self.at(found[-1]) >= _TICK_ROOM:
                found.append(number)
        return found


def _ground(drawing: Drawing, plan: _Plan, across: _Across, up: Scale, language: Language) -> None:
    high = plan.bottom - plan.top
    drawing.rect(Box(plan.left, plan.top, plan.right - plan.left, high), PALETTE["primary_faint"])
    for tick in across.ticks():
        x = across.at(tick)
        drawing.line(x, plan.top, x, plan.bottom, PALETTE["grid"])
        drawing.text(x, plan.bottom + 16, count(tick, language), anchor="middle", fill=PALETTE["muted"])
    for share in Scale(up.low, up.high, 0, high).ticks(34.0):
        y = up.at(share)
        drawing.line(plan.left, y, plan.right, y, PALETTE["grid"])
        drawing.text(
            plan.left - 6, y + SIZE * 0.36, percent(share, language, 0), anchor="end", fill=PALETTE["muted"]
        )


def _curve(drawing: Drawing, places: Sequence[tuple[float, float]], up: Scale, dash: dict[str, str]) -> None:
    """One limit, broken where it leaves the picture."""
    path, is_down = "", False
    for x, value in places:
        inside = up.low <= value <= up.high
        if inside:
            path += f"{'L' if is_down else 'M'}{x:.1f} {up.at(value):.1f}"
        is_down = inside
    if path:
        drawing.tag("path", d=path, stroke=PALETTE["muted"], stroke_width=1.3, fill="none", **dash)


def _legend(
    drawing: Drawing, plan: _Plan, curves: tuple[FunnelCurve, FunnelCurve], words: FunnelWords
) -> None:
    """What the lines mean, on a narrow sheet below one another, and what the scales measure."""
    sheet = drawing.sheet
    x, y = 2.0, 0.0
    lines = (
        (words.centre, {"stroke_width": "1.4"}, PALETTE["ink"]),
        (curves[0].label, {"stroke_width": "1.3", "stroke_dasharray": "5 3"}, PALETTE["muted"]),
        (curves[1].label, {"stroke_width": "1.3"}, PALETTE["muted"]),
    )
    room = sheet.wide - 34 if sheet.is_narrow else (sheet.wide - 3 * 44) / 3
    for label, stroke, colour in lines:
        [text] = wrap(label, SIZE, room, 1)
        drawing.line(x, 10 + y, x + 24, 10 + y, colour, **stroke)
        drawing.text(x + 30, 14.3 + y, text)
        x, y = (x, y + 22) if sheet.is_narrow else (x + 30 + width(text, SIZE) + 16, y)
    above = wrap(words.up, SIZE * 1.04, sheet.wide - 20, plan.lines)
    below = wrap(words.across, SIZE * 1.04, plan.right, plan.lines)
    for place, line in enumerate(reversed(above)):
        drawing.text(2, plan.top - 14 - place * _LEADING, line, weight=600)
    for place, line in enumerate(below):
        drawing.text(plan.right, plan.bottom + 36 + place * _LEADING, line, anchor="end", weight=600)


def _names(drawing: Drawing, plan: _Plan, named: Sequence[FunnelPoint]) -> float:
    """Write the names of the points; gives the height that they need."""
    x, y = plan.names
    for number, point in enumerate(named, start=1):
        lines = wrap(point.name, SIZE, drawing.sheet.wide - x - 24)
        drawing.text(x, y + SIZE * 0.36, str(number), weight=600)
        drawing.lines(x + 24, y + (len(lines) - 1) * _LEADING / 2, lines, leading=_LEADING)
        y += len(lines) * _LEADING + 6
    return y
