"""The officer's pages: rounds with live counts."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey.actions.freezing import frozen
from survey.actions.rounds import board, boards
from survey.actions.scheduling import reopenings, version_plan
from survey.core.account import Permission
from survey.core.paging import page_of
from survey.web.access import guard, needs
from survey.web.round_words import state_name
from survey.web.site import now, services

pages = Blueprint("officer", __name__, url_prefix="/officer")

guard(pages)

UNITS_ON_A_PAGE = 150


@pages.get("")
@needs(Permission.OWN_ACCOUNT)
def home() -> Response:
    """What staff type first: the rounds, or the reports for those who only read."""
    begins = "officer.rounds" if g.account.may(Permission.SEE_ROUNDS) else "leader.reports"
    return redirect(url_for(begins))


@pages.get("/rounds")
@needs(Permission.SEE_ROUNDS)
def rounds() -> str:
    """All rounds with their counts."""
    return render_template(
        "officer/rounds.html",
        boards=boards(services().database, within=g.account.unit_code, now=now()),
        state_name=state_name,
    )


@pages.get("/rounds/<code>")
@needs(Permission.SEE_ROUNDS)
def show_round(code: str) -> str:
    """One round: where it stands, live counts per unit."""
    database = services().database
    found = board(database, code, within=g.account.unit_code, now=now())
    page = page_of(len(found.units), request.args.get("page", 1, type=int), per_page=UNITS_ON_A_PAGE)
    return render_template(
        "officer/round.html",
        board=found,
        page=page,
        counts=found.units[page.rows],
        frozen=frozen(database, code, now=now()),
        reopenings=reopenings(database, code),
        planned=version_plan(database, code, now=now()).ahead,
        state_name=state_name,
    )
