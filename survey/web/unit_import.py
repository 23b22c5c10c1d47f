"""The officer's pages for a list of units from a table: send, look at what it would do, apply."""

import secrets
from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.workbooks import Broken
from survey.actions import unit_lists
from survey.core.account import Permission
from survey.core.unit_list import EXAMPLE
from survey.web.access import guard, needs
from survey.web.place_forms import TIER_NAMES, day
from survey.web.sent_tables import TOKEN_BYTES, list_sentence, sent_file
from survey.web.site import now, services
from survey.web.waiting import wait_for_table

pages = Blueprint("unit_import", __name__, url_prefix="/officer/units/import")

guard(pages)
wait_for_table(pages, "preview")

Page = str | Response | tuple[str, int]


@pages.errorhandler(Broken)
def broken(fault: Broken) -> Page:
    """There is no table in the file, or none that can be read."""
    return _page([str(fault)]), 422


@pages.get("")
@needs(Permission.MANAGE_PLACES)
def show() -> str:
    """Where a list is put in, and what it must look like."""
    return _page([])


@pages.post("")
@needs(Permission.MANAGE_PLACES)
def send() -> Page:
    """Take a list that can be used; say what is wrong with any other."""
    sent = sent_file()
    if sent is None:
        return _page([_("Hãy chọn tệp.")]), 422
    token = secrets.token_urlsafe(TOKEN_BYTES)
    faults = unit_lists.keep(services().database, *sent, token=token, who=g.account.name, now=now())
    if faults:
        return _page([list_sentence(fault) for fault in faults]), 422
    return redirect(url_for("unit_import.preview", token=token), 303)


@pages.get("/<token>")
@needs(Permission.MANAGE_PLACES)
def preview(token: str) -> Page:
    """What the list would do; nothing is stored yet."""
    return _preview(token, _missing_end(request.args.get("missing", ""), request.args.get("end", "")))


@pages.post("/<token>")
@needs(Permission.MANAGE_PLACES)
def apply(token: str) -> Page:
    """Do it."""
    end = _missing_end(request.form.get("missing", ""), request.form.get("end", ""))
    try:
        plan = unit_lists.apply(
            services().database,
            token,
            missing_end=end,
            who=g.account.name,
            now=now(),
            shelf=services().shelf,
        )
    except unit_lists.ListFaulty:
        return _preview(token, end)
    flash(
        _(
            "Đã nạp: thêm %(added)s, sửa %(changed)s, kết thúc %(closed)s đơn vị.",
            added=len(plan.added),
            changed=len(plan.changed),
            closed=len(plan.closed),
        )
    )
    return redirect(url_for("units.tree"), 303)


@pages.post("/<token>/drop")
@needs(Permission.MANAGE_PLACES)
def drop(token: str) -> Response:
    """Forget the list."""
    unit_lists.drop(services().database, token, who=g.account.name)
    flash(_("Đã bỏ tệp, không có gì thay đổi."))
    return redirect(url_for("unit_import.show"), 303)


def _missing_end(missing: str, end: str) -> date | None:
    return day(end) if missing == "close" else None


def _page(faults: list[str]) -> str:
    return render_template("places/units_import.html", faults=faults, example=EXAMPLE)


def _preview(token: str, end: date | None) -> Page:
    upload, plan = unit_lists.preview(
        services().database, token, missing_end=end, who=g.account.name, now=now(), shelf=services().shelf
    )
    page = render_template(
        "places/units_preview.html",
        upload=upload,
        plan=plan,
        token=token,
        end=end,
        faults=[list_sentence(fault) for fault in plan.faults],
        tier_names=TIER_NAMES,
    )
    return (page, 422) if plan.faults else page
