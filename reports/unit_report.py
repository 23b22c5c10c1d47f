"""The report of one unit, or of one field of it: its figures beside the province's overall value."""

from collections.abc import Iterator

from reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Headline,
    Note,
    Number,
    Paragraph,
    Table,
    clean,
)
from reports.edition import Edition
from reports.measures import gauges
from reports.report import laid_out
from survey.core.breakdown import Breakdown, Level
from survey.core.measure import Measure
from survey.core.result import UnitResult


def build_unit_report(
    edition: Edition, breakdown: Breakdown, unit_code: str, field_code: str | None = None
) -> Document:
    """A unit's report, or a field's of the unit.

    Args:
        edition: of the round's whole report.
        breakdown: unit × field × item.
        unit_code: of one of the breakdown's units.
        field_code: of one of its fields; None for all of them.

    Raises:
        KeyError: if the breakdown has no such unit or field.
    """
    _ = edition.translate
    at = {unit.code: place for place, unit in enumerate(breakdown.units)}[unit_code]
    fields = {field.code: place for place, field in enumerate(breakdown.fields)}
    column = None if field_code is None else fields[field_code]
    name = breakdown.units[at].name
    if column is not None:
        name = f"{name} – {breakdown.fields[column].name(edition.language)}"
    level, group = breakdown.group(at, column)
    blocks: list[Block] = [
        _headline(edition, name, breakdown.measure(level, group, 0)),
        *_unrated(edition, breakdown, level, group),
        *_compared(edition, breakdown, at, column),
    ]
    if column is None:
        blocks += [Heading(1, _("Theo lĩnh vực"), "fields"), _fields(edition, breakdown, at)]
    blocks += [Heading(1, _("Theo yếu tố và tiêu chí"), "items"), _figures(edition, breakdown, at, column)]
    blocks += [Note(_hidden(edition)), *(Paragraph(text) for text in (edition.so_far(),) if text)]
    subject = f"{name}, {edition.result.round.name(edition.language)}"
    return laid_out(edition, _("Kết quả khảo sát mức độ hài lòng"), subject, blocks)


def _headline(edition: Edition, name: str, measure: Measure) -> Headline:
    _ = edition.translate
    target = edition.result.main_target
    value = edition.against(measure, target)
    interval = edition.at_level(_("khoảng tin cậy 95%%: %(interval)s")) % {
        "interval": edition.interval(measure)
    }
    if not measure.is_known:
        interval = _hidden(edition) if measure.is_hidden else _("chưa đủ phiếu để ước lượng")
    label = clean(_("Chỉ số hài lòng: %(name)s") % {"name": name})
    caption = _("%(responses)s phiếu trả lời, %(dossiers)s hồ sơ")
    counts = {"responses": edition.count(measure.responses), "dossiers": edition.count(measure.dossiers)}
    wide, narrow = gauges(edition, measure, label)
    return Headline(
        label,
        Number(measure.value, value),
        interval,
        edition.with_moment(caption % counts),
        wide,
        f"{label}: {value}, {interval}.",
        narrow,
    )


def _unrated(edition: Edition, breakdown: Breakdown, level: Level, group: int) -> Iterator[Block]:
    """Why there is no index though some items have figures."""
    _ = edition.translate
    items = breakdown.unrated(level, group)
    if not items or breakdown.measure(level, group, 0).is_known:
        return
    text = _(
        "Chưa tính được chỉ số vì chưa có mức đánh giá nào cho %(count)s tiêu chí, mà chỉ số cần mọi tiêu chí: %(items)s. "
        "Tỷ lệ của các tiêu chí khác vẫn nêu ở bảng dưới, nếu đủ phiếu."
    )
    names = [f"“{item.text.in_language(edition.language).rstrip('.')}”" for item in items]
    yield Note(clean(text % {"count": edition.count(len(items)), "items": ", ".join(names)}))


def _compared(edition: Edition, breakdown: Breakdown, at: int, column: int | None) -> Iterator[Block]:
    """The province's overall value, the verdict and the change of the unit as a whole."""
    _ = edition.translate
    whole = breakdown.measure("round", 0, 0)
    words = {"value": edition.percent(whole.value), "interval": edition.interval(whole)}
    yield Paragraph(_("Cả tỉnh: %(value)s (khoảng tin cậy %(interval)s).") % words)
    code = breakdown.units[at].code
    unit = next((found for found in edition.result.units if found.unit.code == code), None)
    if column is None and unit is not None:
        yield from _of_unit(edition, unit)


def _of_unit(edition: Edition, unit: UnitResult) -> Iterator[Block]:
    _ = edition.translate
    target = edition.result.main_target
    if target and unit.verdict:
        words = {"rule": edition.rule(target), "outcome": edition.outcome(unit.verdict)}
        yield Paragraph(_("Đối chiếu với chỉ tiêu “%(rule)s”: %(outcome)s.") % words)
    if unit.change and unit.previous and edition.result.previous:
        moved = {
            "round": edition.result.previous.name(edition.language),
            "before": edition.percent(unit.previous.value),
            "change": edition.change(unit.change),
            "movement": edition.movement(unit.change),
        }
        yield Paragraph(clean(_("So với %(round)s (%(before)s): %(change)s, %(movement)s.") % moved))


def _fields(edition: Edition, breakdown: Breakdown, at: int) -> Table:
    _ = edition.translate
    rows: list[tuple[Cell, ...]] = []
    for column, field in enumerate(breakdown.fields):
        measure = breakdown.measure(*breakdown.group(at, column), 0)
        if measure.dossiers or measure.responses:
            counts = edition.whole(measure.dossiers), edition.whole(measure.responses)
            rows.append((clean(field.name(edition.language)), *counts, *_value(edition, measure)))
    return Table(
        _("Chỉ số hài lòng theo lĩnh vực"),
        (
            Column(_("Lĩnh vực"), width=2.4),
            Column(_("Hồ sơ"), "right"),
            Column(_("Phiếu"), "right"),
            Column(_("Chỉ số"), "right"),
            Column(edition.at_level(_("Khoảng tin cậy 95%")), "right", 1.5),
        ),
        tuple(rows),
    )


def _figures(edition: Edition, breakdown: Breakdown, at: int, column: int | None) -> Table:
    _ = edition.translate
    level, group = breakdown.group(at, column)
    rows: list[tuple[Cell, ...]] = []
    strong = []
    for number, figure in enumerate(breakdown.figures):
        if figure.section is None:
            continue
        measure = breakdown.measure(level, group, number)
        text = figure.item.text if figure.item else figure.section.title
        if figure.item is None:
            strong.append(len(rows))
        rows.append((clean(text.in_language(edition.language)), *_value(edition, measure)))
    return Table(
        _("Tỷ lệ hài lòng theo yếu tố và tiêu chí"),
        (
            Column(_("Yếu tố và tiêu chí"), width=4.0),
            Column(_("Tỷ lệ"), "right", 0.9),
            Column(edition.at_level(_("Khoảng tin cậy 95%")), "right", 1.5),
        ),
        tuple(rows),
        strong=tuple(strong),
    )


def _value(edition: Edition, measure: Measure) -> tuple[Cell, Cell]:
    if not measure.is_known:
        return "–", "–"
    return edition.number(measure.value), edition.range(measure)


def _hidden(edition: Edition) -> str:
    _ = edition.translate
    return _(
        "Dấu “–”: không có phiếu, quá ít phiếu để ước lượng, hoặc được ẩn để không suy ra được câu trả lời của ai."
    )
