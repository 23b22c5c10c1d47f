"""The officer's pages that make rounds: new, change, names, which units take part."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.actions.making_rounds import (
    RoundOpened,
    SheetUnknown,
    VersionNotOffered,
    change,
    choices,
    choose_units,
    make,
    participation,
    rename,
)
from survey.actions.rounds import board
from survey.core.account import Permission
from survey.core.estimation_settings import USUAL
from survey.core.round import VIETNAM, Round
from survey.core.round_period import Kind
from survey.library import shipped_target_sheets
from survey.web import language
from survey.web.access import guard, needs
from survey.web.round_forms import NamesForm, RoundForm, filled_in
from survey.web.site import now, services

pages = Blueprint("rounds", __name__, url_prefix="/officer/rounds")

guard(pages)

Page = Response | str | tuple[str, int]


@pages.get("/new")
@needs(Permission.RUN_ROUNDS)
def ask_for_new() -> str:
    """What a round is made of; begins with the quarter in which we are."""
    today = now().astimezone(VIETNAM).date()
    begins = {"kind": Kind.QUARTER.value, "year": today.year, "quarter": str((today.month + 2) // 3)}
    usual = {"confidence": str(USUAL.confidence_percent), "planned_margin": str(USUAL.planned_margin)}
    return _form_page(_form(**begins, **usual), None)


@pages.post("/new")
@needs(Permission.RUN_ROUNDS)
def make_new() -> Page:
    """Make it."""
    form = _form()
    if not form.validate_on_submit():
        return _form_page(form, None), 422
    try:
        made = make(services().database, form.plan(), sheets=shipped_target_sheets(), by=g.account, now=now())
    except (VersionNotOffered, SheetUnknown):
        return _gone(form, None)
    flash(_("Đã lập đợt khảo sát. Đợt chưa mở: xem lại từng bước dưới đây rồi mở."))
    return redirect(url_for("officer.show_round", code=made.code), 303)


@pages.get("/<code>/change")
@needs(Permission.RUN_ROUNDS)
def ask_to_change(code: str) -> str:
    """Everything before the round opens; after that its names, and why nothing else."""
    found = board(services().database, code, within=None, now=now())
    if found.has_opened:
        form = NamesForm(name_vi=found.round.name_vi, name_en=found.round.name_en)
        return _names_page(form, found.round)
    return _form_page(_form(**filled_in(found.round)), found.round)


@pages.post("/<code>/change")
@needs(Permission.RUN_ROUNDS)
def keep_change(code: str) -> Page:
    """Change it."""
    found = board(services().database, code, within=None, now=now())
    if found.has_opened:
        return _rename(code, found.round)
    form = _form()
    if not form.validate_on_submit():
        return _form_page(form, found.round), 422
    try:
        change(
            services().database, code, form.plan(), sheets=shipped_target_sheets(), by=g.account, now=now()
        )
    except RoundOpened:
        flash(_("Đợt vừa mở trong lúc Ông/Bà sửa nên không có gì thay đổi."), "warning")
        return redirect(url_for("rounds.ask_to_change", code=code), 303)
    except (VersionNotOffered, SheetUnknown):
        return _gone(form, found.round)
    flash(_("Đã lưu đợt khảo sát."))
    return redirect(url_for("officer.show_round", code=code), 303)


@pages.get("/<code>/units")
@needs(Permission.RUN_ROUNDS)
def units(code: str) -> str:
    """Which units take part, page by page."""
    search = request.args.get("search", "")[:80]
    page = request.args.get("page", 1, type=int)
    database = services().database
    return render_template(
        "rounds/units.html",
        board=board(database, code, within=None, now=now()),
        listed=participation(database, code, search=search, page=page, now=now()),
        search=search,
    )


@pages.post("/<code>/units")
@needs(Permission.RUN_ROUNDS)
def keep_units(code: str) -> Response:
    """Let of the units on a page the ticked ones take part."""
    shown, chosen = (frozenset(request.form.getlist(name)) for name in ("shown", "unit"))
    try:
        left_out = choose_units(services().database, code, shown, chosen, by=g.account, now=now())
    except RoundOpened:
        flash(_("Đợt đã mở nên không đổi được đơn vị tham gia: có thể đã có người trả lời ở đó."), "warning")
    else:
        flash(_("Đã lưu. Số đơn vị không tham gia: %(count)s.", count=left_out))
    more: dict[str, Any] = {
        "search": request.form.get("search") or None,
        "page": request.form.get("page") or None,
    }
    return redirect(url_for("rounds.units", code=code, **more), 303)


def _form(**begins: object) -> RoundForm:
    form = RoundForm(**begins)
    return form.offer(choices(services().database, shipped_target_sheets()), language.current())


def _form_page(form: RoundForm, round_: Round | None) -> str:
    return render_template("rounds/form.html", form=form, round=round_)


def _names_page(form: NamesForm, round_: Round) -> str:
    return render_template("rounds/names.html", form=form, round=round_)


def _rename(code: str, round_: Round) -> Page:
    form = NamesForm()
    fine = form.validate_on_submit()
    if fine and not form.name_vi.data:
        form.name_vi.errors = [_("Hãy đặt tên cho đợt.")]
        fine = False
    if not fine:
        return _names_page(form, round_), 422
    rename(services().database, code, form.name_vi.data, form.name_en.data, by=g.account, now=now())
    flash(_("Đã lưu tên đợt."))
    return redirect(url_for("officer.show_round", code=code), 303)


def _gone(form: RoundForm, round_: Round | None) -> tuple[str, int]:
    form.version.errors = [_("Phiên bản hoặc kế hoạch vừa chọn không còn dùng được. Xin chọn lại.")]
    return _form_page(form, round_), 422
