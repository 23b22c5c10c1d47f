"""The officer's pages that open, close and re-open rounds, and plan their versions."""

from collections.abc import Mapping
from datetime import date, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.actions.making_rounds import VersionNotOffered
from survey.actions.rounds import RoundBoard, board
from survey.actions.scheduling import (
    MomentUnfit,
    NotNow,
    OtherQuestionnaire,
    VersionPlan,
    end_of,
    plan_version,
    readiness,
    reopen,
    set_closing,
    set_opening,
    unplan_version,
    version_plan,
)
from survey.actions.seals import close_round_and_seal
from survey.core.account import Permission
from survey.core.round import VIETNAM, Round, State
from survey.web import language
from survey.web.access import guard, needs
from survey.web.round_forms import MomentForm, ReopeningForm, VersionPlanForm
from survey.web.site import local_time, now, services

pages = Blueprint("round_schedule", __name__, url_prefix="/officer/rounds/<code>")

guard(pages)

Page = Response | str | tuple[str, int]


@pages.get("/open")
@needs(Permission.RUN_ROUNDS)
def ask_to_open(code: str) -> Page:
    """What opening means and what should be looked at before."""
    found = _board(code)
    if found.has_opened:
        return _told(code, _("Đợt khảo sát này đã mở từ trước nên không có gì để mở."))
    when = "at" if found.state is State.PLANNED else "now"
    begins = found.round.opened_at or end_of(found.round.starts_on)
    there = begins.astimezone(VIETNAM)
    form = MomentForm(
        when=when, day=there.date() if when == "at" else found.round.starts_on, hour=there.time()
    )
    return _opening_page(form.offer(_opening_words(found.state)), code)


@pages.post("/open")
@needs(Permission.RUN_ROUNDS)
def open_round(code: str) -> Page:
    """Open it, now or at a moment."""
    form = MomentForm().offer(_opening_words(_board(code).state))
    if not form.validate_on_submit():
        return _opening_page(form, code), 422
    try:
        opened = set_opening(services().database, code, _wanted(form), by=g.account, now=now())
    except NotNow:
        return _told(code, _("Đợt khảo sát này đã mở từ trước nên không có gì thay đổi."))
    except (MomentUnfit, VersionNotOffered) as fault:
        form.when.errors = [_cannot_open(fault)]
        return _opening_page(form, code), 422
    return _told(code, _opened(opened))


@pages.get("/close")
@needs(Permission.RUN_ROUNDS)
def ask_to_close(code: str) -> Page:
    """What closing means, before it is done."""
    found = _board(code)
    if not found.is_open and found.state is not State.PLANNED:
        return _told(code, _("Đợt khảo sát này không mở nên không có gì để đóng."))
    planned = found.round.closed_at
    there = (planned or end_of(found.round.ends_on)).astimezone(VIETNAM)
    when = "at" if planned or not found.is_open else "now"
    form = MomentForm(when=when, day=there.date(), hour=there.time())
    return _closing_page(form.offer(_closing_words(found)), found)


@pages.post("/close")
@needs(Permission.RUN_ROUNDS)
def close(code: str) -> Page:
    """Close it, now or at a moment."""
    found = _board(code)
    if not found.is_open and found.state is not State.PLANNED:
        return _told(code, _("Đợt khảo sát này không mở nên không có gì thay đổi."))
    form = MomentForm().offer(_closing_words(found))
    if not form.validate_on_submit():
        return _closing_page(form, found), 422
    try:
        return _told(code, _closed(code, form))
    except NotNow:
        return _told(code, _("Đợt khảo sát này không mở nên không có gì thay đổi."))
    except MomentUnfit:
        form.day.errors = [_("Giờ đóng phải sau bây giờ và sau giờ mở.")]
        return _closing_page(form, found), 422


@pages.get("/reopen")
@needs(Permission.RUN_ROUNDS)
def ask_to_reopen(code: str) -> Page:
    """What opening again means, and the reason that is printed."""
    found = _board(code)
    if not found.has_closed:
        return _told(code, _("Đợt khảo sát này chưa đóng nên không có gì để mở lại."))
    return render_template("rounds/reopen.html", form=ReopeningForm(), board=found)


@pages.post("/reopen")
@needs(Permission.RUN_ROUNDS)
def open_again(code: str) -> Page:
    """Open it again."""
    form = ReopeningForm()
    if not form.validate_on_submit():
        return render_template("rounds/reopen.html", form=form, board=_board(code)), 422
    try:
        reopen(services().database, code, form.reason.data, by=g.account, now=now())
    except NotNow:
        return _told(code, _("Đợt khảo sát này chưa đóng nên không có gì thay đổi."))
    return _told(code, _("Đã mở lại đợt. Lý do được ghi vào nhật ký và in trong báo cáo."))


