"""What people see when something is not as expected: one table from fault to page."""

import math
import traceback

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from questionnaires.drafting import PartUnknown
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
from survey.actions.apart import StillWorking
from survey.actions.devices import CodeChanged, DeviceUnknown
from survey.actions.drafting import DraftUnknown
from survey.actions.issuing import IssueUnknown
from survey.actions.keying import PileUnknown
from survey.actions.open_data import NotSettled
from survey.actions.people import PersonUnknown
from survey.actions.places import PlaceUnknown
from survey.actions.posters import MOST_AT_ONCE, NothingToPrint, TooManyToPrint
from survey.actions.publishing import VersionUnknown
from survey.actions.reported import FigureUnknown
from survey.actions.rounds import RoundUnknown
from survey.actions.seals import SealUnknown
from survey.actions.sent_files import UploadGone
from survey.actions.tickets import TicketsClosed
from survey.actions.withdrawing import LoadUnknown
from survey.core.account import BeyondPart
from survey.core.counter import MistypedCode
from survey.core.response import ForeignAnswer
from survey.core.round import VIETNAM
from survey.core.seal import SealFaulty
from survey.core.ticket import MistypedTicket
from survey.core.ticket_list import ListFaulty
from survey.web.access import is_signed_in
from survey.web.citizen import NoReceipt
from survey.web.site import now, wants_json
from survey.web.waiting import still_working

Page = tuple[str | Response, int] | tuple[str | Response, int, dict[str, str]]

RETRY_SECONDS = "5"
PASSED_ON = {"Allow", "Retry-After"}
STAFF = ("/officer", "/reports")
SERVER_FAULTS = 500


def install(app: Flask) -> None:
    """Give every fault its page."""
    app.register_error_handler(MistypedCode, mistyped)
    app.register_error_handler(CounterUnknown, unknown_counter)
    app.register_error_handler(NoOpenRound, no_open_round)
    app.register_error_handler(TicketOutOfTime, ticket_out_of_time)
    app.register_error_handler(MistypedTicket, unknown_ticket)
    app.register_error_handler(TicketUnknown, unknown_ticket)
    app.register_error_handler(TicketUsed, used_ticket)
    app.register_error_handler(TicketsClosed, nothing_loaded)
    app.register_error_handler(ListFaulty, nothing_loaded)
    app.register_error_handler(CodeChanged, code_changed)
    app.register_error_handler(DeviceWithdrawn, withdrawn)
    app.register_error_handler(DeviceUnknown, not_found)
    app.register_error_handler(DeliveredTooLate, too_late)
    app.register_error_handler(CounterFull, full)
    app.register_error_handler(NotAPage, not_ours)
    app.register_error_handler(ForeignAnswer, not_ours)
    app.register_error_handler(NoReceipt, no_receipt)
    app.register_error_handler(SealUnknown, not_found)
    app.register_error_handler(SealFaulty, broken_seal)
    app.register_error_handler(RoundUnknown, not_found)
    app.register_error_handler(FigureUnknown, not_found)
    app.register_error_handler(IssueUnknown, not_found)
    app.register_error_handler(NothingToPrint, not_found)
    app.register_error_handler(TooManyToPrint, too_many_posters)
    app.register_error_handler(PersonUnknown, not_found)
    app.register_error_handler(BeyondPart, beyond_part)
    app.register_error_handler(VersionUnknown, not_found)
    app.register_error_handler(DraftUnknown, not_found)
    app.register_error_handler(PlaceUnknown, not_found)
    app.register_error_handler(NotSettled, not_settled)
    app.register_error_handler(LoadUnknown, not_found)
    app.register_error_handler(PileUnknown, not_found)
    app.register_error_handler(UploadGone, upload_gone)
    app.register_error_handler(PartUnknown, part_gone)
    app.register_error_handler(StillWorking, still_working)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(HTTPException, http_fault)
    app.register_error_handler(Exception, failed)


def mistyped(_fault: Exception) -> Page:
    """The code cannot be one of ours."""
    return _page(
        404,
        _("Mã quầy chưa đúng"),
        _("Mã gồm 8 ký tự (chữ và số) in dưới mã QR, ví dụ K7M2-9QFX. Xin kiểm tra từng ký tự rồi nhập lại."),
        code_box=True,
    )


