"""What was found: factors, items, fields, units, and what moved."""

from collections import Counter
from functools import partial

from reports import attention, fieldwork, groups, over_time, unit_charts, written
from reports.charts import (
    PHONE,
    Change,
    LikertRow,
    Measured,
    change_dots,
    likert_bars,
    target_bars,
    unit_figures,
)
from reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    Tone,
    clean,
)
from reports.edition import Edition
from reports.measures import bars_alt, measured, target_label
from reports.scoring import further_figures, index_name, reworded
from survey.core.measure import Measure
from survey.core.result import FactorResult, ItemResult, UnitResult
from survey.core.target import Outcome, Target


def blocks(edition: Edition) -> list[Block]:
    """How it was carried out, then all findings, from the factors down to the units.

    Without any answer only the sentence that says so.
    """
    _ = edition.translate
    opening: list[Block] = [PageBreak(), *written.legal_bases(edition), *fieldwork.blocks(edition)]
    if not edition.result.index.responses:
        return [*opening, Paragraph(_("Chưa có phiếu trả lời nào nên chưa có kết quả để trình bày."))]
    return [
        *opening,
        *_factors(edition),
        *_items(edition),
        *attention.blocks(edition),
        *further_figures(edition),
        *_fields(edition),
        *groups.blocks(edition),
        *_changes(edition),
        *over_time.blocks(edition),
        *_units(edition),
    ]


def _factors(edition: Edition) -> list[Block]:
    _ = edition.translate
    target = edition.result.main_target
    known = [factor for factor in edition.result.factors if factor.measure.is_known]
    best = max(known, key=lambda factor: factor.measure.value, default=None)
    worst = min(known, key=lambda factor: factor.measure.value, default=None)
    found: list[Block] = [Heading(1, _("KẾT QUẢ THEO YẾU TỐ"), "factors")]
    if best and worst:
        text = _("Cao nhất là “%(best)s” (%(high)s), thấp nhất là “%(worst)s” (%(low)s).")
        names = {
            "best": best.section.title.in_language(edition.language),
            "high": edition.percent(best.measure.value),
            "worst": worst.section.title.in_language(edition.language),
            "low": edition.percent(worst.measure.value),
        }
        found.append(Paragraph(clean(text % names)))
    caption = edition.at_level(_("Tỷ lệ hài lòng theo yếu tố, khoảng tin cậy 95% và chỉ tiêu"))
    draw = partial(
        target_bars,
        [measured(edition, _factor_name(edition, factor), factor.measure) for factor in known],
        target.threshold if target else None,
        target_label(edition, target),
        title=caption,
        language=edition.language,
    )
    alt = bars_alt(edition, [(_factor_name(edition, f), f.measure) for f in known])
    found.append(Figure(caption, draw(), alt, draw(sheet=PHONE)))
    found.append(_likert(edition, _("Phân bố câu trả lời theo yếu tố"), edition.result.factors))
    found.append(_factor_table(edition))
    return found


def _factor_table(edition: Edition) -> Table:
    _ = edition.translate
    rows: list[tuple[Cell, ...]] = [
        (
            _factor_name(edition, factor),
            edition.number(factor.measure.value),
            edition.range(factor.measure),
            edition.shift(factor.change),
            edition.movement(factor.change),
        )
        for factor in edition.result.factors
    ]
    index = edition.result.index
    rows.append(
        (
            index_name(edition),
            edition.number(index.value),
            edition.range(index),
            edition.shift(edition.result.change),
            edition.movement(edition.result.change),
        )
    )
    return Table(
        _("Tỷ lệ hài lòng theo yếu tố và thay đổi so với đợt trước"),
        (
            Column(_("Yếu tố"), width=2.2),
            Column(_("Tỷ lệ"), "right"),
            Column(edition.at_level(_("Khoảng tin cậy 95%")), "right", 1.4),
            Column(_("Thay đổi"), "right", 1.2),
            Column(_("Nhận định"), width=1.4),
        ),
        tuple(rows),
        strong=(len(rows) - 1,),
    )


