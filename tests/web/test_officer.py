"""The officer's pages: live counts, silent units, closing with a question first, posters."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from survey.actions.rounds import board
from survey.core.counter import readable_code
from survey.store.database import Database
from tests.papers import pages
from tests.places import (
    COUNTERS,
    DOSSIERS,
    EARLIER,
    LAND_ONLY,
    MIXED,
    RETIRED,
    ROUND,
    UNITS,
)
from tests.web.page_rules import text_of
from tests.web.reading import Reading
from tests.web.visitor import EVERY_ITEM, Visitor

PAGE = f"/officer/rounds/{ROUND}"
CLOSE = f"{PAGE}/close"
IN_SERVICE = [counter for counter in COUNTERS if not counter.retired]


def figures(officer: Visitor) -> tuple[str, str, str]:
    """Responses, dossiers and silent units on the round's page."""
    shown = Reading(officer.get(PAGE)).figures
    return shown["Phiếu trả lời"], shown["Hồ sơ có kết quả"], shown["Đơn vị chưa có phiếu"]


def close(officer: Visitor) -> Reading:
    """What an officer reads after pressing the button on the page that asks."""
    return Reading(officer.post(CLOSE, {"csrf_token": officer.token(CLOSE)}))


# --- counts ----------------------------------------------------------------------------------------------


def test_every_round_is_listed_with_its_state_the_newest_first(officer: Visitor) -> None:
    page = Reading(officer.get("/officer/rounds"))
    names = [text_of(heading) for heading in page.root.iter("h2")]
    assert names == ["Quý IV năm 2026 đang mở", "Quý III năm 2026 đã đóng"]


def test_a_new_answer_raises_the_counts_at_once(officer: Visitor, visitor: Visitor) -> None:
    assert figures(officer) == ("0", "5.050", "3")
    visitor.send(f"/q/{MIXED}", visitor.filled(MIXED))
    assert figures(officer) == ("1", "5.050", "2")
    visitor.send(f"/q/{LAND_ONLY}", visitor.opened(LAND_ONLY) | EVERY_ITEM)
    assert figures(officer) == ("2", "5.050", "1")
    assert Reading(officer.get("/officer/rounds")).main.count("Phiếu trả lời2 ") == 1


def test_the_same_answer_twice_is_counted_once(officer: Visitor, visitor: Visitor) -> None:
    form = visitor.filled(MIXED)
    for _ in range(2):
        visitor.send(f"/q/{MIXED}", form)
    assert figures(officer)[0] == "1"


def test_every_unit_is_shown_with_its_dossiers_even_without_an_answer(
    officer: Visitor, visitor: Visitor
) -> None:
    visitor.send(f"/q/{MIXED}", visitor.filled(MIXED))
    rows = Reading(officer.get(PAGE)).rows
    assert set(rows) == {unit.name for unit in UNITS}
    counts = {name: cells[:2] for name, cells in rows.items()}
    assert counts == {
        "Xã Bình An": ["1", "1.560"],
        "Phường Hòa Thuận": ["0", "3.090"],
        "Sở Thử nghiệm": ["0", "400"],
    }


def test_a_silent_unit_is_marked(officer: Visitor, visitor: Visitor) -> None:
    visitor.send(f"/q/{MIXED}", visitor.filled(MIXED))
    marked = [row for row in Reading(officer.get(PAGE)).root.iter("tr") if row.get("class") == "silent"]
    assert {text_of(row.find("th")) for row in marked} == {"Phường Hòa Thuận", "Sở Thử nghiệm"}


def test_the_counters_of_a_unit_are_those_in_service(officer: Visitor) -> None:
    rows = Reading(officer.get(PAGE)).rows
    shown = {unit.name: int(rows[unit.name][3]) for unit in UNITS}
    assert shown == {
        unit.name: sum(counter.unit_code == unit.code for counter in IN_SERVICE) for unit in UNITS
    }


def test_an_english_officer_reads_english_numbers_and_round_names(officer: Visitor) -> None:
    page = Reading(officer.get(f"{PAGE}?lang=en"))
    assert page.heading.startswith("Fourth quarter of 2026")
    assert f"{sum(DOSSIERS.values()):,}" in page.main


# --- closing ----------------------------------------------------------------------------------------------


def test_the_button_to_close_leads_to_a_question_and_changes_nothing(
    officer: Visitor, sqlite_small: Database
) -> None:
    assert CLOSE in Reading(officer.get(PAGE)).links
    page = Reading(officer.get(CLOSE))
    assert page.heading == "Đóng đợt khảo sát?"
    assert "Quý IV năm 2026 đang có 0 phiếu" in page.main
    assert PAGE in page.links
    assert board(sqlite_small, ROUND, within=None, now=datetime.now(UTC)).is_open


