"""The leader's board on a phone, and the reports of single units."""

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response

from survey.actions.drilling import Reader, board, unit_page
from survey.actions.strata import strata_page
from survey.core.account import Permission
from survey.web import language
from survey.web.access import guard, needs
from survey.web.downloads import written
from survey.web.site import now, services
from survey.web.waiting import await_figures

pages = Blueprint("dashboard", __name__, url_prefix="/reports/<code>")

guard(pages)


@pages.get("/now")
@needs(Permission.READ_REPORTS)
def show(code: str) -> str:
    """What the first page says now, and the units to look into."""
    search = request.args.get("search", "")[:80]
    page = request.args.get("page", 1, type=int)
    figures = await_figures(code)
    found = board(services().database, code, reader(), search=search, page=page, now=now(), shown=figures)
    return render_template("leader/board.html", board=found, search=search)


@pages.get("/strata")
@needs(Permission.READ_REPORTS)
def show_strata(code: str) -> str:
    """How far every unit and every field of it can be trusted."""
    search = request.args.get("search", "")[:80]
    page = request.args.get("page", 1, type=int)
    figures = await_figures(code)
    found = strata_page(
        services().database, code, reader(), search=search, page=page, now=now(), shown=figures
    )
    return render_template("leader/strata.html", found=found, search=search)


@pages.get("/units/<unit>")
@needs(Permission.READ_REPORTS)
def show_unit(code: str, unit: str) -> str:
    """A unit's report."""
    figures = await_figures(code)
    found = unit_page(services().database, code, unit, None, reader(), now=now(), shown=figures)
    return render_template("leader/unit.html", found=found, code=code, unit=unit, field=None)


@pages.get("/units/<unit>/fields/<field>")
@needs(Permission.READ_REPORTS)
def show_field(code: str, unit: str, field: str) -> str:
    """One field of a unit, down to its items."""
    figures = await_figures(code)
    found = unit_page(services().database, code, unit, field, reader(), now=now(), shown=figures)
    return render_template("leader/unit.html", found=found, code=code, unit=unit, field=field)


@pages.get("/units/<unit>/report.<any(pdf, docx, xlsx):ending>")
@needs(Permission.READ_REPORTS)
def paper(code: str, unit: str, ending: str) -> Response:
    """A unit's report as a file."""
    figures = await_figures(code)
    found = unit_page(services().database, code, unit, None, reader(), now=now(), shown=figures)
    return written(found.document, ending, f"bao-cao-{code}-{unit}")


def reader() -> Reader:
    """What whoever is signed in may see, and how."""
    settings = services().settings
    return Reader(g.account.unit_code, language.current(), settings.public_url, settings.small_cell)
