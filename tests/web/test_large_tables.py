"""Large workbooks are read by a process of its own, whatever they hold; whoever sent one waits, and loses nothing."""

import os
import signal
import time
from io import BytesIO

import pytest
import xlsxwriter
from flask import Flask

from questionnaires import uploads
from survey.actions import reading_apart, sent_files
from survey.actions.frames import state
from survey.actions.places import register
from survey.store.database import Database
from tests.axe import violations
from tests.browser import chromium
from tests.conftest import application
from tests.places import NOW, ROUND
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.serving import serving
from tests.web.test_frame import APPLIED, COLUMNS, LIST, PAGE, send
from tests.web.test_loading_apart import apart_from_us, stay, waited
from tests.web.visitor import Visitor

PATIENCE = 120.0
FRAME = [["Đơn vị", "Lĩnh vực", "Số hồ sơ"], ["XA", "land", 1234], ["PH", "civil_status", 66]]
OTHER = [["Cơ quan", "Nhóm", "Số lượng"], ["XA", "land", 77]]
UNITS = [["Mã đơn vị", "Tên đơn vị", "Cấp", "Mã cấp trên"], ["MO", "Xã Mới", "Xã", "SO"]]
OF_ROUND = f"/officer/rounds/{ROUND}"
KINDS = {
    "a frame": (PAGE, PAGE, FRAME),
    "responses": (f"{OF_ROUND}/loads", f"{OF_ROUND}/loads/send", [["Đơn vị", "Lĩnh vực"], ["XA", "land"]]),
    "tallies": (
        f"{OF_ROUND}/tallies",
        f"{OF_ROUND}/tallies/send",
        [["Nội dung", "Hài lòng"], ["Chỗ ngồi", 9]],
    ),
    "units": (LIST, LIST, UNITS),
}
"""Where each kind is chosen, where it is sent to, and its rows."""


@pytest.fixture(autouse=True)
def _all_workbooks_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGE", 100)


def book(**sheets: list[list[str | int]] | list[list[str]]) -> bytes:
    """A workbook with these sheets."""
    content = BytesIO()
    with xlsxwriter.Workbook(content) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return content.getvalue()


def sent(visitor: Visitor, content: bytes, page: str = PAGE, to: str = PAGE) -> str:
    """The address of a file that was taken."""
    response = send(visitor, content, page, "bảng.xlsx", to=to)
    assert response.status_code == 303, response.text[:3000]
    return str(response.location)


def form(visitor: Visitor, sheet: str = "Một") -> dict[str, str]:
    return {"csrf_token": visitor.token(PAGE), "header": "1", "sheet": sheet} | COLUMNS


def refusal(visitor: Visitor, address: str) -> str:
    """The page that refuses a file, after waiting."""
    end = time.monotonic() + PATIENCE
    while (reply := visitor.client.get(address)).status_code == 202:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert reply.status_code == 422
    return str(reply.text)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_table_is_read_while_its_sender_waits(officer: Visitor, kind: str) -> None:
    page, to, rows = KINDS[kind]
    address = sent(officer, book(Một=rows), page, to)
    waits = officer.client.get(address)
    assert waits.status_code == 202
    assert "Đang đọc tệp …" in waits.text
    assert "bảng.xlsx" in waited(officer, address).main


