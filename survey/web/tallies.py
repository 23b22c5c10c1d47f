"""The pages for tallies from paper: what a round has of them, a file, its columns, what it says, apply, withdraw."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.workbooks import Broken
from survey.actions.sent_files import LoadedBefore, Sent, opened
from survey.actions.sent_files import drop as drop_file
from survey.actions.tallies import (
    PURPOSE,
    TalliesFaulty,
    apply_tallies,
    guessed_layout,
    load_to_withdraw,
    names_to_show,
    preview_tallies,
    tallies_before,
    tally_board,
    withdraw_tallies,
)
from survey.core.account import Permission
from survey.core.frame import UNIT, Layout
from survey.core.frame_cells import count_of
from survey.core.tally import FORMS, ROLES, TallyReading
from survey.web.access import guard, needs
from survey.web.forms import ReasonForm
from survey.web.sent_columns import (
    NOTHING_MISSING,
    are_others,
    columns_page,
    layout_said,
    not_said_to_be_others,
    sheet_and_header,
    source_and_day,
    source_filled_in,
    take_file,
)
from survey.web.site import now, services
from survey.web.tally_words import tally_roles, tally_sentence
from survey.web.waiting import wait_for_table

pages = Blueprint("tallies", __name__, url_prefix="/officer/rounds/<code>/tallies")

guard(pages)
wait_for_table(pages, "columns")

Page = str | Response | tuple[str, int]


@pages.errorhandler(Broken)
def broken(fault: Broken) -> Page:
    """There is no table in the file, or none that can be read."""
    code: str = (request.view_args or {})["code"]
    return _page(code, str(fault)), 422


@pages.get("")
@needs(Permission.SEE_ROUNDS)
def show(code: str) -> str:
    """The tallies of a round, apart from its estimate."""
    return _page(code)


@pages.post("/send")
@needs(Permission.KEY_ANSWERS)
def send(code: str) -> Page:
    """Take a file that can be read."""
    token = take_file(PURPOSE, code)
    return redirect(url_for("tallies.columns", code=code, token=token), 303)


@pages.get("/<token>")
@needs(Permission.KEY_ANSWERS)
def columns(code: str, token: str) -> Page:
    """What the columns of the file hold, as guessed or remembered."""
    sent = _sent(code, token)
    return _columns_page(sent, guessed_layout(services().database, sent), token)


@pages.post("/<token>")
@needs(Permission.KEY_ANSWERS)
def columns_again(code: str, token: str) -> str:
    """The columns as the officer has said, to be said otherwise."""
    sent = _sent(code, token)
    return _columns_page(sent, _layout(sent), token)


@pages.post("/<token>/preview")
@needs(Permission.KEY_ANSWERS)
def preview(code: str, token: str) -> Page:
    """What the file says under these columns; nothing is kept yet."""
    sent = _sent(code, token)
    return _preview(sent, token)


@pages.post("/<token>/apply")
@needs(Permission.KEY_ANSWERS)
def apply(code: str, token: str) -> Page:
    """Keep its tallies."""
    sent = _sent(code, token)
    source, dated, missing = source_and_day()
    if dated is None or not source:
        return _preview(sent, token, missing)
    try:
        reading = apply_tallies(
            services().database,
            sent,
            _layout(sent),
            token=token,
            unit_code=_unit_code(),
            forms=_forms(),
            only_sound="only_sound" in request.form,
            source=source,
            dated=dated,
            by=g.account,
            now=now(),
            are_others=are_others(),
        )
    except TalliesFaulty:
        return _preview(sent, token)
    except LoadedBefore:
        return _preview(sent, token, not_said_to_be_others())
    flash(
        _(
            "Đã nạp %(kept)s dòng số liệu tổng hợp, từ chối %(refused)s dòng.",
            kept=len(reading.sound),
            refused=reading.refused,
        )
    )
    return redirect(url_for("tallies.show", code=code), 303)


@pages.post("/<token>/drop")
@needs(Permission.KEY_ANSWERS)
def drop(code: str, token: str) -> Response:
    """Forget the file."""
    drop_file(services().database, token, who=g.account.name)
    flash(_("Đã bỏ tệp, không có gì thay đổi."))
    return redirect(url_for("tallies.show", code=code), 303)


@pages.get("/load/<int:number>/withdraw")
@needs(Permission.KEY_ANSWERS)
def ask_to_withdraw(code: str, number: int) -> str:
    """What withdrawing means, and the reason."""
    return _withdraw_page(code, number, ReasonForm())


@pages.post("/load/<int:number>/withdraw")
@needs(Permission.KEY_ANSWERS)
def withdraw(code: str, number: int) -> Page:
    """Withdraw a load."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _withdraw_page(code, number, form), 422
    withdraw_tallies(services().database, code, number, form.reason.data, by=g.account, now=now())
    flash(_("Đã rút lần nạp này; số liệu và lý do vẫn còn để tra cứu."))
    return redirect(url_for("tallies.show", code=code), 303)


def _page(code: str, fault: str = "") -> str:
    board = tally_board(services().database, code, within=g.account.unit_code, now=now())
    return render_template("sources/tallies.html", board=board, fault=fault)


def _columns_page(sent: Sent, layout: Layout, token: str) -> str:
    template = "sources/tally_columns.html"
    return columns_page(template, sent, layout, token, tally_roles(), pages="tallies")


def _withdraw_page(code: str, number: int, form: ReasonForm) -> str:
    loaded = load_to_withdraw(services().database, code, number, within=g.account.unit_code, now=now())
    return render_template("sources/withdraw.html", code=code, loaded=loaded, form=form, pages="tallies")


def _sent(code: str, token: str) -> Sent:
    return opened(
        services().database,
        PURPOSE,
        code,
        token,
        **sheet_and_header(),
        who=g.account.name,
        now=now(),
        shelf=services().shelf,
    )


def _layout(sent: Sent) -> Layout:
    return layout_said(sent, lambda role: role in ROLES)


def _unit_code() -> str:
    """The unit of a table without a column for units: as chosen, else the reader's own."""
    return request.form.get("unit", "") or g.account.unit_code or ""


def _forms() -> int | None:
    """How many forms came back, where the officer says so."""
    count = count_of(request.form.get("forms", ""))
    return count if isinstance(count, int) else None


def _read(sent: Sent) -> TallyReading:
    return preview_tallies(
        services().database,
        sent,
        _layout(sent),
        unit_code=_unit_code(),
        forms=_forms(),
        within=g.account.unit_code,
    )


def _preview(sent: Sent, token: str, missing: dict[str, str] | None = None) -> Page:
    reading, layout = _read(sent), _layout(sent)
    held = layout.roles.values()
    units, fields = names_to_show(services().database, sent, within=g.account.unit_code)
    page = render_template(
        "sources/tally_preview.html",
        reading=reading,
        before=tallies_before(services().database, sent, reading),
        sent=sent,
        token=token,
        roles=sorted(layout.roles.items()),
        header=layout.header + 1,
        faults=[tally_sentence(finding) for finding in reading.faults],
        notices=[tally_sentence(finding) for finding in reading.notices],
        units=units.values(),
        units_by_code=units,
        fields_by_code=fields,
        asks_unit=UNIT not in held,
        asks_forms=FORMS not in held,
        unit_code=_unit_code(),
        forms=request.form.get("forms", ""),
        missing=missing or NOTHING_MISSING,
        **source_filled_in(sent.round),
    )
    return (page, 422) if missing or not reading.is_whole or not reading.sound else page