def unknown_counter(_fault: Exception) -> Page:
    """The code is well formed, but no counter has it."""
    return _page(
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
    return _page(status, title, text % values)


def unknown_ticket(_fault: Exception) -> Page:
    """No such ticket, mistyped or never given out: which of the two is nobody's business."""
    return _page(
        404,
        _("Mã một lần chưa đúng"),
        _(
            "Mã gồm 12 ký tự in trên phiếu kèm hồ sơ, ví dụ K7M2-9QFX-3HTA. Xin quét lại mã QR hoặc nhập lại địa chỉ."
        ),
    )


def used_ticket(_fault: Exception) -> Page:
    """A response was stored with this ticket before."""
    return _page(
        410,
        _("Mã này đã được dùng"),
        _("Đã có một phiếu trả lời bằng mã này và mỗi mã chỉ dùng một lần. Cảm ơn Ông/Bà đã quan tâm."),
    )


def ticket_out_of_time(fault: TicketOutOfTime) -> Page:
    """The ticket is good, but its round takes no answers now."""
    text = _(
        "Mã một lần chỉ dùng trong đợt khảo sát của hồ sơ, mà đợt đó hiện không mở. %(unit)s cảm ơn Ông/Bà."
    )
    return _page(410, _("Mã này ngoài thời gian khảo sát"), text % {"unit": fault.unit.name})


def code_changed(_fault: Exception) -> Page:
    """The scanned code is no longer on the screen."""
    return _page(
        410,
        _("Mã trên màn hình đã đổi"),
        _(
            "Mã trên màn hình tại quầy đổi mỗi 30 giây. Xin quét mã đang hiện; mở được phiếu rồi thì cứ trả lời thong thả."
        ),
    )


def withdrawn(_fault: Exception) -> Page:
    """A tablet or screen that an officer has withdrawn."""
    return _page(
        410,
        _("Thiết bị này đã được thu hồi"),
        _("Địa chỉ của thiết bị không dùng được nữa, không có gì được lưu. Xin hỏi cán bộ tại quầy."),
    )


def nothing_loaded(_fault: Exception) -> Page:
    """A list that was good when it was shown is not any more."""
    return _page(
        409,
        _("Chưa nạp được danh sách"),
        _(
            "Đợt khảo sát đã đóng, hoặc đơn vị, lĩnh vực, quầy đã thay đổi. Không có gì được nạp; xin kiểm tra lại."
        ),
    )


def not_ours(_fault: Exception) -> Page:
    """A submission that none of our pages could have sent."""
    return _page(
        400,
        _("Phiếu gửi đến không hợp lệ"),
        _("Không có gì được lưu. Xin quét lại mã QR tại quầy để mở phiếu mới."),
    )


def no_receipt(_fault: Exception) -> Page:
    """An address that cannot be a receipt's."""
    return _page(
        404,
        _("Mã biên nhận chưa đúng"),
        _("Mã biên nhận gồm 10 ký tự, hiện sau khi gửi phiếu. Xin kiểm tra lại từng ký tự."),
    )


def not_found(_fault: Exception) -> Page:
    """No such round or version, or nothing to print."""
    return _page(404, _("Không tìm thấy trang"), _("Địa chỉ này không có. Xin quay lại trang đầu."))


def beyond_part(_fault: Exception) -> Page:
    """Something of the whole province or of another unit, for somebody who is limited to a part."""
    return _page(
        403,
        _("Ngoài phạm vi được giao"),
        _(
            "Tài khoản của Ông/Bà chỉ làm việc với đơn vị được giao và các đơn vị trực thuộc; trang này thuộc "
            "đơn vị khác hoặc cả tỉnh. Xin nhờ người có tài khoản toàn tỉnh."
        ),
    )


def not_settled(_fault: Exception) -> Page:
    """Records of a round to which answers may still come."""
    return _page(
        409,
        _("Số liệu của đợt chưa chốt"),
        _("Tệp phiếu ẩn danh có sau khi số liệu đã chốt, khi không phiếu nào còn có thể gửi đến."),
    )


def part_gone(_fault: Exception) -> Page:
    """A part of a draft that is not there, perhaps removed while somebody else had it open."""
    return _page(
        404,
        _("Không còn mục này trong bản nháp"),
        _(
            "Có thể người khác vừa xoá. Xin mở lại bản nháp; trang lịch sử cho biết ai đã sửa gì và khôi phục được."
        ),
    )


def too_many_posters(fault: TooManyToPrint) -> Page:
    """More posters than one file takes."""
    return _page(
        422,
        _("Quá nhiều áp phích cho một tệp"),
        _("Lựa chọn này có %(count)s áp phích; mỗi tệp tối đa %(most)s. Xin chọn ít hơn, ví dụ từng đơn vị.")
        % {"count": str(fault), "most": MOST_AT_ONCE},
    )


def upload_gone(_fault: Exception) -> Page:
    """A table that was confirmed, dropped or forgotten meanwhile."""
    return _page(
        404,
        _("Tệp này không còn chờ nạp"),
        _("Tệp đã được nạp, đã bỏ hoặc chờ quá một ngày. Xin chọn lại tệp; không có gì thay đổi."),
    )


def expired(_fault: Exception) -> Page:
    """A staff form without a valid token."""
    return _page(400, _("Trang đã hết hiệu lực"), _("Không có gì thay đổi. Xin mở lại trang rồi thử lại."))


def busy(fault: Exception) -> Page:
    """The store cannot answer now; nothing was stored. The log says why, without any answer."""
    current_app.logger.error("the database does not answer: %s", _reason(fault))
    body, status = _page(
        503,
        _("Hệ thống đang bận"),
        _(
            "Nếu Ông/Bà đang gửi phiếu: phiếu chưa được ghi nhận. Xin chờ vài giây rồi gửi lại; không bị tính hai lần."
        ),
    )
    return body, status, {"Retry-After": RETRY_SECONDS}


def full(fault: CounterFull) -> Page:
    """The counter took more in this hour than it can serve; nothing was stored, nothing is lost."""
    wait = fault.reopens - now()
    body, status = _page(
        429,
        _("Quầy này đang nhận quá nhiều phiếu"),
        _(
            "Phiếu của Ông/Bà chưa được ghi nhận. Xin giữ trang đang mở và gửi lại sau %(time)s; "
            "câu trả lời vẫn còn trên trang trước và không bị tính hai lần."
        )
        % {"time": f"{fault.reopens.astimezone(VIETNAM):%H:%M}"},
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
    body, status = _page(status, title, text)
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
    return _page(
        500,
        _("Có lỗi ở phía chúng tôi"),
        _("Nếu Ông/Bà đang gửi phiếu, phiếu có thể chưa được ghi nhận. Xin gửi lại sau ít phút."),
    )


def _reason(fault: Exception) -> str:
    """The first line of what the database said: PostgreSQL repeats the failing row, answers and all, below it."""
    said = str(getattr(fault, "orig", None) or "").splitlines()
    return f"{type(fault).__name__}: {said[0] if said else ''}"


def too_late(_fault: Exception) -> Page:
    """A form that waited on the phone for too long."""
    return _page(
        410,
        _("Phiếu gửi quá muộn"),
        _(
            "Phiếu được hoàn thành đã quá 14 ngày nên không còn được tính. Xin quét lại mã QR nếu muốn trả lời lại."
        ),
    )


def broken_seal(_fault: SealFaulty) -> Page:
    """The chain of seals is not what was written: nothing is shown as if it were."""
    return _page(
        500,
        _("Chuỗi niêm phong không còn nguyên vẹn"),
        _(
            "Một niêm phong đã bị sửa trong cơ sở dữ liệu. Người quản trị cần chạy lệnh “sipas seal verify” để biết chỗ nào."
        ),
    )


def _page(status: int, title: str, text: str, *, code_box: bool = False) -> tuple[str | Response, int]:
    if wants_json():
        return jsonify(title=title, text=text), status
    layout = "officer/layout.html" if _at_the_desk(status) else "citizen/layout.html"
    page = render_template("errors/message.html", title=title, text=text, code_box=code_box, layout=layout)
    return page, status


def _at_the_desk(status: int) -> bool:
    """Whether somebody who is signed in reads it on a staff page; a store that is silent is not asked again."""
    return status < SERVER_FAULTS and request.path.startswith(STAFF) and is_signed_in()
