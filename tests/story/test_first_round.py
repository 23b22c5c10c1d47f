"""An empty system leads its first officer to the first open round by itself, and a round through its whole life.

All of it with the keyboard alone, and without scripts.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from questionnaires.definition import Text
from survey.actions.answering import open_counter
from survey.actions.people import add_account
from survey.actions.publishing import publish
from survey.actions.rounds import board
from survey.core.round import VIETNAM, State
from survey.store import places, rounds
from survey.store.database import Database
from survey.store.tables import FrameRow
from survey.web import site as website
from tests.databases import Originals
from tests.keyboard import choose, enter, follow, pick, press, reach, signed_in, tick, write, write_day
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
    five_factors,
)
from tests.story.test_questionnaire_editor import PHONE, WCAG, WIDEST

STARTS, ENDS = date(2026, 10, 1), date(2099, 12, 31)


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
    return signed_in(browser, site, name, scripts=False)


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


def an_empty_system_leads_to_the_first_open_round(browser: Browser, site: str, shared: Database) -> None:
    officer = desk_of(browser, site, "canbo")
    expect(officer.locator(".steps")).to_contain_text("Đơn vị và quầy xong")
    check(browser, officer)
    follow(officer, "Phiếu hỏi")
    follow(officer, "Dùng làm mẫu (quay_5_yeu_to)")
    press(officer, "Tạo bản nháp")
    follow(officer, "Kiểm tra và trình duyệt")
    press(officer, "Trình duyệt")
    approver = desk_of(browser, site, "duyet")
    approver.goto(officer.url)
    press(approver, "Duyệt và ban hành")

    follow(officer, "Đợt khảo sát")
    expect(officer.locator(".steps")).to_contain_text("Phiếu hỏi xong")
    reach(officer.locator(".steps").get_by_role("link", name="Đợt khảo sát"))
    enter(officer)
    check(browser, officer)
    an_officer_says_what_the_round_is(officer)
    check(browser, officer)
    a_unit_takes_no_part(officer)
    with shared.writing() as session:
        _load_dossiers(session)
    follow(officer, "Mở đợt…")
    check(browser, officer)
    press(officer, "Lưu giờ mở")
    expect(officer.locator("h1")).to_contain_text("đang mở")
    citizen = browser.new_page()
    citizen.goto(f"{site}/q/{MIXED}")
    expect(citizen.get_by_role("button", name="Gửi phiếu")).to_be_visible()


def an_officer_says_what_the_round_is(officer: Page) -> None:
    """Period, target sheet and settings of estimation; a mistake keeps what was typed."""
    pick(officer, "Từ ngày đến ngày")
    write_day(officer, "Từ ngày", STARTS)
    choose(officer, "Kế hoạch có chỉ tiêu", "Tỉnh Nghệ An")
    choose(officer, "Cách tính khoảng tin cậy", "Wilson")
    choose(officer, "Mức tin cậy", "90")
    press(officer, "Lập đợt")
    expect(officer.locator("#summary")).to_contain_text("Đến hết ngày: Hãy chọn ngày.")
    write_day(officer, "Đến hết ngày", ENDS)
    press(officer, "Lập đợt")
    expect(officer.locator("h1")).to_contain_text("đang lập")
    expect(officer.locator("main")).to_contain_text(f"{STARTS:%d/%m/%Y} – {ENDS:%d/%m/%Y}")
    expect(officer.locator("main")).to_contain_text("nghe-an-2024")


def a_unit_takes_no_part(officer: Page) -> None:
    follow(officer, "Đơn vị tham gia")
    tick(officer, "Sở Thử nghiệm")
    press(officer, "Lưu trang này")
    expect(officer.locator("main")).to_contain_text("2 trên 3 đơn vị tham gia")
    follow(officer, "Về trang của đợt")


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
    follow(officer, "Số phiếu từng đơn vị")
    follow(officer, "Độ phủ và việc hôm nay")
    expect(officer.locator("main")).to_contain_text("Phường Hòa Thuận cần thêm")
    check(browser, officer)
    follow(officer, "Tính cỡ mẫu")
    write(officer, "Tổng số phiếu muốn thu", "nhiều")
    press(officer, "Tính")
    check(browser, officer)
    write(officer, "Tổng số phiếu muốn thu", "1.000")
    press(officer, "Tính")
    expect(officer.locator("main")).to_contain_text("1.000")
    check(browser, officer)


def a_new_version_is_planned_from_a_day(browser: Browser, site: str, shared: Database) -> None:
    later = five_factors().model_copy(update={"title": Text(vi="Phiếu sửa cho năm sau")})
    publish(shared, later, now=website.now())
    officer = desk_of(browser, site, "canbo")
    follow(officer, "Số phiếu từng đơn vị")
    follow(officer, "Lịch phiên bản phiếu")
    choose(officer, "Phiên bản phiếu", "quay_5_yeu_to – phiên bản 2")
    day = website.now().astimezone(VIETNAM).date() + timedelta(days=9)
    write_day(officer, "Từ đầu ngày", day)
    press(officer, "Lưu")
    expect(officer.locator("main")).to_contain_text(f"ngày {day:%d/%m/%Y} dùng phiên bản 2")
    check(browser, officer)
    press(officer, f"Bỏ lịch này ({day:%d/%m/%Y})")
    expect(officer.locator("main")).not_to_contain_text("dùng phiên bản 2")


def the_round_is_closed_by_schedule_by_hand_and_opened_again_with_a_reason(
    browser: Browser, site: str, shared: Database
) -> None:
    officer = desk_of(browser, site, "canbo")
    follow(officer, "Số phiếu từng đơn vị")
    page = officer.url
    follow(officer, "Đóng đợt…")
    check(browser, officer)
    pick(officer, "Tự đóng lúc")
    write_day(officer, "Ngày", date(2001, 1, 1))
    press(officer, "Lưu giờ đóng")
    expect(officer.locator("#summary")).to_contain_text("Giờ đóng phải sau bây giờ")
    write_day(officer, "Ngày", website.now().date() + timedelta(days=3))
    press(officer, "Lưu giờ đóng")
    expect(officer.locator(".flash")).to_contain_text("Đợt sẽ tự đóng lúc")
    code = page.rsplit("/", 1)[1]
    planned = board(shared, code, within=None, now=website.now() + timedelta(days=4))
    assert planned.state is State.CLOSED
    follow(officer, "Đổi giờ đóng…")
    pick(officer, "Đóng ngay bây giờ")
    press(officer, "Lưu giờ đóng")
    expect(officer.locator("h1")).to_contain_text("đã đóng")
    follow(officer, "Mở lại…")
    write(officer, "Lý do mở lại", "nhầm")
    press(officer, "Mở lại đợt")
    expect(officer.locator("#summary")).to_contain_text("Lý do cần từ 10")
    check(browser, officer)
    write(officer, "Lý do mở lại", "Đóng nhầm ngày, còn hai xã chưa phát phiếu")
    press(officer, "Mở lại đợt")
    expect(officer.locator("main")).to_contain_text("vì: Đóng nhầm ngày")
    assert open_counter(shared, MIXED, now=website.now()).round.code == code


def test_an_empty_system_leads_its_first_officer_to_a_round_that_opens_closes_and_opens_again(
    browser: Browser, site: str, shared: Database
) -> None:
    an_empty_system_leads_to_the_first_open_round(browser, site, shared)
    the_officer_reads_what_to_do_today(browser, site)
    a_new_version_is_planned_from_a_day(browser, site, shared)
    the_round_is_closed_by_schedule_by_hand_and_opened_again_with_a_reason(browser, site, shared)
