"""Any sequence of edits leaves data that can be judged, and what the gate lets pass can be published and answered."""

import copy
import json
from collections.abc import Iterator
from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import drafting
from questionnaires.comparison import EditorialChange, compare
from questionnaires.definition import Definition, Kind
from questionnaires.draft_changes import changes
from questionnaires.draft_preview import previewable
from questionnaires.draft_texts import Content, missing, stale, texts
from questionnaires.draft_values import Page, merged, values_of, with_values
from questionnaires.drafting import CodeUnfit, PartUnknown, draft_of, parts
from questionnaires.gate import judge, place_of
from questionnaires.meaning import askings
from questionnaires.reading import read_definition
from questionnaires.version import Version, canonical_json, definition_from_json, fingerprint
from questionnaires.writing import WRITERS
from survey.core.response import check_answers
from tests.questionnaires.edits import (
    PAGES,
    QUESTION_KINDS,
    SHIPPED,
    STARTS,
    Edit,
    answers_to,
    edits,
    kept_open,
    possible,
)
from tests.web.tiny import tiny


def test_the_edits_of_these_tests_reach_every_value_of_every_page() -> None:
    values, written = set(), set()
    for content in (draft_of(start, unfinished=["en"]) for start in STARTS):
        for page in PAGES:
            for code in codes_of(content, page):
                for name in values_of(content, page, code):
                    values.add((page, name))
                    if len({str(value) for value in possible(content, page, code, name)}) > 1:
                        written.add((page, name))
    assert written == values
    assert {question.kind for start in STARTS for question in start.questions} == set(QUESTION_KINDS)
    assert set(get_args(Kind)) == set(QUESTION_KINDS)


def codes_of(content: Content, page: Page) -> list[str]:
    """The codes of all parts that have such a page."""
    return [""] if page in {"details", "scoring"} else [one["code"] for one in parts(content, page)]  # type: ignore[arg-type]


@given(start=st.sampled_from(STARTS), done=st.lists(edits(), max_size=12))
@settings(max_examples=60)
def test_any_edits_leave_a_draft_that_can_be_kept_judged_shown_and_opened_page_by_page(
    start: Definition, done: list[Edit]
) -> None:
    content = draft_of(start)
    for edit in done:
        before = copy.deepcopy(content)
        after = edit(content, [])
        assert content == before, "an edit changed what it was given"
        content = after
    kept = json.loads(json.dumps(content))
    assert kept == content
    judge(content, [])
    previewable(content)
    changes(draft_of(start), content)
    for page in PAGES:
        for code in codes_of(content, page):
            values = values_of(content, page, code)
            again = with_values(content, page, code, values)
            assert values_of(again, page, code) == values


@given(start=st.sampled_from(STARTS), done=st.lists(edits(), max_size=15), data=st.data())
@settings(max_examples=60)
def test_what_the_gate_lets_pass_can_be_published_read_back_answered_and_taken_along(
    start: Definition, done: list[Edit], data: st.DataObject
) -> None:
    definition = judge(kept_open(start, done), []).definition
    assert definition is not None
    assert definition_from_json(canonical_json(definition)) == definition
    raw = data.draw(answers_to(definition))
    _answers, problems = check_answers(definition, raw, fields=["land"])
    assert problems == {}
    for ending, write in WRITERS.items():
        assert read_definition(write(definition), f"phieu{ending}") == definition


