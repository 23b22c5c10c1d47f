"""Kills of the whole server group under load lose nothing and store nothing twice."""

from pathlib import Path

from survey.store.database import Database
from tests.faults.controls import ACKNOWLEDGES_EARLY, CHECKS_THEN_INSERTS, without_unique_key
from tests.faults.kills import kill_and_compare


def test_killed_again_and_again_it_loses_nothing_and_stores_nothing_twice(
    small: Database, tmp_path: Path
) -> None:
    found = kill_and_compare(small, tmp_path, kills=12, at_least=40)
    assert found.faults == {}
    assert found.acknowledged == found.sent >= 40


def test_a_server_that_acknowledges_before_the_commit_is_caught(
    sqlite_small: Database, tmp_path: Path
) -> None:
    """A kill finds something in the queue in more than half of all cases: missed by less than 1 in 1,000 runs."""
    found = kill_and_compare(sqlite_small, tmp_path, kills=10, app=ACKNOWLEDGES_EARLY)
    assert found.lost


def test_a_server_that_checks_and_then_inserts_is_caught(small: Database, tmp_path: Path) -> None:
    """One double tap in four is stored twice: 60 of them all pass with a probability below 1 in 10,000,000."""
    without_unique_key(small)
    found = kill_and_compare(small, tmp_path, kills=0, at_least=60, app=CHECKS_THEN_INSERTS, double_taps=1)
    assert found.duplicated
    assert found.count_differences
