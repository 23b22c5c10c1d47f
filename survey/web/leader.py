"""The leader's pages: reports on screen and on paper, from one document."""

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response

from reports.pdf import write_pdf
from survey.actions.report import round_document
from survey.actions.rounds import boards
from survey.core.account import Permission
from survey.web import language
from survey.web.access import guard, needs
from survey.web.downloads import pdf
from survey.web.site import now, services

pages = Blueprint("leader", __name__, url_prefix="/reports")


guard(pages)


@pages.get("")
@needs(Permission.READ_REPORTS)
def reports() -> str:
    """Which rounds have a report."""
    return render_template(
        "leader/reports.html", boards=boards(services().database, within=g.account.unit_code, now=now())
    )


@pages.get("/<code>")
@needs(Permission.READ_REPORTS)
def show(code: str) -> str:
    """A round's report as a page."""
    document = round_document(
        services().database, code, language.current(), within=g.account.unit_code, now=now()
    )
    return render_template("leader/report.html", document=document, code=code)


@pages.get("/<code>.pdf")
@needs(Permission.READ_REPORTS)
def paper(code: str) -> Response:
    """A round's report as PDF."""
    document = round_document(
        services().database, code, language.current(), within=g.account.unit_code, now=now()
    )
    return pdf(write_pdf(document), f"bao-cao-{code}.pdf")
