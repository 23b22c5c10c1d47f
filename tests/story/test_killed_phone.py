"""A browser that is killed loses nothing of what it said it had stored, and nothing of it counts twice."""

from pathlib import Path

import pytest

from survey.store import counts
from survey.store.database import Database
from tests.browser_kill import kill_after_stored
from tests.places import MIXED, ROUND
from tests.server import Installation, free_port
from tests.web.visitor import stored

KILLS = 2


@pytest.mark.parametrize("offline", [True, False])
def test_a_browser_killed_right_after_it_stored_an_answer_delivers_it_once(
    sqlite_small: Database, tmp_path: Path, *, offline: bool
) -> None:
    installation = Installation(sqlite_small.url, tmp_path, free_port())
    with installation.serving():
        kills = kill_after_stored(
            f"{installation.address}/q/{MIXED}", tmp_path / "phone", KILLS, offline=offline
        )
    assert sorted(row["id"] for row in stored(sqlite_small)) == sorted(kills.ids)
    assert kills.acknowledged == KILLS or not offline
    with sqlite_small.reading() as session:
        assert counts.of_round(session, ROUND) == KILLS
