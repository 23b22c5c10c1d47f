"""An empty system leads its first officer to the first open round by itself, and a round through its whole life."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from survey.actions.answering import open_counter
from survey.actions.people import add_account
from survey.actions.rounds import board
from survey.core.round import State
from survey.store import places, rounds
from survey.store.database import Database
from survey.store.tables import FrameRow
from survey.web import site as website
from tests.databases import Originals
from tests.places import (
    APPROVER,
    COUNTERS,
    DOSSIERS,
    FIELDS,
    INSTANCE,
    MIXED,
    NOW,
    OFFICER,
    PASSWORD,
    UNITS,
)
from tests.story.test_questionnaire_editor import DESK, PHONE, WCAG, WIDEST


@pytest.fixture(scope="module")
def shared(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An instance with people, units and counters, and nothing to ask."""
    made = originals.copy("sqlite", "upgraded", tmp_path_factory.mktemp("first"))
    for account in (OFFICER, APPROVER):
        add_account(made, account, PASSWORD, by="sipas", now=NOW)
    with made.writing() as session:
        places.set_instance(session, INSTANCE)
        places.add_units(session, UNITS)
        places.add_fields(session, FIELDS)
        places.add_counters(session, COUNTERS)
    yield made
    made.close()


def desk_of(browser: Browser, site: str, name: str) -> Page:
    """Somebody who signed in; scripts are off, since no page needs them."""
    page = browser.new_context(viewport=DESK, java_script_enabled=False).new_page()
    page.goto(f"{site}/officer/sign-in")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").press("Enter")
    return page


def check(browser: Browser, page: Page) -> None:
    """Nothing that axe knows is wrong with this page, and nothing is wider than a small phone."""
    state = page.context.storage_state()
    watched = browser.new_context(viewport=PHONE, storage_state=state)
    seen = watched.new_page()
    seen.goto(page.url)
    found = Axe().run(seen, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, found.generate_report()
    assert seen.evaluate(WIDEST) <= PHONE["width"], page.url
    watched.close()


def follow(page: Page, name: str) -> None:
    """Go where a link leads, with the keyboard."""
    page.get_by_role("link", name=name, exact=True).first.press("Enter")


def press(page: Page, name: str) -> None:
    """Press a button with the keyboard."""
    page.get_by_role("button", name=name, exact=True).first.press("Enter")


def an_empty_system_leads_to_the_first_open_round(browser: Browser, site: str, shared: Database) -> None:
    officer = desk_of(browser, site, "canbo")
    expect(officer.locator(".steps")).to_contain_text("Đơn vị và quầy xong")
    check(browser, officer)
    officer.locator(".steps").get_by_role("link", name="Phiếu hỏi").press("Enter")
    officer.get_by_role("link", name="Dùng làm mẫu (quay_5_yeu_to)").press("Enter")
    press(officer, "Tạo bản nháp")
    draft = officer.url
    officer.goto(f"{draft}/check")
    press(officer, "Trình duyệt")
    approver = desk_of(browser, site, "duyet")
    approver.goto(f"{draft}/check")
    press(approver, "Duyệt và ban hành")

    officer.goto(f"{site}/officer")
    expect(officer.locator(".steps")).to_contain_text("Phiếu hỏi xong")
    officer.locator(".steps").get_by_role("link", name="Đợt khảo sát").press("Enter")
    check(browser, officer)
    press(officer, "Lập đợt")
    expect(officer.locator("h1")).to_contain_text("đang lập")
    check(browser, officer)
    with shared.writing() as session:
        _load_dossiers(session)
    follow(officer, "Mở đợt…")
    check(browser, officer)
    press(officer, "Lưu giờ mở")
    expect(officer.locator("h1")).to_contain_text("đang mở")
    citizen = browser.new_page()
    citizen.goto(f"{site}/q/{MIXED}")
    expect(citizen.get_by_role("button", name="Gửi phiếu")).to_be_visible()


def _load_dossiers(session: object) -> None:
    """The population, as its own pages load it."""
    code = rounds.all_rounds(session, now=website.now())[0].code  # type: ignore[arg-type]
    units, fields = (places.ids_by_code(session, table) for table in (places.UnitRow, places.FieldRow))  # type: ignore[arg-type]
    number = rounds.ids_by_code(session)[code]  # type: ignore[arg-type]
    for (unit, field), dossiers in DOSSIERS.items():
        row = FrameRow(round_id=number, unit_id=units[unit], field_id=fields[field], dossiers=dossiers)
        session.add(row)  # type: ignore[attr-defined]


def the_officer_reads_what_to_do_today(browser: Browser, site: str) -> None:
    officer = desk_of(browser, site, "canbo")
    officer.locator("article h2 a").first.press("Enter")
    follow(officer, "Độ phủ và việc hôm nay")
    expect(officer.locator("main")).to_contain_text("Phường Hòa Thuận cần thêm")
    check(browser, officer)
    follow(officer, "Tính cỡ mẫu")
    officer.get_by_label("Tổng số phiếu muốn thu").fill("1.000")
    press(officer, "Tính")
    expect(officer.locator("main")).to_contain_text("1.000")
    check(browser, officer)


def the_round_is_closed_by_schedule_by_hand_and_opened_again_with_a_reason(
    browser: Browser, site: str, shared: Database
) -> None:
    officer = desk_of(browser, site, "canbo")
    officer.locator("article h2 a").first.press("Enter")
    page = officer.url
    follow(officer, "Đóng đợt…")
    check(browser, officer)
    officer.get_by_label("Tự đóng lúc").check()
    officer.get_by_label("Ngày").fill("2001-01-01")
    press(officer, "Lưu giờ đóng")
    expect(officer.locator("#summary")).to_contain_text("Giờ đóng phải sau bây giờ")
    officer.get_by_label("Ngày").fill(f"{website.now() + timedelta(days=3):%Y-%m-%d}")
    press(officer, "Lưu giờ đóng")
    expect(officer.locator(".flash")).to_contain_text("Đợt sẽ tự đóng lúc")
    code = page.rsplit("/", 1)[1]
    planned = board(shared, code, within=None, now=website.now() + timedelta(days=4))
    assert planned.state is State.CLOSED
    follow(officer, "Đổi giờ đóng…")
    officer.get_by_label("Đóng ngay bây giờ").check()
    press(officer, "Lưu giờ đóng")
    expect(officer.locator("h1")).to_contain_text("đã đóng")
    follow(officer, "Mở lại…")
    officer.get_by_label("Lý do mở lại").fill("nhầm")
    press(officer, "Mở lại đợt")
    expect(officer.locator("#summary")).to_contain_text("Lý do cần từ 10")
    check(browser, officer)
    officer.get_by_label("Lý do mở lại").fill("Đóng nhầm ngày, còn hai xã chưa phát phiếu")
    press(officer, "Mở lại đợt")
    expect(officer.locator("main")).to_contain_text("vì: Đóng nhầm ngày")
    assert open_counter(shared, MIXED, now=website.now()).round.code == code


def test_an_empty_system_leads_its_first_officer_to_a_round_that_opens_closes_and_opens_again(
    browser: Browser, site: str, shared: Database
) -> None:
    an_empty_system_leads_to_the_first_open_round(browser, site, shared)
    the_officer_reads_what_to_do_today(browser, site)
    the_round_is_closed_by_schedule_by_hand_and_opened_again_with_a_reason(browser, site, shared)
