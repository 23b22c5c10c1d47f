"""Units, fields, counters, rounds, versions, plans and accounts come back as the values that were stored."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from survey.actions.rounds import close_round
from survey.core.counter import Counter, with_check_character
from survey.core.place import Instance, Unit
from survey.core.round import Round
from survey.core.target_sheets import TargetSheetFaults, load_target_sheet
from survey.core.visit import Delivery
from survey.library import shipped_definitions, shipped_target_sheets
from survey.store import accounts, places, rounds, scanning, target_sheets, versions
from survey.store.database import Database
from tests.places import (
    COUNTERS,
    DOSSIERS,
    EARLIER,
    FIELDS,
    INSTANCE,
    LEADER,
    MIXED,
    NOW,
    OFFICER,
    RETIRED,
    ROUND,
    UNITS,
    five_factors,
)

CLOSED_AT = datetime(2026, 12, 31, 17, tzinfo=UTC)


def stored_round(database: Database, code: str) -> Round:
    with database.reading() as session:
        found = rounds.with_code(session, code, now=NOW)
    assert found is not None
    return found


# --- places ------------------------------------------------------------------------------------------


def test_there_is_no_instance_before_it_is_set_up(database: Database) -> None:
    with database.reading() as session:
        assert places.instance(session) is None


def test_the_instance_is_one_and_the_last_word_counts(small: Database) -> None:
    changed = Instance("", "Ủy ban nhân dân xã", "Bình An", "BC-UBND", simulated=False)
    with small.reading() as session:
        assert places.instance(session) == INSTANCE
    with small.writing() as session:
        places.set_instance(session, changed)
    with small.reading() as session:
        assert places.instance(session) == changed


def test_units_and_fields_keep_the_order_in_which_they_were_registered(small: Database) -> None:
    with small.reading() as session:
        assert places.units(session) == UNITS
        assert places.fields(session) == FIELDS


def test_one_unit_is_found_by_its_code(sqlite_small: Database) -> None:
    with sqlite_small.reading() as session:
        assert places.unit(session, "PH") == UNITS[2]


def test_units_come_back_below_those_they_were_put_below_in_whatever_order(small: Database) -> None:
    added = (Unit("TT", "Trung tâm", "department", "CHA"), Unit("CHA", "Đơn vị trên", "department", "SO"))
    with small.writing() as session:
        places.add_units(session, added)
    with small.reading() as session:
        assert places.units(session) == (*UNITS, *added)
        assert places.unit(session, "TT") == added[0]


def test_counters_come_back_whole_unit_by_unit(small: Database) -> None:
    with small.reading() as session:
        assert places.counters(session) == COUNTERS
        assert places.counter(session, MIXED) == COUNTERS[1]


def test_a_retired_counter_is_still_known_by_its_code(sqlite_small: Database) -> None:
    with sqlite_small.reading() as session:
        found = places.counter(session, RETIRED)
    assert found is not None
    assert found.retired


def test_an_unknown_code_is_no_counter(sqlite_small: Database) -> None:
    with sqlite_small.reading() as session:
        assert places.counter(session, with_check_character([3] * 7)) is None


def test_no_two_counters_share_a_code(small: Database) -> None:
    twin = Counter(MIXED, "PH", None, "Quầy khác", "Nơi khác")
    with pytest.raises(IntegrityError), small.writing() as session:
        places.add_counters(session, [twin])


def test_a_counter_of_an_unknown_unit_is_refused(sqlite_small: Database) -> None:
    lost = Counter(with_check_character([3] * 7), "??", None, "Quầy", "Nơi")
    with pytest.raises(KeyError), sqlite_small.writing() as session:
        places.add_counters(session, [lost])


# --- rounds ------------------------------------------------------------------------------------------


def test_a_round_comes_back_as_it_was_stored(small: Database) -> None:
    found = stored_round(small, EARLIER)
    assert found == Round(
        code=EARLIER,
        name_vi="Quý III năm 2026",
        name_en="Third quarter of 2026",
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 9, 30),
        version=found.version,
        target_sheet_code="nghe-an-2024",
        opened_at=datetime(2026, 7, 1, tzinfo=UTC),
        closed_at=datetime(2026, 10, 1, tzinfo=UTC),
        frame_source="nguồn thử",
    )
    assert found.version.definition == five_factors()
    assert not found.is_open(NOW)


def test_rounds_are_listed_with_the_newest_first(sqlite_small: Database) -> None:
    with sqlite_small.reading() as session:
        assert [found.code for found in rounds.all_rounds(session, now=NOW)] == [ROUND, EARLIER]
        assert rounds.with_code(session, "2031-q1", now=NOW) is None


def test_the_round_before_is_the_last_that_ended_before_this_one_began(small: Database) -> None:
    now = stored_round(small, ROUND)
    overlapping = replace(now, code="2026-t11", starts_on=date(2026, 9, 1), ends_on=date(2026, 11, 30))
    older = replace(now, code="2026-q2", starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30))
    with small.writing() as session:
        rounds.add(session, overlapping, DOSSIERS)
        rounds.add(session, older, DOSSIERS)
    with small.reading() as session:
        assert [
            found and found.code
            for found in (rounds.before(session, now, now=NOW), rounds.before(session, older, now=NOW))
        ] == [EARLIER, None]


def test_the_open_round_is_the_newest_that_takes_answers(small: Database) -> None:
    now = stored_round(small, ROUND)
    planned = replace(
        now, code="2027-q1", starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31), opened_at=None
    )
    with small.writing() as session:
        rounds.add(session, planned, DOSSIERS)
    with small.reading() as session:
        assert rounds.open_round(session, now=NOW) == now
    with small.writing() as session:
        rounds.add(session, replace(planned, code="2027-q1b", opened_at=NOW), DOSSIERS)
    with small.reading() as session:
        found = rounds.open_round(session, now=NOW)
    assert found is not None
    assert found.code == "2027-q1b"


def test_without_an_open_round_there_is_none(sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        assert rounds.close(session, ROUND, at=CLOSED_AT)
    with sqlite_small.reading() as session:
        assert rounds.open_round(session, now=CLOSED_AT) is None


def test_a_round_is_closed_once_and_keeps_its_first_moment(small: Database) -> None:
    with small.writing() as session:
        assert rounds.close(session, ROUND, at=CLOSED_AT)
    with small.writing() as session:
        assert not rounds.close(session, ROUND, at=CLOSED_AT + timedelta(days=1))
    assert stored_round(small, ROUND).closed_at == CLOSED_AT


def at(moment: datetime) -> Delivery:
    """A form opened, finished and received at one moment."""
    return Delivery(moment, timedelta(), moment)


def test_a_form_is_held_for_the_round_in_which_it_was_finished(small: Database) -> None:
    summer, winter = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    with small.writing() as session:
        for first in (ROUND, EARLIER, "2031-q1"):
            found = [
                rounds.hold_taking(session, at(moment), first=first, unit="XA") for moment in (summer, winter)
            ]
            assert [round_.code for round_ in found if round_] == [EARLIER, ROUND]
        assert (
            rounds.hold_taking(session, at(datetime(2026, 6, 30, tzinfo=UTC)), first=ROUND, unit="XA") is None
        )


def test_a_round_cannot_be_closed_while_an_answer_to_it_is_being_stored(small: Database) -> None:
    closed = []
    closing = threading.Thread(
        target=lambda: closed.append(close_round(small, ROUND, by=OFFICER, now=CLOSED_AT))
    )
    with small.writing() as session:
        rounds.hold_taking(session, at(NOW), first=ROUND, unit="XA")
        closing.start()
        closing.join(timeout=0.3)
        assert closing.is_alive()
    closing.join(timeout=60)
    assert closed == [True]


def test_a_scanned_counter_serves_the_fields_in_which_its_unit_has_dossiers(small: Database) -> None:
    codes = {unit: with_check_character([n] * 7) for n, unit in enumerate(("XA", "SO", "MOI"), start=3)}
    with small.writing() as session:
        places.add_units(session, [Unit("MOI", "Xã Mới", "commune")])
        places.add_counters(
            session, [Counter(code, unit, None, "Quầy", "Sảnh") for unit, code in codes.items()]
        )
        rounds.add(
            session,
            replace(stored_round(small, ROUND), code="2027-q1"),
            {("SO", "land"): 5, ("SO", "civil_status"): 0},
        )
    with small.reading() as session:
        for unit, round_code, fields in [
            ("XA", ROUND, FIELDS),
            ("SO", ROUND, FIELDS[:1]),
            ("MOI", ROUND, ()),
            ("SO", "2027-q1", FIELDS[:1]),
            ("XA", "2027-q1", ()),
        ]:
            found = scanning.with_round(session, codes[unit], round_code, now=NOW)
            assert found is not None
            assert found.unit.code == unit
            assert found.round == rounds.with_code(session, round_code, now=NOW)
            assert found.fields == fields


def test_a_scanned_code_leads_to_what_the_registers_say(small: Database) -> None:
    with small.reading() as session:
        for counter in COUNTERS:
            found = scanning.with_open_round(session, counter.code, now=NOW)
            assert found is not None
            assert found.counter == counter
            assert found.unit == places.unit(session, counter.unit_code)
            assert found.round == rounds.open_round(session, now=NOW)
            assert found.fields == () or counter.field_code is None
        assert scanning.with_open_round(session, with_check_character([3] * 7), now=NOW) is None
        nowhere = scanning.with_round(session, MIXED, "2031-q1", now=NOW)
    assert nowhere is not None
    assert nowhere.round is None


def test_dossiers_are_a_table_of_units_and_fields_with_zero_where_nothing_was_said(small: Database) -> None:
    with small.reading() as session:
        assert rounds.dossiers(session, ROUND, UNITS, FIELDS).tolist() == [[400, 0], [60, 1500], [90, 3000]]
        turned = rounds.dossiers(session, ROUND, UNITS[::-1], FIELDS[::-1])
    assert turned.tolist() == [[3000, 90], [1500, 60], [0, 400]]


# --- versions, plans, accounts -----------------------------------------------------------------------


def test_every_shipped_questionnaire_comes_back_letter_for_letter(database: Database) -> None:
    with database.writing() as session:
        added = [versions.add(session, asked, published_at=NOW) for asked in shipped_definitions().values()]
    with database.reading() as session:
        for version in added:
            found = versions.with_fingerprint(session, version.fingerprint)
            assert found == version
            assert found.definition == shipped_definitions()[version.definition.code]
        assert versions.with_fingerprint(session, "0" * 64) is None


def test_a_plan_is_kept_as_its_text_and_can_be_replaced(small: Database) -> None:
    sheets = shipped_target_sheets()
    with small.writing() as session:
        target_sheets.add(session, "mine", sheets["hue-2021"])
        target_sheets.add(session, "mine", sheets["yen-bai-2020"])
    with small.reading() as session:
        assert target_sheets.with_code(session, "mine") == load_target_sheet(sheets["yen-bai-2020"], "mine")
        assert target_sheets.with_code(session, "none") is None


def test_a_faulty_plan_names_itself_when_it_is_read(sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        target_sheets.add(session, "mine", "code: mine\n")
    with sqlite_small.reading() as session, pytest.raises(TargetSheetFaults, match="mine:1"):
        target_sheets.with_code(session, "mine")


def test_an_account_comes_back_with_its_role(small: Database) -> None:
    with small.reading() as session:
        assert accounts.with_name(session, "canbo") == OFFICER
        assert accounts.with_name(session, "lanhdao") == LEADER
        assert accounts.with_name(session, "nobody") is None
        assert accounts.password_hash(session, "nobody") is None
