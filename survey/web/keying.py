"""The pages for keying paper forms: piles, one form after the other on the number keys, what two people keyed differently."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from questionnaires.definition import Item
from survey.actions.keying import (
    KeyedTwice,
    Keying,
    KeysFaulty,
    NotYours,
    PileClosed,
    PileFaulty,
    PileKept,
    begin_pile,
    drop_pile,
    key_form,
    keying,
    pile_board,
    require_turn,
    store_pile,
)
from survey.actions.storing_loads import RoundTakesNone
from survey.core.account import Permission
from survey.core.keying import FIRST, NOT_APPLICABLE_KEY, SECOND, THIRD, digits_of, keys_of
from survey.core.question_kinds import NOT_APPLICABLE, Answer, Asked, Problem
from survey.web import language
from survey.web.access import guard, needs
from survey.web.answer_form import problem_text
from survey.web.forms import PileForm
from survey.web.site import now, services

pages = Blueprint("keying", __name__, url_prefix="/officer/rounds/<code>/paper")

guard(pages)

Page = str | Response | tuple[str, int]


class KeyField(NamedTuple):
    """One question on the keying page.

    Attributes:
        code: of the question.
        number: as it is counted on the form.
        label: its words.
        legend: which key means what.
        digits: after how many the next field follows by itself; 0 where Enter ends it.
        keys: the digits that can be keyed, separated by spaces; "" for numbers and texts.
        is_text: whether words are keyed.
        value: what was keyed.
        error: what is wrong with it.
        note: what two people keyed, where a third looks.
    """

    code: str
    number: int
    label: str
    legend: str
    digits: int
    keys: str
    is_text: bool
    value: str
    error: str
    note: str


@pages.get("")
@needs(Permission.SEE_ROUNDS)
def show(code: str) -> str:
    """The piles of a round."""
    return _board(code, PileForm())


@pages.post("/begin")
@needs(Permission.KEY_ANSWERS)
def begin(code: str) -> Page:
    """Begin a pile."""
    board = pile_board(services().database, code, within=g.account.unit_code, now=now())
    form = PileForm()
    form.offer(board.units, board.fields)
    if not form.validate_on_submit():
        return _board(code, form), 422
    try:
        number = begin_pile(
            services().database,
            code,
            unit_code=form.unit.data,
            field_code=form.field.data,
            day=form.day.data,
            forms=form.forms.data,
            every=int(form.every.data),
            by=g.account,
            now=now(),
        )
    except PileFaulty:
        form.field.errors = [_("Đơn vị này không có quầy nào phục vụ lĩnh vực đã chọn. Xin chọn lại.")]
        return _board(code, form), 422
    except RoundTakesNone:
        return _closed(code)
    flash(_("Xin ghi “Tập %(number)s” lên tập phiếu và đánh số từng tờ từ 1.", number=number))
    return redirect(url_for("keying.form", code=code, number=number, form=1, turn=FIRST), 303)


@pages.get("/<int:number>")
@needs(Permission.SEE_ROUNDS)
def pile(code: str, number: int) -> str:
    """How far a pile is, and what was keyed differently."""
    return _pile(code, number)


@pages.get("/<int:number>/<int:form>/<int(min=1, max=3):turn>")
@needs(Permission.KEY_ANSWERS)
def form(code: str, number: int, form: int, turn: int) -> Page:
    """One paper form to key."""
    found = _found(code, number)
    try:
        require_turn(found, form, turn, g.account.name)
    except NotYours:
        return _not_yours(code, number)
    except KeyedTwice:
        return redirect(url_for("keying.form", code=code, number=number, form=form, turn=THIRD), 303)
    except PileClosed:
        return _pile_closed(code, number)
    return _form_page(found, form, turn, _kept(found, form, turn), {})


@pages.post("/<int:number>/<int:form>/<int(min=1, max=3):turn>")
@needs(Permission.KEY_ANSWERS)
def keep(code: str, number: int, form: int, turn: int) -> Page:
    """Keep what was keyed, and go on to the next form."""
    found = _found(code, number)
    keys = {q.code: request.form.get(q.code, "") for q in found.questions}
    try:
        following = key_form(
            services().database, code, number, form=form, turn=turn, keys=keys, by=g.account, now=now()
        )
    except KeysFaulty as fault:
        return _form_page(found, form, turn, keys, fault.problems), 422
    except (NotYours, KeyedTwice):
        return _not_yours(code, number)
    except PileClosed:
        return _pile_closed(code, number)
    if following is None:
        return redirect(url_for("keying.pile", code=code, number=number), 303)
    return redirect(url_for("keying.form", code=code, number=number, form=following, turn=turn), 303)


@pages.post("/<int:number>/store")
@needs(Permission.KEY_ANSWERS)
def store(code: str, number: int) -> Page:
    """Make the forms of a pile responses."""
    try:
        stored = store_pile(services().database, code, number, by=g.account, now=now(), key=services().key)
    except PileClosed:
        return _pile_closed(code, number)
    except RoundTakesNone:
        return _closed(code)
    flash(_("Đã đưa %(count)s phiếu giấy vào đợt khảo sát.", count=stored))
    return redirect(url_for("keying.pile", code=code, number=number), 303)


@pages.get("/<int:number>/drop")
@needs(Permission.KEY_ANSWERS)
def ask_to_drop(code: str, number: int) -> Page:
    """What dropping a pile means."""
    found = _found(code, number)
    if not found.review.may_be_dropped_by(g.account.name):
        return _kept_pile(code, number)
    return render_template("sources/pile_drop.html", found=found)


@pages.post("/<int:number>/drop")
@needs(Permission.KEY_ANSWERS)
def drop(code: str, number: int) -> Response:
    """Drop a pile that was begun by mistake."""
    try:
        drop_pile(services().database, code, number, by=g.account, now=now())
    except PileKept:
        return _kept_pile(code, number)
    flash(_("Đã bỏ tập %(number)s. Số tập này không dùng lại; nhật ký ghi ai đã bỏ.", number=number))
    return redirect(url_for("keying.show", code=code), 303)


def _found(code: str, number: int) -> Keying:
    return keying(services().database, code, number, within=g.account.unit_code, now=now())


def _board(code: str, form: PileForm) -> str:
    board = pile_board(services().database, code, within=g.account.unit_code, now=now())
    form.offer(board.units, board.fields)
    return render_template("sources/piles.html", board=board, form=form)


def _pile(code: str, number: int) -> str:
    found = _found(code, number)
    labels = {question.code: _label(question) for question in found.questions}
    return render_template(
        "sources/pile.html",
        found=found,
        review=found.review,
        label=labels,
        said=lambda code, answer: _said(found, code, answer),
        may_drop=found.review.may_be_dropped_by(g.account.name),
        turns={"first": FIRST, "second": SECOND, "third": THIRD},
    )


def _closed(code: str) -> Response:
    flash(_("Đợt này chưa mở hoặc đã chốt số liệu nên không nhập và không rút phiếu được."), "warning")
    return redirect(url_for("keying.show", code=code), 303)


def _not_yours(code: str, number: int) -> Response:
    flash(_("Phiếu này phải do hai người khác nhau nhập. Xin nhờ người khác nhập lần kia."), "warning")
    return redirect(url_for("keying.pile", code=code, number=number), 303)


def _kept_pile(code: str, number: int) -> Response:
    flash(
        _("Tập phiếu này không bỏ được: đã đưa vào đợt khảo sát, hoặc có phiếu do người khác nhập."),
        "warning",
    )
    return redirect(url_for("keying.pile", code=code, number=number), 303)


def _pile_closed(code: str, number: int) -> Response:
    flash(_("Tập phiếu này đã đưa vào đợt khảo sát, hoặc còn phiếu chưa nhập xong."), "warning")
    return redirect(url_for("keying.pile", code=code, number=number), 303)


def _kept(found: Keying, form: int, turn: int) -> Mapping[str, str]:
    """What this turn keyed before; a third look begins with what both keyed alike, a second one never does."""
    keyed, differing = found.review.keyed.get((form, turn)), set[str]()
    if keyed is None and turn == THIRD:
        keyed = found.review.keyed[form, FIRST]
        differing = {each.code for each in found.review.differences if each.form == form}
    if keyed is None:
        return {}
    return {q.code: keys_of(q, keyed.answers.get(q.code)) for q in found.questions if q.code not in differing}


def _form_page(
    found: Keying, form: int, turn: int, keys: Mapping[str, str], problems: Mapping[str, Problem]
) -> str:
    notes = _notes(found, form) if turn == THIRD else {}
    fields = [
        KeyField(
            question.code,
            number,
            _label(question),
            _legend(found, question),
            digits_of(question),
            _digit_keys(question),
            question.kind == "text",
            keys.get(question.code, ""),
            problem_text(problems[question.code], question) if question.code in problems else "",
            notes.get(question.code, ""),
        )
        for number, question in enumerate(found.questions, 1)
    ]
    return render_template("sources/key_form.html", found=found, form=form, turn=turn, fields=fields)


def _notes(found: Keying, form: int) -> dict[str, str]:
    """What two people keyed differently, by question."""
    review = found.review
    return {
        d.code: str(_("lần một: %(first)s; lần hai: %(second)s", first=_said(found, d.code, d.first),
                      second=_said(found, d.code, d.second)))
        for d in (*review.differences, *review.resolved)
        if d.form == form
    }  # fmt: skip


def _label(question: Asked) -> str:
    return question.part.text.in_language(language.current())


def _said(found: Keying, code: str, answer: Answer) -> str:
    question = next(q for q in found.questions if q.code == code)
    return keys_of(question, answer) or str(_("để trống"))


def _legend(found: Keying, question: Asked) -> str:
    """Which key means what, for choices; empty for numbers and texts."""
    options = [
        f"{option.code} {option.text.in_language(language.current())}"
        for option in found.version.definition.options_of(question.part)
    ]
    if isinstance(question.part, Item) and NOT_APPLICABLE in question.choices:
        options.append(f"{NOT_APPLICABLE_KEY} {_('không áp dụng')}")
    return " · ".join(options)


def _digit_keys(question: Asked) -> str:
    keys = [text if text != NOT_APPLICABLE else NOT_APPLICABLE_KEY for text in question.choices]
    return " ".join(dict.fromkeys(keys))
