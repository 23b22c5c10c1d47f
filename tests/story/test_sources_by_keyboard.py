"""What comes from paper and from elsewhere: tallies, files of responses and piles, with the keyboard alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from survey.actions.keying import keying
from survey.actions.people import add_account
from survey.store.database import Database
from tests.keyboard import (
    check,
    choose,
    enter,
    follow,
    press,
    reach,
    send_file,
    signed_in,
    tick,
    write,
    write_day,
)
from tests.places import NOW, OFFICER, PASSWORD, ROUND, five_factors
from tests.web.visitor import stored

ITEMS = [item.code for item in five_factors().items]
HUE = (Path(__file__).parents[1] / "data" / "tables" / "hue_quy_1_2019.csv").read_bytes()
FILE = "Tệp Excel (XLSX) hoặc CSV UTF-8"
HEAD = "Đơn vị;Lĩnh vực;Mã phiếu;Câu 1;Câu 2\n"
WRONG = HEAD + ";Đất đai;1;5;4\n"
RIGHT = HEAD + "Xã Bình An;Đất đai;1;5;4\nPhường Hòa Thuận;Đất đai;2;Rất tốt;1\n"
DAY = date(2026, 11, 20)


def the_published_table_of_hue_is_refused_row_by_row_and_its_sound_rows_are_kept(officer: Page) -> None:
    follow(officer, "Số phiếu từng đơn vị")
    follow(officer, "Số liệu tổng hợp từ phiếu giấy")
    check(officer)
    send_file(officer, FILE, "hue.csv", HUE)
    press(officer, "Tiếp: chọn cột")
    press(officer, "Tiếp: xem trước")
    alert = officer.get_by_role("alert")
    expect(alert).to_contain_text("dòng 2: cộng các mức được 4350 ý kiến, nhiều hơn 4215 phiếu thu vào")
    check(officer)
    tick(officer, "Chỉ nạp các dòng đúng; bỏ các dòng bị từ chối")
    press(officer, "Nạp số liệu này")
    expect(officer.get_by_role("alert").first).to_contain_text("nguồn")
    check(officer)
    tick(officer, "Chỉ nạp các dòng đúng; bỏ các dòng bị từ chối")
    write(officer, "Nguồn số liệu", "Báo cáo 02/BC-TTHCC")
    write_day(officer, "Số liệu đến hết ngày", date(2019, 4, 4))
    press(officer, "Nạp số liệu này")
    expect(officer.get_by_role("heading", name="Báo cáo 02/BC-TTHCC")).to_be_visible()
    check(officer)
    follow(officer, "Rút lần nạp Báo cáo 02/BC-TTHCC")
    write(officer, "Lý do", "Nạp nhầm vào đợt năm 2026")
    press(officer, "Rút lần nạp này")
    expect(officer.locator("main")).to_contain_text("vì: Nạp nhầm vào đợt năm 2026")


def a_file_of_responses_is_mapped_explained_and_taken(officer: Page, shared: Database) -> None:
    follow(officer, "Về đợt khảo sát")
    follow(officer, "Phiếu nhập từ tệp")
    _send_responses(officer, WRONG)
    expect(officer.get_by_role("alert")).to_contain_text("dòng 2, cột A")
    check(officer)
    officer.goto(f"/officer/rounds/{ROUND}/loads")
    _send_responses(officer, RIGHT)
    check(officer)
    choose(officer, "Nghĩa của Rất tốt", "5: Rất hài lòng")
    press(officer, "Xem lại")
    expect(officer.get_by_role("status")).to_contain_text("Tệp đúng")
    check(officer)
    write(officer, "Nguồn số liệu", "LimeSurvey")
    write_day(officer, "Số liệu đến hết ngày", DAY)
    press(officer, "Nhập các phiếu này")
    expect(officer.locator("main")).to_contain_text("Phường Hòa Thuận: 1 · Xã Bình An: 1")
    assert {row["mode"] for row in stored(shared)} == {"imported"}


def _send_responses(officer: Page, table: str) -> None:
    send_file(officer, FILE, "phieu.csv", table)
    press(officer, "Tiếp: chọn cột")
    choose(officer, "Nội dung của cột C Mã phiếu", "mã phiếu")
    for letter, number in (("D", 1), ("E", 2)):
        choose(officer, f"Nội dung của cột {letter} Câu {number}", f"{number}. ")
    press(officer, "Tiếp: xem trước")


def a_pile_is_begun_and_its_first_form_keyed(officer: Page) -> None:
    follow(officer, "Về đợt khảo sát")
    follow(officer, "Nhập phiếu giấy")
    press(officer, "Bắt đầu nhập")
    expect(officer.locator("#summary")).to_contain_text("Hãy nhập ngày.")
    check(officer)
    choose(officer, "Đơn vị", "Phường Hòa Thuận")
    choose(officer, "Nhập hai lần, bởi hai người", "mọi phiếu")
    write_day(officer, "Ngày thu phiếu", DAY)
    write(officer, "Số phiếu trong tập", "1")
    press(officer, "Bắt đầu nhập")
    expect(officer.locator("h1")).to_contain_text("phiếu số 1")
    check(officer)
    _key(officer, dict.fromkeys(ITEMS, "4"))
    expect(officer.locator("main")).to_contain_text("Chờ người thứ hai nhập")
    check(officer)


def a_second_person_keys_it_too_and_a_third_look_decides(
    browser: Browser, site: str, officer: Page, shared: Database
) -> None:
    add_account(shared, replace(OFFICER, name="canbo2"), PASSWORD, by="sipas", now=NOW)
    second = signed_in(browser, site, "canbo2")
    second.goto(officer.url)
    follow(second, "Phiếu số 1")
    _key(second, dict.fromkeys(ITEMS, "4") | {ITEMS[0]: "2"})
    officer.reload()
    expect(officer.get_by_role("row", name="Xem lại phiếu số 1 lần ba")).to_contain_text("Cơ quan cung cấp")
    check(officer)
    follow(officer, "Xem lại phiếu số 1 lần ba")
    check(officer)
    _key(officer, {ITEMS[0]: "2"})
    press(officer, "Đưa 1 phiếu vào đợt")
    expect(officer.locator("main")).to_contain_text("đã đưa vào đợt")
    pile = int(officer.url.rsplit("/", 1)[1])
    assert keying(shared, ROUND, pile, within=None, now=NOW).review.pile.is_stored
    assert "paper" in {row["mode"] for row in stored(shared)}


def _key(page: Page, answers: dict[str, str]) -> None:
    """Number after number; Enter passes over what was left blank, and after the last field saves."""
    field = page.locator("form#keying").locator("input.key, textarea")
    names = [str(one.get_attribute("name")) for one in field.all()]
    reach(field.first)
    for name in names[:-1]:
        if name in answers:
            page.keyboard.type(answers[name])
        else:
            page.keyboard.press("Enter")
    enter(page)


def test_paper_and_other_sources_need_no_mouse(browser: Browser, site: str, shared: Database) -> None:
    officer = signed_in(browser, site, "canbo")
    the_published_table_of_hue_is_refused_row_by_row_and_its_sound_rows_are_kept(officer)
    a_file_of_responses_is_mapped_explained_and_taken(officer, shared)
    a_pile_is_begun_and_its_first_form_keyed(officer)
    a_second_person_keys_it_too_and_a_third_look_decides(browser, site, officer, shared)
