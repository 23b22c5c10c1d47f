"""A draft as citizens would see it, although it is not finished: gaps are bridged, nothing is stored of it."""

import copy

from questionnaires.definition import Definition
from questionnaires.draft_texts import Content, publishable, texts
from questionnaires.drafting import CHOICES, parts
from questionnaires.languages import REQUIRED_LANGUAGE
from questionnaires.loading import definition_of

GAP = "…"
"""Stands where the Vietnamese is still to be written."""


def previewable(content: Content) -> Definition | None:
    """The questionnaire that a draft comes closest to; None if nothing can be shown yet.

    Bridged are missing words, sections without items, choices without options, items without a scale and, where
    conditions are faulty, all conditions.
    """
    for bridge in (_nothing, _gaps, _conditions):
        content = bridge(copy.deepcopy(content))
        definition, _found = definition_of(publishable(content))
        if definition is not None:
            return definition
    return None


def _nothing(content: Content) -> Content:
    return content


def _gaps(content: Content) -> Content:
    definition = content["definition"]
    for _place, words in texts(content):
        words[REQUIRED_LANGUAGE] = words.get(REQUIRED_LANGUAGE) or GAP
    definition["source_note"] = definition["source_note"] or GAP
    for section in definition["sections"]:
        section["items"] = [item for item in section["items"] if item["scale"] in definition["scales"]]
    definition["sections"] = [section for section in definition["sections"] if section["items"]]
    definition["questions"] = [one for one in definition["questions"] if _has_options(one)]
    return content


def _has_options(question: Content) -> bool:
    return question["kind"] not in CHOICES or len(question["options"]) > 1


def _conditions(content: Content) -> Content:
    for one in (*parts(content, "sections"), *parts(content, "items"), *parts(content, "questions")):
        one.pop("shown_when", None)
    return content
