"""Results by who answered and how: groups of responses that cut across units and fields.

How a response came in is known of every one. Sex, age and the channel of the dossier are known where the
questionnaire asks for them by the codes that the shipped questionnaires use.
"""

import numpy as np

from questionnaires.definition import Definition, Question
from survey.core.evidence import IntArray
from survey.core.result import Grouping, RespondentGroup
from survey.core.scoring import Scored

GROUPING_CODES = ("channel", "sex", "age_group")
"""Codes of the single choices by which results are told apart, in the order in which they are told."""

MODE = "mode"
"""The grouping by how a response came in."""


def grouping_questions(definition: Definition) -> tuple[Question, ...]:
    """The questions of a questionnaire that group its respondents."""
    asked = {question.code: question for question in definition.questions if question.kind == "single"}
    return tuple(asked[code] for code in GROUPING_CODES if code in asked)


def asks_the_same(one: Question, other: Question) -> bool:
    """Whether the same option codes stand for the same words, so that answers to both may be put together."""
    words = [{option.code: option.text.vi for option in each.options} for each in (one, other)]
    return words[0] == words[1]


def groupings(scored: Scored) -> tuple[Grouping, ...]:
    """The index of every group of respondents, those who did not say being a group of their own."""
    evidence, counted = scored.evidence, scored.weighting.counted
    found = [Grouping(MODE, None, _groups(scored, evidence.mode[counted], evidence.modes))]
    for question in grouping_questions(scored.definition):
        if question.code in evidence.choices:
            codes = [option.code for option in question.options]
            chosen = evidence.choices[question.code][counted]
            place = np.full(chosen.shape, len(codes), np.int64)
            for at, code in enumerate(codes):
                place[chosen == code] = at
            named = _groups(scored, place, (*(str(code) for code in codes), ""))
            found.append(
                Grouping(question.code, question, named if named[-1].measure.responses else named[:-1])
            )
    return tuple(found)


def _groups(scored: Scored, place: IntArray, keys: tuple[str, ...]) -> tuple[RespondentGroup, ...]:
    measures, shares = scored.indices_across(place, len(keys)), scored.shared_out(place, len(keys))
    return tuple(
        RespondentGroup(key, measure, by_unit, by_field)
        for key, measure, (by_unit, by_field) in zip(keys, measures, shares, strict=True)
    )
