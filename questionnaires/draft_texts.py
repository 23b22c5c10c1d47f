"""The texts of a draft by place, and which translations are missing or older than the Vietnamese beside them.

A place names a text by kind and code, for example ``items/a4/text``, ``scales/muc_do/5`` or ``title``: it stays the
same when its part moves. What a draft's content holds is told in :mod:`questionnaires.drafting`.
"""

import copy
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from questionnaires.languages import REQUIRED_LANGUAGE

Content = dict[str, Any]


def texts(content: Content) -> Iterator[tuple[str, dict[str, str]]]:
    """Every text with its place, in the order in which a reader meets them."""
    definition = content["definition"]
    for key in ("title", "introduction"):
        yield key, definition[key]
    for question in _placed(definition, "before"):
        yield from _texts_of_question(question)
    for section in definition["sections"]:
        yield f"sections/{section['code']}/title", section["title"]
        for item in section["items"]:
            yield f"items/{item['code']}/text", item["text"]
    for question in _placed(definition, "after"):
        yield from _texts_of_question(question)
    for code, scale in definition["scales"].items():
        for option in scale["options"]:
            yield f"scales/{code}/{option['code']}", option["text"]
    for key in ("thanks", "population"):
        yield key, definition[key]
    yield "scoring/provenance", definition["scoring"]["provenance"]


def _placed(definition: Content, place: str) -> Iterator[Content]:
    return (question for question in definition["questions"] if question["place"] == place)


def _texts_of_question(question: Content) -> Iterator[tuple[str, dict[str, str]]]:
    at = f"questions/{question['code']}"
    yield f"{at}/text", question["text"]
    for option in question.get("options", ()):
        yield f"{at}/{option['code']}", option["text"]
    if question.get("counted_in"):
        yield f"{at}/counted_in", question["counted_in"]


def words_at(content: Content) -> dict[str, dict[str, str]]:
    """Every text by its place."""
    return dict(texts(content))


def publishable(content: Content) -> Content:
    """The definition as it would be published: without the words of languages that it does not declare.

    The draft keeps them, so that a language which is declared again has not lost its translation.
    """
    kept = copy.deepcopy(content)
    declared = {REQUIRED_LANGUAGE, *kept["definition"]["languages"]}
    for _place, words in texts(kept):
        for language in set(words) - declared:
            del words[language]
    definition: Content = kept["definition"]
    return definition


def noted(before: Content, after: Content) -> Content:
    """``after``, remembering for each translation that changed the Vietnamese from which it was made."""
    new = copy.deepcopy(after)
    old = words_at(before)
    for place, words in texts(new):
        for language, translation in words.items():
            if language != REQUIRED_LANGUAGE and old.get(place, {}).get(language) != translation:
                new["translated"].setdefault(language, {})[place] = words[REQUIRED_LANGUAGE]
    return new


def all_noted(content: Content) -> Content:
    """The content with every translation taken as made from the Vietnamese that stands beside it."""
    new = copy.deepcopy(content)
    for place, words in texts(new):
        for language in set(words) - {REQUIRED_LANGUAGE}:
            new["translated"].setdefault(language, {})[place] = words[REQUIRED_LANGUAGE]
    return new


def stale(content: Content, language: str) -> dict[str, str]:
    """The places whose Vietnamese changed after they were translated, with the wording that was translated."""
    sources = content["translated"].get(language, {})
    return {
        place: sources[place]
        for place, words in texts(content)
        if words.get(language) and sources.get(place, words[REQUIRED_LANGUAGE]) != words[REQUIRED_LANGUAGE]
    }


def missing(content: Content, language: str) -> list[str]:
    """The places that are not translated."""
    return [place for place, words in texts(content) if not words.get(language)]


def translate(
    content: Content, language: str, words: Mapping[str, str], still_right: Collection[str] = ()
) -> Content:
    """Put translations at their places; an empty one takes the translation away.

    Args:
        content: the draft.
        language: into which.
        words: by place; unknown places are passed over.
        still_right: stale places whose translation fits the new Vietnamese as it stands.
    """
    new = copy.deepcopy(content)
    for place, text in texts(new):
        if words.get(place):
            text[language] = words[place]
        elif place in words and text.get(language):
            # English is a key of every text in the definition; other languages are there or not.
            text.pop(language)
        if place in still_right and text.get(language):
            new["translated"].setdefault(language, {})[place] = text[REQUIRED_LANGUAGE]
    return noted(content, new)
