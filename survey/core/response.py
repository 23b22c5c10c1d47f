"""A response (phiếu trả lời): what one citizen answered, checked against the version that was shown."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from questionnaires.definition import FIELD_CODE, Definition, Item, Question, Text

NOT_APPLICABLE = "na"
"""The stored answer "không áp dụng"; a code that is absent was not answered."""

Answer = int | str
Answers = Mapping[str, Answer]

VERIFIED_MODE = "ticket"
"""The mode in which a one-time ticket vouches for the dossier; all others are open to whoever passes by."""

FIELD_QUESTION = Question(
    code=FIELD_CODE,
    kind="field",
    text=Text(
        vi="Ông/Bà giải quyết thủ tục thuộc lĩnh vực nào?",
        en="Which field was your procedure in?",
    ),
    required=True,
    place="before",
)
"""Asked where the counter serves several fields and the questionnaire does not ask for the field itself."""

_ID = re.compile(r"[0-9a-f]{32}")


class Problem(Enum):
    """What can be wrong with one answer."""

    REQUIRED = "required"
    NOT_AN_OPTION = "not_an_option"
    TOO_LONG = "too_long"


class ForeignAnswer(ValueError):
    """The form carries a question that this version does not ask."""


@dataclass(frozen=True)
class Response:
    """One filling of a questionnaire, as stored.

    Attributes:
        id: 32 hexadecimal digits, made with the page; the same id twice is one response.
        round_code: the round it counts in.
        version_fingerprint: the version that was answered.
        counter_code: where it was scanned.
        unit_code: the unit that the counter belonged to at that time.
        field_code: the field of the dossier.
        mode: "qr", "ticket", "kiosk", "screen", "paper" …
        language: in which the form was read.
        answers: code to option code, text or :data:`NOT_APPLICABLE`.
        received_hour: arrival in UTC, rounded down to the hour on purpose.
        late_hours: how many hours before that it was finished, 0 for nearly all.
    """

    id: str
    round_code: str
    version_fingerprint: str
    counter_code: str
    unit_code: str
    field_code: str
    mode: str
    language: str
    answers: Answers
    received_hour: datetime
    late_hours: int = 0

    @property
    def verified(self) -> bool:
        """Whether a one-time ticket says that there was a dossier."""
        return self.mode == VERIFIED_MODE

    def __post_init__(self) -> None:
        """Refuse an id that this program did not make, and a time finer than the hour."""
        if not is_response_id(self.id):
            raise ValueError(f"not a response id: {self.id!r}")
        if self.received_hour != to_the_hour(self.received_hour):
            raise ValueError("time is kept to the hour")


def is_response_id(text: str) -> bool:
    """Whether ``text`` is 32 lower-case hexadecimal digits."""
    return _ID.fullmatch(text) is not None


def to_the_hour(moment: datetime) -> datetime:
    """The hour in which ``moment`` lies; the rest is thrown away to protect the citizen."""
    return moment.replace(minute=0, second=0, microsecond=0)


def questions_asked(definition: Definition, *, several_fields: bool) -> tuple[Question, ...]:
    """The questions beside the items: with the one for the field where the counter serves several."""
    if not several_fields:
        return tuple(question for question in definition.questions if question.kind != "field")
    if any(question.kind == "field" for question in definition.questions):
        return definition.questions
    return (FIELD_QUESTION, *definition.questions)


def check_answers(
    definition: Definition, raw: Mapping[str, str], *, fields: Collection[str]
) -> tuple[Answers, Mapping[str, Problem]]:
    """Turn the texts of a form into answers, or say what is wrong with each.

    Args:
        definition: the version that was shown.
        raw: text per question code; a missing or empty text is "not answered".
        fields: codes of the fields that can be chosen at this counter; empty when the counter decides.

    Returns:
        The accepted answers by code, and the problems by code; a code is in at most one of the two.

    Raises:
        ForeignAnswer: if ``raw`` holds a code that the definition does not ask.
    """
    checks = _checks(definition, fields)
    if foreign := set(raw) - set(checks):
        raise ForeignAnswer(", ".join(sorted(foreign)))
    answers: dict[str, Answer] = {}
    problems: dict[str, Problem] = {}
    for code, (required, check) in checks.items():
        # Browsers send line breaks as two characters; people count one.
        text = unicodedata.normalize("NFC", raw.get(code, "")).replace("\r\n", "\n").strip()
        if text:
            outcome = check(text)
            if isinstance(outcome, Problem):
                problems[code] = outcome
            else:
                answers[code] = outcome
        elif required:
            problems[code] = Problem.REQUIRED
    return answers, problems


def fingerprint_of(version_fingerprint: str, field_code: str, answers: Answers) -> str:
    """SHA-256 of the version, the field and the canonical answers, as 64 hexadecimal digits."""
    canonical = json.dumps(
        [version_fingerprint, field_code, dict(answers)], sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


_Check = Callable[[str], "Answer | Problem"]


def _checks(definition: Definition, fields: Collection[str]) -> dict[str, tuple[bool, _Check]]:
    """For every code: whether an answer is required, and the function that reads one."""
    checks: dict[str, tuple[bool, _Check]] = {}
    for question in questions_asked(definition, several_fields=bool(fields)):
        if question.kind == "field":
            checks[question.code] = (True, _one_of(fields))
        else:
            checks[question.code] = (question.required, _question_check(question))
    for item in definition.items:
        checks[item.code] = (item.required, _item_check(definition, item))
    return checks


def _item_check(definition: Definition, item: Item) -> _Check:
    codes = {str(code): code for code in definition.scale_of(item).codes}

    def check(text: str) -> Answer | Problem:
        if text == NOT_APPLICABLE and item.allow_not_applicable:
            return NOT_APPLICABLE
        return codes.get(text, Problem.NOT_AN_OPTION)

    return check


def _question_check(question: Question) -> _Check:
    if question.kind == "text":
        return lambda text: text if len(text) <= question.max_length else Problem.TOO_LONG
    codes = {str(option.code): option.code for option in question.options}
    return lambda text: codes.get(text, Problem.NOT_AN_OPTION)


def _one_of(choices: Collection[str]) -> _Check:
    return lambda text: text if text in choices else Problem.NOT_AN_OPTION
