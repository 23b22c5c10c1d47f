"""What looks suspicious and what it changes: rules, flagged units, and the index taken three ways."""

from collections.abc import Mapping

from reports.document import Block, Cell, Column, Heading, Note, Paragraph, Table, clean
from reports.edition import Edition
from survey.core.credibility import Credibility, Way
from survey.core.flags import Rule

NAMED = 20
"""Flagged units named in the report's body; the annex has all."""


def blocks(edition: Edition) -> list[Block]:
    """The index three ways, the rules with what they found, and the units that they point at."""
    trust = edition.result.credibility
    if trust is None:
        return []
    _ = edition.translate
    return [
        Heading(2, _("Phiếu đáng ngờ và ảnh hưởng đến kết luận"), "suspicious"),
        Paragraph(
            _(
                "Các quy tắc sau chỉ gắn cờ để người đọc tự cân nhắc; không phiếu nào bị xóa hay bớt trọng số. Để giữ "
                "ẩn danh, hệ thống chỉ lưu giờ nhận phiếu; về thời gian trả lời chỉ lưu là có nhanh đến mức không kịp đọc "
                "câu hỏi hay không."
            )
        ),
        _three_ways(edition, trust),
        _conclusion(edition, trust),
        _rules(edition, trust),
        *_flagged_units(edition, trust),
    ]


def rule_names(edition: Edition) -> Mapping[Rule, str]:
    """What each rule is called."""
    _ = edition.translate
    return {
        Rule.BURST: _("dồn dập"),
        Rule.NIGHT: _("ban đêm"),
        Rule.HURRIED: _("trả lời quá nhanh"),
        Rule.ALL_SAME: _("một mức từ đầu đến cuối"),
        Rule.MORE_THAN_DOSSIERS: _("nhiều phiếu hơn hồ sơ"),
        Rule.OPEN_ABOVE_VERIFIED: _("phiếu mở cao hơn phiếu đã xác thực"),
    }


def _meanings(edition: Edition) -> Mapping[Rule, str]:
    _ = edition.translate
    return {
        Rule.BURST: _(
            "một quầy trong một giờ có số phiếu mở vượt xa giờ cao điểm của chính quầy đó (Poisson, p < 10⁻⁶)"
        ),
        Rule.NIGHT: _(
            "phiếu mở từ 22 giờ đến 6 giờ nhiều hơn hẳn hai phần trăm số phiếu của đơn vị (nhị thức, p < 10⁻⁶)"
        ),
        Rule.HURRIED: _(
            "phiếu mở gửi khi chưa đủ một giây cho mỗi câu trả lời, nhiều hơn hẳn năm phần trăm số phiếu của đơn vị (nhị "
            "thức, p < 10⁻⁶)"
        ),
        Rule.ALL_SAME: _(
            "mọi tiêu chí cùng một mức, ở đơn vị có tỷ lệ này cao hơn các đơn vị khác trên 5 độ lệch chuẩn"
        ),
        Rule.MORE_THAN_DOSSIERS: _("phiếu mở của tầng có nhiều phiếu hơn hồ sơ"),
        Rule.OPEN_ABOVE_VERIFIED: _(
            "phiếu mở của đơn vị hài lòng hơn phiếu đã xác thực quá mức ngẫu nhiên (Welch, Benjamini–Hochberg 1 %)"
        ),
    }


def _three_ways(edition: Edition, trust: Credibility) -> Table:
    _ = edition.translate
    ways = (
        (_("Mọi phiếu (số chính thức của báo cáo này)"), trust.everybody),
        (_("Bỏ các phiếu bị gắn cờ"), trust.unflagged),
        (_("Chỉ phiếu đã xác thực bằng mã một lần"), trust.verified),
    )
    return Table(
        _("Chỉ số tính theo ba cách"),
        (
            Column(_("Cách tính"), width=2.6),
            Column(_("Phiếu"), "right"),
            Column(_("Chỉ số"), "right"),
            Column(edition.at_level(_("Khoảng tin cậy 95%")), "right", 1.5),
            Column(_("Kết luận"), width=1.3),
        ),
        tuple((name, *_way(edition, way)) for name, way in ways),
        note=_(
            "Dấu “–”: không có phiếu, quá ít phiếu để ước lượng, hoặc được ẩn để không suy ra được câu trả lời của ai."
        )
        + _by_strata(edition, [name for name, way in ways if way.by_strata]),
        is_ordered=True,
    )


