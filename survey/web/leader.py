"""The leader's pages: reports on screen and on paper, from one document."""

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response

from reports.document import Document
from survey.actions.issuing import newest_issues, published_paper, way
from survey.actions.report import round_document
from survey.actions.rounds import boards
from survey.core.account import Permission
from survey.web import language
from survey.web.access import guard, needs
from survey.web.downloads import pdf, written
from survey.web.site import now, services
from survey.web.waiting import await_figures

pages = Blueprint("leader", __name__, url_prefix="/reports")


guard(pages)


@pages.get("")
@needs(Permission.READ_REPORTS)
def reports() -> str:
    """Which rounds have a report, and what the published ones say."""
    return render_template(
        "leader/reports.html",
        boards=boards(services().database, within=g.account.unit_code, now=now()),
        issues=newest_issues(services().database),
    )


@pages.get("/<code>")
@needs(Permission.READ_REPORTS)
def show(code: str) -> str:
    """A round's report as a page."""
    document = _document(code)
    return render_template(
        "leader/report.html", document=document, code=code, way=way(services().database, code, now=now())
    )


@pages.get("/<code>.<any(pdf, docx, xlsx):ending>")
@needs(Permission.READ_REPORTS)
def paper(code: str, ending: str) -> Response:
    """A round's report as a file: PDF to print, Word to go on writing, Excel to compute with."""
    if ending == "pdf":
        issued = published_paper(
            services().database, code, language.current(), within=g.account.unit_code, now=now()
        )
        if issued is not None:
            return pdf(issued, f"bao-cao-{code}.pdf")
    return written(_document(code, every_stratum=ending == "xlsx"), ending, f"bao-cao-{code}")


def _document(code: str, *, every_stratum: bool = False) -> Document:
    # Who is limited to a part is refused at once.
    figures = await_figures(code) if g.account.unit_code is None else None
    return round_document(
        services().database,
        code,
        language.current(),
        public_url=services().settings.public_url,
        small_cell=services().settings.small_cell,
        within=g.account.unit_code,
        now=now(),
        every_stratum=every_stratum,
        shown=figures,
    )