def _items(edition: Edition) -> list[Block]:
    _ = edition.translate
    found: list[Block] = [Heading(1, _("KẾT QUẢ THEO TIÊU CHÍ"), "items")]
    found.append(_likert(edition, _("Phân bố câu trả lời theo tiêu chí"), edition.result.items))
    found.append(
        Table(
            _("Tỷ lệ hài lòng theo tiêu chí"),
            (
                Column(_("Tiêu chí"), width=4.0),
                Column(_("Trả lời"), "right", 0.9),
                Column(_("Tỷ lệ"), "right", 0.9),
                Column(edition.at_level(_("Khoảng tin cậy 95%")), "right", 1.5),
                Column(_("Thay đổi"), "right", 1.2),
            ),
            tuple(
                (
                    clean(item.item.text.in_language(edition.language)),
                    edition.whole(item.measure.estimate.valid_answers),
                    edition.number(item.measure.value),
                    edition.range(item.measure),
                    edition.shift(item.change),
                )
                for item in edition.result.items
            ),
            note=_(
                "“Trả lời” là số phiếu có mức đánh giá; bỏ trống và “không áp dụng” không tính vào mẫu số."
            ),
        )
    )
    return found


def _fields(edition: Edition) -> list[Block]:
    _ = edition.translate
    target = edition.result.main_target
    ordered = sorted(edition.result.fields, key=lambda field: -_rank(field.measure))
    named = [(field.field.name(edition.language), field.measure) for field in ordered]
    known = [(name, measure) for name, measure in named if measure.is_known]
    caption = edition.at_level(_("Chỉ số hài lòng theo lĩnh vực, khoảng tin cậy 95% và chỉ tiêu"))
    draw = partial(
        target_bars,
        [measured(edition, name, measure) for name, measure in known],
        target.threshold if target else None,
        target_label(edition, target),
        title=caption,
        language=edition.language,
    )
    columns = (
        Column(_("Lĩnh vực"), width=2.4),
        Column(_("Hồ sơ"), "right"),
        Column(_("Phiếu"), "right"),
        Column(_("Chỉ số"), "right"),
        Column(edition.at_level(_("Khoảng tin cậy 95%")), "right", 1.5),
    )
    rows = tuple(
        (
            name,
            edition.whole(m.dossiers),
            edition.whole(m.responses),
            edition.number(m.value),
            edition.range(m),
        )
        for name, m in named
    )
    return [
        Heading(1, _("KẾT QUẢ THEO LĨNH VỰC"), "fields"),
        Figure(caption, draw(), bars_alt(edition, known), draw(sheet=PHONE)),
        Table(_("Chỉ số hài lòng theo lĩnh vực"), columns, rows),
    ]


def _changes(edition: Edition) -> list[Block]:
    _ = edition.translate
    result = edition.result
    found: list[Block] = [Heading(1, _("SO VỚI ĐỢT TRƯỚC"), "changes")]
    compared = [factor for factor in result.factors if factor.change and factor.measure.interval]
    if result.previous is None or not compared:
        return [*found, Paragraph(_("Không có đợt trước để so sánh, hoặc phiếu hỏi đã thay đổi."))]
    before, now = result.previous.name(edition.language), result.round.name(edition.language)
    caption = edition.at_level(_("Tỷ lệ hài lòng theo yếu tố: đợt trước và đợt này, khoảng tin cậy 95%"))
    draw = partial(
        change_dots,
        [_change_row(edition, factor) for factor in compared],
        title=caption,
        legend=(clean(before), clean(now)),
        column=_("Thay đổi"),
        tones={
            "met": _("tăng rõ rệt"),
            "not_met": _("giảm rõ rệt"),
            "not_enough": _("trong phạm vi sai số"),
        },
        language=edition.language,
    )
    alt = "; ".join(
        f"{_factor_name(edition, factor)}: {edition.change(factor.change)}, {edition.movement(factor.change)}"
        for factor in compared
    )
    text = _(
        "Chỉ so sánh những tiêu chí và yếu tố mà hai đợt hỏi như nhau. Thay đổi chỉ được gọi là tăng hay giảm rõ rệt "
        "khi khó có thể chỉ do ngẫu nhiên (giá trị p hai phía dưới 0,05)."
    )
    figure = Figure(caption, draw(), clean(alt), draw(sheet=PHONE))
    return [*found, Paragraph(text), *reworded(edition), figure]


