"""One reader for every kind of question: what was sent becomes what is stored, or a problem.

A new kind needs an entry in :data:`READERS`, one in ``survey/web/answer_form.py``, and a small
questionnaire in ``tests/data/questionnaires/``.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from questionnaires.definition import LARGEST_NUMBER, Condition, Definition, Item, Question

NOT_APPLICABLE = "na"
"""The stored answer "không áp dụng"; a code that is absent was not answered."""

NOT_SHOWN = None
"""Stored in place of an answer where a condition kept the question from being shown."""

RATING = "rating"
"""The kind of every item; questions name their own."""

Answer = int | str | tuple[int, ...] | None
Answers = Mapping[str, Answer]


class Problem(Enum):
    """What can be wrong with one answer."""

    REQUIRED = "required"
    NOT_AN_OPTION = "not_an_option"
    NOT_ALONE = "not_alone"
    NOT_A_NUMBER = "not_a_number"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Asked:
    """A question or item as it is put at one counter.

    Attributes:
        part: what the definition says about it.
        kind: a key of :data:`READERS`.
        required: whether those to whom it is shown must answer.
        conditions: all must be met for it to be shown.
        choices: what is stored, by the text that a form sends for it; empty for numbers and texts.
    """

    part: Item | Question
    kind: str
    required: bool
    conditions: tuple[Condition, ...]
    choices: Mapping[str, int | str]

    @property
    def code(self) -> str:
        """Its code."""
        return self.part.code

    def is_shown(self, answers: Answers) -> bool:
        """Whether the answers so far meet every condition."""
        return all(_chosen(answers.get(c.question)) & set(c.codes) for c in self.conditions)


def asked(
    definition: Definition,
    part: Item | Question,
    conditions: tuple[Condition, ...] = (),
    fields: Collection[str] = (),
) -> Asked:
    """A part of ``definition`` as it is put where ``fields`` can be chosen."""
    choices: dict[str, int | str] = {str(option.code): option.code for option in definition.options_of(part)}
    if isinstance(part, Item):
        if part.allow_not_applicable:
            choices[NOT_APPLICABLE] = NOT_APPLICABLE
        return Asked(part, RATING, part.required, conditions, choices)
    if part.kind == "field":
        choices = {field: field for field in fields}
    return Asked(part, part.kind, part.required or part.kind == "field", conditions, choices)


def read_answer(question: Asked, texts: Sequence[str]) -> Answer | Problem:
    """The answer that ``texts`` give to a question; they are trimmed, composed (NFC) and none is empty.

    No text is no answer: an empty sequence is only sent here for a question that nobody must answer, by nobody.
    """
    return READERS[question.kind](question, texts)


def _one(question: Asked, texts: Sequence[str]) -> Answer | Problem:
    chosen = {question.choices.get(text, Problem.NOT_AN_OPTION) for text in texts}
    return chosen.pop() if len(chosen) == 1 else Problem.NOT_AN_OPTION


def _several(question: Asked, texts: Sequence[str]) -> Answer | Problem:
    if not set(texts) <= set(question.choices):
        return Problem.NOT_AN_OPTION
    chosen = tuple(option.code for option in _question(question).options if str(option.code) in texts)
    if len(chosen) > 1 and set(chosen) & set(_question(question).alone or ()):
        return Problem.NOT_ALONE
    return chosen


# People group digits by threes, with dots in Vietnamese and commas in English.
_NUMBER = re.compile(r"[-−]?([0-9]{1,20}|[0-9]{1,3}([., \u00a0\u202f])[0-9]{3}(\2[0-9]{3}){0,5})")


def _number(question: Asked, texts: Sequence[str]) -> Answer | Problem:
    text = texts[0]
    if len(texts) > 1 or not _NUMBER.fullmatch(text):
        return Problem.NOT_A_NUMBER
    number = int("".join(digit for digit in text if digit in "0123456789"))
    number = -number if text[0] in "-−" else number
    least, greatest = bounds(_question(question))
    if number < least:
        return Problem.TOO_SMALL
    return Problem.TOO_LARGE if number > greatest else number


def bounds(question: Question) -> tuple[int, int]:
    """The least and the greatest number that a question accepts."""
    least = -LARGEST_NUMBER if question.min is None else question.min
    return least, LARGEST_NUMBER if question.max is None else question.max


def _text(question: Asked, texts: Sequence[str]) -> Answer | Problem:
    written = "\n".join(texts)
    return written if len(written) <= _question(question).max_length else Problem.TOO_LONG


def _question(asked_: Asked) -> Question:
    if not isinstance(asked_.part, Question):
        raise TypeError(asked_.code)
    return asked_.part


def _chosen(answer: Answer) -> set[int]:
    if isinstance(answer, tuple):
        return set(answer)
    return {answer} if isinstance(answer, int) else set()


READERS: Mapping[str, Callable[[Asked, Sequence[str]], Answer | Problem]] = {
    RATING: _one,
    "field": _one,
    "single": _one,
    "multiple": _several,
    "number": _number,
    "text": _text,
}
