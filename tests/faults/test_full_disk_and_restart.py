"""A disk that refuses writes, or a database server that is restarted, costs patience and never an answer."""

from pathlib import Path

from survey.store.database import Database
from tests.faults.disk_full import fill_and_compare, no_room_for, refused_to
from tests.faults.group import Group
from tests.faults.restart import restart_and_compare
from tests.server import Installation, free_port


def test_refused_writes_are_admitted_as_busy_and_nothing_acknowledged_is_lost(
    sqlite_small: Database, tmp_path: Path
) -> None:
    group = Group(Installation(sqlite_small.url, tmp_path, free_port()))
    found = fill_and_compare(group, sqlite_small, tmp_path, refused_to(group), times=2, readable=False)
    assert found.faults == {}


def test_without_room_pages_open_and_nothing_acknowledged_is_lost(
    sqlite_small: Database, tmp_path: Path
) -> None:
    group = Group(Installation(sqlite_small.url, tmp_path, free_port()))
    full = no_room_for(group, Path(sqlite_small.url.removeprefix("sqlite:///")))
    found = fill_and_compare(group, sqlite_small, tmp_path, full, times=2, readable=True)
    assert found.faults == {}


def test_a_restart_of_postgresql_is_lived_through_without_a_restart_of_the_workers(tmp_path: Path) -> None:
    found = restart_and_compare(tmp_path, restarts=3)
    assert found.faults == {}
