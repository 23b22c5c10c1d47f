"""A draft tried out on a phone or in the editor's preview: the citizens' own pages, and nothing is stored."""

from flask import Blueprint, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from questionnaires.definition import RESERVED_CODES
from survey.actions.answering import AnswersFaulty, Sheet
from survey.actions.trial import NothingToShow, TrialOver, trial_sheet, try_answers
from survey.core.response import ForeignAnswer
from survey.web import language
from survey.web.answer_form import answer_form, questions_of, raw_answers, show_problems
from survey.web.form_page import phrase
from survey.web.rendered_form import whole_form
from survey.web.site import services

pages = Blueprint("trial", __name__, url_prefix="/try")

FORM = "citizen/trial.html"


def trial_address(draft: int) -> str:
    """The address under which whoever knows it can try a draft."""
    return url_for("trial.show", token=_signer().dumps(draft))


@pages.get("/<token>")
def show(token: str) -> str:
    """The draft as citizens would see it."""
    sheet = _sheet(token)
    return whole_form(sheet, answer_form(sheet), _values(sheet, token), FORM)


@pages.post("/<token>/send")
def send(token: str) -> Response | tuple[str, int]:
    """Check what was answered, store nothing, say thank you."""
    sheet = _sheet(token)
    form = answer_form(sheet, request.form)
    if foreign := set(request.form) - set(questions_of(form)) - RESERVED_CODES:
        raise ForeignAnswer(", ".join(sorted(foreign)))
    if language.SWITCH in request.form:
        return whole_form(sheet, form, _values(sheet, token), FORM), 200
    try:
        try_answers(sheet, raw_answers(form))
    except AnswersFaulty as fault:
        show_problems(sheet, form, fault.problems)
        return whole_form(sheet, form, _values(sheet, token), FORM), 422
    return redirect(url_for("trial.thanks", token=token, lang=language.of_page()), 303)


@pages.get("/<token>/thanks")
def thanks(token: str) -> str:
    """The end of the trial."""
    sheet = _sheet(token)
    said = phrase(sheet.version.definition.thanks, language.of_page())
    return render_template("citizen/trial_thanks.html", said=said, again=url_for("trial.show", token=token))


@pages.errorhandler(TrialOver)
def over(_fault: TrialOver) -> tuple[str, int]:
    """The draft is no draft any more."""
    return render_template("citizen/trial_over.html", faults=()), 410


@pages.errorhandler(NothingToShow)
def nothing(fault: NothingToShow) -> tuple[str, int]:
    """What must be written before anything can be shown."""
    return render_template("citizen/trial_over.html", faults=list(fault.faults.values())), 200


def _sheet(token: str) -> Sheet:
    try:
        draft = _signer().loads(token)
    except BadSignature as fault:
        raise TrialOver(token) from fault
    sheet = trial_sheet(services().database, draft)
    language.read_in(sheet.version.definition.languages)
    return sheet


def _values(sheet: Sheet, token: str) -> dict[str, str]:
    """What a visit fills in; the id and the token of a real visit are missing, so nothing could be stored."""
    address = url_for("trial.send", token=token)
    return {
        "address": address,
        "unit": sheet.unit.name,
        "counter": sheet.counter.name,
        "response_id": "",
        "token": "",
    }


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key, salt="trial")
