"""Units, counters and frames changed by actions, on both databases."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from survey.actions import frames
from survey.actions.closing_units import close_unit
from survey.actions.frames import FrameFaulty, apply, look
from survey.actions.places import UnitFaulty, add_counter, add_unit, change_unit, register
from survey.actions.sent_files import keep
from survey.core.counter import Counter
from survey.core.place import Unit
from survey.core.unit_history import Break, ChangeFault, UnitChange
from survey.store import places
from survey.store.database import Database
from tests.final_figures import final_result
from tests.places import DOSSIERS, EARLIER, NOW, ROUND, add_responses

SINCE = date(2026, 10, 1)


def answered(database: Database) -> None:
    for unit, field in DOSSIERS:
        add_responses(database, unit, field, [5, 4, 3, 2] * 3)
        add_responses(database, unit, field, [4, 4, 2] * 4, EARLIER)


def test_a_merger_is_seen_in_the_next_report_at_once(small: Database) -> None:
    answered(small)
    before = final_result(small)
    passed = [UnitChange("XA", "PH", 1.0, SINCE, "Nghị quyết")]
    close_unit(small, "XA", date(2026, 9, 30), passed, "move", by="canbo", now=NOW)
    after = final_result(small)
    parts = [
        [part.code for part in unit.lineage.parts]
        for result in (before, after)
        for unit in result.units
        if unit.unit.code == "PH" and unit.lineage
    ]
    assert parts == [["PH"], ["PH", "XA"]]
    [merged] = [unit for unit in after.units if unit.unit.code == "PH"]
    assert merged.previous is not None
    assert merged.previous.responses == 4 * 12
    assert merged.previous.dossiers == sum(n for (unit, _f), n in DOSSIERS.items() if unit in {"XA", "PH"})


def test_a_split_of_unknown_shares_breaks_the_trend_in_the_report(small: Database) -> None:
    answered(small)
    passed = [UnitChange("XA", to, None, SINCE) for to in ("PH", "SO")]
    close_unit(small, "XA", date(2026, 9, 30), passed, "keep", by="canbo", now=NOW)
    result = final_result(small)
    broken = {unit.unit.code: unit.lineage.broken for unit in result.units if unit.lineage}
    assert broken == {"SO": Break.SHARE_UNKNOWN, "XA": None, "PH": Break.SHARE_UNKNOWN}


def test_an_end_that_cannot_be_changes_nothing(small: Database) -> None:
    before = register(small)
    with pytest.raises(UnitFaulty) as fault:
        close_unit(
            small,
            "XA",
            date(2026, 9, 30),
            [UnitChange("XA", "XA", 1.0, SINCE)],
            "retire",
            by="x",
            now=NOW,
        )
    assert ChangeFault.ITSELF in fault.value.faults
    assert register(small) == before


def test_a_counter_never_gets_a_code_that_is_in_use(small: Database) -> None:
    draws = iter([b"a" * 16, b"a" * 16, b"b" * 16])
    new = Counter("", "XA", None, "Quầy", "Sảnh")
    first = add_counter(small, new, draw=lambda: next(draws), by="x", now=NOW)
    second = add_counter(small, new, draw=lambda: next(draws), by="x", now=NOW)
    assert first.code != second.code
    with small.reading() as session:
        assert places.counter(session, second.code) == second


def test_a_unit_that_changed_since_the_preview_stops_the_frame(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = "Đơn vị;Lĩnh vực;Số hồ sơ\nXA;land;5\n"
    waits = {"token": "t", "who": "canbo", "now": NOW}
    keep(small, frames.PURPOSE, ROUND, table.encode(), "a.csv", **waits)  # type: ignore[arg-type]
    looked = look(small, ROUND, "t", sheet=None, header=None, who="canbo", now=NOW)
    preview = frames.preview

    def changing(*arguments: object, now: datetime) -> object:
        found = preview(*arguments, now=now)  # type: ignore[arg-type]
        add_unit(small, Unit("MOI", "Xã Mới", "commune"), by="x", now=NOW)
        return found

    monkeypatch.setattr(frames, "preview", changing)
    said = {"token": "t", "source": "x", "dated": SINCE, "who": "canbo"}
    with pytest.raises(FrameFaulty):
        apply(small, looked, looked.layout, {}, now=NOW, **said)  # type: ignore[arg-type]


def test_a_unit_that_is_renamed_has_its_new_name_in_the_report_at_once(small: Database) -> None:
    before = final_result(small)
    assert "Xã Bình An mới" not in {unit.unit.name for unit in before.units}
    with small.reading() as session:
        unit = next(unit for unit in places.units(session) if unit.code == "XA")
    change_unit(small, replace(unit, name="Xã Bình An mới"), by="x", now=NOW)
    after = final_result(small)
    assert "Xã Bình An mới" in {unit.unit.name for unit in after.units}
