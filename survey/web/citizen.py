"""The citizen's pages: no cookie, no login, no JavaScript needed."""

import secrets

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response
from wtforms import Form

from questionnaires.definition import RESERVED_CODES
from questionnaires.version import Version
from survey.actions.answering import (
    Acknowledgement,
    AnswersFaulty,
    NotAPage,
    Sheet,
    open_counter,
    open_ticket,
    reopen,
    submit,
)
from survey.actions.comparing import version as published_version
from survey.actions.comparing import version_name
from survey.actions.devices import open_screen
from survey.actions.publishing import VersionUnknown
from survey.core.counter import MistypedCode, characters_of, parse_code
from survey.core.receipt import RECEIPT_LENGTH
from survey.core.response import VERIFIED_MODE, ForeignAnswer
from survey.core.ticket import TICKET_LENGTH, parse_ticket
from survey.core.visit import Visit
from survey.web import language
from survey.web.answer_form import answer_form, questions_of, show_problems
from survey.web.form_page import Phrase, phrase
from survey.web.rendered_form import fresh_form, whole_form
from survey.web.site import now, services, wants_json
from survey.web.visits import signed, visit_in, waited_in

pages = Blueprint("citizen", __name__)


class NoReceipt(LookupError):
    """The address cannot be that of a receipt."""


@pages.get("/")
def home() -> str:
    """The front door: type a counter's code, read what this is."""
    return render_template("citizen/home.html")


@pages.get("/q")
def find() -> Response:
    """A code typed by hand, that of a counter or, longer, a ticket's."""
    typed = request.args.get("code", "")
    if len(characters_of(typed)) == TICKET_LENGTH:
        return redirect(url_for("citizen.show_ticket", code=parse_ticket(typed)))
    return redirect(url_for("citizen.show", code=parse_code(typed)))


@pages.get("/q/<code>")
def show(code: str) -> Response:
    """The questionnaire of the counter's open round."""
    sheet = open_counter(services().database, code, now=now())
    visit = sheet.visit(secrets.token_hex(16), mode="qr", now=now())
    return fresh_page(sheet, visit)


@pages.get("/t/<code>")
def show_ticket(code: str) -> Response:
    """The questionnaire that a one-time ticket leads to."""
    sheet, ticket = open_ticket(services().database, code, now=now(), key=services().key)
    return fresh_page(sheet, sheet.visit(secrets.token_hex(16), mode=VERIFIED_MODE, now=now(), ticket=ticket))


@pages.get("/q/<code>/now/<token>")
def show_now(code: str, token: str) -> Response:
    """The questionnaire that the code on a counter's screen leads to: one opening, one response."""
    sheet = open_screen(services().database, code, token, now=now(), key=services().key)
    return fresh_page(sheet, sheet.visit(secrets.token_hex(16), mode="screen", now=now()))


@pages.post("/q/<code>")
@pages.post("/q/<code>/send", endpoint="send")
def answer(code: str) -> Response | tuple[Response | str, int]:
    """Take the answers: acknowledged after the commit, shown again with what is missing otherwise.

    The page sends to an address of its own: a post to the address of the page would make browsers forget the page,
    and going back would open a new one with a new id.
    """
    visit = visit_in(request.form, code, services().settings.secret_key)
    sheet = reopen(services().database, visit)
    response_id = request.form.get("id", "")
    if not visit.allows(response_id):
        raise NotAPage(response_id)
    read_in = language.read_in(sheet.version.definition.languages)
    if language.SWITCH in request.form:
        form = answer_form(sheet, request.form)
        if foreign := set(request.form) - set(questions_of(form)) - RESERVED_CODES:
            raise ForeignAnswer(", ".join(sorted(foreign)))
        return whole_form(sheet, form, _filled_in(sheet, visit, response_id)), 200
    raw = {code: texts for code, texts in request.form.lists() if code not in RESERVED_CODES}
    try:
        done = submit(
            services().database,
            sheet,
            visit,
            raw,
            response_id=response_id,
            language=read_in,
            waited=waited_in(request.form),
            now=now(),
            key=services().key,
        )
    except AnswersFaulty as fault:
        form = answer_form(sheet, request.form)
        show_problems(sheet, form, fault.problems)
        if wants_json():
            return jsonify(problems=_problems(form)), 422
        return whole_form(sheet, form, _filled_in(sheet, visit, response_id)), 422
    return _acknowledge(response_id, done, sheet.version)


@pages.post("/q/<code>/send/begun")
def begun(code: str) -> tuple[str, int]:
    """Count that the first answer of a page was touched; the page's script says so with what its form carries."""
    visit = visit_in({"visit": request.get_data(as_text=True)}, code, services().settings.secret_key)
    services().openings.started(reopen(services().database, visit), visit, now=now())
    return "", 204


def _problems(form: Form) -> dict[str, str]:
    """What is wrong, by question."""
    return {code: str(field.errors[0]) for code, field in questions_of(form).items() if field.errors}


def _acknowledge(
    response_id: str, done: Acknowledgement, version: Version
) -> Response | tuple[Response, int]:
    """Say that it is stored: to a script with the id, so that it knows the answer comes from here; else by a page."""
    thanks = url_for(
        "citizen.thanks", receipt=done.receipt, of=version_name(version), kept=1 if done.kept_first else None
    )
    if not wants_json():
        return redirect(thanks, 303)
    reply = jsonify(id=response_id, receipt=done.receipt, kept_first=done.kept_first, thanks=thanks)
    return reply, 201 if done.is_new else 200


@pages.get("/x/<receipt>")
def thanks(receipt: str) -> str:
    """Thank you, with the receipt and the questionnaire's own words."""
    try:
        code = parse_code(receipt, RECEIPT_LENGTH)
    except MistypedCode as fault:
        raise NoReceipt(receipt) from fault
    return render_template(
        "citizen/thanks.html",
        receipt=code,
        kept_first="kept" in request.args,
        said=_words_of_thanks(request.args.get("of", "")),
    )


def _words_of_thanks(name: str) -> Phrase | None:
    """What a version says to who has answered it; the acknowledgement must appear without it, too."""
    try:
        words = published_version(services().database, name).definition.thanks
    except (VersionUnknown, SQLAlchemyError):
        return None
    return phrase(words, request.args.get("lang", language.of_page()))


@pages.get("/privacy")
def privacy() -> str:
    """What is stored and what is not."""
    return render_template("citizen/privacy.html")


def fresh_page(sheet: Sheet, visit: Visit, template: str = "citizen/form.html") -> Response:
    """The page on which a sheet is filled in, as a phone or another device shows it."""
    language.read_in(sheet.version.definition.languages)
    # Another language shows a page again that was opened before.
    if request.method == "GET" and "lang" not in request.args:
        services().openings.opened(sheet, visit, now=now())
    return fresh_form(sheet, _filled_in(sheet, visit, visit.response_id), template)


def _filled_in(sheet: Sheet, visit: Visit, response_id: str) -> dict[str, str]:
    """What a visit fills into the form's page."""
    return {
        "address": url_for("citizen.send", code=sheet.counter.code),
        "unit": sheet.unit.name,
        "counter": sheet.counter.name,
        "response_id": response_id,
        "token": signed(visit, services().settings.secret_key),
    }
