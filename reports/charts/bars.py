"""Bars against a target, and five-level answers as diverging bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.measure import width
from reports.charts.rows import Rows
from reports.charts.scale import Measured, Scale, draw_grid, draw_interval, draw_target
from reports.charts.svg import PALETTE, PAPER, SIZE, Box, Drawing, Sheet
from reports.formats import Language, percent

_FIGURE = 62.0
"""Room on a narrow sheet for a row's figure."""

_BARS = Rows(226.0, 240.0, 560.0, leading=15.0, least=26.0, spare=10.0, sheet=PAPER)
_LIKERT = Rows(284.0, 298.0, 570.0, leading=14.0, least=26.0, spare=8.0, sheet=PAPER)


def target_bars(
    rows: Sequence[Measured],
    target: float | None = None,
    target_label: str = "",
    *,
    title: str,
    language: Language = "vi",
    axis: tuple[float, float] = (0.0, 1.0),
    sheet: Sheet = PAPER,
) -> str:
    """Horizontal bars with interval whiskers, a labelled target line, and the values in a right-hand column.

    Args:
        rows: one bar each, in the caller's order.
        target: proportion of the plan, 0–1, if there is one.
        target_label: the plan's words, for example ``"Chỉ tiêu: trên 86 %"``.
        title: alternative text.
        language: of the scale's numbers.
        axis: ends of the scale, 0–1; bars should begin at 0 unless the figure says otherwise.
        sheet: on which it is drawn.
    """
    plan = _BARS.on_phone(_FIGURE, 24.0) if sheet.is_narrow else _BARS
    drawing, scale = Drawing(sheet), Scale(*axis, plan.left, plan.right)
    labels = [plan.lines(row.label) for row in rows]
    top = 24.0 if target is not None else 6.0
    bottom = top + sum(map(plan.high, labels))
    draw_grid(drawing, scale, top, bottom, language)
    placed = list(zip(rows, labels, plan.begins(top, labels), strict=True))
    for row, lines, y in placed:
        _bar(drawing, scale, row, plan.marks(y, lines))
    if not sheet.is_narrow:
        drawing.line(plan.left, top, plan.left, bottom, PALETTE["muted"])
    if target is not None:
        draw_target(drawing, scale.at(target), top, bottom, target_label)
    for row, lines, y in placed:
        plan.write(drawing, 0, y, lines)
        plan.figure(drawing, y, lines, row.text)
    return drawing.svg(title, bottom + 22)


def _bar(drawing: Drawing, scale: Scale, row: Measured, middle: float) -> None:
    soft = PALETTE["primary_soft" if row.tone == "neutral" else f"{row.tone}_soft"]
    long = scale.at(row.value) - scale.left
    edge: dict[str, float | str] = {}
    if row.tone != "neutral":
        edge = {"stroke": PALETTE[row.tone], "stroke_width": 0.8}
    box = Box(scale.left, middle - 8, long, 16)
    drawing.rect(box, soft, **edge)
    if row.tone == "not_enough":
        drawing.hatch(box, "#e0c48d", gap=7)
    draw_interval(drawing, scale, row, middle, caps=True)
    drawing.mark(scale.at(row.value), middle, row.tone, 3.6)


@dataclass(frozen=True)
class LikertRow:
    """The answers to one item.

    Attributes:
        label: the item's wording, or a short form of it.
        shares: proportions of the levels from worst to best, 0–1; two to five levels.
        text: the number for the right-hand column, usually the share of the two best levels.
    """

    label: str
    shares: tuple[float, ...]
    text: str


@dataclass(frozen=True)
class _Level:
    fill: str
    ink: str
    hatch: str = ""
    gap: float = 5.0


_WORST = _Level("#8c2d19", "#ffffff", "#d9998c", 6.0)
_BAD = _Level("#f1b6a2", PALETTE["ink"], "#cf7f66", 6.0)
_MIDDLE = _Level("#f2f3f4", PALETTE["ink"])
_GOOD = _Level("#8fb8dc", PALETTE["ink"])
_BEST = _Level("#0b4f8a", "#ffffff")
_SCALES = {
    2: (_WORST, _BEST),
    3: (_WORST, _MIDDLE, _BEST),
    4: (_WORST, _BAD, _GOOD, _BEST),
    5: (_WORST, _BAD, _MIDDLE, _GOOD, _BEST),
}


