"""Every stratum's trust: the same numbers on each page and in each file, within the reader's part of the tree."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import jsonschema
import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from reports.open_data import schema
from survey.actions.figures import forget_results, shown_result
from survey.actions.people import hash_password
from survey.actions.report import Makings, around
from survey.core.account import Account
from survey.core.openings import OpenedAt, Openings
from survey.core.place import Unit
from survey.core.report_texts import NOTHING_WRITTEN
from survey.core.ticket import Ticket
from survey.store import accounts, openings, places, rounds, tickets
from survey.store.database import Database
from tests.places import COUNTERS, EARLIER, LAND_ONLY, MIXED, NOW, PASSWORD, ROUND
from tests.tampering import Hand
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.visitor import Visitor

PAGE = f"/reports/{EARLIER}/strata"
COVERAGE = f"/officer/rounds/{ROUND}/coverage"
DAY = date(2026, 9, 1)
WARD = COUNTERS[2].code


def count(
    database: Database, counted: Mapping[str, tuple[int, int]], code: str = EARLIER, day: date = DAY
) -> None:
    """As if these counters' pages had been opened and begun so often."""
    desks = {counter.code: counter for counter in COUNTERS}
    with database.writing() as session:
        openings.add(
            session,
            {
                OpenedAt(code, desk, desks[desk].unit_code, desks[desk].field_code, "qr", day): Openings(
                    *numbers
                )
                for desk, numbers in counted.items()
            },
        )
    forget_results()


@pytest.fixture
def reached(answered: Database) -> Database:
    """The small place with openings in the closed round: of the department by field, elsewhere by unit."""
    count(answered, {LAND_ONLY: (400, 200), MIXED: (130, 10), WARD: (1000, 40)})
    return answered


def limited(app: Flask, database: Database, part: str) -> Visitor:
    with database.writing() as session:
        account = Account("phan", "Lãnh đạo một đơn vị", "leader", part)
        accounts.add(session, account, password_hash=hash_password(PASSWORD))
    return signed_in(app, "phan")


@pytest.mark.usefixtures("reached")
def test_every_unit_stands_with_its_fields_and_what_is_only_known_of_the_unit_stays_there(
    leader: Visitor,
) -> None:
    rows = Reading(leader.get(PAGE)).rows
    assert rows["Sở Thử nghiệm"][:6] == ["400", "0", "400", "200", "30", "0,0 %"]
    assert rows["Sở Thử nghiệm – Đất đai"][:5] == ["400", "0", "400", "200", "30"]
    assert rows["Xã Bình An"][:5] == ["1.560", "0", "130", "60", "60"]
    assert rows["Xã Bình An – Đất đai"][:5] == ["60", "0", "–", "–", "30"]
    assert rows["Phường Hòa Thuận"][2:4] == ["1.000", "60"]
    assert "nhiều lượt mở, ít phiếu" in rows["Phường Hòa Thuận"][-1]


def test_a_round_in_which_nothing_was_counted_says_so(leader: Visitor, answered: Database) -> None:
    del answered
    page = Reading(leader.get(PAGE))
    assert page.rows["Xã Bình An"][2:4] == ["chưa ghi", "chưa ghi"]
    assert "chưa được ghi" in page.main


@pytest.mark.usefixtures("reached")
def test_a_unit_is_found_by_its_name_and_what_nobody_is_called_says_so(leader: Visitor) -> None:
    page = leader.get(f"{PAGE}?search=b%C3%ACnh")
    assert "Xã Bình An – Đất đai" in page
    assert "Sở Thử nghiệm – Đất đai" not in page
    assert "Không có đơn vị nào như vậy." in leader.get(f"{PAGE}?search=zzz")


