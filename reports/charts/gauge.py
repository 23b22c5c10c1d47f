"""The scale under the headline number: where it lies, how sure that is, and where the target stands."""

from reports.charts.scale import Scale, span_of, write_target
from reports.charts.svg import PALETTE, PAPER, Anchor, Box, Drawing, Sheet
from reports.formats import Language, percent

_TOP, _HIGH = 26.0, 16.0
_EDGE = 20.0


def gauge(
    value: float,
    low: float,
    high: float,
    target: float | None = None,
    target_label: str = "",
    *,
    title: str,
    language: Language = "vi",
    axis: tuple[float, float] | None = None,
    sheet: Sheet = PAPER,
) -> str:
    """One horizontal scale with the interval as a band, the value as a mark and the target as a tick.

    Args:
        value: estimate, 0–1.
        low: lower end of the 95 % interval, 0–1.
        high: upper end of the 95 % interval, 0–1.
        target: the plan's proportion, 0–1, if there is one.
        target_label: the plan's words, above the tick.
        title: alternative text.
        language: of the scale's numbers.
        axis: ends of the scale, 0–1; by default round numbers that hold everything.
        sheet: on which it is drawn.
    """
    held = [value, low, high, *([] if target is None else [target])]
    drawing = Drawing(sheet)
    scale = Scale(*(axis or span_of(held)), 0.8, sheet.wide - 0.8)
    drawing.rect(Box(scale.left, _TOP, scale.right - scale.left, _HIGH), PALETTE["primary_faint"])
    drawing.rect(Box(scale.at(low), _TOP, scale.at(high) - scale.at(low), _HIGH), PALETTE["primary_soft"])
    for end in (low, high):
        drawing.line(scale.at(end), _TOP, scale.at(end), _TOP + _HIGH, PALETTE["primary"], stroke_width=1.2)
    drawing.rect(Box(scale.at(value) - 2.5, _TOP - 4, 5, _HIGH + 8), PALETTE["primary"])
    _ticks(drawing, scale, language)
    if target is not None:
        _target(drawing, scale.at(target), target_label)
    return drawing.svg(title, _TOP + _HIGH + 26)


def _ticks(drawing: Drawing, scale: Scale, language: Language) -> None:
    under = _TOP + _HIGH
    for tick in scale.ticks(room=min(90.0, drawing.sheet.wide / 5)):
        x = scale.at(tick)
        drawing.line(x, under, x, under + 5, PALETTE["muted"])
        anchor: Anchor = "start" if x < _EDGE else "end" if x > drawing.sheet.wide - _EDGE else "middle"
        drawing.text(x, under + 19, percent(tick, language, 0), anchor=anchor, fill=PALETTE["muted"])


def _target(drawing: Drawing, x: float, label: str) -> None:
    drawing.line(x, _TOP - 6, x, _TOP + _HIGH + 6, PALETTE["ink"], stroke_width=1.6, stroke_dasharray="5 3")
    drawing.tag(
        "polygon", points=f"{x - 5:.1f},{_TOP - 12:.1f} {x + 5:.1f},{_TOP - 12:.1f} {x:.1f},{_TOP - 5:.1f}"
    )
    write_target(drawing, x, 11, label)
