"""The officer's pages for a round's frame: how it stands, a file, its columns, what it says, apply."""

import secrets
from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.cells import letters, plain
from questionnaires.workbooks import Broken
from survey.actions import frames
from survey.actions.frames import FrameFaulty, FrameFrozen, Looked, Preview
from survey.core.account import Permission
from survey.core.frame import DOSSIER, DOSSIERS, FIELD, OF_FIELD, PERIOD, UNIT, Layout
from survey.core.frame_guess import is_role
from survey.core.labels import LONGEST_LABEL, same_label
from survey.core.round import VIETNAM
from survey.core.unit_history import Break
from survey.web.access import guard, needs
from survey.web.place_forms import day, tidy
from survey.web.sent_tables import TOKEN_BYTES, frame_sentence, place, sent_file
from survey.web.site import now, services

pages = Blueprint("frame", __name__, url_prefix="/officer/rounds/<code>/frame")

guard(pages)

Page = str | Response | tuple[str, int]
SAMPLE_ROWS = 5
LONGEST_SAMPLE = 60
MOST_SHOWN = 100
LONGEST_SOURCE = 300
LEFT_OUT = "-"
"""Chosen for a label whose rows are left out."""


@pages.get("")
@needs(Permission.READ_POPULATION)
def show(code: str) -> str:
    """How the round's frame stands, and for those who may load one where a file is put in."""
    return _page(code)


@pages.post("")
@needs(Permission.LOAD_POPULATION)
def send(code: str) -> Page:
    """Take a file that can be read."""
    sent = sent_file()
    if sent is None:
        return _page(code, _("Hãy chọn tệp.")), 422
    token = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        frames.keep(services().database, code, *sent, token=token, who=g.account.name, now=now())
    except Broken as fault:
        return _page(code, str(fault)), 422
    return redirect(url_for("frame.columns", code=code, token=token), 303)


@pages.get("/<token>")
@needs(Permission.LOAD_POPULATION)
def columns(code: str, token: str) -> Page:
    """What the columns of the file hold, as guessed or remembered."""
    try:
        looked = _look(code, token)
    except Broken as fault:
        return _page(code, str(fault)), 422
    rows = looked.sheet.rows
    start = looked.layout.header
    return render_template(
        "places/frame_columns.html",
        looked=looked,
        token=token,
        header=start + 1,
        columns=[
            (at, letters(at), _sample(looked, start, at), looked.layout.roles.get(at, ""))
            for at in range(max((len(row) for row in rows[start : start + SAMPLE_ROWS + 1]), default=0))
        ],
        sample=[
            (row + 1, [_sample(looked, row, at) for at in range(len(rows[start]))])
            for row in range(start + 1, min(start + 1 + SAMPLE_ROWS, len(rows)))
        ],
        roles=_role_names(looked),
    )


@pages.post("/<token>/preview")
@needs(Permission.LOAD_POPULATION)
def preview(code: str, token: str) -> Page:
    """What the file says under these columns; nothing is applied yet."""
    looked = _look(code, token)
    return _preview(_previewed(looked), token)


@pages.post("/<token>/apply")
@needs(Permission.LOAD_POPULATION)
def apply(code: str, token: str) -> Page:
    """Make it the round's frame."""
    looked = _look(code, token)
    source, dated = tidy(request.form.get("source", ""))[:LONGEST_SOURCE], day(request.form.get("dated", ""))
    missing = _missing(source, dated)
    if dated is None or not source:
        return _preview(_previewed(looked), token, missing)
    try:
        found = frames.apply(
            services().database,
            looked,
            _layout(looked),
            _said(),
            token=token,
            source=source,
            dated=dated,
            who=g.account.name,
            now=now(),
        )
    except FrameFaulty:
        return _preview(_previewed(looked), token)
    except FrameFrozen:
        return _page(
            code, _("Đợt này đã chốt số liệu nên số hồ sơ không đổi được nữa. Muốn đổi thì mở lại đợt trước.")
        ), 409
    flash(_("Đã nạp %(count)s hồ sơ cho đợt này.", count=f"{found.reading.dossiers:,}".replace(",", ".")))
    return redirect(url_for("frame.show", code=code), 303)


@pages.post("/<token>/drop")
@needs(Permission.LOAD_POPULATION)
def drop(code: str, token: str) -> Response:
    """Forget the file."""
    frames.drop(services().database, token)
    flash(_("Đã bỏ tệp, không có gì thay đổi."))
    return redirect(url_for("frame.show", code=code), 303)


