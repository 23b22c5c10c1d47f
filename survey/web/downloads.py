"""Files as answers."""

from flask import make_response
from werkzeug.wrappers import Response

from reports.document import Document
from reports.writers import WRITERS
from survey.web.waiting import await_file


def pdf(content: bytes, name: str) -> Response:
    """A PDF shown in the browser, saved under ``name``."""
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def picture(content: bytes) -> Response:
    """A PNG picture within a page."""
    response = make_response(content)
    response.headers["Content-Type"] = "image/png"
    return response


def written(document: Document, ending: str, name: str) -> Response:
    """A document as a file: a PDF shown in the browser, others saved.

    Raises:
        StillWorking: while a large one is being written.
    """
    writer = WRITERS[ending]
    whole = f"{name}.{ending}"
    content = await_file(document, ending, whole)
    return pdf(content, whole) if ending == "pdf" else attachment(content, whole, writer.media_type)


def csv(content: bytes, name: str) -> Response:
    """A table saved under ``name``."""
    return attachment(content, name, "text/csv; charset=utf-8")


def attachment(content: bytes, name: str, kind: str) -> Response:
    """A file that is saved under ``name``."""
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
