"""Tables that officers send: the file in a request, and what is wrong with tables in words."""

from flask import request
from flask_babel import gettext as _

from questionnaires.cells import letters
from survey.core.frame import CellFault
from survey.core.frame import Fault as FrameFault
from survey.core.unit_list import ListFault, RowFault
from survey.core.unit_tree import UnitFault
from survey.web.place_forms import tidy, unit_sentence

LONGEST_NAME = 120
TOKEN_BYTES = 24


def sent_file() -> tuple[bytes, str] | None:
    """Content and name of the file that was sent; None if none was."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    content: bytes = file.read()
    file.close()
    return content, tidy(file.filename)[-LONGEST_NAME:] or "bang"


def place(row: int, column: int | None) -> str:
    """Where something stands: "dòng 17, cột D"; "" for the whole table."""
    if not row:
        return ""
    if column is None:
        return str(_("dòng %(row)s", row=row))
    return str(_("dòng %(row)s, cột %(column)s", row=row, column=letters(column)))


def located(row: int, column: int | None, sentence: str) -> str:
    """A sentence with its place before it."""
    where = place(row, column)
    return f"{where}: {sentence}" if where else sentence


def frame_sentence(fault: CellFault) -> str:
    """What is wrong in a frame's table, and what to do."""
    words: dict[FrameFault, str] = {
        FrameFault.NO_UNIT_COLUMN: _("Chưa chọn cột nào là đơn vị."),
        FrameFault.NO_FIELD_COLUMN: _("Chưa chọn cột nào là lĩnh vực, hoặc là số hồ sơ của từng lĩnh vực."),
        FrameFault.FIELD_TWICE: _(
            "Đã chọn cột số hồ sơ của từng lĩnh vực thì không chọn thêm cột lĩnh vực hay cột số hồ sơ chung."
        ),
        FrameFault.ROLE_TWICE: _("nội dung này được chọn cho hai cột; xin bỏ một"),
        FrameFault.NO_ROWS: _("không có dòng số liệu nào dưới dòng này; xin xem lại dòng tên cột"),
        FrameFault.EMPTY: _("ô trống; xin điền, hoặc xóa cả dòng nếu không phải số liệu"),
        FrameFault.LONG: _("nội dung quá dài; có lẽ chọn nhầm cột"),
        FrameFault.NO_NUMBER: _("“%(about)s” không phải là số hồ sơ"),
        FrameFault.NEGATIVE: _("“%(about)s” là số âm; số hồ sơ không thể âm"),
        FrameFault.DECIMAL: _("“%(about)s” không phải số nguyên; số hồ sơ ghi như 1234 hoặc 1.234"),
        FrameFault.TOO_LARGE: _("“%(about)s” quá lớn để là số hồ sơ"),
        FrameFault.MERGED: _("ô số bị gộp với ô khác; xin bỏ gộp ô và ghi số của từng dòng"),
        FrameFault.FORMULA: _("công thức chưa có kết quả trong tệp; xin mở bằng Excel, lưu lại rồi nạp"),
        FrameFault.DUPLICATE: _("trùng với dòng %(about)s; xin bỏ một dòng hoặc cộng lại"),
        FrameFault.NO_PERIOD: _(
            "không hiểu kỳ “%(about)s”; xin ghi như 10/2026, Quý IV/2026 hoặc 15/10/2026"
        ),
        FrameFault.OUTSIDE_PERIOD: _("“%(about)s” nằm ngoài thời gian của đợt khảo sát"),
        FrameFault.CATEGORIES: _("có hơn %(about)s loại khác nhau; có lẽ chọn nhầm cột"),
        FrameFault.LABELS: _("quá nhiều tên lạ, ví dụ “%(about)s”; có lẽ chọn nhầm cột"),
    }
    return located(fault.row, fault.column, words[fault.fault] % {"about": fault.about})


def list_sentence(fault: RowFault) -> str:
    """What is wrong in a list of units, and what to do."""
    if isinstance(fault.fault, UnitFault):
        about = f" ({fault.about})" if fault.about else ""
        return located(fault.row, fault.column, f"{unit_sentence(fault.fault)}{about}")
    words: dict[ListFault, str] = {
        ListFault.NO_HEADER: _(
            "Không thấy dòng tên cột. Bảng cần ít nhất hai cột tên là “Mã đơn vị” và “Tên đơn vị”."
        ),
        ListFault.EMPTY: _("không có đơn vị nào dưới dòng tên cột"),
        ListFault.TOO_MANY: _("có quá %(about)s đơn vị; có lẽ chọn nhầm tệp"),
        ListFault.CODE_EMPTY: _("thiếu mã đơn vị"),
        ListFault.CODE_TWICE: _("mã này đã có ở dòng %(about)s; xin bỏ một dòng"),
        ListFault.NAME_EMPTY: _("thiếu tên đơn vị"),
        ListFault.TIER_UNKNOWN: _("không hiểu cấp “%(about)s”; xin ghi Tỉnh, Sở, Xã hoặc Huyện"),
        ListFault.NO_DAY: _("“%(about)s” không phải là ngày; xin ghi như 01/07/2025"),
        ListFault.FORMULA: _("công thức chưa có kết quả trong tệp; xin mở bằng Excel, lưu lại rồi nạp"),
    }
    return located(fault.row, fault.column, words[fault.fault] % {"about": fault.about})
