"""Tallies in words: what a column may hold, what is wrong in a table and what to do."""

from flask_babel import gettext as _

from survey.core.frame import FIELD, UNIT
from survey.core.tally import (
    BLANK,
    FACTOR,
    FORMS,
    GOOD,
    GOOD_COUNT,
    GOOD_PERCENT,
    ITEM,
    OTHER,
    PERCENT,
    SCALE,
    VALID,
    Finding,
    TallyFault,
)
from survey.web.sent_tables import located


def tally_roles() -> list[tuple[str, str]]:
    """What a column may hold, with its words."""
    return [
        ("", _("không dùng")),
        (ITEM, _("nội dung, tiêu chí")),
        (GOOD, _("số người chọn mức này: tính là hài lòng")),
        (OTHER, _("số người chọn mức này: không tính là hài lòng")),
        (PERCENT, _("tỷ lệ phần trăm của mức cùng thứ tự")),
        (FORMS, _("số phiếu thu vào")),
        (VALID, _("tổng số ý kiến của dòng")),
        (BLANK, _("số phiếu để trống")),
        (GOOD_COUNT, _("tổng số hài lòng")),
        (GOOD_PERCENT, _("tỷ lệ hài lòng chung")),
        (UNIT, _("đơn vị (tên hoặc mã)")),
        (FIELD, _("lĩnh vực (tên hoặc mã)")),
        (FACTOR, _("yếu tố, nhóm tiêu chí")),
        (SCALE, _("thang riêng của dòng, nếu không phải mức hài lòng")),
    ]


def tally_sentence(finding: Finding) -> str:
    """What is wrong or worth knowing, where, and what to do."""
    words = _of_the_table() | _of_cells() | _of_numbers() | _of_notices()
    values = {"about": finding.about, "expected": finding.expected}
    sentence = words[finding.fault] % values
    if finding.fault in {TallyFault.UNIT_UNKNOWN, TallyFault.FIELD_UNKNOWN} and finding.expected:
        sentence = _("%(sentence)s; có phải là “%(name)s”?", sentence=sentence, name=finding.expected)
    return located(finding.row, finding.column, sentence)


def _of_the_table() -> dict[TallyFault, str]:
    return {
        TallyFault.NO_ITEM_COLUMN: _("Chưa chọn cột nào là nội dung, tiêu chí."),
        TallyFault.NO_OPTION_COLUMNS: _("Cần ít nhất hai cột số người chọn, mỗi mức một cột."),
        TallyFault.NOTHING_SATISFIED: _("Chưa chọn mức nào được tính là hài lòng."),
        TallyFault.PERCENT_COLUMNS: _(
            "Có %(about)s cột tỷ lệ cho %(expected)s mức; mỗi mức cần một cột tỷ lệ theo cùng thứ tự, hoặc không cột nào."
        ),
        TallyFault.ROLE_TWICE: _("nội dung này được chọn cho hai cột; xin bỏ một"),
        TallyFault.NO_ROWS: _("không có dòng số liệu nào dưới dòng này; xin xem lại dòng tên cột"),
        TallyFault.DUPLICATE: _("trùng với dòng %(about)s; xin bỏ một dòng"),
        TallyFault.TOTAL_UNEQUAL: _("dòng tổng ghi %(about)s, nhưng cộng các dòng được %(expected)s"),
        TallyFault.MEAN_OFF: _(
            "không tính lại được số trung bình %(about)s: trung bình của các dòng là %(expected)s"
        ),
    }


def _of_cells() -> dict[TallyFault, str]:
    return {
        TallyFault.NO_ITEM: _("có số liệu nhưng thiếu nội dung"),
        TallyFault.LONG: _("nội dung quá dài; có lẽ chọn nhầm cột"),
        TallyFault.UNIT_UNKNOWN: _("không có đơn vị nào tên “%(about)s”"),
        TallyFault.UNIT_BEYOND: _("“%(about)s” nằm ngoài phạm vi được giao"),
        TallyFault.FIELD_UNKNOWN: _("không có lĩnh vực nào tên “%(about)s”"),
        TallyFault.EMPTY: _("ô trống; nếu không ai chọn thì ghi 0"),
        TallyFault.NO_NUMBER: _("“%(about)s” không phải là số"),
        TallyFault.NEGATIVE: _("“%(about)s” là số âm; số người không thể âm"),
        TallyFault.DECIMAL: _("“%(about)s” không phải số nguyên; số người ghi như 1234 hoặc 1.234"),
        TallyFault.TOO_LARGE: _("“%(about)s” quá lớn"),
        TallyFault.FORMULA: _("công thức chưa có kết quả trong tệp; xin mở bằng Excel, lưu lại rồi nạp"),
        TallyFault.MERGED: _("ô số bị gộp với ô khác; xin bỏ gộp ô và ghi số của từng dòng"),
    }


def _of_numbers() -> dict[TallyFault, str]:
    return {
        TallyFault.NO_ANSWERS: _("không có ý kiến nào; xin bỏ dòng này hoặc ghi số"),
        TallyFault.VALID_UNEQUAL: _("ghi tổng %(about)s ý kiến, nhưng cộng các mức được %(expected)s"),
        TallyFault.OVER_FORMS: _(
            "cộng các mức được %(about)s ý kiến, nhiều hơn %(expected)s phiếu thu vào: không thể có; xin đếm lại"
        ),
        TallyFault.BLANK_UNEQUAL: _(
            "ghi %(about)s phiếu để trống, nhưng số phiếu trừ số ý kiến là %(expected)s"
        ),
        TallyFault.GOOD_UNEQUAL: _(
            "ghi %(about)s người hài lòng, nhưng cộng các mức hài lòng được %(expected)s"
        ),
        TallyFault.PERCENT_IMPOSSIBLE: _("tỷ lệ %(about)s không nằm trong khoảng từ 0 đến 100"),
        TallyFault.PERCENT_OFF: _("tỷ lệ %(about)s không khớp với số người; phải là %(expected)s"),
        TallyFault.PERCENT_OF_FORMS: _(
            "tỷ lệ %(about)s được chia cho số phiếu thu vào, không phải cho số ý kiến của dòng; phải là %(expected)s"
        ),
        TallyFault.PERCENT_SUM: _("các tỷ lệ của dòng cộng lại bằng %(about)s, không phải 100"),
        TallyFault.GOOD_PERCENT_OFF: _(
            "tỷ lệ hài lòng %(about)s không bằng tổng các mức hài lòng; phải là %(expected)s"
        ),
    }


def _of_notices() -> dict[TallyFault, str]:
    return {
        TallyFault.CUT: _("tỷ lệ bị cắt bớt chữ số chứ không làm tròn; ở đây tính lại từ số người"),
        TallyFault.BLANKS: _("%(about)s phiếu để trống nội dung này; tỷ lệ tính trên %(expected)s ý kiến"),
        TallyFault.OWN_SCALE: _(
            "thang riêng (%(about)s), không phải mức hài lòng: giữ số đếm, không tính vào trung bình"
        ),
        TallyFault.FORMS_UNKNOWN: _(
            "Không biết số phiếu thu vào nên không kiểm tra được có quá số phiếu hay không."
        ),
    }
