"""The trail: appended with its deed, chained, and every change by hand is found."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from survey.actions.trail import deeds, verify
from survey.core.trail import BEGINNING, Deed, Search
from survey.store import trail
from survey.store.database import Database
from tests.places import NOW

TAMPERINGS = {
    "number": "UPDATE trail SET number = 9 WHERE number = 3",
    "done_at": "UPDATE trail SET done_at = '2026-11-20 03:25:41.000000' WHERE number = 3",
    "who": "UPDATE trail SET who = 'nguoi khac' WHERE number = 3",
    "deed": "UPDATE trail SET deed = 'signed_out' WHERE number = 3",
    "subject": "UPDATE trail SET subject = '2026-q1' WHERE number = 3",
    "detail": "UPDATE trail SET detail = '{}' WHERE number = 3",
    "detail, no longer readable": "UPDATE trail SET detail = 'x' WHERE number = 3",
    "hash": "UPDATE trail SET hash = '" + "0" * 64 + "' WHERE number = 3",
    "a deed taken out": "DELETE FROM trail WHERE number = 3",
}


def record(database: Database, count: int) -> None:
    for number in range(count):
        with database.writing() as session:
            trail.record(
                session, Deed.ROUND_OPENED, f"round {number}", who="canbo", at=NOW, detail={"số": number}
            )


def tampered(database: Database, statement: str) -> None:
    """Change the trail as somebody could who owns the database: the triggers are taken away first."""
    if database.is_sqlite:
        drops = [f"DROP TRIGGER trail_refuses_{event}" for event in ("update", "delete", "replace")]
    else:
        drops = ["DROP TRIGGER trail_refuses_change ON trail"]
    with database.writing() as session:
        for line in [*drops, statement]:
            session.execute(text(line))


def recorded_in_vain(database: Database) -> float:
    """A deed in a transaction that fails after it."""
    with database.writing() as session:
        trail.record(session, Deed.SIGNED_IN, "x", who="x", at=NOW)
        return 1 / 0


def test_an_empty_trail_holds(database: Database) -> None:
    proof = verify(database)
    assert (proof.entries, proof.newest, proof.broken_at) == (0, BEGINNING, None)


def test_a_trail_that_nobody_touched_holds(database: Database) -> None:
    record(database, 5)
    proof = verify(database)
    assert (proof.entries, proof.broken_at) == (5, None)
    assert proof.newest == deeds(database, Search(), limit=1)[0].hash


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_change_by_hand_is_found_where_it_was_made(database: Database, what: str) -> None:
    record(database, 5)
    tampered(database, TAMPERINGS[what])
    assert verify(database).broken_at == 3


def test_a_deed_put_in_by_hand_is_found(database: Database) -> None:
    record(database, 3)
    tampered(
        database,
        "INSERT INTO trail (number, done_at, who, deed, subject, detail, hash) "
        "SELECT 4, done_at, who, deed, subject, detail, hash FROM trail WHERE number = 3",
    )
    assert verify(database).broken_at == 4


def test_a_tail_that_was_cut_off_is_found_by_a_hash_noted_before_and_by_nothing_else(
    database: Database,
) -> None:
    record(database, 5)
    noted = verify(database).newest
    assert verify(database, noted).has_noted
    tampered(database, "DELETE FROM trail WHERE number > 3")
    proof = verify(database, noted)
    assert proof.broken_at is None
    assert not proof.has_noted


def test_deeds_that_many_do_at_once_make_one_chain_without_gaps(small: Database) -> None:
    def do(worker: int) -> None:
        for number in range(5):
            with small.writing() as session:
                trail.record(session, Deed.SIGNED_IN, f"{worker}-{number}", who=f"w{worker}", at=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(do, range(4)))
    proof = verify(small)
    assert (proof.entries, proof.broken_at) == (20, None)
    assert len({entry.subject for entry in deeds(small, Search())}) == 20


def test_a_deed_whose_transaction_fails_leaves_no_trace_and_no_gap(database: Database) -> None:
    record(database, 2)
    with pytest.raises(ZeroDivisionError):
        recorded_in_vain(database)
    record(database, 1)
    proof = verify(database)
    assert (proof.entries, proof.broken_at) == (3, None)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(), ["Phường Đông", "100%_x", "a"]),
        (Search(text="phường"), ["Phường Đông"]),
        (Search(text="%"), ["100%_x"]),
        (Search(text="_"), ["100%_x"]),
        (Search(text="ghi chú"), ["a"]),
        (Search(text="nothing", deeds_meant=frozenset({"signed_out"})), ["100%_x"]),
        (Search(who="lanhdao"), ["100%_x"]),
        (Search(deed="signed_in"), ["Phường Đông", "a"]),
        (Search(text="a", who="lanhdao", deed="signed_in"), []),
    ],
)
def test_a_search_finds_what_it_asks_for_and_signs_in_it_mean_themselves(
    database: Database, search: Search, found: list[str]
) -> None:
    lines: list[tuple[str, Deed, str, dict[str, Any]]] = [
        ("canbo", Deed.SIGNED_IN, "a", {"note": "ghi chú"}),
        ("lanhdao", Deed.SIGNED_OUT, "100%_x", {}),
        ("canbo", Deed.SIGNED_IN, "Phường Đông", {}),
    ]
    for who, deed, subject, detail in lines:
        with database.writing() as session:
            trail.record(session, deed, subject, who=who, at=NOW, detail=detail)
    assert [entry.subject for entry in deeds(database, search)] == found


def test_everybody_who_did_something_is_named_once(database: Database) -> None:
    record(database, 3)
    with database.reading() as session:
        assert trail.people(session) == ["canbo"]
