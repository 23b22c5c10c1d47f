"""Dots with intervals: units against a target, and the same thing then and now."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reports.charts.measure import width, wrap
from reports.charts.scale import Measured, Scale, draw_grid, draw_interval, draw_target, span_of
from reports.charts.svg import PALETTE, SIZE, WIDTH, Box, Drawing
from reports.document import Tone
from reports.formats import Language

MAX_HEIGHT = 440.0
"""Units (110 mm) a figure of units may be high: about 20 rows, two figures on an A4 page with captions."""

_LABEL_ROOM = 228.0
_PLOT_LEFT = 242.0
_PLOT_RIGHT = 560.0
_LEADING = 14.0
_HEAD, _FOOT = 50.0, 24.0
_TALLEST = 46.0


@dataclass(frozen=True)
class UnitFigure:
    """One of the figures that a long list of units is split into.

    Attributes:
        svg: the figure.
        first: place of its first row in the sorted list, from 1.
        last: place of its last row.
    """

    svg: str
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
        svg = unit_dots(
            part,
            target,
            target_label,
            title=title,
            legend=legend,
            language=language,
            axis=axis,
            ranks_from=first,
        )
        figures.append(UnitFigure(svg, first, first + len(part) - 1))
    return tuple(figures)


def split_units(rows: Sequence[Measured], max_height: float = MAX_HEIGHT) -> tuple[tuple[Measured, ...], ...]:
    """Sort units, best first, and split them into parts of nearly equal height under ``max_height`` units."""
    ordered = _sorted(rows)
    heights = [_height(row) for row in ordered]
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
    """
    drawing = Drawing()
    scale = Scale(*(axis or _axis(rows, target)), _PLOT_LEFT, _PLOT_RIGHT)
    _tone_legend(drawing, legend)
    bottom = _HEAD + sum(_height(row) for row in rows)
    y = _HEAD
    for place, row in enumerate(_sorted(rows), start=ranks_from):
        if place % 2 == 0:
            drawing.rect(Box(0, y, WIDTH, _height(row)), "#f5f7f9")
        y += _height(row)
    draw_grid(drawing, scale, _HEAD, bottom, language)
    if target is not None:
        draw_target(drawing, scale.at(target), _HEAD, bottom, target_label)
    y = _HEAD
    for row in _sorted(rows):
        _unit(drawing, scale, row, y + _height(row) / 2)
        y += _height(row)
    return drawing.svg(title, bottom + _FOOT)


def _unit(drawing: Drawing, scale: Scale, row: Measured, middle: float) -> None:
    drawing.lines(2, middle, wrap(row.label, SIZE, _LABEL_ROOM), leading=_LEADING)
    draw_interval(drawing, scale, row, middle)
    drawing.mark(scale.at(row.value), middle, row.tone)
    drawing.text(WIDTH - 2, middle + SIZE * 0.36, row.text, anchor="end", weight=600, fill=PALETTE[row.tone])


def _sorted(rows: Sequence[Measured]) -> list[Measured]:
    return sorted(rows, key=lambda row: -row.value)


def _height(row: Measured) -> float:
    return len(wrap(row.label, SIZE, _LABEL_ROOM)) * _LEADING + 2


def _axis(rows: Sequence[Measured], target: float | None) -> tuple[float, float]:
    ends = [end for row in rows for end in (row.low, row.high)]
    return span_of([*ends, *([] if target is None else [target]), *([] if ends else [0.0, 1.0])])


def _tone_legend(drawing: Drawing, legend: Mapping[Tone, str]) -> None:
    x = 2.0
    for tone, name in legend.items():
        sample = Measured("", 0.5, 0.0, 1.0, "", tone)
        draw_interval(drawing, Scale(0, 1, x, x + 26), sample, 10)
        drawing.mark(x + 13, 10, tone)
        drawing.text(x + 33, 14.3, name)
        x += 33 + width(name, SIZE) + 20


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
) -> str:
    """Pairs of dots, the earlier as a hollow square above the present disc, each with its interval.

    Args:
        rows: one pair each, in the caller's order.
        legend: names of the earlier and of the present period.
        title: alternative text.
        column: heading of the right-hand column.
        tones: what each tone that occurs says about a difference, in printing order.
        language: of the scale's numbers.
    """
    drawing = Drawing()
    measured = [m for row in rows for m in (row.previous, row.now) if m is not None]
    scale = Scale(*_axis(measured, None), _PLOT_LEFT, _PLOT_RIGHT - 20)
    _change_legend(drawing, legend)
    drawing.text(WIDTH, 14.3, column, anchor="end", fill=PALETTE["muted"])
    heights = [max(34.0, len(wrap(row.label, SIZE, _LABEL_ROOM)) * _LEADING + 10) for row in rows]
    y, bottom = 28.0, 28.0 + sum(heights)
    draw_grid(drawing, scale, y, bottom, language)
    for row, height in zip(rows, heights, strict=True):
        drawing.line(0, y, WIDTH, y, PALETTE["grid"])
        _change(drawing, scale, row, y + height / 2)
        y += height
    _mark_legend(drawing, tones, bottom + _FOOT + 6)
    return drawing.svg(title, bottom + _FOOT + (20 if tones else 0))


def _change(drawing: Drawing, scale: Scale, row: Change, middle: float) -> None:
    drawing.lines(0, middle, wrap(row.label, SIZE, _LABEL_ROOM), leading=_LEADING)
    apart = 0.0 if row.previous is None else 6.0
    if row.previous is not None:
        _earlier(drawing, scale, row.previous, middle - apart)
    _present(drawing, scale, row.now, middle + apart)
    if row.tone != "neutral":
        drawing.mark(WIDTH - width(row.text, SIZE, 600) - 11, middle, row.tone, 4)
    fill = PALETTE["ink" if row.tone == "neutral" else row.tone]
    drawing.text(WIDTH, middle + SIZE * 0.36, row.text, anchor="end", weight=600, fill=fill)


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


def _change_legend(drawing: Drawing, legend: tuple[str, str]) -> None:
    sample = Measured("", 0.5, 0.0, 1.0, "")
    _earlier(drawing, Scale(0, 1, 0, 26), sample, 10)
    drawing.text(33, 14.3, legend[0])
    x = 33 + width(legend[0], SIZE) + 20
    _present(drawing, Scale(0, 1, x, x + 26), sample, 10)
    drawing.text(x + 33, 14.3, legend[1])


def _mark_legend(drawing: Drawing, tones: Mapping[Tone, str], y: float) -> None:
    x = WIDTH - sum(14 + width(name, SIZE) + 18 for name in tones.values()) + 18
    for tone, name in tones.items():
        drawing.mark(x + 4, y, tone, 4)
        drawing.text(x + 14, y + SIZE * 0.36, name, fill=PALETTE["muted"])
        x += 14 + width(name, SIZE) + 18
