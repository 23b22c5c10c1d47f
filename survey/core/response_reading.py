"""Rows of somebody's table read as responses; what a cell means is worked out once for all that say the same."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from questionnaires.cells import plain
from questionnaires.definition import Definition, Option
from questionnaires.uploads import Cell, Sheet
from survey.core.answer_columns import is_chosen, option_columns
from survey.core.frame import FIELD, MOST_UNKNOWN, UNIT, Layout, Unknown
from survey.core.labels import LONGEST_LABEL, same_label
from survey.core.question_kinds import NOT_APPLICABLE, NOT_SHOWN, Answer, Answers, Asked, Problem, read_answer
from survey.core.response_table import (
    ANSWER,
    COUNTER,
    FORM,
    MEANING,
    ReadRow,
    RowFault,
    RowReading,
    RowSetting,
    answer_label,
    questions_to_map,
    scale_key,
)

SEPARATORS = (";", "\n", ",")
BLANK_WORDS = frozenset({"-", "–", "n/a", "(trống)", "không trả lời"})

_PROBLEMS = {
    Problem.NOT_A_NUMBER: RowFault.NOT_A_NUMBER,
    Problem.TOO_SMALL: RowFault.OUT_OF_BOUNDS,
    Problem.TOO_LARGE: RowFault.OUT_OF_BOUNDS,
    Problem.TOO_LONG: RowFault.TOO_LONG,
    Problem.NOT_ALONE: RowFault.NOT_TOGETHER,
}


class Unexplained(NamedTuple):
    """Texts that nobody has said the meaning of."""

    texts: tuple[str, ...]


class Nothing(NamedTuple):
    """A text that says that there is no answer."""


Meant = int | str | tuple[int, ...] | RowFault | Unexplained | Nothing


_NUMBERED = "form\x1f"
"""Begins what tells a response by the number of its form."""


class ResponseTable:
    """Reads the rows of a table; what a cell means is worked out once for all cells that say the same."""

    def __init__(self, sheet: Sheet, layout: Layout, setting: RowSetting) -> None:
        self.sheet, self.layout, self.setting = sheet, layout, setting
        self._columns = {role: column for column, role in sorted(layout.roles.items(), reverse=True)}
        self._asked = [
            (question, self._columns.get(f"{ANSWER}{question.code}"))
            for question in questions_to_map(setting.version)
        ]
        self._options_by_column = _options_by_column(setting, self._columns)
        self._options = {
            question.code: _options(setting.version.definition, question)
            for question, column in self._asked
            if column is not None and question.choices
        }
        self._scales = {q.code: scale_key(setting.version.definition, q) for q, _column in self._asked}
        self._plan: list[tuple[str, int | None, Asked, dict[Cell, Meant]]] = [
            (question.code, column, question, {}) for question, column in self._asked
        ]
        self.explained: dict[str, tuple[str, str]] = {}
        self._labels: dict[tuple[str, Cell], str | None] = {}
        self._counters: dict[tuple[str, str, Cell], str | RowFault] = {}

    def rows(self, reading: RowReading) -> Iterator[ReadRow]:
        """The sound rows in their order; everything else is said to ``reading``."""
        if list(self._faults_of_layout(reading)):
            return
        seen: dict[str, int] = {}
        rows = self.sheet.rows
        for number in range(self.layout.header + 1, len(rows)):
            if not any(cell is not None and cell != "" for cell in rows[number]):
                continue
            read = self._row(number, reading, seen)
            reading.rows += 1
            if read is not None:
                reading.by_unit[read.unit_code] += 1
                yield read
            if len(reading.unknown) > MOST_UNKNOWN:
                first = next(iter(reading.unknown.values()))
                reading.unknown.clear()
                reading.refuse(first.row, first.column, RowFault.LABELS, first.label)
                return
        reading.explained = dict(list(self.explained.items())[:MOST_UNKNOWN])
        if not reading.rows:
            reading.refuse(self.layout.header + 1, None, RowFault.NO_ROWS)

    def _faults_of_layout(self, reading: RowReading) -> Iterator[RowFault]:
        held = list(self.layout.roles.values())
        found = {
            RowFault.NO_UNIT_COLUMN: UNIT not in held,
            RowFault.NO_FIELD_COLUMN: FIELD not in held and COUNTER not in held,
            RowFault.NO_ANSWER_COLUMN: not any(role.startswith(ANSWER) for role in held),
            RowFault.ROLE_TWICE: len(set(held)) < len(held) or bool(self._asked_twice()),
        }
        for fault, is_wrong in found.items():
            if is_wrong:
                reading.refuse(0, None, fault)
                yield fault

    def _asked_twice(self) -> set[str]:
        """Questions with a column of their own and columns of their options."""
        return {question.code for question, column in self._asked if column is not None} & set(
            self._options_by_column
        )

    def _row(self, number: int, reading: RowReading, seen: dict[str, int]) -> ReadRow | None:
        before = len(reading.faults) + reading.more
        unit = self._unit(number, reading)
        field_code = self._label(FIELD, number, reading) if FIELD in self._columns else ""
        counter = self._counter(number, unit, field_code, reading) if unit and field_code is not None else ""
        answers = self._answers(number, reading)
        if answers is None or not unit or not counter or len(reading.faults) + reading.more > before:
            return None
        identity = self._identity(number, unit, seen, reading)
        if identity is None:
            return None
        field_code = field_code or self._field_of(counter)
        is_numbered = identity.startswith(_NUMBERED)
        return ReadRow(number + 1, unit, field_code, counter, answers, identity, is_numbered)

    def _unit(self, number: int, reading: RowReading) -> str | None:
        unit = self._label(UNIT, number, reading)
        column = self._columns[UNIT]
        if unit and self.setting.part is not None and unit not in self.setting.part:
            reading.refuse(number + 1, column, RowFault.UNIT_BEYOND, plain(self.sheet.at(number, column)))
            return None
        if unit in self.setting.left_out:
            reading.refuse(number + 1, column, RowFault.UNIT_LEFT_OUT, plain(self.sheet.at(number, column)))
            return None
        return unit

    def _label(self, kind: str, number: int, reading: RowReading) -> str | None:
        """The code of a unit or a field; None where it is a fault or unknown."""
        column = self._columns[kind]
        cell = self.sheet.at(number, column)
        directory = self.setting.units if kind == UNIT else self.setting.fields
        if (kind, cell) not in self._labels:
            self._labels[kind, cell] = directory.code(plain(cell)) or None
        code = self._labels[kind, cell]
        if code is None:
            self._unknown(reading, (kind, same_label(plain(cell))), plain(cell), row=number, column=column)
        return code

    def _unknown(
        self, reading: RowReading, key: tuple[str, str], text: str, *, row: int, column: int
    ) -> None:
        if not text:
            reading.refuse(row + 1, column, RowFault.EMPTY)
        elif len(key[1]) > LONGEST_LABEL:
            reading.refuse(row + 1, column, RowFault.LONG, text)
        else:
            reading.unknown.setdefault(key, Unknown(key[0], text, row + 1, column)).rows += 1

    def _counter(self, number: int, unit: str, field_code: str, reading: RowReading) -> str:
        column = self._columns.get(COUNTER)
        cell = None if column is None else self.sheet.at(number, column)
        key = (unit, field_code, cell)
        if key not in self._counters:
            self._counters[key] = self._found_counter(unit, field_code, plain(cell))
        found = self._counters[key]
        if isinstance(found, RowFault):
            reading.refuse(number + 1, column, found, plain(cell))
            return ""
        return found

    def _found_counter(self, unit: str, field_code: str, said: str) -> str | RowFault:
        """The counter that is named, else one of the unit that serves the field; those in service first."""
        here = sorted((c for c in self.setting.counters if c.unit_code == unit), key=lambda c: c.retired)
        if said:
            label, code = same_label(said), said.upper().replace("-", "").replace(" ", "")
            named = [c for c in here if c.code == code or same_label(c.name) == label]
            fits = [c for c in named if field_code or c.field_code]
            return fits[0].code if fits else RowFault.COUNTER_UNKNOWN
        fits = [c for c in here if c.field_code in {field_code, None}] if field_code else []
        return fits[0].code if fits else RowFault.NO_COUNTER

    def _field_of(self, counter_code: str) -> str:
        """The only field of a counter, where the table has no column for fields."""
        return next(c.field_code or "" for c in self.setting.counters if c.code == counter_code)

    def _answers(self, number: int, reading: RowReading) -> Answers | None:
        answers: dict[str, Answer] = {}
        is_fine, is_answered = True, False
        for code, column, question, known in self._plan:
            if question.conditions and not question.is_shown(answers):
                answers[code] = NOT_SHOWN
                continue
            meant = (
                self._chosen_by_columns(question, number, reading)
                if code in self._options_by_column
                else self._said(question, column, known, number=number, reading=reading)
            )
            if meant is None:
                is_fine = False
            elif not isinstance(meant, Nothing):
                answers[code] = meant
                is_answered = True
        if is_fine and not is_answered:
            reading.refuse(number + 1, None, RowFault.NO_ANSWERS)
        return answers if is_fine and is_answered else None

    def _said(
        self,
        question: Asked,
        column: int | None,
        known: dict[Cell, Meant],
        *,
        number: int,
        reading: RowReading,
    ) -> Answer | Nothing:
        """What the cell of a question says; None where it is a fault or unknown."""
        cell = None if column is None else self.sheet.at(number, column)
        if column is None or cell is None or cell == "":
            return None if self._is_uncomputed(number, column, reading) else Nothing()
        meant = known.get(cell)
        if meant is None:
            meant = known[cell] = self._meaning(question, plain(cell))
        if isinstance(meant, RowFault | Unexplained):
            self._complain(reading, question, meant, number, column)
            return None
        return meant

    def _chosen_by_columns(self, question: Asked, number: int, reading: RowReading) -> Answer | Nothing:
        """What the columns of a question's options say together; None where one of them is a fault."""
        chosen: list[str] = []
        is_fine, first = True, 0
        for column, option in self._options_by_column[question.code]:
            text = plain(self.sheet.at(number, column))
            said = is_chosen(text, option)
            if said is None:
                reading.refuse(number + 1, column, RowFault.NOT_A_TICK, text)
            elif said:
                first = column if not chosen else first
                chosen.append(str(option.code))
            is_fine = is_fine and said is not None and not self._is_uncomputed(number, column, reading)
        if not is_fine:
            return None
        meant = self._read(question, chosen) if chosen else Nothing()
        if isinstance(meant, RowFault | Unexplained):
            reading.refuse(number + 1, first, RowFault.NOT_TOGETHER, ", ".join(chosen))
            return None
        return meant

    def _complain(
        self, reading: RowReading, question: Asked, about: RowFault | Unexplained, number: int, column: int
    ) -> None:
        if isinstance(about, RowFault):
            reading.refuse(number + 1, column, about, plain(self.sheet.at(number, column)))
            return
        for text in about.texts:
            label = answer_label(self._scales[question.code], text)
            self._unknown(reading, (MEANING, label), text, row=number, column=column)

    def _is_uncomputed(self, number: int, column: int | None, reading: RowReading) -> bool:
        found = column is not None and (number, column) in self.sheet.uncomputed
        if found:
            reading.refuse(number + 1, column, RowFault.FORMULA)
        return found

    def _meaning(self, question: Asked, text: str) -> Meant:
        return self._chosen(question, text) if question.choices else self._read(question, [text])

    def _chosen(self, question: Asked, text: str) -> Meant:
        options, scale = self._options[question.code], self._scales[question.code]

        def code_of(part: str) -> str | None:
            label = answer_label(scale, part)
            meant = self.setting.meanings.get(label)
            if meant is None:
                return options.get(same_label(part))
            self.explained[label] = (part, meant)
            return meant

        parts = [text]
        if question.kind == "multiple" and code_of(text) is None:
            separator = next((mark for mark in SEPARATORS if mark in text), "")
            parts = [part.strip() for part in text.split(separator)] if separator else [text]
        codes = [code_of(part) for part in parts if part]
        if None in codes:
            return Unexplained(tuple(p for p in parts if p and code_of(p) is None))
        chosen = [code for code in codes if code]
        return self._read(question, chosen) if chosen else Nothing()

    @staticmethod
    def _read(question: Asked, texts: Sequence[str]) -> Meant:
        if not any(texts):
            return Nothing()
        outcome = read_answer(question, texts)
        if isinstance(outcome, Problem):
            return _PROBLEMS.get(outcome, RowFault.NOT_TOGETHER)
        return Nothing() if outcome is None else outcome

    def _identity(self, number: int, unit: str, seen: dict[str, int], reading: RowReading) -> str | None:
        """The form's number where there is one, else all cells and how often they stood before."""
        column = self._columns.get(FORM)
        said = "" if column is None else plain(self.sheet.at(number, column))
        if said:
            identity = f"{_NUMBERED}{unit}\x1f{said}"
            first = seen.setdefault(identity, number)
            if first != number:
                reading.refuse(number + 1, column, RowFault.FORM_TWICE, str(first + 1))
                return None
            return identity
        cells = "\x1f".join(plain(self.sheet.at(number, at)) for at in range(len(self.sheet.rows[number])))
        seen[cells] = seen.get(cells, 0) + 1
        return f"row\x1f{seen[cells]}\x1f{cells.rstrip(chr(0x1F))}"


def _options(definition: Definition, question: Asked) -> Mapping[str, str]:
    """What a form would send for an option, by its code and its words in any language."""
    found = {same_label(word): "" for word in BLANK_WORDS}
    found |= {same_label(text): text for text in question.choices}
    for option in definition.options_of(question.part):
        words: Collection[str] = [option.text.vi, option.text.en or ""]
        found |= {same_label(word): str(option.code) for word in words if word}
    if NOT_APPLICABLE in question.choices:
        found |= dict.fromkeys(("không áp dụng", "không có ý kiến", "không biết"), NOT_APPLICABLE)
    return found


def _options_by_column(
    setting: RowSetting, columns: Mapping[str, int]
) -> dict[str, list[tuple[int, Option]]]:
    """By question code: the columns that say whether an option was chosen, in the order of the options."""
    found: dict[str, list[tuple[int, Option]]] = {}
    for role, question, option in option_columns(setting.version):
        if role in columns:
            found.setdefault(question.code, []).append((columns[role], option))
    return found
