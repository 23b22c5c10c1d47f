"""The files that ship with the product: questionnaires and the plans' target sheets."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from questionnaires.definition import Definition
from questionnaires.loading import load_definition
from survey.settings import PROJECT

QUESTIONNAIRES = PROJECT / "questionnaires" / "library"
TARGET_SHEETS = PROJECT / "survey" / "targets"


@lru_cache(maxsize=1)
def shipped_definitions() -> Mapping[str, Definition]:
    """The shipped questionnaires by code, read from their files once."""
    loaded = (
        load_definition(file.read_text(encoding="utf-8"), name=str(file))
        for file in sorted(QUESTIONNAIRES.glob("*.yaml"))
    )
    return MappingProxyType({definition.code: definition for definition in loaded})


def shipped_target_sheets() -> dict[str, str]:
    """The text of the shipped target sheets by code, the file's name without ending."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(TARGET_SHEETS.glob("*.yaml"))}
