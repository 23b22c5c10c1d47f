"""Going back in the browser never makes one person's answer count twice."""

from pathlib import Path

from playwright.sync_api import Page, expect

from survey.store import counts
from survey.store.database import Database
from tests.browser import chromium
from tests.places import MIXED, ROUND
from tests.server import Installation, free_port


def test_going_back_and_sending_again_is_still_one_response(sqlite_small: Database, tmp_path: Path) -> None:
    installation = Installation(sqlite_small.url, tmp_path, free_port())
    with installation.serving(), chromium() as browser:
        page = browser.new_context(
            viewport={"width": 360, "height": 740}, java_script_enabled=False
        ).new_page()
        page.goto(f"{installation.address}/q/{MIXED}")
        first = _send(page, "Hài lòng")
        page.go_back()
        expect(page.get_by_role("button", name="Gửi phiếu")).to_be_visible()
        assert _send(page, "Rất không hài lòng") == first
        expect(page.locator("main")).to_contain_text("Câu trả lời gửi lần đầu được giữ nguyên")
    with sqlite_small.reading() as session:
        assert counts.of_round(session, ROUND) == 1


def _send(page: Page, choice: str) -> str:
    page.get_by_label("Đất đai").check()
    for group in page.locator("fieldset:has(input[value='na'])").all():
        group.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.locator("p[role=status]")).to_have_text("Đã ghi nhận.")
    return page.locator("output").inner_text()
