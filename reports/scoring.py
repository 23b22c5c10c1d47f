"""What the questionnaire's scoring rule is called, and the figures that it wants beside the index."""

from reports.document import Block, Cell, Column, Heading, Number, Paragraph, Table, clean
from reports.edition import Edition
from reports.formats import decimal
from survey.core.measure import FurtherResult


def index_name(edition: Edition) -> str:
    """The index with how it is made."""
    _ = edition.translate
    names = {
        "mean": _("Chỉ số chung (trung bình các tiêu chí)"),
        "pooled": _("Chỉ số chung (mọi câu trả lời gộp lại)"),
        "parts": _("Chỉ số chung (trung bình có trọng số các phần)"),
    }
    return names[_index(edition)]


def index_rule(edition: Edition) -> str:
    """How items become factors and the index, as a sentence."""
    _ = edition.translate
    sentences = {
        "mean": _(
            "Tỷ lệ của tiêu chí là tỷ số hai tổng có trọng số; yếu tố và chỉ số chung là trung bình cộng tỷ lệ "
            "của các tiêu chí."
        ),
        "pooled": _(
            "Tỷ lệ của tiêu chí, của yếu tố và chỉ số chung đều là tỷ số hai tổng có trọng số: giá trị của mọi câu "
            "trả lời hợp lệ chia cho số câu trả lời hợp lệ."
        ),
        "parts": _(
            "Tỷ lệ của tiêu chí là tỷ số hai tổng có trọng số; yếu tố và phần là trung bình cộng tỷ lệ của các tiêu "
            "chí; chỉ số chung là trung bình có trọng số của các phần."
        ),
    }
    return sentences[_index(edition)]


def level_rule(edition: Edition) -> str:
    """What an answer is worth, in words."""
    _ = edition.translate
    definition = edition.result.round.version.definition
    if definition.scoring.rule == "points":
        return _("điểm trung bình chia cho %(points)s điểm tối đa") % {
            "points": definition.scoring.max_points
        }
    scale = definition.scale_of(definition.items[0])
    names = [
        f"“{option.text.in_language(edition.language)}”"
        for option in scale.options
        if option.code in definition.scoring.satisfied
    ]
    return _("tỷ lệ chọn %(levels)s trên số câu trả lời hợp lệ") % {"levels": ", ".join(names)}


def further_figures(edition: Edition) -> list[Block]:
    """The parts of a weighted index and the figures beside it; nothing where the questionnaire wants none."""
    _ = edition.translate
    rows = [*_part_rows(edition), *(_further_row(edition, one) for one in edition.result.further)]
    if not rows:
        return []
    columns = (
        Column(_("Số đo"), width=3.0),
        Column(_("Giá trị"), "right"),
        Column(edition.at_level(_("Khoảng tin cậy 95%")), "right"),
    )
    return [
        Heading(2, _("Các số đo khác theo quy tắc của phiếu"), "further"),
        Table(_("Các số đo khác theo quy tắc của phiếu"), columns, tuple(rows), is_ordered=True),
    ]


def reworded(edition: Edition) -> list[Block]:
    """Which items are compared only because somebody declared their rewording editorial."""
    _ = edition.translate
    if not edition.result.reworded:
        return []
    names = "; ".join(f"“{item.text.in_language(edition.language)}”" for item in edition.result.reworded)
    text = _(
        "Các tiêu chí sau đã sửa câu chữ so với đợt trước và vẫn được so sánh vì đơn vị khai báo là không đổi nghĩa: "
        "%(items)s."
    )
    return [Paragraph(clean(text % {"items": names}))]


def _index(edition: Edition) -> str:
    return edition.result.round.version.definition.scoring.index or "mean"


def _part_rows(edition: Edition) -> list[tuple[Cell, ...]]:
    _ = edition.translate
    return [
        (
            clean(
                _("%(part)s (trọng số %(weight)s%%)")
                % {"part": one.part.title.in_language(edition.language), "weight": one.part.weight}
            ),
            edition.number(one.measure.value),
            edition.range(one.measure),
        )
        for one in edition.result.parts
    ]


def _further_row(edition: Edition, one: FurtherResult) -> tuple[Cell, ...]:
    _ = edition.translate
    if one.name == "all_satisfied":
        name = _("Hài lòng toàn diện: tỷ lệ người hài lòng ở mọi câu đã trả lời")
        return name, edition.number(one.measure.value), edition.range(one.measure)
    name = _("Điểm trung bình (tối đa %(most)s)") % {"most": one.most}
    interval = one.measure.interval
    if interval is None:
        return name, "–", "–"
    low, high = (decimal(bound * one.most, edition.language, 2) for bound in (interval.low, interval.high))
    value = one.measure.value * one.most
    return name, Number(value, decimal(value, edition.language, 2)), f"{low} – {high}"
