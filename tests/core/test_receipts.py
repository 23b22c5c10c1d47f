"""Receipts: proof for the citizen, silent about the answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.counter import ALPHABET, parse_code
from survey.core.receipt import RECEIPT_LENGTH, receipt_of
from survey.core.response import fingerprint_of

KEY, OTHER_KEY = b"the key of this instance", b"the key of another instance"
ID, OTHER_ID = "0" * 31 + "1", "0" * 31 + "2"
VERSION = "f" * 64
SATISFIED = fingerprint_of(VERSION, "land", {"a1": 5, "a2": 5})
DISSATISFIED = fingerprint_of(VERSION, "land", {"a1": 1, "a2": 1})

ids = st.integers(0, 2**128 - 1).map(lambda number: f"{number:032x}")
prints = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")


@given(ids, prints, st.binary(min_size=1, max_size=64))
def test_the_same_response_always_has_the_same_receipt(id_: str, print_: str, key: bytes) -> None:
    assert receipt_of(id_, print_, key=key) == receipt_of(id_, print_, key=key)


@given(ids, prints, st.binary(min_size=1, max_size=64))
def test_a_receipt_can_be_typed_and_read_back_like_a_code(id_: str, print_: str, key: bytes) -> None:
    receipt = receipt_of(id_, print_, key=key)
    assert len(receipt) == RECEIPT_LENGTH
    assert parse_code(receipt, RECEIPT_LENGTH) == receipt


@pytest.mark.parametrize(
    ("id_", "print_", "key"),
    [(ID, SATISFIED, OTHER_KEY), (OTHER_ID, SATISFIED, KEY), (ID, DISSATISFIED, KEY)],
    ids=["another key", "another id", "other answers"],
)
def test_a_receipt_changes_with(id_: str, print_: str, key: bytes) -> None:
    assert receipt_of(id_, print_, key=key) != receipt_of(ID, SATISFIED, key=KEY)


def test_receipts_of_many_responses_all_differ() -> None:
    assert len({receipt_of(f"{number:032x}", SATISFIED, key=KEY) for number in range(5000)}) == 5000


@pytest.mark.parametrize("place", range(RECEIPT_LENGTH))
def test_no_character_of_a_receipt_says_which_answers_were_given(place: int) -> None:
    for print_ in (SATISFIED, DISSATISFIED):
        seen = {receipt_of(f"{number:032x}", print_, key=KEY)[place] for number in range(1000)}
        assert seen == set(ALPHABET)


def test_a_receipt_made_today_is_the_one_made_years_ago() -> None:
    assert receipt_of(ID, "a" * 64, key=b"k") == "ANQDU7XD7V"
