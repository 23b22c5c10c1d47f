"""Large files of responses are read and taken by a process of its own; the officer waits, and is told how it ended."""

import os
import signal
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Route

from survey.actions import loading_apart
from survey.actions.apart import StillWorking, Work, made
from survey.actions.loading_apart import Look, Order, Refusal, Standing, Taken, note, outcome, standing, take
from survey.actions.progress import Progress, Stage
from survey.actions.rounds import close_round
from survey.core.frame import Layout
from survey.store.database import Database
from tests.axe import violations
from tests.browser import chromium
from tests.conftest import application
from tests.places import KEY, MIXED, OFFICER, ROUND
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.serving import serving
from tests.web.test_loading import APPLIED, PAGE, ROLES, counted, sent, table
from tests.web.visitor import Visitor, stored

PATIENCE = 120.0
FEW = [f"XA;land;{number};5;4" for number in range(20)]
MANY = [f"XA;land;{number};5;4" for number in range(8_000)]


@pytest.fixture(autouse=True)
def _all_files_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading_apart, "LARGE", 5)


def waited(visitor: Visitor, address: str) -> Reading:
    """The page that follows on waiting."""
    end = time.monotonic() + PATIENCE
    while (reply := visitor.client.get(address)).status_code == 202:
        assert reply.headers["Refresh"] == "3"
        assert time.monotonic() < end
        time.sleep(0.1)
    return Reading(visitor.get(address if reply.status_code == 200 else str(reply.headers["Location"])))


def looked(visitor: Visitor, rows: list[str]) -> tuple[str, dict[str, str], Reading]:
    """The address of a file's pages, its columns, and the preview."""
    address, data = sent(visitor, table(*rows))
    wait = visitor.send(f"{address}/preview", data).headers["Location"]
    assert wait.startswith(f"{address}/preview/")
    return address, data, waited(visitor, wait)


def order(visitor: Visitor, address: str, data: dict[str, str]) -> str:
    """Press the button; gives the address to wait at."""
    return str(visitor.send(f"{address}/apply", data | APPLIED).headers["Location"])


def stands(app: Flask, database: Database) -> Standing | None:
    return standing(database, ROUND, app.extensions["sipas"].shelf, now=datetime.now(UTC))


def killed_while_storing(app: Flask, database: Database) -> None:
    """SIGKILL to the process that takes the file, as soon as some of its rows are stored."""
    end = time.monotonic() + PATIENCE
    while True:
        found = stands(app, database)
        progress = found.progress if found else None
        if progress and progress.stage is Stage.STORING and progress.done:
            break
        assert time.monotonic() < end
        time.sleep(0.01)
    [process] = apart_from_us()
    os.kill(process, signal.SIGKILL)
    while apart_from_us():
        assert time.monotonic() < end
        time.sleep(0.01)


