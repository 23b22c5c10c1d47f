"""What becomes of the counters of a unit that ends on a day to come, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from survey.actions.closing_units import AfterClosing, carry_out_due, close_unit, planned
from survey.actions.places import add_counter, change_counter, change_unit, register, set_retired
from survey.core.counter import Counter
from survey.core.trail import Deed
from survey.core.unit_history import UnitChange
from survey.store import trail
from survey.store.database import Database
from tests.places import LAND_ONLY, MIXED, NOW

LAST_DAY = date(2026, 11, 30)
LAST_MINUTE = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
"""Of that day in Việt Nam."""

AFTER = LAST_MINUTE + timedelta(minutes=1)
MERGED = [UnitChange("XA", "PH", 1.0, LAST_DAY + timedelta(days=1))]


def ended(database: Database, counters: AfterClosing = "move", last_day: date = LAST_DAY) -> None:
    since = last_day + timedelta(days=1)
    merged = [replace(change, since=since) for change in MERGED]
    close_unit(database, "XA", last_day, merged, counters, by="canbo", now=NOW)


def serving(database: Database, unit: str) -> set[str]:
    return {counter.code for counter in register(database).counters_of(unit) if not counter.retired}


def deeds(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(entry.deed, entry.who) for entry in trail.entries(session)]


def test_counters_are_moved_when_the_day_is_over_once_and_the_trail_says_so(small: Database) -> None:
    before = serving(small, "XA")
    assert before
    ended(small)
    assert [(one.before.code, one.after.unit_code) for one in planned(small, "XA")] == [
        (counter.code, "PH") for counter in register(small).counters_of("XA") if not counter.retired
    ]
    assert carry_out_due(small, now=LAST_MINUTE) == ()
    assert serving(small, "XA") == before
    said = len(deeds(small))
    assert {one.after.code for one in carry_out_due(small, now=AFTER)} == before
    assert serving(small, "XA") == set()
    assert before <= serving(small, "PH")
    assert deeds(small)[said:] == [(Deed.COUNTER_CHANGED.value, "sipas")] * len(before)
    assert carry_out_due(small, now=AFTER) == ()
    assert planned(small, "XA") == ()


def test_counters_are_retired_when_the_day_is_over_where_nobody_goes_on(small: Database) -> None:
    close_unit(small, "XA", LAST_DAY, [], "move", by="canbo", now=NOW)
    assert all(one.after.retired for one in planned(small, "XA"))
    carry_out_due(small, now=AFTER)
    assert serving(small, "XA") == set()
    assert all(counter.retired for counter in register(small).counters_of("XA"))


@pytest.mark.parametrize("counters", ["move", "retire"])
def test_a_day_that_is_past_is_acted_on_at_once(small: Database, counters: AfterClosing) -> None:
    ended(small, counters, date(2026, 11, 19))
    assert serving(small, "XA") == set()
    assert planned(small, "XA") == ()


def test_counters_that_shall_stay_as_they_are_stay(small: Database) -> None:
    before = serving(small, "XA")
    ended(small, "keep")
    assert carry_out_due(small, now=AFTER) == ()
    assert serving(small, "XA") == before


def test_a_unit_that_goes_on_after_all_keeps_its_counters(small: Database) -> None:
    before = serving(small, "XA")
    ended(small)
    change_unit(small, replace(register(small).unit("XA"), valid_to=None), by="canbo", now=NOW)
    assert planned(small, "XA") == carry_out_due(small, now=AFTER) == ()
    assert serving(small, "XA") == before


def test_an_end_that_is_said_anew_replaces_the_one_before(small: Database) -> None:
    ended(small)
    ended(small, "keep", LAST_DAY + timedelta(days=31))
    assert carry_out_due(small, now=AFTER + timedelta(days=60)) == ()
    ended(small, "retire")
    assert all(one.after.retired for one in planned(small, "XA"))


def test_what_is_said_of_a_counter_meanwhile_stays_said(small: Database) -> None:
    ended(small)
    known = register(small)
    renamed = replace(known.counter(MIXED), name="Quầy đổi tên")
    change_counter(small, renamed, by="canbo", now=LAST_MINUTE)
    carry_out_due(small, now=AFTER)
    assert register(small).counter(MIXED) == replace(renamed, unit_code="PH")
    change_counter(small, renamed, by="canbo", now=AFTER + timedelta(hours=1))
    assert carry_out_due(small, now=AFTER + timedelta(hours=2)) == ()
    assert register(small).counter(MIXED) == renamed


def test_counters_out_of_service_and_those_added_later_are_left_alone(small: Database) -> None:
    before = serving(small, "XA")
    ended(small)
    moved = replace(register(small).counter(LAND_ONLY), unit_code="XA")
    change_counter(small, moved, by="canbo", now=LAST_MINUTE)
    set_retired(small, MIXED, retired=True, by="canbo", now=LAST_MINUTE)
    carry_out_due(small, now=AFTER)
    assert register(small).counter(MIXED).unit_code == "XA"
    assert before - {MIXED, LAND_ONLY} <= serving(small, "PH")
    if LAND_ONLY not in before:
        assert serving(small, "XA") == {LAND_ONLY}


def test_a_deed_that_fails_half_way_is_not_done_at_all_and_done_later(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_counter(small, Counter("", "XA", None, "Quầy hai", ""), draw=lambda: b"a" * 16, by="canbo", now=NOW)
    ended(small)
    before = serving(small, "XA")
    assert len(before) > 1
    record, done = trail.record, []

    def failing(*args: Any, **said: Any) -> None:
        done.append(args)
        if len(done) > 1:
            raise OSError
        record(*args, **said)

    with monkeypatch.context() as broken:
        broken.setattr(trail, "record", failing)
        with pytest.raises(OSError):  # noqa: PT011  ours
            carry_out_due(small, now=AFTER)
    assert serving(small, "XA") == before
    assert {one.before.code for one in carry_out_due(small, now=AFTER)} == before
