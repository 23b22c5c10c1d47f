"""Margins of the population (sex, age, channel) and the questions of a questionnaire by which they can be used.

A margin says how many dossiers of the frame belong to each category, in the words of one-stop software; a question asks
the respondents for theirs. The two are put together by their words: case, marks, signs and “tuổi” do not matter.
Nothing is guessed beyond that; an officer may say which option other words mean (:func:`in_words_of`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.definition import Definition, Option, Question
from survey.core.labels import same_label, without_marks

MARGINS = ("sex", "age", "channel")
QUESTION_OF: Mapping[str, str] = {"sex": "sex", "age": "age_group", "channel": "channel"}
"""The code of the question that asks for each margin's category."""

UNKNOWN_CATEGORY = "không rõ"
"""Dossiers of which the frame does not know the category."""

Volumes = Mapping[str, Mapping[str, int]]
"""Dossiers by category, margin by margin."""

Meanings = Mapping[tuple[str, str], str]
"""Names of options by margin and label of a category; "" where the category is not known."""

LONGEST_NAME = 40

_WORD = re.compile(r"[a-z]+|[0-9]+")
_IDLE = {"tuoi", "nhom"}
_BETWEEN = {"tu", "den"}


@dataclass(frozen=True)
class KnownMargin:
    """A margin and the question of the same thing.

    Attributes:
        margin: one of :data:`MARGINS`.
        question: what respondents were asked.
        dossiers: above 0, by the code of the option, in the order of options.
        unknown: dossiers of which the frame does not know the category.
        unmatched: categories with dossiers that no single option names.
    """

    margin: str
    question: Question
    dossiers: Mapping[int, int]
    unknown: int
    unmatched: tuple[str, ...]

    @property
    def options(self) -> tuple[Option, ...]:
        """The options whose dossiers are known."""
        return tuple(option for option in self.question.options if option.code in self.dossiers)


def known_margins(definition: Definition, volumes: Volumes) -> tuple[KnownMargin, ...]:
    """The margins that hold dossiers and that a questionnaire asks for."""
    found = [
        _known(margin, question, volumes.get(margin, {})) for margin, question in asked(definition).items()
    ]
    return tuple(one for one in found if one.dossiers or one.unmatched)


def asked(definition: Definition) -> dict[str, Question]:
    """The questions by which margins can be used."""
    questions = {question.code: question for question in definition.questions if question.kind == "single"}
    return {margin: questions[code] for margin, code in QUESTION_OF.items() if code in questions}


def option_name(option: Option) -> str:
    """How an option is remembered, so that it is found again in other questionnaires that offer the same."""
    return " ".join(_key(option.text.vi))[:LONGEST_NAME]


def meant(question: Question, margin: str, category: str, meanings: Meanings) -> str | None:
    """What a category means: an option's name, "" where it is not known, None where nobody has said and no words fit."""
    names = {option.code: option_name(option) for option in question.options}
    said = meanings.get((margin, same_label(category)))
    if said is not None and said in {"", *names.values()}:
        return said
    if same_label(category) == UNKNOWN_CATEGORY:
        return ""
    code = _codes(question).get(_key(category))
    return None if code is None else names[code]


def in_words_of(definition: Definition, volumes: Volumes, meanings: Meanings) -> dict[str, dict[str, int]]:
    """Margins in the words of a questionnaire's options, as far as it is said which of them categories mean."""
    questions = asked(definition)
    found: dict[str, dict[str, int]] = {}
    for margin, categories in volumes.items():
        of_margin = found.setdefault(margin, {})
        for category, dossiers in categories.items():
            word = _word(questions.get(margin), margin, category, meanings)
            of_margin[word] = of_margin.get(word, 0) + dossiers
    return found


def _word(question: Question | None, margin: str, category: str, meanings: Meanings) -> str:
    """A category in the words of the option that it is said to mean; as it is where nothing is said."""
    if question is None or (margin, same_label(category)) not in meanings:
        return category
    words = {"": UNKNOWN_CATEGORY} | {option_name(option): option.text.vi for option in question.options}
    name = meant(question, margin, category, meanings)
    return category if name is None else words[name]


def _known(margin: str, question: Question, categories: Mapping[str, int]) -> KnownMargin:
    codes = _codes(question)
    found: dict[int, int] = {}
    unknown, unmatched = 0, []
    for category, dossiers in categories.items():
        code = codes.get(_key(category))
        if same_label(category) == UNKNOWN_CATEGORY:
            unknown += dossiers
        elif code is not None:
            found[code] = found.get(code, 0) + dossiers
        elif dossiers:
            unmatched.append(category)
    ordered = {option.code: found[option.code] for option in question.options if found.get(option.code)}
    return KnownMargin(margin, question, ordered, unknown, tuple(unmatched))


def _codes(question: Question) -> dict[tuple[str, ...], int | None]:
    """Option codes by their words in Vietnamese and English; None for words that stand for several."""
    codes: dict[tuple[str, ...], int | None] = {}
    for option in question.options:
        for key in {_key(option.text.vi), _key(option.text.in_language("en"))}:
            codes[key] = option.code if codes.get(key, option.code) == option.code else None
    return codes


def _key(text: str) -> tuple[str, ...]:
    """A category as it is compared: its words and numbers."""
    words = [word for word in _WORD.findall(without_marks(text)) if word not in _IDLE]
    if sum(word.isdigit() for word in words) > 1:
        words = [word for word in words if word not in _BETWEEN]
    return tuple(words)
