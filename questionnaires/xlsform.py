"""What XLSForm and a definition both know, and how each writes it.

XLSForm is the spreadsheet format of open survey tools; its rules are those of the library ``pyxform``. A section is a
group, an item a ``select_one`` in a group, a scale a list of choices; the register of fields is the external file
``field.csv``. What XLSForm has no place for (population, source, modes, scoring …) stands on a sheet of our own, which
other tools pass over. Names of ours that could clash hold a hyphen, which no code of a definition has.
"""

from collections.abc import Mapping

from questionnaires.languages import OWN_NAMES, own_name

SURVEY, CHOICES, SETTINGS, OWN = "survey", "choices", "settings", "sipas"
SHEETS = (SURVEY, CHOICES, SETTINGS, OWN)
MAY_BE_MISSING = {SETTINGS, OWN}

INTRODUCTION, THANKS = "note-introduction", "note-thanks"
FIELD_TYPE = "select_one_from_file field.csv"
NOT_APPLICABLE = "na"
NOT_APPLICABLE_LABEL = {"vi": "Không áp dụng", "en": "Not applicable"}
WITH_NOT_APPLICABLE = "-na"
"""Ends the name of the list of a scale for items that may not apply."""
GROUP = "s-"
"""Begins a group's name where a question has the section's code, too."""
QUESTION_LIST = "q-"
"""Begins the name of a question's list of options."""

TYPES: Mapping[str, str] = {
    "single": "select_one",
    "multiple": "select_multiple",
    "number": "integer",
    "text": "text",
    "field": FIELD_TYPE,
}
OWN_KEYS = (
    "title",
    "legal_basis",
    "population",
    "source_note",
    "languages",
    "modes",
    "scoring",
)
"""Keys of a definition that stand on our own sheet, as JSON."""


class NotExchangeable(ValueError):
    """A definition has something that XLSForm cannot carry; the text says what."""


def language_column(kind: str, language: str) -> str:
    """The head of a column, for example ``label::Tiếng Việt (vi)``."""
    return f"{kind}::{language_name(language)}"


def language_name(language: str) -> str:
    """How a language is named in XLSForm: its own name and its code."""
    return f"{own_name(language)} ({language})"


def language_code(name: str) -> str | None:
    """The code of a language that a sheet names, with or without code; None if it is unknown."""
    known = {language_name(code): code for code in OWN_NAMES}
    known |= {own: code for code, own in OWN_NAMES.items()} | {code: code for code in OWN_NAMES}
    inside = name.rpartition("(")[2].removesuffix(")").strip() if name.endswith(")") else name
    return known.get(name) or (inside if inside in OWN_NAMES else None)
