"""Counter codes: easy to read aloud, and a mistake never leads to somebody else's counter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.counter import (
    ALPHABET,
    BODY_LENGTH,
    CODE_LENGTH,
    Counter,
    MistypedCode,
    parse_code,
    readable_code,
    with_check_character,
)
from survey.core.receipt import RECEIPT_LENGTH

numbers = st.integers(0, len(ALPHABET) - 1)
counter_codes = st.lists(numbers, min_size=BODY_LENGTH, max_size=BODY_LENGTH).map(with_check_character)
receipt_codes = st.lists(numbers, min_size=RECEIPT_LENGTH - 1, max_size=RECEIPT_LENGTH - 1).map(
    with_check_character
)
codes = counter_codes | receipt_codes
EXAMPLE = with_check_character([16, 5, 18, 0, 7, 22, 13])


def is_refused(text: str, length: int = CODE_LENGTH) -> bool:
    try:
        parse_code(text, length)
    except MistypedCode:
        return True
    return False


# --- the alphabet ------------------------------------------------------------------------------------


def test_the_alphabet_has_no_characters_that_look_alike() -> None:
    assert not set("0O1IL") & set(ALPHABET)


def test_the_alphabet_has_a_prime_number_of_different_capital_characters() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert ALPHABET.isascii()
    assert ALPHABET.isalnum()
    assert ALPHABET.upper() == ALPHABET


def test_an_example_of_a_code_does_not_drift() -> None:
    # 2*16 + 3*5 + 4*18 + 5*0 + 6*7 + 7*22 + 8*13 = 419 = 13*31 + 16, and number 16 is J.
    assert EXAMPLE == "J7M29RFJ"


# --- mistakes ----------------------------------------------------------------------------------------


@given(codes)
def test_a_code_written_correctly_is_understood(code: str) -> None:
    assert parse_code(code, len(code)) == code


@given(codes)
def test_every_single_wrong_character_is_noticed(code: str) -> None:
    unnoticed = [
        (position, wrong)
        for position, right in enumerate(code)
        for wrong in ALPHABET
        if wrong != right and not is_refused(code[:position] + wrong + code[position + 1 :], len(code))
    ]
    assert unnoticed == []


@given(codes)
def test_every_swap_of_two_characters_is_noticed_neighbours_or_not(code: str) -> None:
    for first in range(len(code)):
        for second in range(first + 1, len(code)):
            swapped = list(code)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert is_refused("".join(swapped), len(code)) == (code[first] != code[second])


@given(codes, st.data())
def test_a_character_too_few_or_too_many_is_refused(code: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(code) - 1))
    more = data.draw(st.sampled_from(ALPHABET))
    assert is_refused(code[:at] + code[at + 1 :], len(code))
    assert is_refused(code[:at] + more + code[at:], len(code))


@pytest.mark.parametrize("foreign", list("01OILoilÀđÔ!_./?%٣２"))
def test_foreign_characters_are_refused_at_every_place(foreign: str) -> None:
    for position in range(len(EXAMPLE)):
        assert is_refused(EXAMPLE[:position] + foreign + EXAMPLE[position + 1 :])


@pytest.mark.parametrize("text", ["", " ", "-", "----", "2" * 7, "2" * 9, "https://example.vn/q/"])
def test_what_is_no_code_at_all_is_refused(text: str) -> None:
    assert is_refused(text)


def test_a_counter_code_is_no_receipt_and_a_receipt_is_no_counter_code() -> None:
    assert is_refused(EXAMPLE, RECEIPT_LENGTH)
    assert is_refused(with_check_character([1] * 9), CODE_LENGTH)


def test_a_refusal_repeats_what_was_typed() -> None:
    with pytest.raises(MistypedCode, match="K7M2-9QFO"):
        parse_code("K7M2-9QFO")


# --- how people write --------------------------------------------------------------------------------


@given(codes, st.data())
def test_case_hyphens_and_spaces_do_not_matter(code: str, data: st.DataObject) -> None:
    between = st.sampled_from(["", "", " ", "-", " - ", "–", "\u00a0"])
    written = data.draw(between)
    for character in code:
        written += data.draw(st.sampled_from([character, character.lower()])) + data.draw(between)
    assert parse_code(written, len(code)) == code


def test_a_code_is_printed_in_two_groups_of_four() -> None:
    assert readable_code("K7M29QFX") == "K7M2-9QFX"


def test_a_receipt_is_printed_in_two_groups_of_five() -> None:
    assert readable_code("K7M29QFX23") == "K7M29-QFX23"


@given(codes)
def test_the_printed_form_leads_back_to_the_code(code: str) -> None:
    assert parse_code(readable_code(code), len(code)) == code


def test_two_bodies_that_differ_never_make_the_same_code() -> None:
    made = {
        with_check_character([first, second, 0, 0, 0, 0, 0]) for first in range(31) for second in range(31)
    }
    assert len(made) == 31 * 31


def test_a_counter_is_in_service_unless_said_otherwise() -> None:
    assert not Counter(EXAMPLE, "XA", None, "Quầy số 1", "Trung tâm").retired
