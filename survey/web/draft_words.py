"""How pages call the parts, values and states of a draft."""

from flask_babel import gettext as _

from questionnaires.drafting import KINDS
from questionnaires.languages import own_name
from survey.core.draft import State


def state_name(state: State) -> str:
    """The state in words."""
    names = {
        State.EDITING: _("đang soạn"),
        State.SUBMITTED: _("chờ duyệt"),
        State.APPROVED: _("đã ban hành"),
        State.WITHDRAWN: _("đã bỏ"),
    }
    return str(names[state])


def page_name(page: str, code: str) -> str:
    """What a page of the editor is about."""
    names = {
        "details": _("Thông tin chung"),
        "scoring": _("Cách tính điểm"),
        "sections": _("Phần %(code)s", code=code),
        "items": _("Tiêu chí %(code)s", code=code),
        "questions": _("Câu hỏi %(code)s", code=code),
        "scales": _("Thang đo %(code)s", code=code),
    }
    return str(names[page])


def place_name(place: str) -> str:
    """A place of a draft as people call it, for example "Tiêu chí a4 · câu chữ · English"."""
    steps = place.split("/")
    if steps[0] in KINDS and len(steps) > 1 and steps[1] != "order":
        words = [page_name(steps[0], steps[1]), *(_step_name(step) for step in steps[2:])]
    elif steps[0] in KINDS:
        words = [_step_name(steps[0]), *(_step_name(step) for step in steps[1:])]
    else:
        words = [_step_name(step) for step in steps]
    return " · ".join(words) or _("Cả phiếu")


def _step_name(step: str) -> str:
    if step.isdigit():
        return str(_("phương án %(number)s", number=step))
    return str(value_names().get(step, own_name(step)))


def value_names() -> dict[str, str]:
    """The names of the values that pages ask for."""
    return {
        "": _("Cả phiếu"),
        "title": _("Tiêu đề"),
        "introduction": _("Lời giới thiệu"),
        "thanks": _("Lời cảm ơn"),
        "population": _("Đối tượng khảo sát"),
        "legal_basis": _("Căn cứ pháp lý"),
        "source_note": _("Nguồn của phiếu"),
        "languages": _("Ngôn ngữ"),
        "unfinished": _("Bản dịch được phép còn thiếu"),
        "modes": _("Cách trả lời"),
        "code": _("Mã phiếu"),
        "text": _("Câu chữ"),
        "scale": _("Thang đo"),
        "required": _("Bắt buộc trả lời"),
        "allow_not_applicable": _("Cho chọn “Không áp dụng”"),
        "when_question": _("Chỉ hỏi khi ở câu"),
        "when_codes": _("đã chọn một trong các phương án"),
        "shown_when": _("Điều kiện"),
        "place": _("Vị trí"),
        "kind": _("Loại câu hỏi"),
        "max_length": _("Số ký tự nhiều nhất"),
        "min": _("Số nhỏ nhất"),
        "max": _("Số lớn nhất"),
        "counted_in": _("Đơn vị đếm"),
        "alone": _("Phương án không chọn cùng phương án khác"),
        "options": _("Các phương án"),
        "editorial": _("Lý do ý nghĩa không đổi"),
        "rule": _("Quy tắc"),
        "satisfied": _("Các mã tính là hài lòng"),
        "max_points": _("Điểm tối đa"),
        "provenance": _("Nguồn của cách tính"),
        "scoring": _("Cách tính điểm"),
        "order": _("thứ tự"),
        "sections": _("Các phần"),
        "items": _("Các tiêu chí"),
        "questions": _("Các câu hỏi"),
        "scales": _("Các thang đo"),
    }


def kind_names() -> dict[str, str]:
    """The kinds of question that can be added."""
    return {
        "single": _("Chọn một"),
        "multiple": _("Chọn nhiều"),
        "number": _("Số"),
        "text": _("Ý kiến viết"),
        "field": _("Lĩnh vực của hồ sơ"),
    }


def mode_names() -> dict[str, str]:
    """The ways in which citizens answer."""
    return {
        "qr": _("Quét mã QR tại quầy"),
        "ticket": _("Mã một lần theo hồ sơ"),
        "kiosk": _("Máy tính bảng tại quầy"),
        "screen": _("Màn hình có mã thay đổi"),
        "paper": _("Phiếu giấy"),
        "imported": _("Nhập từ tệp"),
    }


def rule_names() -> dict[str, str]:
    """The scoring rules."""
    return {
        "top_codes": _("Tỷ lệ câu trả lời hài lòng, trung bình các tiêu chí"),
        "points": _("Điểm trung bình chia cho điểm tối đa"),
    }
