"""Annexes: every unit, and every stratum that had to be named."""

from reports import strata, unit_charts
from reports.document import Block, Cell, Column, Heading, PageBreak, Range, Table, clean
from reports.edition import Edition
from survey.core.raking import Raked
from survey.core.result import UnitResult
from survey.core.unit_history import Break
from survey.core.weighting import Stratum

ANCHOR = "annex"
"""Of the heading under which all annexes stand."""


def blocks(edition: Edition) -> list[Block]:
    """The table of units, then the named strata where there are any."""
    _ = edition.translate
    weighting = edition.result.weighting
    found: list[Block] = [PageBreak(), Heading(1, _("PHỤ LỤC"), ANCHOR), _units(edition)]
    if any(unit.lineage for unit in edition.result.units):
        found.append(_trends(edition))
    found.extend(unit_charts.annex(edition))
    found.extend(strata.annex(edition))
    if weighting.merged:
        found.append(_merged(edition, weighting.merged))
    return found


def _units(edition: Edition) -> Table:
    _ = edition.translate
    target = edition.result.main_target
    caption = _("Chỉ số hài lòng của từng đơn vị")
    if target:
        caption = _("Chỉ số hài lòng của từng đơn vị và kết luận theo chỉ tiêu “%(rule)s”") % {
            "rule": edition.rule(target)
        }
    return Table(
        caption,
        (
            Column(_("Đơn vị"), width=2.8),
            Column(_("Hồ sơ"), "right", 0.9),
            Column(_("Phiếu"), "right", 0.8),
            Column(_("Chỉ số"), "right", 1.0),
            Column(edition.at_level(_("Khoảng tin cậy 95%")), "right", 1.6),
            Column(_("Hạng có thể"), "right", 0.9),
            Column(_("Kết luận"), width=1.4),
        ),
        tuple(
            (
                clean(unit.unit.name),
                edition.whole(unit.measure.dossiers),
                edition.whole(unit.measure.responses),
                edition.number(unit.measure.value) if unit.measure.is_known else "–",
                edition.range(unit.measure),
                _ranks(edition, unit),
                edition.outcome(unit.verdict) if target else "–",
            )
            for unit in edition.result.units
        ),
        note=_(
            "Hạng có thể: từ hạng tốt nhất đến hạng kém nhất mà số liệu cho phép, đúng cùng lúc cho mọi đơn vị với độ tin "
            "cậy 95%. Hai đơn vị có khoảng hạng chồng lên nhau thì không xếp được trên dưới. Dấu “–”: không có phiếu, "
            "quá ít phiếu để ước lượng, hoặc được ẩn để không suy ra được câu trả lời của ai."
        )
        + _not_independent(edition),
    )


def _not_independent(edition: Edition) -> str:
    """What raking does to ranks, which are worked out as if each unit's estimate stood alone."""
    _ = edition.translate
    if not isinstance(edition.result.raked, Raked):
        return ""
    return " " + _(
        "Trọng số cân chỉnh theo biên chung làm ước lượng của các đơn vị phụ thuộc nhau đôi chút; hạng có thể được tính "
        "như khi chúng độc lập."
    )


def _ranks(edition: Edition, unit: UnitResult) -> Cell:
    if unit.ranks is None:
        return "–"
    best, worst = unit.ranks.best, unit.ranks.worst
    text = edition.count(best) if best == worst else f"{edition.count(best)}–{edition.count(worst)}"
    return Range(best, worst, text, "count")


def _trends(edition: Edition) -> Table:
    """Each unit's change since the round before, or why there is none."""
    _ = edition.translate
    previous = edition.result.previous
    name = previous.name(edition.language) if previous else ""
    return Table(
        _("Thay đổi của từng đơn vị so với %(round)s") % {"round": name},
        (
            Column(_("Đơn vị"), width=2.4),
            Column(_("Kỳ trước"), "right", 0.9),
            Column(_("Kỳ này"), "right", 0.9),
            Column(_("Thay đổi"), "right", 1.0),
            Column(_("Nhận xét"), width=2.4),
        ),
        tuple(
            (
                clean(unit.unit.name),
                edition.number(unit.previous.value) if unit.previous and unit.previous.is_known else "–",
                edition.number(unit.measure.value) if unit.measure.is_known else "–",
                edition.shift(unit.change),
                _remark(edition, unit),
            )
            for unit in edition.result.units
        ),
        note=_(
            "Đơn vị sáp nhập được tính lại từ phiếu gốc của các đơn vị cũ. Đơn vị chia tách được so với phiếu của "
            "cả đơn vị cũ theo tỷ lệ hồ sơ, vì không biết phiếu nào thuộc phần nào."
        )
        + _split_by_strata(edition),
    )


def _split_by_strata(edition: Edition) -> str:
    """That parts of split units go by other weights than the rest, where there are any."""
    _ = edition.translate
    previous, units = edition.result.previous, edition.result.units
    is_raked = previous is not None and previous.settings.weights == "raked"
    if not is_raked or all(
        unit.lineage is None or unit.lineage.broken or unit.lineage.is_whole for unit in units
    ):
        return ""
    return " " + _("Kỳ trước của đơn vị chia tách tính theo trọng số chưa cân chỉnh theo biên.")


def _remark(edition: Edition, unit: UnitResult) -> str:
    _ = edition.translate
    if unit.lineage is None:
        return "–"
    if unit.lineage.broken is not None:
        reasons = {
            Break.NEW: _("chuỗi bị ngắt: đơn vị mới"),
            Break.SHARE_UNKNOWN: _("chuỗi bị ngắt: chia tách không rõ tỷ lệ"),
            Break.WITHIN_PERIOD: _("chuỗi bị ngắt: đơn vị thay đổi giữa kỳ"),
        }
        return reasons[unit.lineage.broken]
    words = (
        [edition.movement(unit.change)] if unit.change else [_("quá ít phiếu hoặc được ẩn, không so sánh")]
    )
    if len(unit.lineage.parts) > 1:
        words.append(_("tính lại từ %(count)s đơn vị cũ") % {"count": len(unit.lineage.parts)})
    if not unit.lineage.is_whole:
        words.append(_("theo tỷ lệ hồ sơ"))
    return "; ".join(words)


def _merged(edition: Edition, merged: tuple[Stratum, ...]) -> Table:
    _ = edition.translate
    return Table(
        _("Tầng không có phiếu được tính theo lĩnh vực nhiều phiếu nhất của cùng đơn vị"),
        (
            Column(_("Đơn vị"), width=2.5),
            Column(_("Lĩnh vực"), width=2.0),
            Column(_("Hồ sơ"), "right"),
            Column(_("Phiếu"), "right"),
        ),
        tuple(
            (
                clean(s.unit.name),
                clean(s.field.name(edition.language)),
                edition.whole(s.dossiers),
                edition.whole(s.responses),
            )
            for s in merged
        ),
    )
