"""The pages for responses from files: what was loaded, a file, its columns, what it says, apply, set aside."""

import secrets
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from questionnaires.workbooks import Broken
from survey.actions.apart import StillWorking, WorkFailed
from survey.actions.loading import (
    PURPOSE,
    RowPreview,
    guessed_columns,
    load_board,
    load_to_set_aside,
    set_load_aside,
)
from survey.actions.loading_apart import (
    Look,
    Order,
    Outcome,
    Refusal,
    Taken,
    carry_out,
    looking_progress,
    mark_of,
    outcome,
    preview,
    seen,
    standing,
)
from survey.actions.sent_files import Sent, UploadGone, opened
from survey.actions.sent_files import drop as drop_file
from survey.actions.storing_loads import RoundTakesNone
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
from survey.web.waiting import wait_for_table, waiting_for_load

pages = Blueprint("loading", __name__, url_prefix="/officer/rounds/<code>/loads")

guard(pages)
wait_for_table(pages, "columns")

Page = str | Response | tuple[str, int]
MOST_SHOWN = 100
KINDS = {UNIT, FIELD, MEANING}


@pages.errorhandler(Broken)
def broken(fault: Broken) -> Page:
    """There is no table in the file, or none that can be read."""
    code: str = (request.view_args or {})["code"]
    return _page(code, str(fault)), 422


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
    token = take_file(PURPOSE, code)
    return redirect(url_for("loading.columns", code=code, token=token), 303)


@pages.get("/<token>")
@needs(Permission.KEY_ANSWERS)
def columns(code: str, token: str) -> Page:
    """What the columns of the file hold, as guessed or remembered."""
    sent = _sent(code, token)
    return _columns_page(sent, guessed_columns(services().database, sent), token)


@pages.post("/<token>")
@needs(Permission.KEY_ANSWERS)
def columns_again(code: str, token: str) -> str:
    """The columns as the officer has said, to be said otherwise."""
    sent = _sent(code, token)
    return _columns_page(sent, _layout(sent), token)


@pages.post("/<token>/preview", endpoint="preview")
@needs(Permission.KEY_ANSWERS)
def look(code: str, token: str) -> Page:
    """What the file says under these columns; nothing is taken yet. For a large one the browser is sent to wait."""
    sent = _sent(code, token)
    return _preview(_look(sent, token), sent)


@pages.get("/<token>/preview/<mark>")
@needs(Permission.KEY_ANSWERS)
def looking(code: str, token: str, mark: str) -> Page:
    """What a large file says, once it is read; until then the page that waits."""
    here, shelf = services(), services().shelf
    try:
        found = seen(here.database, shelf, mark, g.account, here.key)
    except StillWorking as fault:
        words = _("Đang đọc tệp …")
        return waiting_for_load(fault, words, looking_progress(shelf, mark, g.account), code)
    if found is None or found.look.token != token or found.look.code != code:
        flash(_("Việc đọc tệp dừng giữa chừng, chưa nạp gì. Xin xem lại các cột rồi thử lại."), "warning")
        return redirect(url_for("loading.columns", code=code, token=token), 303)
    return _preview_page(found.look, found.preview)


@pages.post("/<token>/apply")
@needs(Permission.KEY_ANSWERS)
def apply(code: str, token: str) -> Page:
    """Take its responses, all of them or none. For a large file the browser is sent to wait."""
    sent = _sent(code, token)
    source, dated, missing = source_and_day()
    look = _look(sent, token)
    if dated is None or not source:
        return _preview(look, sent, missing)
    order = Order(look, secrets.token_hex(8), source, dated, are_others(), sent.upload.file_name, sent.sha256)
    here = services()
    try:
        ended = carry_out(here.database, order, sent, key=here.key, shelf=here.shelf)
    except StillWorking:
        return redirect(url_for("loading.taking", code=code, token=token, attempt=order.attempt), 303)
    if ended is Refusal.FAULTY:
        return _preview(look, sent)
    if ended is Refusal.LOADED_BEFORE:
        return _preview(look, sent, not_said_to_be_others())
    if ended is Refusal.SETTLED:
        return _page(code), 409
    if ended is Refusal.GONE:
        raise UploadGone(token)
    return _ended(code, token, ended)


@pages.get("/<token>/taking/<attempt>")
@needs(Permission.KEY_ANSWERS)
def taking(code: str, token: str, attempt: str) -> Page:
    """How the taking of a large file ended, once it has; until then the page that waits."""
    here = services()
    try:
        ended = outcome(here.database, code, attempt, here.shelf)
    except StillWorking as fault:
        found = standing(here.database, code, here.shelf, now=now())
        return waiting_for_load(fault, _("Đang nạp tệp …"), found.progress if found else None, code)
    return _ended(code, token, ended)


@pages.get("/<token>/again")
@needs(Permission.KEY_ANSWERS)
def again(code: str, token: str) -> Page:
    """The preview of a file that was not taken, with what was said of it."""
    found = standing(services().database, code, services().shelf, now=now())
    if found is None or found.order.look.token != token or not _is_own(found.order):
        return redirect(url_for("loading.columns", code=code, token=token), 303)
    look = replace(found.order.look, by=g.account, now=now())
    return _preview(look, _sent(code, token, {"sheet": look.sheet or None, "header": look.layout.header}))


