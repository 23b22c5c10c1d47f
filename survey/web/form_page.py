"""A questionnaire as the citizen's page shows it: every phrase with the language that it is really in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _
from wtforms import Field, Form

from questionnaires.definition import Condition, Item, Question, Text
from survey.actions.answering import Sheet
from survey.core.place import Field as ServiceField
from survey.core.question_kinds import NOT_APPLICABLE, Asked
from survey.web import language
from survey.web.answer_form import CONTROLS, Control, asked_on, limits, questions_of


class Phrase(NamedTuple):
    """Words and their language."""

    words: str
    language: str


class Choice(NamedTuple):
    """One answer to choose; the empty value takes a choice back."""

    value: str
    label: Phrase


class ShownWhen(NamedTuple):
    """Under which condition something is shown, for the script and in words."""

    question: str
    codes: str
    place: Phrase
    options: tuple[Phrase, ...]


@dataclass(frozen=True)
class Block:
    """One question on the page.

    Attributes:
        asked: what is asked, by its code.
        control: how it is put.
        label: its words.
        number: printed before them; empty for what is asked before the rated items.
        choices: to choose from; empty for numbers and texts.
        counted_in: what a number counts.
        hint: which numbers are accepted.
        shown_when: its own condition.
        field: what was answered, and what is wrong with it.
    """

    asked: Asked
    control: Control
    label: Phrase
    number: str
    choices: tuple[Choice, ...]
    counted_in: Phrase | None
    hint: str
    shown_when: ShownWhen | None
    field: Field

    @property
    def code(self) -> str:
        """The question's code."""
        return self.asked.code

    @property
    def described_by(self) -> str:
        """The ids of what a screen reader says about the question beside its label."""
        parts = {
            "when": self.shown_when,
            "hint": self.hint,
            "unit": self.counted_in,
            "error": self.field.errors,
        }
        return " ".join(f"q-{self.code}-{name}" for name, said in parts.items() if said)

    def is_chosen(self, choice: Choice) -> bool:
        """Whether a choice was made when the form was last sent."""
        given = self.field.data
        return choice.value in given if isinstance(given, list) else choice.value == given


@dataclass(frozen=True)
class SectionBlock:
    """A factor on the page."""

    code: str
    title: Phrase
    shown_when: ShownWhen | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class FormPage:
    """The whole questionnaire on the page."""

    title: Phrase
    introduction: Phrase
    thanks: Phrase
    before: tuple[Block, ...]
    sections: tuple[SectionBlock, ...]
    after: tuple[Block, ...]

    @property
    def blocks(self) -> list[Block]:
        """The questions, in the order of the page."""
        return [
            *self.before,
            *(block for section in self.sections for block in section.blocks),
            *self.after,
        ]

    @property
    def faulty(self) -> list[Block]:
        """The questions with an error, in the order of the page."""
        return [block for block in self.blocks if block.field.errors]


def form_page(sheet: Sheet, form: Form, read_in: str) -> FormPage:
    """The page of a sheet in a language, with what ``form`` holds."""
    definition = sheet.version.definition
    asked = asked_on(sheet)
    maker = _Maker(
        sheet, read_in, questions_of(form), {question.code: question for question in asked}, _numbers(asked)
    )
    return FormPage(
        phrase(definition.title, read_in),
        phrase(definition.introduction, read_in),
        phrase(definition.thanks, read_in),
        maker.blocks(part for part in asked if _place(part) == "before"),
        tuple(
            SectionBlock(
                section.code,
                phrase(section.title, read_in),
                maker.shown_when(section.shown_when),
                maker.blocks(maker.asked[item.code] for item in section.items),
            )
            for section in definition.sections
        ),
        maker.blocks(part for part in asked if _place(part) == "after"),
    )


def phrase(text: Text, read_in: str) -> Phrase:
    """A text in the language that is read, else in Vietnamese."""
    return Phrase(text.in_language(read_in), text.language_read(read_in))


def _place(asked: Asked) -> str:
    return asked.part.place if isinstance(asked.part, Question) else "item"


def _numbers(asked: Iterable[Asked]) -> dict[str, str]:
    """Items are numbered from 1 at every counter, whatever is asked before them."""
    counted = [part.code for part in asked if _place(part) != "before"]
    return {code: str(number) for number, code in enumerate(counted, start=1)}


@dataclass(frozen=True)
class _Maker:
    """Turns what is asked into what is shown."""

    sheet: Sheet
    read_in: str
    fields: dict[str, Field]
    asked: dict[str, Asked]
    numbers: dict[str, str]

    def blocks(self, asked: Iterable[Asked]) -> tuple[Block, ...]:
        return tuple(self._block(part) for part in asked)

    def shown_when(self, condition: Condition | None) -> ShownWhen | None:
        if condition is None:
            return None
        asked = self.asked[condition.question]
        options = [
            phrase(option.text, self.read_in)
            for option in self.sheet.version.definition.options_of(asked.part)
            if option.code in condition.codes
        ]
        codes = " ".join(str(code) for code in condition.codes)
        number = self.numbers.get(asked.code)
        place = Phrase(number, self.read_in) if number else phrase(asked.part.text, self.read_in)
        return ShownWhen(asked.code, codes, place, tuple(options))

    def _block(self, asked: Asked) -> Block:
        counted_in = asked.part.counted_in if isinstance(asked.part, Question) else None
        return Block(
            asked=asked,
            control=CONTROLS[asked.kind],
            label=phrase(asked.part.text, self.read_in),
            number=self.numbers.get(asked.code, ""),
            choices=tuple(self._choices(asked)),
            counted_in=phrase(counted_in, self.read_in) if counted_in else None,
            hint=_hint(asked),
            shown_when=self.shown_when(asked.part.shown_when),
            field=self.fields[asked.code],
        )

    def _choices(self, asked: Asked) -> Iterable[Choice]:
        for option in self.sheet.version.definition.options_of(asked.part):
            yield Choice(str(option.code), phrase(option.text, self.read_in))
        if asked.kind == "field":
            for field in self.sheet.fields:
                yield Choice(field.code, _field_name(field, self.read_in))
        if NOT_APPLICABLE in asked.choices:
            yield Choice(NOT_APPLICABLE, Phrase(_("Không áp dụng / không có ý kiến"), language.current()))
        if CONTROLS[asked.kind].type == "radio" and not asked.required:
            # Without a script a radio button, once chosen, could not be taken back.
            yield Choice("", Phrase(_("Không trả lời"), language.current()))


def _field_name(field: ServiceField, read_in: str) -> Phrase:
    return Phrase(field.name(read_in), "en" if read_in == "en" and field.name_en else "vi")


def _hint(asked: Asked) -> str:
    """Which numbers are accepted, where the questionnaire bounds them."""
    if isinstance(asked.part, Item) or (asked.part.min is None and asked.part.max is None):
        return ""
    least, greatest = limits(asked)
    if asked.part.min is None:
        return str(_("Số không quá %(greatest)s.", greatest=greatest))
    if asked.part.max is None:
        return str(_("Số từ %(least)s trở lên.", least=least))
    return str(_("Số từ %(least)s đến %(greatest)s.", least=least, greatest=greatest))
