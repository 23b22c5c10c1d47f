"""People, their passwords and second factors, and the trail of what they did, with the keyboard alone."""

import re
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, expect

from tests.keyboard import check, choose, enter, follow, press, reach, signed_in, write

OWN = "mot mat khau rat rieng"


def an_administrator_adds_somebody_who_may_see_one_unit(administrator: Page) -> str:
    """The password that is shown once."""
    follow(administrator, "Người dùng")
    follow(administrator, "Thêm người dùng")
    press(administrator, "Thêm")
    expect(administrator.locator("#summary")).to_contain_text("Hãy nhập tên đăng nhập.")
    check(administrator)
    write(administrator, "Tên đăng nhập", "canbo-xa")
    write(administrator, "Họ và tên", "Cán bộ xã")
    choose(administrator, "Vai trò", "Cán bộ khảo sát")
    choose(administrator, "Phạm vi", "Xã Bình An")
    press(administrator, "Thêm")
    check(administrator)
    return administrator.locator("#password").inner_text()


def they_choose_a_password_of_their_own(page: Page, shown: str) -> None:
    expect(page.locator("main")).to_contain_text("Quý IV năm 2026")
    follow(page, "Cán bộ xã")
    check(page)
    follow(page, "Đổi mật khẩu")
    write(page, "Mật khẩu hiện tại", shown)
    write(page, "Mật khẩu mới", OWN)
    write(page, "Nhập lại mật khẩu mới", OWN + "!")
    press(page, "Đổi mật khẩu")
    expect(page.locator("#summary")).to_contain_text("Hai lần nhập không giống nhau.")
    check(page)
    write(page, "Mật khẩu hiện tại", shown)
    write(page, "Mật khẩu mới", OWN)
    write(page, "Nhập lại mật khẩu mới", OWN)
    press(page, "Đổi mật khẩu")


def they_set_a_second_factor_and_sign_in_with_it(browser: Browser, site: str, page: Page) -> None:
    page.goto("/officer/account")
    follow(page, "Đặt bước xác nhận thứ hai")
    secret = re.sub(r"\s", "", page.locator("#key").inner_text())
    write(page, "Mã 6 chữ số trên điện thoại", "000000")
    write(page, "Mật khẩu", OWN)
    press(page, "Bật")
    check(page)
    write(page, "Mã 6 chữ số trên điện thoại", pyotp.TOTP(secret).now())
    write(page, "Mật khẩu", OWN)
    press(page, "Bật")
    check(page)
    [spare, *_others] = page.locator("#codes .secret").all_inner_texts()
    follow(page, "Tôi đã cất các mã này")
    check(page)

    elsewhere = signed_in(browser, site, "canbo-xa", OWN)
    expect(elsewhere.locator("h1")).to_have_text("Mã xác nhận")
    for code in ("không phải mã", spare):
        write(elsewhere, "Mã 6 chữ số trên điện thoại, hoặc một mã dự phòng", code)
        press(elsewhere, "Đăng nhập")
        check(elsewhere)
    expect(elsewhere.locator("h1")).to_have_text("Đợt khảo sát")


def the_administrator_takes_the_account_back(administrator: Page, page: Page) -> None:
    follow(administrator, "Về danh sách người dùng")
    follow(administrator, "Cán bộ xã")
    check(administrator)
    follow(administrator, "Cho thôi đăng nhập…")
    check(administrator)
    reach(administrator.locator("main form button"))
    enter(administrator)
    expect(administrator.locator("main")).to_contain_text("đã thôi")
    page.goto("/officer/rounds")
    expect(page.locator("h1")).to_have_text("Đăng nhập")


def the_auditor_finds_all_of_it_in_the_trail(auditor: Page) -> None:
    follow(auditor, "Nhật ký")
    write(auditor, "Tìm", "canbo-xa")
    choose(auditor, "Ai", "quantri")
    press(auditor, "Tìm")
    check(auditor)
    rows = auditor.get_by_role("table").locator("tbody tr")
    assert rows.count() >= 2
    reach(auditor.get_by_role("link", name="Tải kết quả tìm (CSV)"))
    with auditor.expect_download() as taken:
        auditor.keyboard.press("Enter")
    table = Path(taken.value.path()).read_text(encoding="utf-8-sig")
    assert len(table.splitlines()) == rows.count() + 1
    assert OWN not in table


def test_people_and_the_trail_need_no_mouse(browser: Browser, site: str) -> None:
    administrator = signed_in(browser, site, "quantri")
    shown = an_administrator_adds_somebody_who_may_see_one_unit(administrator)
    page = signed_in(browser, site, "canbo-xa", shown)
    they_choose_a_password_of_their_own(page, shown)
    they_set_a_second_factor_and_sign_in_with_it(browser, site, page)
    the_administrator_takes_the_account_back(administrator, page)
    the_auditor_finds_all_of_it_in_the_trail(signed_in(browser, site, "kiemtra"))
