"""The citizen's pages: no cookie, no login, no JavaScript needed."""

import secrets

from flask import Blueprint, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response
from wtforms import Form

from survey.actions.answering import AnswersFaulty, NotAPage, Sheet, Visit, open_counter, reopen, submit
from survey.core.counter import MistypedCode, parse_code
from survey.core.receipt import RECEIPT_LENGTH
from survey.core.response import ForeignAnswer
from survey.web import language
from survey.web.forms import answer_form, questions_of, raw_answers, show_problems
from survey.web.site import now, services

pages = Blueprint("citizen", __name__)

OWN_NAMES = frozenset({"id", "visit", "lang"})
"""Names in the form that are not questions."""


class NoReceipt(LookupError):
    """The address cannot be that of a receipt."""


@pages.get("/")
def home() -> str:
    """The front door: type a counter's code, read what this is."""
    return render_template("citizen/home.html")


@pages.get("/q")
def find() -> Response:
    """A code typed by hand."""
    return redirect(url_for("citizen.show", code=parse_code(request.args.get("code", ""))))


@pages.get("/q/<code>")
def show(code: str) -> str:
    """The questionnaire of the counter's open round."""
    sheet = open_counter(services().database, code)
    return _form_page(sheet, response_id=secrets.token_hex(16), form=answer_form(sheet, language.current()))


@pages.post("/q/<code>")
@pages.post("/q/<code>/send", endpoint="send")
def answer(code: str) -> Response | tuple[str, int]:
    """Take the answers: acknowledged after the commit, shown again with what is missing otherwise.

    The page sends to an address of its own: a post to the address of the page would make browsers forget the page,
    and going back would open a new one with a new id.
    """
    sheet = reopen(services().database, _visit(code))
    response_id = request.form.get("id", "")
    form = answer_form(sheet, language.current(), request.form)
    if foreign := set(request.form) - set(questions_of(form)) - OWN_NAMES:
        raise ForeignAnswer(", ".join(sorted(foreign)))
    try:
        done = submit(
            services().database,
            sheet,
            raw_answers(form),
            response_id=response_id,
            language=language.current(),
            mode="qr",
            now=now(),
            key=services().key,
        )
    except AnswersFaulty as fault:
        show_problems(form, fault.problems)
        return _form_page(sheet, response_id=response_id, form=form), 422
    kept = 1 if done.kept_first else None
    return redirect(url_for("citizen.thanks", receipt=done.receipt, kept=kept), 303)


@pages.get("/x/<receipt>")
def thanks(receipt: str) -> str:
    """Thank you, with the receipt."""
    try:
        code = parse_code(receipt, RECEIPT_LENGTH)
    except MistypedCode as fault:
        raise NoReceipt(receipt) from fault
    return render_template("citizen/thanks.html", receipt=code, kept_first="kept" in request.args)


@pages.get("/privacy")
def privacy() -> str:
    """What is stored and what is not."""
    return render_template("citizen/privacy.html")


def _form_page(sheet: Sheet, *, response_id: str, form: Form) -> str:
    visit = Visit(sheet.counter.code, sheet.round.code, sheet.version.fingerprint)
    return render_template(
        "citizen/form.html",
        sheet=sheet,
        questions=questions_of(form),
        response_id=response_id,
        visit=_signer().dumps(visit),
    )


def _visit(code: str) -> Visit:
    try:
        visit = Visit(*_signer().loads(request.form.get("visit", "")))
    except (BadSignature, TypeError) as fault:
        raise NotAPage(code) from fault
    if visit.counter_code != parse_code(code):
        raise NotAPage(code)
    return visit


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key, salt="visit")
