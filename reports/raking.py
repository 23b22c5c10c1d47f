"""What raking to the margins of the population did to the weights, or why it could not be done."""

from math import isfinite

from reports.document import Block, Cell, Column, Heading, Paragraph, Table, clean
from reports.edition import Edition, Translate
from reports.formats import Language, count
from survey.core.margins import MARGINS
from survey.core.raking import Raked, RakedMargin, Reason, Refused


def margin_names(translate: Translate) -> dict[str, str]:
    """What margins are called."""
    _ = translate
    return dict(zip(MARGINS, (_("giới tính"), _("nhóm tuổi"), _("kênh nộp hồ sơ")), strict=True))


def refusal(refused: Refused, translate: Translate, language: Language) -> str:
    """Why weights cannot be raked, and what can be done."""
    _ = translate
    sentences = {
        Reason.NO_MARGIN: _(
            "chưa có biên nào dùng được: hãy nạp bảng số hồ sơ có cột giới tính, nhóm tuổi hoặc kênh nộp hồ sơ mà phiếu "
            "của đợt có hỏi."
        ),
        Reason.OTHER_TOTAL: _(
            "biên %(margin)s cộng lại là %(total)s hồ sơ, tổng thể của đợt là %(dossiers)s hồ sơ: hãy nạp lại bảng số hồ "
            "sơ, bỏ các dòng của đơn vị không tham gia đợt."
        ),
        Reason.NO_OPTION: _(
            "biên %(margin)s có loại không trùng phương án nào của phiếu: %(categories)s; hãy ghi các loại này trong bảng "
            "số hồ sơ đúng như phương án của phiếu rồi nạp lại."
        ),
        Reason.NOBODY: _(
            "biên %(margin)s có loại có hồ sơ nhưng không ai trả lời thuộc loại đó: %(categories)s; hãy thu thêm phiếu "
            "của loại đó, hoặc nạp lại bảng số hồ sơ mà không dùng cột này."
        ),
        Reason.UNREACHABLE: _(
            "không trọng số nào khớp được mọi biên cùng lúc với các phiếu đã có; hãy kiểm tra các biên hoặc thu thêm phiếu."
        ),
    }
    names = {
        "margin": margin_names(translate).get(refused.margin, ""),
        "categories": "; ".join(f"“{category}”" for category in refused.categories),
        "total": count(refused.total, language),
        "dossiers": count(refused.dossiers, language),
    }
    return clean(sentences[refused.reason] % names)


def blocks(edition: Edition) -> list[Block]:
    """A part of the credibility page; nothing where the round's settings ask for the weights of the strata alone."""
    _ = edition.translate
    raked = edition.result.raked
    if raked is None:
        return []
    heading = Heading(2, _("Cân chỉnh theo biên của tổng thể"), "raking")
    if isinstance(raked, Refused):
        text = _(
            "Đợt này đặt cân chỉnh trọng số theo biên, nhưng không thực hiện được nên báo cáo dùng trọng số theo hồ sơ của "
            "đơn vị × lĩnh vực. Lý do: %(reason)s"
        )
        return [
            heading,
            Paragraph(clean(text % {"reason": refusal(raked, edition.translate, edition.language)})),
        ]
    return [heading, Paragraph(_done(edition, raked)), *_effect(edition), _table(edition, raked)]


def used(edition: Edition, raked: Raked) -> str:
    """The margins used, in words."""
    names = margin_names(edition.translate)
    return ", ".join(names[margin.margin] for margin in raked.margins)


def _done(edition: Edition, raked: Raked) -> str:
    _ = edition.translate
    text = _(
        "Trọng số theo đơn vị × lĩnh vực được cân chỉnh (raking) để khớp cùng lúc tỷ trọng hồ sơ theo %(margins)s; phép lặp "
        "đã hội tụ. Trọng số của mỗi phiếu được nhân với một hệ số từ %(smallest)s đến %(largest)s; hệ số thiết kế do "
        "trọng số không đều đi từ %(before)s đến %(after)s. Không loại nào được gộp với loại khác."
    )
    names = {
        "margins": used(edition, raked),
        "smallest": edition.decimal(raked.smallest),
        "largest": edition.decimal(raked.largest),
        "before": edition.decimal(raked.effect_before),
        "after": edition.decimal(raked.effect_after),
    }
    return clean(text % names)


def _effect(edition: Edition) -> list[Block]:
    _ = edition.translate
    before, after = edition.result.unraked, edition.result.index
    if before is None or not (before.is_known and after.is_known):
        return []
    text = _(
        "Theo trọng số của đơn vị × lĩnh vực thì chỉ số là %(before)s; sau cân chỉnh là %(after)s, thay đổi %(change)s."
    )
    names = {
        "before": edition.percent(before.value),
        "after": edition.percent(after.value),
        "change": edition.points(after.value - before.value),
    }
    return [Paragraph(text % names)]


def _table(edition: Edition, raked: Raked) -> Table:
    _ = edition.translate
    return Table(
        _("Các biên đã dùng để cân chỉnh trọng số"),
        (
            Column(_("Biên"), width=1.4),
            Column(_("Loại"), width=2.0),
            Column(_("Phiếu"), "right", 0.8),
            Column(_("Tỷ trọng trước cân chỉnh"), "right", 1.2),
            Column(_("Tỷ trọng hồ sơ đã biết"), "right", 1.2),
        ),
        tuple(row for margin in raked.margins for row in _rows(edition, margin)),
        note=_(
            "Tỷ trọng tính trong số người có trả lời. Người không trả lời câu đó, hoặc trả lời loại mà tổng thể không nêu, "
            "giữ nguyên tỷ trọng theo đơn vị × lĩnh vực; những người khác chia nhau phần còn lại theo tỷ trọng đã biết. "
            "Dấu “–”: không có, hoặc được ẩn vì có nhóm quá ít người."
        ),
    )


def _rows(edition: Edition, margin: RakedMargin) -> list[tuple[Cell, ...]]:
    _ = edition.translate
    name = margin_names(edition.translate)[margin.margin]
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            clean(category.option.text.in_language(edition.language)),
            edition.whole(category.responses),
            edition.number(category.before) if isfinite(category.before) else "–",
            edition.number(category.after),
        )
        for category in margin.categories
    ]
    if margin.unsaid:
        rows.append((name, _("không trả lời, không rõ"), edition.whole(margin.unsaid), "–", "–"))
    return rows
