"""The approver's two answers to a draft that was handed in; what is read before is the editor's page of the gate."""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.drafting import tidy
from questionnaires.version import short_fingerprint
from survey.actions.approving import ApproverIsAuthor, NoReason, approve, give_back
from survey.actions.drafting import ChangedMeanwhile, DraftShut, GateShut
from survey.core.account import Permission
from survey.web.access import guard, needs
from survey.web.draft_words import state_name
from survey.web.site import now, services

pages = Blueprint("approval", __name__, url_prefix="/officer/questionnaires/drafts")

guard(pages)


@pages.post("/<int:draft>/approve")
@needs(Permission.APPROVE)
def approve_draft(draft: int) -> Response:
    """Publish: number, date and fingerprint are fixed from now on."""
    standing = request.form.get("revision", 0, int)
    try:
        version = approve(services().database, draft, standing=standing, who=g.account.name, now=now())
    except ApproverIsAuthor:
        return _refused(draft, _("Ông/Bà đã soạn hoặc trình bản nháp này nên cần một người khác duyệt."))
    except GateShut:
        return _refused(draft, _("Chưa ban hành được: cổng kiểm tra còn lỗi, xem bên dưới."))
    except ChangedMeanwhile:
        return _refused(draft, _("Bản nháp đã đổi sau khi Ông/Bà mở trang. Xin đọc lại rồi duyệt."))
    flash(
        _(
            "Đã ban hành phiên bản %(number)s, dấu vân tay %(print)s.",
            number=version.number,
            print=short_fingerprint(version.fingerprint),
        )
    )
    return redirect(url_for("questionnaires.version", print_=version.fingerprint), 303)


@pages.post("/<int:draft>/return")
@needs(Permission.APPROVE)
def return_draft(draft: int) -> Response:
    """Give it back to its author with a note."""
    note = tidy(request.form.get("note", ""))
    try:
        give_back(services().database, draft, note, who=g.account.name, now=now())
    except NoReason:
        return _refused(draft, _("Hãy ghi rõ cần sửa gì trước khi trả lại."))
    flash(_("Đã trả lại bản nháp kèm ghi chú."))
    return redirect(url_for("questionnaires.shelves"), 303)


@pages.errorhandler(DraftShut)
def shut(fault: DraftShut) -> Response:
    """The draft does not wait for approval."""
    words = _(
        "Bản nháp đang ở trạng thái “%(state)s” nên không duyệt được.", state=state_name(fault.draft.state)
    )
    return _refused(fault.draft.id, words)


def _refused(draft: int, words: str) -> Response:
    flash(words, "warning")
    return redirect(url_for("editor.check", draft=draft), 303)