@pytest.mark.usefixtures("reached")
def test_many_units_come_page_by_page(leader: Visitor, sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        units = [Unit(f"U{k:02}", f"Xã Thứ {k}", "commune") for k in range(45)]
        places.add_units(session, units)
        found = rounds.with_code(session, ROUND, now=NOW)
        assert found
        later = replace(found, code="many", starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
        rounds.add(session, later, {(unit.code, "land"): 100 for unit in units})
    first, last = leader.get("/reports/many/strata"), leader.get("/reports/many/strata?page=3")
    assert "Xã Thứ 19 – Đất đai" in first
    assert "Xã Thứ 20" not in first
    assert "Trang sau" in first
    assert "Xã Thứ 44 – Đất đai" in last
    assert "Trang sau" not in last


def test_whoever_is_limited_to_a_part_sees_its_strata_and_its_way_alone(
    app: Flask, reached: Database
) -> None:
    visitor = limited(app, reached, "XA")
    page = Reading(visitor.get(PAGE))
    assert {name.partition(" – ")[0] for name in page.rows} == {"Xã Bình An"}
    board = Reading(visitor.get(f"/reports/{EARLIER}/now")).main
    assert "Từ hồ sơ đến phiếu: 1.560 hồ sơ → 130 lượt mở trang" in board
    assert "400" not in board.partition("Từ hồ sơ đến phiếu")[2].partition(".\n")[0]
    visitor.get(f"/reports/{EARLIER}/data/credibility.csv", 403)


@pytest.mark.usefixtures("reached")
def test_the_boards_first_page_tells_the_way_of_the_whole_round(leader: Visitor) -> None:
    board = Reading(leader.get(f"/reports/{EARLIER}/now")).main
    assert "mã một lần đã phát" in Reading(leader.get(f"/reports/{ROUND}/now")).main
    assert "5.050 hồ sơ → 1.530 lượt mở trang → ít nhất 320 lượt bắt đầu" in board


# --- open data ---------------------------------------------------------------------------------------


def test_the_file_has_the_pages_numbers_and_the_json_holds_the_same_rows(
    leader: Visitor, reached: Database
) -> None:
    del reached
    content = leader.fetch(f"/reports/{EARLIER}/data/credibility.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    page = Reading(leader.get(PAGE)).rows
    assert len(rows) == 1 + 3 + 5
    for row in rows[1:]:
        shown = page[" – ".join(filter(None, (row["unit"], row["field"])))]
        numbers = [row[name] for name in ("dossiers", "invited", "opened", "started", "responses")]
        assert [cell.replace(".", "").replace("–", "") for cell in shown[:5]] == numbers
    whole = json.loads(leader.fetch(f"/reports/{EARLIER}/data/file.json").data)
    jsonschema.validate(whole, schema())
    assert [{name: as_text(value) for name, value in row.items()} for row in whole["credibility"]] == rows


@pytest.mark.usefixtures("reached")
def test_the_workbook_has_every_stratum(leader: Visitor) -> None:
    book = openpyxl.load_workbook(BytesIO(leader.fetch(f"/reports/{EARLIER}.xlsx").data))
    [sheet] = [s for s in book if "Độ tin cậy theo đơn vị và lĩnh vực" in str(s["A1"].value)]
    names = [row[0].value for row in sheet.iter_rows(min_row=3, max_row=7)]
    assert sorted(names) == sorted(name for name in Reading(leader.get(PAGE)).rows if " – " in name)


def as_text(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


# --- the officer -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("answered")
def test_the_coverage_board_shows_at_a_glance_where_pages_are_opened_for_nothing(
    officer: Visitor, sqlite_small: Database
) -> None:
    assert "lượt mở trang, ít nhất" not in officer.get(COVERAGE)
    count(sqlite_small, {LAND_ONLY: (400, 200), MIXED: (130, 10), WARD: (1000, 40)}, ROUND, NOW.date())
    page = Reading(officer.get(COVERAGE))
    assert "Phường Hòa Thuận: 1.000 lượt mở trang, ít nhất 60 lượt bắt đầu, 60 phiếu" in page.main
    assert "Xã Bình An: 130 lượt" not in page.main
    assert "Xã Bình An 130 lượt mở trang, ít nhất 60 lượt bắt đầu" in " ".join(page.main.split())
    assert "quét thử một lần" in page.main


def test_an_officer_with_a_part_reads_no_other_units_openings(app: Flask, answered: Database) -> None:
    count(answered, {MIXED: (130, 10), WARD: (1000, 40)}, ROUND, NOW.date())
    with answered.writing() as session:
        account = Account("xa", "Cán bộ xã", "officer", "XA")
        accounts.add(session, account, password_hash=hash_password(PASSWORD))
    page = signed_in(app, "xa").get(COVERAGE)
    assert "130 lượt mở trang" in page
    assert "1.000" not in page


# --- while answers arrive ----------------------------------------------------------------------------


def test_an_open_rounds_report_counts_openings_of_past_days_and_dates_them_by_the_data(
    answered: Database,
) -> None:
    today = NOW.date()
    count(answered, {LAND_ONLY: (90, 40)}, ROUND, today)
    trust = shown_result(answered, ROUND, small_cell=5, now=NOW).result.credibility
    assert trust
    assert (trust.openings, trust.since, trust.until) == (None, None, None)
    count(answered, {LAND_ONLY: (70, 40)}, ROUND, today - timedelta(days=2))
    trust = shown_result(answered, ROUND, small_cell=5, now=NOW).result.credibility
    assert trust
    assert (trust.since, trust.until) == (today - timedelta(days=2), today - timedelta(days=2))
    assert trust.units[0].openings == Openings(70, 40)
    tomorrow = shown_result(answered, ROUND, small_cell=5, now=NOW + timedelta(days=1)).result.credibility
    assert tomorrow
    assert (tomorrow.units[0].openings, tomorrow.until) == (Openings(160, 80), today)


def test_openings_are_part_of_what_an_issue_was_made_from_once_there_are_any(answered: Database) -> None:
    def parts() -> set[str]:
        with answered.reading() as session:
            found = rounds.with_code(session, EARLIER, now=NOW)
            assert found
            made = around(session, found, Makings(NOTHING_WRITTEN, "", 5), now=NOW)
        return {f"{name}: {part['']}" for name, part in made.items()}

    before = parts()
    count(answered, {LAND_ONLY: (3, 1)})
    [(first,)] = [tuple(parts() - before)]
    assert first.startswith("openings: ")
    Hand(answered).do(sa.text("UPDATE opening SET opened = opened + 1"))
    assert first not in parts()


def test_tickets_are_counted_by_unit_and_field(answered: Database) -> None:
    given = [
        Ticket(f"{at:064}", ROUND, desk, field)
        for at, (desk, field) in enumerate([(MIXED, "land"), (MIXED, "civil_status"), (LAND_ONLY, "land")])
    ]
    with answered.writing() as session:
        tickets.add_new(session, ROUND, given)
    with answered.reading() as session:
        issued, units = tickets.issued(session, ROUND), tickets.counts(session, ROUND)
        assert tickets.issued(session, EARLIER) == {}
    assert issued == {("XA", "land"): 2, ("XA", "civil_status"): 1, ("SO", "land"): 1}
    assert {unit: count_.issued for unit, count_ in units.items()} == {"XA": 3, "SO": 1}
