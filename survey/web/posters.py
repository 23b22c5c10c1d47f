"""The officer's page for posters: which counters, in which format, how many sheets, what one looks like."""

from collections.abc import Mapping

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from reports.poster_formats import FORMATS, STANDARD_FORMAT
from survey.actions.posters import MOST_AT_ONCE, Chosen, Paper, chosen, poster_picture, poster_sheet
from survey.core.account import Permission
from survey.core.paging import page_of
from survey.core.poster_choice import SEVERAL, PosterChoice
from survey.web.access import guard, needs
from survey.web.downloads import pdf, picture
from survey.web.place_forms import unit_choices
from survey.web.site import now, services

pages = Blueprint("posters", __name__, url_prefix="/officer")

guard(pages)

FORMAT_NAMES: Mapping[str, str] = {
    "a5": _l("A5, mỗi trang một áp phích"),
    "a4": _l("A4, mỗi trang một áp phích"),
    "a6": _l("A6, mỗi trang một áp phích"),
    "tent": _l("Biển để bàn: tờ A4 gập đôi, đọc được từ hai phía"),
    "2xa5": _l("Hai áp phích A5 trên một tờ A4, có dấu cắt"),
    "4xa6": _l("Bốn áp phích A6 trên một tờ A4, có dấu cắt"),
}

COUNTERS_ON_A_PAGE = 100
"""So that the address with every one of them ticked stays within what servers take."""

LONGEST_TEXT = 200


@pages.get("/posters")
@needs(Permission.PRINT)
def show() -> str:
    """What would be printed, with a picture of the first poster."""
    choice, paper = _choice(), _paper()
    found = chosen(services().database, choice, within=g.account.unit_code)
    page = page_of(len(found.fitting), request.args.get("page", 1, type=int), per_page=COUNTERS_ON_A_PAGE)
    return render_template(
        "places/posters.html",
        found=found,
        listed=found.fitting[page.rows],
        page=page,
        choice=choice,
        paper=paper,
        sheets=FORMATS[paper.format].sheets(len(found.printed)),
        wanted=_wanted(choice, paper),
        unit_choices=unit_choices(found.units, _("Mọi đơn vị")),
        unit_names={unit.code: unit.name for unit in found.units},
        field_choices=_field_choices(found),
        field_names={field.code: field.name_vi for field in found.fields},
        format_names=FORMAT_NAMES,
        most=MOST_AT_ONCE,
        is_only_here=services().settings.is_only_here,
    )


@pages.get("/posters.pdf")
@needs(Permission.PRINT)
def paper() -> Response:
    """The chosen posters."""
    choice = _choice()
    content = poster_sheet(services().database, choice, _paper(), within=g.account.unit_code, now=now())
    return pdf(content, f"ap-phich-{choice.unit or 'tat-ca'}.pdf")


@pages.get("/posters/preview.png")
@needs(Permission.PRINT)
def preview() -> Response:
    """The first of the chosen posters as a picture."""
    return picture(
        poster_picture(services().database, _choice(), _paper(), within=g.account.unit_code, now=now())
    )


def _choice() -> PosterChoice:
    sent = request.args
    return PosterChoice(
        unit=sent.get("unit", ""),
        field=sent.get("field", ""),
        text=sent.get("q", "").strip()[:LONGEST_TEXT],
        counters=frozenset(sent.getlist("counter")),
    )


def _paper() -> Paper:
    wanted = request.args.get("format", "")
    return Paper(
        services().settings.public_url,
        wanted if wanted in FORMATS else STANDARD_FORMAT,
        with_fingerprint=bool(request.args.get("fingerprint")),
    )


def _wanted(choice: PosterChoice, paper: Paper) -> dict[str, object]:
    """The choice as parts of an address; what is empty is left out."""
    parts: dict[str, object] = {
        "unit": choice.unit,
        "field": choice.field,
        "q": choice.text,
        "counter": sorted(choice.counters),
        "format": paper.format,
        "fingerprint": "1" if paper.with_fingerprint else "",
    }
    return {name: value for name, value in parts.items() if value}


def _field_choices(found: Chosen) -> list[SelectChoice]:
    return [
        SelectChoice("", _("Mọi lĩnh vực")),
        SelectChoice(SEVERAL, _("Quầy nhiều lĩnh vực")),
        *(SelectChoice(field.code, field.name_vi) for field in found.fields),
    ]
