"""A line over rounds: each with its interval, joined where the same was asked and visibly broken where not."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.charts.measure import wrap
from reports.charts.scale import Measured, Scale, span_of, write_target
from reports.charts.svg import PALETTE, PAPER, PHONE, SIZE, Drawing, Sheet
from reports.formats import Language, percent

_LEADING = 14.0
_CAP = 4.0
_STROKE = 5.0


@dataclass(frozen=True)
class _Plan:
    """Edges of the picture, and how many lines a round's name may take below it."""

    left: float
    right: float
    top: float
    bottom: float
    lines: int


_PLANS = {PAPER: _Plan(52.0, 630.0, 46.0, 236.0, 3), PHONE: _Plan(44.0, 268.0, 46.0, 236.0, 6)}


@dataclass(frozen=True)
class TrendMark:
    """A round on the line.

    Attributes:
        measured: its value, labelled with its name.
        is_known: whether it has a value; else only its name is written.
        joins: whether it can be compared with the round before it.
    """

    measured: Measured
    is_known: bool
    joins: bool


def trend_line(
    marks: Sequence[TrendMark],
    target: float | None,
    target_label: str,
    *,
    title: str,
    broken: str,
    language: Language = "vi",
    sheet: Sheet = PAPER,
) -> str:
    """Rounds from left to right in the order of time.

    Args:
        marks: two or more, of which one at least has a value.
        target: a proportion for the dashed line, or None.
        target_label: words above that line.
        title: alternative text.
        broken: what a break mark means.
        language: of the scale's numbers.
        sheet: on which it is drawn.
    """
    drawing, plan = Drawing(sheet), _PLANS[sheet]
    known = [mark.measured for mark in marks if mark.is_known]
    ends = [end for one in known for end in (one.low, one.high)]
    low, high = span_of([*ends, *([] if target is None else [target])])
    up = Scale(low, high, plan.bottom, plan.top)
    step = (plan.right - plan.left) / len(marks)
    places = [plan.left + (number + 0.5) * step for number in range(len(marks))]
    _ground(drawing, plan, up, language)
    if target is not None:
        y = up.at(target)
        drawing.line(plan.left, y, plan.right, y, PALETTE["ink"], stroke_width=1.4, stroke_dasharray="5 3")
        write_target(drawing, plan.right, plan.top - 30, target_label)
    for (x, mark), (then, later) in pairwise(zip(places, marks, strict=True)):
        if not later.joins:
            _break(drawing, (x + then) / 2, plan)
        elif mark.is_known and later.is_known:
            ys = up.at(mark.measured.value), up.at(later.measured.value)
            drawing.line(x, ys[0], then, ys[1], PALETTE["primary"], stroke_width=2)
    for x, mark in zip(places, marks, strict=True):
        if mark.is_known:
            _point(drawing, x, up, mark.measured)
    end = _names(
        drawing, plan, places, [wrap(mark.measured.label, SIZE, step - 6, plan.lines) for mark in marks]
    )
    return drawing.svg(title, _legend(drawing, marks, broken, end) + 8)


def _ground(drawing: Drawing, plan: _Plan, up: Scale, language: Language) -> None:
    for share in Scale(up.low, up.high, 0, plan.bottom - plan.top).ticks(34.0):
        y = up.at(share)
        drawing.line(plan.left, y, plan.right, y, PALETTE["grid"])
        label = percent(share, language, 0)
        drawing.text(plan.left - 6, y + SIZE * 0.36, label, anchor="end", fill=PALETTE["muted"])


def _names(drawing: Drawing, plan: _Plan, places: Sequence[float], names: Sequence[tuple[str, ...]]) -> float:
    """Write the rounds' names; gives the last line's height."""
    below = plan.bottom + 18
    for x, lines in zip(places, names, strict=True):
        for number, line in enumerate(lines):
            drawing.text(x, below + number * _LEADING, line, anchor="middle")
    return below + (max(map(len, names)) - 1) * _LEADING


def _point(drawing: Drawing, x: float, up: Scale, row: Measured) -> None:
    low, high = up.at(row.low), up.at(row.high)
    drawing.line(x, low, x, high, PALETTE["primary"], stroke_width=2)
    for end in (low, high):
        drawing.line(x - _CAP, end, x + _CAP, end, PALETTE["primary"], stroke_width=2)
    drawing.mark(x, up.at(row.value), "neutral")
    drawing.text(x, high - 7, row.text, anchor="middle", weight=600, over_marks=True)


def _break(drawing: Drawing, x: float, plan: _Plan) -> None:
    """Two slanted strokes through a dotted line, so that nobody reads across."""
    drawing.line(x, plan.top, x, plan.bottom, PALETTE["muted"], stroke_width=1.2, stroke_dasharray="2 3")
    _strokes(drawing, x, plan.bottom)


def _strokes(drawing: Drawing, x: float, y: float) -> None:
    for aside in (-2.5, 2.5):
        ends = (x + aside - 3, y + _STROKE, x + aside + 3, y - _STROKE)
        drawing.line(*ends, PALETTE["ink"], stroke_width=1.6)


def _legend(drawing: Drawing, marks: Sequence[TrendMark], broken: str, y: float) -> float:
    """What a break mark means, where there is one; gives the last line's height."""
    if all(mark.joins for mark in marks[1:]):
        return y
    lines = wrap(broken, SIZE, drawing.sheet.wide - 26, 4)
    _strokes(drawing, 8, y + 22 - SIZE * 0.36)
    for number, line in enumerate(lines):
        drawing.text(22, y + 22 + number * _LEADING, line, fill=PALETTE["muted"])
    return y + 22 + (len(lines) - 1) * _LEADING
