"""Later versions of a questionnaire, each differing from the first in one stated way."""

from collections.abc import Callable, Mapping
from typing import Any

from questionnaires.definition import Definition, Item, Option, Scale, Section


def checked(definition: Definition) -> Definition:
    """The definition after all its own rules were applied to it."""
    return Definition.model_validate(definition.model_dump())


def with_item(definition: Definition, code: str, **changes: object) -> Definition:
    """One item changed."""
    return _with_items(
        definition,
        lambda section: tuple(
            item.model_copy(update=changes) if item.code == code else item for item in section.items
        ),
    )


def without_item(definition: Definition, code: str) -> Definition:
    """One item removed."""
    return _with_items(definition, lambda section: tuple(i for i in section.items if i.code != code))


def with_more(definition: Definition, section_code: str, *items: Item) -> Definition:
    """Items added at the end of one section."""
    return _with_items(
        definition, lambda section: section.items + (items if section.code == section_code else ())
    )


def with_options(definition: Definition, scale: str, options: tuple[Option, ...]) -> Definition:
    """One scale with other options, or the same ones in another order."""
    scales: Mapping[str, Scale] = {**definition.scales, scale: Scale(options=options)}
    return checked(definition.model_copy(update={"scales": scales}))


def with_scoring(definition: Definition, **changes: object) -> Definition:
    """Another scoring rule."""
    scoring = definition.scoring.model_copy(update=changes)
    return checked(definition.model_copy(update={"scoring": scoring}))


def _with_items(definition: Definition, items: Callable[[Section], Any]) -> Definition:
    sections = tuple(section.model_copy(update={"items": items(section)}) for section in definition.sections)
    return checked(definition.model_copy(update={"sections": sections}))
