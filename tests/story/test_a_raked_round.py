"""An officer lets a round be raked, loads a frame with a margin, people answer, and the report says what moved."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, ViewportSize

from survey.actions import freezing
from survey.actions.rounds import board, close_round
from survey.core.freeze import Difference
from survey.core.raking import Raked, Refused
from survey.store import frames, responses, versions
from survey.store.database import Database
from tests.axe import violations
from tests.final_figures import final_result
from tests.places import HOUR, NOW, OFFICER, ROUND, five_factors, make_response
from tests.web.reading import Reading
from tests.web.serving import serving
from tests.web.test_frame import APPLIED, COLUMNS, PAGE, sent
from tests.web.test_rounds import NEW, USUAL, post
from tests.web.visitor import Visitor

TABLE = (
    "Đơn vị;Lĩnh vực;Số hồ sơ;Giới tính\nXA;land;300;Nữ\nXA;land;100;Nam\nPH;land;300;Nữ\nPH;land;300;Nam\n"
)
MAN, WOMAN = 1, 2
NARROW: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture
def officer(visitor: Visitor) -> Visitor:
    """An officer who signed in."""
    visitor.sign_in()
    return visitor


def asks_to_rake(database: Database) -> None:
    """The open round is as if it had been made so: an open round cannot be changed."""
    with database.writing() as session:
        session.execute(
            sa.text("UPDATE round SET settings = :s WHERE code = :c"),
            {"s": '{"weights":"raked"}', "c": ROUND},
        )


def load(officer: Visitor, table: str = TABLE) -> None:
    address, data = sent(officer, table, COLUMNS | {"role_3": "sex"})
    officer.post(f"{address}/apply", data | APPLIED)


def answer(database: Database, unit: str, code: int, who: int | None) -> None:
    answers: dict[str, int] = dict.fromkeys((item.code for item in five_factors().items), code)
    if who is not None:
        answers["sex"] = who
    with database.writing() as session:
        version = versions.published(session)[0].fingerprint
        made = make_response(
            unit=unit, field="land", round_code=ROUND, answers=answers, version=version, hour=HOUR
        )
        responses.add_many(session, [made])


def people(database: Database) -> None:
    """Satisfied women and others who are not: 4 women, 12 men, 2 who do not say."""
    for unit in ("XA", "PH"):
        for who, codes in ((WOMAN, [5, 5]), (MAN, [5, 1, 1, 1, 1, 1]), (None, [1])):
            for code in codes:
                answer(database, unit, code, who)


def test_the_setting_is_made_kept_and_shown(officer: Visitor, sqlite_small: Database) -> None:
    assert "Cân chỉnh thêm theo biên của tổng thể" in officer.get(NEW)
    post(officer, NEW, USUAL | {"weights": "raked"})
    found = board(sqlite_small, "2027-q1", within=None, now=datetime.now(UTC)).round
    assert found.settings.weights == "raked"
    page = officer.get("/officer/rounds/2027-q1/change")
    assert '<option value="raked" selected>' in page
    post(officer, "/officer/rounds/2027-q1/change", USUAL | {"weights": "strata"})
    found = board(sqlite_small, "2027-q1", within=None, now=datetime.now(UTC)).round
    assert found.settings.weights == "strata"


def test_the_page_of_the_frame_says_whether_its_margins_can_be_used(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer)
    page = Reading(officer.get(PAGE)).main
    assert "Cân chỉnh trọng số theo biên được, với các câu hỏi sau của phiếu: “Giới tính”." in page
    assert "các biên dưới đây chỉ để xem" in page
    asks_to_rake(sqlite_small)
    assert "Đợt này đặt cân chỉnh theo biên." in Reading(officer.get(PAGE)).main
    load(officer, TABLE.replace(";Nam", ";<b>Ông</b>"))
    page = Reading(officer.get(PAGE)).main
    assert "biên giới tính có loại không trùng phương án nào của phiếu: “<b>Ông</b>”" in page
    load(officer)
    with sqlite_small.writing() as session:
        session.execute(
            sa.text("INSERT INTO round_exclusion SELECT r.id, u.id FROM round r, unit u WHERE u.code = 'XA'")
        )
    assert "cộng lại là 1.000 hồ sơ, tổng thể của đợt là 600 hồ sơ" in Reading(officer.get(PAGE)).main


def test_a_frame_without_margins_is_said_where_the_round_wants_them(
    officer: Visitor, sqlite_small: Database
) -> None:
    assert "cân chỉnh" not in officer.get(PAGE)
    asks_to_rake(sqlite_small)
    assert "chưa có biên nào dùng được" in Reading(officer.get(PAGE)).main


def test_the_report_of_a_raked_round_says_what_moved(officer: Visitor, sqlite_small: Database) -> None:
    load(officer)
    people(sqlite_small)
    plain = final_result(sqlite_small)
    assert plain.raked is None
    asks_to_rake(sqlite_small)
    found = final_result(sqlite_small)
    assert isinstance(found.raked, Raked)
    # In each of the two strata 1 of 9 did not say; women are 60 % of the others, men 40 %, and 1 of 6 men is satisfied.
    said = 1 - 1 / 9
    assert found.index.value == pytest.approx(said * (0.6 * 1 + 0.4 / 6))
    assert found.unraked == plain.index
    later = NOW + timedelta(hours=2)
    close_round(sqlite_small, ROUND, by=OFFICER, now=later)
    page = officer.get(f"/reports/{ROUND}")
    assert "Cân chỉnh theo biên của tổng thể" in page


def test_margins_that_cannot_be_used_leave_the_figures_of_the_strata(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, TABLE.replace("Nam", "Khác"))
    people(sqlite_small)
    plain = final_result(sqlite_small)
    asks_to_rake(sqlite_small)
    found = final_result(sqlite_small)
    assert isinstance(found.raked, Refused)
    assert found.index == plain.index


def test_the_margins_of_a_frozen_raked_round_are_part_of_its_digest(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer)
    people(sqlite_small)
    asks_to_rake(sqlite_small)
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    settled = NOW + timedelta(days=14, hours=1, seconds=1)
    kept = freezing.frozen(sqlite_small, ROUND, now=settled)
    assert kept is not None
    assert kept.parts["margins"].keys() == {"sex"}
    with sqlite_small.writing() as session:
        session.execute(sa.text("UPDATE frame_margin SET dossiers = dossiers + 1 WHERE category = 'Nam'"))
    found = freezing.verify(sqlite_small, ROUND, now=settled)
    assert found.differences == (Difference("margins", "sex", "changed"),)


def test_the_digest_of_a_round_by_its_strata_does_not_know_margins(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer)
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    kept = freezing.frozen(sqlite_small, ROUND, now=NOW + timedelta(days=14, hours=1, seconds=1))
    assert kept is not None
    assert "margins" not in kept.parts
    with sqlite_small.reading() as session:
        assert frames.margins(session, ROUND) == {"sex": {"Nữ": 600, "Nam": 400}}


def test_the_pages_of_a_raked_round_hold_in_a_browser(
    officer: Visitor, sqlite_small: Database, app: Flask, browser: Browser
) -> None:
    load(officer)
    people(sqlite_small)
    asks_to_rake(sqlite_small)
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    with serving(app) as address:
        page = browser.new_page(viewport=NARROW)
        cookie = officer.client.get_cookie("sipas")
        assert cookie is not None
        page.context.add_cookies([{"name": "sipas", "value": cookie.value, "url": address}])
        page.goto(f"{address}{NEW}")
        page.get_by_label("Năm", exact=True).fill("2030")
        page.get_by_label("Quý", exact=True).last.select_option("4")
        page.get_by_label("Trọng số").select_option("raked")
        page.get_by_role("button", name="Lập đợt").click()
        page.wait_for_selector("text=Đã lập đợt khảo sát")
        for path, shown in (
            (PAGE, "Đợt này đặt cân chỉnh theo biên."),
            (f"/reports/{ROUND}", "Cân chỉnh theo biên"),
        ):
            page.goto(f"{address}{path}")
            assert shown in page.inner_text("main")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        page.close()
    found = board(sqlite_small, "2030-q4", within=None, now=datetime.now(UTC)).round
    assert found.settings.weights == "raked"
