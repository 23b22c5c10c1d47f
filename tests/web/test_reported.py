"""The officer's pages of figures from other sources: every fault beside its field, nothing lost, texts shown as texts."""

from collections.abc import Mapping

import pytest

from survey.store.database import Database
from tests.places import EARLIER, ROUND
from tests.web.visitor import Visitor, hidden

PAGE = f"/officer/rounds/{ROUND}/figures"
ON_TIME = f"{PAGE}/target/on_time_dossiers_rate"
POINTS = f"{PAGE}/measure/points_61"
GOOD = {"value": "96,4", "source": "Hệ thống một cửa", "dated": "2026-11-01", "year": ""}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def officer(visitor: Visitor) -> Visitor:
    """An officer who signed in."""
    visitor.sign_in()
    return visitor


def post(officer: Visitor, path: str, data: Mapping[str, str], status: int = 200) -> str:
    page = officer.get(path)
    hiddens = {name: hidden(page, name) for name in ("csrf_token", "seen")}
    return officer.post(path, hiddens | dict(data), status)


def test_the_rounds_page_leads_to_its_figures_and_these_to_every_form(officer: Visitor) -> None:
    assert f'href="{PAGE}"' in officer.get(f"/officer/rounds/{ROUND}")
    page = officer.get(PAGE)
    assert "chưa báo cáo" in page
    assert f'href="{ON_TIME}"' in page
    assert f'href="{POINTS}"' in page
    assert "on_time_dossiers_rate" in page
    assert "/target/satisfaction_tthc" not in page


def test_a_figure_is_entered_and_stands_in_the_list_and_the_report(officer: Visitor) -> None:
    page = post(officer, ON_TIME, GOOD | {"source": f"Nguồn {SCRIPT}"})
    assert "Đã ghi số liệu" in page
    assert "96,4" in page
    assert SCRIPT not in page
    assert "Nguồn &lt;script&gt;" in page
    report = officer.get(f"/reports/{ROUND}")
    assert "Nguồn &lt;script&gt;" in report
    assert "96,4" in report


@pytest.mark.parametrize(
    ("path", "wrong", "said"),
    [
        (ON_TIME, {"value": ""}, "Hãy nhập giá trị"),
        (ON_TIME, {"value": "rất cao"}, "từ 0 đến 100"),
        (ON_TIME, {"value": "101"}, "từ 0 đến 100"),
        (ON_TIME, {"source": ""}, "Hãy ghi mục này"),
        (ON_TIME, {"source": "x" * 301}, "từ 3 đến 300 ký tự"),
        (ON_TIME, {"dated": ""}, "Hãy chọn ngày"),
        (ON_TIME, {"dated": "2999-01-01"}, "không được ở sau hôm nay"),
        (POINTS, {"value": "15", "year": ""}, "năm gồm bốn chữ số"),
        (POINTS, {"value": "15", "year": "hai nghìn"}, "năm gồm bốn chữ số"),
        (POINTS, {"value": "18,5", "year": "2025"}, "từ 0 đến 18"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    officer: Visitor, path: str, wrong: dict[str, str], said: str
) -> None:
    data = GOOD | wrong
    page = post(officer, path, data, 422)
    assert said in page
    assert 'aria-invalid="true"' in page
    for name in ("value", "source", *(("year",) if path == POINTS else ())):
        assert f'value="{data[name]}"' in page


def test_two_who_enter_at_once_both_see_it_and_the_second_decides(officer: Visitor) -> None:
    first = officer.get(ON_TIME)
    stale = {name: hidden(first, name) for name in ("csrf_token", "seen")}
    post(officer, ON_TIME, GOOD)
    page = officer.post(ON_TIME, stale | GOOD | {"value": "90"}, 409)
    assert "người khác đã ghi số liệu này" in page
    assert "96,4" in page
    assert 'value="90"' in page
    again = {name: hidden(page, name) for name in ("csrf_token", "seen")}
    assert "không đạt" in officer.post(ON_TIME, again | GOOD | {"value": "90"})


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "０"])
def test_a_form_of_somebody_elses_making_changes_nothing_that_stands(officer: Visitor, seen: str) -> None:
    post(officer, ON_TIME, GOOD)
    officer.post(ON_TIME, GOOD | {"csrf_token": officer.token(ON_TIME), "seen": seen, "value": "1"}, 409)
    assert "96,4" in officer.get(PAGE)


def test_taking_back_asks_first_and_needs_a_reason(officer: Visitor) -> None:
    assert "không có gì để gỡ" in officer.get(f"{POINTS}/withdraw")
    post(officer, POINTS, GOOD | {"value": "15,5", "year": "2025"})
    assert "15,5 trên 18 điểm" in officer.get(PAGE)
    assert "Gỡ số liệu?" in officer.get(f"{POINTS}/withdraw")
    assert "Hãy ghi" in post(officer, f"{POINTS}/withdraw", {"reason": ""}, 422)
    assert "Đã gỡ số liệu" in post(officer, f"{POINTS}/withdraw", {"reason": "nhập nhầm năm"})
    assert "15,5" not in officer.get(PAGE)


def test_what_changed_meanwhile_is_not_taken_back(officer: Visitor) -> None:
    post(officer, ON_TIME, GOOD)
    before = officer.get(f"{ON_TIME}/withdraw")
    stale = {name: hidden(before, name) for name in ("csrf_token", "seen")}
    post(officer, ON_TIME, GOOD | {"value": "97"})
    page = officer.post(f"{ON_TIME}/withdraw", stale | {"reason": "nhập nhầm năm"}, 409)
    assert "nhập nhầm năm" in page
    assert "97" in officer.get(PAGE)


@pytest.mark.parametrize(
    "path", [f"{PAGE}/target/sipas", f"{PAGE}/target/x", f"{PAGE}/other/x", f"{PAGE}/measure/x"]
)
def test_what_nobody_reports_has_no_page(officer: Visitor, path: str) -> None:
    officer.get(path, 404)


def test_a_closed_rounds_figures_can_still_be_entered(officer: Visitor, sqlite_small: Database) -> None:
    del sqlite_small
    path = f"/officer/rounds/{EARLIER}/figures/target/on_time_dossiers_rate"
    assert "Đã ghi số liệu" in post(officer, path, GOOD)