def _units(edition: Edition) -> list[Block]:
    _ = edition.translate
    target = edition.result.main_target
    found: list[Block] = [Heading(1, _("KẾT QUẢ THEO ĐƠN VỊ"), "units")]
    if target:
        counts = Counter(unit.verdict.outcome for unit in edition.result.units if unit.verdict)
        text = _(
            "Đối chiếu với chỉ tiêu “%(rule)s”: %(met)s đơn vị đạt, %(not_met)s không đạt, %(unclear)s chưa đủ căn cứ "
            "(trong đó %(unknown)s không ước lượng được). "
            "Khoảng tin cậy của nhiều đơn vị chồng lên nhau, nên thứ tự trong hình không phải là xếp hạng; Phụ lục nêu "
            "những hạng mà số liệu cho phép."
        )
        words = {
            "rule": edition.rule(target),
            "met": counts[Outcome.MET],
            "not_met": counts[Outcome.NOT_MET],
            "unknown": sum(1 for unit in edition.result.units if not unit.measure.is_known),
            "unclear": len(edition.result.units) - counts[Outcome.MET] - counts[Outcome.NOT_MET],
        }
        found.append(Paragraph(text % words))
    known = [unit for unit in edition.result.units if unit.measure.is_known]
    found.extend(_unit_figures(edition, known, target))
    found.extend(unit_charts.blocks(edition))
    if unknown := [unit.unit.name for unit in edition.result.units if not unit.measure.is_known]:
        text = _(
            "Không nêu chỉ số của %(count)s đơn vị vì không có phiếu, quá ít phiếu, hoặc để không suy ra được câu trả "
            "lời của ai:"
        )
        found += [Paragraph(text % {"count": len(unknown)}), Bullets(tuple(clean(name) for name in unknown))]
    return found


def _unit_figures(edition: Edition, units: list[UnitResult], target: Target | None) -> list[Block]:
    _ = edition.translate
    caption = edition.at_level(_("Chỉ số hài lòng của các đơn vị (%(first)s–%(last)s), khoảng tin cậy 95%%"))
    tones: dict[Tone, str] = {"met": _("đạt"), "not_met": _("không đạt"), "not_enough": _("chưa đủ căn cứ")}
    rows = [
        Measured(
            clean(unit.unit.name),
            unit.measure.value,
            unit.measure.interval.low,
            unit.measure.interval.high,
            edition.percent(unit.measure.value, 1),
            edition.tone(unit.verdict) if target else "neutral",
        )
        for unit in units
        if unit.measure.interval
    ]
    figures = unit_figures(
        rows,
        target.threshold if target else None,
        target_label(edition, target),
        title=_("Chỉ số hài lòng của các đơn vị"),
        legend=tones if target else {},
        language=edition.language,
    )
    alt = _("Số liệu của từng đơn vị ở bảng trong Phụ lục.")
    return [
        Figure(caption % {"first": figure.first, "last": figure.last}, figure.svg, alt, figure.phone_svg)
        for figure in figures
    ]


def _likert(
    edition: Edition, caption: str, rows: tuple[FactorResult, ...] | tuple[ItemResult, ...]
) -> Figure:
    _ = edition.translate
    definition = edition.result.round.version.definition
    scale = definition.scale_of(definition.items[0])
    legend = {option.code: option.text.in_language(edition.language) for option in scale.options}
    codes = sorted(legend)
    likert = [
        LikertRow(
            _row_name(edition, row),
            tuple(row.shares.get(code, 0.0) for code in codes),
            edition.percent(row.measure.value, 1),
        )
        for row in rows
    ]
    draw = partial(
        likert_bars,
        likert,
        [legend[code] for code in codes],
        title=caption,
        column=_("Hài lòng"),
        language=edition.language,
    )
    alt = bars_alt(edition, [(_row_name(edition, row), row.measure) for row in rows])
    return Figure(caption, draw(), alt, draw(sheet=PHONE))


def _row_name(edition: Edition, row: FactorResult | ItemResult) -> str:
    text = row.section.title if isinstance(row, FactorResult) else row.item.text
    return clean(text.in_language(edition.language))


def _factor_name(edition: Edition, factor: FactorResult) -> str:
    return clean(factor.section.title.in_language(edition.language))


def _change_row(edition: Edition, factor: FactorResult) -> Change:
    name = _factor_name(edition, factor)
    previous = measured(edition, name, factor.previous) if factor.previous else None
    return Change(
        name,
        previous,
        measured(edition, name, factor.measure),
        edition.change(factor.change),
        edition.movement_tone(factor.change),
    )


def _rank(measure: Measure) -> float:
    return measure.value if measure.is_known else -1.0
