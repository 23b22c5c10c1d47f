"""The officer's pages for a round's frame: how it stands, a file, its columns, what it says, apply."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.workbooks import Broken
from reports import raking
from survey.actions import frames
from survey.actions.frames import FrameFaulty, FrameFrozen, Looked, Preview
from survey.actions.sent_files import drop as drop_file
from survey.core.account import Permission
from survey.core.frame import DOSSIER, DOSSIERS, FIELD, OF_FIELD, PERIOD, UNIT, Layout, Unknown
from survey.core.frame_guess import is_role
from survey.core.labels import same_label
from survey.core.margins import MARGINS, asked, meant, option_name
from survey.core.unit_history import Break
from survey.web import language
from survey.web.access import guard, needs
from survey.web.sent_columns import (
    LEFT_OUT,
    NOTHING_MISSING,
    columns_page,
    labels_said,
    layout_said,
    sheet_and_header,
    source_and_day,
    source_filled_in,
    take_file,
)
from survey.web.sent_tables import frame_sentence, place
from survey.web.site import now, services
from survey.web.waiting import wait_for_table

pages = Blueprint("frame", __name__, url_prefix="/officer/rounds/<code>/frame")

guard(pages)
wait_for_table(pages, "columns")

Page = str | Response | tuple[str, int]
MOST_SHOWN = 100
KINDS = {UNIT, FIELD, *MARGINS}


@pages.errorhandler(Broken)
def broken(fault: Broken) -> Page:
    """There is no table in the file, or none that can be read."""
    code: str = (request.view_args or {})["code"]
    return _page(code, str(fault)), 422


@pages.get("")
@needs(Permission.READ_POPULATION)
def show(code: str) -> str:
    """How the round's frame stands, and for those who may load one where a file is put in."""
    return _page(code)


@pages.post("")
@needs(Permission.LOAD_POPULATION)
def send(code: str) -> Page:
    """Take a file that can be read."""
    if frames.state(services().database, code, now=now()).is_frozen:
        return _page(code), 409
    token = take_file(frames.PURPOSE, code)
    return redirect(url_for("frame.columns", code=code, token=token), 303)


@pages.get("/<token>")
@needs(Permission.LOAD_POPULATION)
def columns(code: str, token: str) -> Page:
    """What the columns of the file hold, as guessed or remembered."""
    looked = _look(code, token)
    return _columns_page(looked, looked.layout, token)


@pages.post("/<token>")
@needs(Permission.LOAD_POPULATION)
def columns_again(code: str, token: str) -> str:
    """The columns as the officer has said, to be said otherwise."""
    looked = _look(code, token)
    return _columns_page(looked, _layout(looked), token)


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
    source, dated, missing = source_and_day()
    if dated is None or not source:
        return _preview(_previewed(looked), token, missing)
    try:
        found = frames.apply(
            services().database,
            looked,
            _layout(looked),
            labels_said(KINDS),
            token=token,
            source=source,
            dated=dated,
            who=g.account.name,
            now=now(),
        )
    except FrameFaulty:
        return _preview(_previewed(looked), token)
    except FrameFrozen:
        return _page(code), 409
    flash(_("Đã nạp %(count)s hồ sơ cho đợt này.", count=f"{found.reading.dossiers:,}".replace(",", ".")))
    return redirect(url_for("frame.show", code=code), 303)


@pages.post("/<token>/drop")
@needs(Permission.LOAD_POPULATION)
def drop(code: str, token: str) -> Response:
    """Forget the file."""
    drop_file(services().database, token, who=g.account.name)
    flash(_("Đã bỏ tệp, không có gì thay đổi."))
    return redirect(url_for("frame.show", code=code), 303)


def _page(code: str, fault: str = "") -> str:
    state = frames.state(services().database, code, now=now())
    return render_template(
        "places/frame.html",
        state=state,
        fault=fault,
        margin_names=margin_names(),
        unusable=raking.refusal(state.unusable, _, language.current()) if state.unusable else "",
    )


def _columns_page(looked: Looked, layout: Layout, token: str) -> str:
    return columns_page(
        "places/frame_columns.html", looked, layout, token, _role_names(looked), pages="frame"
    )


def _look(code: str, token: str) -> Looked:
    here, who = services(), g.account.name
    return frames.look(here.database, code, token, **sheet_and_header(), who=who, now=now(), shelf=here.shelf)


def _layout(looked: Looked) -> Layout:
    """The columns as the officer says."""
    known = {field.code for field in looked.fields}
    return layout_said(looked, lambda role: is_role(role, known))


def _previewed(looked: Looked) -> Preview:
    return frames.preview(services().database, looked, _layout(looked), labels_said(KINDS), now=now())


def _preview(found: Preview, token: str, missing: dict[str, str] | None = None) -> Page:
    reading, looked = found.reading, found.looked
    said = labels_said(KINDS)
    page = render_template(
        "places/frame_preview.html",
        found=found,
        round=looked.round,
        token=token,
        roles=sorted(_layout(looked).roles.items()),
        header=looked.layout.header + 1,
        faults=[frame_sentence(fault) for fault in reading.faults],
        unknown=[
            (unknown, place(unknown.row, unknown.column), _meanings(found, unknown), unknown.label)
            for unknown in list(reading.unknown.values())[:MOST_SHOWN]
        ],
        hidden_unknown=max(0, len(reading.unknown) - MOST_SHOWN),
        said=[(kind, label, code or LEFT_OUT) for (kind, label), code in said.items()],
        missing=missing or NOTHING_MISSING,
        **source_filled_in(looked.round),
        margin_names=margin_names(),
        margin_choices=_margin_choices(found),
        break_names=break_names(),
    )
    return (page, 422) if missing or not reading.is_valid else page


def _margin_choices(found: Preview) -> dict[str, dict[str, tuple[str, str | None, list[tuple[str, str]]]]]:
    """By margin and category: its label, what it means (None where nobody knows), and what it may mean, with the words."""
    chosen: dict[str, dict[str, tuple[str, str | None, list[tuple[str, str]]]]] = {}
    for margin, question in asked(found.looked.round.version.definition).items():
        choices = [(option_name(one), one.text.in_language(language.current())) for one in question.options]
        choices.append((LEFT_OUT, _("không rõ")))
        for category in found.reading.margins.get(margin, {}):
            name = meant(question, margin, category, found.meanings)
            said = LEFT_OUT if name == "" else name
            chosen.setdefault(margin, {})[category] = (same_label(category), said, choices)
    return chosen


def _meanings(found: Preview, unknown: Unknown) -> list[tuple[str, str]]:
    """What a label may mean, with the words."""
    units = [(unit.code, unit.name) for unit in found.units]
    fields = [(field.code, field.name_vi) for field in found.fields]
    return [(LEFT_OUT, _("bỏ các dòng này")), *(units if unknown.kind == UNIT else fields)]


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
    return raking.margin_names(_)


def break_names() -> dict[Break, str]:
    """Why an earlier number cannot be made anew."""
    return {
        Break.NEW: _("đơn vị mới, không có kỳ trước"),
        Break.SHARE_UNKNOWN: _("chia tách không rõ tỷ lệ"),
        Break.WITHIN_PERIOD: _("đơn vị thay đổi giữa kỳ"),
    }
