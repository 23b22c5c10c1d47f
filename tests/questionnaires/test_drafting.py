"""Any sequence of edits leaves data that can be judged, and what the gate lets pass can be published and answered."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import drafting
from questionnaires.comparison import compare
from questionnaires.definition import Definition
from questionnaires.draft_changes import changes
from questionnaires.draft_preview import previewable
from questionnaires.draft_texts import Content, missing, stale, texts, translate
from questionnaires.draft_values import merged, values_of, with_values
from questionnaires.drafting import CodeUnfit, PartUnknown, draft_of, parts
from questionnaires.gate import judge
from questionnaires.meaning import askings, codes_used
from questionnaires.version import Version, canonical_json, definition_from_json, fingerprint
from survey.core.response import check_answers
from survey.library import shipped_definitions
from tests.web.tiny import FILES, tiny

SHIPPED = shipped_definitions()
STARTS = [*SHIPPED.values(), *map(tiny, FILES)]
WORDS = st.sampled_from(["", "Có", "Không", "Ông/Bà hài lòng?", "Rất tốt", "<b>đậm</b>", "  \u200b "])
KIND = st.sampled_from(drafting.KINDS)
PAGES = ("details", "scoring", *drafting.KINDS)


@st.composite
def edits(draw: st.DrawFn) -> Callable[[Content, list[Version]], Content]:
    """One edit as the editor's buttons and pages make them."""
    choose = draw(st.randoms(use_true_random=False))
    words = draw(WORDS)
    verb = draw(st.sampled_from(["add", "remove", "up", "down", "write", "option", "recode", "translate"]))
    kind = draw(KIND)

    def edit(content: Content, versions: list[Version]) -> Content:  # noqa: PLR0911  one for every button
        found = [one["code"] for one in parts(content, kind)]
        code = choose.choice(found) if found else ""
        new = drafting.free_code(content, kind, codes_used(versions))
        if verb == "add":
            return _added(content, kind, new, choose)
        if verb == "translate":
            places = [place for place, _words in texts(content)]
            return translate(content, "en", {choose.choice(places): words})
        if not code:
            return content
        if verb == "remove":
            return drafting.remove(content, kind, code)
        if verb in {"up", "down"}:
            return drafting.move(content, kind, code, -1 if verb == "up" else 1)
        if verb == "recode":
            return drafting.recode(content, kind, code, new) if kind in {"items", "questions"} else content
        if verb == "option":
            has_options = bool(drafting.part(content, kind, code).get("options"))
            return drafting.add_option(content, kind, code) if has_options else content
        return _written(content, kind, code, words, choose)

    return edit


def _added(content: Content, kind: drafting.Kind, code: str, choose: Any) -> Content:
    if kind == "sections":
        return drafting.add_section(content, code)
    if kind == "scales":
        return drafting.add_scale(content, code)
    if kind == "questions":
        return drafting.add_question(content, code, choose.choice(["single", "multiple", "number", "text"]))
    sections = parts(content, "sections")
    return drafting.add_item(content, choose.choice(sections)["code"], code) if sections else content


def _written(content: Content, kind: drafting.Kind, code: str, words: str, choose: Any) -> Content:
    values = values_of(content, kind, code)
    texts_ = [name for name, value in values.items() if isinstance(value, str) and name != "place"]
    return with_values(content, kind, code, {**values, choose.choice(texts_): words} if texts_ else values)


@given(start=st.sampled_from(STARTS), done=st.lists(edits(), max_size=12))
@settings(max_examples=60)
def test_any_edits_leave_a_draft_that_can_be_kept_judged_shown_and_opened_page_by_page(
    start: Definition, done: list[Callable[[Content, list[Version]], Content]]
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
        for code in [""] if page in {"details", "scoring"} else [one["code"] for one in parts(content, page)]:  # type: ignore[arg-type]
            values = values_of(content, page, code)  # type: ignore[arg-type]
            again = with_values(content, page, code, values)  # type: ignore[arg-type]
            assert values_of(again, page, code) == values  # type: ignore[arg-type]


@given(start=st.sampled_from(STARTS), done=st.lists(edits(), max_size=10))
@settings(max_examples=60)
def test_what_the_gate_lets_pass_can_be_published_read_back_and_answered(
    start: Definition, done: list[Callable[[Content, list[Version]], Content]]
) -> None:
    content = draft_of(start, unfinished=start.languages)
    for edit in done:
        content = edit(content, [])
    definition = judge(content, []).definition
    if definition is None:
        return
    assert definition_from_json(canonical_json(definition)) == definition
    answers: dict[str, str | list[str]] = {}
    for part, _conditions in definition.asked():
        options = definition.options_of(part)
        answers[part.code] = str(options[0].code) if options else "land"
        if getattr(part, "kind", "") == "number":
            answers[part.code] = str(getattr(part, "min", None) or getattr(part, "max", None) or 0)
    if not any(question.kind == "field" for question in definition.questions):
        answers["field"] = "land"
    _answers, problems = check_answers(definition, answers, fields=["land"])
    assert problems == {}


@given(st.lists(st.one_of(edits(), st.just(None)), max_size=25))
@settings(max_examples=60)
def test_no_edits_and_publishings_let_an_answer_be_read_under_another_meaning(
    done: list[Callable[[Content, list[Version]], Content] | None],
) -> None:
    """None stands for trying to publish."""
    first = tiny("condition_chain")
    versions = [Version(1, first, fingerprint(first))]
    prints = [fingerprint(first)]
    content = draft_of(first)
    for edit in done:
        if edit is not None:
            content = edit(content, versions)
            continue
        definition = judge(content, versions).definition
        if definition is not None:
            versions.append(Version(len(versions) + 1, definition, fingerprint(definition)))
            prints.append(versions[-1].fingerprint)
    assert [fingerprint(version.definition) for version in versions] == prints
    meanings: dict[str, object] = {}
    for version in versions:
        for code, asked in askings(version.definition).items():
            assert meanings.setdefault(code, asked) == asked
    for earlier in versions:
        for later in versions:
            for code in compare(earlier.definition, later.definition).items:
                assert askings(earlier.definition)[code] == askings(later.definition)[code]


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
