"""What to mend first: importance against room to rise, with what must be said beside it."""

from collections.abc import Sequence
from functools import partial

from reports.charts import PHONE, Point, priority_map
from reports.document import Block, Bullets, Cell, Column, Figure, Heading, Number, Paragraph, Table, clean
from reports.edition import Edition
from survey.core.raking import Raked
from survey.core.result import Attention, ItemResult, Pressing
from survey.statistics.drivers import Caution

FIRST = 3


def first(edition: Edition) -> list[Pressing]:
    """The factors to look at first; empty where there is no honest order."""
    found = edition.result.attention
    return [one for one in found.order if one.gain > 0][:FIRST] if found else []


def first_items(edition: Edition) -> list[ItemResult]:
    """The lowest item of each of these factors; the lowest of all where there is no honest order."""
    by_code = {item.item.code: item for item in edition.result.items}
    return [by_code[one.items[0]] for one in first(edition)] or list(edition.result.weakest[:FIRST])


def advice(edition: Edition) -> list[str]:
    """The factors to look at first, a sentence each; the lowest items where there is no honest order."""
    items = first_items(edition)
    told = [_sentence(edition, one, item) for one, item in zip(first(edition), items, strict=False)]
    return told or _lowest(edition, items)


def blocks(edition: Edition) -> list[Block]:
    """The order of the factors with its uncertainty; empty where there is no honest order."""
    _ = edition.translate
    found = edition.result.attention
    if found is None:
        return []
    text = _(
        "Tầm quan trọng cho biết điểm hài lòng của người trả lời cao thấp theo yếu tố ấy nhiều hay ít, so với các yếu tố "
        "khác (%(respondents)s phiếu). Dư địa là mức tăng của chỉ số nếu các tiêu chí dưới mức chung của yếu tố ấy lên bằng "
        "mức chung. Yếu tố có tích của hai số lớn hơn thì xếp trước."
    )
    names = {"respondents": edition.count(found.respondents)}
    return [
        Heading(2, _("Nên cải thiện yếu tố nào trước"), "priorities"),
        Paragraph(text % names),
        _map(edition, found),
        _table(edition, found),
        Bullets((*(_caution(edition, caution) for caution in found.cautions), *_by_strata(edition))),
    ]


def _by_strata(edition: Edition) -> tuple[str, ...]:
    """That the order goes by other weights than the index, where it does."""
    _ = edition.translate
    if not isinstance(edition.result.raked, Raked):
        return ()
    return (
        _(
            "Thứ tự, tầm quan trọng và dư địa tính theo trọng số của đơn vị × lĩnh vực, chưa cân chỉnh theo biên, nên có "
            "thể lệch ít nhiều so với chỉ số và tỷ lệ đã in."
        ),
    )


def _sentence(edition: Edition, one: Pressing, lowest: ItemResult) -> str:
    _ = edition.translate
    text = _("%(factor)s (chỉ số có thể thêm %(gain)s): thấp nhất là “%(item)s” (%(share)s).")
    names = {
        "factor": one.section.title.in_language(edition.language),
        "gain": edition.points(one.gain).removeprefix("+"),
        "item": lowest.item.text.in_language(edition.language).rstrip("."),
        "share": edition.percent(lowest.measure.value),
    }
    return clean(text % names)


def _lowest(edition: Edition, items: Sequence[ItemResult]) -> list[str]:
    return [
        clean(
            f"{item.item.text.in_language(edition.language).rstrip('.')}: {edition.percent(item.measure.value)}."
        )
        for item in items
    ]


def _map(edition: Edition, found: Attention) -> Figure:
    _ = edition.translate
    caption = _("Tầm quan trọng và dư địa của từng yếu tố")
    points = [
        Point(str(place), one.importance, one.gain, clean(one.section.title.in_language(edition.language)))
        for place, one in enumerate(found.order, start=1)
    ]
    draw = partial(
        priority_map,
        points,
        title=caption,
        across=_("Tầm quan trọng"),
        up=_("Dư địa (điểm %)"),
        language=edition.language,
    )
    alt = "; ".join(
        f"{point.label}. {point.name}: {edition.percent(point.x, 0)}, {edition.points(point.y)}"
        for point in points
    )
    return Figure(caption, draw(), clean(alt), draw(sheet=PHONE))


def _table(edition: Edition, found: Attention) -> Table:
    _ = edition.translate
    rows: list[tuple[Cell, ...]] = [
        (
            Number(float(place), str(place), "count"),
            clean(one.section.title.in_language(edition.language)),
            edition.number(one.importance),
            edition.number(one.importance_error),
            Number(one.gain, edition.points(one.gain), "points"),
            _("chưa phân biệt được với yếu tố liền trên") if one.tied else "",
        )
        for place, one in enumerate(found.order, start=1)
    ]
    return Table(
        _("Thứ tự nên cải thiện"),
        (
            Column(_("Thứ tự"), "right", 0.7),
            Column(_("Yếu tố"), width=2.4),
            Column(_("Tầm quan trọng"), "right"),
            Column(_("Sai số chuẩn"), "right"),
            Column(_("Dư địa"), "right", 1.1),
            Column(_("Nhận định"), width=1.6),
        ),
        tuple(rows),
        note=_("Tầm quan trọng tính bằng phân rã Shapley của hệ số xác định R² = %(explained)s.")
        % {"explained": edition.percent(found.explained, 0)},
    )


def _caution(edition: Edition, caution: Caution) -> str:
    _ = edition.translate
    words = {
        Caution.ASSOCIATION: _(
            "Cao thấp cùng nhau chưa phải là nguyên nhân: thứ tự chỉ ra nơi nên xem trước, không bảo đảm chỉ số sẽ tăng đúng "
            "như thế."
        ),
        Caution.PART_OF_WHOLE: _(
            "Điểm chung được tính từ chính các yếu tố này, nên tầm quan trọng chỉ nói mỗi yếu tố góp bao nhiêu vào "
            "chênh lệch giữa những người trả lời."
        ),
        Caution.FEW_RESPONDENTS: _("Chưa tới 30 phiếu cho mỗi yếu tố: thứ tự phần lớn là ngẫu nhiên."),
        Caution.LEFT_OUT: _(
            "Hơn một phần mười số phiếu không trả lời đủ các yếu tố và không được dùng ở đây."
        ),
        Caution.NOT_SEPARATE: _("Chưa phân biệt được hai yếu tố đứng đầu về tầm quan trọng."),
    }
    return words[caution]
