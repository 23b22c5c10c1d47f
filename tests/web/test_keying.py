"""Paper forms keyed by officers: once, twice by two people, looked at a third time, and made responses once."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from survey.actions import counts
from survey.actions.keying import Keying, keying, pile_board
from survey.actions.rounds import board, close_round
from survey.core.account import Account
from survey.core.keying import FIRST, SECOND
from survey.store import accounts, trail
from survey.store.database import Database
from tests.browser import chromium
from tests.places import NOW, OFFICER, ROUND, five_factors
from tests.store.raw import contents
from tests.web.conftest import signed_in
from tests.web.page_rules import text_of
from tests.web.reading import Reading
from tests.web.serving import serving
from tests.web.visitor import Visitor, stored

PAPER = f"/officer/rounds/{ROUND}/paper"
ITEMS = [item.code for item in five_factors().items]


@pytest.fixture
def second(app: Flask, sqlite_small: Database) -> Visitor:
    """Another officer, limited to the commune."""
    with sqlite_small.writing() as session:
        hashed = accounts.password_hash(session, "canbo") or ""
        accounts.add(session, Account("canbo-xa", "Cán bộ xã", "officer", "XA"), password_hash=hashed)
    return signed_in(app, "canbo-xa")


def key(visitor: Visitor, form: int, turn: int, status: int = 200, **keys: str) -> Reading:
    path = f"{PAPER}/1/{form}/{turn}"
    token = visitor.token("/officer/account/password")
    return Reading(visitor.post(path, {"csrf_token": token, **keys}, status))


def all_keys(value: str = "4") -> dict[str, str]:
    return dict.fromkeys(ITEMS, value)


def piles(database: Database) -> tuple[Keying, ...]:
    return pile_board(database, ROUND, within=None, now=NOW).piles


def store(visitor: Visitor) -> Reading:
    return Reading(
        visitor.post(f"{PAPER}/1/store", {"csrf_token": visitor.token("/officer/account/password")})
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"forms": "ba"}, "Hãy ghi một số nguyên"),
        ({"day": "20/11/2026"}, "Ngày chưa đúng"),
        ({"unit": "nowhere"}, "không có trong danh sách"),
        ({"every": "7"}, "không có trong danh sách"),
    ],
)
def test_what_cannot_be_read_is_said_in_words_that_an_officer_knows(
    officer: Visitor, change: dict[str, str], said: str
) -> None:
    pile = {"unit": "XA", "field": "land", "day": "2026-11-20", "forms": "3", "every": "10"}
    token = {"csrf_token": officer.token(PAPER)}
    page = Reading(officer.post(f"{PAPER}/begin", pile | change | token, 422))
    assert list(page.summary) == list(change)
    assert said in page.summary[next(iter(change))]


def key_all(officer: Visitor, second: Visitor) -> None:
    for form in (1, 2, 3):
        key(officer, form, FIRST, **all_keys())
        key(second, form, SECOND, **all_keys("4" if form != 2 else "5"))


def test_saving_a_form_opens_the_next_one_and_the_last_leads_to_the_pile(officer: Visitor) -> None:
    assert key(officer, 1, FIRST, **all_keys()).heading.startswith("Tập 1, phiếu số 2")
    assert key(officer, 3, FIRST, **all_keys()).heading.startswith("Tập 1, phiếu số 2")
    assert key(officer, 2, FIRST, **all_keys()).heading.startswith("Tập 1: Xã Bình An")


def test_a_form_may_be_left_blank_and_keyed_again_until_it_is_right(
    officer: Visitor, sqlite_small: Database
) -> None:
    key(officer, 1, FIRST, **{ITEMS[0]: "5"})
    key(officer, 1, FIRST, **{ITEMS[0]: "3", ITEMS[1]: "2"})
    review = keying(sqlite_small, ROUND, 1, within=None, now=NOW).review
    assert dict(review.keyed[1, FIRST].answers) == {ITEMS[0]: 3, ITEMS[1]: 2}
    page = Reading(officer.get(f"{PAPER}/1/1/1"))
    assert page.with_id(f"q-{ITEMS[0]}").get("value") == "3"
    assert stored(sqlite_small) == []


def test_a_key_that_is_no_option_is_refused_and_what_was_keyed_stays_on_the_page(
    officer: Visitor, sqlite_small: Database
) -> None:
    page = key(officer, 1, FIRST, 422, **{ITEMS[0]: "9", ITEMS[1]: "2"})
    assert page.with_id(f"q-{ITEMS[0]}").get("value") == "9"
    assert page.with_id(f"q-{ITEMS[1]}").get("value") == "2"
    assert "Phương án này không có trong phiếu" in page.main
    assert not keying(sqlite_small, ROUND, 1, within=None, now=NOW).review.keyed


def test_the_second_person_is_another_one_and_does_not_see_what_the_first_keyed(
    officer: Visitor, second: Visitor
) -> None:
    key(officer, 1, FIRST, **all_keys("1"))
    page = Reading(officer.get(f"{PAPER}/1/1/2"))
    assert "hai người khác nhau" in page.html
    page = Reading(second.get(f"{PAPER}/1/1/2"))
    assert "nhập lần hai" in page.heading
    assert {page.with_id(f"q-{code}").get("value") for code in ITEMS} == {""}


def test_what_two_people_keyed_differently_is_reported_with_the_rate_and_resolved_by_a_third_look(
    officer: Visitor, second: Visitor, sqlite_small: Database
) -> None:
    key_all(officer, second)
    page = Reading(officer.get(f"{PAPER}/1"))
    asked = len(keying(sqlite_small, ROUND, 1, within=None, now=NOW).questions)
    rate = f"{100 * len(ITEMS) / (3 * asked):.2f}".replace(".", ",")
    assert page.figures["Ô nhập khác nhau"].startswith(f"{len(ITEMS)} / {3 * asked} ({rate}")
    store(officer)
    assert stored(sqlite_small) == []
    page = Reading(officer.get(f"{PAPER}/1/2/3"))
    assert "lần một: 4; lần hai: 5" in page.main
    page = key(officer, 2, 3, **all_keys("5"))
    assert page.figures["Ô nhập khác nhau"].startswith(f"{len(ITEMS)} / {3 * asked}")
    store(officer)
    assert sorted({row["answers"].count(":5") for row in stored(sqlite_small)}) == [0, len(ITEMS)]


def test_the_page_says_what_was_decided_and_by_whom_with_one_link_a_form(
    officer: Visitor, second: Visitor
) -> None:
    key_all(officer, second)
    look = f"{PAPER}/1/2/3"
    assert Reading(officer.get(f"{PAPER}/1")).links.count(look) == 1
    decided = {ITEMS[0]: "5", ITEMS[1]: "4"}
    page = key(second, 2, 3, **decided)
    assert page.links.count(look) == 1
    tables = [t for t in page.root.iter("table") if "Đã xem lại" in text_of(t.find("caption"))]
    rows = [[text_of(cell) for cell in row] for row in tables[0].iter("tr")]
    assert rows[0][-3:] == ["Đã chọn", "Người xem lại", "Xem lại"]
    assert (rows[1][0], rows[1][2:]) == ("2", ["4", "5", "5", "canbo-xa", "sửa lại"])
    assert [row[1:] for row in rows[2:]] == [["4", "5", "4"], *[["4", "5", "để trống"]] * (len(ITEMS) - 2)]
    store(officer)
    assert look not in Reading(officer.get(f"{PAPER}/1")).links


def test_a_difference_does_not_disappear_because_the_first_is_keyed_anew(
    officer: Visitor, second: Visitor, sqlite_small: Database
) -> None:
    key_all(officer, second)
    key(officer, 2, FIRST, **all_keys("5"))
    review = keying(sqlite_small, ROUND, 1, within=None, now=NOW).review
    assert len(review.differences) == len(ITEMS)
    assert Reading(officer.get(f"{PAPER}/1/2/1")).heading.endswith("xem lại lần ba")


def test_a_pile_becomes_responses_once_with_the_mode_paper_and_is_closed_then(
    officer: Visitor, second: Visitor, sqlite_small: Database
) -> None:
    for form in (1, 2, 3):
        key(officer, form, FIRST, **all_keys())
        key(second, form, SECOND, **all_keys())
    store(officer)
    page = store(second)
    assert "đã đưa vào đợt" in page.heading
    rows = stored(sqlite_small)
    assert [(row["mode"], row["late_hours"]) for row in rows] == [("paper", 0)] * 3
    found = board(sqlite_small, ROUND, within=None, now=NOW)
    assert {unit.unit.code: dict(unit.by_mode) for unit in found.units if unit.responses} == {
        "XA": {"paper": 3}
    }
    key(officer, 1, FIRST, **all_keys("1"))
    assert stored(sqlite_small) == rows
    assert counts.differences(sqlite_small) == []
    with sqlite_small.reading() as session:
        assert [entry.deed for entry in trail.entries(session)][-1] == "pile_stored"


def test_a_pile_is_begun_in_the_officers_part_only_and_where_somebody_serves_the_field(
    officer: Visitor, second: Visitor, sqlite_small: Database
) -> None:
    form = {"field": "civil_status", "day": "2026-11-19", "forms": "20", "every": "10"}

    def begun(visitor: Visitor, unit: str, status: int, **more: str) -> Reading:
        token = {"csrf_token": visitor.token("/officer/account/password")}
        return Reading(visitor.post(f"{PAPER}/begin", form | token | {"unit": unit} | more, status))

    assert "không có quầy nào phục vụ" in begun(officer, "SO", 422).main
    assert "Số phiếu từ 1 đến 500" in begun(officer, "PH", 422, forms="501").main
    begun(second, "PH", 422)
    page = begun(officer, "PH", 200)
    assert "ghi “Tập 2” lên tập phiếu" in page.html
    assert pile_board(sqlite_small, ROUND, within=None, now=NOW).piles[0].review.pile.sample == (10, 20)
    assert "Hòa Thuận" not in second.get(PAPER)
    second.get(f"{PAPER}/2", 403)
    second.get(f"{PAPER}/2/1/1", 403)


def test_a_pile_of_a_round_that_is_settled_is_not_stored(
    officer: Visitor, second: Visitor, sqlite_small: Database
) -> None:
    for form in (1, 2, 3):
        key(officer, form, FIRST, **all_keys())
        key(second, form, SECOND, **all_keys())
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW.replace(month=10, day=2))
    assert "đã chốt số liệu" in store(officer).html
    assert stored(sqlite_small) == []


def drop(visitor: Visitor, number: int = 1, status: int = 200) -> Reading:
    token = visitor.token("/officer/account/password")
    return Reading(visitor.post(f"{PAPER}/{number}/drop", {"csrf_token": token}, status))


def test_a_pile_begun_by_mistake_is_dropped_after_a_question_and_leaves_its_trace(
    officer: Visitor, sqlite_small: Database
) -> None:
    key(officer, 1, FIRST, **all_keys())
    page = Reading(officer.get(f"{PAPER}/1"))
    assert f"{PAPER}/1/drop" in page.links
    asked = Reading(officer.get(f"{PAPER}/1/drop"))
    assert "1 tờ phiếu đã nhập của tập bị xoá" in asked.main
    assert keying(sqlite_small, ROUND, 1, within=None, now=NOW).review.done == 1
    assert "Đã bỏ tập 1" in drop(officer).html
    assert "Tập 1" not in Reading(officer.get(PAPER)).main
    with sqlite_small.reading() as session:
        last = list(trail.entries(session))[-1]
        assert contents(session)["keyed_form"] == []
    assert (last.deed, last.detail["pile"], last.detail["keyed"]) == ("pile_dropped", 1, 1)


def test_the_number_of_a_dropped_pile_is_never_given_again_and_its_pages_say_that_it_is_gone(
    officer: Visitor, sqlite_small: Database
) -> None:
    drop(officer)
    token = {"csrf_token": officer.token("/officer/account/password")}
    form = {"unit": "XA", "field": "land", "day": "2026-11-19", "forms": "2", "every": "0"}
    assert "ghi “Tập 2”" in Reading(officer.post(f"{PAPER}/begin", form | token)).html
    for path in ("1", "1/1/1", "1/drop"):
        assert Reading(officer.get(f"{PAPER}/{path}", 404)).heading == "Tập phiếu này đã bỏ"
    assert key(officer, 1, FIRST, 404, **all_keys()).heading == "Tập phiếu này đã bỏ"
    assert drop(officer, status=404).heading == "Tập phiếu này đã bỏ"
    assert [found.review.pile.number for found in piles(sqlite_small)] == [2]


def test_nobody_drops_what_another_person_keyed(
    officer: Visitor, second: Visitor, sqlite_small: Database
) -> None:
    key(officer, 1, FIRST, **all_keys())
    assert f"{PAPER}/1/drop" not in Reading(second.get(f"{PAPER}/1")).links
    assert "không bỏ được" in drop(second).html
    key(second, 1, SECOND, **all_keys())
    for visitor in (officer, second):
        page = Reading(visitor.get(f"{PAPER}/1"))
        assert f"{PAPER}/1/drop" not in page.links
        assert "chưa có phiếu nào do người khác nhập" in page.main
        assert "không bỏ được" in drop(visitor).html
        assert "không bỏ được" in visitor.get(f"{PAPER}/1/drop")
    assert len(keying(sqlite_small, ROUND, 1, within=None, now=NOW).review.keyed) == 2


def test_a_pile_that_counts_is_never_dropped(
    officer: Visitor, second: Visitor, sqlite_small: Database
) -> None:
    key_all(officer, second)
    key(officer, 2, 3, **all_keys())
    store(officer)
    rows = stored(sqlite_small)
    assert len(rows) == 3
    assert "phiếu đã tính không bao giờ biến mất" in Reading(officer.get(f"{PAPER}/1")).main
    drop(officer)
    assert stored(sqlite_small) == rows
    assert [found.review.pile.number for found in piles(sqlite_small)] == [1]


def test_an_auditor_reads_piles_and_keys_nothing(app: Flask) -> None:
    auditor = signed_in(app, "kiemtra")
    assert "Xã Bình An" in Reading(auditor.get(PAPER)).main
    page = Reading(auditor.get(f"{PAPER}/1"))
    assert not [link for link in page.links if link.startswith(f"{PAPER}/1/")]
    auditor.get(f"{PAPER}/1/1/1", 403)


# --- with a keyboard alone ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def desk(app: Flask, officer: Visitor, browser: Browser) -> Iterator[Page]:
    with serving(app) as address:
        page = browser.new_page(base_url=address)
        cookie = officer.client.get_cookie("sipas")
        assert cookie is not None
        page.context.add_cookies([{"name": "sipas", "value": cookie.value, "url": address}])
        yield page
        page.close()


def at(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name"))


def names(page: Page) -> list[str]:
    fields = "form#keying input.key, form#keying textarea"
    return list(page.eval_on_selector_all(fields, "all => all.map(f => f.name)"))


def test_a_form_is_keyed_by_numbers_and_enter_alone(desk: Page, sqlite_small: Database) -> None:
    desk.goto(f"{PAPER}/1/1/1")
    order = names(desk)
    assert at(desk) == order[0]
    for name in order:
        desk.wait_for_function("name => document.activeElement.name === name", arg=name)
        if name in ITEMS:
            desk.keyboard.type("4")
        else:
            desk.keyboard.press("Enter")
    if order[-1] in ITEMS:
        desk.keyboard.press("Enter")
    desk.wait_for_url("**/1/2/1")
    assert at(desk) == order[0]
    keyed = keying(sqlite_small, ROUND, 1, within=None, now=NOW).review.keyed[1, FIRST]
    assert {code: keyed.answers[code] for code in ITEMS} == dict.fromkeys(ITEMS, 4)


def test_a_wrong_key_keeps_the_place_and_going_back_corrects(desk: Page) -> None:
    desk.goto(f"{PAPER}/1/1/1")
    order = names(desk)
    first = order.index(ITEMS[0])
    desk.focus(f"#q-{ITEMS[0]}")
    desk.keyboard.type("9")
    assert at(desk) == ITEMS[0]
    assert desk.get_attribute(f"#q-{ITEMS[0]}", "aria-invalid") == "true"
    assert "xin gõ lại" in desk.inner_text("#keying-state")
    desk.keyboard.type("3")
    assert at(desk) == order[first + 1]
    assert desk.inner_text("#keying-state") == ""
    desk.keyboard.press("ArrowUp")
    desk.keyboard.type("5")
    assert desk.input_value(f"#q-{ITEMS[0]}") == "5"


def test_what_was_keyed_survives_a_lost_connection_and_a_closed_page(
    desk: Page, sqlite_small: Database
) -> None:
    desk.goto(f"{PAPER}/1/1/1")
    desk.focus(f"#q-{ITEMS[0]}")
    desk.keyboard.type("32")
    desk.context.set_offline(offline=True)
    desk.focus(f"#q-{names(desk)[-1]}")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#keying-state:not([hidden])")
    assert "mất kết nối" in desk.inner_text("#keying-state")
    assert not keying(sqlite_small, ROUND, 1, within=None, now=NOW).review.keyed
    desk.context.set_offline(offline=False)
    desk.reload()
    assert desk.input_value(f"#q-{ITEMS[0]}") == "3"
    assert "gõ dở" in desk.inner_text("#keying-state")
    desk.focus(f"#q-{names(desk)[-1]}")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/1/2/1")
    keyed = keying(sqlite_small, ROUND, 1, within=None, now=NOW).review.keyed[1, FIRST]
    assert dict(keyed.answers) == {ITEMS[0]: 3, ITEMS[1]: 2}


def test_without_a_script_the_page_is_a_plain_form(
    app: Flask, officer: Visitor, browser: Browser, sqlite_small: Database
) -> None:
    with serving(app) as address:
        context = browser.new_context(java_script_enabled=False, base_url=address)
        cookie = officer.client.get_cookie("sipas")
        assert cookie is not None
        context.add_cookies([{"name": "sipas", "value": cookie.value, "url": address}])
        page = context.new_page()
        page.goto(f"{PAPER}/1/1/1")
        page.focus(f"#q-{ITEMS[0]}")
        page.keyboard.type("4")
        page.keyboard.press("Enter")
        page.wait_for_url("**/1/2/1")
        context.close()
    assert keying(sqlite_small, ROUND, 1, within=None, now=NOW).review.done == 1
