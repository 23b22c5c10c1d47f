"""Results by how people answered and who they are."""

from functools import partial

from reports.charts import PHONE, target_bars
from reports.document import Block, Cell, Column, Figure, Heading, Number, Paragraph, Table, clean
from reports.edition import Edition
from reports.measures import bars_alt, measured, target_label
from survey.core.raking import Raked
from survey.core.result import Grouping, RespondentGroup


def blocks(edition: Edition) -> list[Block]:
    """A chart of all groups and a table for each trait; where all answered alike, the sentence that says so."""
    _ = edition.translate
    found: list[Block] = [Heading(1, _("KẾT QUẢ THEO HÌNH THỨC TRẢ LỜI VÀ NGƯỜI TRẢ LỜI"), "groups")]
    shown = [grouping for grouping in edition.result.groupings if _tells_apart(grouping)]
    if edition.steps is not None:
        text = _(
            "Kết quả theo nhóm có khi số liệu đã chốt: trong khi phiếu còn có thể gửi đến, nó có thể để lộ câu trả lời của "
            "một vài người vừa gửi."
        )
        return [*found, Paragraph(text)]
    if not shown:
        text = _(
            "Mọi phiếu đến bằng một hình thức, và phiếu hỏi không hỏi giới tính, độ tuổi hay kênh nộp hồ sơ, nên không "
            "tách được nhóm nào."
        )
        return [*found, Paragraph(text)]
    text = _(
        "Tổng thể không cho biết số hồ sơ của từng nhóm dưới đây. Mỗi phiếu giữ trọng số của tầng (đơn vị × lĩnh vực), "
        "và chỉ số của nhóm là ước lượng cho miền con của mẫu. Nhóm khác nhau có thể vì dùng dịch vụ ở nơi khác nhau; "
        "khoảng tin cậy chồng lên nhau thì chưa nói được nhóm nào hài lòng hơn."
    )
    if isinstance(edition.result.raked, Raked):
        text = _(
            "Chỉ số của nhóm là ước lượng cho miền con của mẫu, theo trọng số đã cân chỉnh (phần “Độ tin cậy”). Nhóm khác "
            "nhau có thể vì dùng dịch vụ ở nơi khác nhau; khoảng tin cậy chồng lên nhau thì chưa nói được nhóm nào hài "
            "lòng hơn."
        )
    return [
        *found,
        Paragraph(text),
        *_figure(edition, shown),
        *(_table(edition, grouping) for grouping in shown),
    ]


def mode_name(edition: Edition, mode: str) -> str:
    """How a response came in, in words."""
    _ = edition.translate
    names = {
        "qr": _("quét mã QR tại quầy"),
        "ticket": _("mã một lần kèm hồ sơ"),
        "kiosk": _("máy tính bảng tại quầy"),
        "screen": _("mã đổi liên tục trên màn hình tại quầy"),
        "paper": _("phiếu giấy nhập lại"),
        "imported": _("nhập từ nguồn khác"),
    }
    return names.get(mode, mode)


def _tells_apart(grouping: Grouping) -> bool:
    return sum(1 for group in grouping.groups if group.measure.responses) > 1


def _figure(edition: Edition, shown: list[Grouping]) -> list[Block]:
    _ = edition.translate
    named = [
        (f"{_title(edition, grouping)}: {_name(edition, grouping, group)}", group.measure)
        for grouping in shown
        for group in grouping.groups
        if group.measure.is_known
    ]
    if not named:
        return []
    target = edition.result.main_target
    caption = edition.at_level(
        _("Chỉ số hài lòng theo hình thức trả lời và nhóm người trả lời, khoảng tin cậy 95%")
    )
    draw = partial(
        target_bars,
        [measured(edition, name, measure) for name, measure in named],
        target.threshold if target else None,
        target_label(edition, target),
        title=caption,
        language=edition.language,
    )
    return [Figure(caption, draw(), bars_alt(edition, named), draw(sheet=PHONE))]


def _table(edition: Edition, grouping: Grouping) -> Table:
    _ = edition.translate
    title = _title(edition, grouping)
    total = sum(group.measure.dossiers for group in grouping.groups)
    is_any_hidden = any(group.measure.is_hidden for group in grouping.groups)
    return Table(
        clean(_("Chỉ số hài lòng: %(trait)s") % {"trait": title[:1].lower() + title[1:]}),
        (
            Column(title, width=2.4),
            Column(_("Phiếu"), "right"),
            Column(_("Tỷ trọng gia quyền"), "right", 1.2),
            Column(_("Chỉ số"), "right"),
            Column(edition.at_level(_("Khoảng tin cậy 95%")), "right", 1.5),
        ),
        tuple(
            (
                _name(edition, grouping, group),
                edition.whole(group.measure.responses),
                _share(edition, group, total, is_any_hidden=is_any_hidden),
                edition.number(group.measure.value),
                edition.range(group.measure),
            )
            for group in grouping.groups
        ),
        note=_(
            "Dấu “–”: không có phiếu, quá ít phiếu để ước lượng, hoặc được ẩn để không suy ra được câu trả lời của ai."
        )
        if any(not group.measure.is_known for group in grouping.groups)
        else "",
    )


def _share(edition: Edition, group: RespondentGroup, total: int, *, is_any_hidden: bool) -> Cell:
    """Which share of the dossiers a group stands for; with a hidden group the others' shares would tell its own."""
    if is_any_hidden or not total:
        return "–"
    share = group.measure.dossiers / total
    return Number(share, edition.percent(share, 1))


def _title(edition: Edition, grouping: Grouping) -> str:
    _ = edition.translate
    if grouping.question is None:
        return _("Hình thức trả lời")
    return clean(grouping.question.text.in_language(edition.language))


def _name(edition: Edition, grouping: Grouping, group: RespondentGroup) -> str:
    _ = edition.translate
    if grouping.question is None:
        return mode_name(edition, group.key)
    text = grouping.text_of(group)
    return clean(text.in_language(edition.language)) if text else _("không trả lời câu này")
