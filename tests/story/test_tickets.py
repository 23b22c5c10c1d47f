"""From a printed slip to a verified answer, on a phone: once, and only once."""

from pathlib import Path

from playwright.sync_api import Page, expect

from survey.actions.rounds import board
from survey.store.database import Database
from tests.browser import chromium
from tests.papers import decoded
from tests.places import NOW, PASSWORD, ROUND
from tests.server import Installation, free_port
from tests.web.visitor import stored

PHONE = {"width": 360, "height": 740}


def test_an_officer_prints_slips_and_two_phones_scan_the_same_one(
    sqlite_small: Database, tmp_path: Path
) -> None:
    installation = Installation(sqlite_small.url, tmp_path, free_port())
    with installation.serving(), chromium() as browser:
        paper = _print_slips(browser.new_context().new_page(), installation, tmp_path)
        [address, other] = decoded(paper)
        phones = [browser.new_context(viewport=PHONE).new_page() for _ in range(2)]
        for phone in phones:
            phone.goto(address)
            expect(phone.get_by_role("group", name="lĩnh vực")).to_have_count(0)
        _fill(phones[0])
        phones[0].wait_for_url("**/x/*")  # the script goes there by itself: nobody goes elsewhere before
        expect(phones[0].get_by_text("Đã ghi nhận.")).to_be_visible()
        _fill(phones[1])
        expect(phones[1].get_by_text("Mã này đã được dùng")).to_be_visible()
        for phone in phones:
            phone.goto(address)
            expect(phone.locator("h1")).to_have_text("Mã này đã được dùng")
            assert phone.context.cookies() == []

        plain = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
        plain.goto(other)
        _fill(plain)
        expect(plain.locator("p[role=status]")).to_have_text("Đã ghi nhận.")
    assert {row["mode"] for row in stored(sqlite_small)} == {"ticket"}
    found = board(sqlite_small, ROUND, within=None, now=NOW)
    assert (found.verified, found.open, found.issued, found.used) == (2, 0, 3, 2)


def _print_slips(desk: Page, installation: Installation, folder: Path) -> Path:
    desk.goto(f"{installation.address}/officer/rounds/{ROUND}")
    desk.get_by_label("Tên đăng nhập").fill("canbo")
    desk.get_by_label("Mật khẩu").fill(PASSWORD)
    desk.get_by_role("button", name="Đăng nhập").click()
    desk.get_by_role("link", name="Quý IV năm 2026").click()
    desk.get_by_role("link", name="Phát mã một lần…").click()
    desk.get_by_label("Hoặc dán danh sách").fill("H1,XA,civil_status\nH2,ZZ,civil_status")
    desk.get_by_role("button", name="Kiểm tra danh sách").click()
    expect(desk.get_by_role("alert")).to_contain_text("dòng 2, cột 2")
    desk.get_by_label("Tệp CSV").set_input_files(
        {"name": "ds.csv", "mimeType": "text/csv", "buffer": b"H1;XA;civil_status\r\nH2;XA;civil_status\r\n"}
    )
    desk.get_by_role("button", name="Kiểm tra danh sách").click()
    expect(desk.get_by_role("status")).to_contain_text("Chưa nạp gì")
    with desk.expect_download() as table:
        desk.get_by_role("button", name="Nạp và tải liên kết (CSV)").click()
    assert "'" not in table.value.path().read_text(encoding="utf-8-sig")
    # A headless browser shows no PDF: take what the button would send.
    form = desk.locator("form[action$='slips.pdf']")
    fields = {name: form.locator(f"[name={name}]").input_value() for name in ("csrf_token", "list")}
    paper = folder / "slips.pdf"
    paper.write_bytes(desk.request.post(form.evaluate("form => form.action"), form=fields).body())
    return paper


def _fill(phone: Page) -> None:
    for group in phone.locator("fieldset:has(input[value='na'])").all():
        group.get_by_label("Hài lòng", exact=True).check()
    phone.get_by_role("button", name="Gửi phiếu").click()
