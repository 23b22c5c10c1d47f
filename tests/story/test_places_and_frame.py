"""A survey officer, with the keyboard alone: from a list of units to counters, and from a file to a round's frame."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from survey.actions.frames import state
from survey.actions.places import register
from survey.store.database import Database
from tests.axe import violations
from tests.browser import chromium
from tests.conftest import application
from tests.keyboard import enter, reach
from tests.places import NOW, PASSWORD, ROUND
from tests.web.serving import serving

UNITS = "Mã đơn vị;Tên đơn vị;Cấp;Mã cấp trên\nT;Tỉnh Thử;Tỉnh;\nMOI;Xã Mới;Xã;T\n"
FRAME = (
    "TỔNG HỢP HỒ SƠ;;;\n;;;\nĐơn vị xử lý;Lĩnh vực;Số lượng;Hình thức nộp\n"
    "Xã Bình Am;Đất đai;1.234;Trực tuyến\nUBND phường Hoà Thuận;Hộ tịch – Chứng thực;66;Trực tiếp\nTổng cộng;;1.300;\n"
)


@pytest.fixture
def desk(sqlite_small: Database, tmp_path: Path) -> Iterator[Page]:
    """The desk of an officer who has signed in, with a narrow window."""
    with serving(application(sqlite_small, tmp_path)) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 900}, base_url=address)
        page.goto("/officer/sign-in")
        page.keyboard.press("Tab")
        reach(page.get_by_label("Tên đăng nhập"))
        page.keyboard.type("canbo")
        reach(page.get_by_label("Mật khẩu"))
        page.keyboard.type(PASSWORD)
        enter(page)
        expect(page.locator("h1")).to_have_text("Đợt khảo sát")
        yield page


def press(page: Page, name: str) -> None:
    """Press a button or follow a link with the keyboard."""
    reach(page.get_by_role("main").get_by_text(name, exact=True).first)
    enter(page)


def choose_file(page: Page, text: str) -> None:
    """The window that opens belongs to the system; what was chosen in it is set here."""
    reach(page.get_by_label("Tệp Excel"))
    page.get_by_label("Tệp Excel").set_input_files(
        {"name": "bang.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )


def test_an_officer_loads_units_and_adds_a_counter_with_the_keyboard_alone(
    desk: Page, sqlite_small: Database
) -> None:
    reach(desk.get_by_role("link", name="Đơn vị và quầy"))
    enter(desk)
    press(desk, "Nạp danh sách từ tệp…")
    choose_file(desk, UNITS)
    press(desk, "Kiểm tra tệp")
    expect(desk.get_by_role("status")).to_contain_text("Chưa có gì thay đổi")
    assert len(register(sqlite_small).units) == 3
    assert violations(desk) == []
    press(desk, "Nạp danh sách này")
    expect(desk.get_by_role("status")).to_contain_text("thêm 2")
    press(desk, "Xã Mới")
    press(desk, "Thêm quầy")
    reach(desk.get_by_label("Tên quầy"))
    desk.keyboard.type("Quầy số 1")
    reach(desk.get_by_label("Nơi đặt"))
    desk.keyboard.type("Trung tâm xã")
    enter(desk)
    expect(desk.get_by_role("status")).to_contain_text("Mã in trên áp phích là")
    [counter] = register(sqlite_small).counters_of("MOI")
    assert counter.name == "Quầy số 1"
    desk.goto(f"/q/{counter.code}")
    expect(desk.get_by_text("Xã Mới").first).to_be_visible()


def test_an_officer_loads_a_frame_with_the_keyboard_alone_and_the_second_time_needs_no_choice(
    desk: Page, sqlite_small: Database
) -> None:
    for time in ("first", "second"):
        desk.goto(f"/officer/rounds/{ROUND}")
        press(desk, "Số hồ sơ…")
        choose_file(desk, FRAME)
        press(desk, "Tiếp: chọn cột")
        expect(desk.get_by_label("Tên cột nằm ở dòng số")).to_have_value("3")
        expect(desk.get_by_label("Nội dung của cột D Hình thức nộp")).to_have_value("channel")
        press(desk, "Tiếp: xem trước")
        if time == "first":
            expect(desk.get_by_role("row", name="Xã Bình Am")).to_contain_text("dòng 4, cột A")
            assert violations(desk) == []
            reach(desk.get_by_label("Nghĩa của Xã Bình Am"))
            desk.keyboard.press("ArrowDown")
            expect(desk.get_by_label("Nghĩa của Xã Bình Am")).to_have_value("XA")
            press(desk, "Xem lại")
        expect(desk.get_by_role("status")).to_contain_text("Tệp đúng")
        assert violations(desk) == []
        reach(desk.get_by_label("Nguồn số liệu"))
        desk.keyboard.type("Một cửa điện tử")
        press(desk, "Nạp số hồ sơ này")
        expect(desk.get_by_role("status")).to_contain_text("Đã nạp 1.300 hồ sơ")
    found = state(sqlite_small, ROUND, now=NOW)
    assert found.dossiers == 1300
    assert found.margins == {"channel": {"Trực tiếp": 66, "Trực tuyến": 1234}}
    assert len(found.loads) == 2
