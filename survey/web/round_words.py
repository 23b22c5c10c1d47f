"""Rounds in words: where they stand, and what each setting of estimation does."""

from collections.abc import Mapping

from flask_babel import gettext as _

from survey.core.estimation_settings import CONFIDENCE_PERCENTS, PLANNED_MARGINS
from survey.core.round import State
from survey.core.round_period import Kind
from survey.statistics.design import LonelyRule
from survey.statistics.interval import IntervalMethod


def state_name(state: State) -> str:
    """Where a round stands, in a word or two."""
    words: dict[State, str] = {
        State.DRAFT: _("đang lập"),
        State.PLANNED: _("đã hẹn giờ mở"),
        State.OPEN: _("đang mở"),
        State.CLOSED: _("đã đóng, còn nhận phiếu gửi muộn"),
        State.SETTLED: _("đã đóng"),
    }
    return words[state]


def kind_names() -> Mapping[Kind, str]:
    """The periods."""
    return {
        Kind.QUARTER: _("Quý"),
        Kind.SIX_MONTHS: _("6 tháng đầu năm"),
        Kind.NINE_MONTHS: _("9 tháng đầu năm"),
        Kind.YEAR: _("Cả năm"),
        Kind.FREE: _("Từ ngày đến ngày"),
    }


def empty_strata_names() -> Mapping[str, str]:
    """What becomes of dossiers that nobody answered for."""
    return {
        "uncovered": _("Không suy diễn: nêu tên và trừ vào độ phủ (nên dùng)"),
        "merged": _("Cộng hồ sơ vào lĩnh vực có nhiều phiếu nhất của cùng đơn vị"),
    }


def weights_names() -> Mapping[str, str]:
    """What weights meet."""
    return {
        "strata": _("Chỉ theo hồ sơ của đơn vị × lĩnh vực (nên dùng khi chưa có biên tin cậy)"),
        "raked": _("Cân chỉnh thêm theo biên của tổng thể: giới tính, nhóm tuổi, kênh nộp hồ sơ"),
    }


def lonely_names() -> Mapping[str, str]:
    """What a single response adds to the variance."""
    return {
        LonelyRule.ADJUST.value: _("Thận trọng: lấy khoảng cách tới trung bình chung (nên dùng)"),
        LonelyRule.AVERAGE.value: _("Lấy bằng trung bình phương sai của các tầng khác"),
        LonelyRule.REMOVE.value: _("Không tính: khoảng tin cậy hẹp hơn thực tế"),
    }


def interval_names() -> Mapping[str, str]:
    """How an interval is computed."""
    return {
        IntervalMethod.LOGIT.value: _("Logit: không bao giờ vượt 0 hoặc 100 phần trăm (nên dùng)"),
        IntervalMethod.WILSON.value: _("Wilson: quen dùng cho tỷ lệ, cũng không vượt 0 hoặc 100 phần trăm"),
        IntervalMethod.T.value: _("Cộng trừ sai số: dễ giải thích, có thể vượt 100% khi tỷ lệ rất cao"),
    }


def confidence_names() -> Mapping[str, str]:
    """How sure an interval is."""
    notes: dict[int, str] = {
        90: _("90%: khoảng hẹp hơn, kết luận sớm hơn và sai thường hơn"),
        95: _("95%: mức thông lệ (nên dùng)"),
        99: _("99%: khoảng rộng hơn, cần nhiều phiếu hơn để kết luận"),
    }
    return {str(percent): notes[percent] for percent in CONFIDENCE_PERCENTS}


def margin_names() -> Mapping[str, str]:
    """How precise every unit shall be."""
    notes: dict[int, str] = {
        3: _("±3 điểm: đơn vị lớn cần khoảng 1.100 phiếu"),
        5: _("±5 điểm, như công thức của Bộ Nội vụ: đơn vị lớn cần khoảng 400 phiếu (nên dùng)"),
        7: _("±7 điểm: đơn vị lớn cần khoảng 200 phiếu"),
        10: _("±10 điểm: đơn vị lớn cần khoảng 100 phiếu"),
    }
    return {str(margin): notes[margin] for margin in PLANNED_MARGINS}
