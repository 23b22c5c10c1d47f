"""Counters, fields and mergers, posters, their look and slips of tickets, with the keyboard alone."""

from datetime import date
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from survey.actions.places import register
from survey.store.database import Database
from tests.keyboard import (
    check,
    choose,
    follow,
    pick,
    press,
    reach,
    send_file,
    signed_in,
    tick,
    write,
    write_day,
)
from tests.places import ROUND
from tests.reports.reading import page_texts

LAST_DAY = date(2026, 12, 31)


def downloaded(page: Page, name: str) -> bytes:
    """What a button or link of the page brings."""
    reach(
        page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True))
    )
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    return Path(taken.value.path()).read_bytes()


def a_field_is_added_after_a_mistake(officer: Page) -> None:
    follow(officer, "Đơn vị và quầy")
    follow(officer, "Lĩnh vực…")
    write(officer, "Mã lĩnh vực", "Đất đai")
    write(officer, "Tên lĩnh vực", "Xây dựng")
    press(officer, "Thêm lĩnh vực")
    expect(officer.locator("#summary")).to_contain_text("Mã gồm chữ thường")
    check(officer)
    write(officer, "Mã lĩnh vực", "xay_dung")
    press(officer, "Thêm lĩnh vực")
    expect(officer.get_by_role("row", name="Xây dựng")).to_be_visible()


def a_unit_is_merged_into_another_and_its_counter_moves_along(officer: Page, shared: Database) -> None:
    follow(officer, "Đơn vị và quầy")
    follow(officer, "Xã Bình An")
    follow(officer, "Sáp nhập, chia tách, kết thúc…")
    choose(officer, "Đơn vị thứ 1", "Phường Hòa Thuận")
    write(officer, "Tỷ lệ của đơn vị thứ 1 (%)", "40")
    write_day(officer, "Ngày cuối cùng phục vụ", LAST_DAY)
    press(officer, "Ghi ngày kết thúc")
    expect(officer.get_by_role("alert")).to_contain_text("100")
    check(officer)
    write(officer, "Tỷ lệ của đơn vị thứ 1 (%)", "100")
    write(officer, "Căn cứ (không bắt buộc)", "Nghị quyết số 1")
    press(officer, "Ghi ngày kết thúc")
    expect(officer.locator("main")).to_contain_text("chuyển 100,00 % hồ sơ cho Phường Hòa Thuận")
    check(officer)
    assert {unit.code: unit.valid_to for unit in register(shared).units}["XA"] == LAST_DAY
    assert {counter.unit_code for counter in register(shared).counters_of("PH")} == {"PH"}


def a_counter_is_retired_and_comes_back(officer: Page) -> None:
    follow(officer, "Đơn vị và quầy")
    follow(officer, "Sở Thử nghiệm")
    follow(officer, "Quầy số 1 – Đất đai")
    follow(officer, "Cho quầy ngừng phục vụ…")
    press(officer, "Cho ngừng phục vụ")
    expect(officer.locator("main")).to_contain_text("đã ngừng")
    follow(officer, "Quầy số 1 – Đất đai")
    follow(officer, "Cho quầy phục vụ lại…")
    check(officer)
    press(officer, "Cho phục vụ lại")
    expect(officer.locator("main")).to_contain_text("đang phục vụ")


def a_device_is_added(officer: Page) -> None:
    follow(officer, "Thiết bị tại quầy")
    pick(officer, "Máy tính bảng để người dân trả lời tại quầy")
    choose(officer, "Quầy", "Sở Thử nghiệm")
    write(officer, "Tên thiết bị", "Máy ở cửa vào")
    press(officer, "Thêm thiết bị")
    expect(officer.locator("main")).to_contain_text("/k/")
    check(officer)


def posters_of_one_unit_are_printed_with_an_own_logo(officer: Page) -> None:
    follow(officer, "Đợt khảo sát")
    follow(officer, "Áp phích…")
    choose(officer, "Đơn vị, kể cả đơn vị trực thuộc", "Sở Thử nghiệm")
    choose(officer, "Khổ giấy", "A6")
    press(officer, "Xem lựa chọn này")
    expect(officer.get_by_role("status")).to_contain_text("1 áp phích")
    check(officer)
    [text] = page_texts(downloaded(officer, "Tải PDF để in"))
    assert "Sở Thử nghiệm" in text
    follow(officer, "Logo và màu…")
    send_file(officer, "Logo (ảnh PNG hoặc JPEG) (không bắt buộc)", "logo.svg", "<svg/>")
    press(officer, "Lưu")
    expect(officer.locator("#summary")).to_contain_text("không phải là ảnh")
    check(officer)
    logo = BytesIO()
    Image.new("RGB", (40, 40), "navy").save(logo, "PNG")
    send_file(officer, "Logo (ảnh PNG hoặc JPEG) (không bắt buộc)", "logo.png", logo.getvalue())
    press(officer, "Lưu")
    tick(officer, "Bỏ logo đang dùng")
    check(officer)
    follow(officer, "Về kiểu chuẩn…")


def slips_of_tickets_are_printed_after_the_list_was_put_right(officer: Page) -> None:
    officer.goto(f"/officer/rounds/{ROUND}")
    follow(officer, "Phát mã một lần…")
    write(officer, "Hoặc dán danh sách", "H1,SO,land\nH2,ZZ,land")
    press(officer, "Kiểm tra danh sách")
    expect(officer.get_by_role("alert")).to_contain_text("dòng 2, cột 2")
    check(officer)
    write(officer, "Hoặc dán danh sách", "H1,SO,land\nH2,SO,land")
    press(officer, "Kiểm tra danh sách")
    expect(officer.get_by_role("status")).to_contain_text("Danh sách đúng")
    check(officer)
    slips = downloaded(officer, "Nạp và tải phiếu in (PDF)")
    assert "H1" in "".join(page_texts(slips))
    assert downloaded(officer, "Nạp và tải liên kết (CSV)").count(b"/t/") == 2


def test_counters_mergers_posters_and_slips_need_no_mouse(
    browser: Browser, site: str, shared: Database
) -> None:
    officer = signed_in(browser, site, "canbo")
    a_field_is_added_after_a_mistake(officer)
    slips_of_tickets_are_printed_after_the_list_was_put_right(officer)
    a_counter_is_retired_and_comes_back(officer)
    a_device_is_added(officer)
    posters_of_one_unit_are_printed_with_an_own_logo(officer)
    a_unit_is_merged_into_another_and_its_counter_moves_along(officer, shared)