@pages.get("/versions")
@needs(Permission.RUN_ROUNDS)
def versions(code: str) -> str:
    """Which version is asked from which day on."""
    plan = version_plan(services().database, code, now=now())
    return _versions_page(VersionPlanForm(when="day").offer(plan.offered, language.current()), plan)


@pages.post("/versions")
@needs(Permission.RUN_ROUNDS)
def plan(code: str) -> Page:
    """Plan a version, or take a plan back."""
    database = services().database
    if "remove" in request.form:
        return _unplan(code, request.form["remove"])
    found = version_plan(database, code, now=now())
    form = VersionPlanForm().offer(found.offered, language.current())
    if not form.validate_on_submit():
        return _versions_page(form, found), 422
    day = form.day.data if form.when.data == "day" else None
    try:
        plan_version(database, code, form.version.data, day, by=g.account, now=now())
    except NotNow:
        return _told(code, _("Đợt đã đóng nên không đổi phiên bản phiếu được nữa."))
    except (VersionNotOffered, OtherQuestionnaire):
        form.version.errors = [_("Phiên bản này không dùng được cho đợt. Xin chọn phiên bản khác.")]
        return _versions_page(form, found), 422
    except MomentUnfit:
        form.day.errors = [_("Ngày phải từ ngày mai và không sau ngày cuối của đợt.")]
        return _versions_page(form, found), 422
    flash(_("Đã lưu. Mã QR đã in giữ nguyên; ai đang điền dở vẫn điền tiếp trên phiên bản cũ."))
    return redirect(url_for("round_schedule.versions", code=code), 303)


def _unplan(code: str, text: str) -> Response:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min.replace(year=1970)
    if unplan_version(services().database, code, day, by=g.account, now=now()):
        flash(_("Đã bỏ lịch đổi phiên bản."))
    else:
        flash(_("Lịch này không còn nên không có gì thay đổi."), "warning")
    return redirect(url_for("round_schedule.versions", code=code), 303)


def _board(code: str) -> RoundBoard:
    return board(services().database, code, within=None, now=now())


def _told(code: str, words: str) -> Response:
    flash(words)
    return redirect(url_for("officer.show_round", code=code), 303)


def _wanted(form: MomentForm) -> datetime | None:
    return form.moment() if form.when.data == "at" else now() if form.when.data == "now" else None


def _cannot_open(fault: Exception) -> str:
    if isinstance(fault, MomentUnfit):
        return str(_("Giờ mở phải trước giờ đóng đã hẹn. Xin đổi giờ mở, hoặc đổi giờ đóng trước."))
    return str(_("Phiên bản phiếu của đợt đã bị rút. Xin chọn phiên bản khác rồi mở."))


def _opened(round_: Round) -> str:
    if round_.opened_at is None:
        return str(_("Đã bỏ giờ hẹn mở. Đợt chỉ mở khi có người bấm mở."))
    if round_.is_open(now()):
        return str(_("Đã mở đợt khảo sát. Mọi mã QR tại quầy nhận phiếu từ bây giờ."))
    return str(_("Đợt sẽ tự mở lúc %(moment)s, không cần ai bấm.", moment=local_time(round_.opened_at)))


def _closed(code: str, form: MomentForm) -> str:
    """Close or set the closing, and say what was done."""
    if form.when.data == "now":
        if not close_round_and_seal(services().database, code, by=g.account, now=now(), key=services().key):
            raise NotNow(code)
        return str(_("Đã đóng đợt khảo sát. Phiếu điền xong trước lúc này còn gửi đến được trong 14 ngày."))
    moment = _wanted(form)
    set_closing(services().database, code, moment, by=g.account, now=now())
    if moment is None:
        return str(_("Đã bỏ giờ hẹn đóng. Đợt mở đến khi có người bấm đóng."))
    return str(_("Đợt sẽ tự đóng lúc %(moment)s, không cần ai bấm.", moment=local_time(moment)))


def _opening_words(state: State) -> Mapping[str, str]:
    words = {"now": _("Mở ngay bây giờ"), "at": _("Tự mở lúc")}
    return {**words, "none": _("Bỏ giờ hẹn mở")} if state is State.PLANNED else words


def _closing_words(found: RoundBoard) -> Mapping[str, str]:
    words = {"now": _("Đóng ngay bây giờ")} if found.is_open else {}
    words["at"] = _("Tự đóng lúc")
    return {**words, "none": _("Bỏ giờ hẹn đóng")} if found.round.closed_at else words


def _opening_page(form: MomentForm, code: str) -> str:
    round_, ready = readiness(services().database, code, now=now())
    return render_template("rounds/open.html", form=form, round=round_, ready=ready)


def _closing_page(form: MomentForm, found: RoundBoard) -> str:
    return render_template("officer/close.html", form=form, board=found)


def _versions_page(form: VersionPlanForm, plan: VersionPlan) -> str:
    return render_template("rounds/versions.html", form=form, plan=plan)