def test_a_large_frame_is_read_once_for_all_its_pages(
    officer: Visitor, sqlite_small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sent(officer, book(Một=FRAME))
    waited(officer, address)
    monkeypatch.setattr(reading_apart, "made", None)
    monkeypatch.setattr(reading_apart, "read_upload", None)
    page = Reading(officer.post(f"{address}/preview", form(officer)))
    assert page.figures["Hồ sơ"] == "1.300"
    officer.post(f"{address}/apply", form(officer) | APPLIED)
    assert state(sqlite_small, ROUND, now=NOW).dossiers == 1300


def test_both_engines_read_a_large_list_of_units_and_apply_it(
    small: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    officer = signed_in(application(small, tmp_path_factory.mktemp("data")), "canbo")
    address = sent(officer, book(Một=UNITS), LIST, LIST)
    page = waited(officer, address)
    assert page.figures["Thêm"] == "1"
    officer.post(address, {"csrf_token": officer.token(address)})
    assert register(small).unit("MO").name == "Xã Mới"


def test_what_is_wrong_with_a_large_list_of_units_is_said_after_it_was_read(officer: Visitor) -> None:
    address = sent(officer, book(Một=[["Tên", "Tuổi"], ["Lan", 30]]), LIST, LIST)
    assert officer.client.get(address).status_code == 202
    assert "Không thấy dòng tên cột." in refusal(officer, address)


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_file_without_a_table_is_refused_with_the_reason(officer: Visitor, kind: str) -> None:
    page, to, _rows = KINDS[kind]
    good = book(Một=FRAME)
    at = good.index(b"xl/worksheets/sheet1.xml") + 60
    address = sent(officer, good[:at] + b"\0\0\0\0" + good[at + 4 :], page, to)
    assert "Tệp XLSX bị hỏng hoặc có mật khẩu" in refusal(officer, address)


@pytest.mark.parametrize("step", ["", "/preview", "/apply"])
@pytest.mark.parametrize("kind", ["a frame", "responses", "tallies"])
def test_a_sheet_that_is_not_there_is_refused_at_every_step(officer: Visitor, kind: str, step: str) -> None:
    page, to, rows = KINDS[kind]
    address = sent(officer, book(Một=rows), page, to)
    waited(officer, address)
    wait = officer.send(f"{address}{step}", form(officer, "Ba")).headers["Location"]
    assert "Không có trang tính “Ba”" in refusal(officer, wait)
    assert "Không có trang tính “Ba”" in officer.post(f"{address}{step}", form(officer, "Ba"), 422)


def test_another_sheet_is_read_when_it_is_asked_for_and_the_first_again(officer: Visitor) -> None:
    address = sent(officer, book(Một=FRAME, Hai=OTHER))
    assert "2 dòng" not in waited(officer, address).main
    assert "Cơ quan" in waited(officer, f"{address}?sheet=Hai&header=1").main
    assert "Số hồ sơ" in waited(officer, f"{address}?sheet=Một&header=1").main


def test_a_form_that_needs_a_table_that_is_not_read_leads_to_the_page_that_waits(officer: Visitor) -> None:
    address = sent(officer, book(Một=FRAME, Hai=OTHER))
    waited(officer, address)
    wait = officer.send(f"{address}/preview", form(officer, "Hai")).headers["Location"]
    assert "Cơ quan" in waited(officer, wait).main
    page = Reading(officer.post(f"{address}/preview", form(officer, "Hai")))
    assert page.figures["Hồ sơ"] == "77"


def test_two_files_at_once_do_not_disturb_each_other(officer: Visitor) -> None:
    one, other = sent(officer, book(Một=FRAME)), sent(officer, book(Hai=OTHER))
    assert {officer.client.get(address).status_code for address in (one, other, one)} == {202}
    assert "Số hồ sơ" in waited(officer, one).main
    assert "Cơ quan" in waited(officer, other).main
    assert officer.client.get(one).status_code == 200


def test_a_process_that_is_killed_is_begun_again_and_nothing_is_lost(
    officer: Visitor, sqlite_small: Database
) -> None:
    address = sent(officer, book(Một=FRAME))
    assert officer.client.get(address).status_code == 202
    for process in apart_from_us():
        os.kill(process, signal.SIGKILL)
    waited(officer, address)
    officer.post(f"{address}/apply", form(officer) | APPLIED)
    assert state(sqlite_small, ROUND, now=NOW).dossiers == 1300


def test_where_nothing_can_be_kept_a_large_table_is_read_in_the_request(app: Flask, officer: Visitor) -> None:
    shelf = app.extensions["sipas"].shelf
    shelf.folder.parent.mkdir(exist_ok=True, parents=True)
    shelf.folder.write_text("in the way of the folder")
    assert "Số hồ sơ" in officer.get(sent(officer, book(Một=FRAME)))


def test_nobody_else_sees_a_table_and_asking_for_it_begins_nothing(app: Flask, officer: Visitor) -> None:
    address = sent(officer, book(Một=FRAME))
    assert signed_in(app, "lanhdao").client.get(address).status_code == 403
    assert signed_in(app, "quantri").client.get(address).status_code in {403, 404}
    assert apart_from_us() == []


def test_the_table_of_a_file_that_waits_no_more_is_forgotten_within_the_hour(
    app: Flask, officer: Visitor, sqlite_small: Database
) -> None:
    shelf = app.extensions["sipas"].shelf
    dropped, waits = sent(officer, book(Một=FRAME)), sent(officer, book(Hai=OTHER))
    waited(officer, dropped)
    waited(officer, waits)
    officer.send(f"{dropped}/drop", form(officer))
    sent_files.forget_old(sqlite_small, shelf, now=NOW)
    tables = list((shelf.folder / "tables").glob("*.result"))
    assert len(tables) == 1
    assert officer.client.get(waits).status_code == 200


@pytest.mark.parametrize("width", [1200, 320])
def test_the_page_that_waits_comes_back_by_itself_and_has_no_barriers(
    app: Flask, officer: Visitor, width: int
) -> None:
    address = sent(officer, book(Một=FRAME))
    tables = reading_apart._tables(app.extensions["sipas"].shelf)  # noqa: SLF001  held as a process would
    held = tables.lock(address.rpartition("/")[2])
    assert held is not None
    cookie = officer.client.get_cookie("sipas")
    assert cookie is not None
    try:
        with serving(app) as here, chromium() as browser:
            context = browser.new_context(viewport={"width": width, "height": 700})
            context.add_cookies([{"name": "sipas", "value": cookie.value, "url": here}])
            context.route("**/frame/*", stay)
            still = context.new_page()
            still.goto(f"{here}{address}")
            assert still.inner_text("h1") == "Đang đọc tệp …"
            assert violations(still) == []
            assert still.evaluate("document.documentElement.scrollWidth") <= width
            context.unroute("**/frame/*")
            comes_back = context.new_page()
            comes_back.goto(f"{here}{address}")
            os.close(held)
            held = None
            comes_back.get_by_role("button", name="Tiếp: xem trước").wait_for(timeout=60_000)
    finally:
        if held is not None:
            os.close(held)
