"""What is stored of places and frames, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from survey.core.unit_history import UnitChange
from survey.store import frames, places, unit_changes, uploads
from survey.store.database import Database
from survey.store.frames import Load
from survey.store.place_tables import FrameLoadRow
from survey.store.uploads import KEPT, Upload
from tests.places import COUNTERS, NOW, ROUND

LOAD = Load("một cửa", date(2026, 11, 20), "a.csv", "a" * 64, 2, 12, "canbo", NOW)
CELLS = {("XA", "land"): 5, ("PH", "civil_status"): 7}


def test_a_frame_takes_the_place_of_the_one_before_and_its_history_grows(small: Database) -> None:
    with small.writing() as session:
        frames.replace(session, ROUND, {("SO", "land"): 3}, {"sex": {"Nữ": 3}}, LOAD)
        frames.replace(session, ROUND, CELLS, {"age": {"18–30": 12}}, LOAD)
    with small.reading() as session:
        assert frames.volumes(session, ROUND) == CELLS
        assert frames.margins(session, ROUND) == {"age": {"18–30": 12}}
        assert frames.loads(session, ROUND) == [LOAD, LOAD]
        assert frames.volumes(session, "2026-q3") != CELLS


def test_what_was_loaded_cannot_be_rewritten(small: Database) -> None:
    with small.writing() as session:
        frames.replace(session, ROUND, CELLS, {}, LOAD)
    with pytest.raises(DBAPIError, match="is immutable"), small.writing() as session:
        session.query(FrameLoadRow).update({"dossiers": 0})


def test_columns_and_labels_are_remembered_as_they_were_said_last(small: Database) -> None:
    with small.writing() as session:
        frames.remember_roles(session, {"đơn vị": "unit", "ghi chú": ""})
        frames.remember_roles(session, {"ghi chú": "channel"})
        frames.remember_meanings(session, [("unit", "xã a", "XA"), ("field", "xã a", "land")])
        frames.remember_meanings(session, [("unit", "xã a", "")])
    with small.reading() as session:
        assert frames.roles(session) == {"đơn vị": "unit", "ghi chú": "channel"}
        assert frames.meanings(session, "unit") == {"xã a": ""}
        assert frames.meanings(session, "field") == {"xã a": "land"}


def test_a_file_waits_for_a_day_under_its_token_and_purpose_and_for_its_sender_only(small: Database) -> None:
    now = datetime.now(UTC)
    file = Upload("frame", ROUND, "a.csv", b"\0\xff" * 100_000)
    with small.writing() as session:
        uploads.add(session, file, token="t", who="canbo", at=now)  # noqa: S106  opens nothing
    with small.reading() as session:
        assert uploads.with_token(session, "t", "frame", ROUND, who="canbo", now=now) == file
        for token, purpose, subject, who in (
            ("x", "frame", ROUND, "canbo"),
            ("t", "units", ROUND, "canbo"),
            ("t", "frame", "", "canbo"),
            ("t", "frame", ROUND, "duyet"),
        ):
            assert uploads.with_token(session, token, purpose, subject, who=who, now=now) is None
        late = now + KEPT + timedelta(seconds=1)
        assert uploads.with_token(session, "t", "frame", ROUND, who="canbo", now=late) is None
    with small.writing() as session:
        uploads.add(session, file, token="u", who="canbo", at=late)  # noqa: S106
    with small.reading() as session:
        assert uploads.with_token(session, "t", "frame", ROUND, who="canbo", now=now) is None


def test_what_a_unit_passed_on_is_kept_until_it_is_said_otherwise(small: Database) -> None:
    since = date(2027, 1, 1)
    halves = [UnitChange("XA", "PH", 0.5, since, "NQ 1"), UnitChange("XA", "SO", 0.5, since, "NQ 1")]
    with small.writing() as session:
        unit_changes.replace(session, "XA", halves)
        unit_changes.replace(session, "PH", [UnitChange("PH", "SO", None, since)])
        unit_changes.replace(session, "XA", halves[:1])
    with small.reading() as session:
        assert unit_changes.all_changes(session) == (UnitChange("PH", "SO", None, since), halves[0])


def test_a_counter_that_moves_keeps_its_code(small: Database) -> None:
    moved = next(c for c in COUNTERS if c.unit_code == "XA")
    with small.writing() as session:
        places.change_counter(session, type(moved)(moved.code, "PH", "land", "Mới", "Sảnh", retired=True))
    with small.reading() as session:
        found = places.counter(session, moved.code)
        assert found == type(moved)(moved.code, "PH", "land", "Mới", "Sảnh", retired=True)
