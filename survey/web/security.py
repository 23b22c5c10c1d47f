"""Guards on every response and every form."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from survey.web import citizen, trial
from survey.web.site import services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

POLICIES = {
    "trial": POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
    "editor": f"{POLICY}; frame-src 'self'",
}
"""By blueprint: the editor shows a draft's trial in a frame of its own pages."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

FILES = {"static", "fonts"}
FOR_FILES = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}
"""A style, script or font is no page: every phone loads these headers, and the others would say nothing of it."""

FORMS = {
    "citizen.show",
    "citizen.show_ticket",
    "citizen.show_now",
    "citizen.send",
    "citizen.answer",
    "citizen.begun",
}

FROM_HERE = {"same-origin", "none"}


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions, with the signer made once instead of for every request, citizens' too."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of the session's cookie."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


HOLD = "private, no-cache"
"""Going back to a form must show the same page with the same id, or an answer sent again would count again."""

FOR_HTTPS = ("Strict-Transport-Security", "max-age=31536000")


def headers_of_forms(*, is_https: bool) -> list[tuple[str, str]]:
    """What :func:`install` adds to citizens' forms and their acknowledgements."""
    return [*HEADERS.items(), *([FOR_HTTPS] if is_https else []), ("Cache-Control", HOLD)]


def install(app: Flask) -> None:
    """Send the headers, refuse posts from other sites, protect staff forms with tokens."""
    app.session_interface = Sessions()
    app.after_request(_add_headers)
    app.before_request(_refuse_invisible_characters)
    app.before_request(_refuse_foreign_posts)
    app.wsgi_app = _whole_bodies(app.wsgi_app)  # type: ignore[assignment, method-assign]
    # Citizens have no session and so no authority that another site could abuse: no token, no cookie.
    protection = CSRFProtect(app)
    protection.exempt(citizen.pages)
    protection.exempt(trial.pages)


def _add_headers(response: Response) -> Response:
    if request.blueprint in POLICIES:
        response.headers["Content-Security-Policy"] = POLICIES[request.blueprint]
    is_file = request.endpoint in FILES and response.status_code < HTTPStatus.BAD_REQUEST
    for name, value in (FOR_FILES if is_file else HEADERS).items():
        response.headers.setdefault(name, value)
    if services().settings.is_https:
        response.headers.setdefault(*FOR_HTTPS)
    if request.endpoint in FORMS:
        response.headers.setdefault("Cache-Control", HOLD)
    elif request.endpoint not in FILES:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _refuse_invisible_characters() -> None:
    """No address of ours holds a control character; PostgreSQL would not even take one."""
    if not request.path.isprintable():
        abort(404)


def _refuse_foreign_posts() -> None:
    """Browsers say where a post comes from; older ones that do not are let through."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in FROM_HERE:
        abort(403)


def _whole_bodies(serve: "WSGIApplication") -> "WSGIApplication":
    """Refuse a form that was cut off by a broken connection: its front may look like a whole one, answers missing.

    Gunicorn hands over what came and promises that it is all, which Werkzeug believes. Without the promise Werkzeug
    counts the bytes itself and answers 400 when some are missing.
    """

    def counted(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ.pop("wsgi.input_terminated", None)
        return serve(environ, start_response)

    return counted
