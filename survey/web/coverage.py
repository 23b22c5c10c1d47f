"""Where answers are missing, unit by unit and field by field, and the planner before a round."""

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _

from survey.actions.coverage import NoPopulation, coverage_page, planned_from, sample_plan
from survey.core.account import Permission
from survey.web.access import guard, needs
from survey.web.site import now, services
from survey.web.waiting import await_figures

pages = Blueprint("coverage", __name__, url_prefix="/officer/rounds/<code>")

guard(pages)

MOST_PLANNED = 100_000_000


@pages.get("/coverage")
@needs(Permission.SEE_ROUNDS)
def show(code: str) -> str:
    """What there is, what is needed, what closing will bring, and what to do today."""
    search = request.args.get("search", "")[:80]
    page = request.args.get("page", 1, type=int)
    found = coverage_page(
        services().database, code, part=g.account.unit_code, search=search, page=page, now=now()
    )
    return render_template(
        "rounds/coverage.html", found=found, search=search, closed=found.round.has_closed(now())
    )


@pages.get("/planner")
@needs(Permission.RUN_ROUNDS)
def planner(code: str) -> str | tuple[str, int]:
    """How many answers to plan, and where."""
    text = request.args.get("total", "").strip()
    total = _whole_number(text)
    error = _("Tổng số phiếu là một số nguyên, ví dụ 20000.") if text and total is None else ""
    page = request.args.get("page", 1, type=int)
    moment, small_cell = now(), services().settings.small_cell
    before = planned_from(services().database, code, now=moment)
    if before is not None:
        await_figures(before.code)
    try:
        plan = sample_plan(
            services().database, code, total=total, page=page, small_cell=small_cell, now=moment
        )
    except NoPopulation as fault:
        return render_template("rounds/planner.html", round=fault.round, plan=None, text=text, error="")
    shown = render_template("rounds/planner.html", round=plan.round, plan=plan, text=text, error=error)
    return (shown, 422) if error else shown


def _whole_number(text: str) -> int | None:
    """A number as people type it, with points between the thousands."""
    digits = text.replace(".", "").replace(" ", "")
    return min(int(digits), MOST_PLANNED) if digits.isascii() and digits.isdigit() else None
