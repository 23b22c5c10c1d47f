"""The three requests of a usual visit, answered in front of the framework.

Nearly all that citizens ask for is a counter's page, the sending of its form by the page's script, and before it the
script's word that answering was begun. Contexts, hooks and routes of the framework cost more there than all that is
done, so these three are read and answered here. Whatever is
not entirely as usual, faults of the database too, is left to the pages of :mod:`survey.web.citizen`, which do the same
and more; what is stored under an id is stored once, whoever tries. A test compares what both send.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import orjson
from flask import Flask
from werkzeug.datastructures import MultiDict

from questionnaires.definition import RESERVED_CODES
from survey.actions.answering import Sheet, open_counter, reopen, submit_at_once
from survey.actions.comparing import version_name
from survey.core.visit import Visit
from survey.web import language
from survey.web.rendered_form import Key, kept_form
from survey.web.security import FROM_HERE, headers_of_forms
from survey.web.site import Services, now
from survey.web.visits import signed, visit_in, waited_in

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ADDRESS = re.compile(r"/q/([2-9A-Z]{8})(/send(/begun)?)?")
_FORM = re.compile(r"application/x-www-form-urlencoded(;\s?charset=utf-8)?", re.IGNORECASE)

SHEETS_KEPT = 10_000
"""Counters in memory, some hundred bytes each beside the version that they share."""

_PAGE = "text/html; charset=utf-8"

_Reply = tuple[str, str, bytes]
"""Status, type and body."""


def install(app: Flask, services: Services) -> None:
    """Put the short way in front of the application."""
    app.wsgi_app = UsualVisit(app.wsgi_app, services, app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]


class UsualVisit:
    """The short way, and behind it the application that answers everything else."""

    def __init__(self, serve: "WSGIApplication", services: Services, longest_body: int) -> None:
        self._serve = serve
        self._services = services
        self._longest = longest_body
        self._headers = headers_of_forms(is_https=services.settings.is_https)
        self._sheets: dict[tuple[str, str, str], Sheet] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        address = _ADDRESS.fullmatch(environ["PATH_INFO"])
        reply = None
        if address and not environ.get("QUERY_STRING") and not environ.get("SCRIPT_NAME"):
            try:
                if environ["REQUEST_METHOD"] == "GET" and not address[2]:
                    reply = self._show(address[1], environ)
                elif environ["REQUEST_METHOD"] == "POST":
                    reply = (self._begin if address[3] else self._take)(address[1], environ)
            except Exception:  # noqa: BLE001  the application finds it too, and says what it is
                reply = None
        if reply is None:
            return self._serve(environ, start_response)
        status, kind, body = reply
        packed = [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")] if body and kind == _PAGE else []
        size = [("Content-Length", str(len(body)))] if body else []
        start_response(status, [*packed, ("Content-Type", kind), *size, *self._headers])
        return [body]

    def _show(self, code: str, environ: "WSGIEnvironment") -> _Reply | None:
        """The page of a counter, where it was rendered before."""
        encodings = environ.get("HTTP_ACCEPT_ENCODING", "").split(",")
        if "gzip" not in map(str.strip, encodings):
            return None
        moment = now()
        sheet = open_counter(self._services.database, code, now=moment)
        visit = sheet.visit(secrets.token_hex(16), mode="qr", now=moment)
        self._keep(visit, sheet)
        if sheet.owner is None:
            return None
        page = kept_form(Key.of(sheet, language.LANGUAGES[0], sheet.owner), self._filled_in(sheet, visit))
        if page is None:
            return None
        self._services.openings.opened(sheet, visit, now=moment)
        return "200 OK", _PAGE, page

    def _filled_in(self, sheet: Sheet, visit: Visit) -> Mapping[str, str]:
        return {
            "address": f"/q/{sheet.counter.code}/send",
            "unit": sheet.unit.name,
            "counter": sheet.counter.name,
            "response_id": visit.response_id,
            "token": signed(visit, self._services.settings.secret_key),
        }

    def _take(self, code: str, environ: "WSGIEnvironment") -> _Reply | None:
        """Store what a page's script sent, and acknowledge it."""
        form = self._form(environ)
        if form is None or language.SWITCH in form:
            return None
        visit = visit_in(form, code, self._services.settings.secret_key)
        if visit.ticket or visit.device:
            return None
        sheet = self._sheet(visit)
        definition = sheet.version.definition
        wanted = form.get("lang", "")
        read_in = wanted if wanted in definition.languages else language.LANGUAGES[0]
        done = submit_at_once(
            self._services.database,
            sheet,
            visit,
            {name: texts for name, texts in form.lists() if name not in RESERVED_CODES},
            response_id=form.get("id", ""),
            language=read_in,
            waited=waited_in(form),
            now=now(),
            key=self._services.key,
        )
        if done is None:
            return None
        thanks = {"of": version_name(sheet.version)} | (
            {} if read_in == language.LANGUAGES[0] else {"lang": read_in}
        )
        said = {
            "id": form["id"],
            "kept_first": False,
            "receipt": done.receipt,
            "thanks": f"/x/{done.receipt}?{urlencode(thanks)}",
        }
        return "201 CREATED", "application/json", orjson.dumps(said) + b"\n"

    def _begin(self, code: str, environ: "WSGIEnvironment") -> _Reply | None:
        """Count what a page's script says when the first answer is touched."""
        body = self._body(environ)
        if body is None:
            return None
        visit = visit_in({"visit": body.decode()}, code, self._services.settings.secret_key)
        # The field of a ticket stands on no sheet that is kept.
        if visit.ticket:
            return None
        self._services.openings.started(self._sheet(visit), visit, now=now())
        return "204 NO CONTENT", _PAGE, b""

    def _form(self, environ: "WSGIEnvironment") -> MultiDict[str, str] | None:
        """The fields that a page's script of ours sent."""
        if environ.get("HTTP_ACCEPT") != "application/json" or not _FORM.fullmatch(
            environ.get("CONTENT_TYPE", "")
        ):
            return None
        body = self._body(environ)
        if body is None:
            return None
        return MultiDict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000))

    def _body(self, environ: "WSGIEnvironment") -> bytes | None:
        """What a page of ours sent, whole; it stays there for the application."""
        length = environ.get("CONTENT_LENGTH", "")
        if (
            environ.get("HTTP_SEC_FETCH_SITE", "none") not in FROM_HERE
            or not length.isdecimal()
            or int(length) > self._longest
        ):
            return None
        body: bytes = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = BytesIO(body)
        return body if len(body) == int(length) else None

    def _sheet(self, visit: Visit) -> Sheet:
        """The sheet that a page was opened with, if possible without asking the database."""
        kept = self._sheets.get((visit.counter_code, visit.round_code, visit.version_fingerprint))
        return kept or self._keep(visit, reopen(self._services.database, visit))

    def _keep(self, visit: Visit, sheet: Sheet) -> Sheet:
        if len(self._sheets) >= SHEETS_KEPT:
            self._sheets.clear()
        self._sheets[visit.counter_code, visit.round_code, visit.version_fingerprint] = sheet
        return sheet
