"""What travels: static files under addresses that name their content, and small answers.

A static file's address carries a digest of its content, so that a phone keeps it for a year and asks again only when
it has changed. Citizens' pages and static files are compressed. Pages of people who are signed in are not: they hold
tokens beside words that others can choose, and the length of the compressed page would tell about the token.
"""

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, request

YEAR_SECONDS = 365 * 24 * 3600
HTTP_OK = 200
NOT_WHOLE = {204, 206, 304}
TELLING_NOTHING = ("Content-Disposition", "Accept-Ranges", "Last-Modified")
"""Headers that Flask sends with a file, and that each phone would load: the ETag says when it changed."""

COMPRESSIBLE = {"text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"}
LEAST_BYTES = 500
PAGE_LEVEL = 5
"""Beyond it, a form's page takes twice the time for a handful of bytes."""

FILE_LEVEL = 9
"""Files are compressed once."""


def install(app: Flask) -> None:
    """Name the content in the addresses of static files, and compress."""
    app.url_defaults(_name_content)
    app.after_request(_keep_static)
    app.after_request(_compress)


def digest(file: Path) -> str:
    """Sixteen hexadecimal digits that change with a file's content."""
    return _digest(file, file.stat().st_mtime_ns)


@lru_cache
def _digest(file: Path, _modified: int) -> str:
    return sha256(file.read_bytes()).hexdigest()[:16]


def _static(name: str) -> Path:
    return Path(current_app.static_folder or "") / name


def _name_content(endpoint: str, values: dict[str, object]) -> None:
    if endpoint == "static" and (file := _static(str(values["filename"]))).is_file():
        values["v"] = digest(file)


def _keep_static(response: Response) -> Response:
    """For ever where the address names this very content; an address of other content must not be kept."""
    if request.endpoint == "static" and response.status_code == HTTP_OK:
        for name in TELLING_NOTHING:
            response.headers.pop(name, None)
        named = digest(_static((request.view_args or {})["filename"])) == request.args.get("v")
        response.headers["Cache-Control"] = (
            f"public, max-age={YEAR_SECONDS}, immutable" if named else "no-cache"
        )
    return response


def _compress(response: Response) -> Response:
    if (
        not (request.endpoint == "static" or request.blueprint == "citizen")
        or response.mimetype not in COMPRESSIBLE
        or response.status_code in NOT_WHOLE
        or "Content-Encoding" in response.headers
        or _is_short(response)
    ):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.direct_passthrough = False
        pack = _packed_once if request.endpoint == "static" and response.status_code == HTTP_OK else _packed
        response.set_data(pack(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        if response.headers.get("ETag"):
            # The content is the same, its bytes are not.
            response.set_etag(response.get_etag()[0] or "", weak=True)
    return response


def _packed(content: bytes, level: int = PAGE_LEVEL) -> bytes:
    # A fixed time, so that the same content is the same bytes.
    return gzip.compress(content, level, mtime=0)


@lru_cache(maxsize=64)
def _packed_once(content: bytes) -> bytes:
    return _packed(content, FILE_LEVEL)


def _is_short(response: Response) -> bool:
    return (response.content_length or response.calculate_content_length() or LEAST_BYTES) < LEAST_BYTES
