"""The judge itself: it sees what is lost, doubled, changed or miscounted, and believes only our own acknowledgement."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from survey.store.database import Database
from tests.faults.controls import without_unique_key
from tests.faults.figures import Figure, table
from tests.faults.ledger import Findings, Ledger, Submission, compare
from tests.faults.load import Reply, acknowledges, broken_promise
from tests.faults.proxy import PORTAL
from tests.places import add_responses, five_factors
from tests.web.visitor import stored

ALL_FOUR: dict[str, int | str] = {item.code: 4 for item in five_factors().items}


@pytest.fixture
def ledger(small: Database, tmp_path: Path) -> Ledger:
    """Two answers, stored and acknowledged."""
    add_responses(small, "XA", "land", [4, 4])
    made = Ledger(tmp_path / "ledger.jsonl")
    for row in stored(small):
        each = Submission(row["id"], "", "XA", "land", ALL_FOUR)
        made.send(each)
        made.acknowledge(each)
    made.close()
    return made


def test_what_agrees_is_without_fault(small: Database, ledger: Ledger) -> None:
    found = compare(ledger, small)
    assert (found.faults, found.sent, found.acknowledged) == ({}, 2, 2)


def test_an_acknowledged_answer_that_is_missing_is_lost(small: Database, ledger: Ledger) -> None:
    ledger.acknowledged["f" * 32] = 0
    assert compare(ledger, small).faults == {"lost": ["f" * 32]}


def test_an_answer_that_nobody_sent_is_a_duplicate(small: Database, ledger: Ledger) -> None:
    gone, *_ = ledger.sent
    del ledger.sent[gone], ledger.acknowledged[gone]
    found = compare(ledger, small)
    assert found.duplicated == [gone]
    assert found.count_differences == ["XA: 2, ledger 1"]


def test_the_same_answer_twice_is_a_duplicate(small: Database, ledger: Ledger) -> None:
    without_unique_key(small)
    first, *_ = ledger.sent
    with small.writing() as session:
        connection = session.connection()
        connection.exec_driver_sql(f"INSERT INTO response SELECT * FROM response WHERE id = '{first}'")  # noqa: S608
    found = compare(ledger, small)
    assert found.duplicated == [first]
    assert found.count_differences == ["XA: 3, ledger 2"]


@pytest.mark.parametrize("change", [{"answers": ALL_FOUR | {"a1": 1}}, {"field": "civil_status"}])
def test_an_answer_that_was_changed_differs(small: Database, ledger: Ledger, change: dict[str, Any]) -> None:
    first, *_ = ledger.sent
    ledger.sent[first] = replace(ledger.sent[first], **change)
    assert compare(ledger, small).faults == {"differing": [first]}


def reply(status: int, body: str, **headers: str) -> Reply:
    """A reply as the load reads it."""
    answer = SimpleNamespace(status=status, headers=headers, read=body.encode)
    return Reply(cast("Any", answer))


def test_only_our_own_json_with_the_id_is_an_acknowledgement() -> None:
    sent = Submission("1" * 32, "", "XA", "land", ALL_FOUR)
    right = f'{{"id": "{sent.id}"}}'
    assert acknowledges(reply(200, right), sent)
    assert acknowledges(reply(201, right), sent)
    portal = PORTAL.partition(b"\r\n\r\n")[2].decode()
    for status, body in (
        (200, portal),
        (200, '{"id": "2"}'),
        (200, "[]"),
        (202, right),
        (503, right),
        (303, ""),
    ):
        assert not acknowledges(reply(status, body), sent), (status, body)


def test_busy_without_a_time_to_come_back_and_every_other_failure_break_the_promise() -> None:
    assert broken_promise(reply(201, "{}")) == ""
    assert broken_promise(reply(503, "", **{"Retry-After": "5"})) == ""
    assert broken_promise(reply(503, "")) == "503 without Retry-After"
    assert broken_promise(reply(500, "oh")).startswith("status 500")


def test_the_table_bounds_a_clean_rate_by_three_in_n_and_a_control_must_be_caught() -> None:
    clean = Figure("kills", 1000, [Findings(sent=17_012, acknowledged=17_012)])
    caught = Figure("control", 40, [Findings(sent=9, acknowledged=9, lost=["a"])], must_fail=True)
    missed = Figure("control", 40, [Findings(sent=9, acknowledged=9)], must_fail=True)
    broke = Figure("control", 40, [Findings(sent=9, lost=["a"], broken=["no answer"])], must_fail=True)
    assert [each.as_it_should_be for each in (clean, caught, missed, broke)] == [True, True, False, False]
    lines = table([clean, caught, missed]).splitlines()
    assert "| < 0.003 | < 0.00018 | holds |" in lines[2]
    assert lines[3].endswith("| – | – | caught |")
    assert lines[4].endswith("| **WRONG** |")
