"""The officer's pages: rounds with live counts, posters, closing."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.actions.posters import poster_sheet
from survey.actions.rounds import board, boards
from survey.actions.seals import close_round_and_seal
from survey.core.account import Permission
from survey.web.access import guard, needs
from survey.web.downloads import pdf
from survey.web.site import now, services

pages = Blueprint("officer", __name__, url_prefix="/officer")

guard(pages)


@pages.get("")
@needs(Permission.OWN_ACCOUNT)
def home() -> Response:
    """What staff type first: the rounds, or the reports for those who only read."""
    begins = "officer.rounds" if g.account.may(Permission.SEE_ROUNDS) else "leader.reports"
    return redirect(url_for(begins))


@pages.get("/rounds")
@needs(Permission.SEE_ROUNDS)
def rounds() -> str:
    """All rounds with their counts."""
    return render_template(
        "officer/rounds.html", boards=boards(services().database, within=g.account.unit_code)
    )


@pages.get("/rounds/<code>")
@needs(Permission.SEE_ROUNDS)
def show_round(code: str) -> str:
    """One round: live counts per unit."""
    return render_template(
        "officer/round.html", board=board(services().database, code, within=g.account.unit_code)
    )


@pages.get("/rounds/<code>/close")
@needs(Permission.RUN_ROUNDS)
def ask_to_close(code: str) -> Response | str:
    """What closing means, before it is done."""
    found = board(services().database, code, within=g.account.unit_code)
    if not found.round.is_open:
        flash(_("Đợt khảo sát này không mở nên không có gì để đóng."))
        return redirect(url_for("officer.show_round", code=code))
    return render_template("officer/close.html", board=found)


@pages.post("/rounds/<code>/close")
@needs(Permission.RUN_ROUNDS)
def close(code: str) -> Response:
    """Close the round."""
    if close_round_and_seal(services().database, code, by=g.account, now=now(), key=services().key):
        flash(_("Đã đóng đợt khảo sát. Không nhận thêm phiếu; báo cáo từ nay là số liệu cuối."))
    else:
        flash(_("Đợt khảo sát này không mở nên không có gì thay đổi."))
    return redirect(url_for("officer.show_round", code=code), 303)


@pages.get("/posters.pdf")
@needs(Permission.PRINT)
def posters() -> Response:
    """The posters of all counters, or of one unit's."""
    unit = request.args.get("unit")
    content = poster_sheet(
        services().database, services().settings.public_url, unit, within=g.account.unit_code
    )
    return pdf(content, f"ap-phich-{unit or 'tat-ca'}.pdf")
