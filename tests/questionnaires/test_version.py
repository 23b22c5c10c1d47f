"""The fingerprint of a version follows its content and nothing else."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.definition import Definition, Item, Option, Question, Scale, Scoring, Section, Text
from questionnaires.loading import load_definition
from questionnaires.version import (
    Version,
    canonical_json,
    definition_from_json,
    fingerprint,
    short_fingerprint,
)

DATA = Path(__file__).parents[1] / "data"
LIBRARY = Path(__file__).parents[2] / "questionnaires" / "library"
SHIPPED = {path.name: path.read_text(encoding="utf-8") for path in sorted(LIBRARY.glob("*.yaml"))}

phrases = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=30).filter(
    str.strip
)
texts = st.builds(
    lambda words, others: Text.model_validate(words | others),
    st.fixed_dictionaries({"vi": phrases, "en": st.none() | phrases}),
    st.dictionaries(st.sampled_from(["km", "tyz"]), phrases),
)
codes = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    names = draw(st.lists(codes, min_size=4, max_size=8, unique=True))
    levels = draw(st.lists(st.integers(0, 9), min_size=2, max_size=5, unique=True))
    options = tuple(Option(code=level, text=draw(texts)) for level in levels)
    items = tuple(
        Item(code=name, text=draw(texts), scale="s", allow_not_applicable=draw(st.booleans()))
        for name in names[1:]
    )
    question = Question(code=names[0], kind="single", text=draw(texts), options=options, place="before")
    return Definition(
        code=draw(codes),
        title=draw(texts),
        introduction=draw(texts),
        thanks=draw(texts),
        legal_basis=tuple(draw(st.lists(phrases, max_size=2))),
        population=draw(texts),
        source_note=draw(phrases),
        scales={"s": Scale(options=options)},
        sections=(Section(code="mot", title=draw(texts), items=items),),
        questions=(question,),
        scoring=Scoring(rule="top_codes", satisfied=(levels[0],), provenance=draw(texts)),
    )


def load(text: str) -> Definition:
    return load_definition(text, name="phieu.yaml")


@settings(deadline=None)
@given(definitions())
def test_canonical_json_gives_the_definition_back_whole(definition: Definition) -> None:
    data = canonical_json(definition)
    assert definition_from_json(data) == definition
    assert canonical_json(definition_from_json(data)) == data


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_questionnaires_survive_the_round_trip(name: str) -> None:
    definition = load(SHIPPED[name])
    assert definition_from_json(canonical_json(definition)) == definition


@settings(max_examples=30, deadline=None)
@given(
    name=st.sampled_from(sorted(SHIPPED)),
    chance=st.randoms(use_true_random=False),
    width=st.integers(20, 200),
)
def test_key_order_and_layout_of_the_file_leave_no_trace(
    name: str, chance: random.Random, width: int
) -> None:
    data = yaml.safe_load(SHIPPED[name])
    rewritten = yaml.safe_dump(
        shuffled(data, chance),
        allow_unicode=True,
        sort_keys=False,
        width=width,
        default_flow_style=chance.random() < 0.5,
    )
    assert fingerprint(load(rewritten)) == fingerprint(load(SHIPPED[name]))


@settings(max_examples=30, deadline=None)
@given(name=st.sampled_from(sorted(SHIPPED)), line=st.integers(0, 30))
def test_comments_and_blank_lines_leave_no_trace(name: str, line: int) -> None:
    before, after = SHIPPED[name], SHIPPED[name].splitlines()
    at = [index for index, content in enumerate(after) if content.startswith("  - code:")][line % 3]
    after[at:at] = ["", "  # ghi chú của cán bộ", ""]
    assert fingerprint(load("\n".join(after))) == fingerprint(load(before))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_change_of_any_word_changes_the_fingerprint(data: st.DataObject) -> None:
    definition = load(SHIPPED[data.draw(st.sampled_from(sorted(SHIPPED)))])
    plain = definition.model_dump(mode="json")
    phrases_in = list(phrase_places(plain))
    place, key = data.draw(st.sampled_from(phrases_in))
    words = place[key].split()
    at = data.draw(st.integers(0, len(words) - 1))
    words[at] += "x"
    place[key] = " ".join(words)
    assert fingerprint(Definition.model_validate(plain)) != fingerprint(definition)


def test_a_change_of_order_of_the_questions_changes_the_fingerprint() -> None:
    definition = load(SHIPPED["phieu-phuong-phu-luong.yaml"])
    turned = definition.model_copy(update={"questions": definition.questions[::-1]})
    assert fingerprint(turned) != fingerprint(definition)


def test_the_canonical_form_itself_does_not_drift() -> None:
    definition = Definition(
        code="thu",
        title=Text(vi="Phiếu thử"),
        introduction=Text(vi="a"),
        thanks=Text(vi="b", en="c"),
        population=Text(vi="d"),
        source_note="đ",
        scales={"s": Scale(options=(Option(code=1, text=Text(vi="e")), Option(code=0, text=Text(vi="g"))))},
        sections=(
            Section(code="m", title=Text(vi="h"), items=(Item(code="i", text=Text(vi="k"), scale="s"),)),
        ),
        scoring=Scoring(rule="points", max_points=1, provenance=Text(vi="l")),
    )
    assert canonical_json(definition).decode() == (
        '{"code":"thu","introduction":{"en":null,"vi":"a"},"languages":["vi"],"legal_basis":[],"modes":["qr"],'
        '"population":{"en":null,"vi":"d"},"questions":[],"scales":{"s":{"options":[{"code":1,"text":{"en":null,'
        '"vi":"e"}},{"code":0,"text":{"en":null,"vi":"g"}}]}},"scoring":{"max_points":1,"provenance":{"en":null,'
        '"vi":"l"},"rule":"points","satisfied":[]},"sections":[{"code":"m","items":[{"allow_not_applicable":false,'
        '"code":"i","required":true,"scale":"s","text":{"en":null,"vi":"k"}}],"title":{"en":null,"vi":"h"}}],'
        '"source_note":"đ","thanks":{"en":"c","vi":"b"},"title":{"en":null,"vi":"Phiếu thử"}}'
    )
    assert json.loads(canonical_json(definition)) == definition.model_dump(mode="json")


def test_a_definition_stored_by_an_earlier_release_is_read_and_keeps_its_fingerprint() -> None:
    stored = (DATA / "stored_before_conditions.json").read_bytes()
    assert canonical_json(definition_from_json(stored)) == stored
    assert fingerprint(definition_from_json(stored)) == (
        "499270d2ff43398ef8e3cde4f47ca1b0c2f90efa7e6317a86eea006b1f31d7dd"
    )


def test_what_is_new_in_a_definition_is_in_its_fingerprint() -> None:
    plain = load(SHIPPED["phieu-quay-5-yeu-to.yaml"])
    data = plain.model_dump(mode="json")
    data["sections"][1]["items"][0]["shown_when"] = {"question": "a1", "is": [1, 2]}
    data["questions"][1]["kind"], data["questions"][1]["alone"] = "multiple", [2]
    data["title"]["km"] = "ក"
    changed = Definition.model_validate_json(json.dumps(data), strict=True)
    assert changed.title.in_language("km") == "ក"
    assert json.loads(canonical_json(changed)) == data
    assert definition_from_json(canonical_json(changed)) == changed


def test_people_read_the_first_twelve_digits_in_groups_of_four() -> None:
    full = fingerprint(load(SHIPPED["phieu-quay-5-yeu-to.yaml"]))
    assert len(full) == 64
    assert short_fingerprint("1a2b3c4d5e6f" + full[12:]) == "1a2b-3c4d-5e6f"


def test_a_version_is_a_value() -> None:
    definition = load(SHIPPED["danh-gia-nd61.yaml"])
    assert Version(1, definition, "f") == Version(1, definition, "f")
    with pytest.raises(AttributeError):
        Version(1, definition, "f").number = 2  # type: ignore[misc]


def shuffled(data: Any, chance: random.Random) -> Any:
    """The same data with the keys of every mapping in another order."""
    if isinstance(data, dict):
        keys = list(data)
        chance.shuffle(keys)
        return {key: shuffled(data[key], chance) for key in keys}
    if isinstance(data, list):
        return [shuffled(part, chance) for part in data]
    return data


def phrase_places(data: Any) -> Any:
    """Every place that holds words people read: the mapping or list, and the key in it."""
    if isinstance(data, dict):
        yield from ((data, key) for key in ("vi", "en", "source_note") if data.get(key))
        for part in data.values():
            yield from phrase_places(part)
    elif isinstance(data, list):
        for part in data:
            yield from phrase_places(part)
