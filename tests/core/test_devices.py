"""Devices: a screen's token lives for its window and the next, is of one counter, and nobody can make one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.device import WINDOW_SECONDS, is_current, screen_token, seconds_left, secret_hash

KEY = b"the key of this instance"
COUNTER, OTHER = "K7M29QFX", "K7M29QFY"
START = datetime(2026, 11, 20, 3, 0, 0, tzinfo=UTC)

seconds = st.floats(0, 3e9).map(lambda after: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=after))


@given(seconds)
def test_a_token_is_taken_while_it_is_shown_and_for_one_window_more(now: datetime) -> None:
    token = screen_token(COUNTER, now, key=KEY)
    begins = now - timedelta(seconds=WINDOW_SECONDS - seconds_left(now))
    for after, taken in ((0.01, True), (29.9, True), (30.1, True), (59.9, True), (60.1, False), (90, False)):
        assert is_current(token, COUNTER, begins + timedelta(seconds=after), key=KEY) is taken
    assert not is_current(token, COUNTER, begins - timedelta(seconds=1), key=KEY)


@given(seconds)
def test_the_time_left_is_more_than_nothing_and_at_most_a_window(now: datetime) -> None:
    assert 0 < seconds_left(now) <= WINDOW_SECONDS


def test_a_token_is_of_one_counter_and_one_instance() -> None:
    token = screen_token(COUNTER, START, key=KEY)
    assert not is_current(token, OTHER, START, key=KEY)
    assert not is_current(token, COUNTER, START, key=b"another key")


@pytest.mark.parametrize("token", ["", "2", "222222222", "é" * 9, "x" * 10_000])
def test_what_nobody_has_shown_is_not_taken(token: str) -> None:
    assert not is_current(token, COUNTER, START, key=KEY)


def test_a_day_of_tokens_holds_none_twice() -> None:
    shown = [screen_token(COUNTER, START + timedelta(seconds=30 * n), key=KEY) for n in range(2880)]
    assert len(set(shown)) == 2880
    assert {len(token) for token in shown} == {9}


def test_a_secret_cannot_be_read_from_its_hash() -> None:
    assert secret_hash("tablet", key=KEY) != secret_hash("tablet", key=b"another key")
    assert "tablet" not in secret_hash("tablet", key=KEY)
