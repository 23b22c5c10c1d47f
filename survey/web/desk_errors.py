"""What officers and leaders see when something is not as expected; the rest stands in :mod:`survey.web.errors`."""

from collections.abc import Callable

from flask import Flask
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from questionnaires.drafting import PartUnknown
from survey.actions.apart import StillWorking
from survey.actions.devices import DeviceUnknown
from survey.actions.drafting import DraftUnknown
from survey.actions.issuing import IssueUnknown
from survey.actions.keying import PileDropped, PileUnknown
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
from survey.core.seal import SealFaulty
from survey.core.ticket_list import ListFaulty
from survey.web.error_page import Page, error_page
from survey.web.waiting import still_working

NOT_THERE = (
    DeviceUnknown,
    SealUnknown,
    RoundUnknown,
    FigureUnknown,
    IssueUnknown,
    NothingToPrint,
    PersonUnknown,
    VersionUnknown,
    DraftUnknown,
    PlaceUnknown,
    LoadUnknown,
    PileUnknown,
)
"""Faults of which the page says no more than that there is no such thing."""


def install(app: Flask, not_found: Callable[[Exception], Page]) -> None:
    """Give every fault of the desk its page.

    Args:
        app: the application.
        not_found: the page for what is not there.
    """
    for fault in NOT_THERE:
        app.register_error_handler(fault, not_found)
    app.register_error_handler(StillWorking, still_working)
    app.register_error_handler(TicketsClosed, nothing_loaded)
    app.register_error_handler(ListFaulty, nothing_loaded)
    app.register_error_handler(BeyondPart, beyond_part)
    app.register_error_handler(NotSettled, not_settled)
    app.register_error_handler(PartUnknown, part_gone)
    app.register_error_handler(TooManyToPrint, too_many_posters)
    app.register_error_handler(UploadGone, upload_gone)
    app.register_error_handler(PileDropped, pile_dropped)
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(SealFaulty, broken_seal)


def nothing_loaded(_fault: Exception) -> Page:
    """A list that was good when it was shown is not any more."""
    return error_page(
        409,
        _("Chưa nạp được danh sách"),
        _(
            "Đợt khảo sát đã đóng, hoặc đơn vị, lĩnh vực, quầy đã thay đổi. Không có gì được nạp; xin kiểm tra lại."
        ),
    )


def beyond_part(_fault: Exception) -> Page:
    """Something of the whole province or of another unit, for somebody who is limited to a part."""
    return error_page(
        403,
        _("Ngoài phạm vi được giao"),
        _(
            "Tài khoản của Ông/Bà chỉ làm việc với đơn vị được giao và các đơn vị trực thuộc; trang này thuộc "
            "đơn vị khác hoặc cả tỉnh. Xin nhờ người có tài khoản toàn tỉnh."
        ),
    )


def not_settled(_fault: Exception) -> Page:
    """Records of a round to which answers may still come."""
    return error_page(
        409,
        _("Số liệu của đợt chưa chốt"),
        _("Tệp phiếu ẩn danh có sau khi số liệu đã chốt, khi không phiếu nào còn có thể gửi đến."),
    )


def part_gone(_fault: Exception) -> Page:
    """A part of a draft that is not there, perhaps removed while somebody else had it open."""
    return error_page(
        404,
        _("Không còn mục này trong bản nháp"),
        _(
            "Có thể người khác vừa xoá. Xin mở lại bản nháp; trang lịch sử cho biết ai đã sửa gì và khôi phục được."
        ),
    )


def too_many_posters(fault: TooManyToPrint) -> Page:
    """More posters than one file takes."""
    return error_page(
        422,
        _("Quá nhiều áp phích cho một tệp"),
        _("Lựa chọn này có %(count)s áp phích; mỗi tệp tối đa %(most)s. Xin chọn ít hơn, ví dụ từng đơn vị.")
        % {"count": str(fault), "most": MOST_AT_ONCE},
    )


def upload_gone(_fault: Exception) -> Page:
    """A table that was confirmed, dropped or forgotten meanwhile."""
    return error_page(
        404,
        _("Tệp này không còn chờ nạp"),
        _("Tệp đã được nạp, đã bỏ hoặc chờ quá một ngày. Xin chọn lại tệp; không có gì thay đổi."),
    )


def pile_dropped(_fault: Exception) -> Page:
    """A pile of paper forms that was begun by mistake."""
    return error_page(
        404,
        _("Tập phiếu này đã bỏ"),
        _("Tập được lập nhầm nên đã bỏ, không có phiếu nào được tính. Xin nhập các tờ phiếu vào tập khác."),
    )


def expired(_fault: Exception) -> Page:
    """A staff form without a valid token."""
    return error_page(
        400, _("Trang đã hết hiệu lực"), _("Không có gì thay đổi. Xin mở lại trang rồi thử lại.")
    )


def broken_seal(_fault: SealFaulty) -> Page:
    """The chain of seals is not what was written: nothing is shown as if it were."""
    return error_page(
        500,
        _("Chuỗi niêm phong không còn nguyên vẹn"),
        _(
            "Một niêm phong đã bị sửa trong cơ sở dữ liệu. Người quản trị cần chạy lệnh “sipas seal verify” để biết chỗ nào."
        ),
    )
