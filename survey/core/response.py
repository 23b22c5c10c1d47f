"""A response (phiếu trả lời): what one citizen answered, checked against the version that was shown."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from questionnaires.definition import FIELD_CODE, Definition, Question, Text
from questionnaires.version import Version
from survey.core.question_kinds import NOT_SHOWN, Answer, Answers, Asked, Problem, asked, read_answer

Raw = Mapping[str, str | Sequence[str]]
"""What a form sends: per question code one text, or several where several can be chosen."""

VERIFIED_MODE = "ticket"
"""The mode in which a one-time ticket vouches for the dossier; all others are open to whoever passes by."""

PAPER_MODE, IMPORTED_MODE = "paper", "imported"
ENTERED_MODES = frozenset({PAPER_MODE, IMPORTED_MODE})
"""The modes in which officers put in what was answered earlier: its hour of arrival says nothing of the respondent."""

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
        answers: by code; see :data:`survey.core.question_kinds.Answer`.
        received_hour: arrival in UTC, rounded down to the hour on purpose.
        late_hours: how many hours before that it was finished, 0 for nearly all.
        hurried: whether it was filled in faster than anybody reads; how long it took is not kept.
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
    hurried: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """What tells these answers from others, see :func:`fingerprint_of`."""
        return fingerprint_of(self.version_fingerprint, self.field_code, self.answers)

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


def questions_in_order(definition: Definition, fields: Collection[str]) -> tuple[Asked, ...]:
    """Everything that is asked at a counter, items too, as the page orders it.

    Args:
        definition: the version that is shown.
        fields: codes of the fields that can be chosen at this counter; empty when the counter decides.
    """
    beside = {question.code for question in questions_asked(definition, several_fields=bool(fields))}
    parts = list(definition.asked())
    if FIELD_CODE in beside and FIELD_CODE not in definition.codes():
        parts.insert(0, (FIELD_QUESTION, ()))
    return tuple(
        asked(definition, part, conditions, fields)
        for part, conditions in parts
        if not isinstance(part, Question) or part.code in beside
    )


@lru_cache(maxsize=256)
def asked_at(version: Version, fields: tuple[str, ...]) -> tuple[Asked, ...]:
    """Everything that a version asks where ``fields`` can be chosen; worked out once, since a version never changes."""
    return questions_in_order(version.definition, fields)


def check_answers(
    definition: Definition, raw: Raw, *, fields: Collection[str]
) -> tuple[Answers, Mapping[str, Problem]]:
    """Turn the texts of a form into answers, or say what is wrong with each.

    Args:
        definition: the version that was shown.
        raw: what was sent per question code; a missing or empty text is "not answered".
        fields: codes of the fields that can be chosen at this counter; empty when the counter decides.

    Returns:
        The accepted answers by code, and the problems by code; a code is in at most one of the two. What was
        answered to a question whose condition is not met is not kept: its answer is
        :data:`~survey.core.question_kinds.NOT_SHOWN`.

    Raises:
        ForeignAnswer: if ``raw`` holds a code that the definition does not ask.
    """
    return check_against(questions_in_order(definition, fields), raw)


def check_against(questions: Sequence[Asked], raw: Raw) -> tuple[Answers, Mapping[str, Problem]]:
    """The same for questions in the order of the page."""
    if foreign := set(raw) - {question.code for question in questions}:
        raise ForeignAnswer(", ".join(sorted(foreign)))
    answers: dict[str, Answer] = {}
    problems: dict[str, Problem] = {}
    for question in questions:
        texts = _tidy(raw.get(question.code, ""))
        if not question.is_shown(answers):
            answers[question.code] = NOT_SHOWN
        elif texts:
            outcome = read_answer(question, texts)
            if isinstance(outcome, Problem):
                problems[question.code] = outcome
            else:
                answers[question.code] = outcome
        elif question.required:
            problems[question.code] = Problem.REQUIRED
    return answers, problems


def _tidy(sent: str | Sequence[str]) -> list[str]:
    """Texts in composed letters without the space around them, empty ones left out."""
    texts = [sent] if isinstance(sent, str) else sent
    # Browsers send line breaks as two characters; people count one.
    tidied = (unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip() for text in texts)
    return [text for text in tidied if text]


def fingerprint_of(version_fingerprint: str, field_code: str, answers: Answers) -> str:
    """SHA-256 of the version, the field and the canonical answers, as 64 hexadecimal digits."""
    canonical = json.dumps(
        [version_fingerprint, field_code, dict(answers)], sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()
