"""The officer's pages: sign in, rounds with live counts, posters, closing."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.actions.people import sign_in
from survey.actions.posters import poster_sheet
from survey.actions.rounds import board, boards, close_round
from survey.core.account import ROLES
from survey.web.access import require
from survey.web.downloads import pdf
from survey.web.forms import SignInForm
from survey.web.site import now, services

pages = Blueprint("officer", __name__, url_prefix="/officer")

OPEN_TO_ALL = frozenset({"officer.enter"})
OPEN_TO_STAFF = frozenset({"officer.leave"})


@pages.before_request
def require_officer() -> Response | None:
    """Every page here is for officers, unless it is listed as open to more people."""
    if request.endpoint in OPEN_TO_ALL:
        return None
    return require(*ROLES) if request.endpoint in OPEN_TO_STAFF else require("officer")


@pages.route("/sign-in", methods=["GET", "POST"])
def enter() -> Response | str | tuple[str, int]:
    """Sign in."""
    form = SignInForm()
    if not form.is_submitted():
        return render_template("officer/sign_in.html", form=form)
    account = None
    if form.validate():
        account = sign_in(services().database, form.name.data or "", form.password.data or "")
        if account is None:
            form.password.errors = [_("Tên đăng nhập hoặc mật khẩu không đúng.")]
    if account is None:
        return render_template("officer/sign_in.html", form=form), 422
    session.clear()
    session["account"] = account.name
    return redirect(url_for("leader.reports" if account.role == "leader" else "officer.rounds"), 303)


@pages.get("")
def home() -> Response:
    """What staff type first."""
    return redirect(url_for("officer.rounds"))


@pages.post("/sign-out")
def leave() -> Response:
    """Sign out."""
    session.clear()
    return redirect(url_for("officer.enter"), 303)


@pages.get("/rounds")
def rounds() -> str:
    """All rounds with their counts."""
    return render_template("officer/rounds.html", boards=boards(services().database))


@pages.get("/rounds/<code>")
def show_round(code: str) -> str:
    """One round: live counts per unit."""
    return render_template("officer/round.html", board=board(services().database, code))


@pages.get("/rounds/<code>/close")
def ask_to_close(code: str) -> Response | str:
    """What closing means, before it is done."""
    found = board(services().database, code)
    if not found.round.is_open:
        flash(_("Đợt khảo sát này không mở nên không có gì để đóng."))
        return redirect(url_for("officer.show_round", code=code))
    return render_template("officer/close.html", board=found)


@pages.post("/rounds/<code>/close")
def close(code: str) -> Response:
    """Close the round."""
    if close_round(services().database, code, now=now()):
        flash(_("Đã đóng đợt khảo sát. Không nhận thêm phiếu; báo cáo từ nay là số liệu cuối."))
    else:
        flash(_("Đợt khảo sát này không mở nên không có gì thay đổi."))
    return redirect(url_for("officer.show_round", code=code), 303)


@pages.get("/posters.pdf")
def posters() -> Response:
    """The posters of all counters, or of one unit's."""
    unit = request.args.get("unit")
    content = poster_sheet(services().database, services().settings.public_url, unit)
    return pdf(content, f"ap-phich-{unit or 'tat-ca'}.pdf")
