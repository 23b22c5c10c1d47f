"""Responses from somebody's table, one a row: old survey tools, web forms, spreadsheets.

Nothing is guessed silently and nothing is taken until all rows are right: every cell gives an answer, is empty, is a
text that nobody has explained yet, or is a fault with its row and column.
"""

from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from questionnaires.definition import Definition, Item
from questionnaires.version import Version
from survey.core.counter import Counter
from survey.core.frame import MOST_FAULTS, Unknown
from survey.core.labels import Directory, same_label
from survey.core.question_kinds import Answers, Asked
from survey.core.response import asked_at

COUNTER, FORM = "counter", "form"
ANSWER = "answer:"
"""Before a question's code: the column holds its answers."""

MEANING = "answer"
"""The kind of label that means an option."""

OF_SCALE = "|"
"""Between the scale and the text of a label that means an option."""

LONGEST_ANSWER = 100
"""Characters of a text that can be said to mean an option."""


class RowFault(Enum):
    """What can be wrong with a table of responses, a row or a cell."""

    NO_UNIT_COLUMN = "no unit column"
    NO_FIELD_COLUMN = "no field column"
    NO_ANSWER_COLUMN = "no answer column"
    ROLE_TWICE = "role twice"
    NO_ROWS = "no rows"
    EMPTY = "empty"
    LONG = "long"
    UNIT_BEYOND = "unit beyond"
    UNIT_LEFT_OUT = "unit left out"
    COUNTER_UNKNOWN = "counter unknown"
    NO_COUNTER = "no counter"
    FORM_TWICE = "form twice"
    KNOWN_OTHERWISE = "known otherwise"
    NO_ANSWERS = "no answers"
    FORMULA = "formula"
    NOT_A_NUMBER = "not a number"
    OUT_OF_BOUNDS = "out of bounds"
    TOO_LONG = "too long"
    NOT_TOGETHER = "not together"
    NOT_A_TICK = "not a tick"
    LABELS = "labels"


class TableFault(NamedTuple):
    """What is wrong, where: row from 1 (0: the whole table), column from 0 (None: the whole row)."""

    row: int
    column: int | None
    fault: RowFault
    about: str = ""


class ReadRow(NamedTuple):
    """One response as its row says it.

    Attributes:
        row: counted from 1.
        unit_code: where the respondent was served.
        field_code: in which field.
        counter_code: at which counter.
        answers: by question code.
        identity: what tells this response from all others of the round, the same in every file that holds it.
        is_numbered: whether it is told by the number of its form, which no other has.
    """

    row: int
    unit_code: str
    field_code: str
    counter_code: str
    answers: Answers
    identity: str
    is_numbered: bool


@dataclass(frozen=True)
class RowSetting:
    """What a table of responses is read against.

    Attributes:
        version: what was asked.
        units: whose names.
        fields: likewise.
        counters: all of them.
        part: codes of the units that the reader may load; None for all.
        left_out: codes of the units that take no part in the round.
        meanings: option codes by :func:`answer_label`, "" where the text is no answer.
    """

    version: Version
    units: Directory
    fields: Directory
    counters: tuple[Counter, ...]
    part: frozenset[str] | None = None
    left_out: frozenset[str] = frozenset()
    meanings: Mapping[str, str] = field(default_factory=dict)


@dataclass
class RowReading:
    """What a table of responses says.

    Attributes:
        by_unit: rows by unit code.
        rows: all of them.
        unknown: texts that name nothing yet, in their order.
        explained: texts among the options that somebody said the meaning of, by their label: the text and the code.
        faults: everything that is wrong, up to a limit.
        more: how many were not kept.
    """

    by_unit: Tally[str] = field(default_factory=Tally)
    rows: int = 0
    unknown: dict[tuple[str, str], Unknown] = field(default_factory=dict)
    explained: dict[str, tuple[str, str]] = field(default_factory=dict)
    faults: list[TableFault] = field(default_factory=list)
    more: int = 0

    @property
    def is_valid(self) -> bool:
        """Whether all of it can be taken."""
        return not self.faults and not self.unknown

    def refuse(self, row: int, column: int | None, fault: RowFault, about: str = "") -> None:
        """Keep a fault; the row is counted from 1."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(TableFault(row, column, fault, about[:80]))
        else:
            self.more += 1


def questions_to_map(version: Version) -> tuple[Asked, ...]:
    """Everything that a column may answer: the field has a column of its own."""
    return asked_at(version, ())


def scale_key(definition: Definition, question: Asked) -> str:
    """Names the options that questions share, so that a text is explained once for all of them."""
    part = question.part
    return f"{definition.code}.{part.scale if isinstance(part, Item) else part.code}"


def answer_label(scale: str, text: str) -> str:
    """How the meaning of a text among the options of a scale is remembered."""
    return f"{scale}{OF_SCALE}{same_label(text)[:LONGEST_ANSWER]}"
