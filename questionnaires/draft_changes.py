"""What differs between two questionnaires as data, place by place and word by word."""

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaires.draft_texts import Content, texts
from questionnaires.drafting import KINDS, parts
from questionnaires.word_difference import Stretch, word_difference


@dataclass(frozen=True)
class Change:
    """One place that differs.

    Attributes:
        place: see :mod:`questionnaires.draft_texts`; the last step names what of the part differs.
        before: how it stood, "" if it was not there.
        after: how it stands, "" if it is gone.
    """

    place: str
    before: str
    after: str

    @property
    def words(self) -> tuple[Stretch, ...]:
        """Both as one text, word by word."""
        return word_difference(self.before, self.after)


def changes(before: Content, after: Content) -> list[Change]:
    """Everything that differs, in the order in which the later one is read; what is gone comes last."""
    old, new = dict(_facts(before)), dict(_facts(after))
    places = [*new, *(place for place in old if place not in new)]
    return [
        Change(place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place, "") != new.get(place, "")
    ]


def _facts(content: Content) -> Iterator[tuple[str, str]]:
    """Every text and every setting with its place; what says nothing is left out."""
    definition = content["definition"]
    for place, words in texts(content):
        for language, text in words.items():
            if text:
                yield (place if language == "vi" else f"{place}/{language}"), text
    for key in ("code", "source_note", "legal_basis", "languages", "modes"):
        yield key, _shown(definition[key])
    for key in ("rule", "satisfied", "max_points"):
        yield f"scoring/{key}", _shown(definition["scoring"][key])
    for kind in KINDS:
        yield f"{kind}/order", ", ".join(one["code"] for one in parts(content, kind))
        for one in parts(content, kind):
            yield from ((f"{kind}/{one['code']}/{key}", shown) for key, shown in _settings(one))
    for section in parts(content, "sections"):
        yield f"sections/{section['code']}/items", ", ".join(item["code"] for item in section["items"])


_TEXTS = {"code", "text", "title", "items", "options", "counted_in"}


def _settings(one: Content) -> Iterator[tuple[str, str]]:
    for key, value in one.items():
        if key not in _TEXTS:
            yield key, _shown(value)
    if one.get("options"):
        yield "options", ", ".join(str(option["code"]) for option in one["options"])


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    if isinstance(value, dict):
        return f"{value.get('question', '')} = {_shown(value.get('is', []))}"
    return "" if value is None else str(value)
