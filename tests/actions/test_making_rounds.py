"""Officers make rounds, change them before they open, and choose who takes part."""

from dataclasses import replace
from datetime import date

import pytest

from survey.actions.answering import NoOpenRound, open_counter
from survey.actions.making_rounds import (
    Plan,
    RoundOpened,
    SheetUnknown,
    VersionNotOffered,
    change,
    choices,
    choose_units,
    make,
    participation,
    rename,
)
from survey.actions.publishing import published_versions
from survey.actions.rounds import RoundUnknown, board
from survey.actions.scheduling import set_opening
from survey.core.estimation_settings import EstimationSettings
from survey.core.place import Unit
from survey.core.round import Round, State
from survey.core.round_period import Kind, free_period, period_of
from survey.core.trail import Deed
from survey.library import shipped_target_sheets
from survey.statistics.design import LonelyRule
from survey.statistics.interval import IntervalMethod
from survey.store import places, rounds, trail
from survey.store.database import Database
from tests.places import LAND_ONLY, MIXED, NOW, OFFICER, ROUND

OTHER = EstimationSettings("merged", LonelyRule.REMOVE, IntervalMethod.WILSON, 90)
SHEETS = shipped_target_sheets()


def plan(database: Database, **changes: object) -> Plan:
    """A plan for the first quarter of 2027."""
    [version] = published_versions(database)
    usual = Plan(
        period_of(Kind.QUARTER, 2027, 1), version.fingerprint, "nghe-an-2024", "nguồn", EstimationSettings()
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def made(database: Database, **changes: object) -> Round:
    """A round by such a plan."""
    return make(database, plan(database, **changes), sheets=SHEETS, by=OFFICER, now=NOW)


def newest_deed(database: Database) -> tuple[str, str]:
    with database.reading() as session:
        entry = list(trail.entries(session))[-1]
    return entry.deed, entry.subject


def test_a_round_is_made_as_it_was_planned_and_has_not_opened(small: Database) -> None:
    round_ = made(small, settings=OTHER)
    found = board(small, "2027-q1", within=None, now=NOW)
    assert found.round == round_
    assert found.state is State.DRAFT
    assert (round_.name_vi, round_.settings, round_.starts_on) == ("Quý I năm 2027", OTHER, date(2027, 1, 1))
    assert newest_deed(small) == (Deed.ROUND_MADE.value, "2027-q1")


def test_a_second_round_of_the_same_period_gets_a_code_of_its_own(sqlite_small: Database) -> None:
    assert [made(sqlite_small).code for _ in range(3)] == ["2027-q1", "2027-q1-2", "2027-q1-3"]


def test_a_shipped_target_sheet_is_stored_when_it_is_first_chosen(sqlite_small: Database) -> None:
    [code] = [code for code in SHEETS if code.startswith("hue")]
    assert made(sqlite_small, target_sheet=code).target_sheet_code == code
    assert set(choices(sqlite_small, {}).sheets) == {"nghe-an-2024", code}
    assert set(choices(sqlite_small, SHEETS).sheets) == set(SHEETS)
    assert len(SHEETS) >= 5


def test_what_is_not_offered_makes_no_round(sqlite_small: Database) -> None:
    with pytest.raises(VersionNotOffered):
        made(sqlite_small, fingerprint="f" * 64)
    with pytest.raises(SheetUnknown):
        made(sqlite_small, target_sheet="khong-co")
    with sqlite_small.reading() as session:
        assert len(rounds.all_rounds(session, now=NOW)) == 2


def test_everything_can_be_changed_until_the_round_opens(small: Database) -> None:
    round_ = made(small)
    new = plan(
        small, period=free_period(date(2027, 2, 1), date(2027, 2, 28)), target_sheet="", settings=OTHER
    )
    changed = change(small, round_.code, new, sheets=SHEETS, by=OFFICER, now=NOW)
    assert changed == board(small, round_.code, within=None, now=NOW).round
    assert (changed.code, changed.target_sheet_code, changed.settings) == ("2027-q1", None, OTHER)
    assert newest_deed(small) == (Deed.ROUND_CHANGED.value, "2027-q1")
    set_opening(small, round_.code, NOW, by=OFFICER, now=NOW)
    with pytest.raises(RoundOpened):
        change(small, round_.code, plan(small), sheets=SHEETS, by=OFFICER, now=NOW)
    assert rename(small, round_.code, "Đợt Tết", "", by=OFFICER, now=NOW).name_vi == "Đợt Tết"


def test_a_change_that_changes_nothing_leaves_no_trace(sqlite_small: Database) -> None:
    round_ = made(sqlite_small)
    change(sqlite_small, round_.code, plan(sqlite_small), sheets=SHEETS, by=OFFICER, now=NOW)
    assert newest_deed(sqlite_small)[0] == Deed.ROUND_MADE.value


def test_at_a_unit_that_takes_no_part_the_code_opens_no_form(small: Database) -> None:
    round_ = made(small)
    assert (
        choose_units(small, round_.code, frozenset({"XA", "SO"}), frozenset({"SO"}), by=OFFICER, now=NOW) == 1
    )
    set_opening(small, round_.code, NOW, by=OFFICER, now=NOW)
    assert open_counter(small, LAND_ONLY, now=NOW).round.code == "2027-q1"
    # The other open round still takes part there; without it nothing does.
    assert open_counter(small, MIXED, now=NOW).round.code == ROUND
    with small.writing() as session:
        rounds.close(session, ROUND, at=NOW)
    with pytest.raises(NoOpenRound):
        open_counter(small, MIXED, now=NOW)


def test_units_are_chosen_page_by_page_without_touching_the_other_pages(sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        places.add_units(session, [Unit(f"X{n:03}", f"Xã số {n}", "commune") for n in range(230)])
    code = made(sqlite_small).code
    first, last = (participation(sqlite_small, code, search="", page=page, now=NOW) for page in (1, 99))
    assert (first.page, last.page, first.pages, len(first.units), len(last.units)) == (1, 3, 3, 100, 33)
    for listed in (first, last):
        shown = frozenset(unit.code for unit in listed.units)
        choose_units(sqlite_small, code, shown, shown - {listed.units[-1].code}, by=OFFICER, now=NOW)
    found = participation(sqlite_small, code, search="số 7", page=1, now=NOW)
    assert found.left_out == {first.units[-1].code, last.units[-1].code}
    assert {unit.name for unit in found.units} == {"Xã số 7", *(f"Xã số 7{n}" for n in range(10))}


def test_units_cannot_be_taken_out_of_a_round_that_has_opened(sqlite_small: Database) -> None:
    with pytest.raises(RoundOpened):
        choose_units(sqlite_small, ROUND, frozenset({"XA"}), frozenset(), by=OFFICER, now=NOW)


def test_units_that_do_not_exist_are_not_left_out(sqlite_small: Database) -> None:
    code = made(sqlite_small).code
    assert choose_units(sqlite_small, code, frozenset({"KHONG"}), frozenset(), by=OFFICER, now=NOW) == 0


def test_a_round_that_does_not_exist_is_neither_changed_nor_listed(sqlite_small: Database) -> None:
    with pytest.raises(RoundUnknown):
        change(sqlite_small, "2031-q1", plan(sqlite_small), sheets=SHEETS, by=OFFICER, now=NOW)
    with pytest.raises(RoundUnknown):
        participation(sqlite_small, "2031-q1", search="", page=1, now=NOW)
