"""The commands on derived counts."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from survey.actions.rounds import board
from survey.store import counts
from survey.store.database import Database
from tests.cli.conftest import Run
from tests.places import HOUR, NOW, ROUND, add_responses


@pytest.fixture
def counting(filled: Database) -> Database:
    """The instance's database with responses of an hour that is over, whatever the time is now."""
    add_responses(filled, "XA", "land", [5, 4])
    with filled.writing() as session:
        session.execute(
            text("INSERT INTO watermark VALUES (1, :hour)"), {"hour": str(HOUR.replace(tzinfo=None))}
        )
    return filled


def test_counting_on_says_how_many_and_until_when_and_again_counts_nothing(
    sipas: Run, counting: Database
) -> None:
    if datetime.now(UTC) < NOW:  # the place's answers lie in the future of this machine's clock
        with counting.writing() as session:
            counts.extend(session, HOUR.replace(hour=4))
        assert "0 phiếu, đến 11:00 ngày 20/11/2026" in sipas("counts", "extend").success
    assert "Đã đếm" in sipas("counts", "extend").success
    assert "0 phiếu" in sipas("counts", "extend").success
    assert board(counting, ROUND, within=None, now=NOW).responses == 2


def test_counting_on_forgets_uploaded_tables_that_nobody_confirmed(sipas: Run, counting: Database) -> None:
    with counting.writing() as session:
        session.execute(text("UPDATE upload SET uploaded_at = '2020-01-01 00:00:00' WHERE purpose = 'frame'"))
    assert "Đã đếm" in sipas("counts", "extend").success
    with counting.reading() as session:
        assert session.scalars(text("SELECT purpose FROM upload")).all() == ["units", "tallies", "responses"]


def test_verifying_says_that_all_is_well(sipas: Run, counting: Database) -> None:
    with counting.writing() as session:
        counts.extend(session, HOUR.replace(hour=4))
    assert "đúng" in sipas("counts", "verify").success


@pytest.mark.usefixtures("filled")
def test_verifying_before_any_hour_is_counted_says_so(sipas: Run) -> None:
    assert "Chưa đếm" in sipas("counts", "verify").success


def test_verifying_names_every_difference_and_ends_with_1(sipas: Run, counting: Database) -> None:
    with counting.writing() as session:
        counts.extend(session, HOUR.replace(hour=4))
        session.execute(text("UPDATE response_count SET responses = 7"))
    outcome = sipas("counts", "verify")
    assert (outcome.code, outcome.err) == (1, "")
    assert "Đợt 2026-q4, đơn vị XA, lĩnh vực land, cách trả lời qr: số đếm 7, phiếu 2" in outcome.out
    assert "sipas counts rebuild" in outcome.out
    assert "Đã đếm lại" in sipas("counts", "rebuild").success
    sipas("counts", "verify").success.index("đúng")
    assert board(counting, ROUND, within=None, now=NOW).responses == 2
