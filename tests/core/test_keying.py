"""Piles of paper forms: what is keyed becomes answers, a sample is keyed twice and compared."""

from dataclasses import replace
from datetime import date

import pytest

from questionnaires.definition import Definition
from questionnaires.version import Version, fingerprint
from survey.core.keying import (
    FIRST,
    SECOND,
    THIRD,
    Keyed,
    Pile,
    digits_of,
    keys_of,
    read_keys,
    review,
)
from survey.core.question_kinds import NOT_APPLICABLE, Asked, Problem
from survey.core.response import asked_at
from tests.places import five_factors
from tests.web.tiny import tiny


def questions(definition: Definition) -> tuple[Asked, ...]:
    return asked_at(Version(1, definition, fingerprint(definition)), ())


FIVE = questions(five_factors())
A1, A2 = (item.code for item in five_factors().items[:2])


def pile(forms: int, every: int = 10) -> Pile:
    return Pile(1, "XA", "land", "K", date(2026, 11, 19), forms, every, "canbo")


def keyed(form: int, turn: int, **answers: int) -> Keyed:
    return Keyed(form, turn, answers, "canbo" if turn == FIRST else "khac")


@pytest.mark.parametrize(
    ("forms", "every", "sample"),
    [(30, 10, (10, 20, 30)), (9, 10, (9,)), (3, 1, (1, 2, 3)), (50, 0, ()), (1, 5, (1,))],
)
def test_every_so_many_forms_one_is_keyed_twice_and_at_least_one(
    forms: int, every: int, sample: tuple[int, ...]
) -> None:
    assert pile(forms, every).sample == sample


def test_the_error_rate_counts_questions_keyed_differently_even_after_a_third_look() -> None:
    entries = [
        keyed(1, FIRST, **{A1: 5, A2: 4}), keyed(1, SECOND, **{A1: 5, A2: 3}),
        keyed(2, FIRST, **{A1: 5}), keyed(2, SECOND, **{A1: 5, A2: 1}),
    ]  # fmt: skip
    before = review(pile(2, 1), entries, FIVE)
    assert [(d.form, d.code, d.first, d.second) for d in before.differences] == [
        (1, A2, 4, 3),
        (2, A2, None, 1),
    ]
    assert before.error_rate == 2 / (2 * len(FIVE))
    assert not before.is_ready
    after = review(pile(2, 1), [*entries, keyed(1, THIRD, **{A2: 3}), keyed(2, THIRD, **{A1: 5})], FIVE)
    assert (after.differences, after.error_rate, after.is_ready) == ((), before.error_rate, True)
    assert (dict(after.final(1)), dict(after.final(2))) == ({A2: 3}, {A1: 5})


def test_without_a_sample_the_rate_is_unknown_and_all_forms_keyed_once_are_enough() -> None:
    found = review(pile(2, 0), [keyed(1, FIRST, **{A1: 1}), keyed(2, FIRST)], FIVE)
    assert (found.error_rate, found.is_ready) == (None, True)


def test_the_next_form_is_the_next_that_nobody_keyed_and_then_those_left_out_before() -> None:
    found = review(pile(4, 2), [keyed(2, FIRST), keyed(3, FIRST)], FIVE)
    assert [found.next_after(n, FIRST) for n in (1, 3, 4)] == [4, 4, 1]
    assert found.next_after(2, SECOND) == 4
    assert not found.is_ready


def test_blanks_are_no_fault_on_paper_and_a_wrong_key_is_one() -> None:
    assert read_keys(FIVE, {}) == ({}, {})
    answers, problems = read_keys(FIVE, {A1: " 5 ", A2: "7"})
    assert (dict(answers), dict(problems)) == ({A1: 5}, {A2: Problem.NOT_AN_OPTION})


def test_every_kind_of_question_is_keyed_and_shown_again_as_it_was_keyed() -> None:
    several = next(q for q in questions(tiny("multiple_optional")) if q.kind == "multiple")
    answers, problems = read_keys([several], {several.code: "2, 1"})
    assert (dict(answers), dict(problems)) == ({several.code: (1, 2)}, {})
    assert (keys_of(several, (1, 2)), digits_of(several)) == ("1 2", 0)
    item = next(q for q in questions(tiny("not_applicable")) if NOT_APPLICABLE in q.choices)
    answers, _problems = read_keys([item], {item.code: "0"})
    assert answers[item.code] == NOT_APPLICABLE
    assert (keys_of(item, NOT_APPLICABLE), keys_of(item, 3), keys_of(item, None)) == ("0", "3", "")
    assert digits_of(item) == 1
    number = next(q for q in questions(tiny("number_bounds")) if q.kind == "number")
    assert digits_of(number) == 0


def test_a_pile_may_be_dropped_while_only_its_beginner_has_keyed_and_nothing_counts() -> None:
    empty, mine = review(pile(3, 1), [], FIVE), review(pile(3, 1), [keyed(1, FIRST, **{A1: 5})], FIVE)
    assert empty.may_be_dropped_by("canbo")
    assert empty.may_be_dropped_by("khac")
    assert mine.may_be_dropped_by("canbo")
    assert not mine.may_be_dropped_by("khac")
    theirs = [keyed(1, FIRST, **{A1: 5}), keyed(1, SECOND, **{A1: 5})]
    assert not any(review(pile(3, 1), theirs, FIVE).may_be_dropped_by(who) for who in ("canbo", "khac"))
    assert not review(pile(3, 1), theirs[1:], FIVE).may_be_dropped_by("khac")
    assert not review(replace(pile(3), is_stored=True), [], FIVE).may_be_dropped_by("canbo")
