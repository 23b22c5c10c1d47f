"""How it was computed, in plain words: enough for a statistician to do it again."""

from reports.document import Block, Bullets, Column, Heading, Number, Paragraph, Table, clean
from reports.edition import Edition
from reports.raking import used
from reports.scoring import index_rule, level_rule
from survey.core.raking import Raked
from survey.statistics.design import LonelyRule
from survey.statistics.interval import IntervalMethod
from survey.statistics.simulated_coverage import DRAWS, UNITS


def blocks(edition: Edition) -> list[Block]:
    """Scoring rule, weights, variance, interval, verdict, and the rules for poor strata."""
    _ = edition.translate
    scoring = edition.result.round.version.definition.scoring
    names = {"rule": level_rule(edition), "source": scoring.provenance.in_language(edition.language)}
    return [
        Heading(1, _("PHƯƠNG PHÁP"), "method"),
        Paragraph(clean(_("Cách tính điểm: %(rule)s (%(source)s).") % names)),
        _estimation(edition),
        Heading(2, _("Quy tắc cho tầng thiếu phiếu"), "method-strata"),
        _poor_strata(edition),
        Heading(2, _("Khoảng tin cậy đáng tin đến đâu"), "method-coverage"),
        _coverage(edition),
    ]


def _estimation(edition: Edition) -> Bullets:
    _ = edition.translate
    return Bullets(
        (
            _(
                "Tầng là đơn vị × lĩnh vực. Trọng số của mỗi phiếu trong tầng bằng số hồ sơ chia cho số phiếu (N/n)."
            ),
            *_raking(edition),
            index_rule(edition),
            _(
                "Sai số chuẩn tính bằng tuyến tính hóa Taylor theo tầng, có hiệu chỉnh tổng thể hữu hạn (1 − n/N)."
            ),
            edition.at_level(_interval(edition)),
            _(
                "Kết luận: “đạt” khi cả khoảng tin cậy thỏa chỉ tiêu, “không đạt” khi cả khoảng không thỏa, còn lại "
                "là “chưa đủ căn cứ”. So sánh bằng giá trị chưa làm tròn; “trên” và “từ … trở lên” khác nhau."
            ),
        )
    )


def _raking(edition: Edition) -> tuple[str, ...]:
    _ = edition.translate
    raked = edition.result.raked
    if not isinstance(raked, Raked):
        return ()
    text = _(
        "Trọng số được cân chỉnh (raking, Deming–Stephan) theo %(margins)s. Phương sai tính trên phần dư của hồi quy theo "
        "các biên; phần dư của người không trả lời một biên lấy theo trung bình của biên đó. Thứ tự yếu tố nên xem trước "
        "tính theo trọng số chưa cân chỉnh."
    )
    return (text % {"margins": used(edition, raked)},)


def _interval(edition: Edition) -> str:
    _ = edition.translate
    words = {
        IntervalMethod.LOGIT: _(
            "Khoảng tin cậy 95% tính trên thang logit với phân vị t; khi mọi câu trả lời như nhau dùng "
            "khoảng Clopper–Pearson, không in “±0”."
        ),
        IntervalMethod.WILSON: _(
            "Khoảng tin cậy 95% tính theo Wilson với cỡ mẫu hiệu dụng và phân vị t; khi mọi câu trả lời như nhau "
            "dùng khoảng Clopper–Pearson, không in “±0”."
        ),
        IntervalMethod.T: _(
            "Khoảng tin cậy 95% là ước lượng cộng trừ phân vị t nhân sai số chuẩn; khi mọi câu trả lời như nhau "
            "dùng khoảng Clopper–Pearson, không in “±0”."
        ),
    }
    return words[edition.result.round.settings.interval]


def _empty(edition: Edition) -> str:
    _ = edition.translate
    if edition.result.round.settings.empty_strata == "merged":
        return _(
            "Tầng có hồ sơ nhưng không có phiếu: hồ sơ được cộng vào tầng có nhiều phiếu nhất của cùng đơn vị; nêu tên. "
            "Đơn vị không có phiếu nào thì không suy diễn và trừ vào độ phủ."
        )
    return _("Tầng có hồ sơ nhưng không có phiếu: không suy diễn; nêu tên và trừ vào độ phủ.")


def _lonely(edition: Edition) -> str:
    _ = edition.translate
    words = {
        LonelyRule.ADJUST: _(
            "Tầng chỉ có một phiếu: giữ nguyên trọng số; phần phương sai tính theo khoảng cách tới trung bình "
            "chung (quy tắc thận trọng)."
        ),
        LonelyRule.AVERAGE: _(
            "Tầng chỉ có một phiếu: giữ nguyên trọng số; phần phương sai lấy bằng trung bình của các tầng khác."
        ),
        LonelyRule.REMOVE: _(
            "Tầng chỉ có một phiếu: giữ nguyên trọng số; không tính phần phương sai của tầng, nên sai số có thể thấp "
            "hơn thực tế."
        ),
    }
    return words[edition.result.round.settings.lonely]


def _poor_strata(edition: Edition) -> Bullets:
    _ = edition.translate
    return Bullets(
        (
            _empty(edition),
            _lonely(edition),
            _(
                "Tầng có phiếu nhiều hơn hồ sơ: giữ tỷ trọng hồ sơ, nêu tên, không hiệu chỉnh tổng thể hữu hạn."
            ),
            _("Phiếu thuộc tầng không có hồ sơ: đếm riêng, không dùng để ước lượng."),
        )
    )


def _coverage(edition: Edition) -> Table:
    _ = edition.translate
    caption = _(
        "Tỷ lệ khoảng tin cậy 95%% của chỉ số chứa giá trị thật trong %(draws)s đợt mô phỏng có cụm và có người "
        "không trả lời; chỉ xét yếu tố ngẫu nhiên"
    )
    return Table(
        caption % {"draws": edition.count(DRAWS)},
        (
            Column(_("Phiếu của đơn vị"), "right"),
            Column(_("Chứa giá trị thật"), "right"),
            Column(_("Biên sai số"), "right"),
            Column(_("Không có khoảng tin cậy"), "right"),
        ),
        tuple(
            (
                edition.whole(unit.responses),
                Number(unit.held, edition.percent(unit.held, 1)),
                Number(unit.margin, f"± {edition.percent(unit.margin, 1)}"),
                Number(unit.without, edition.percent(unit.without, 1)),
            )
            for unit in UNITS
        ),
    )