def _page(code: str, fault: str = "") -> str:
    state = frames.state(services().database, code, now=now())
    return render_template("places/frame.html", state=state, fault=fault, margin_names=margin_names())


def _look(code: str, token: str) -> Looked:
    values = request.values
    header = values.get("header", "")
    return frames.look(
        services().database,
        code,
        token,
        sheet=values.get("sheet") or None,
        header=int(header) - 1 if header.isdecimal() and int(header[:7]) > 0 else None,
        now=now(),
    )


def _layout(looked: Looked) -> Layout:
    """The columns as the officer says."""
    known = {field.code for field in looked.fields}
    sent = (
        (name.removeprefix("role_"), role) for name, role in request.form.items() if name.startswith("role_")
    )
    roles = {int(at): role for at, role in sent if at.isdecimal() and len(at) < 4 and is_role(role, known)}  # noqa: PLR2004
    return Layout(looked.layout.header, roles)


def _said() -> dict[tuple[str, str], str]:
    """What labels mean as the officer says: fields "mean_0" beside "kind_0" and "label_0"."""
    said = {}
    for name, code in request.form.items():
        number = name.removeprefix("mean_")
        if name.startswith("mean_") and code:
            kind = request.form.get(f"kind_{number}", "")
            label = same_label(request.form.get(f"label_{number}", ""))
            if kind in {UNIT, FIELD} and 0 < len(label) <= LONGEST_LABEL:
                said[kind, label] = "" if code == LEFT_OUT else code
    return said


def _previewed(looked: Looked) -> Preview:
    return frames.preview(services().database, looked, _layout(looked), _said(), now=now())


def _preview(found: Preview, token: str, missing: dict[str, str] | None = None) -> Page:
    reading, looked = found.reading, found.looked
    said = _said()
    page = render_template(
        "places/frame_preview.html",
        found=found,
        round=looked.round,
        token=token,
        roles=sorted(_layout(looked).roles.items()),
        header=looked.layout.header + 1,
        faults=[frame_sentence(fault) for fault in reading.faults],
        unknown=[
            (unknown, place(unknown.row, unknown.column))
            for unknown in list(reading.unknown.values())[:MOST_SHOWN]
        ],
        hidden_unknown=max(0, len(reading.unknown) - MOST_SHOWN),
        said=[(kind, label, code or LEFT_OUT) for (kind, label), code in said.items()],
        missing=missing or {"source": "", "dated": ""},
        source=request.form.get("source", ""),
        dated=request.form.get("dated", "") or min(looked.round.ends_on, now().astimezone(VIETNAM).date()),
        margin_names=margin_names(),
        break_names=break_names(),
        left_out=LEFT_OUT,
    )
    return (page, 422) if missing or not reading.is_valid else page


def _missing(source: str, dated: date | None) -> dict[str, str]:
    """What still has to be filled in, by field; "" where nothing has."""
    return {
        "source": "" if source else _("Hãy ghi nguồn số liệu."),
        "dated": "" if dated else _("Hãy nhập ngày."),
    }


def _sample(looked: Looked, row: int, column: int) -> str:
    text = plain(looked.sheet.at(row, column))
    return text if len(text) <= LONGEST_SAMPLE else f"{text[:LONGEST_SAMPLE]}…"


def _role_names(looked: Looked) -> list[tuple[str, str]]:
    names = [
        ("", _("không dùng")),
        (UNIT, _("đơn vị (tên hoặc mã)")),
        (FIELD, _("lĩnh vực (tên hoặc mã)")),
        (DOSSIERS, _("số hồ sơ")),
        (PERIOD, _("kỳ: ngày, tháng, quý")),
        (DOSSIER, _("mã hồ sơ, chỉ để tìm dòng trùng")),
        *margin_names().items(),
    ]
    wide = [(f"{OF_FIELD}{f.code}", _("số hồ sơ: %(field)s", field=f.name_vi)) for f in looked.fields]
    return [*names, *wide]


def margin_names() -> dict[str, str]:
    """What margins are called."""
    return {"sex": _("giới tính"), "age": _("nhóm tuổi"), "channel": _("kênh nộp hồ sơ")}


def break_names() -> dict[Break, str]:
    """Why an earlier number cannot be made anew."""
    return {
        Break.NEW: _("đơn vị mới, không có kỳ trước"),
        Break.SHARE_UNKNOWN: _("chia tách không rõ tỷ lệ"),
        Break.WITHIN_PERIOD: _("đơn vị thay đổi giữa kỳ"),
    }
