"""Counts of opened pages: they add up, whoever adds, and say nothing but how many."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from survey.core.openings import OpenedAt, Openings
from survey.store import openings
from survey.store.database import Database
from tests.places import EARLIER, LAND_ONLY, MIXED, ROUND

DAY = date(2026, 11, 20)
AT_THE_DEPARTMENT = OpenedAt(ROUND, LAND_ONLY, "SO", "land", "qr", DAY)
AT_THE_COMMUNE = OpenedAt(ROUND, MIXED, "XA", None, "qr", DAY)


def add(database: Database, counts: dict[OpenedAt, Openings]) -> None:
    with database.writing() as session:
        openings.add(session, counts)


def found(database: Database, round_code: str = ROUND) -> dict[tuple[str, str | None], Openings]:
    with database.reading() as session:
        return openings.openings_of(session, round_code)


def first_day(database: Database, round_code: str = ROUND) -> date | None:
    with database.reading() as session:
        return openings.first_day(session, round_code)


def test_nothing_is_counted_before_a_page_was_opened(small: Database) -> None:
    add(small, {})
    assert found(small) == {}
    assert first_day(small) is None


def test_what_is_added_twice_is_the_sum(small: Database) -> None:
    add(small, {AT_THE_DEPARTMENT: Openings(3, 1)})
    add(small, {AT_THE_DEPARTMENT: Openings(4, 2), AT_THE_COMMUNE: Openings(1, 0)})
    assert found(small) == {("SO", "land"): Openings(7, 3), ("XA", None): Openings(1, 0)}


def test_days_and_modes_of_one_place_are_counted_apart_and_shown_together(small: Database) -> None:
    earlier = AT_THE_COMMUNE._replace(day=date(2026, 11, 19))
    add(small, {AT_THE_COMMUNE: Openings(1, 1), earlier: Openings(2, 0)})
    add(small, {AT_THE_COMMUNE._replace(mode="screen"): Openings(4, 4)})
    assert found(small) == {("XA", None): Openings(7, 5)}
    assert first_day(small) == date(2026, 11, 19)


def test_up_to_a_day_later_ones_are_left_out(small: Database) -> None:
    later = AT_THE_COMMUNE._replace(day=date(2026, 11, 22))
    add(small, {AT_THE_COMMUNE: Openings(1, 1), later: Openings(2, 0)})
    with small.reading() as session:
        for until, seen, last in ((None, 3, 22), (date(2026, 11, 21), 1, 20), (date(2026, 11, 22), 3, 22)):
            assert openings.openings_of(session, ROUND, until=until)["XA", None].opened == seen
            assert openings.last_day(session, ROUND, until=until) == date(2026, 11, last)
        assert openings.openings_of(session, ROUND, until=date(2026, 11, 19)) == {}
        assert openings.last_day(session, ROUND, until=date(2026, 11, 19)) is None


def test_a_ticket_at_a_counter_for_several_fields_counts_for_its_own_field(small: Database) -> None:
    ticket = AT_THE_COMMUNE._replace(field_code="land", mode="ticket")
    add(small, {AT_THE_COMMUNE: Openings(5, 2), ticket: Openings(1, 1)})
    assert found(small) == {("XA", None): Openings(5, 2), ("XA", "land"): Openings(1, 1)}


def test_what_was_counted_stays_with_the_unit_that_had_the_counter(small: Database) -> None:
    add(small, {AT_THE_COMMUNE: Openings(5, 2)})
    add(small, {AT_THE_COMMUNE._replace(unit_code="PH"): Openings(1, 1)})
    assert found(small) == {("XA", None): Openings(5, 2), ("PH", None): Openings(1, 1)}


def test_rounds_are_counted_apart(small: Database) -> None:
    add(small, {AT_THE_COMMUNE: Openings(5, 2), AT_THE_COMMUNE._replace(round_code=EARLIER): Openings(1, 1)})
    assert found(small, EARLIER) == {("XA", None): Openings(1, 1)}
    assert found(small, "no-such-round") == {}


@pytest.mark.parametrize("gone", ["round_code", "counter_code", "unit_code"])
def test_what_is_not_there_any_more_keeps_nothing_else_from_being_counted(small: Database, gone: str) -> None:
    add(small, {AT_THE_DEPARTMENT: Openings(1, 1), AT_THE_COMMUNE._replace(**{gone: "GONE"}): Openings(9, 9)})
    assert found(small) == {("SO", "land"): Openings(1, 1)}


def test_many_who_add_the_same_pages_in_any_order_lose_nothing(small: Database) -> None:
    places = [AT_THE_DEPARTMENT, AT_THE_COMMUNE, AT_THE_COMMUNE._replace(mode="screen")]

    def work(turn: int) -> None:
        for _ in range(5):
            add(small, {at: Openings(1, 1) for at in (places if turn % 2 else places[::-1])})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert found(small) == {("SO", "land"): Openings(20, 20), ("XA", None): Openings(40, 40)}
