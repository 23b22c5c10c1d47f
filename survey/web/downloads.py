"""Files as answers."""

from flask import make_response
from werkzeug.wrappers import Response


def pdf(content: bytes, name: str) -> Response:
    """A PDF shown in the browser, saved under ``name``."""
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def csv(content: bytes, name: str) -> Response:
    """A table saved under ``name``."""
    return attachment(content, name, "text/csv; charset=utf-8")


def attachment(content: bytes, name: str, kind: str) -> Response:
    """A file that is saved under ``name``."""
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
