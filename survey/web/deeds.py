"""Deeds of the trail in words."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.core.trail import Deed, Entry
from survey.web.account_forms import ROLE_NAMES
from survey.web.place_forms import TIER_NAMES

SENTENCES: Mapping[Deed, str] = {
    Deed.SIGNED_IN: _l("Đăng nhập"),
    Deed.SIGNED_OUT: _l("Đăng xuất"),
    Deed.PASSWORD_CHANGED: _l("Đổi mật khẩu của mình"),
    Deed.SECOND_FACTOR_SET: _l("Đặt bước xác nhận thứ hai"),
    Deed.SECOND_FACTOR_REMOVED: _l("Gỡ bước xác nhận thứ hai của %(subject)s"),
    Deed.RECOVERY_CODES_MADE: _l("Tạo bộ mã dự phòng mới"),
    Deed.RECOVERY_CODE_USED: _l("Đăng nhập bằng một mã dự phòng"),
    Deed.PERSON_ADDED: _l("Thêm tài khoản %(subject)s"),
    Deed.PERSON_CHANGED: _l("Sửa tài khoản %(subject)s"),
    Deed.PERSON_WITHDRAWN: _l("Cho tài khoản %(subject)s thôi đăng nhập"),
    Deed.PERSON_RESTORED: _l("Cho tài khoản %(subject)s đăng nhập lại"),
    Deed.PASSWORD_SET: _l("Đặt mật khẩu mới cho %(subject)s"),
    Deed.SESSIONS_ENDED: _l("Đăng xuất %(subject)s khỏi mọi máy"),
    Deed.ROUND_MADE: _l("Lập đợt khảo sát %(subject)s"),
    Deed.ROUND_CHANGED: _l("Sửa đợt khảo sát %(subject)s"),
    Deed.ROUND_UNITS_CHOSEN: _l("Chọn đơn vị tham gia đợt khảo sát %(subject)s"),
    Deed.ROUND_VERSION_PLANNED: _l("Đặt phiên bản phiếu cho đợt khảo sát %(subject)s"),
    Deed.ROUND_VERSION_UNPLANNED: _l("Bỏ lịch đổi phiên bản phiếu của đợt khảo sát %(subject)s"),
    Deed.ROUND_OPENING_SET: _l("Hẹn giờ mở đợt khảo sát %(subject)s"),
    Deed.ROUND_CLOSING_SET: _l("Hẹn giờ đóng đợt khảo sát %(subject)s"),
    Deed.ROUND_FROZEN: _l("Chốt số liệu đợt khảo sát %(subject)s"),
    Deed.ROUND_OPENED: _l("Mở đợt khảo sát %(subject)s"),
    Deed.ROUND_CLOSED: _l("Đóng đợt khảo sát %(subject)s"),
    Deed.ROUND_REOPENED: _l("Mở lại đợt khảo sát %(subject)s"),
    Deed.TICKETS_LOADED: _l("Nạp mã một lần cho đợt khảo sát %(subject)s"),
    Deed.EDITORIAL_DECLARED: _l("Khai báo câu %(subject)s chỉ sửa câu chữ"),
    Deed.EDITORIAL_WITHDRAWN: _l("Rút khai báo câu %(subject)s chỉ sửa câu chữ"),
    Deed.DRAFT_BEGUN: _l("Bắt đầu bản nháp phiếu %(subject)s"),
    Deed.DRAFT_SUBMITTED: _l("Trình duyệt bản nháp phiếu %(subject)s"),
    Deed.DRAFT_RECALLED: _l("Rút lại bản nháp phiếu %(subject)s đã trình"),
    Deed.DRAFT_RETURNED: _l("Trả lại bản nháp phiếu %(subject)s để sửa"),
    Deed.DRAFT_DISCARDED: _l("Bỏ bản nháp phiếu %(subject)s"),
    Deed.VERSION_PUBLISHED: _l("Duyệt và ban hành phiếu %(subject)s"),
    Deed.VERSION_WITHDRAWN: _l("Rút một phiên bản của phiếu %(subject)s"),
    Deed.VERSION_PUT_TO_USE: _l("Đưa một phiên bản phiếu vào dùng trong đợt khảo sát %(subject)s"),
    Deed.DEVICE_ADDED: _l("Thêm thiết bị tại quầy %(subject)s"),
    Deed.DEVICE_WITHDRAWN: _l("Thu hồi thiết bị tại quầy %(subject)s"),
    Deed.UNIT_ADDED: _l("Thêm đơn vị %(subject)s"),
    Deed.UNIT_CHANGED: _l("Sửa đơn vị %(subject)s"),
    Deed.UNIT_CLOSED: _l("Kết thúc đơn vị %(subject)s"),
    Deed.UNITS_IMPORTED: _l("Nạp danh sách đơn vị từ tệp %(subject)s"),
    Deed.FIELD_ADDED: _l("Thêm lĩnh vực %(subject)s"),
    Deed.FIELD_CHANGED: _l("Sửa lĩnh vực %(subject)s"),
    Deed.COUNTER_ADDED: _l("Thêm quầy %(subject)s"),
    Deed.COUNTER_CHANGED: _l("Sửa quầy %(subject)s"),
    Deed.COUNTER_RETIRED: _l("Cho quầy %(subject)s ngừng phục vụ"),
    Deed.COUNTER_RESTORED: _l("Cho quầy %(subject)s phục vụ lại"),
    Deed.FRAME_LOADED: _l("Nạp số hồ sơ cho đợt khảo sát %(subject)s"),
    Deed.FIGURE_REPORTED: _l("Nhập số liệu ngoài khảo sát cho đợt %(subject)s"),
    Deed.FIGURE_WITHDRAWN: _l("Gỡ số liệu ngoài khảo sát của đợt %(subject)s"),
    Deed.OWNER_NAMED: _l("Đặt tên cơ quan chủ trì: %(subject)s"),
    Deed.LOOK_SET: _l("Đặt logo và màu của bản in"),
    Deed.LOOK_RESET: _l("Trả bản in về kiểu chuẩn"),
    Deed.TALLIES_LOADED: _l("Nạp số liệu tổng hợp từ phiếu giấy cho đợt khảo sát %(subject)s"),
    Deed.RESPONSES_LOADED: _l("Nhập phiếu trả lời từ tệp cho đợt khảo sát %(subject)s"),
    Deed.PILE_BEGUN: _l("Bắt đầu nhập một tập phiếu giấy của đợt khảo sát %(subject)s"),
    Deed.PILE_STORED: _l("Đưa một tập phiếu giấy vào đợt khảo sát %(subject)s"),
    Deed.PILE_DROPPED: _l("Bỏ một tập phiếu giấy lập nhầm của đợt khảo sát %(subject)s"),
    Deed.SOURCE_WITHDRAWN: _l("Rút một lần nạp của đợt khảo sát %(subject)s"),
    Deed.REPORT_TEXT_SAVED: _l("Viết lời báo cáo đợt khảo sát %(subject)s"),
    Deed.REPORT_SUBMITTED: _l("Trình ban hành báo cáo đợt khảo sát %(subject)s"),
    Deed.REPORT_RECALLED: _l("Rút lại báo cáo đã trình của đợt khảo sát %(subject)s"),
    Deed.REPORT_RETURNED: _l("Trả lại báo cáo đợt khảo sát %(subject)s để sửa"),
    Deed.REPORT_PUBLISHED: _l("Duyệt và ban hành báo cáo đợt khảo sát %(subject)s"),
    Deed.REPORT_RELEASED: _l("Công khai báo cáo đợt khảo sát %(subject)s"),
    Deed.REPORT_WITHHELD: _l("Thôi công khai báo cáo đợt khảo sát %(subject)s"),
}

DETAILS: Mapping[str, str] = {
    "name": _l("họ và tên"),
    "role": _l("vai trò"),
    "unit": _l("phạm vi"),
    "identity": _l("danh tính đăng nhập chung"),
    "from": _l("bản trước"),
    "to": _l("bản sau"),
    "reason": _l("lý do"),
    "then": _l("quầy, sau ngày cuối cùng"),
    "draft": _l("bản nháp"),
    "source": _l("từ nguồn"),
    "revision": _l("phiên"),
    "note": _l("ghi chú"),
    "number": _l("phiên bản"),
    "fingerprint": _l("dấu vân tay"),
    "submitted_by": _l("người trình"),
    "editorial": _l("lý do giữ mã"),
    "rows": _l("số hồ sơ trong danh sách"),
    "new": _l("số mã mới"),
    "kind": _l("loại"),
    "counter": _l("quầy"),
    "place": _l("nơi đặt"),
    "tier": _l("cấp"),
    "parent": _l("đơn vị cấp trên"),
    "valid_from": _l("từ ngày"),
    "valid_to": _l("đến hết ngày"),
    "field": _l("lĩnh vực"),
    "name_en": _l("tên tiếng Anh"),
    "successors": _l("đơn vị kế thừa"),
    "basis": _l("căn cứ"),
    "counters": _l("các quầy"),
    "added": _l("thêm"),
    "changed": _l("sửa"),
    "closed": _l("kết thúc"),
    "sha256": _l("dấu vân tay của tệp"),
    "file": _l("tệp"),
    "dossiers": _l("số hồ sơ"),
    "kept": _l("số dòng đã nạp"),
    "refused": _l("số dòng bị từ chối"),
    "load": _l("lần nạp"),
    "pile": _l("tập phiếu"),
    "keyed": _l("lượt nhập phiếu đã xóa"),
    "error_rate": _l("tỷ lệ nhập khác nhau"),
    "dated": _l("số liệu đến ngày"),
    "at": _l("lúc"),
    "version": _l("phiên bản phiếu"),
    "targets": _l("chỉ tiêu"),
    "settings": _l("cách ước lượng"),
    "period": _l("kỳ"),
    "left_out": _l("đơn vị không tham gia"),
    "digest": _l("mã chốt"),
    "responses": _l("số phiếu"),
    "figure": _l("số liệu"),
    "value": _l("giá trị"),
    "year": _l("năm"),
    "left": _l("số mã dự phòng còn lại"),
    "superior": _l("cơ quan cấp trên"),
    "agency": _l("cơ quan chủ trì"),
    "seat": _l("nơi ký"),
    "number_suffix": _l("ký hiệu số báo cáo"),
    "logo": _l("logo"),
    "primary_colour": _l("màu chính"),
    "ink_colour": _l("màu chữ"),
    "state": _l("lần lưu"),
    "issue": _l("bản ban hành số"),
    "content": _l("mã nội dung"),
    "pdf": _l("dấu vân tay của tệp PDF"),
}

KIND_NAMES: Mapping[str, str] = {"kiosk": _l("Máy tính bảng"), "screen": _l("Màn hình mã đổi")}

CODES: Mapping[str, Mapping[str, str]] = {
    "role": {str(role): name for role, name in ROLE_NAMES.items()},
    "tier": {str(tier): name for tier, name in TIER_NAMES.items()},
    "kind": KIND_NAMES,
}
"""What codes in details mean, by the name of the detail."""

_BY_VALUE = {deed.value: str(deed.value) for deed in Deed}


def sentence(entry: Entry) -> str:
    """What was done, as a sentence without its subject."""
    if entry.deed not in _BY_VALUE:
        return str(_("Việc “%(deed)s” với %(subject)s") % {"deed": entry.deed, "subject": entry.subject})
    return str(SENTENCES[Deed(entry.deed)]) % {"subject": entry.subject}


def detail(entry: Entry) -> str:
    """What else matters; a pair is what was and what is, and a code is told in words with itself, so that it is found."""
    return "; ".join(
        f"{DETAILS.get(name, name)}: {_told(name, value)}"
        for name, value in entry.detail.items()
        if value is not None and value != {}
    )


def title(deed: Deed) -> str:
    """What a kind of deed is called where there is no subject."""
    return " ".join((str(SENTENCES[deed]) % {"subject": "…"}).split())


def meant_by(text: str) -> frozenset[str]:
    """The deeds whose sentence says a text."""
    wanted = text.casefold()
    return frozenset(deed.value for deed in Deed if wanted in title(deed).casefold())


def _told(name: str, value: object) -> str:
    values = value if isinstance(value, list) else [value]
    words = CODES.get(name, {})
    return " → ".join(
        f"{words[one]} ({one})" if isinstance(one, str) and one in words else _value(one) for one in values
    )


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_value(part)}" for name, part in value.items())
    return "–" if value is None or value == "" else str(value)
