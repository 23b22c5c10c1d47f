"""The whole path as one person would walk it: from a published questionnaire to a changed number on paper."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from survey.library import QUESTIONNAIRES
from survey.store.database import Database
from tests.browser import chromium
from tests.papers import decoded, pages
from tests.places import DOSSIERS, EARLIER, HOUR, MIXED, PASSWORD, ROUND, add_responses, let_two_weeks_pass
from tests.server import Installation, free_port

PHONE = {"width": 360, "height": 740}
SATISFIED, DISSATISFIED = 4, 1


@pytest.fixture
def installation(small: Database, tmp_path: Path) -> Installation:
    """The small place on either engine: ten satisfied people in four strata, nine in the fifth."""
    for unit, field in DOSSIERS:
        add_responses(small, unit, field, [SATISFIED] * 10, EARLIER)
        # In two hours, so that an open round shows the first half, see `released`.
        add_responses(small, unit, field, [SATISFIED] * 5, hour=HOUR - timedelta(hours=1))
        add_responses(small, unit, field, [SATISFIED] * (4 if (unit, field) == ("XA", "civil_status") else 5))
    return Installation(small.url, tmp_path, free_port())


def test_from_a_poster_to_a_changed_number_in_the_report(
    installation: Installation, small: Database, tmp_path: Path
) -> None:
    _publish_a_new_version(installation, tmp_path)
    poster = tmp_path / "posters.pdf"
    installation.run("posters", "--unit", "XA", "--out", str(poster))
    [address] = decoded(poster)
    assert address == f"{installation.address}/q/{MIXED}"
    assert address in pages(poster)[0]

    before = _report(installation, tmp_path / "before.pdf")
    assert "100,00 %" in before[0]

    with installation.serving(), chromium() as browser:
        phone = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
        receipt = _answer(phone, address)
        desk = browser.new_context().new_page()
        _close_round(desk, installation)
        desk.goto(f"{installation.address}/reports/{ROUND}")
        expect(desk.locator("main")).to_contain_text("Số liệu tạm tính đến hết")
        expect(desk.locator("main")).not_to_contain_text("97,03 %")
        let_two_weeks_pass(small)
        # 1 of 10 people at a stratum with 1,500 of 5,050 dossiers is dissatisfied with everything:
        # 1 − 0.1 × 1500 / 5050 = 0.970297…
        desk.goto(f"{installation.address}/reports/{ROUND}")
        expect(desk.locator("main")).to_contain_text("97,03 %")
        phone.goto(address)
        expect(phone.locator("h1")).to_have_text("Hiện không có đợt khảo sát")

    after = _report(installation, tmp_path / "after.pdf")
    assert "97,03 %" in after[0]
    assert "tạm tính" in "".join(before)
    assert "tạm tính" not in "".join(after)
    assert receipt not in "".join(after)


def _publish_a_new_version(installation: Installation, folder: Path) -> None:
    text = (QUESTIONNAIRES / "phieu-quay-5-yeu-to.yaml").read_text(encoding="utf-8")
    changed = folder / "phieu.yaml"
    changed.write_text(
        text.replace("Xin trân trọng cảm ơn Ông/Bà!", "Trân trọng cảm ơn Ông/Bà!"), encoding="utf-8"
    )
    said = installation.run("questionnaire", "publish", str(changed), "--round", ROUND)
    assert "phiên bản 2" in said


def _answer(phone: Page, address: str) -> str:
    phone.goto(address)
    expect(phone.locator("h1")).to_be_visible()
    assert phone.locator("input:checked").count() == 0
    with phone.expect_navigation():
        phone.get_by_role("button", name="Gửi phiếu").click()
    expect(phone.get_by_role("alert")).to_contain_text("câu cần xem lại")
    phone.get_by_label("Hộ tịch – Chứng thực").check()
    for group in phone.locator("fieldset:has(input[value='na'])").all():
        group.get_by_label("Rất không hài lòng").check()
    phone.get_by_role("button", name="Gửi phiếu").click()
    expect(phone.locator("p[role=status]")).to_have_text("Đã ghi nhận.")
    receipt = phone.locator("output").inner_text()
    phone.reload()
    expect(phone.locator("output")).to_have_text(receipt)
    return receipt


def _close_round(desk: Page, installation: Installation) -> None:
    desk.goto(f"{installation.address}/officer/rounds/{ROUND}")
    desk.get_by_label("Tên đăng nhập").fill("canbo")
    desk.get_by_label("Mật khẩu").fill(PASSWORD)
    desk.get_by_role("button", name="Đăng nhập").click()
    desk.get_by_role("link", name="Quý IV năm 2026").click()
    expect(desk.get_by_role("row", name="Xã Bình An")).to_contain_text("20")
    desk.get_by_role("link", name="Đóng đợt…").click()
    desk.get_by_role("button", name="Lưu giờ đóng").click()
    expect(desk.get_by_role("status")).to_contain_text("Đã đóng đợt khảo sát")


def _report(installation: Installation, file: Path) -> list[str]:
    installation.run("report", "--round", ROUND, "--out", str(file))
    return pages(file)