@pages.post("/<token>/drop")
@needs(Permission.KEY_ANSWERS)
def drop(code: str, token: str) -> Response:
    """Forget the file."""
    drop_file(services().database, token, who=g.account.name)
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
    here, within = services(), g.account.unit_code
    board = load_board(here.database, code, within=within, now=now())
    found = standing(here.database, code, here.shelf, now=now())
    is_own = found is not None and _is_own(found.order)
    return render_template(
        "sources/loads.html",
        board=board,
        fault=fault,
        standing=found if is_own or within is None else None,
        is_own=is_own,
        refusal=_REFUSED[found.refusal] if found and found.refusal else "",
    )


def _is_own(order: Order) -> bool:
    name: str = g.account.name
    return order.look.by.name == name


_REFUSED = {
    Refusal.FAULTY: _l(
        "Chưa nạp gì: tệp còn chỗ cần sửa, hoặc có tệp khác vừa được nạp hay rút trong lúc này."
    ),
    Refusal.LOADED_BEFORE: _l(
        "Chưa nạp gì: có thể bị tính hai lần. Hãy xác nhận đây là số liệu khác, hoặc bỏ tệp này."
    ),
    Refusal.SETTLED: _l("Chưa nạp gì: đợt này chưa mở hoặc đã chốt số liệu."),
    Refusal.GONE: _l("Tệp đã được nạp, đã bỏ hoặc chờ quá một ngày. Xin chọn lại tệp; không có gì thay đổi."),
    Refusal.BUSY: _l(
        "Đang nạp một tệp khác vào đợt này. Xin chờ nạp xong rồi nạp tiếp; tệp của Ông/Bà vẫn còn."
    ),
    Refusal.STOPPED: _l(
        "Việc nạp dừng giữa chừng nên chưa có phiếu nào được tính. Tệp vẫn còn, xin nạp lại."
    ),
}
"""Why a file was not taken, in words."""


def _ended(code: str, token: str, ended: Outcome) -> Response:
    """Say how the taking of a file ended."""
    if isinstance(ended, Taken):
        if ended.new:
            words = _(
                "Đã nhập %(new)s phiếu; %(known)s phiếu đã nạp từ trước.", new=ended.new, known=ended.known
            )
            flash(words)
        else:
            words = _("Tệp này đã được nạp từ trước: không có phiếu nào mới, không có gì thay đổi.")
            flash(words, "warning")
        return redirect(url_for("loading.show", code=code), 303)
    flash(str(_REFUSED[ended]), "warning")
    if ended in {Refusal.FAULTY, Refusal.LOADED_BEFORE}:
        return redirect(url_for("loading.again", code=code, token=token), 303)
    return redirect(url_for("loading.show", code=code), 303)


def _columns_page(sent: Sent, layout: Layout, token: str) -> str:
    roles = response_roles(sent.round.version)
    return columns_page("sources/load_columns.html", sent, layout, token, roles, pages="loading")


def _withdraw_page(code: str, number: int, form: ReasonForm) -> str:
    loaded = load_to_set_aside(services().database, code, number, within=g.account.unit_code, now=now())
    return render_template("sources/load_withdraw.html", code=code, loaded=loaded, form=form, pages="loading")


def _sent(code: str, token: str, table: dict[str, Any] | None = None) -> Sent:
    """A file that waits, by the sheet and the row of names that are given, else those that are asked for."""
    return opened(
        services().database,
        PURPOSE,
        code,
        token,
        **(table or sheet_and_header()),
        who=g.account.name,
        now=now(),
        shelf=services().shelf,
    )


def _layout(sent: Sent) -> Layout:
    return layout_said(sent, lambda role: is_answer_role(role, sent.round.version))


def _look(sent: Sent, token: str) -> Look:
    """The file as the officer wants it to be read now."""
    layout = _layout(sent)
    return Look(sent.round.code, token, sent.sheet.name, layout, labels_said(KINDS), g.account, now())


def _preview(look: Look, sent: Sent, missing: dict[str, str] | None = None) -> Page:
    here = services()
    try:
        found = preview(here.database, look, sent, key=here.key, shelf=here.shelf)
    except (StillWorking, WorkFailed):
        mark = mark_of(here.database, look)
        return redirect(url_for("loading.looking", code=look.code, token=look.token, mark=mark), 303)
    return _preview_page(look, found, missing)


def _preview_page(look: Look, found: RowPreview, missing: dict[str, str] | None = None) -> Page:
    reading, version = found.reading, found.round.version
    page = render_template(
        "sources/load_preview.html",
        found=found,
        sheet=look.sheet,
        token=look.token,
        roles=sorted(look.layout.roles.items()),
        header=look.layout.header + 1,
        said=[(kind, label, meant or LEFT_OUT) for (kind, label), meant in look.said.items()],
        faults=[row_sentence(fault) for fault in reading.faults],
        unknown=[
            (
                unknown,
                place(unknown.row, unknown.column),
                choices_for(unknown, label, version, found.units, found.fields),
                label,
            )
            for (_kind, label), unknown in list(reading.unknown.items())[:MOST_SHOWN]
        ],
        hidden_unknown=max(0, len(reading.unknown) - MOST_SHOWN),
        explained=[
            (text, label, meant or LEFT_OUT, option_choices(version, label))
            for label, (text, meant) in reading.explained.items()
        ],
        mine=[unit for unit in found.units if unit.code in found.new],
        missing=missing or NOTHING_MISSING,
        **source_filled_in(found.round),
    )
    return (page, 422) if missing or not reading.is_valid else page