@given(
    start=st.sampled_from(STARTS),
    done=st.lists(st.lists(edits(), min_size=1, max_size=4), min_size=1, max_size=8),
)
@settings(max_examples=60)
def test_no_edits_and_publishings_let_an_answer_be_read_under_another_meaning(
    start: Definition, done: list[list[Edit]]
) -> None:
    """After every few edits somebody tries to publish; what the gate holds back is undone."""
    versions = [Version(1, start, fingerprint(start))]
    prints = [fingerprint(start)]
    reasons: list[EditorialChange] = []
    content = draft_of(start, unfinished=start.languages)
    for few in done:
        before = content
        for edit in few:
            content = edit(content, versions)
        definition = judge(content, versions).definition
        if definition is None:
            content = before
            continue
        reasons += _given_reasons(content, versions, definition)
        versions.append(Version(len(versions) + 1, definition, fingerprint(definition)))
        prints.append(versions[-1].fingerprint)
    assert [fingerprint(version.definition) for version in versions] == prints
    reworded = {reason.code for reason in reasons}
    for earlier, later in permutations((version.definition for version in versions), 2):
        for code in compare(earlier, later, reasons).items:
            (kind, words, options), asked = askings(earlier)[code], askings(later)[code]
            assert (asked[0], asked[2]) == (kind, options)
            assert asked[1] == words or code in reworded


def _given_reasons(
    content: Content, versions: list[Version], definition: Definition
) -> Iterator[EditorialChange]:
    """Every code that was published asking something else, each of which needs a reason to be published again."""
    for code, asked in askings(definition).items():
        earlier = [found[code] for found in (askings(v.definition) for v in versions) if code in found]
        if earlier and earlier[-1] != asked:
            assert content["editorial"].get(place_of(definition, code)), "nobody said why"
            yield EditorialChange(code, earlier[-1][1], asked[1])


def test_a_moved_part_keeps_its_code_and_its_translations() -> None:
    content = draft_of(SHIPPED["quay_5_yeu_to"])
    moved = drafting.move(content, "items", "a1", 1)
    assert dict(texts(moved))["items/a1/text"] == dict(texts(content))["items/a1/text"]
    assert stale(moved, "en") == {}
    assert missing(moved, "en") == []


def test_moving_beyond_the_first_and_the_last_place_changes_nothing() -> None:
    content = draft_of(SHIPPED["quay_5_yeu_to"])
    items = parts(content, "items")
    assert drafting.move(content, "items", items[0]["code"], -1) == content
    assert drafting.move(content, "items", items[-1]["code"], 1) == content


def test_conditions_follow_a_part_to_its_new_code() -> None:
    content = drafting.recode(draft_of(tiny("condition_on_item")), "items", "a1", "moi")
    assert parts(content, "questions")[0]["shown_when"]["question"] == "moi"
    assert judge(content, []).is_open


def test_a_free_code_is_none_that_a_version_has_used() -> None:
    content = draft_of(SHIPPED["quay_5_yeu_to"])
    assert drafting.free_code(content, "items", {"tc1", "tc2"}) == "tc3"


@pytest.mark.parametrize("code", ["", "A", "1a", "id", "visit", "field", "a1", "x" * 41, "a b"])
def test_a_code_that_cannot_be_told_apart_is_refused(code: str) -> None:
    content = draft_of(tiny("rating_required"))
    section = parts(content, "sections")[0]["code"]
    with pytest.raises(CodeUnfit):
        drafting.add_item(content, section, code)


def test_what_is_not_there_cannot_be_edited() -> None:
    content = draft_of(tiny("rating_required"))
    for kind in drafting.KINDS:
        with pytest.raises(PartUnknown):
            drafting.remove(content, kind, "khong_co")


def test_words_are_kept_in_composed_letters_without_hidden_ones() -> None:
    assert drafting.tidy(" a\u0323\u0302\u200b\r\nb\x00 ") == "ậ\nb"


def test_what_two_people_changed_is_put_together_and_what_both_changed_is_named() -> None:
    base = {"a": "1", "b": "1", "c": "1", "d": "1"}
    theirs = {"a": "2", "b": "1", "c": "2", "d": "2"}
    mine = {"a": "1", "b": "2", "c": "3", "d": "2"}
    assert merged(base, theirs, mine) == ({"a": "2", "b": "2", "c": "3", "d": "2"}, ["c"])