def _by_strata(edition: Edition, names: list[str]) -> str:
    """That some ways take other weights than the rest."""
    _ = edition.translate
    text = _(
        " Không cân chỉnh theo biên được vì quá ít phiếu, nên dùng trọng số của đơn vị × lĩnh vực: %(ways)s."
    )
    return text % {"ways": "; ".join(names)} if names else ""


def _way(edition: Edition, way: Way) -> tuple[Cell, ...]:
    measure = way.measure
    known = measure.is_known
    return (
        edition.whole(measure.responses),
        edition.number(measure.value) if known else "–",
        edition.interval(measure),
        edition.outcome(way.verdict) if way.verdict else "–",
    )


def _conclusion(edition: Edition, trust: Credibility) -> Note:
    _ = edition.translate
    if trust.depends:
        return Note(
            _(
                "Kết luận so với chỉ tiêu THAY ĐỔI tùy cách tính: cần xem lại các phiếu bị gắn cờ trước khi dùng."
            )
        )
    if not trust.verified.measure.is_known:
        return Note(
            _("Kết luận không đổi khi bỏ các phiếu bị gắn cờ. Chưa đủ phiếu đã xác thực để tính riêng.")
        )
    return Note(_("Kết luận so với chỉ tiêu không phụ thuộc vào cách tính."))


def _rules(edition: Edition, trust: Credibility) -> Table:
    _ = edition.translate
    names, meanings = rule_names(edition), _meanings(edition)
    rows: list[tuple[Cell, ...]] = [
        (
            names[rule],
            meanings[rule],
            edition.whole(count),
            edition.whole(sum(rule in unit.flagged for unit in trust.units)),
        )
        for rule, count in trust.flagged.items()
    ]
    rows.append(
        (
            _("Ít nhất một cờ"),
            "",
            "–" if trust.any_flagged is None else edition.whole(trust.any_flagged),
            edition.whole(len(trust.suspicious)),
        )
    )
    return Table(
        _("Phiếu bị gắn cờ theo từng quy tắc"),
        (
            Column(_("Quy tắc"), width=1.5),
            Column(_("Nghĩa"), width=3.4),
            Column(_("Phiếu"), "right", 0.8),
            Column(_("Đơn vị"), "right", 0.8),
        ),
        tuple(rows),
        strong=(len(rows) - 1,),
        note=_("Giao muộn (gửi khi có mạng trở lại, tính theo giờ hoàn thành): %(late)s phiếu.")
        % {"late": edition.count(trust.late)}
        + _kept_back(edition, trust),
    )


def _kept_back(edition: Edition, trust: Credibility) -> str:
    """That units with few responses are not named for what they answered, where there are any."""
    _ = edition.translate
    if not any(unit.is_hidden for unit in trust.units):
        return ""
    return " " + _(
        "Hai quy tắc nhìn vào câu trả lời (một mức từ đầu đến cuối; phiếu mở cao hơn phiếu đã xác thực) không nêu tên và "
        "không đếm đơn vị có quá ít phiếu, để không suy ra được câu trả lời của ai."
    )


def _flagged_units(edition: Edition, trust: Credibility) -> list[Block]:
    _ = edition.translate
    if not trust.suspicious:
        return [Paragraph(_("Không đơn vị nào bị gắn cờ."))]
    names = rule_names(edition)
    rows = tuple(
        (
            clean(unit.unit.name),
            "; ".join(f"{names[rule]}: {edition.count(count)}" for rule, count in unit.flagged.items()),
            edition.whole(unit.responses),
            edition.whole(unit.dossiers),
        )
        for unit in trust.suspicious[:NAMED]
    )
    return [
        Table(
            _("Đơn vị bị gắn cờ"),
            (
                Column(_("Đơn vị"), width=2.2),
                Column(_("Cờ và số phiếu"), width=3.0),
                Column(_("Phiếu"), "right"),
                Column(_("Hồ sơ"), "right"),
            ),
            rows,
            note=_("Cờ là lý do để xem lại, không phải bằng chứng gian lận."),
        )
    ]
