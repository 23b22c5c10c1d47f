"""Commands on rounds: freeze what is due, and say what is not as it was frozen."""

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from survey.actions.closing_units import close_unit
from survey.actions.places import register
from survey.cli import rounds as commands
from survey.store.database import Database
from tests.places import EARLIER, ROUND, add_responses


@pytest.fixture
def run(sqlite_small: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs commands on the small place."""
    monkeypatch.setattr(commands, "open_database", lambda: sqlite_small)
    add_responses(sqlite_small, "XA", "land", [5, 4], round_code=EARLIER)
    return CliRunner()


def test_the_tick_freezes_the_closed_round_and_verifying_it_holds(run: CliRunner) -> None:
    done = run.invoke(commands.rounds_group, ["tick"])
    assert (done.exit_code, "Đã chốt đợt 2026-q3: 2 phiếu" in done.output) == (0, True)
    assert "Không có đợt nào đến hạn chốt" in run.invoke(commands.rounds_group, ["tick"]).output
    found = run.invoke(commands.rounds_group, ["verify", EARLIER])
    assert (found.exit_code, "nguyên vẹn" in found.output) == (0, True)


def test_the_tick_passes_on_the_counters_of_units_that_ended(run: CliRunner, sqlite_small: Database) -> None:
    close_unit(
        sqlite_small,
        "XA",
        date(2026, 10, 31),
        [],
        "retire",
        by="canbo",
        now=datetime(2026, 10, 1, tzinfo=UTC),
    )
    serving = register(sqlite_small).in_service()["XA"]
    said = f"Đã chuyển hoặc cho ngừng {serving} quầy của các đơn vị đã kết thúc"
    assert said in run.invoke(commands.rounds_group, ["tick"]).output
    assert register(sqlite_small).in_service()["XA"] == 0
    assert "Đã chuyển" not in run.invoke(commands.rounds_group, ["tick"]).output


def test_what_was_changed_is_named_and_ends_with_1(run: CliRunner, sqlite_small: Database) -> None:
    run.invoke(commands.rounds_group, ["tick"])
    with sqlite_small.writing() as session:
        session.execute(
            text("UPDATE frame SET dossiers = 1 WHERE unit_id = (SELECT id FROM unit WHERE code = 'PH')")
        )
    found = run.invoke(commands.rounds_group, ["verify", EARLIER])
    assert found.exit_code == 1
    assert "số hồ sơ của đơn vị PH đã bị sửa" in found.output
    assert "phiếu trả lời" not in found.output


def test_a_round_that_is_not_frozen_is_said_to_be_so(run: CliRunner) -> None:
    found = run.invoke(commands.rounds_group, ["verify", ROUND])
    assert (found.exit_code, "chưa chốt" in found.output) == (1, True)
