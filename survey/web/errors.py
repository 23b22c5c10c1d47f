"""What people see when something is not as expected: one table from fault to page."""

import math
import traceback

from flask import Flask, current_app, request
from flask_babel import gettext as _
from sqlalchemy.exc import InternalError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from survey.actions.answering import (
    CounterFull,
    CounterRetired,
    CounterUnknown,
    DeliveredTooLate,
    DeviceWithdrawn,
    NoOpenRound,
    NotAPage,
    TicketOutOfTime,
    TicketUnknown,
    TicketUsed,
)
from survey.actions.devices import CodeChanged
from survey.core.counter import MistypedCode
from survey.core.response import ForeignAnswer
from survey.core.round import VIETNAM
from survey.core.ticket import MistypedTicket
from survey.store.database import takes_no_writes
from survey.web import desk_errors
from survey.web.citizen import NoReceipt
from survey.web.error_page import STAFF, Page, error_page
from survey.web.site import now

RETRY_SECONDS = "5"
PASSED_ON = {"Allow", "Retry-After"}


def install(app: Flask) -> None:
    """Give every fault its page."""
    app.register_error_handler(MistypedCode, mistyped)
    app.register_error_handler(CounterUnknown, unknown_counter)
    app.register_error_handler(NoOpenRound, no_open_round)
    app.register_error_handler(TicketOutOfTime, ticket_out_of_time)
    app.register_error_handler(MistypedTicket, unknown_ticket)
    app.register_error_handler(TicketUnknown, unknown_ticket)
    app.register_error_handler(TicketUsed, used_ticket)
    app.register_error_handler(CodeChanged, code_changed)
    app.register_error_handler(DeviceWithdrawn, withdrawn)
    app.register_error_handler(DeliveredTooLate, too_late)
    app.register_error_handler(CounterFull, full)
    app.register_error_handler(NotAPage, not_ours)
    app.register_error_handler(ForeignAnswer, not_ours)
    app.register_error_handler(NoReceipt, no_receipt)
    desk_errors.install(app, not_found)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(InternalError, internal)
    app.register_error_handler(HTTPException, http_fault)
    app.register_error_handler(Exception, failed)


def mistyped(fault: MistypedCode) -> Page:
    """The code cannot be one of ours."""
    text = _(
        "Mã gồm 8 ký tự (chữ và số) in dưới mã QR, ví dụ K7M2-9QFX. Xin kiểm tra từng ký tự rồi nhập lại."
    )
    if not str(fault).isascii():
        text += " " + _("Mã không có chữ có dấu: nếu bàn phím tự thêm dấu, xin tắt kiểu gõ tiếng Việt.")
    return error_page(404, _("Mã quầy chưa đúng"), text, code_box=True)


def unknown_counter(_fault: Exception) -> Page:
    """The code is well formed, but no counter has it."""
    return error_page(
        404,
        _("Không tìm thấy quầy này"),
        _("Mã viết đúng dạng nhưng không thuộc quầy nào ở đây. Xin quét lại mã QR tại quầy."),
        code_box=True,
    )


def no_open_round(fault: NoOpenRound) -> Page:
    """The counter exists, but takes no answers now."""
    retired = isinstance(fault, CounterRetired)
    title = _("Quầy này đã ngừng phục vụ") if retired else _("Hiện không có đợt khảo sát")
    text = _("Cảm ơn Ông/Bà đã quan tâm đến %(unit)s. Khi có đợt khảo sát mới, chính mã này sẽ mở phiếu.")
    values = {"unit": fault.unit.name}
    if fault.next_day and fault.next_day >= now().astimezone(VIETNAM).date():
        title = _("Đợt khảo sát chưa bắt đầu")
        text = _(
            "Cảm ơn Ông/Bà đã quan tâm đến %(unit)s. Đợt khảo sát tới bắt đầu ngày %(day)s; "
            "từ lúc đó, chính mã này sẽ mở phiếu."
        )
        values["day"] = f"{fault.next_day:%d/%m/%Y}"
    if retired:
        text = _("Cảm ơn Ông/Bà đã quan tâm đến %(unit)s. Xin quét mã tại một quầy đang hoạt động.")
    status = 409 if request.method == "POST" else 200
    return error_page(status, title, text % values)


def unknown_ticket(_fault: Exception) -> Page:
    """No such ticket, mistyped or never given out: which of the two is nobody's business."""
    return error_page(
        404,
        _("Mã một lần chưa đúng"),
        _(
            "Mã gồm 12 ký tự in trên phiếu kèm hồ sơ, ví dụ K7M2-9QFX-3HTA. Xin quét lại mã QR hoặc nhập lại mã."
        ),
        code_box=True,
    )


def used_ticket(_fault: Exception) -> Page:
    """A response was stored with this ticket before."""
    return error_page(
        410,
        _("Mã này đã được dùng"),
        _("Đã có một phiếu trả lời bằng mã này và mỗi mã chỉ dùng một lần. Cảm ơn Ông/Bà đã quan tâm."),
    )


def ticket_out_of_time(fault: TicketOutOfTime) -> Page:
    """The ticket is good, but its round takes no answers now."""
    text = _(
        "Mã một lần chỉ dùng trong đợt khảo sát của hồ sơ, mà đợt đó hiện không mở. %(unit)s cảm ơn Ông/Bà."
    )
    return error_page(410, _("Mã này ngoài thời gian khảo sát"), text % {"unit": fault.unit.name})


