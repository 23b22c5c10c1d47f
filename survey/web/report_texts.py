"""The officer's pages on which the words of a report are written."""

from contextlib import suppress

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from survey.actions.apart import StillWorking, WorkFailed
from survey.actions.figures import Shown
from survey.actions.report_texts import (
    Desk,
    FieldsUnknown,
    TextsChanged,
    TextsExcessive,
    TextsShut,
    desk,
    history,
    restore,
    round_of,
    save,
)
from survey.core.account import Permission
from survey.web import language
from survey.web.access import guard, needs
from survey.web.report_forms import PART_NAMES, ReportTextsForm
from survey.web.site import now, services
from survey.web.waiting import await_figures

pages = Blueprint("report_texts", __name__, url_prefix="/officer/rounds/<code>/report")

guard(pages)

Page = Response | str | tuple[str, int]

_WAITS = _l("Báo cáo đang chờ duyệt nên chưa lưu được. Người trình rút lại thì sửa tiếp được.")


@pages.get("")
@needs(Permission.WRITE_REPORTS)
def show(code: str) -> str:
    """What stands, with every live field and its present value."""
    found = _desk(code, await_figures(code))
    return _page(ReportTextsForm.showing(found.saved.texts), found, found.saved.number)


@pages.post("")
@needs(Permission.WRITE_REPORTS)
def keep(code: str) -> Page:
    """Save it; the report's figures are needed only where something is to be shown again."""
    form, base = ReportTextsForm(), request.form.get("base", 0, int)
    if not form.fits(round_of(services().database, code, now=now())):
        return _page(form, _at_hand(code), base), 422
    try:
        save(services().database, code, form.values, base=base, who=g.account.name, now=now())
    except FieldsUnknown as fault:
        form.name_unknown_fields(fault.by_part)
        return _page(form, _at_hand(code), base), 422
    except TextsExcessive as fault:
        form.name_excess(fault.by_part)
        return _page(form, _at_hand(code), base), 422
    except TextsChanged as fault:
        desk_now = _at_hand(code)
        return render_template(
            "reports/conflict.html", desk=desk_now, fault=fault, part_names=PART_NAMES
        ), 409
    except TextsShut:
        # What was typed is shown again, so that nothing is lost.
        flash(str(_WAITS), "warning")
        return _page(form, _at_hand(code), base), 409
    flash(_("Đã lưu lời báo cáo."))
    return redirect(url_for("report_texts.show", code=code), 303)


@pages.get("/history")
@needs(Permission.WRITE_REPORTS)
def states(code: str) -> str:
    """Every saved state, the newest first."""
    round_, found = history(services().database, code, now=now())
    return render_template("reports/history.html", round=round_, states=found, part_names=PART_NAMES)


@pages.post("/restore")
@needs(Permission.WRITE_REPORTS)
def take_back(code: str) -> Response:
    """Save an earlier state again, as the newest."""
    number = request.form.get("number", 0, int)
    try:
        if restore(services().database, code, number, who=g.account.name, now=now()):
            flash(_("Đã khôi phục lần lưu %(number)s.", number=number))
    except TextsShut:
        flash(str(_WAITS), "warning")
    return redirect(url_for("report_texts.show", code=code), 303)


def _desk(code: str, shown: Shown | None) -> Desk:
    return desk(
        services().database,
        code,
        language.current(),
        small_cell=services().settings.small_cell,
        now=now(),
        shown=shown,
    )


def _at_hand(code: str) -> Desk:
    """The desk for the answer to what was sent, which no page that only waits may replace: it would be lost."""
    shown = None
    with suppress(StillWorking, WorkFailed):
        shown = await_figures(code)
    return _desk(code, shown)


def _page(form: ReportTextsForm, found: Desk, base: int) -> str:
    return render_template("reports/texts.html", form=form, desk=found, base=base)