def likert_bars(
    rows: Sequence[LikertRow],
    legend: Sequence[str],
    *,
    title: str,
    column: str,
    language: Language = "vi",
    sheet: Sheet = PAPER,
) -> str:
    """Answers as bars centred on the middle of the neutral level, dissatisfied left and satisfied right.

    Dissatisfied levels are hatched and satisfied ones plain, and the two extremes are the darkest, so the
    figure reads in black and white.

    Args:
        rows: one item each, in the caller's order.
        legend: names of the levels from worst to best, as many as every row has shares.
        title: alternative text.
        column: heading of the right-hand column.
        language: of the printed shares.
        sheet: on which it is drawn.
    """
    plan = _LIKERT.on_phone(_FIGURE, 26.0, 0.0) if sheet.is_narrow else _LIKERT
    levels = _SCALES[len(legend)]
    drawing = Drawing(sheet)
    top = _legend(drawing, legend, levels) + 10
    drawing.text(sheet.wide, top + 6, column, anchor="end", fill=PALETTE["muted"])
    scale = _diverging_scale(rows, plan)
    wordings = [plan.lines(row.label, 4) for row in rows]
    y = top + 14
    bottom = y + sum(map(plan.high, wordings))
    if not sheet.is_narrow:
        drawing.line(scale.at(0), y - 4, scale.at(0), bottom + 4, PALETTE["muted"], stroke_width=0.8)
    for row, lines in zip(rows, wordings, strict=True):
        plan.write(drawing, 0, y, lines)
        middle = plan.marks(y, lines)
        if sheet.is_narrow:
            drawing.line(scale.at(0), middle - 12, scale.at(0), middle + 12, PALETTE["muted"])
        _likert_row(drawing, scale, row, levels, middle=middle, language=language)
        plan.figure(drawing, y, lines, row.text)
        y += plan.high(lines)
    return drawing.svg(title, y + 8)


def _diverging_scale(rows: Sequence[LikertRow], plan: Rows) -> Scale:
    left = max((_negative(row.shares) for row in rows), default=0.0)
    right = max((sum(row.shares) - _negative(row.shares) for row in rows), default=0.0)
    return Scale(-left, max(right, 0.01 - left), plan.left, plan.right)


def _negative(shares: Sequence[float]) -> float:
    half, odd = divmod(len(shares), 2)
    return sum(shares[:half]) + (shares[half] / 2 if odd else 0.0)


def _likert_row(
    drawing: Drawing,
    scale: Scale,
    row: LikertRow,
    levels: Sequence[_Level],
    *,
    middle: float,
    language: Language,
) -> None:
    start = -_negative(row.shares)
    for share, level in zip(row.shares, levels, strict=True):
        x, end = scale.at(start), scale.at(start + share)
        _segment(drawing, level, Box(x, middle - 9, end - x, 18))
        label = percent(share, language, 0)
        if width(label, SIZE) + 6 <= end - x:
            _on_ground(drawing, level, (x + end) / 2, middle, label)
        start += share


def _segment(drawing: Drawing, level: _Level, box: Box) -> None:
    drawing.rect(box, level.fill)
    if level.hatch:
        drawing.hatch(box, level.hatch, level.gap)
    drawing.rect(box, "none", stroke="#ffffff" if level.ink == "#ffffff" else PALETTE["rule"])


def _on_ground(drawing: Drawing, level: _Level, x: float, middle: float, label: str) -> None:
    if level.hatch:
        wide = width(label, SIZE) + 4
        drawing.rect(Box(x - wide / 2, middle - 7, wide, 14), level.fill)
    drawing.text(x, middle + SIZE * 0.36, label, anchor="middle", fill=level.ink)


def _legend(drawing: Drawing, names: Sequence[str], levels: Sequence[_Level]) -> float:
    x, y = 0.0, 2.0
    for name, level in zip(names, levels, strict=True):
        wide = 20 + width(name, SIZE) + 16
        if x + wide - 16 > drawing.sheet.wide and x > 0:
            x, y = 0.0, y + 20
        _segment(drawing, level, Box(x, y, 14, 14))
        drawing.text(x + 20, y + 11.3, name)
        x += wide
    return y + 14
