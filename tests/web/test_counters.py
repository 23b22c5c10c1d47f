"""A counter's code, scanned or typed: it opens the questionnaire, or a page says what is wrong with it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import text

from survey.actions.answering import open_counter
from survey.actions.rounds import close_round
from survey.core.counter import ALPHABET
from survey.core.round import VIETNAM
from survey.core.ticket import readable_ticket
from survey.store import rounds
from survey.store.database import Database
from tests.places import LAND_ONLY, MIXED, NOW, OFFICER, RETIRED, ROUND, TICKET
from tests.web.reading import Reading
from tests.web.visitor import Visitor, stored

UNKNOWN = "22222222"
HALVES = f"{MIXED[:4]}-{MIXED[4:]}"
SPELLINGS = [MIXED, MIXED.lower(), HALVES, HALVES.lower(), HALVES.replace("-", " "), f" {HALVES} "]


def neighbour(code: str, place: int) -> str:
    """The code with another character at one place."""
    other = ALPHABET[(ALPHABET.index(code[place]) + 1) % len(ALPHABET)]
    return code[:place] + other + code[place + 1 :]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_code_opens_the_questionnaire_however_it_is_spelled(visitor: Visitor, spelling: str) -> None:
    assert "Quầy số 1" in Reading(visitor.get(f"/q/{spelling}")).main


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_typed_code_leads_to_the_address_of_the_poster(visitor: Visitor, spelling: str) -> None:
    response = visitor.client.get("/q", query_string={"code": spelling})
    assert (response.status_code, response.location) == (302, f"/q/{MIXED}")


def test_a_code_typed_on_an_english_page_opens_the_english_questionnaire(visitor: Visitor) -> None:
    response = visitor.client.get("/q", query_string={"code": HALVES, "lang": "en"})
    assert response.location == f"/q/{MIXED}?lang=en"


def test_an_answer_sent_to_another_spelling_of_the_code_is_taken(
    visitor: Visitor, sqlite_small: Database
) -> None:
    visitor.send(f"/q/{HALVES.lower()}", visitor.filled(MIXED))
    assert len(stored(sqlite_small)) == 1


@pytest.mark.parametrize("place", range(8))
def test_one_wrong_character_is_noticed(visitor: Visitor, place: int) -> None:
    page = Reading(visitor.get(f"/q/{neighbour(MIXED, place)}", 404))
    assert page.heading == "Mã quầy chưa đúng"


@pytest.mark.parametrize("typed", ["", "K7M2", "K7M2-9QFX-2", "O0I1L000", "xin chào", "<b>", "%", "💛" * 8])
def test_what_cannot_be_a_code_is_called_mistyped_and_can_be_typed_again(
    visitor: Visitor, typed: str
) -> None:
    response = visitor.client.get("/q", query_string={"code": typed})
    page = Reading(response.text)
    assert (response.status_code, page.heading) == (404, "Mã quầy chưa đúng")
    assert "code" in page.questions


@pytest.mark.parametrize("typed", ["K7M2-9QFY", 'a"><b>', "Đ" * 8])
def test_what_was_typed_stays_in_the_box_to_be_looked_through(visitor: Visitor, typed: str) -> None:
    for page in (
        visitor.client.get("/q", query_string={"code": typed}).text,
        visitor.client.get(f"/q/{quote(typed, safe='')}").text,
    ):
        box = next(each for each in Reading(page).root.iter("input") if each.get("name") == "code")
        assert box.get("value") == typed
    assert ("tắt kiểu gõ tiếng Việt" in page) == (not typed.isascii())


def test_a_ticket_is_opened_from_the_same_box_as_a_counter(visitor: Visitor) -> None:
    for typed in (TICKET, readable_ticket(TICKET), f" {readable_ticket(TICKET).lower()} "):
        response = visitor.client.get("/q", query_string={"code": typed})
        assert (response.status_code, response.location) == (302, f"/t/{TICKET}")
    wrong = visitor.client.get("/q", query_string={"code": TICKET[:-1] + ("2" if TICKET[-1] != "2" else "3")})
    page = Reading(wrong.text)
    assert (wrong.status_code, page.heading) == (404, "Mã một lần chưa đúng")
    assert "code" in page.questions


def test_a_well_formed_code_of_no_counter_is_called_unknown(visitor: Visitor) -> None:
    page = Reading(visitor.get(f"/q/{UNKNOWN}", 404))
    assert page.heading == "Không tìm thấy quầy này"
    assert "code" in page.questions


def test_a_retired_counter_says_so_kindly_and_names_its_unit(visitor: Visitor) -> None:
    page = Reading(visitor.get(f"/q/{RETIRED}"))
    assert page.heading == "Quầy này đã ngừng phục vụ"
    assert "Phường Hòa Thuận" in page.main
    assert page.root.find(".//fieldset") is None


def test_without_an_open_round_a_counter_says_so_kindly_and_names_its_unit(
    visitor: Visitor, sqlite_small: Database
) -> None:
    assert close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    page = Reading(visitor.get(f"/q/{LAND_ONLY}"))
    assert page.heading == "Hiện không có đợt khảo sát"
    assert "Sở Thử nghiệm" in page.main
    assert page.root.find(".//fieldset") is None


@pytest.mark.parametrize(("days", "announced"), [(40, True), (1, True), (-3, False)])
def test_before_a_planned_round_a_counter_says_from_which_day_on_it_opens(
    visitor: Visitor, sqlite_small: Database, *, days: int, announced: bool
) -> None:
    open_now = open_counter(sqlite_small, LAND_ONLY, now=NOW).round
    day = datetime.now(VIETNAM).date() + timedelta(days=days)
    later = [
        replace(open_now, code=f"2027-q{n}", opened_at=None, starts_on=day + timedelta(n)) for n in (2, 0)
    ]
    with sqlite_small.writing() as session:
        for planned in later:
            rounds.add(session, planned, {("XA", "land"): 5})
    assert close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    page = Reading(visitor.get(f"/q/{LAND_ONLY}"))
    assert page.heading == ("Đợt khảo sát chưa bắt đầu" if announced else "Hiện không có đợt khảo sát")
    assert (f"{day:%d/%m/%Y}" in page.main) is announced
    assert "Sở Thử nghiệm" in page.main
    assert "chính mã này sẽ mở phiếu" in page.main


def test_a_retired_counter_does_not_promise_the_next_round(visitor: Visitor, sqlite_small: Database) -> None:
    planned = replace(
        open_counter(sqlite_small, LAND_ONLY, now=NOW).round,
        code="2099-q1",
        opened_at=None,
        starts_on=date(2099, 1, 1),
    )
    with sqlite_small.writing() as session:
        rounds.add(session, planned, {("XA", "land"): 5})
    assert close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    page = Reading(visitor.get(f"/q/{RETIRED}"))
    assert page.heading == "Quầy này đã ngừng phục vụ"
    assert "2099" not in page.main


def test_the_same_poster_opens_the_next_round(visitor: Visitor, sqlite_small: Database) -> None:
    first = visitor.opened(MIXED)
    assert close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    with sqlite_small.writing() as session:
        session.execute(text("UPDATE round SET closed_at = NULL WHERE code = '2026-q3'"))
    form = visitor.filled(MIXED)
    assert form["visit"] != first["visit"]
    visitor.send(f"/q/{MIXED}", form)
    assert len(stored(sqlite_small)) == 1


def test_a_mistyped_receipt_is_called_a_receipt_and_not_a_counter(visitor: Visitor) -> None:
    page = Reading(visitor.get("/x/2345678923", 404))
    assert "quầy" not in page.heading
    assert "QR" not in page.main
