"""A citizen opens a counter's page and answers: resolved when scanned, stored exactly once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from questionnaires.version import Version
from survey.actions.answering import (
    Acknowledgement,
    AnswersFaulty,
    CounterRetired,
    CounterUnknown,
    DeliveredTooLate,
    NoOpenRound,
    NotAPage,
    Sheet,
    open_counter,
    reopen,
    submit,
)
from survey.actions.publishing import publish, put_to_use
from survey.actions.rounds import close_round
from survey.core.counter import Counter, MistypedCode, parse_code, readable_code, with_check_character
from survey.core.place import Unit
from survey.core.question_kinds import Problem
from survey.core.receipt import RECEIPT_LENGTH, receipt_of
from survey.core.response import ForeignAnswer, fingerprint_of
from survey.core.visit import Visit
from survey.library import shipped_definitions
from survey.store import counts, places, rounds
from survey.store.database import Database
from tests.core.variants import with_item, without_item
from tests.places import (
    COUNTERS,
    EARLIER,
    FIELDS,
    HOUR,
    LAND_ONLY,
    MIXED,
    NOW,
    OFFICER,
    RETIRED,
    ROUND,
    UNITS,
    all_answers,
    five_factors,
    response_id,
)
from tests.store.raw import contents

KEY = b"a key for tests only, long enough"
AT_ONCE = 6


def send(
    database: Database,
    sheet: Sheet,
    *,
    id_: str | None = None,
    now: datetime = NOW,
    key: bytes = KEY,
    language: str = "vi",
    mode: str = "qr",
    opened: datetime = NOW - timedelta(minutes=2),
    waited: timedelta = timedelta(),
    visit_id: str | None = None,
    **answers: str,
) -> Acknowledgement:
    """Submit a form filled with 4, with some answers changed."""
    raw = {item.code: "4" for item in sheet.version.definition.items}
    raw |= {"field": sheet.fields[0].code} if sheet.fields else {}
    id_ = id_ or response_id()
    return submit(
        database,
        sheet,
        sheet.visit(visit_id if visit_id is not None else id_, mode=mode, now=opened),
        raw | answers,
        response_id=id_,
        language=language,
        waited=waited,
        now=now,
        key=key,
    )


def stored(database: Database) -> list[dict[str, object]]:
    """All responses, with what their ids point at."""
    query = sa.text(
        "SELECT response.*, version.fingerprint AS version, counter.code AS counter, unit.code AS unit, "
        "field.code AS field, round.code AS round FROM response "
        "JOIN version ON version.id = response.version_id JOIN counter ON counter.id = response.counter_id "
        "JOIN unit ON unit.id = response.unit_id JOIN field ON field.id = response.field_id "
        "JOIN round ON round.id = response.round_id ORDER BY response.id"
    )
    with database.reading() as session:
        return [dict(row) for row in session.execute(query).mappings()]


def visit_of(sheet: Sheet) -> Visit:
    """What the page of this sheet remembers."""
    return sheet.visit(response_id(), mode="qr", now=NOW)


def second_version(database: Database) -> Version:
    """A second version, asked from now on: without the first item, with another reworded."""
    changed = without_item(five_factors(), "a1")
    version = publish(database, changed, now=NOW)
    put_to_use(database, version, ROUND, now=NOW)
    return version


# --- scanning ----------------------------------------------------------------------------------------


def test_a_scanned_code_leads_to_its_counter_its_open_round_and_that_rounds_version(small: Database) -> None:
    sheet = open_counter(small, MIXED, now=NOW)
    assert (sheet.counter, sheet.unit) == (COUNTERS[1], UNITS[1])
    assert (sheet.round.code, sheet.version) == (ROUND, sheet.round.version)
    assert sheet.version.definition == five_factors()


def test_a_counter_of_several_fields_offers_those_in_which_its_unit_has_dossiers(
    sqlite_small: Database,
) -> None:
    assert open_counter(sqlite_small, MIXED, now=NOW).fields == FIELDS


def test_a_counter_of_a_single_field_offers_no_choice(sqlite_small: Database) -> None:
    assert open_counter(sqlite_small, LAND_ONLY, now=NOW).fields == ()


def test_a_field_without_dossiers_is_not_offered(sqlite_small: Database) -> None:
    code = with_check_character([3] * 7)
    with sqlite_small.writing() as session:
        places.add_counters(session, [Counter(code, "SO", None, "Quầy số 2", "Sảnh")])
    assert open_counter(sqlite_small, code, now=NOW).fields == FIELDS[:1]


def test_a_unit_that_is_not_in_the_population_offers_all_fields(sqlite_small: Database) -> None:
    code = with_check_character([3] * 7)
    with sqlite_small.writing() as session:
        places.add_units(session, [Unit("MOI", "Xã Mới", "commune")])
        places.add_counters(session, [Counter(code, "MOI", None, "Quầy số 1", "Sảnh")])
    assert open_counter(sqlite_small, code, now=NOW).fields == FIELDS


@pytest.mark.parametrize("written", [readable_code(MIXED), MIXED.lower(), f" {MIXED[:4]} – {MIXED[4:]} "])
def test_a_code_may_be_typed_as_people_write(sqlite_small: Database, written: str) -> None:
    assert open_counter(sqlite_small, written, now=NOW).counter.code == MIXED


def test_a_mistyped_code_opens_nothing(sqlite_small: Database) -> None:
    with pytest.raises(MistypedCode):
        open_counter(sqlite_small, MIXED[:-1] + ("2" if MIXED[-1] != "2" else "3"), now=NOW)


def test_a_code_that_no_counter_has_is_unknown(sqlite_small: Database) -> None:
    nobody = with_check_character([9] * 7)
    with pytest.raises(CounterUnknown, match=nobody):
        open_counter(sqlite_small, nobody, now=NOW)


def test_a_retired_counter_says_whose_it_was(sqlite_small: Database) -> None:
    with pytest.raises(CounterRetired) as caught:
        open_counter(sqlite_small, RETIRED, now=NOW)
    assert (caught.value.unit, caught.value.counter.code) == (UNITS[2], RETIRED)


def test_a_counter_without_an_open_round_says_whose_it_is(sqlite_small: Database) -> None:
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    with pytest.raises(NoOpenRound) as caught:
        open_counter(sqlite_small, MIXED, now=NOW)
    assert (caught.value.unit, caught.value.counter) == (UNITS[1], COUNTERS[1])
    assert not isinstance(caught.value, CounterRetired)


def test_the_same_printed_code_opens_the_next_round_when_it_comes(sqlite_small: Database) -> None:
    now = open_counter(sqlite_small, MIXED, now=NOW).round
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    with sqlite_small.writing() as session:
        rounds.add(session, replace(now, code="2027-q1", closed_at=None), {("XA", "land"): 5})
    assert open_counter(sqlite_small, MIXED, now=NOW).round.code == "2027-q1"


# --- answering ---------------------------------------------------------------------------------------


def test_an_answer_is_stored_with_where_when_and_what_and_acknowledged(small: Database) -> None:
    sheet, id_ = open_counter(small, MIXED, now=NOW), response_id()
    done = send(
        small, sheet, id_=id_, language="en", mode="kiosk", field="civil_status", a1="na", comment=" đẹp "
    )
    [row] = stored(small)
    expected = {item.code: 4 for item in five_factors().items} | {"a1": "na", "comment": "đẹp"}
    print_ = fingerprint_of(sheet.version.fingerprint, "civil_status", expected)
    assert {key: row[key] for key in ("id", "round", "version", "counter", "unit", "field")} == {
        "id": id_,
        "round": ROUND,
        "version": sheet.version.fingerprint,
        "counter": MIXED,
        "unit": "XA",
        "field": "civil_status",
    }
    assert (row["language"], row["mode"], row["fingerprint"]) == ("en", "kiosk", print_)
    assert done == Acknowledgement(receipt_of(id_, print_, key=KEY), kept_first=False)
    assert parse_code(done.receipt, RECEIPT_LENGTH) == done.receipt


def test_the_field_is_stored_beside_the_answers_and_not_among_them(sqlite_small: Database) -> None:
    send(sqlite_small, open_counter(sqlite_small, MIXED, now=NOW), field="land")
    [row] = stored(sqlite_small)
    assert row["field"] == "land"
    assert "field" not in str(row["answers"])


def test_a_counter_of_a_single_field_decides_the_field(small: Database) -> None:
    send(small, open_counter(small, LAND_ONLY, now=NOW))
    [row] = stored(small)
    assert (row["unit"], row["field"]) == ("SO", "land")


def test_a_counter_of_a_single_field_takes_no_other_from_the_form(sqlite_small: Database) -> None:
    with pytest.raises(ForeignAnswer, match="field"):
        send(sqlite_small, open_counter(sqlite_small, LAND_ONLY, now=NOW), field="civil_status")
    assert stored(sqlite_small) == []


@pytest.mark.parametrize("field", ["construction", "LAND", "1"])
def test_a_field_that_is_not_served_is_refused_and_nothing_stored(sqlite_small: Database, field: str) -> None:
    with pytest.raises(AnswersFaulty) as caught:
        send(sqlite_small, open_counter(sqlite_small, MIXED, now=NOW), field=field)
    assert caught.value.problems == {"field": Problem.NOT_AN_OPTION}
    assert stored(sqlite_small) == []


def test_a_field_in_which_the_unit_has_no_dossiers_is_refused(sqlite_small: Database) -> None:
    code = with_check_character([3] * 7)
    with sqlite_small.writing() as session:
        places.add_counters(session, [Counter(code, "SO", None, "Quầy số 2", "Sảnh")])
    with pytest.raises(AnswersFaulty):
        send(sqlite_small, open_counter(sqlite_small, code, now=NOW), field="civil_status")


def test_every_fault_of_a_form_is_named_at_once_and_nothing_stored(sqlite_small: Database) -> None:
    with pytest.raises(AnswersFaulty) as caught:
        send(
            sqlite_small,
            open_counter(sqlite_small, MIXED, now=NOW),
            field="",
            a1="",
            a2="6",
            comment="x" * 501,
        )
    assert caught.value.problems == {
        "field": Problem.REQUIRED,
        "a1": Problem.REQUIRED,
        "a2": Problem.NOT_AN_OPTION,
        "comment": Problem.TOO_LONG,
    }
    assert stored(sqlite_small) == []


@pytest.mark.parametrize("forged", ["", "1", "A" * 32, "0" * 31, "0" * 33, "0" * 31 + "\n", "0" * 31 + "٣"])
def test_a_forged_id_is_refused_and_nothing_stored(sqlite_small: Database, forged: str) -> None:
    sheet = open_counter(sqlite_small, MIXED, now=NOW)
    with pytest.raises(NotAPage):
        submit(
            sqlite_small,
            sheet,
            sheet.visit("", mode="kiosk", now=NOW),
            all_answers() | {"field": "land"},
            response_id=forged,
            language="vi",
            now=NOW,
            key=KEY,
        )
    assert stored(sqlite_small) == []


def test_the_time_of_a_response_is_the_servers_hour_and_nothing_finer(small: Database) -> None:
    there = timezone(timedelta(hours=7))
    sheet = open_counter(small, MIXED, now=NOW)
    for minute in (0, 25, 59):
        send(small, sheet, now=datetime(2026, 11, 20, 3, minute, 59, 999999, tzinfo=UTC))
    send(small, sheet, now=datetime(2026, 11, 20, 10, 59, 59, tzinfo=there))
    with small.reading() as session:
        hours = {row["received_hour"] for row in contents(session)["response"]}
    assert hours == {HOUR.replace(tzinfo=None)}


@pytest.mark.parametrize("code", sorted(shipped_definitions()))
def test_every_shipped_questionnaire_can_be_put_to_use_and_answered(
    sqlite_small: Database, code: str
) -> None:
    asked = shipped_definitions()[code]
    if code != "quay_5_yeu_to":  # which is in use already
        put_to_use(sqlite_small, publish(sqlite_small, asked, now=NOW), ROUND, now=NOW)
    sheet = open_counter(sqlite_small, MIXED, now=NOW)
    best = {item.code: str(asked.scale_of(item).options[0].code) for item in asked.items}
    send(sqlite_small, sheet, **best)
    [row] = stored(sqlite_small)
    assert row["version"] == sheet.version.fingerprint
    assert sheet.version.definition == asked


# --- once --------------------------------------------------------------------------------------------


def test_the_same_form_again_gets_the_same_receipt_and_is_stored_once(small: Database) -> None:
    sheet, id_ = open_counter(small, MIXED, now=NOW), response_id()
    first = send(small, sheet, id_=id_)
    before = stored(small)
    again = send(small, sheet, id_=id_, now=NOW + timedelta(days=3))
    assert again == first
    assert not again.kept_first
    assert stored(small) == before
    assert len(before) == 1


def test_the_same_id_with_other_answers_keeps_the_first_and_says_so(small: Database) -> None:
    sheet, id_ = open_counter(small, MIXED, now=NOW), response_id()
    first = send(small, sheet, id_=id_, a1="5")
    before = stored(small)
    second = send(small, sheet, id_=id_, a1="1")
    assert second == Acknowledgement(first.receipt, kept_first=True)
    assert stored(small) == before


def test_the_same_id_about_another_field_keeps_the_first_and_says_so(small: Database) -> None:
    sheet, id_ = open_counter(small, MIXED, now=NOW), response_id()
    first = send(small, sheet, id_=id_, field="land")
    second = send(small, sheet, id_=id_, field="civil_status")
    assert second == Acknowledgement(first.receipt, kept_first=True)
    assert [row["field"] for row in stored(small)] == ["land"]


def test_another_id_is_another_response_although_the_answers_are_the_same(sqlite_small: Database) -> None:
    sheet = open_counter(sqlite_small, MIXED, now=NOW)
    assert send(sqlite_small, sheet).receipt != send(sqlite_small, sheet).receipt
    assert len(stored(sqlite_small)) == 2


def test_a_double_tap_is_one_response_and_both_taps_get_its_receipt(small: Database) -> None:
    sheet, id_, start = open_counter(small, MIXED, now=NOW), response_id(), threading.Barrier(AT_ONCE)

    def tap(_number: int) -> Acknowledgement:
        start.wait()
        return send(small, sheet, id_=id_)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        taps = set(pool.map(tap, range(AT_ONCE)))
    assert len(taps) == 1
    assert not taps.pop().kept_first
    assert len(stored(small)) == 1


def test_of_two_different_forms_with_one_id_at_the_same_moment_one_is_kept_and_the_other_told(
    small: Database,
) -> None:
    sheet, id_, start = open_counter(small, MIXED, now=NOW), response_id(), threading.Barrier(2)

    def tap(code: str) -> Acknowledgement:
        start.wait()
        return send(small, sheet, id_=id_, a1=code)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(tap, ["5", "1"])
    assert one.receipt == other.receipt
    assert {one.kept_first, other.kept_first} == {False, True}
    [row] = stored(small)
    assert ('"a1":5' in str(row["answers"])) != one.kept_first


def test_the_receipt_belongs_to_this_instance(sqlite_small: Database) -> None:
    sheet, id_ = open_counter(sqlite_small, MIXED, now=NOW), response_id()
    assert (
        send(sqlite_small, sheet, id_=id_).receipt
        != send(sqlite_small, sheet, id_=id_, key=b"another key").receipt
    )
    assert len(stored(sqlite_small)) == 1


# --- a round that closes -----------------------------------------------------------------------------


def test_a_form_opened_after_the_round_was_closed_is_refused_and_not_stored(small: Database) -> None:
    sheet = open_counter(small, MIXED, now=NOW)
    close_round(small, ROUND, by=OFFICER, now=NOW - timedelta(hours=1))
    with pytest.raises(NoOpenRound) as caught:
        send(small, sheet)
    assert (caught.value.unit, caught.value.counter) == (sheet.unit, sheet.counter)
    assert stored(small) == []


def test_a_form_stored_before_the_round_was_closed_is_still_acknowledged(small: Database) -> None:
    sheet, id_ = open_counter(small, MIXED, now=NOW), response_id()
    first = send(small, sheet, id_=id_, a1="5")
    close_round(small, ROUND, by=OFFICER, now=NOW)
    before = stored(small)
    assert send(small, sheet, id_=id_, a1="5") == first
    assert send(small, sheet, id_=id_, a1="2") == Acknowledgement(first.receipt, kept_first=True)
    assert stored(small) == before


def was_hurried(database: Database, seconds: float, waited: timedelta = timedelta(), **answers: str) -> bool:
    """Whether a form that was sent so long after it was opened is stored as hurried."""
    id_ = response_id()
    opened = NOW - waited - timedelta(seconds=seconds)
    send(database, open_counter(database, MIXED, now=NOW), id_=id_, opened=opened, waited=waited, **answers)
    [row] = [row for row in stored(database) if row["id"] == id_]
    return bool(row["hurried"])


def test_a_form_sent_with_less_than_a_second_for_each_answer_is_stored_as_hurried(small: Database) -> None:
    answers = len(five_factors().items) + 1
    assert was_hurried(small, answers - 1)
    assert not was_hurried(small, answers)
    assert not was_hurried(small, 90)
    assert was_hurried(small, answers, comment="Cán bộ tận tình")


def test_hours_on_a_phone_without_network_are_no_time_to_read_in(small: Database) -> None:
    assert was_hurried(small, 5, waited=timedelta(hours=5))
    assert not was_hurried(small, 90, waited=timedelta(hours=5))


def rounds_stored(database: Database) -> list[tuple[object, object, object]]:
    """Round, arrival and lateness of every response."""
    return [(row["round"], str(row["received_hour"])[:13], row["late_hours"]) for row in stored(database)]


def test_a_page_of_the_round_before_that_is_finished_in_this_one_counts_in_this_one(
    small: Database,
) -> None:
    now = open_counter(small, MIXED, now=NOW)
    old = reopen(small, replace(visit_of(now), round_code=EARLIER))
    assert old.round.code == EARLIER
    send(small, old, opened=datetime(2026, 9, 30, tzinfo=UTC))
    assert rounds_stored(small) == [(ROUND, "2026-11-20 03", 0)]


def test_a_late_delivery_counts_in_the_round_in_which_it_was_finished(small: Database) -> None:
    """The third quarter closed on 1 October 00:00 UTC; both forms arrive a week into the fourth."""
    sheet = reopen(small, replace(visit_of(open_counter(small, MIXED, now=NOW)), round_code=EARLIER))
    opened, now = datetime(2026, 9, 30, 23, 30, tzinfo=UTC), datetime(2026, 10, 7, 5, 20, tzinfo=UTC)
    before = now - datetime(2026, 9, 30, 23, 40, tzinfo=UTC)
    much_later = now - datetime(2026, 10, 3, 1, tzinfo=UTC)
    send(small, sheet, opened=opened, waited=before, now=now)
    send(small, sheet, opened=opened, waited=much_later, now=now)
    assert sorted(rounds_stored(small), key=str) == [
        (EARLIER, "2026-10-07 05", 6 * 24 + 6),
        (ROUND, "2026-10-07 05", 4 * 24 + 4),
    ]


def test_who_opened_the_page_before_closing_has_an_hour_to_finish(small: Database) -> None:
    sheet = open_counter(small, MIXED, now=NOW)
    close_round(small, ROUND, by=OFFICER, now=NOW)
    send(small, sheet, opened=NOW - timedelta(minutes=1), now=NOW + timedelta(minutes=59))
    for opened, now in (
        (NOW - timedelta(minutes=1), NOW + timedelta(minutes=61)),
        (NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)),
    ):
        with pytest.raises(NoOpenRound):
            send(small, sheet, opened=opened, now=now)
    assert rounds_stored(small) == [(ROUND, "2026-11-20 04", 0)]


def test_nobody_finishes_before_the_page_was_opened_however_wrong_a_phone_counts(small: Database) -> None:
    sheet = open_counter(small, MIXED, now=NOW)
    send(small, sheet, opened=NOW - timedelta(hours=2), waited=timedelta(days=14))
    assert rounds_stored(small) == [(ROUND, "2026-11-20 03", 2)]


def test_what_waited_longer_than_two_weeks_is_refused_unless_it_is_stored_already(small: Database) -> None:
    sheet, id_, late = open_counter(small, MIXED, now=NOW), response_id(), timedelta(days=14, seconds=1)
    with pytest.raises(DeliveredTooLate):
        send(small, sheet, id_=id_, waited=late)
    assert stored(small) == []
    first = send(small, sheet, id_=id_)
    again = send(small, sheet, id_=id_, waited=late)
    assert (again, again.is_new) == (first, False)


def test_a_visit_sends_only_the_id_that_it_was_opened_with(sqlite_small: Database) -> None:
    sheet = open_counter(sqlite_small, MIXED, now=NOW)
    with pytest.raises(NotAPage):
        send(sqlite_small, sheet, visit_id=response_id())
    assert stored(sqlite_small) == []


def test_a_kiosk_sends_many_ids_from_one_visit(sqlite_small: Database) -> None:
    sheet = open_counter(sqlite_small, MIXED, now=NOW)
    for _person in range(2):
        send(sqlite_small, sheet, visit_id="", mode="kiosk")
    assert [row["mode"] for row in stored(sqlite_small)] == ["kiosk", "kiosk"]


# --- a version that changes meanwhile ----------------------------------------------------------------


def test_a_form_begun_on_one_version_is_finished_and_recorded_on_it(small: Database) -> None:
    opened = open_counter(small, MIXED, now=NOW)
    version = second_version(small)
    send(small, reopen(small, visit_of(opened)), a1="5")
    [row] = stored(small)
    assert row["version"] == opened.version.fingerprint != version.fingerprint
    assert '"a1":5' in str(row["answers"])


def test_a_code_scanned_after_the_change_opens_the_new_version(small: Database) -> None:
    version = second_version(small)
    sheet = open_counter(small, MIXED, now=NOW)
    assert sheet.version == version
    send(small, sheet)
    [row] = stored(small)
    assert row["version"] == version.fingerprint
    assert '"a1"' not in str(row["answers"])


def test_an_answer_to_an_item_of_the_other_version_is_refused(sqlite_small: Database) -> None:
    second_version(sqlite_small)
    with pytest.raises(ForeignAnswer, match="a1"):
        send(sqlite_small, open_counter(sqlite_small, MIXED, now=NOW), a1="5")
    assert stored(sqlite_small) == []


def test_a_form_sent_again_after_the_change_is_still_the_same_response(sqlite_small: Database) -> None:
    opened, id_ = open_counter(sqlite_small, MIXED, now=NOW), response_id()
    first = send(sqlite_small, opened, id_=id_)
    second_version(sqlite_small)
    assert send(sqlite_small, reopen(sqlite_small, visit_of(opened)), id_=id_) == first
    assert len(stored(sqlite_small)) == 1


def test_going_back_to_a_version_published_before_is_possible(sqlite_small: Database) -> None:
    first = open_counter(sqlite_small, MIXED, now=NOW).version
    second_version(sqlite_small)
    put_to_use(sqlite_small, first, ROUND, now=NOW)
    assert open_counter(sqlite_small, MIXED, now=NOW).version == first


def test_a_reopened_page_shows_what_it_showed(sqlite_small: Database) -> None:
    opened = open_counter(sqlite_small, MIXED, now=NOW)
    reworded = publish(sqlite_small, with_item(five_factors(), "a1", required=False), now=NOW)
    put_to_use(sqlite_small, reworded, ROUND, now=NOW)
    again = reopen(sqlite_small, visit_of(opened))
    assert (again.counter, again.unit, again.version, again.fields) == (
        opened.counter,
        opened.unit,
        opened.version,
        opened.fields,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"counter_code": with_check_character([9] * 7)},
        {"round_code": "2031-q1"},
        {"version_fingerprint": "0" * 64},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_page_that_remembers_something_unknown_is_none_of_ours(
    sqlite_small: Database, wrong: dict[str, str]
) -> None:
    visit = replace(visit_of(open_counter(sqlite_small, MIXED, now=NOW)), **wrong)
    with pytest.raises(NotAPage):
        reopen(sqlite_small, visit)


def test_counts_follow_what_was_acknowledged(sqlite_small: Database) -> None:
    sheet = open_counter(sqlite_small, MIXED, now=NOW)
    receipts = {send(sqlite_small, sheet).receipt for _ in range(3)}
    with sqlite_small.reading() as session:
        assert counts.of_round(session, ROUND) == len(receipts) == 3