def code_changed(_fault: Exception) -> Page:
    """The scanned code is no longer on the screen."""
    return error_page(
        410,
        _("Mã trên màn hình đã đổi"),
        _(
            "Mã trên màn hình tại quầy đổi mỗi 30 giây. Xin quét mã đang hiện; mở được phiếu rồi thì cứ trả lời thong thả."
        ),
    )


def withdrawn(_fault: Exception) -> Page:
    """A tablet or screen that an officer has withdrawn."""
    return error_page(
        410,
        _("Thiết bị này đã được thu hồi"),
        _("Địa chỉ của thiết bị không dùng được nữa, không có gì được lưu. Xin hỏi cán bộ tại quầy."),
    )


def not_ours(_fault: Exception) -> Page:
    """A submission that none of our pages could have sent."""
    return error_page(
        400,
        _("Phiếu gửi đến không hợp lệ"),
        _("Không có gì được lưu. Xin quét lại mã QR tại quầy để mở phiếu mới."),
    )


def no_receipt(_fault: Exception) -> Page:
    """An address that cannot be a receipt's."""
    return error_page(
        404,
        _("Mã biên nhận chưa đúng"),
        _("Mã biên nhận gồm 10 ký tự, hiện sau khi gửi phiếu. Xin kiểm tra lại từng ký tự."),
    )


def not_found(_fault: Exception) -> Page:
    """No such round or version, or nothing to print."""
    return error_page(404, _("Không tìm thấy trang"), _("Địa chỉ này không có. Xin quay lại trang đầu."))


def busy(fault: Exception) -> Page:
    """The store cannot answer now; nothing was stored. The log says why, without any answer."""
    current_app.logger.error("the database does not answer: %s", _reason(fault))
    body, status = error_page(
        503,
        _("Hệ thống đang bận"),
        _(
            "Nếu Ông/Bà đang gửi phiếu: phiếu chưa được ghi nhận. Xin chờ vài giây rồi gửi lại; không bị tính hai lần."
        ),
        again=True,
    )
    return body, status, {"Retry-After": RETRY_SECONDS}


def internal(fault: Exception) -> Page:
    """A store that only lets read takes answers again later; whatever else goes wrong within it is a fault."""
    return busy(fault) if takes_no_writes(fault) else failed(fault)


def full(fault: CounterFull) -> Page:
    """The counter took more in this hour than it can serve; nothing was stored, nothing is lost."""
    wait = fault.reopens - now()
    body, status = error_page(
        429,
        _("Quầy này đang nhận quá nhiều phiếu"),
        _(
            "Phiếu của Ông/Bà chưa được ghi nhận. Xin giữ trang này mở và gửi lại sau %(time)s; "
            "câu trả lời vẫn còn trong trang này và không bị tính hai lần."
        )
        % {"time": f"{fault.reopens.astimezone(VIETNAM):%H:%M}"},
        again=True,
    )
    return body, status, {"Retry-After": str(max(1, math.ceil(wait.total_seconds())))}


def http_fault(fault: HTTPException) -> Page:
    """Everything that HTTP has a number for."""
    status = fault.code or 500
    titles = {
        403: (_("Không được phép"), _("Tài khoản của Ông/Bà không có quyền xem trang này.")),
        404: (_("Không tìm thấy trang"), _("Địa chỉ này không có. Xin quay lại trang đầu.")),
        405: (_("Thao tác không hợp lệ"), _("Trang này không nhận thao tác đó. Xin quay lại trang đầu.")),
        413: (_("Phiếu quá lớn"), _("Không có gì được lưu. Xin rút gọn ý kiến rồi gửi lại.")),
    }
    if request.path.startswith(STAFF):
        titles[413] = (_("Tệp quá lớn"), _("Không có gì được lưu. Xin bỏ bớt trang, cột hoặc chia nhỏ tệp."))
    title, text = titles.get(status, (_("Có lỗi xảy ra"), _("Xin quay lại trang trước và thử lại.")))
    body, status = error_page(status, title, text)
    headers = {name: value for name, value in fault.get_headers() if name in PASSED_ON}
    return body, status, headers


def failed(fault: Exception) -> Page:
    """A fault of ours: logged without anything about the person."""
    if isinstance(fault, SQLAlchemyError):
        current_app.logger.error("request failed: %s", _reason(fault))
    else:
        # Where and what kind, without its words, which may be the citizen's.
        where = "".join(traceback.format_tb(fault.__traceback__))
        current_app.logger.error("request failed: %s\n%s", type(fault).__name__, where)
    return error_page(
        500,
        _("Có lỗi ở phía chúng tôi"),
        _("Nếu Ông/Bà đang gửi phiếu, phiếu có thể chưa được ghi nhận. Xin gửi lại sau ít phút."),
        again=True,
    )


def _reason(fault: Exception) -> str:
    """The first line of what the database said: PostgreSQL repeats the failing row, answers and all, below it."""
    said = str(getattr(fault, "orig", None) or "").splitlines()
    return f"{type(fault).__name__}: {said[0] if said else ''}"


def too_late(_fault: Exception) -> Page:
    """A form that waited on the phone for too long."""
    return error_page(
        410,
        _("Phiếu gửi quá muộn"),
        _(
            "Phiếu được hoàn thành đã quá 14 ngày nên không còn được tính. Xin quét lại mã QR nếu muốn trả lời lại."
        ),
    )
