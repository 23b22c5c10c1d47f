"""The leader's board on a phone, and a unit's own report: within the reader's part, and never about a few people."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from survey.actions.figures import shown_result
from survey.actions.rounds import close_round
from survey.core.round import VIETNAM
from survey.store.database import Database
from tests.places import DOSSIERS, EARLIER, HOUR, OFFICER, ROUND, add_responses
from tests.web.reading import Reading
from tests.web.visitor import Visitor

NOW = f"/reports/{ROUND}/now"


def figures(leader: Visitor, code: str = ROUND) -> str:
    """All that can be read of units, fields and items."""
    paths = [
        f"/reports/{code}/now",
        *(f"/reports/{code}/units/{unit}" for unit in ("SO", "XA", "PH")),
        *(f"/reports/{code}/units/{unit}/fields/{field}" for unit, field in DOSSIERS),
    ]
    return "\n".join(Reading(leader.get(path)).main for path in paths)


def without_counts(text: str) -> str:
    """What is read, less how many responses wait, which tells nothing of what they say."""
    return re.sub(r"Còn\s+\S+\s+phiếu chưa tính", "", text)


@pytest.mark.usefixtures("answered")
def test_the_board_leads_from_the_first_page_to_a_unit_to_a_field_and_its_items(leader: Visitor) -> None:
    board = Reading(leader.get(NOW))
    assert "Số liệu tạm tính" in board.main
    assert f"/reports/{ROUND}/units/XA" in board.links
    unit = Reading(leader.get(f"/reports/{ROUND}/units/XA"))
    assert "Xã Bình An" in unit.heading
    assert unit.rows["Đất đai"][:2] == ["60", "15"]
    assert "Cả tỉnh" in unit.main
    assert f"/reports/{ROUND}/units/XA/fields/land" in unit.links
    field = Reading(leader.get(f"/reports/{ROUND}/units/XA/fields/land"))
    assert "Đất đai" in field.heading
    assert {"60,00 %"} == {cells[0] for cells in field.rows.values()}


@pytest.mark.usefixtures("answered")
def test_the_unit_with_the_lowest_index_stands_first_and_a_search_finds_one(
    leader: Visitor, sqlite_small: Database
) -> None:
    for hours in (5, 4, 3):
        for field in ("land", "civil_status"):
            add_responses(sqlite_small, "PH", field, [1] * 20, hour=HOUR - timedelta(hours=hours))
    units = [link for link in Reading(leader.get(NOW)).links if "/units/" in link]
    assert units[0].endswith("/PH")
    found = Reading(leader.get(f"{NOW}?search=b%C3%ACnh"))
    assert [link for link in found.links if "/units/" in link] == [f"/reports/{ROUND}/units/XA"]
    assert "Không có đơn vị nào như vậy" in Reading(leader.get(f"{NOW}?search=zzz")).main


@pytest.mark.usefixtures("answered")
def test_a_units_paper_has_the_numbers_of_its_page(leader: Visitor) -> None:
    rows = Reading(leader.get(f"/reports/{ROUND}/units/XA")).rows
    paper = leader.fetch(f"/reports/{ROUND}/units/XA/report.pdf")
    assert paper.data.startswith(b"%PDF-")
    assert f"bao-cao-{ROUND}-XA.pdf" in paper.headers["Content-Disposition"]
    book = openpyxl.load_workbook(BytesIO(leader.fetch(f"/reports/{ROUND}/units/XA/report.xlsx").data))
    [land] = [row for row in book["Bảng 1"].iter_rows(values_only=True) if row[0] == "Đất đai"]
    assert rows["Đất đai"][2] == f"{100 * land[3]:.2f} %".replace(".", ",")


@pytest.mark.parametrize("path", ["units/NOWHERE", "units/XA/fields/nothing", "units/SO/fields/civil_status"])
def test_a_unit_or_field_that_is_not_in_the_round_is_not_found(leader: Visitor, path: str) -> None:
    leader.get(f"/reports/{ROUND}/{path}", 404)


def test_an_empty_round_has_a_board_that_says_so(leader: Visitor) -> None:
    page = Reading(leader.get(NOW))
    assert "chưa nêu chỉ số" in page.main
    assert "%" not in Reading(leader.get(f"/reports/{ROUND}/units/XA")).rows["Đất đai"][2]


@pytest.mark.usefixtures("answered")
def test_nothing_on_any_level_moves_by_one_more_answer(leader: Visitor, sqlite_small: Database) -> None:
    before = figures(leader)
    for _ in range(4):
        add_responses(sqlite_small, "XA", "land", [1], hour=HOUR + timedelta(hours=1))
        assert without_counts(figures(leader)) == without_counts(before)
        assert Reading(leader.get(f"/reports/{ROUND}/units/XA")).rows["Đất đai"][1] == "15"


@pytest.mark.usefixtures("answered")
def test_closing_counts_every_answer_on_every_level(leader: Visitor, sqlite_small: Database) -> None:
    close_round(sqlite_small, ROUND, by=OFFICER, now=datetime.now(UTC))
    assert Reading(leader.get(f"/reports/{ROUND}/units/XA")).rows["Đất đai"][1] == "30"
    assert "tạm tính" not in Reading(leader.get(NOW)).main


def test_a_small_cell_is_hidden_with_enough_others_that_nobody_computes_it(
    leader: Visitor, sqlite_small: Database
) -> None:
    for (unit, field), count in zip(DOSSIERS, (40, 3, 30, 30, 50), strict=True):
        add_responses(sqlite_small, unit, field, [5, 2] * (count // 2) + [4] * (count % 2), EARLIER)
    unit = Reading(leader.get(f"/reports/{EARLIER}/units/XA"))
    assert {
        row: cells[1:3] for row, cells in unit.rows.items() if row in {"Đất đai", "Hộ tịch – Chứng thực"}
    } == {
        "Đất đai": ["3", "–"],
        "Hộ tịch – Chứng thực": ["30", "–"],
    }
    field = Reading(leader.get(f"/reports/{EARLIER}/units/XA/fields/land"))
    assert {cell for cells in field.rows.values() for cell in cells} == {"–"}
    shown = shown_result(sqlite_small, EARLIER, small_cell=5, now=datetime.now(UTC)).breakdown
    hidden = shown.levels["unit_field"].is_hidden.reshape(3, 2).tolist()
    assert hidden == [[False, False], [True, True], [True, True]]


@pytest.mark.usefixtures("answered")
def test_the_board_is_computed_once_and_not_again_at_every_click(
    leader: Visitor, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    del app
    leader.get(NOW)
    calls = []
    monkeypatch.setattr("survey.actions.figures._load", calls.append)
    for path in (NOW, f"/reports/{ROUND}/units/XA", f"/reports/{ROUND}/units/PH/fields/land"):
        leader.get(path)
    assert calls == []


@pytest.mark.usefixtures("answered")
def test_after_the_closing_nothing_moves_until_the_figures_settle(sqlite_small: Database) -> None:
    closed = HOUR + timedelta(minutes=10)
    close_round(sqlite_small, ROUND, by=OFFICER, now=closed)

    def counted(after: timedelta) -> tuple[int, float]:
        index = shown_result(sqlite_small, ROUND, small_cell=5, now=closed + after).result.index
        return index.responses, index.value

    before = counted(timedelta(hours=3))
    assert before[0] == 150
    add_responses(sqlite_small, "XA", "land", [1], hour=HOUR + timedelta(hours=4))
    assert counted(timedelta(days=3)) == before
    assert counted(timedelta(days=14)) == before
    settled = counted(timedelta(days=15))
    assert settled[0] == 151
    assert settled[1] < before[1]


@pytest.mark.usefixtures("answered")
def test_the_exports_of_an_open_round_do_not_move_by_one_more_answer_either(
    leader: Visitor, sqlite_small: Database
) -> None:
    paths = [
        f"/reports/{ROUND}.xlsx",
        f"/reports/{ROUND}/units/XA/report.xlsx",
        f"/reports/{ROUND}/data/file.csv",
    ]
    before = [leader.fetch(path).data for path in paths]
    add_responses(sqlite_small, "XA", "land", [1])
    add_responses(sqlite_small, "XA", "civil_status", [1], hour=HOUR + timedelta(hours=2))
    assert [leader.fetch(path).data for path in paths] == before


@pytest.mark.usefixtures("answered")
def test_board_report_and_unit_say_up_to_which_hour_answers_are_in_their_figures(leader: Visitor) -> None:
    pages = [f"/reports/{code}{rest}" for code in (ROUND, EARLIER) for rest in ("", "/now", "/units/XA")]
    said = [
        re.findall(r"tính đến (\d\d:\d\d, \d\d/\d\d/\d{4})", Reading(leader.get(page)).main) for page in pages
    ]
    assert [len(each) for each in said] == [1] * 6
    open_round, closed_round = {each[0] for each in said[:3]}, {each[0] for each in said[3:]}
    assert len(open_round) == len(closed_round) == 1
    assert open_round != closed_round
    newest_that_counts = HOUR.astimezone(VIETNAM)  # the end of the hour before
    assert open_round == {f"{newest_that_counts:%H:%M, %d/%m/%Y}"}


@pytest.mark.usefixtures("answered")
def test_the_ways_to_the_fields_stand_before_the_figures_of_a_unit(leader: Visitor) -> None:
    page = leader.get(f"/reports/{EARLIER}/units/XA")
    assert page.index('id="look-into"') < page.index('<article class="report"')
    assert page.count('id="look-into"') == 1
