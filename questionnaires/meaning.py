"""Whether a part of a draft still asks what published versions asked under the same code."""

from collections.abc import Iterator, Sequence

from questionnaires.definition import Definition, Item, Question
from questionnaires.version import Version

Asking = tuple[str, str, tuple[tuple[int, str], ...]]


def asking(definition: Definition, part: Item | Question) -> Asking:
    """What an answer under a part's code means: its kind, its Vietnamese words and its options by code.

    The order in which options are printed does not matter, nor do translations.
    """
    kind = part.kind if isinstance(part, Question) else "rating"
    options = sorted((option.code, option.text.vi) for option in definition.options_of(part))
    return kind, part.text.vi, tuple(options)


def askings(definition: Definition) -> dict[str, Asking]:
    """What every code of a questionnaire asks."""
    return {part.code: asking(definition, part) for part, _conditions in definition.asked()}


def changed_meanings(definition: Definition, versions: Sequence[Version]) -> Iterator[tuple[str, Version]]:
    """Codes that ask something else than in the newest of ``versions`` that has them, with that version.

    Args:
        definition: what is to be published.
        versions: what is published of the same questionnaire, in the order of their numbers.
    """
    now = askings(definition)
    for code, asked_now in now.items():
        for version in reversed(versions):
            before = askings(version.definition).get(code)
            if before is not None:
                if before != asked_now:
                    yield code, version
                break


def codes_used(versions: Sequence[Version]) -> set[str]:
    """Every code of any kind that a published version has used; a new part takes none of them."""
    used: set[str] = set()
    for version in versions:
        definition = version.definition
        used |= {*definition.codes(), *definition.scales, *(section.code for section in definition.sections)}
    return used


def options_used(versions: Sequence[Version], code: str) -> set[int]:
    """The numbers of all options that a scale or a question has had in published versions."""
    used: set[int] = set()
    for version in versions:
        scale = version.definition.scales.get(code)
        used |= scale.codes if scale else set()
        asked = (question for question in version.definition.questions if question.code == code)
        used |= {option.code for question in asked for option in question.options}
    return used
