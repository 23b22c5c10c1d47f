"""A report's way to the public: handed in, recalled, returned, published; and what was published."""

import secrets

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.drafting import tidy
from survey.actions.apart import StillWorking
from survey.actions.approving import NoReason
from survey.actions.issuing import (
    NotFrozen,
    NothingNew,
    NotWaiting,
    give_back,
    recall,
    stored_file,
    submit,
    way,
)
from survey.actions.publishing_apart import Order, Outcome, Refusal, carry_out, outcome
from survey.actions.releasing import set_public
from survey.actions.report_texts import TextsShut
from survey.core.account import BeyondPart, Permission
from survey.core.published_report import LONGEST_REASON, SHORTEST_REASON
from survey.web.access import guard, needs
from survey.web.downloads import pdf
from survey.web.site import now, services

pages = Blueprint("issues", __name__, url_prefix="/reports/<code>/issues")

guard(pages)

Page = Response | str | tuple[str, int]


@pages.get("")
@needs(Permission.READ_REPORTS)
def show(code: str) -> str:
    """Where the report stands, and every issue."""
    return _page(code)


@pages.get("/<int:number>.<any(vi, en):edition>.pdf")
@needs(Permission.READ_REPORTS)
def paper(code: str, number: int, edition: str) -> Response:
    """An issue as it was published, byte for byte."""
    _refuse_parts(code)
    content = stored_file(services().database, code, number, edition)
    return pdf(content, f"bao-cao-{code}-ban-{number}-{edition}.pdf")


@pages.post("/submit")
@needs(Permission.WRITE_REPORTS)
def hand_in(code: str) -> Page:
    """Hand the report in for publishing."""
    reason = " ".join(tidy(request.form.get("reason", "")).split())[:LONGEST_REASON]
    try:
        submit(services().database, code, reason, who=g.account.name, now=now())
    except NoReason:
        error = _(
            "Hãy ghi lý do, ít nhất %(count)s ký tự; lý do được in trong bản mới.", count=SHORTEST_REASON
        )
        return _page(code, reason=reason, reason_error=error), 422
    except TextsShut:
        return _told(code, _("Báo cáo này đã có người trình rồi."), "warning")
    except NothingNew:
        return _told(
            code, _("Bản đã ban hành vẫn đúng như bây giờ nên không có gì để ban hành thêm."), "warning"
        )
    return _told(code, _("Đã trình báo cáo. Một người khác có quyền duyệt sẽ ban hành hoặc trả lại."))


@pages.post("/recall")
@needs(Permission.WRITE_REPORTS)
def take_back(code: str) -> Response:
    """Take back what was handed in."""
    recall(services().database, code, who=g.account.name, now=now())
    return _told(code, _("Đã rút lại báo cáo. Lời báo cáo sửa tiếp được."))


@pages.post("/publish")
@needs(Permission.APPROVE)
def issue(code: str) -> Response:
    """Publish it: from now on it never changes. Where that takes long, the browser is sent to wait for it."""
    settings = services().settings
    read, attempt = request.form.get("read", 0, int), secrets.token_hex(8)
    order = Order(code, read, attempt, settings.public_url, settings.small_cell, g.account.name, now())
    try:
        return _ended(code, carry_out(services().database, order, services().shelf))
    except StillWorking:
        return redirect(url_for("issues.publishing", code=code, read=read, attempt=attempt), 303)


@pages.get("/publishing/<int:read>/<attempt>")
@needs(Permission.APPROVE)
def publishing(code: str, read: int, attempt: str) -> Response:
    """How publishing ended, once it has; until then the page that waits."""
    _refuse_parts(code)
    return _ended(code, outcome(services().database, code, read, attempt, services().shelf))


@pages.post("/return")
@needs(Permission.APPROVE)
def send_back(code: str) -> Page:
    """Return it to its author with a note."""
    note = tidy(request.form.get("note", ""))[: 4 * LONGEST_REASON]
    try:
        give_back(services().database, code, note, who=g.account.name, now=now())
    except NoReason:
        return _page(code, note_error=_("Hãy ghi rõ cần sửa gì trước khi trả lại.")), 422
    return _told(code, _("Đã trả lại báo cáo kèm ghi chú."))


@pages.post("/<int:number>/public")
@needs(Permission.APPROVE)
def release(code: str, number: int) -> Response:
    """Let everybody read an issue, or no more."""
    is_public = "public" in request.form
    done = set_public(services().database, code, number, is_public=is_public, who=g.account.name, now=now())
    if not done:
        return _told(code, _("Bản này đã như vậy từ trước nên không có gì thay đổi."), "warning")
    said = _("Đã công khai: ai cũng đọc được.") if is_public else _("Đã thôi công khai bản này.")
    return _told(code, said)


@pages.errorhandler(NotWaiting)
def not_waiting(_fault: NotWaiting | None = None) -> Response:
    """It was recalled, returned, published or handed in anew since the page was opened."""
    words = _("Báo cáo đã đổi trạng thái sau khi Ông/Bà mở trang nên không có gì thay đổi. Xin xem lại.")
    return _told((request.view_args or {})["code"], words, "warning")


@pages.errorhandler(NotFrozen)
def not_frozen(_fault: NotFrozen | None = None) -> Response:
    """The numbers can still change."""
    words = _("Số liệu của đợt chưa chốt hoặc vừa đổi nên chưa trình, chưa ban hành được.")
    return _told((request.view_args or {})["code"], words, "warning")


def _page(code: str, *, reason: str = "", reason_error: str = "", note_error: str = "") -> str:
    _refuse_parts(code)
    return render_template(
        "reports/issues.html",
        way=way(services().database, code, now=now()),
        reason=reason,
        reason_error=reason_error,
        note_error=note_error,
        longest_reason=LONGEST_REASON,
    )


def _refuse_parts(code: str) -> None:
    """The report is about the whole province."""
    if g.account.unit_code is not None:
        raise BeyondPart(code)


def _ended(code: str, ended: Outcome) -> Response:
    """Say how publishing ended."""
    if isinstance(ended, int):
        return _told(code, _("Đã ban hành bản số %(number)s. Bản này không bao giờ đổi.", number=ended))
    if ended is Refusal.NOT_FROZEN:
        return not_frozen()
    if ended is Refusal.NOT_WAITING:
        return not_waiting()
    words = {
        Refusal.AUTHOR: _("Ông/Bà đã viết hoặc trình báo cáo này nên cần một người khác duyệt."),
        Refusal.BROKEN: _(
            "Chưa ban hành: dữ liệu của đợt không còn như lúc chốt. Chạy “sipas rounds verify” để biết chỗ nào khác."
        ),
        Refusal.STOPPED: _("Việc ban hành dừng giữa chừng nên chưa có gì được ban hành. Xin ban hành lại."),
    }
    return _told(code, words[ended], "warning")


def _told(code: str, words: str, kind: str = "message") -> Response:
    flash(words, kind)
    return redirect(url_for("issues.show", code=code), 303)
