"""Which results of two versions may be compared: what measures the same thing, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.comparison import Comparison, compare
from questionnaires.definition import Condition, Definition, Item, Option, Section, Text
from survey.library import shipped_definitions
from tests.core.tiny import definition, item
from tests.core.variants import checked, with_item, with_more, with_options, with_scoring, without_item

FIRST = definition()
ALL_ITEMS, ALL_SECTIONS = frozenset({"a1", "a2", "b1"}), frozenset({"access", "staff"})
ALL_THE_SAME = Comparison(ALL_ITEMS, ALL_SECTIONS, index=True)
OPTIONS = FIRST.scales["hai_long"].options
SHIPPED = shipped_definitions()


@pytest.mark.parametrize("code", sorted(SHIPPED))
def test_a_questionnaire_is_comparable_with_itself_in_every_part(code: str) -> None:
    asked = SHIPPED[code]
    assert compare(asked, asked) == Comparison(
        frozenset(item.code for item in asked.items),
        frozenset(section.code for section in asked.sections),
        index=True,
    )


def test_two_different_questionnaires_have_nothing_in_common() -> None:
    assert compare(SHIPPED["quay_5_yeu_to"], SHIPPED["phuong_phu_luong"]) == Comparison(
        frozenset(), frozenset(), index=False
    )


# --- what keeps the trend ----------------------------------------------------------------------------


def test_a_scale_printed_in_reverse_order_stays_comparable() -> None:
    turned = with_options(FIRST, "hai_long", OPTIONS[::-1])
    assert turned != FIRST
    assert compare(FIRST, turned) == ALL_THE_SAME


def test_a_new_translation_stays_comparable() -> None:
    translated = with_item(FIRST, "a1", text=Text(vi=FIRST.items[0].text.vi, en="Item one"))
    assert compare(FIRST, translated) == ALL_THE_SAME
    khmer = Text.model_validate({"vi": FIRST.items[0].text.vi, "km": "ក"})
    assert compare(translated, with_item(FIRST, "a1", text=khmer)) == ALL_THE_SAME


def test_a_scale_under_another_name_stays_comparable() -> None:
    renamed = FIRST.model_dump()
    renamed["scales"] = {"muc_do": renamed["scales"]["hai_long"]}
    for section in renamed["sections"]:
        for part in section["items"]:
            part["scale"] = "muc_do"
    assert compare(FIRST, Definition.model_validate(renamed)) == ALL_THE_SAME


def test_words_around_the_items_do_not_matter() -> None:
    other = checked(FIRST.model_copy(update={"title": Text(vi="Tên khác"), "thanks": Text(vi="Xin cảm ơn")}))
    assert compare(FIRST, other) == ALL_THE_SAME


def test_another_order_of_the_items_stays_comparable() -> None:
    turned = checked(FIRST.model_copy(update={"sections": FIRST.sections[::-1]}))
    assert compare(FIRST, turned) == ALL_THE_SAME


# --- what breaks it ----------------------------------------------------------------------------------


def test_a_reworded_item_breaks_itself_its_section_and_the_index_and_nothing_else() -> None:
    reworded = with_item(FIRST, "a1", text=Text(vi="Câu hỏi khác"))
    assert compare(FIRST, reworded) == Comparison(frozenset({"a2", "b1"}), frozenset({"staff"}), index=False)


def test_one_letter_is_a_rewording() -> None:
    reworded = with_item(FIRST, "b1", text=Text(vi=FIRST.items[2].text.vi + "."))
    assert compare(FIRST, reworded) == Comparison(frozenset({"a1", "a2"}), frozenset({"access"}), index=False)


def test_an_added_item_breaks_its_section_and_the_index_but_no_other_item() -> None:
    longer = with_more(FIRST, "access", item("a3"))
    assert compare(FIRST, longer) == Comparison(ALL_ITEMS, frozenset({"staff"}), index=False)


def test_a_removed_item_breaks_its_section_and_the_index_but_no_other_item() -> None:
    shorter = without_item(FIRST, "a2")
    assert compare(FIRST, shorter) == Comparison(frozenset({"a1", "b1"}), frozenset({"staff"}), index=False)


def test_an_added_section_breaks_the_index_only() -> None:
    more = Section(code="more", title=Text(vi="Thêm"), items=(item("c1"),))
    longer = checked(FIRST.model_copy(update={"sections": (*FIRST.sections, more)}))
    assert compare(FIRST, longer) == Comparison(ALL_ITEMS, ALL_SECTIONS, index=False)


def test_an_item_exchanged_for_another_is_not_taken_for_it() -> None:
    exchanged = with_more(without_item(FIRST, "a2"), "access", item("a9", words=FIRST.items[1].text.vi))
    assert compare(FIRST, exchanged) == Comparison(frozenset({"a1", "b1"}), frozenset({"staff"}), index=False)


def test_an_item_moved_to_another_section_breaks_both_sections_but_not_the_index() -> None:
    moved = with_more(without_item(FIRST, "a2"), "staff", item("a2"))
    assert compare(FIRST, moved) == Comparison(ALL_ITEMS, frozenset(), index=True)


def test_the_same_codes_with_turned_meanings_break_every_item() -> None:
    turned = tuple(
        Option(code=option.code, text=other.text)
        for option, other in zip(OPTIONS, OPTIONS[::-1], strict=True)
    )
    assert compare(FIRST, with_options(FIRST, "hai_long", turned)) == Comparison(
        frozenset(), frozenset(), index=False
    )


def test_one_option_renamed_breaks_every_item_on_that_scale() -> None:
    renamed = (*OPTIONS[:2], Option(code=3, text=Text(vi="Tạm được")), *OPTIONS[3:])
    assert not compare(FIRST, with_options(FIRST, "hai_long", renamed)).items


@pytest.mark.parametrize("options", [OPTIONS[1:], (*OPTIONS, Option(code=6, text=Text(vi="Xuất sắc")))])
def test_an_option_more_or_less_breaks_every_item_on_that_scale(options: tuple[Option, ...]) -> None:
    assert not compare(FIRST, with_options(FIRST, "hai_long", options)).items


@pytest.mark.parametrize(
    "scoring",
    [
        {"satisfied": (5,)},
        {"satisfied": (3, 4, 5)},
        {"rule": "points", "satisfied": (), "max_points": 5},
    ],
    ids=["fewer count as satisfied", "more count as satisfied", "points"],
)
def test_another_scoring_rule_breaks_the_index(scoring: dict[str, object]) -> None:
    other = with_scoring(FIRST, **scoring)
    assert not compare(FIRST, other).index
    assert compare(other, other).index


# --- who is asked ------------------------------------------------------------------------------------


def asked_only(definition: Definition, code: str, question: str, *codes: int) -> Definition:
    """One item asked only of those who chose one of some options of an earlier one."""
    return with_item(
        definition, code, shown_when=Condition.model_validate({"question": question, "is": codes})
    )


def test_a_condition_that_is_new_or_gone_breaks_the_item_that_it_governs_and_no_other() -> None:
    some = asked_only(FIRST, "a2", "a1", 1, 2)
    expected = Comparison(frozenset({"a1", "b1"}), frozenset({"staff"}), index=False)
    assert compare(FIRST, some) == compare(some, FIRST) == expected


def test_the_same_condition_written_in_another_order_stays_comparable() -> None:
    assert compare(asked_only(FIRST, "a2", "a1", 1, 2), asked_only(FIRST, "a2", "a1", 2, 1)) == ALL_THE_SAME


def test_a_condition_on_other_options_or_another_question_breaks_the_item() -> None:
    some = asked_only(FIRST, "b1", "a1", 1, 2)
    for other in (asked_only(FIRST, "b1", "a1", 1), asked_only(FIRST, "b1", "a2", 1, 2)):
        assert compare(some, other).items == {"a1", "a2"}


def test_a_condition_on_a_question_that_was_reworded_asks_other_people() -> None:
    some = asked_only(asked_only(FIRST, "a2", "a1", 1), "b1", "a2", 1)
    reworded = with_item(some, "a1", text=Text(vi="Câu hỏi khác"))
    assert compare(some, reworded).items == frozenset()


def test_a_condition_of_a_section_governs_its_items() -> None:
    condition = Condition.model_validate({"question": "a1", "is": [1]})
    staff = FIRST.sections[1].model_copy(update={"shown_when": condition})
    some = checked(FIRST.model_copy(update={"sections": (FIRST.sections[0], staff)}))
    assert compare(FIRST, some) == Comparison(frozenset({"a1", "a2"}), frozenset({"access"}), index=False)
    assert compare(some, asked_only(FIRST, "b1", "a1", 1)) == ALL_THE_SAME


# --- both ways ---------------------------------------------------------------------------------------


@st.composite
def later_versions(draw: st.DrawFn) -> Definition:
    """Up to three changes to the first version."""
    asked = FIRST
    for change in draw(
        st.lists(st.sampled_from(["reword", "remove", "add", "turn"]), max_size=3, unique=True)
    ):
        if change == "reword":
            code = draw(st.sampled_from([item.code for item in asked.items]))
            asked = with_item(asked, code, text=Text(vi="Câu hỏi khác"))
        elif change == "remove":
            asked = without_item(asked, "a2")
        elif change == "add":
            asked = with_more(
                asked,
                draw(st.sampled_from(["access", "staff"])),
                Item(code="z9", text=Text(vi="Mới"), scale="hai_long"),
            )
        else:
            asked = with_options(asked, "hai_long", asked.scales["hai_long"].options[::-1])
    return asked


@given(later_versions())
def test_it_does_not_matter_which_version_came_first(later: Definition) -> None:
    assert compare(FIRST, later) == compare(later, FIRST)


@given(later_versions())
def test_a_comparable_index_has_only_comparable_items(later: Definition) -> None:
    same = compare(FIRST, later)
    if same.index:
        assert same.items == {item.code for item in later.items} == ALL_ITEMS
