"""The index over the rounds: a picture, the numbers behind it, and where the line breaks."""

from functools import partial

from reports.charts import PHONE, Measured, TrendMark, trend_line
from reports.document import Block, Cell, Column, Figure, Heading, Paragraph, Table, clean
from reports.edition import Edition
from reports.measures import measured, target_label
from survey.core.trend import TrendPoint


def blocks(edition: Edition) -> list[Block]:
    """A section of the report; nothing without an earlier round that has an index."""
    _ = edition.translate
    points = edition.result.trend
    if not any(point.index.is_known for point in points[:-1]):
        return []
    text = _(
        "Đường nối hai đợt liền nhau chỉ khi phiếu hỏi như nhau hoặc khác nhau về câu chữ mà đã được xác nhận là cùng "
        "nghĩa; nếu không thì đường bị ngắt và hai đợt không so sánh được. Chỉ số mỗi đợt được tính lại từ phiếu gốc."
    )
    found: list[Block] = [Heading(2, _("Chỉ số qua các đợt"), "trend"), Paragraph(text)]
    if len({point.round.settings.weights for point in points}) > 1:
        found.append(
            Paragraph(_("Các đợt này không cùng cách gia quyền, nên thay đổi gồm cả phần do cách tính."))
        )
    return [*found, _figure(edition, points), _table(edition, points)]


def _figure(edition: Edition, points: tuple[TrendPoint, ...]) -> Figure:
    _ = edition.translate
    target = edition.result.main_target
    caption = edition.at_level(_("Chỉ số hài lòng chung qua các đợt, khoảng tin cậy 95% và chỉ tiêu"))
    draw = partial(
        trend_line,
        [TrendMark(_mark(edition, point), point.index.is_known, point.joins) for point in points],
        target.threshold if target else None,
        target_label(edition, target),
        title=caption,
        broken=_("đường bị ngắt: phiếu hỏi đã thay đổi, không so sánh được"),
        language=edition.language,
    )
    alt = "; ".join(
        f"{point.round.name(edition.language)}: {edition.percent(point.index.value)}, {_joined(edition, points, at)}"
        for at, point in enumerate(points)
    )
    return Figure(caption, draw(), clean(alt), draw(sheet=PHONE))


def _mark(edition: Edition, point: TrendPoint) -> Measured:
    return measured(edition, point.round.name(edition.language), point.index)


def _table(edition: Edition, points: tuple[TrendPoint, ...]) -> Table:
    _ = edition.translate
    rows: list[tuple[Cell, ...]] = [
        (
            clean(point.round.name(edition.language)),
            edition.whole(point.index.responses),
            edition.number(point.index.value) if point.index.is_known else "–",
            edition.range(point.index),
            _joined(edition, points, at),
        )
        for at, point in enumerate(points)
    ]
    return Table(
        _("Chỉ số hài lòng chung qua các đợt"),
        (
            Column(_("Đợt khảo sát"), width=2.2),
            Column(_("Phiếu"), "right", 0.9),
            Column(_("Chỉ số"), "right", 1.2),
            Column(edition.at_level(_("Khoảng tin cậy 95%")), "right", 1.7),
            Column(_("Với đợt liền trước"), width=1.7),
        ),
        tuple(rows),
        note=_("Dấu “–”: không có phiếu hoặc quá ít phiếu để ước lượng."),
        is_ordered=True,
    )


def _joined(edition: Edition, points: tuple[TrendPoint, ...], at: int) -> str:
    """How a round goes on from the one before it."""
    _ = edition.translate
    if at == 0:
        return _("đợt đầu của đường")
    return _("so sánh được") if points[at].joins else _("đường bị ngắt: phiếu hỏi đã thay đổi")