def apart_from_us() -> list[int]:
    """The processes that this one started for long work and that have not ended."""
    started = [
        int(child)
        for task in Path("/proc/self/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [
        process
        for process in started
        if b"survey.actions.apart" in Path(f"/proc/{process}/cmdline").read_bytes()
    ]


def test_a_large_file_is_previewed_and_taken_while_the_officer_waits_and_found_in_the_history(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data, page = looked(officer, FEW)
    assert page.figures == {"Dòng trong tệp": "20", "Phiếu mới": "20", "Phiếu đã nạp từ trước": "0"}
    assert stored(sqlite_small) == []
    wait = order(officer, address, data)
    page = waited(officer, wait)
    assert "Đã nhập 20 phiếu; 0 phiếu đã nạp từ trước." in page.html
    assert "Xã Bình An: 20" in page.main
    assert counted(sqlite_small) == {"XA": 20}
    assert "Đã nhập 20 phiếu" in waited(officer, wait).html


def test_both_engines_take_a_large_file_in_a_process_of_its_own(small: Database, tmp_path: Path) -> None:
    officer = signed_in(application(small, tmp_path), "canbo")
    address, data, _page = looked(officer, FEW)
    assert "Đã nhập 20 phiếu" in waited(officer, order(officer, address, data)).html
    assert counted(small) == {"XA": 20}
    _address, _data, page = looked(officer, [*FEW, "PH;land;77;3;3"])
    assert page.figures["Phiếu mới"] == "1"


def test_a_large_file_with_an_unknown_name_is_explained_and_read_again(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data = sent(officer, table(*FEW, "Trạm A;land;99;5;4"))
    wait = officer.send(f"{address}/preview", data).headers["Location"]
    end = time.monotonic() + PATIENCE
    while (reply := officer.client.get(wait)).status_code == 202:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert reply.status_code == 422
    assert "Trạm A" in Reading(reply.text).rows
    said = {"kind_0": "unit", "label_0": "trạm a", "mean_0": "PH"}
    page = waited(officer, officer.send(f"{address}/preview", data | said).headers["Location"])
    assert page.figures["Phiếu mới"] == "21"
    waited(officer, order(officer, address, data | said))
    assert counted(sqlite_small) == {"XA": 20, "PH": 1}


def test_columns_that_are_chosen_anew_while_a_file_is_read_are_read_next(officer: Visitor) -> None:
    address, data = sent(officer, table(*FEW))
    first = officer.send(f"{address}/preview", data).headers["Location"]
    second = officer.send(f"{address}/preview", data | {"role_4": ""}).headers["Location"]
    assert first != second
    assert waited(officer, second).figures["Phiếu mới"] == "20"
    page = waited(officer, first)
    assert "dừng giữa chừng" in page.html


def test_source_and_day_are_asked_for_without_reading_the_file_anew(officer: Visitor) -> None:
    address, data, _page = looked(officer, FEW)
    page = Reading(officer.post(f"{address}/apply", data, 422))
    assert "Hãy ghi nguồn số liệu." in page.main
    assert page.figures["Phiếu mới"] == "20"


def test_what_was_loaded_before_is_not_counted_again_and_a_preview_knows_it_at_once(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data, _page = looked(officer, FEW)
    waited(officer, order(officer, address, data))
    _address, _data, page = looked(officer, [*FEW, "PH;land;77;3;3"])
    assert "20 dòng đã được nạp lần trước nên không tính lại, 1 dòng mới." in page.main
    assert counted(sqlite_small) == {"XA": 20}


def test_a_process_that_is_killed_counts_nothing_and_the_same_file_is_taken_again_once(
    app: Flask, officer: Visitor, sqlite_small: Database
) -> None:
    address, data, _page = looked(officer, MANY)
    wait = order(officer, address, data)
    killed_while_storing(app, sqlite_small)
    assert counted(sqlite_small) == {}
    assert 0 < len(stored(sqlite_small)) < len(MANY)
    page = waited(officer, wait)
    assert "Việc nạp dừng giữa chừng nên chưa có phiếu nào được tính." in page.html
    assert f"{address}/again" in page.links
    found = stands(app, sqlite_small)
    assert found is not None
    assert found.refusal is Refusal.STOPPED
    again = officer.client.get(f"{address}/again")
    page = (
        waited(officer, str(again.headers["Location"])) if again.status_code == 303 else Reading(again.text)
    )
    assert page.figures["Phiếu mới"] == "8.000"
    page = waited(officer, order(officer, address, data))
    assert "Đã nhập 8000 phiếu" in page.html
    assert counted(sqlite_small) == {"XA": 8_000}
    assert stands(app, sqlite_small) is None


def test_citizens_are_answered_while_a_large_file_is_taken_and_the_page_says_how_far_it_is(
    app: Flask, officer: Visitor, visitor: Visitor, sqlite_small: Database
) -> None:
    address, data, _page = looked(officer, MANY)
    wait = order(officer, address, data)
    said: set[str] = set()
    end = time.monotonic() + PATIENCE
    while officer.client.get(wait).status_code == 202:
        visitor.send(f"/q/{MIXED}/send", visitor.filled(MIXED))
        found = stands(app, sqlite_small)
        if found and found.progress:
            page = Reading(officer.get(PAGE))
            said |= {stage for stage in ("Đã đọc", "Đã ghi") if stage in page.main}
        assert time.monotonic() < end
    assert "Đã ghi" in said
    taken = [row for row in stored(sqlite_small) if row["mode"] == "qr"]
    assert counted(sqlite_small) == {"XA": 8_000 + len(taken)}


def test_a_second_file_of_the_round_waits_its_turn_and_is_not_lost(
    app: Flask, officer: Visitor, sqlite_small: Database
) -> None:
    first, data, _page = looked(officer, MANY)
    second, others, _page = looked(officer, [f"PH;land;{number};5;4" for number in range(10)])
    wait = order(officer, first, data)
    refused = officer.post(f"{second}/apply", others | APPLIED)
    assert "Đang nạp một tệp khác vào đợt này." in refused
    assert "Theo dõi việc nạp" in Reading(refused).main
    waited(officer, wait)
    waited(officer, order(officer, second, others))
    assert counted(sqlite_small) == {"XA": 8_000, "PH": 10}
    assert stands(app, sqlite_small) is None


def test_a_database_that_is_gone_is_told_and_the_file_can_be_taken_again(
    app: Flask, officer: Visitor, sqlite_small: Database
) -> None:
    address, data, _page = looked(officer, FEW)
    shelf, away = app.extensions["sipas"].shelf, sqlite_small.url.replace(".sqlite", "/away.sqlite")
    asked = an_order(address.rpartition("/")[2])
    note(shelf, asked)
    with pytest.raises(StillWorking):
        made(shelf, Work(f"load {ROUND}", asked.attempt, take, (away, shelf.folder, asked, KEY)))
    page = waited(officer, f"{address}/taking/{asked.attempt}")
    assert "Việc nạp dừng giữa chừng" in page.html
    waited(officer, order(officer, address, data))
    assert counted(sqlite_small) == {"XA": 20}


def test_a_process_that_ends_between_the_last_row_and_saying_so_has_taken_the_file(
    app: Flask, officer: Visitor, sqlite_small: Database
) -> None:
    address, data, _page = looked(officer, FEW)
    wait = order(officer, address, data)
    waited(officer, wait)
    shelf = app.extensions["sipas"].shelf
    shelf.put(f"load {ROUND}", "another", None)
    assert outcome(sqlite_small, ROUND, wait.rpartition("/")[2], shelf) == Taken(20, 0)
    assert outcome(sqlite_small, ROUND, "never", shelf) is Refusal.STOPPED


def test_a_round_that_is_settled_meanwhile_takes_nothing_and_says_so(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data, _page = looked(officer, FEW)
    close_round(sqlite_small, ROUND, by=OFFICER, now=datetime(2026, 10, 2, tzinfo=UTC))
    page = waited(officer, order(officer, address, data))
    assert "đã chốt số liệu" in page.html
    assert counted(sqlite_small) == {}


def test_where_nothing_can_be_kept_the_file_is_taken_in_the_request(
    app: Flask, officer: Visitor, sqlite_small: Database
) -> None:
    shelf = app.extensions["sipas"].shelf
    shelf.folder.parent.mkdir(exist_ok=True, parents=True)
    shelf.folder.write_text("in the way of the folder")
    address, data = sent(officer, table(*FEW))
    page = Reading(officer.post(f"{address}/preview", data))
    assert page.figures["Phiếu mới"] == "20"
    assert "Đã nhập 20 phiếu" in officer.post(f"{address}/apply", data | APPLIED)
    assert counted(sqlite_small) == {"XA": 20}


def test_looking_how_a_load_stands_begins_nothing_and_shows_nobody_elses_file(
    app: Flask, officer: Visitor, sqlite_small: Database
) -> None:
    address, data = sent(officer, table(*FEW))
    wait = officer.send(f"{address}/preview", data).headers["Location"]
    waited(officer, wait)
    page = waited(officer, f"{address}/taking/0123456789abcdef")
    assert "chưa có phiếu nào được tính" in page.html
    assert stored(sqlite_small) == []
    assert signed_in(app, "lanhdao").client.get(wait).status_code == 403
    other, _data = sent(officer, table(*FEW))
    page = waited(officer, wait.replace(address, other))
    assert "Phiếu mới" not in page.figures


@pytest.mark.parametrize("width", [1200, 320])
def test_whoever_waits_sees_how_far_it_is_on_pages_without_barriers(
    app: Flask, officer: Visitor, width: int
) -> None:
    address, _data = sent(officer, table(*FEW))
    shelf, asked = app.extensions["sipas"].shelf, an_order(address.rpartition("/")[2])
    note(shelf, asked)
    held = shelf.lock(f"load {ROUND}")
    assert held is not None
    cookie = officer.client.get_cookie("sipas")
    assert cookie is not None
    try:
        with serving(app) as here, chromium() as browser:
            context = browser.new_context(viewport={"width": width, "height": 700})
            context.add_cookies([{"name": "sipas", "value": cookie.value, "url": here}])
            waits = f"{here}{address}/taking/{asked.attempt}"
            comes_back = context.new_page()
            comes_back.goto(waits)
            shelf.put(f"progress load {ROUND}", asked.attempt, Progress(Stage.STORING, 4000, 12_000))
            comes_back.get_by_text("Đã ghi 4.000 trên 12.000 phiếu.").wait_for(timeout=60_000)
            comes_back.close()
            context.route("**/taking/*", stay)
            page = context.new_page()
            page.goto(waits)
            assert page.inner_text("h1") == "Đang nạp tệp …"
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.get_by_role("link", name="Phiếu nhập từ tệp của đợt này").click()
            page.get_by_text("Đang nạp tệp a.csv (canbo nạp).").wait_for()
            assert violations(page) == []
            os.close(held)
            held = None
            page.reload()
            page.get_by_role("link", name="Xem lại và nạp lại tệp này").wait_for()
            assert violations(page) == []
    finally:
        if held is not None:
            os.close(held)


def stay(route: Route) -> None:
    """Answer without the header by which the page loads itself again, so that nothing is read between two pages."""
    route.fulfill(response=route.fetch(), headers={"Content-Type": "text/html"})


def an_order(token: str) -> Order:
    look = Look(ROUND, token, "", Layout(0, ROLES), {}, OFFICER, datetime.now(UTC))
    return Order(
        look, "gone", "LimeSurvey", date(2026, 11, 20), are_others=False, file_name="a.csv", sha256="0" * 64
    )
