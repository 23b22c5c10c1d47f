"""Dots with intervals: units against a target, and the same thing then and now."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reports.charts.measure import width, wrap
from reports.charts.rows import Rows
from reports.charts.scale import Measured, Scale, draw_grid, draw_interval, draw_target, span_of
from reports.charts.svg import PALETTE, PAPER, PHONE, SIZE, Box, Drawing, Sheet
from reports.document import Tone
from reports.formats import Language

MAX_HEIGHT = 440.0
"""Units (110 mm) a figure of units may be high: about 20 rows, two figures on an A4 page with captions."""

_UNITS = Rows(228.0, 242.0, 560.0, leading=14.0, least=0.0, spare=2.0, sheet=PAPER)
_UNITS_ON_PHONE = _UNITS.on_phone(62.0, 18.0)
_CHANGES = Rows(228.0, 242.0, 540.0, leading=14.0, least=34.0, spare=10.0, sheet=PAPER)
_CHANGES_ON_PHONE = _CHANGES.on_phone(104.0, 30.0)
_HEAD, _FOOT = 50.0, 24.0
_TALLEST = 46.0


@dataclass(frozen=True)
class UnitFigure:
    """One of the figures that a long list of units is split into.

    Attributes:
        svg: the figure.
        phone_svg: the same units on a narrow sheet.
        first: place of its first row in the sorted list, from 1.
        last: place of its last row.
    """

    svg: str
    phone_svg: str
    first: int
    last: int


def unit_figures(
    rows: Sequence[Measured],
    target: float | None,
    target_label: str,
    *,
    title: str,
    legend: Mapping[Tone, str],
    language: Language = "vi",
) -> tuple[UnitFigure, ...]:
    """Split units, best first, over as many figures as fit a page each, all on one scale (see unit_dots)."""
    axis = _axis(rows, target)
    figures: list[UnitFigure] = []
    for part in split_units(rows):
        first = figures[-1].last + 1 if figures else 1
        svg, phone_svg = (
            unit_dots(
                part,
                target,
                target_label,
                title=title,
                legend=legend,
                language=language,
                axis=axis,
                ranks_from=first,
                sheet=sheet,
            )
            for sheet in (PAPER, PHONE)
        )
        figures.append(UnitFigure(svg, phone_svg, first, first + len(part) - 1))
    return tuple(figures)


def split_units(rows: Sequence[Measured], max_height: float = MAX_HEIGHT) -> tuple[tuple[Measured, ...], ...]:
    """Sort units, best first, and split them into parts of nearly equal height under ``max_height`` units."""
    ordered = _sorted(rows)
    heights = [_height(row, _UNITS) for row in ordered]
    total = sum(heights)
    parts = max(1, math.ceil(total / (max_height - _HEAD - _FOOT - _TALLEST)))
    groups: list[list[Measured]] = [[] for _ in range(parts)]
    above = 0.0
    for row, height in zip(ordered, heights, strict=True):
        groups[int((above + height / 2) / total * parts)].append(row)
        above += height
    return tuple(tuple(group) for group in groups if group)


def unit_dots(
    rows: Sequence[Measured],
    target: float | None,
    target_label: str,
    *,
    title: str,
    legend: Mapping[Tone, str],
    language: Language = "vi",
    axis: tuple[float, float] | None = None,
    ranks_from: int = 1,
    sheet: Sheet = PAPER,
) -> str:
    """Units sorted best first, each a dot with its interval; colour, shape and dash tell the verdict.

    Args:
        rows: any number of units; more than about 20 should go through ``unit_figures``.
        target: the plan's proportion, 0–1, if there is one.
        target_label: the plan's words, above the line.
        title: alternative text.
        legend: the name of each tone that occurs, in printing order.
        language: of the scale's numbers.
        axis: ends of the scale, 0–1; by default round numbers that hold everything.
        ranks_from: the place of the first row, for alternating grounds that go on in the next figure.
        sheet: on which it is drawn.
    """
    plan = _UNITS_ON_PHONE if sheet.is_narrow else _UNITS
    drawing = Drawing(sheet)
    scale = Scale(*(axis or _axis(rows, target)), plan.left, plan.right)
    head = _HEAD + _tone_legend(drawing, legend)
    bottom = head + sum(_height(row, plan) for row in rows)
    y = head
    for place, row in enumerate(_sorted(rows), start=ranks_from):
        if place % 2 == 0:
            drawing.rect(Box(0, y, sheet.wide, _height(row, plan)), "#f5f7f9")
        y += _height(row, plan)
    draw_grid(drawing, scale, head, bottom, language)
    if target is not None:
        draw_target(drawing, scale.at(target), head, bottom, target_label)
    y = head
    for row in _sorted(rows):
        _unit(drawing, scale, row, plan, y)
        y += _height(row, plan)
    return drawing.svg(title, bottom + _FOOT)


def _unit(drawing: Drawing, scale: Scale, row: Measured, plan: Rows, y: float) -> None:
    lines = plan.lines(row.label)
    middle = plan.marks(y, lines)
    plan.write(drawing, 2, y, lines)
    draw_interval(drawing, scale, row, middle)
    drawing.mark(scale.at(row.value), middle, row.tone)
    plan.figure(drawing, y, lines, row.text, fill=PALETTE[row.tone], edge=2)


def _sorted(rows: Sequence[Measured]) -> list[Measured]:
    return sorted(rows, key=lambda row: -row.value)


def _height(row: Measured, plan: Rows) -> float:
    return plan.high(plan.lines(row.label))


def _axis(rows: Sequence[Measured], target: float | None) -> tuple[float, float]:
    ends = [end for row in rows for end in (row.low, row.high)]
    return span_of([*ends, *([] if target is None else [target]), *([] if ends else [0.0, 1.0])])


def _tone_legend(drawing: Drawing, legend: Mapping[Tone, str]) -> float:
    """Write what tones mean; gives the height of the lines beyond the first."""
    x, y = 2.0, 0.0
    for tone, name in legend.items():
        long = 33 + width(name, SIZE)
        if x + long > drawing.sheet.wide and x > 2:  # noqa: PLR2004 - where a line begins
            x, y = 2.0, y + 20
        sample = Measured("", 0.5, 0.0, 1.0, "", tone)
        draw_interval(drawing, Scale(0, 1, x, x + 26), sample, 10 + y)
        drawing.mark(x + 13, 10 + y, tone)
        drawing.text(x + 33, 14.3 + y, name)
        x += long + 20
    return y


@dataclass(frozen=True)
class Change:
    """The same thing measured twice.

    Attributes:
        label: what was measured.
        previous: the earlier value, or nothing where the two cannot be compared.
        now: the present value.
        text: the difference as printed, or why there is none.
        tone: whether the difference is real: ``met`` up, ``not_met`` down, ``not_enough`` not settled.
    """

    label: str
    previous: Measured | None
    now: Measured
    text: str
    tone: Tone = "neutral"


def change_dots(
    rows: Sequence[Change],
    legend: tuple[str, str],
    *,
    title: str,
    column: str = "",
    tones: Mapping[Tone, str] = MappingProxyType({}),
    language: Language = "vi",
    sheet: Sheet = PAPER,
) -> str:
    """Pairs of dots, the earlier as a hollow square above the present disc, each with its interval.

    Args:
        rows: one pair each, in the caller's order.
        legend: names of the earlier and of the present period.
        title: alternative text.
        column: heading of the right-hand column.
        tones: what each tone that occurs says about a difference, in printing order.
        language: of the scale's numbers.
        sheet: on which it is drawn.
    """
    plan = _CHANGES_ON_PHONE if sheet.is_narrow else _CHANGES
    drawing = Drawing(sheet)
    measured = [m for row in rows for m in (row.previous, row.now) if m is not None]
    scale = Scale(*_axis(measured, None), plan.left, plan.right)
    y = _change_legend(drawing, legend, column)
    labels = [plan.lines(row.label) for row in rows]
    bottom = y + sum(map(plan.high, labels))
    draw_grid(drawing, scale, y, bottom, language)
    for row, lines in zip(rows, labels, strict=True):
        drawing.line(0, y, sheet.wide, y, PALETTE["grid"])
        _change(drawing, scale, row, plan, y)
        y += plan.high(lines)
    end = _mark_legend(drawing, tones, bottom + _FOOT + 6)
    return drawing.svg(title, end + 14 if tones else bottom + _FOOT)


def _change(drawing: Drawing, scale: Scale, row: Change, plan: Rows, y: float) -> None:
    lines = plan.lines(row.label)
    middle, base = plan.marks(y, lines), plan.figure_at(y, lines)
    plan.write(drawing, 0, y, lines)
    apart = 0.0 if row.previous is None else 6.0
    if row.previous is not None:
        _earlier(drawing, scale, row.previous, middle - apart)
    _present(drawing, scale, row.now, middle + apart)
    if row.tone != "neutral":
        x = drawing.sheet.wide - width(row.text, SIZE, 600) - 11
        drawing.mark(x, base - SIZE * 0.36, row.tone, 4)
    plan.figure(drawing, y, lines, row.text, fill=PALETTE["ink" if row.tone == "neutral" else row.tone])


def _earlier(drawing: Drawing, scale: Scale, row: Measured, y: float) -> None:
    drawing.line(
        scale.at(row.low),
        y,
        scale.at(row.high),
        y,
        PALETTE["muted"],
        stroke_dasharray="2 2",
        stroke_width=1.4,
    )
    x = scale.at(row.value)
    drawing.rect(Box(x - 3.5, y - 3.5, 7, 7), PALETTE["paper"], stroke=PALETTE["muted"], stroke_width=1.6)


def _present(drawing: Drawing, scale: Scale, row: Measured, y: float) -> None:
    drawing.line(scale.at(row.low), y, scale.at(row.high), y, PALETTE["primary"], stroke_width=2)
    drawing.mark(scale.at(row.value), y, "neutral")


def _change_legend(drawing: Drawing, legend: tuple[str, str], column: str) -> float:
    """Write what the marks mean, on a narrow sheet below one another; gives where the rows begin."""
    sample = Measured("", 0.5, 0.0, 1.0, "")
    is_narrow, wide = drawing.sheet.is_narrow, drawing.sheet.wide
    names = [wrap(name, SIZE, wide - 33, 1)[0] if is_narrow else name for name in legend]
    x, y = (0.0, 20.0) if is_narrow else (33 + width(names[0], SIZE) + 20, 0.0)
    _earlier(drawing, Scale(0, 1, 0, 26), sample, 10)
    drawing.text(33, 14.3, names[0])
    _present(drawing, Scale(0, 1, x, x + 26), sample, 10 + y)
    drawing.text(x + 33, 14.3 + y, names[1])
    drawing.text(wide, 14.3 + 2 * y, column, anchor="end", fill=PALETTE["muted"])
    return 28 + 2 * y


def _mark_legend(drawing: Drawing, tones: Mapping[Tone, str], y: float) -> float:
    """Write what tones mean, at the right-hand edge, on a narrow sheet below one another; gives the last line's middle."""
    wide = drawing.sheet.wide
    x = 0.0 if drawing.sheet.is_narrow else wide - sum(map(_legend_room, tones.values())) + 18
    for place, (tone, name) in enumerate(tones.items()):
        if drawing.sheet.is_narrow:
            x, y = 0.0, y + (20 if place else 0)
        drawing.mark(x + 4, y, tone, 4)
        drawing.text(x + 14, y + SIZE * 0.36, name, fill=PALETTE["muted"])
        x += _legend_room(name)
    return y


def _legend_room(name: str) -> float:
    return 14 + width(name, SIZE) + 18
