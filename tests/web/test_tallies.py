"""Tallies from paper, as a browser sends, looks at, keeps and withdraws them."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey.actions.seals import write
from survey.actions.tallies import tally_board
from survey.core.account import Account
from survey.store import accounts, trail
from survey.store.database import Database
from tests.final_figures import final_result
from tests.places import KEY, NOW, PASSWORD, ROUND, TALLY
from tests.web.conftest import signed_in
from tests.web.page_rules import text_of
from tests.web.reading import Reading
from tests.web.test_frame import send
from tests.web.visitor import Visitor

PAGE = f"/officer/rounds/{ROUND}/tallies"
HUE = (Path(__file__).parents[1] / "data" / "tables" / "hue_quy_1_2019.csv").read_bytes()
HUE_COLUMNS = dict(
    enumerate(("item", "good", "good", "other", "percent", "percent", "percent", "forms", "good_percent"))
)
APPLIED = {"source": "Báo cáo 02/BC-TTHCC", "dated": "2019-04-04"}


def sent(visitor: Visitor, content: str | bytes, roles: dict[int, str]) -> tuple[str, dict[str, str]]:
    response = send(visitor, content, PAGE, to=f"{PAGE}/send")
    assert response.status_code == 303, response.text[:3000]
    data = {"csrf_token": visitor.token(response.location), "header": "1"}
    return response.location, data | {f"role_{at}": role for at, role in roles.items()}


def kept(database: Database, within: str | None = None) -> Any:
    return tally_board(database, ROUND, within=within, now=NOW).loads


@pytest.fixture
def part_officer(app: Flask, sqlite_small: Database) -> Visitor:
    """An officer who is limited to the commune XA."""
    with sqlite_small.writing() as session:
        whole = accounts.password_hash(session, "canbo")
        accounts.add(session, Account("canbo-xa", "Cán bộ xã", "officer", "XA"), password_hash=whole)
    return signed_in(app, "canbo-xa")


def test_the_columns_of_the_published_table_of_hue_are_guessed(officer: Visitor) -> None:
    location, _data = sent(officer, HUE, {})
    page = Reading(officer.get(location))
    chosen = [s.get("value") for s in page.root.iter("option") if s.get("selected") is not None]
    assert chosen == list(HUE_COLUMNS.values())


def test_of_the_published_table_of_hue_only_the_sound_rows_are_kept_and_only_if_the_officer_says_so(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data = sent(officer, HUE, HUE_COLUMNS)
    page = Reading(officer.post(f"{address}/preview", data, 422))
    assert "dòng 2: cộng các mức được 4350 ý kiến, nhiều hơn 4215 phiếu thu vào" in page.main
    assert "dòng 6, cột E: tỷ lệ 43,29 được chia cho số phiếu thu vào" in page.main
    assert "dòng 7, cột I: không tính lại được số trung bình 97,95" in page.main
    assert (page.figures["Dòng nạp được"], page.figures["Dòng bị từ chối"]) == ("3", "2")
    officer.post(f"{address}/apply", data | APPLIED, 422)
    assert len(kept(sqlite_small)) == 1
    page = Reading(officer.post(f"{address}/apply", data | APPLIED | {"only_sound": "yes"}))
    newest = kept(sqlite_small)[0]
    assert [tally.item for tally in newest.tallies] == [
        "Thái độ phục vụ, hướng dẫn",
        "Thái độ tiếp nhận, trả kết quả",
        "Thời gian",
    ]
    assert (newest.load.rows, newest.load.refused, newest.load.source) == (3, 2, APPLIED["source"])
    assert "(không trọng số)97,62 %" in page.main
    assert "không cộng vào chỉ số của đợt, không có trọng số" in page.main
    with sqlite_small.reading() as session:
        assert [entry.deed for entry in trail.entries(session)][-1] == "tallies_loaded"


def test_tallies_change_nothing_in_the_rounds_estimate(officer: Visitor, answered: Database) -> None:
    before = final_result(answered)
    address, data = sent(officer, HUE, HUE_COLUMNS)
    officer.post(f"{address}/apply", data | APPLIED | {"only_sound": "yes"})
    assert len(kept(answered)) == 2
    after = final_result(answered)
    assert after == before


def test_a_source_without_a_name_or_a_day_is_asked_for_and_nothing_is_kept(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data = sent(
        officer, "Nội dung;Hài lòng;Không hài lòng\na;9;1\n", {0: "item", 1: "good", 2: "other"}
    )
    page = Reading(officer.post(f"{address}/apply", data, 422))
    assert "Hãy ghi nguồn số liệu." in page.main
    assert len(kept(sqlite_small)) == 1


def test_a_load_is_withdrawn_with_a_reason_and_stays_readable(
    officer: Visitor, sqlite_small: Database
) -> None:
    path = f"{PAGE}/load/1/withdraw"
    token = officer.token(path)
    officer.post(path, {"csrf_token": token, "reason": "x"}, 422)
    assert kept(sqlite_small)[0].load.withdrawal is None
    page = Reading(officer.post(path, {"csrf_token": token, "reason": "Đếm nhầm tập phiếu của tháng trước"}))
    assert "Đếm nhầm tập phiếu của tháng trước" in page.main
    assert TALLY.item in page.main
    assert "Trung bình tỷ lệ hài lòng của các nội dung (không trọng số)" not in page.figures
    officer.get(path, 404)


def test_an_officer_with_a_part_loads_and_sees_that_part_only(
    officer: Visitor, part_officer: Visitor, sqlite_small: Database
) -> None:
    table = "Đơn vị;Nội dung;Hài lòng;Không hài lòng\nXA;Nơi đón;9;1\nPH;Nơi đón;7;3\n"
    roles = {0: "unit", 1: "item", 2: "good", 3: "other"}
    address, data = sent(part_officer, table, roles)
    page = Reading(part_officer.post(f"{address}/preview", data, 422))
    assert "dòng 3, cột A: “PH” nằm ngoài phạm vi được giao" in page.main
    part_officer.post(f"{address}/apply", data | APPLIED | {"only_sound": "yes"})
    assert [tally.unit_code for tally in kept(sqlite_small)[0].tallies] == ["XA"]
    address, data = sent(officer, table, roles)
    officer.post(f"{address}/apply", data | APPLIED | {"others": "yes"})
    newest = kept(sqlite_small)[0].load.number
    assert "Hòa Thuận" not in part_officer.get(PAGE)
    part_officer.get(f"{PAGE}/load/{newest}/withdraw", 403)
    address, data = sent(part_officer, "Nội dung;Hài lòng;Không\na;9;1\n", {0: "item", 1: "good", 2: "other"})
    part_officer.post(f"{address}/apply", data | APPLIED | {"unit": "PH"}, 403)
    part_officer.post(f"{address}/apply", data | APPLIED)
    assert [tally.unit_code for tally in kept(sqlite_small)[0].tallies] == ["XA"]


def test_an_auditor_reads_tallies_and_is_offered_no_way_to_load(app: Flask) -> None:
    page = Reading(signed_in(app, "kiemtra").get(PAGE))
    assert TALLY.item in page.main
    assert "form" not in {element.tag for element in page.root.findall(".//main//form")}
    signed_in(app, "kiemtra").get(f"{PAGE}/load/1/withdraw", 403)


def test_what_was_kept_and_withdrawn_is_explained_by_the_trail_when_it_is_sealed(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data = sent(officer, HUE, HUE_COLUMNS)
    officer.post(f"{address}/apply", data | APPLIED | {"only_sound": "yes"})
    path = f"{PAGE}/load/{kept(sqlite_small)[0].load.number}/withdraw"
    officer.post(path, {"csrf_token": officer.token(path), "reason": "Chép nhầm quý, sẽ nạp lại"})
    seal = write(sqlite_small, now=NOW, key=KEY)
    assert seal is not None
    assert {"source_load", "source_withdrawal", "tally"} <= set(seal.changes)


def test_what_columns_hold_is_remembered_apart_from_frames(officer: Visitor) -> None:
    table = "Tên lạ;Mức A;Mức B\na;9;1\n"
    address, data = sent(officer, table, {0: "item", 1: "good", 2: "other"})
    officer.post(f"{address}/apply", data | APPLIED)
    location, _data = sent(officer, table, {})
    page = Reading(officer.get(location))
    chosen = [s.get("value") for s in page.root.iter("option") if s.get("selected") is not None]
    assert chosen == ["item", "good", "other"]
    assert PASSWORD not in page.main


def test_tallies_that_the_round_has_already_are_not_kept_twice_unless_somebody_says_these_are_others(
    officer: Visitor, sqlite_small: Database
) -> None:
    content = "Nội dung;Hài lòng;Không\nChỗ ngồi;7;3\nThái độ;8;2\n"
    roles = {0: "item", 1: "good", 2: "other"}

    def previewed(table: str) -> tuple[str, dict[str, str], Reading]:
        address, data = sent(officer, table, roles)
        return address, data, Reading(officer.post(f"{address}/preview", data))

    address, data, page = previewed(content)
    assert "đã nạp vào đợt" not in page.main
    officer.post(f"{address}/apply", data | APPLIED)
    loads = len(kept(sqlite_small))
    address, data, page = previewed(content)
    assert "Đúng tệp này đã nạp vào đợt lúc" in page.main
    assert "2 dòng giống hệt dòng đã nạp trong đợt, 0 dòng mới" in page.main
    page = Reading(officer.post(f"{address}/apply", data | APPLIED, 422))
    assert "Hãy xác nhận đây là số liệu khác" in text_of(page.with_id("summary"))
    assert len(kept(sqlite_small)) == loads
    _address, _data, page = previewed(content + "Lối vào;9;1\n")
    assert "Đúng tệp này" not in page.main
    assert "2 dòng giống hệt dòng đã nạp trong đợt, 1 dòng mới" in page.main
    officer.post(f"{address}/apply", data | APPLIED | {"others": "yes"})
    assert len(kept(sqlite_small)) == loads + 1


def test_tallies_that_were_withdrawn_are_kept_again_without_a_question(
    officer: Visitor, sqlite_small: Database
) -> None:
    for _time in range(2):
        address, data = sent(
            officer, "Nội dung;Hài lòng;Không\nChỗ ngồi;7;3\n", {0: "item", 1: "good", 2: "other"}
        )
        assert "giống hệt" not in officer.post(f"{address}/preview", data)
        officer.post(f"{address}/apply", data | APPLIED)
        number = kept(sqlite_small)[0].load.number
        officer.post(f"{PAGE}/load/{number}/withdraw", data | {"reason": "Nhầm đợt, sẽ nạp lại"})
    assert len(kept(sqlite_small)) == 3