def test_closing_stops_the_answers_and_says_so(
    officer: Visitor, visitor: Visitor, sqlite_small: Database
) -> None:
    page = close(officer)
    assert "Đã đóng đợt khảo sát" in page.html
    assert page.heading.endswith("đã đóng, còn nhận phiếu gửi muộn")
    assert "Đóng lúc" in page.figures
    assert CLOSE not in page.links
    assert Reading(visitor.get(f"/q/{MIXED}")).heading == "Hiện không có đợt khảo sát"
    assert not board(sqlite_small, ROUND, within=None, now=datetime.now(UTC)).is_open


def test_closing_twice_says_so_and_keeps_the_moment_of_the_first_time(
    officer: Visitor, sqlite_small: Database
) -> None:
    token = officer.token(CLOSE)
    close(officer)
    first = board(sqlite_small, ROUND, within=None, now=datetime.now(UTC)).round.closed_at
    page = Reading(officer.post(CLOSE, {"csrf_token": token}))
    assert "không có gì thay đổi" in page.html
    assert board(sqlite_small, ROUND, within=None, now=datetime.now(UTC)).round.closed_at == first


def test_the_message_about_closing_is_shown_once(officer: Visitor) -> None:
    close(officer)
    assert "Đã đóng đợt khảo sát" not in officer.get(PAGE)


def test_closing_an_unknown_round_says_that_there_is_none(officer: Visitor, sqlite_small: Database) -> None:
    token = officer.token(CLOSE)
    response = officer.client.post(
        "/officer/rounds/1999-q1/close", data={"csrf_token": token}, follow_redirects=True
    )
    assert response.status_code == 404
    assert board(sqlite_small, ROUND, within=None, now=datetime.now(UTC)).is_open
    assert "không mở nên" not in officer.get("/officer/rounds")


# --- posters ----------------------------------------------------------------------------------------------


def test_the_posters_of_all_counters_in_service_are_one_file(officer: Visitor) -> None:
    response = officer.fetch("/officer/posters.pdf")
    assert response.mimetype == "application/pdf"
    assert response.data.startswith(b"%PDF-")
    printed = pages(response.data)
    assert len(printed) == len(IN_SERVICE)
    for counter in IN_SERVICE:
        assert sum(readable_code(counter.code) in page for page in printed) == 1


def test_a_retired_counter_is_not_printed(officer: Visitor) -> None:
    printed = "".join(pages(officer.fetch("/officer/posters.pdf").data))
    assert readable_code(RETIRED) not in printed
    assert "Quầy cũ" not in printed


@pytest.mark.parametrize("unit", [unit.code for unit in UNITS])
def test_the_posters_of_one_unit_are_its_counters_in_service(officer: Visitor, unit: str) -> None:
    response = officer.fetch(f"/officer/posters.pdf?unit={unit}")
    printed = pages(response.data)
    codes = [readable_code(counter.code) for counter in IN_SERVICE if counter.unit_code == unit]
    assert len(printed) == len(codes)
    assert {code for code in codes for page in printed if code in page} == set(codes)
    assert f"ap-phich-{unit}.pdf" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("unit", ["ZZ", "xa", '"; rm -rf /', "%0d%0aX-Injected: 1"])
def test_posters_of_a_unit_that_does_not_exist_are_a_page_that_says_so(officer: Visitor, unit: str) -> None:
    response = officer.client.get(f"/officer/posters.pdf?unit={unit}")
    assert response.status_code == 404
    assert "X-Injected" not in response.headers


@pytest.mark.usefixtures("answered")
def test_every_poster_link_of_a_round_opens_even_when_a_unit_has_retired_counters_only(
    officer: Visitor, sqlite_small: Database
) -> None:
    with sqlite_small.writing() as session:
        session.execute(text("UPDATE counter SET retired = true WHERE code = :code"), {"code": LAND_ONLY})
    links = [link for link in Reading(officer.get(PAGE)).links if "/officer/posters" in link]
    assert len(links) >= 3
    assert {link: officer.client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_the_earlier_round_is_shown_as_it_was_closed(officer: Visitor) -> None:
    page = Reading(officer.get(f"/officer/rounds/{EARLIER}"))
    assert page.figures["Đóng lúc"] == "07:00 01/10/2026"
