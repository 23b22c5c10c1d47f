"""What officers see of rounds, and how they close one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from survey.actions.answering import open_counter
from survey.actions.rounds import RoundUnknown, UnitCount, board, boards, close_round, instance
from survey.core.place import Unit
from survey.store import places, rounds
from survey.store.database import Database
from tests.places import DOSSIERS, EARLIER, INSTANCE, MIXED, NOW, OFFICER, ROUND, UNITS, add_responses

AT = datetime(2026, 12, 31, 10, 0, 59, tzinfo=UTC)


def test_a_board_counts_responses_dossiers_and_counters_in_service_of_every_unit(small: Database) -> None:
    add_responses(small, "XA", "land", [5, 4])
    add_responses(small, "XA", "civil_status", [1])
    add_responses(small, "PH", "land", [3])
    add_responses(small, "PH", "land", [3], round_code=EARLIER)
    found = board(small, ROUND, within=None, now=NOW)
    assert found.units == (
        UnitCount(UNITS[0], {}, dossiers=400, counters=1),
        UnitCount(UNITS[1], {"qr": 3}, dossiers=1560, counters=1, issued=1),
        UnitCount(UNITS[2], {"qr": 1}, dossiers=3090, counters=2),
    )
    assert (found.responses, found.dossiers, found.silent) == (4, sum(DOSSIERS.values()), 1)
    assert found.round.code == ROUND


def test_a_share_is_responses_per_dossier_or_nothing_without_dossiers() -> None:
    assert UnitCount(UNITS[0], {"qr": 2, "ticket": 1}, dossiers=12, counters=1).share == 0.25
    assert UnitCount(UNITS[0], {"qr": 2, "ticket": 1}, dossiers=0, counters=1).share is None


def test_a_unit_without_dossiers_is_listed_as_soon_as_somebody_answered_there(small: Database) -> None:
    with small.writing() as session:
        places.add_units(session, [Unit("MOI", "Xã Mới", "commune")])
        rounds.add(
            session,
            replace(open_counter(small, MIXED, now=NOW).round, code="2027-q1", starts_on=AT.date()),
            {("XA", "land"): 5},
        )
    assert [count.unit.code for count in board(small, "2027-q1", within=None, now=NOW).units] == ["XA"]
    add_responses(small, "PH", "land", [4], round_code="2027-q1")
    found = board(small, "2027-q1", within=None, now=NOW)
    assert [(count.unit.code, count.responses, count.share) for count in found.units] == [
        ("XA", 0, 0.0),
        ("PH", 1, None),
    ]
    assert found.silent == 1


def test_boards_are_listed_with_the_newest_round_first(sqlite_small: Database) -> None:
    add_responses(sqlite_small, "XA", "land", [5], round_code=EARLIER)
    assert [(found.round.code, found.responses) for found in boards(sqlite_small, within=None, now=NOW)] == [
        (ROUND, 0),
        (EARLIER, 1),
    ]


def test_an_unknown_round_has_no_board(sqlite_small: Database) -> None:
    with pytest.raises(RoundUnknown, match="2031-q1"):
        board(sqlite_small, "2031-q1", within=None, now=NOW)


def test_a_round_is_closed_once_and_the_first_moment_stays(small: Database) -> None:
    assert board(small, ROUND, within=None, now=NOW).is_open
    assert close_round(small, ROUND, by=OFFICER, now=AT)
    assert not close_round(small, ROUND, by=OFFICER, now=AT + timedelta(days=1))
    found = board(small, ROUND, within=None, now=AT)
    assert (found.is_open, found.round.closed_at) == (False, AT)


def test_closing_one_round_leaves_the_others_alone(sqlite_small: Database) -> None:
    before = board(sqlite_small, EARLIER, within=None, now=NOW).round
    close_round(sqlite_small, ROUND, by=OFFICER, now=AT)
    assert board(sqlite_small, EARLIER, within=None, now=NOW).round == before


def test_a_round_that_was_closed_before_is_not_closed_again(sqlite_small: Database) -> None:
    before = board(sqlite_small, EARLIER, within=None, now=NOW).round
    assert not close_round(sqlite_small, EARLIER, by=OFFICER, now=AT)
    assert board(sqlite_small, EARLIER, within=None, now=NOW).round == before


def test_a_round_that_does_not_exist_cannot_be_closed(sqlite_small: Database) -> None:
    with pytest.raises(RoundUnknown, match="2031-q1"):
        close_round(sqlite_small, "2031-q1", by=OFFICER, now=AT)


def test_a_round_that_has_not_opened_yet_cannot_be_closed(sqlite_small: Database) -> None:
    planned = replace(open_counter(sqlite_small, MIXED, now=NOW).round, code="2027-q1", opened_at=None)
    with sqlite_small.writing() as session:
        rounds.add(session, planned, {("XA", "land"): 5})
    assert not close_round(sqlite_small, "2027-q1", by=OFFICER, now=AT)
    assert board(sqlite_small, "2027-q1", within=None, now=NOW).round == planned


def test_the_instance_is_whose_platform_this_is(database: Database) -> None:
    assert instance(database) is None
    with database.writing() as session:
        places.set_instance(session, INSTANCE)
    assert instance(database) == INSTANCE
