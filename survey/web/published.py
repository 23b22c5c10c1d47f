"""Everybody's pages: the reports that were published and made public, as they were published."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from survey.actions.releasing import public_file, public_report, public_reports
from survey.web.downloads import pdf
from survey.web.site import now, services

pages = Blueprint("published", __name__, url_prefix="/published")


@pages.get("")
def everything() -> str:
    """Every report that everybody may read."""
    return render_template("citizen/published.html", reports=public_reports(services().database, now=now()))


@pages.get("/<code>")
def show(code: str) -> str:
    """One report: its main figures, its files, and how to check them."""
    found = public_report(services().database, code, now=now())
    return render_template("citizen/published_report.html", report=found)


@pages.get("/<code>/<int:number>.<any(vi, en):edition>.pdf")
def paper(code: str, number: int, edition: str) -> Response:
    """An issue as it was published, byte for byte."""
    content = public_file(services().database, code, number, edition)
    return pdf(content, f"bao-cao-{code}-ban-{number}-{edition}.pdf")
