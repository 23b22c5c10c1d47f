"""Forms: the citizen's, built from a questionnaire version, and the officer's."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from questionnaires.definition import Definition, Item, Question
from survey.actions.answering import Sheet
from survey.core.response import NOT_APPLICABLE, Problem

ATTRIBUTE = "question_"
"""Put before a code to name the form's attribute, so that no code can hide one of WTForms' own."""


def _printable(text: str | None) -> str:
    """A name as it can be shown: without what no page may hold and without spaces at its ends."""
    return "".join(character for character in text or "" if character.isprintable()).strip()


class SignInForm(FlaskForm):
    """An officer's or leader's sign-in."""

    name = StringField(_l("Tên đăng nhập"), [InputRequired(_l("Hãy nhập tên đăng nhập."))])
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Hãy nhập mật khẩu."))])


class DeviceForm(FlaskForm):
    """A tablet or screen to be added."""

    kind = RadioField(
        _l("Loại thiết bị"),
        [InputRequired(_l("Hãy chọn loại thiết bị."))],
        choices=[
            SelectChoice("kiosk", _l("Máy tính bảng để người dân trả lời tại quầy")),
            SelectChoice("screen", _l("Màn hình hướng về người dân, mã QR đổi mỗi 30 giây")),
        ],
    )
    counter = SelectField(_l("Quầy"), [InputRequired(_l("Hãy chọn quầy."))])
    name = StringField(
        _l("Tên thiết bị"),
        [DataRequired(_l("Hãy đặt tên cho thiết bị.")), Length(max=80)],
        filters=[_printable],
    )


def answer_form(sheet: Sheet, language: str, data: MultiDict[str, str] | None = None) -> Form:
    """The form of a sheet: one field per question code, nothing pre-selected, answers in ``data`` kept."""
    definition = sheet.version.definition
    fields: dict[str, Field] = {}
    for question in sheet.questions:
        fields[ATTRIBUTE + question.code] = _question_field(sheet, question, language)
    for item in definition.items:
        fields[ATTRIBUTE + item.code] = _item_field(definition, item, language)
    form: Form = type("AnswerForm", (Form,), fields)(data)
    return form


def questions_of(form: Form) -> dict[str, Field]:
    """The form's fields by question code."""
    return {field.name: field for field in form}


def raw_answers(form: Form) -> Mapping[str, str]:
    """The text of every question code, as sent."""
    return {field.name: field.data or "" for field in form}


def show_problems(form: Form, problems: Mapping[str, Problem]) -> None:
    """Put each problem beside its question."""
    questions = questions_of(form)
    for code, problem in problems.items():
        questions[code].errors = [problem_text(problem)]


def problem_text(problem: Problem) -> str:
    """What is wrong with an answer, and what to do."""
    words: dict[Problem, str] = {
        Problem.REQUIRED: _("Xin chọn một phương án cho câu này."),
        Problem.NOT_AN_OPTION: _("Phương án này không có trong phiếu. Xin chọn lại."),
        Problem.TOO_LONG: _("Ý kiến quá dài. Xin rút gọn."),
    }
    return words[problem]


def _item_field(definition: Definition, item: Item, language: str) -> Field:
    choices = [
        (str(option.code), option.text.in_language(language)) for option in definition.scale_of(item).options
    ]
    if item.allow_not_applicable:
        choices.append((NOT_APPLICABLE, _("Không áp dụng / không có ý kiến")))
    return _radio(item.code, item.text.in_language(language), choices)


def _question_field(sheet: Sheet, question: Question, language: str) -> Field:
    label = question.text.in_language(language)
    if question.kind == "text":
        return TextAreaField(label, name=question.code, render_kw={"maxlength": question.max_length})
    if question.kind == "field":
        return _radio(question.code, label, [(field.code, field.name(language)) for field in sheet.fields])
    return _radio(
        question.code,
        label,
        [(str(option.code), option.text.in_language(language)) for option in question.options],
    )


def _radio(code: str, label: str, choices: list[tuple[str, str]]) -> Field:
    # Membership is checked by survey.core.response, the one place that knows the rules.
    offered = [SelectChoice(value=value, label=text) for value, text in choices]
    return RadioField(label, name=code, choices=offered, validate_choice=False)
