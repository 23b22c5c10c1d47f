"""Measures as the charts take them: name, value, interval, target and the words that stand in for the picture."""

from collections.abc import Iterable

from reports.charts import PAPER, PHONE, Measured, gauge
from reports.document import clean
from reports.edition import Edition
from survey.core.measure import Measure
from survey.core.target import Target


def measured(edition: Edition, name: str, measure: Measure) -> Measured:
    """A measure for a chart; without an interval the whole scale stands for it."""
    low, high = (measure.interval.low, measure.interval.high) if measure.interval else (0.0, 1.0)
    return Measured(clean(name), measure.value, low, high, edition.percent(measure.value, 1))


def target_label(edition: Edition, target: Target | None) -> str:
    """The words above a target's line; empty without a target."""
    _ = edition.translate
    return _("Chỉ tiêu: %(rule)s") % {"rule": edition.rule(target)} if target else ""


def gauges(edition: Edition, measure: Measure, title: str) -> tuple[str, str]:
    """The scale under a headline, on paper and on a phone; empty without an interval."""
    if measure.interval is None:
        return "", ""
    target = edition.result.main_target
    wide, narrow = (
        gauge(
            measure.value,
            measure.interval.low,
            measure.interval.high,
            target.threshold if target else None,
            target_label(edition, target),
            title=title,
            language=edition.language,
            sheet=sheet,
        )
        for sheet in (PAPER, PHONE)
    )
    return wide, narrow


def bars_alt(edition: Edition, named: Iterable[tuple[str, Measure]]) -> str:
    """What a chart of values shows, in words."""
    return clean("; ".join(f"{name}: {edition.percent(measure.value)}" for name, measure in named)) + "."
