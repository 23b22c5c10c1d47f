"""The page, or the JSON, that says what is not as expected and what to do."""

from flask import Response, jsonify, render_template, request

from survey.web.access import is_signed_in
from survey.web.site import wants_json

Page = tuple[str | Response, int] | tuple[str | Response, int, dict[str, str]]

STAFF = ("/officer", "/reports")
SERVER_FAULTS = 500


def error_page(
    status: int, title: str, text: str, *, code_box: bool = False, again: bool = False
) -> tuple[str | Response, int]:
    """Say what is not as expected.

    Args:
        status: of HTTP.
        title: what it is.
        text: what it means and what to do.
        code_box: whether a counter's code can be typed in.
        again: whether a citizen's form can be sent again as it came.
    """
    if wants_json():
        return jsonify(title=title, text=text), status
    page = render_template(
        "errors/message.html",
        title=title,
        text=text,
        code_box=code_box,
        sent=_sent_answers() if again else [],
        layout="officer/layout.html" if _at_the_desk(status) else "citizen/layout.html",
    )
    return page, status


def _sent_answers() -> list[tuple[str, str]]:
    """A citizen's form as it came, to be sent again: going back, many browsers show an empty one."""
    return list(request.form.items(multi=True)) if request.blueprint == "citizen" else []


def _at_the_desk(status: int) -> bool:
    """Whether somebody who is signed in reads it on a staff page; a store that is silent is not asked again."""
    return status < SERVER_FAULTS and request.path.startswith(STAFF) and is_signed_in()
