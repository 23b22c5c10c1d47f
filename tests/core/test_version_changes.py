"""What became of every item, and what may be declared not to matter: the wording, and nothing else."""

import pytest

from questionnaires.comparison import Aspect, Change, EditorialChange, compare, part_changes
from questionnaires.definition import Condition, Definition, Option, Part, Text
from tests.core.tiny import definition, item
from tests.core.variants import checked, with_item, with_more, with_options, with_scoring, without_item

FIRST = definition()
OLD = FIRST.items[0].text.vi
TYPO_FIXED, THIRD = (
    with_item(FIRST, "a1", text=Text(vi="Tiêu chí a1.")),
    with_item(FIRST, "a1", text=Text(vi="Câu một")),
)
FIXING = EditorialChange("a1", OLD, "Tiêu chí a1.")
RENAMING = EditorialChange("a1", "Tiêu chí a1.", "Câu một")
OPTIONS = FIRST.scales["hai_long"].options


def fates(earlier: Definition, later: Definition, *declared: EditorialChange) -> dict[str, Change]:
    return {part.code: part.change for part in part_changes(earlier, later, declared)}


def test_every_part_has_a_fate() -> None:
    later = with_more(without_item(TYPO_FIXED, "a2"), "staff", item("b2"))
    assert fates(FIRST, later) == {
        "field": Change.UNCHANGED,
        "a1": Change.CHANGED,
        "b1": Change.UNCHANGED,
        "b2": Change.ADDED,
        "a2": Change.REMOVED,
    }


def test_a_declared_rewording_keeps_the_whole_trend_and_is_named() -> None:
    assert fates(FIRST, TYPO_FIXED, FIXING)["a1"] is Change.EDITORIAL
    found = compare(FIRST, TYPO_FIXED, [FIXING])
    assert found.index
    assert found.editorial == {"a1"}
    assert found.sections == {"access", "staff"}


def test_a_declaration_holds_backwards_and_from_one_rewording_to_the_next() -> None:
    assert compare(TYPO_FIXED, FIRST, [FIXING]).index
    assert compare(FIRST, THIRD, [FIXING, RENAMING]).index
    assert not compare(FIRST, THIRD, [FIXING]).index
    assert not compare(FIRST, THIRD, [RENAMING]).index


@pytest.mark.parametrize(
    "wrong",
    [
        EditorialChange("b1", OLD, "Tiêu chí a1."),
        EditorialChange("a1", OLD, "Tiêu chí a1 "),
        EditorialChange("a1", "Tiêu chí a1.", "Tiêu chí a1."),
    ],
)
def test_a_declaration_about_something_else_joins_nothing(wrong: EditorialChange) -> None:
    assert compare(FIRST, TYPO_FIXED, [wrong]) == compare(FIRST, TYPO_FIXED)


def test_nothing_but_the_wording_can_be_declared_away() -> None:
    turned = with_options(
        TYPO_FIXED,
        "hai_long",
        tuple(Option(code=a.code, text=b.text) for a, b in zip(OPTIONS, OPTIONS[::-1], strict=True)),
    )
    conditional = with_item(
        TYPO_FIXED, "a2", shown_when=Condition.model_validate({"question": "a1", "is": [1]})
    )
    for later, code, aspect in (
        (turned, "a1", Aspect.OPTIONS),
        (with_scoring(TYPO_FIXED, satisfied=(5,)), "a1", Aspect.SCORING),
        (conditional, "a2", Aspect.AUDIENCE),
    ):
        [part] = [part for part in part_changes(FIRST, later, [FIXING]) if part.code == code]
        assert part.change is Change.CHANGED
        assert aspect in part.aspects
        assert not part.may_be_declared
        assert code not in compare(FIRST, later, [FIXING]).items


def test_rewording_the_question_of_a_condition_asks_others_unless_it_is_declared() -> None:
    def asked_after(first: Definition) -> Definition:
        return with_item(first, "b1", shown_when=Condition.model_validate({"question": "a1", "is": [1, 2]}))

    before, after = asked_after(FIRST), asked_after(TYPO_FIXED)
    assert fates(before, after)["b1"] is Change.CHANGED
    assert fates(before, after, FIXING)["b1"] is Change.UNCHANGED


def test_what_differs_is_shown_in_words() -> None:
    renamed = with_options(
        FIRST, "hai_long", (*OPTIONS[:4], OPTIONS[4].model_copy(update={"text": Text(vi="Rất là hài lòng")}))
    )
    part = part_changes(FIRST, renamed)[1]
    assert [(code, [s.text.strip() for s in words if s.fate == "added"]) for code, words in part.options] == [
        (5, ["là"])
    ]


# --- how the index is made ---------------------------------------------------------------------------


def in_parts(first: int) -> Definition:
    parts = (
        Part(code="x", title=Text(vi="X"), sections=("access",), weight=first),
        Part(code="y", title=Text(vi="Y"), sections=("staff",), weight=100 - first),
    )
    return with_scoring(FIRST, index="parts", parts=parts)


def test_another_weight_breaks_the_index_and_nothing_else() -> None:
    found = compare(in_parts(60), in_parts(50))
    assert (len(found.items), len(found.sections), found.index) == (3, 2, False)
    assert compare(in_parts(60), in_parts(60)).index


def test_pooling_the_answers_breaks_factors_and_index_but_no_item() -> None:
    found = compare(FIRST, with_scoring(FIRST, index="pooled"))
    assert (len(found.items), len(found.sections), found.index) == (3, 0, False)


def test_figures_beside_the_index_break_nothing() -> None:
    assert compare(FIRST, checked(with_scoring(FIRST, also=("mean_score",)))).index
