"""The leader's board on a phone, and a unit's own report: within the reader's part, and never about a few people."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from survey.actions.figures import shown_result
from survey.actions.report import round_document
from survey.actions.rounds import close_round
from survey.core.round import VIETNAM
from survey.store.database import Database
from survey.store.tables import RoundRow
from tests.places import DOSSIERS, EARLIER, HOUR, OFFICER, ROUND, add_responses
from tests.web.reading import Reading
from tests.web.visitor import Visitor

NOW = f"/reports/{ROUND}/now"
NOON = HOUR + timedelta(hours=2)


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


@pytest.mark.usefixtures("settled")
def test_once_nothing_can_arrive_every_answer_counts_on_every_level(leader: Visitor) -> None:
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
def test_after_the_closing_no_look_and_no_later_one_differ_by_few_answers(sqlite_small: Database) -> None:
    closed = HOUR + timedelta(minutes=10)
    close_round(sqlite_small, ROUND, by=OFFICER, now=closed)

    def counted(after: timedelta) -> tuple[list[int], str]:
        shown = shown_result(sqlite_small, ROUND, small_cell=5, now=closed + after)
        return shown.breakdown.levels["unit_field"].responses.tolist(), str(shown.result.index.value)

    looks = [counted(timedelta(hours=hours)) for hours in (0, 1, 3)]
    for hours in (4, 5, 6):  # phones find their network again, one an hour
        add_responses(sqlite_small, "XA", "land", [1], hour=HOUR + timedelta(hours=hours))
        looks.append(counted(timedelta(hours=hours, minutes=55)))
    looks += [counted(timedelta(days=14)), counted(timedelta(days=15))]
    assert sum(looks[-1][0]) == 153
    for number, (earlier, index) in enumerate(looks):
        for later, index_then in looks[number:]:
            came = [after - before for before, after in zip(earlier, later, strict=True)]
            assert all(not more or more >= 5 for more in came)
            assert any(came) or index == index_then


@pytest.mark.usefixtures("answered")
def test_the_report_of_the_next_round_does_not_move_by_a_late_answer_to_this_one(
    sqlite_small: Database,
) -> None:
    with sqlite_small.writing() as session:
        session.execute(
            sa.update(RoundRow).where(RoundRow.code == EARLIER).values(closed_at=NOON - timedelta(days=2))
        )

    for unit, field in DOSSIERS:
        add_responses(sqlite_small, unit, field, [4, 2, 3] * 3, EARLIER, hour=HOUR - timedelta(hours=26))

    def compared() -> list[object]:
        result = shown_result(sqlite_small, ROUND, small_cell=5, now=NOON).result
        assert result.previous_index
        assert result.previous_index.is_known
        return [
            result.previous_index,
            *(factor.previous for factor in result.factors),
            *(u.previous for u in result.units),
        ]

    before = compared()
    add_responses(sqlite_small, "XA", "land", [1], EARLIER, hour=HOUR - timedelta(hours=1))
    assert compared() == before


@pytest.mark.usefixtures("answered")
def test_a_report_says_until_when_its_figures_are_provisional(
    leader: Visitor, sqlite_small: Database
) -> None:
    closed = datetime.now(UTC)
    close_round(sqlite_small, ROUND, by=OFFICER, now=closed)
    final = f"{closed.astimezone(VIETNAM) + timedelta(days=14, hours=1):%H:%M, %d/%m/%Y}"
    assert f"tạm tính đến hết {final.replace(',', '')}" in Reading(leader.get("/reports")).main
    for page in (NOW, f"/reports/{ROUND}", f"/reports/{ROUND}/units/XA"):
        assert f"tạm tính đến hết {final}" in " ".join(leader.get(page).split())
    for ending in ("pdf", "docx", "xlsx"):
        document = round_document(
            sqlite_small, ROUND, "vi", public_url="", small_cell=5, within=None, now=datetime.now(UTC)
        )
        assert f"tạm tính đến hết {final}" in document.banner
        assert leader.fetch(f"/reports/{ROUND}.{ending}").status_code == 200


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
