"""The pages for responses from files: what was loaded, a file, its columns, what it says, apply, set aside."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.workbooks import Broken
from survey.actions.loading import (
    PURPOSE,
    apply_responses,
    guessed_columns,
    load_board,
    load_to_set_aside,
    preview_responses,
    set_load_aside,
)
from survey.actions.sent_files import LoadedBefore, Sent, opened
from survey.actions.sent_files import drop as drop_file
from survey.actions.storing_loads import ResponsesFaulty, RoundTakesNone
from survey.core.account import Permission
from survey.core.answer_columns import is_answer_role
from survey.core.frame import FIELD, UNIT, Layout
from survey.core.response_table import MEANING
from survey.web.access import guard, needs
from survey.web.forms import ReasonForm
from survey.web.response_words import choices_for, option_choices, response_roles, row_sentence
from survey.web.sent_columns import (
    LEFT_OUT,
    NOTHING_MISSING,
    are_others,
    columns_page,
    labels_said,
    layout_said,
    not_said_to_be_others,
    sheet_and_header,
    source_and_day,
    source_filled_in,
    take_file,
)
from survey.web.sent_tables import place
from survey.web.site import now, services

pages = Blueprint("loading", __name__, url_prefix="/officer/rounds/<code>/loads")

guard(pages)

Page = str | Response | tuple[str, int]
MOST_SHOWN = 100
KINDS = {UNIT, FIELD, MEANING}


@pages.get("")
@needs(Permission.SEE_ROUNDS)
def show(code: str) -> str:
    """What was loaded into a round."""
    return _page(code)


@pages.post("/send")
@needs(Permission.KEY_ANSWERS)
def send(code: str) -> Page:
    """Take a file that can be read."""
    if not load_board(services().database, code, within=g.account.unit_code, now=now()).takes:
        return _page(code), 409
    try:
        token = take_file(PURPOSE, code)
    except Broken as fault:
        return _page(code, str(fault)), 422
    return redirect(url_for("loading.columns", code=code, token=token), 303)


@pages.get("/<token>")
@needs(Permission.KEY_ANSWERS)
def columns(code: str, token: str) -> Page:
    """What the columns of the file hold, as guessed or remembered."""
    try:
        sent = _sent(code, token)
    except Broken as fault:
        return _page(code, str(fault)), 422
    return _columns_page(sent, guessed_columns(services().database, sent), token)


@pages.post("/<token>")
@needs(Permission.KEY_ANSWERS)
def columns_again(code: str, token: str) -> str:
    """The columns as the officer has said, to be said otherwise."""
    sent = _sent(code, token)
    return _columns_page(sent, _layout(sent), token)


@pages.post("/<token>/preview")
@needs(Permission.KEY_ANSWERS)
def preview(code: str, token: str) -> Page:
    """What the file says under these columns; nothing is taken yet."""
    return _preview(_sent(code, token), token)


@pages.post("/<token>/apply")
@needs(Permission.KEY_ANSWERS)
def apply(code: str, token: str) -> Page:
    """Take its responses, all of them or none."""
    sent = _sent(code, token)
    source, dated, missing = source_and_day()
    if dated is None or not source:
        return _preview(sent, token, missing)
    try:
        found = apply_responses(
            services().database,
            sent,
            _layout(sent),
            labels_said(KINDS),
            token=token,
            source=source,
            dated=dated,
            by=g.account,
            now=now(),
            key=services().key,
            are_others=are_others(),
        )
    except ResponsesFaulty:
        return _preview(sent, token)
    except LoadedBefore:
        return _preview(sent, token, not_said_to_be_others())
    except RoundTakesNone:
        return _page(code), 409
    if found.new:
        flash(
            _(
                "Đã nhập %(new)s phiếu; %(known)s phiếu đã nạp từ trước.",
                new=found.new.total(),
                known=found.known,
            )
        )
    else:
        flash(_("Tệp này đã được nạp từ trước: không có phiếu nào mới, không có gì thay đổi."), "warning")
    return redirect(url_for("loading.show", code=code), 303)


@pages.post("/<token>/drop")
@needs(Permission.KEY_ANSWERS)
def drop(code: str, token: str) -> Response:
    """Forget the file."""
    drop_file(services().database, token)
    flash(_("Đã bỏ tệp, không có gì thay đổi."))
    return redirect(url_for("loading.show", code=code), 303)


@pages.get("/<int:number>/withdraw")
@needs(Permission.KEY_ANSWERS)
def ask_to_withdraw(code: str, number: int) -> str:
    """What setting a load aside means, and the reason."""
    return _withdraw_page(code, number, ReasonForm())


@pages.post("/<int:number>/withdraw")
@needs(Permission.KEY_ANSWERS)
def withdraw(code: str, number: int) -> Page:
    """Set a load aside."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _withdraw_page(code, number, form), 422
    try:
        set_load_aside(services().database, code, number, form.reason.data, by=g.account, now=now())
    except RoundTakesNone:
        return _page(code), 409
    flash(_("Đã rút lần nạp này; phiếu của nó không được tính nữa."))
    return redirect(url_for("loading.show", code=code), 303)


def _page(code: str, fault: str = "") -> str:
    board = load_board(services().database, code, within=g.account.unit_code, now=now())
    return render_template("sources/loads.html", board=board, fault=fault)


def _columns_page(sent: Sent, layout: Layout, token: str) -> str:
    roles = response_roles(sent.round.version)
    return columns_page("sources/load_columns.html", sent, layout, token, roles, pages="loading")


def _withdraw_page(code: str, number: int, form: ReasonForm) -> str:
    loaded = load_to_set_aside(services().database, code, number, within=g.account.unit_code, now=now())
    return render_template("sources/load_withdraw.html", code=code, loaded=loaded, form=form, pages="loading")


def _sent(code: str, token: str) -> Sent:
    return opened(services().database, PURPOSE, code, token, **sheet_and_header(), now=now())


def _layout(sent: Sent) -> Layout:
    return layout_said(sent, lambda role: is_answer_role(role, sent.round.version))


def _preview(sent: Sent, token: str, missing: dict[str, str] | None = None) -> Page:
    layout, said = _layout(sent), labels_said(KINDS)
    found = preview_responses(
        services().database, sent, layout, said, within=g.account.unit_code, key=services().key
    )
    reading = found.reading
    mine = [unit for unit in found.units if unit.code in found.new]
    page = render_template(
        "sources/load_preview.html",
        found=found,
        sent=sent,
        token=token,
        roles=sorted(layout.roles.items()),
        header=layout.header + 1,
        said=[(kind, label, meant or LEFT_OUT) for (kind, label), meant in said.items()],
        faults=[row_sentence(fault) for fault in reading.faults],
        unknown=[
            (
                unknown,
                place(unknown.row, unknown.column),
                choices_for(unknown, label, sent.round.version, found.units, found.fields),
                label,
            )
            for (_kind, label), unknown in list(reading.unknown.items())[:MOST_SHOWN]
        ],
        hidden_unknown=max(0, len(reading.unknown) - MOST_SHOWN),
        explained=[
            (text, label, meant or LEFT_OUT, option_choices(sent.round.version, label))
            for label, (text, meant) in reading.explained.items()
        ],
        mine=mine,
        missing=missing or NOTHING_MISSING,
        **source_filled_in(sent),
    )
    return (page, 422) if missing or not reading.is_valid else page
