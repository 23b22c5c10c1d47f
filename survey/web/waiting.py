"""The page that readers wait on while something large is worked out; it comes back by itself, without a script."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from reports.document import Document
from survey.actions.apart import StillWorking
from survey.actions.figures import Shown
from survey.actions.figures_apart import prepare_figures, prepared_file
from survey.actions.progress import Progress
from survey.actions.reading_apart import StillReading
from survey.web.site import now, services

PATIENCE = 3
"""Seconds after which the browser asks again."""


ASKED = ("sheet", "header", "missing", "end")
"""What a form may say of how a table is read."""


def await_figures(code: str) -> Shown:
    """A round's figures once they are at hand.

    Raises:
        StillWorking: until then; :func:`still_working` is its page.
        RoundUnknown: if there is no such round.
    """
    return prepare_figures(
        services().database,
        code,
        small_cell=services().settings.small_cell,
        now=now(),
        shelf=services().shelf,
    )


def await_file(document: Document, ending: str, name: str) -> bytes:
    """A document as a file.

    Raises:
        StillWorking: while a large one is being written.
    """
    return prepared_file(document, ending, name, services().shelf)


def still_working(fault: StillWorking) -> Response:
    """How long it has been going on."""
    page = render_template(
        "leader/waiting.html", seconds=round(fault.seconds), address=request.full_path.rstrip("?")
    )
    return _coming_back(page)


def waiting_for_load(fault: StillWorking, words: str, progress: Progress | None, code: str) -> Response:
    """How far the reading or taking of a large file has come; ``words`` says which of both it is."""
    page = render_template(
        "sources/load_waiting.html",
        seconds=round(fault.seconds),
        words=words,
        progress=progress,
        code=code,
    )
    return _coming_back(page)


def wait_for_table(pages: Blueprint, first: str) -> None:
    """Let whoever needs a table that is still being read wait for it.

    Args:
        pages: those of the file.
        first: the endpoint that shows what was read, where a form that was sent meanwhile leads, too.
    """

    @pages.errorhandler(StillReading)
    def wait(fault: StillReading) -> Response:
        if request.method == "GET":
            page = render_template("sources/reading.html", seconds=round(fault.seconds))
            return _coming_back(page)
        asked: dict[str, Any] = {name: value for name in ASKED if (value := request.form.get(name))}
        return redirect(url_for(f"{pages.name}.{first}", **(request.view_args or {}), **asked), 303)


def _coming_back(page: str) -> Response:
    """A browser asks again by itself; nothing must ask for the same page more often."""
    response = make_response(page, 202)
    response.headers["Refresh"] = response.headers["Retry-After"] = str(PATIENCE)
    response.headers["Cache-Control"] = "no-store"
    return response
