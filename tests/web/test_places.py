"""The pages for units, fields and counters, as a browser uses them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from survey.actions.closing_units import carry_out_due, close_unit
from survey.actions.places import register
from survey.core.place import Field, Unit
from survey.core.round import VIETNAM
from survey.core.unit_history import UnitChange
from survey.store import trail
from survey.store.database import Database
from tests.places import COUNTERS, LAND_ONLY, MIXED, RETIRED, ROUND, TICKET
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.visitor import Visitor, stored

UNITS, NEW, XA = "/officer/units", "/officer/units/new", "/officer/unit/XA"
CLOSE = f"{XA}/close"
SOMEWHERE = {
    "code": "MOI",
    "name": "Xã Mới",
    "tier": "commune",
    "parent_code": "",
    "valid_from": "",
    "valid_to": "",
}
HERE = {"name": "Xã Bình An", "tier": "commune", "parent_code": "", "valid_from": "", "valid_to": ""}
END = {"valid_to": "2026-12-31", "basis": "Nghị quyết 1", "counters": "keep"}


def sent(visitor: Visitor, address: str, data: dict[str, str], status: int = 200) -> Reading:
    """The page after a form was filled in and sent."""
    return Reading(visitor.post(address, data | {"csrf_token": visitor.token(address)}, status))


def deeds(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        return [(entry.deed, entry.subject, entry.who) for entry in trail.entries(session)]


# --- units -----------------------------------------------------------------------------------------


def test_a_new_unit_stands_in_the_tree_below_its_parent(officer: Visitor, sqlite_small: Database) -> None:
    sent(officer, NEW, SOMEWHERE | {"parent_code": "SO", "valid_from": "2026-01-01"})
    assert register(sqlite_small).unit("MOI") == Unit(
        "MOI", "Xã Mới", "commune", "SO", date(2026, 1, 1), None
    )
    names = list(Reading(officer.get(UNITS)).rows)
    assert names[:2] == ["Sở Thử nghiệm", "Xã Mới"]
    assert deeds(sqlite_small)[-1] == ("unit_added", "MOI", "canbo")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "có dấu"}, "code"),
        ({"code": "xa"}, "code"),
        ({"code": "../x"}, "code"),
        ({"name": " \u200b "}, "name"),
        ({"name": "x" * 300}, "name"),
        ({"tier": "empire"}, "tier"),
        ({"parent_code": "nowhere"}, "parent_code"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to"),
        ({"valid_from": "32/13"}, "valid_from"),
        ({"tier": "district"}, "valid_to"),
        ({"tier": "district", "valid_to": "2025-07-01"}, "valid_to"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_at_its_field(
    officer: Visitor, sqlite_small: Database, change: dict[str, str], field: str
) -> None:
    page = sent(officer, NEW, SOMEWHERE | change, 422)
    assert field in page.summary
    assert page.error(field)
    assert len(register(sqlite_small).units) == 3


def test_a_district_of_the_time_before_the_reform_is_history(officer: Visitor) -> None:
    sent(officer, NEW, SOMEWHERE | {"tier": "district", "valid_to": "2025-06-30"})
    assert "Xã Mới" not in Reading(officer.get(UNITS)).rows
    assert "đã kết thúc 30/06/2025" in Reading(officer.get(f"{UNITS}?past=1")).rows["Xã Mới"]


def test_a_unit_is_never_below_itself(officer: Visitor, sqlite_small: Database) -> None:
    sent(officer, "/officer/unit/PH", HERE | {"name": "Phường", "parent_code": "XA"})
    assert "parent_code" in sent(officer, XA, HERE | {"parent_code": "PH"}, 422).summary
    assert "parent_code" in sent(officer, XA, HERE | {"parent_code": "XA"}, 422).summary
    assert register(sqlite_small).unit("XA").parent_code is None


def test_a_unit_is_found_without_marks_and_in_any_case(officer: Visitor) -> None:
    assert list(Reading(officer.get(f"{UNITS}?q=hoa+THUAN")).rows) == ["Phường Hòa Thuận"]
    assert list(Reading(officer.get(f"{UNITS}?q=xa")).rows) == ["Xã Bình An"]
    assert "Không có đơn vị nào khớp" in officer.get(f"{UNITS}?q=zzz")


def test_html_in_a_name_is_shown_as_text(officer: Visitor) -> None:
    sent(officer, XA, HERE | {"name": "<b>Xã</b><script>x()</script>"})
    assert "<b>Xã</b><script>x()</script>" in Reading(officer.get(UNITS)).rows
    assert "<b>Xã</b><script>x()</script>" in Reading(officer.get(XA)).heading


def test_a_merger_is_kept_with_its_share_and_moves_the_counters_whose_codes_stay(
    officer: Visitor, visitor: Visitor, sqlite_small: Database
) -> None:
    page = sent(officer, CLOSE, END | {"valid_to": "2026-10-31", "to_0": "PH", "counters": "move"})
    assert "100,00 % hồ sơ" in page.main
    known = register(sqlite_small)
    assert known.unit("XA").valid_to == date(2026, 10, 31)
    assert known.changes == (UnitChange("XA", "PH", 1.0, date(2026, 11, 1), "Nghị quyết 1"),)
    assert known.counter(MIXED).unit_code == "PH"
    assert "Phường Hòa Thuận" in visitor.get(f"/q/{MIXED}")
    assert deeds(sqlite_small)[-1] == ("unit_closed", "XA", "canbo")


def test_a_split_needs_shares_that_add_up_or_none_at_all(officer: Visitor, sqlite_small: Database) -> None:
    split = END | {"to_0": "PH", "to_1": "SO"}
    for shares in (("50", "40"), ("0", "100"), ("x", ""), ("-10", "110"), ("nan", "1"), ("inf", "")):
        page = sent(officer, CLOSE, split | {"share_0": shares[0], "share_1": shares[1]}, 422)
        assert "Lỗi:" in page.title
        assert register(sqlite_small).changes == ()
    sent(officer, CLOSE, split | {"share_0": "62,5 %", "share_1": "37.5"})
    assert [change.share for change in register(sqlite_small).changes] == [0.625, 0.375]
    sent(officer, CLOSE, split)
    assert [change.share for change in register(sqlite_small).changes] == [None, None]


def test_a_unit_cannot_end_before_those_below_it(officer: Visitor) -> None:
    sent(officer, "/officer/unit/PH", HERE | {"name": "Phường", "parent_code": "XA"})
    assert "trực thuộc" in sent(officer, CLOSE, END, 422).error("valid_to")


def test_an_end_without_a_day_is_asked_for(officer: Visitor) -> None:
    assert "valid_to" in sent(officer, CLOSE, END | {"valid_to": ""}, 422).summary


def test_dissolving_retires_the_counters_and_their_posters_say_so(officer: Visitor, visitor: Visitor) -> None:
    sent(officer, CLOSE, END | {"valid_to": "2026-10-31", "counters": "retire"})
    assert Reading(visitor.get(f"/q/{MIXED}")).heading == "Quầy này đã ngừng phục vụ"


@pytest.mark.parametrize(
    ("counters", "planned"),
    [("move", "sau đó chuyển sang Phường Hòa Thuận."), ("retire", "sau đó ngừng phục vụ.")],
)
def test_until_the_last_day_is_over_people_answer_for_the_old_unit_and_its_page_says_what_follows(
    officer: Visitor, visitor: Visitor, sqlite_small: Database, counters: str, planned: str
) -> None:
    last_day = datetime.now(VIETNAM).date() + timedelta(days=3)
    page = sent(officer, CLOSE, END | {"valid_to": str(last_day), "to_0": "PH", "counters": counters})
    assert f"Đến hết ngày {last_day:%d/%m/%Y}, {planned}" in page.main
    assert "Xã Bình An" in visitor.get(f"/q/{MIXED}")
    carry_out_due(sqlite_small, now=datetime.now(UTC) + timedelta(days=4))
    after = visitor.get(f"/q/{MIXED}")
    assert ("Phường Hòa Thuận" if counters == "move" else "Quầy này đã ngừng phục vụ") in after
    assert planned not in officer.get(XA)


def test_whoever_looks_at_the_units_after_the_last_day_finds_the_counters_passed_on(
    officer: Visitor, sqlite_small: Database
) -> None:
    close_unit(
        sqlite_small, "XA", date(2026, 10, 31), [UnitChange("XA", "PH", 1.0, date(2026, 11, 1))], "move",
        by="canbo", now=datetime(2026, 10, 20, tzinfo=UTC),
    )  # fmt: skip
    assert register(sqlite_small).counter(MIXED).unit_code == "XA"
    officer.get(UNITS)
    assert register(sqlite_small).counter(MIXED).unit_code == "PH"


def test_a_unit_or_counter_or_field_that_does_not_exist_is_not_found(officer: Visitor) -> None:
    for path in ("unit/x", "unit/x/close", "unit/x/counters/new", "counter/x", "counter/x/retire", "field/x"):
        officer.get(f"/officer/{path}", 404)


# --- counters --------------------------------------------------------------------------------------

COUNTER = {"name": "Quầy số 9", "place": "Sảnh", "field": "", "unit": "XA"}


def test_a_new_counter_takes_answers_at_once_under_a_code_of_its_own(
    officer: Visitor, visitor: Visitor, sqlite_small: Database
) -> None:
    sent(officer, f"{XA}/counters/new", COUNTER)
    [added] = [c for c in register(sqlite_small).counters if c.name == "Quầy số 9"]
    visitor.send(f"/q/{added.code}", visitor.filled(added.code))
    assert len(stored(sqlite_small)) == 1
    assert added.code[:4] in officer.get(XA)


def test_renaming_and_moving_keep_the_printed_code_and_where_answers_were_counted(
    officer: Visitor, visitor: Visitor, sqlite_small: Database
) -> None:
    visitor.send(f"/q/{MIXED}", visitor.filled(MIXED))
    before = stored(sqlite_small)
    sent(officer, f"/officer/counter/{MIXED}", COUNTER | {"unit": "PH", "field": "land"})
    counter = register(sqlite_small).counter(MIXED)
    assert (counter.name, counter.unit_code, counter.field_code) == ("Quầy số 9", "PH", "land")
    assert "Phường Hòa Thuận" in visitor.get(f"/q/{MIXED}")
    assert stored(sqlite_small) == before
    assert visitor.get(f"/t/{TICKET}")


def test_a_counter_is_retired_after_a_question_and_can_come_back(officer: Visitor, visitor: Visitor) -> None:
    path = f"/officer/counter/{LAND_ONLY}"
    assert Reading(officer.get(f"{path}/retire")).heading == "Cho quầy ngừng phục vụ?"
    data = {"csrf_token": officer.token(f"{path}/retire")}
    officer.post(f"{path}/retire", data)
    assert Reading(visitor.get(f"/q/{LAND_ONLY}")).heading == "Quầy này đã ngừng phục vụ"
    assert "không có gì thay đổi" in officer.post(f"{path}/retire", data)
    officer.post(f"{path}/restore", data)
    assert "Phiếu" in Reading(visitor.get(f"/q/{LAND_ONLY}")).title


@pytest.mark.parametrize("change", [{"name": ""}, {"place": " "}, {"field": "x"}, {"unit": "x"}])
def test_a_counter_that_cannot_be_is_refused(
    officer: Visitor, sqlite_small: Database, change: dict[str, str]
) -> None:
    sent(officer, f"{XA}/counters/new", COUNTER | change, 422)
    sent(officer, f"/officer/counter/{RETIRED}", COUNTER | change, 422)
    assert register(sqlite_small).counters == COUNTERS


# --- fields ----------------------------------------------------------------------------------------


def test_fields_are_added_and_renamed_and_keep_their_codes(officer: Visitor, sqlite_small: Database) -> None:
    sent(officer, "/officer/fields", {"code": "xay_dung", "name_vi": "Xây  dựng", "name_en": ""})
    sent(officer, "/officer/field/xay_dung", {"name_vi": "Xây dựng, đô thị", "name_en": "Construction"})
    assert register(sqlite_small).field("xay_dung") == Field("xay_dung", "Xây dựng, đô thị", "Construction")
    assert [deed for deed, _s, _w in deeds(sqlite_small)][-2:] == ["field_added", "field_changed"]


@pytest.mark.parametrize("change", [{"code": "land"}, {"code": "Đất"}, {"code": ""}, {"name_vi": ""}])
def test_a_field_that_cannot_be_is_refused(
    officer: Visitor, sqlite_small: Database, change: dict[str, str]
) -> None:
    sent(officer, "/officer/fields", {"code": "moi", "name_vi": "Mới", "name_en": ""} | change, 422)
    assert len(register(sqlite_small).fields) == 2


def test_an_empty_instance_is_led_to_its_units(app: Flask, officer: Visitor) -> None:
    del app
    assert "/officer/units" in Reading(officer.get("/officer")).links


def test_an_auditor_reads_units_counters_and_frame_and_is_offered_no_change(app: Flask) -> None:
    auditor = signed_in(app, "kiemtra")
    assert "/officer/units" in Reading(auditor.get("/officer/rounds")).links
    units = Reading(auditor.get("/officer/units"))
    assert "/officer/unit/XA" in units.links
    unit = auditor.get("/officer/unit/XA")
    assert "Trung tâm Phục vụ hành chính công xã Bình An" in unit
    assert Reading(unit).figures["Cấp"] == "Xã, phường, đặc khu"
    frame = f"/officer/rounds/{ROUND}/frame"
    assert frame in Reading(auditor.get(f"/officer/rounds/{ROUND}")).links
    assert "5.050" in auditor.get(frame)
    for page in (auditor.get("/officer/units"), unit, auditor.get(frame)):
        assert 'type="file"' not in page
        assert not [f for f in re.findall(r"<form[^>]*post[^>]*>", page) if "sign-out" not in f]
        for word in ("/counter/", "/new", "/close", "/import", "/fields", "/posters"):
            assert not [link for link in Reading(page).links if word in link]
    data = {"csrf_token": auditor.token("/officer/account/password"), "name": "Khác"}
    for address in ("/officer/unit/XA", frame):
        assert auditor.client.post(address, data=data).status_code == 403
