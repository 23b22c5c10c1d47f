"""The plan's other targets and other measures of satisfaction: reported by their owners, kept apart from the index."""

from reports import formats
from reports.document import Block, Cell, Column, Heading, Note, Number, Paragraph, Table, clean
from reports.edition import Edition
from reports.reported_words import Words
from survey.core.reported import OtherMeasure, ReportedMeasure, ReportedTarget
from survey.core.target import Group, Unit

ORDER = (
    Group.PROCESS,
    Group.DIGITAL,
    Group.INDEX,
    Group.SATISFACTION,
    Group.MANAGEMENT,
    Group.FINANCE,
)


def blocks(edition: Edition) -> list[Block]:
    """Both parts; nothing where the plan asks for nothing else and no other measure was entered."""
    _ = edition.translate
    reported = edition.reported
    measures = [one for one in reported.measures if one.figure] if reported else []
    if reported is None or not (reported.targets or measures):
        return []
    return [
        Heading(1, _("CHỈ TIÊU KHÁC CỦA KẾ HOẠCH VÀ SỐ ĐO KHÁC"), "plan-figures"),
        *_targets(edition, reported.targets),
        *_measures(edition, measures),
    ]


def _targets(edition: Edition, targets: tuple[ReportedTarget, ...]) -> list[Block]:
    _ = edition.translate
    sheet = edition.result.sheet
    if not targets or sheet is None:
        return []
    entered = sum(1 for one in targets if one.figure)
    text = _(
        "Khảo sát không đo những chỉ tiêu sau của “%(plan)s”. Số liệu do cơ quan báo cáo kèm nguồn, so với đúng dấu so sánh "
        "của kế hoạch, và không tính vào chỉ số hài lòng. Đã báo cáo %(entered)s trong %(all)s chỉ tiêu."
    )
    names = {"plan": sheet.plan, "entered": edition.count(entered), "all": edition.count(len(targets))}
    groups = [(group, [one for one in targets if one.target.group is group]) for group in ORDER]
    return [
        Heading(2, _("Chỉ tiêu không đo bằng khảo sát"), "plan-targets"),
        Paragraph(clean(text % names)),
        *(_target_table(edition, group, some) for group, some in groups if some),
    ]


def _target_table(edition: Edition, group: Group, targets: list[ReportedTarget]) -> Table:
    _ = edition.translate
    words = Words(edition.language, edition.translate)
    return Table(
        _("Chỉ tiêu của kế hoạch: %(group)s") % {"group": words.group(group)},
        (
            Column(_("Chỉ tiêu"), width=2.6),
            Column(_("Yêu cầu"), width=1.3),
            Column(_("Báo cáo"), "right", 0.9),
            Column(_("Kết luận"), width=1.1),
            Column(_("Nguồn"), width=2.4),
        ),
        tuple(
            (
                _sentence(edition, one),
                words.rule(one.target),
                _amount(words, one),
                words.standing(one.standing),
                _source(edition, one),
            )
            for one in targets
        ),
        is_ordered=True,
    )


def _sentence(edition: Edition, one: ReportedTarget) -> str:
    note = one.target.note
    said = f" ({note.in_language(edition.language)})" if note else ""
    return clean(f"{formats.opening(one.target.sentence)}{said}")


def _amount(words: Words, one: ReportedTarget) -> Cell:
    if one.figure is None:
        return "–"
    text = words.amount(one.figure.value, one.target.unit)
    if one.target.unit is Unit.PERCENT:
        return Number(float(one.figure.value.scaleb(-2)), text)
    return Number(float(one.figure.value), text, "count")


def _source(edition: Edition, one: ReportedTarget | ReportedMeasure) -> str:
    _ = edition.translate
    if one.figure is None:
        return "–"
    names = {"source": one.figure.source, "day": formats.day(one.figure.dated)}
    return clean(_("%(source)s, ngày %(day)s") % names)


def _measures(edition: Edition, measures: list[ReportedMeasure]) -> list[Block]:
    _ = edition.translate
    if not measures:
        return []
    words = Words(edition.language, edition.translate)
    own: tuple[Cell, ...] = (
        _("Khảo sát này: %(round)s") % {"round": clean(edition.result.round.name(edition.language))},
        str(edition.result.round.ends_on.year),
        edition.number(edition.result.index.value),
        _("Phần trên của báo cáo này"),
        _("Người vừa làm thủ tục tại cơ quan, tự chọn trả lời; có trọng số theo hồ sơ."),
    )
    rows = [own]
    for one in measures:
        if one.figure is not None:
            year = str(one.figure.year) if one.figure.year else "–"
            why = words.difference(one.measure)
            rows.append((words.measure(one.measure), year, _measured(words, one), _source(edition, one), why))
    return [
        Heading(2, _("Số đo hài lòng khác"), "other-measures"),
        Table(
            _("Khảo sát này bên cạnh các số đo hài lòng khác"),
            (
                Column(_("Số đo"), width=1.9),
                Column(_("Năm"), "right", 0.5),
                Column(_("Giá trị"), "right", 0.9),
                Column(_("Nguồn"), width=1.5),
                Column(_("Đo cái gì, khác khảo sát này ở đâu"), width=2.6),
            ),
            tuple(rows),
            is_ordered=True,
        ),
        Note(
            _(
                "Các số trong bảng này đo những điều khác nhau. Không cộng, không lấy trung bình, không đặt chung một đường "
                "xu hướng; số cao hơn không có nghĩa là phục vụ tốt hơn."
            )
        ),
    ]


def _measured(words: Words, one: ReportedMeasure) -> Cell:
    if one.figure is None:
        return "–"
    text = words.measured(one.measure, one.figure.value)
    if one.measure is OtherMeasure.POINTS_61:
        return text  # points have decimals, which no unit of a cell has
    return Number(float(one.figure.value.scaleb(-2)), text)
