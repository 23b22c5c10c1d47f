"""The auditor's pages: who did what when."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from reports.spreadsheet_text import write_csv
from survey.actions.trail import deeds, doers
from survey.core.account import Permission
from survey.core.trail import Deed, Search
from survey.web.access import guard, needs
from survey.web.deeds import detail, meant_by, sentence, title
from survey.web.downloads import csv
from survey.web.site import local_time, services

pages = Blueprint("trail", __name__, url_prefix="/officer")
guard(pages)

PER_PAGE = 50
LARGEST_NUMBER = 2**31 - 1


@pages.get("/trail")
@needs(Permission.READ_TRAIL)
def show() -> str:
    """The newest deeds, fifty at a time."""
    search = _search()
    database = services().database
    found = deeds(database, search, limit=PER_PAGE + 1, before=_before())
    shown = found[:PER_PAGE]
    return render_template(
        "officer/trail.html",
        rows=[(entry, sentence(entry), detail(entry)) for entry in shown],
        older=shown[-1].number if len(found) > PER_PAGE else None,
        is_first=_before() is None,
        search=search,
        kept=_kept(),
        people=doers(database),
        kinds=[(deed.value, title(deed)) for deed in Deed],
    )


@pages.get("/trail.csv")
@needs(Permission.READ_TRAIL)
def table() -> Response:
    """All deeds that were searched for, as a table."""
    head = [_("Số"), _("Lúc"), _("Ai"), _("Việc"), _("Chi tiết"), _("Mã chuỗi")]
    rows = [
        [str(entry.number), local_time(entry.done_at), entry.who, sentence(entry), detail(entry), entry.hash]
        for entry in deeds(services().database, _search())
    ]
    return csv(write_csv([head, *rows]), "nhat-ky.csv")


def _search() -> Search:
    text = request.args.get("q", "").strip()
    # No text with such a character was ever stored, and PostgreSQL would not take one.
    text = text.replace("\0", "\ufffd")
    who, deed = (request.args.get(name, "").replace("\0", "\ufffd") for name in ("who", "deed"))
    return Search(text, meant_by(text) if text else frozenset(), who, deed)


def _kept() -> dict[str, str]:
    """What was searched for, to be kept in the addresses of other pages of the result."""
    return {name: value for name in ("q", "who", "deed") if (value := request.args.get(name, ""))}


def _before() -> int | None:
    """Deeds before which number; what is no number counts as the newest."""
    text = request.args.get("before", "")
    return min(int(text), LARGEST_NUMBER) if text.isascii() and text.isdigit() and len(text) < 20 else None  # noqa: PLR2004
