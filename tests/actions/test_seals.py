"""Seals are made of whole hours, chained, and tell a citizen where a receipt is, and nothing else."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from survey.actions import seals as action
from survey.actions.answering import open_counter, submit
from survey.actions.seal_checking import verify
from survey.actions.seals import (
    Found,
    SealedMeanwhile,
    chain,
    close_round_and_seal,
    entries,
    look_up,
    of_round,
    write,
)
from survey.core.seal import SEALED_WITHIN, Seal
from survey.store import seals
from survey.store.database import Database
from tests.places import (
    EARLIER,
    HOUR,
    KEY,
    LAND_ONLY,
    NOW,
    OFFICER,
    ROUND,
    add_responses,
    all_answers,
    response_id,
)
from tests.tampering import Hand

HOUR_LATER = NOW + timedelta(hours=1)


def answer(database: Database, minutes: int = 0) -> str:
    """The receipt of a response that arrives some minutes after NOW."""
    id_, now = response_id(), NOW + timedelta(minutes=minutes)
    sheet = open_counter(database, LAND_ONLY, now=NOW)
    visit = sheet.visit(id_, mode="qr", now=now)
    raw = all_answers()
    return submit(database, sheet, visit, raw, response_id=id_, language="vi", now=now, key=KEY).receipt


def sealed_now(database: Database, hours: int = 1) -> Seal:
    seal = write(database, now=NOW + timedelta(hours=hours), key=KEY)
    assert seal is not None
    return seal


def test_a_seal_holds_whole_hours_that_have_ended_and_no_part_of_one(small: Database) -> None:
    answer(small), answer(small, 40)
    assert write(small, now=HOUR + timedelta(hours=1, minutes=9, seconds=59), key=KEY) is None
    seal = write(small, now=HOUR + timedelta(hours=1, minutes=10), key=KEY)
    assert seal is not None
    assert (seal.count, seal.before) == (1, HOUR + timedelta(hours=1))
    assert sealed_now(small, hours=2).count == 1


def test_each_seal_is_chained_to_the_one_before(small: Database) -> None:
    for hour in range(3):
        answer(small, 60 * hour)
    made = [sealed_now(small, hour) for hour in (1, 2, 3)]
    assert chain(small)[:3] == made[::-1]
    for before, after in zip(chain(small)[1:], chain(small), strict=False):
        assert (after.previous, after.number) == (before.digest, before.number + 1)


def test_nothing_new_makes_no_seal(small: Database) -> None:
    assert write(small, now=HOUR_LATER, key=KEY) is None


def test_the_published_bytes_suffice_to_compute_every_digest_without_this_program(small: Database) -> None:
    for _ in range(3):
        answer(small)
    seal = sealed_now(small)
    assert hashlib.sha256(seal.content.encode()).hexdigest() == seal.digest
    content = json.loads(seal.content)
    lines = [f"{receipt.hex()} {digest.hex()}\n" for _code, (receipt, digest) in entries(small, seal.number)]
    assert lines == sorted(lines)
    assert content["responses"][ROUND] == [3, hashlib.sha256("".join(lines).encode()).hexdigest()]


def test_a_citizen_finds_the_receipt_before_and_after_it_is_sealed(small: Database) -> None:
    receipt = answer(small)
    by = HOUR + timedelta(hours=1) + SEALED_WITHIN
    assert look_up(small, receipt, now=NOW, key=KEY) == Found(by=by)
    assert look_up(small, receipt, now=by + timedelta(seconds=1), key=KEY) == Found(by=by, is_overdue=True)
    seal = sealed_now(small)
    assert look_up(small, receipt, now=HOUR_LATER, key=KEY) == Found(seal=seal)
    lists = [receipt_ for _code, (receipt_, _digest) in entries(small, seal.number)]
    assert lists == [hashlib.sha256(receipt.encode()).digest()]


def test_a_receipt_of_nobody_is_not_found(small: Database) -> None:
    answer(small)
    assert look_up(small, "2222222222", now=NOW, key=KEY) == Found()


def test_a_receipt_is_still_in_the_list_after_its_response_was_taken_out(small: Database) -> None:
    receipt = answer(small)
    seal = sealed_now(small)
    Hand(small).sql("DELETE FROM response")
    assert look_up(small, receipt, now=HOUR_LATER, key=KEY) == Found(seal=seal)


def test_of_two_who_seal_at_once_one_is_told_and_nothing_is_sealed_twice(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(small)
    was = seals.hold

    def first(session: object) -> None:
        monkeypatch.setattr(seals, "hold", was)
        del session

    monkeypatch.setattr(seals, "hold", first)
    newest = seals.newest
    read = iter([False, True])

    def changed_meanwhile(session: object) -> Seal | None:
        seal = newest(session)  # type: ignore[arg-type]
        return replace(seal, number=99) if next(read) and seal else seal

    monkeypatch.setattr(seals, "newest", changed_meanwhile)
    with pytest.raises(SealedMeanwhile):
        write(small, now=HOUR_LATER, key=KEY)
    monkeypatch.setattr(seals, "newest", newest)
    assert sealed_now(small).count == 1
    assert verify(small).findings == ()


def test_closing_a_round_seals_its_ended_hours_and_that_it_is_closed(small: Database) -> None:
    answer(small)
    assert close_round_and_seal(small, ROUND, by=OFFICER, now=HOUR_LATER, key=KEY)
    newest = chain(small)[0]
    assert (newest.count, set(newest.changes)) == (1, {"round"})
    assert not close_round_and_seal(small, ROUND, by=OFFICER, now=HOUR_LATER, key=KEY)
    assert verify(small).findings == ()


def test_a_round_that_was_closed_stays_closed_when_somebody_else_seals_at_that_moment(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object, **_options: object) -> None:
        raise SealedMeanwhile

    monkeypatch.setattr(action, "write", busy)
    assert close_round_and_seal(small, ROUND, by=OFFICER, now=HOUR_LATER, key=KEY)
    assert not close_round_and_seal(small, ROUND, by=OFFICER, now=HOUR_LATER, key=KEY)


def test_a_report_gets_the_newest_seal_with_responses_of_its_own_round(small: Database) -> None:
    add_responses(small, "XA", "land", [4], EARLIER)
    first = sealed_now(small)
    answer(small)
    answer(small, 60)
    second = sealed_now(small, 3)
    found = of_round(small, EARLIER, "https://x.vn/seal")
    assert found is not None
    assert (found.newest, found.responses) == (first, 1)
    later = of_round(small, ROUND, "")
    assert later is not None
    assert (later.newest, later.responses) == (second, 2)
    assert of_round(small, "2031-q1", "") is None


def test_a_change_of_the_secret_key_does_not_shake_what_is_sealed(small: Database) -> None:
    receipt = answer(small)
    sealed_now(small)
    assert verify(small).findings == ()
    assert look_up(small, receipt, now=HOUR_LATER, key=b"another").seal is not None
