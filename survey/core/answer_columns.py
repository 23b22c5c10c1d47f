"""What the columns of a table of responses may hold, and what they are likely to by their headings.

A question with several answers stands in one column, or has one column per option, as survey tools export it:
"q2[SQ001]", "q2[1]" or "Question [Option]" of LimeSurvey, "q2/1" of tools built on XLSForm.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from questionnaires.cells import plain
from questionnaires.definition import Option
from questionnaires.version import Version
from survey.core.frame import FIELD, UNIT
from survey.core.labels import same_label, without_marks
from survey.core.question_kinds import Asked
from survey.core.response_table import ANSWER, COUNTER, FORM, questions_to_map

OF_OPTION = "="
"""Between the question and the option of a column that says whether one option was chosen."""

_OPTION_COLUMN = re.compile(r"^(?P<question>[^\[\]]+)\[(?P<option>[^\[\]]+)\]")
_CHOSEN = frozenset({"y", "yes", "1", "x", "true", "có", "đúng", "✓", "☑"})
_NOT_CHOSEN = frozenset({"n", "no", "0", "false", "không", "-", "–", "n/a", "☐"})
_FIXED = {
    **dict.fromkeys(("don vi", "co quan", "ten don vi", "ma don vi", "xa", "phuong"), UNIT),
    **dict.fromkeys(("linh vuc", "ten linh vuc", "ma linh vuc"), FIELD),
    **dict.fromkeys(("quay", "ma quay", "ten quay"), COUNTER),
    **dict.fromkeys(("ma phieu", "so phieu", "response id"), FORM),
}


def option_columns(version: Version) -> Iterator[tuple[str, Asked, Option]]:
    """The columns that may say whether an option was chosen: role, question and option."""
    for question in questions_to_map(version):
        if question.kind == "multiple":
            for option in version.definition.options_of(question.part):
                yield option_role(question, option), question, option


def option_role(question: Asked, option: Option) -> str:
    """What a column holds that says whether an option was chosen."""
    return f"{ANSWER}{question.code}{OF_OPTION}{option.code}"


def is_answer_role(role: str, version: Version) -> bool:
    """Whether a column can hold this."""
    answers = {f"{ANSWER}{question.code}" for question in questions_to_map(version)}
    options = {role for role, _question, _option in option_columns(version)}
    return role in {UNIT, FIELD, COUNTER, FORM} | answers | options


def guessed_answer_roles(
    header: Sequence[object], remembered: Mapping[str, str], version: Version
) -> dict[int, str]:
    """What each column holds: as it was said before, else a question or option of the same words, code or number."""
    by_name, by_option = dict(_FIXED), _by_option(version)
    for number, question in enumerate(questions_to_map(version), 1):
        for name in _names(question, number):
            by_name.setdefault(name, f"{ANSWER}{question.code}")
    known = set(by_name.values()) | set(by_option.values())
    roles: dict[int, str] = {}
    for column, cell in enumerate(header):
        name = plain(cell)
        guessed = by_name.get(_bare(name)) or by_option.get(_question_and_option(name), "")
        role = remembered.get(same_label(name), guessed)
        if role in known and role not in roles.values():
            roles[column] = role
    return roles


def is_chosen(text: str, option: Option) -> bool | None:
    """Whether a cell of an option's own column says that it was chosen; None where nobody can tell.

    Tools write Y, 1 or yes, or repeat the option's words.
    """
    said = same_label(text)
    own = {same_label(words) for words in (option.text.vi, option.text.en) if words}
    is_yes, is_no = said in _CHOSEN | own, not said or said in _NOT_CHOSEN
    return None if is_yes == is_no else is_yes


def _by_option(version: Version) -> dict[tuple[str, str], str]:
    """Roles by names of question and option, as headings may put them together."""
    numbers = {question.code: number for number, question in enumerate(questions_to_map(version), 1)}
    at: dict[str, int] = {}
    found: dict[tuple[str, str], str] = {}
    for role, question, option in option_columns(version):
        at[question.code] = at.get(question.code, 0) + 1
        # LimeSurvey counts the options of a question from SQ001 in their order.
        own = (str(option.code), f"sq{at[question.code]:03d}", option.text.vi, option.text.en or "")
        for name in _names(question, numbers[question.code]):
            found |= {(name, _bare(word)): role for word in own if word and (name, _bare(word)) not in found}
    return found


def _names(question: Asked, number: int) -> list[str]:
    """What a heading may call a question."""
    text = question.part.text
    return [_bare(name) for name in (question.code, text.vi, text.en, f"câu {number}", f"q{number}") if name]


def _question_and_option(heading: str) -> tuple[str, str]:
    found = _OPTION_COLUMN.match(heading)
    question, option = (found["question"], found["option"]) if found else heading.rpartition("/")[::2]
    return _bare(question), _bare(option)


def _bare(name: str) -> str:
    """A name without marks, and without the number that tools put before a question."""
    return without_marks(same_label(name)).strip(" .:?*").removeprefix("[").removesuffix("]")
