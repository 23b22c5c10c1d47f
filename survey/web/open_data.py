"""Open data of a round: which files there are, and the files."""

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response

from survey.actions.open_data import MEDIA_TYPES, credibility_file, has_records, open_file
from survey.core.account import BeyondPart, Permission
from survey.web.access import guard, needs
from survey.web.dashboard import reader
from survey.web.downloads import attachment
from survey.web.site import now, services
from survey.web.waiting import await_figures

pages = Blueprint("open_data", __name__, url_prefix="/reports/<code>/data")

guard(pages)


@pages.get("")
@needs(Permission.READ_REPORTS)
def show(code: str) -> str:
    """The files and what each is for."""
    if g.account.unit_code is not None:
        raise BeyondPart(code)
    found = has_records(services().database, code, now=now())
    return render_template("leader/open_data.html", code=code, has_records=found)


@pages.get("/credibility.csv")
@needs(Permission.READ_REPORTS)
def credibility(code: str) -> Response:
    """Every unit and stratum with what tells how far it can be trusted."""
    figures = await_figures(code) if g.account.unit_code is None else None
    content = credibility_file(services().database, code, reader(), now=now(), shown=figures)
    return attachment(content, f"do-tin-cay-{code}.csv", MEDIA_TYPES["csv"])


@pages.get("/file.<any(csv, json, xml, sav, xlsx):ending>")
@needs(Permission.READ_REPORTS)
def file(code: str, ending: str) -> Response:
    """One of the files."""
    figures = await_figures(code) if g.account.unit_code is None else None
    content = open_file(services().database, code, ending, reader(), now=now(), shown=figures)
    name = "phieu-hoi" if ending == "xlsx" else "du-lieu-mo"
    return attachment(content, f"{name}-{code}.{ending}", MEDIA_TYPES[ending])
