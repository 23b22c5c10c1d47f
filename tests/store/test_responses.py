"""Responses: stored once whoever else is sending, and read back exactly as they were."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from survey.core.evidence import NOT_ANSWERED_CODE, NOT_APPLICABLE_CODE, NOT_IN_VERSION_CODE, Evidence
from survey.core.response import Response, fingerprint_of
from survey.library import shipped_definitions
from survey.store import counts, places, responses, rounds, versions
from survey.store.database import Database
from tests.places import (
    COUNTERS,
    DOSSIERS,
    EARLIER,
    FIELDS,
    HOUR,
    MIXED,
    NOW,
    ROUND,
    UNITS,
    add_responses,
    five_factors,
    make_response,
    response_id,
)
from tests.store.raw import contents

AT_ONCE = 8
ITEMS = [item.code for item in five_factors().items]


def version_of(database: Database) -> str:
    with database.reading() as session:
        return versions.published(session)[0].fingerprint


def store(database: Database, response: Response) -> bool:
    with database.writing() as session:
        return responses.add_once(session, response)


def at_once(database: Database, sent: Sequence[Response]) -> list[bool]:
    """Store every response in a thread of its own, all starting at the same moment."""
    start = threading.Barrier(len(sent))

    def work(response: Response) -> bool:
        start.wait()
        return store(database, response)

    with ThreadPoolExecutor(len(sent)) as pool:
        return list(pool.map(work, sent))


def stored_rows(database: Database) -> list[dict[str, object]]:
    with database.reading() as session:
        return contents(session)["response"]


def evidence_of(database: Database, code: str = ROUND) -> Evidence:
    with database.reading() as session:
        round_ = rounds.with_code(session, code, now=NOW)
        assert round_ is not None
        return responses.evidence_with_arrivals(session, round_)[0]


# --- once --------------------------------------------------------------------------------------------


def test_a_response_is_stored_with_all_that_it_says_and_nothing_else(small: Database) -> None:
    version = version_of(small)
    answers = {"a1": 4, "a2": "na", "comment": "Cán bộ “rất” tốt; 100%"}
    response = Response(
        response_id(), ROUND, version, MIXED, "XA", "civil_status", "kiosk", "en", answers, HOUR, 3
    )
    assert store(small, response)
    [row] = stored_rows(small)
    assert row.pop("received_hour") == HOUR.replace(tzinfo=None)
    assert row == {
        "id": response.id,
        "round_id": 2,
        "version_id": 1,
        "counter_id": 2,
        "unit_id": 2,
        "field_id": 2,
        "mode": "kiosk",
        "language": "en",
        "answers": '{"a1":4,"a2":"na","comment":"Cán bộ “rất” tốt; 100%"}',
        "fingerprint": fingerprint_of(version, "civil_status", answers),
        "late_hours": 3,
        "hurried": False,
    }


def test_the_same_id_again_stores_nothing_and_says_so(small: Database) -> None:
    first = make_response(version=version_of(small))
    assert store(small, first)
    before = stored_rows(small)
    assert not store(small, first)
    assert not store(
        small, make_response(version=version_of(small), id_=first.id, answers={"a1": 1}, unit="PH")
    )
    assert stored_rows(small) == before


def test_the_same_id_from_many_at_the_same_moment_is_stored_exactly_once(small: Database) -> None:
    version, id_ = version_of(small), response_id()
    sent = [make_response(version=version, id_=id_, answers={"a1": 1 + n % 5}) for n in range(AT_ONCE)]
    inserted = at_once(small, sent)
    assert inserted.count(True) == 1
    [row] = stored_rows(small)
    assert row["fingerprint"] == fingerprint_of(version, "land", sent[inserted.index(True)].answers)


def test_different_ids_at_the_same_moment_are_all_stored(small: Database) -> None:
    sent = [make_response(version=version_of(small)) for _ in range(AT_ONCE)]
    assert at_once(small, sent) == [True] * AT_ONCE
    assert {row["id"] for row in stored_rows(small)} == {response.id for response in sent}


def test_two_ids_each_sent_several_times_at_once_are_two_responses(small: Database) -> None:
    version = version_of(small)
    pair = [make_response(version=version), make_response(version=version)]
    inserted = at_once(small, pair * (AT_ONCE // 2))
    assert sum(inserted) == 2
    assert {row["id"] for row in stored_rows(small)} == {response.id for response in pair}


def test_an_id_whose_transaction_failed_may_come_again(small: Database) -> None:
    response = make_response(version=version_of(small))

    def store_and_fail() -> None:
        with small.writing() as session:
            assert responses.add_once(session, response)
            raise TimeoutError

    with pytest.raises(TimeoutError):
        store_and_fail()
    assert store(small, response)


@pytest.mark.parametrize(
    "unknown",
    [
        {"round_code": "2031-q1"},
        {"version_fingerprint": "0" * 64},
        {"counter_code": "22222222"},
        {"unit_code": "??"},
        {"field_code": "??"},
    ],
    ids=lambda unknown: next(iter(unknown)),
)
def test_a_response_that_points_at_something_unknown_is_not_stored(
    small: Database, unknown: dict[str, str]
) -> None:
    known = make_response(version=version_of(small))
    with pytest.raises(sa.exc.IntegrityError):
        store(small, Response(**{**vars(known), **unknown}))
    assert stored_rows(small) == []


def test_the_fingerprint_of_a_stored_response_can_be_asked_for(sqlite_small: Database) -> None:
    response = make_response(version=version_of(sqlite_small), answers={"a1": 5})
    store(sqlite_small, response)
    with sqlite_small.reading() as session:
        assert responses.stored_fingerprint(session, response.id) == fingerprint_of(
            response.version_fingerprint, "land", {"a1": 5}
        )
        assert responses.stored_fingerprint(session, response_id()) is None


# --- many --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 3, 6, 7])
def test_many_responses_are_all_stored_however_they_fill_the_batches(
    sqlite_small: Database, number: int
) -> None:
    version = version_of(sqlite_small)
    with sqlite_small.writing() as session:
        responses.add_many(session, (make_response(version=version) for _ in range(number)), batch=3)
    assert len(stored_rows(sqlite_small)) == number


def test_many_responses_are_stored_exactly_as_one_by_one(small: Database) -> None:
    response = make_response(version=version_of(small), answers={"a1": "na", "b2": 3, "comment": "đẹp"})
    twin = Response(**{**vars(response), "id": response_id()})
    store(small, response)
    with small.writing() as session:
        responses.add_many(session, [twin])
    one, other = stored_rows(small)
    assert {**one, "id": ""} == {**other, "id": ""}


def test_one_known_id_among_many_stores_none_of_them(sqlite_small: Database) -> None:
    version = version_of(sqlite_small)
    known = make_response(version=version)
    store(sqlite_small, known)

    def store_many() -> None:
        with sqlite_small.writing() as session:
            responses.add_many(session, [make_response(version=version), known], batch=1)

    with pytest.raises(sa.exc.IntegrityError):
        store_many()
    assert len(stored_rows(sqlite_small)) == 1


# --- evidence ----------------------------------------------------------------------------------------


def test_evidence_is_exactly_what_was_stored(small: Database) -> None:
    version, chance = version_of(small), np.random.default_rng(7)
    cells = list(DOSSIERS)
    expected = []
    for number in range(40):
        unit, field = cells[int(chance.integers(len(cells)))]
        codes = [
            int(code) for code in chance.choice([1, 2, 3, 4, 5, NOT_ANSWERED_CODE, NOT_APPLICABLE_CODE], 19)
        ]
        answers: dict[str, int | str] = {
            code: "na" if value == NOT_APPLICABLE_CODE else value
            for code, value in zip(ITEMS, codes, strict=True)
            if value != NOT_ANSWERED_CODE
        }
        answers |= {"sex": 1, "comment": "không phải điểm: 3"}
        counter = next(c.code for c in COUNTERS if c.unit_code == unit)
        mode = ["qr", "kiosk", "paper"][number % 3]
        hour = HOUR + timedelta(hours=number % 5)
        id_ = f"{int(chance.integers(2**60)):032x}"
        expected.append((id_, unit, field, mode, codes))
        store(small, Response(id_, ROUND, version, counter, unit, field, mode, "vi", answers, hour))
    expected.sort()
    found = evidence_of(small)
    assert found.responses == 40
    assert {code: codes.tolist() for code, codes in found.choices.items()} == {
        "sex": [1] * 40,
        "age_group": [NOT_ANSWERED_CODE] * 40,
    }
    assert [
        (found.units[unit].code, found.fields[field].code, found.modes[mode], codes)
        for unit, field, mode, codes in zip(
            found.unit.tolist(),
            found.field.tolist(),
            found.mode.tolist(),
            found.answers.tolist(),
            strict=True,
        )
    ] == [row[1:] for row in expected]
    assert found.modes == ("kiosk", "paper", "qr")
    assert found.latest_hour == HOUR + timedelta(hours=4)
    assert (found.units, found.fields) == (UNITS, FIELDS)
    assert {
        (unit.code, field.code): volume
        for unit, line in zip(UNITS, found.dossiers.tolist(), strict=True)
        for field, volume in zip(FIELDS, line, strict=True)
        if volume
    } == DOSSIERS


def test_evidence_of_a_form_printed_from_five_to_one_holds_codes(sqlite_small: Database) -> None:
    ward = shipped_definitions()["phuong_phu_luong"]
    with sqlite_small.writing() as session:
        version = versions.add(session, ward, published_at=NOW)
        rounds.set_version(session, ROUND, version.fingerprint, now=NOW)
    most_satisfied_first = {item.code: 5 for item in ward.items}
    store(sqlite_small, make_response(version=version.fingerprint, answers=most_satisfied_first))
    assert evidence_of(sqlite_small).answers.tolist() == [[5] * 9]


def test_evidence_of_a_round_without_responses_is_empty_but_whole(small: Database) -> None:
    found = evidence_of(small)
    assert (found.responses, found.modes, found.latest_hour) == (0, (), None)
    assert found.answers.shape == (0, 19)
    assert found.dossiers.sum() == sum(DOSSIERS.values())
    assert found.stratum.shape == (0,)


@pytest.mark.parametrize("other", ["rất tốt", [1, 2], 1_000_000, True])
def test_what_another_version_asked_under_an_items_code_is_no_answer_to_it(
    sqlite_small: Database, other: object
) -> None:
    own = make_response(version=version_of(sqlite_small), answers={"a1": 5})
    with sqlite_small.writing() as session:
        version = versions.add(session, shipped_definitions()["phuong_phu_luong"], published_at=NOW)
    foreign = make_response(version=version.fingerprint, answers={"a1": other, "a2": 4})  # type: ignore[dict-item]
    for response in (own, foreign):
        store(sqlite_small, response)
    found = evidence_of(sqlite_small).answers[:, ITEMS.index("a1")]
    assert sorted(found.tolist()) == [NOT_IN_VERSION_CODE, 5]


def test_evidence_is_the_same_however_many_are_read_at_a_time(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        answers = {"a1": number % 5 + 1, "sex": number % 2 + 1}
        mode = ["qr", "kiosk"][number % 2]
        store(small, replace(make_response(version=version_of(small), answers=answers), mode=mode))
    whole = evidence_of(small)
    monkeypatch.setattr(responses, "AT_ONCE", 3)
    parts = evidence_of(small)
    assert (parts.modes, parts.latest_hour) == (whole.modes, whole.latest_hour)
    for name in ("unit", "field", "mode", "answers"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name))
    assert parts.choices["sex"].tolist() == whole.choices["sex"].tolist()


def test_evidence_of_one_round_knows_nothing_of_another(small: Database) -> None:
    version = version_of(small)
    store(small, make_response(version=version, round_code=EARLIER, answers={"a1": 1}))
    store(small, make_response(version=version, answers={"a1": 5}))
    assert evidence_of(small).answers[:, 0].tolist() == [5]
    assert evidence_of(small, EARLIER).answers[:, 0].tolist() == [1]


def test_a_unit_that_entered_the_register_later_does_not_move_the_others(sqlite_small: Database) -> None:
    store(sqlite_small, make_response(version=version_of(sqlite_small), unit="PH"))
    before = evidence_of(sqlite_small)
    with sqlite_small.writing() as session:
        places.add_units(session, [type(UNITS[0])("A0", "Xã A Lưới", "commune")])
    after = evidence_of(sqlite_small)
    assert after.unit.tolist() == before.unit.tolist()
    assert [unit.code for unit in after.units] == ["SO", "XA", "PH", "A0"]
    assert after.dossiers[3].tolist() == [0, 0]


# --- counts ------------------------------------------------------------------------------------------


def test_counts_are_per_round(small: Database) -> None:
    version = version_of(small)
    for unit, round_code in [("XA", ROUND), ("XA", ROUND), ("PH", ROUND), ("SO", EARLIER)]:
        store(small, make_response(version=version, unit=unit, round_code=round_code))
    with small.reading() as session:
        assert (counts.of_round(session, ROUND), counts.of_round(session, EARLIER)) == (3, 1)


def test_an_unknown_round_counts_nothing(sqlite_small: Database) -> None:
    with sqlite_small.reading() as session:
        assert counts.of_round(session, "2031-q1") == 0


def test_responses_are_counted_up_to_an_hour(sqlite_small: Database) -> None:
    for hours, codes in ((-1, [1, 2]), (0, [3]), (2, [4] * 4)):
        add_responses(sqlite_small, "XA", "land", codes, hour=HOUR + timedelta(hours=hours))
    add_responses(sqlite_small, "XA", "land", [5], EARLIER)
    with sqlite_small.reading() as session:
        found = [counts.of_round(session, ROUND, before=HOUR + timedelta(hours=h)) for h in range(-1, 4)]
        assert found == [0, 2, 3, 3, 7]
        assert counts.of_round(session, ROUND) == 7
