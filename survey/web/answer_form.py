"""The citizen's form: one field for every kind of question, and the sentences for what is wrong.

:data:`CONTROLS` names, beside the field, the macro of ``templates/components/fields.html`` that draws it. What an
answer may be is checked by :mod:`survey.core.question_kinds`, the one place that knows the rules.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, RadioField, SelectMultipleField, StringField, TextAreaField

from questionnaires.definition import Question
from reports.formats import count
from survey.actions.answering import Sheet
from survey.core.question_kinds import RATING, Asked, Problem, bounds
from survey.core.response import Raw, asked_at
from survey.web import language

ATTRIBUTE = "question_"
"""Put before a code to name the form's attribute, so that no code can hide one of WTForms' own."""


class Control(NamedTuple):
    """How a kind of question is put on the page."""

    macro: str
    type: str
    field: Callable[[Asked], Field]


def _one(question: Asked) -> Field:
    return RadioField(name=question.code, choices=list(question.choices), validate_choice=False)


def _several(question: Asked) -> Field:
    return SelectMultipleField(name=question.code, choices=list(question.choices), validate_choice=False)


CONTROLS: Mapping[str, Control] = {
    RATING: Control("choices", "radio", _one),
    "field": Control("choices", "radio", _one),
    "single": Control("choices", "radio", _one),
    "multiple": Control("choices", "checkbox", _several),
    "number": Control("number", "text", lambda question: StringField(name=question.code)),
    "text": Control("long_text", "text", lambda question: TextAreaField(name=question.code)),
}


def asked_on(sheet: Sheet) -> tuple[Asked, ...]:
    """Everything that a sheet asks, in the order of the page."""
    return asked_at(sheet.version, sheet.field_codes)


def answer_form(sheet: Sheet, data: MultiDict[str, str] | None = None) -> Form:
    """The form of a sheet: one field per question code, nothing pre-selected, answers in ``data`` kept."""
    fields = {
        ATTRIBUTE + question.code: CONTROLS[question.kind].field(question) for question in asked_on(sheet)
    }
    form: Form = type("AnswerForm", (Form,), fields)(data)
    return form


def questions_of(form: Form) -> dict[str, Field]:
    """The form's fields by question code."""
    return {field.name: field for field in form}


def raw_answers(form: Form) -> Raw:
    """Everything that was sent for every question code."""
    return {field.name: field.raw_data or () for field in form}


def show_problems(sheet: Sheet, form: Form, problems: Mapping[str, Problem]) -> None:
    """Put each problem beside its question."""
    fields = questions_of(form)
    for question in asked_on(sheet):
        if question.code in problems:
            fields[question.code].errors = [problem_text(problems[question.code], question)]


def problem_text(problem: Problem, question: Asked) -> str:
    """What is wrong with an answer to ``question``, and what to do."""
    if problem is Problem.REQUIRED and question.choices:
        return str(_("Xin chọn một phương án cho câu này."))
    least, greatest = limits(question)
    words: dict[Problem, str] = {
        Problem.REQUIRED: _("Xin trả lời câu này."),
        Problem.NOT_AN_OPTION: _("Phương án này không có trong phiếu. Xin chọn lại."),
        Problem.NOT_ALONE: _("Có phương án không chọn cùng phương án khác được. Xin chọn lại."),
        Problem.NOT_A_NUMBER: _("Xin viết một số nguyên bằng chữ số, ví dụ 12."),
        Problem.TOO_SMALL: _("Số này nhỏ quá. Xin viết số từ %(least)s trở lên.", least=least),
        Problem.TOO_LARGE: _("Số này lớn quá. Xin viết số không quá %(greatest)s.", greatest=greatest),
        Problem.TOO_LONG: _("Ý kiến quá dài. Xin rút gọn."),
    }
    return words[problem]


def limits(question: Asked) -> tuple[str, str]:
    """The least and the greatest number that is accepted, as people read them; empty for other kinds."""
    if question.kind != "number" or not isinstance(question.part, Question):
        return "", ""
    least, greatest = bounds(question.part)
    return count(least, language.current()), count(greatest, language.current())
