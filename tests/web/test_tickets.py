"""One-time tickets through the pages: an officer loads a list and gets paper, a citizen uses a slip once."""

import csv
import io
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from survey.actions.rounds import board, close_round
from survey.core.ticket import readable_ticket, ticket_code
from survey.core.ticket_list import MOST_ROWS
from survey.store.database import Database
from survey.web.desk import LARGER
from survey.web.tickets import SHOWN_FAULTS
from tests.papers import decoded, pages
from tests.places import EARLIER, KEY, MIXED, NOW, OFFICER, ROUND, TICKET, let_two_weeks_pass
from tests.web.page_rules import faults
from tests.web.reading import Reading
from tests.web.visitor import EVERY_ITEM, Visitor, hidden, stored

PAGE = f"/officer/rounds/{ROUND}/tickets"
LIST = "H1,XA,land\nH2,XA,civil_status\nH3,SO,land\n"
SITE = "http://127.0.0.1:8000"
JSON = {"Accept": "application/json"}


def sent(officer: Visitor, path: str, text: str, **more: Any) -> Any:
    """The answer to a list that an officer sends."""
    data = {"csrf_token": officer.token(PAGE), "list": text} | more
    return officer.client.post(path, data=data, content_type="multipart/form-data", buffered=True)


def preview(officer: Visitor, text: str, status: int = 200, **more: Any) -> Reading:
    response = sent(officer, PAGE, text, **more)
    assert response.status_code == status, response.text
    assert faults(response.text, response.headers) == []
    return Reading(response.text)


def opened(visitor: Visitor, code: str = TICKET) -> dict[str, str]:
    """The hidden fields of the form that a ticket opens."""
    page = visitor.get(f"/t/{code}")
    return {name: hidden(page, name) for name in ("id", "visit", "lang")} | EVERY_ITEM


def tickets_of(database: Database) -> tuple[int, int]:
    found = board(database, ROUND, within=None, now=NOW)
    return found.issued, found.used


# --- the officer -------------------------------------------------------------------------------------


def test_a_list_is_checked_then_printed_and_exported(officer: Visitor, sqlite_small: Database) -> None:
    page = preview(officer, LIST)
    assert page.figures == {"Mã mới sẽ phát": "3", "Hồ sơ đã có mã từ trước": "0"}
    assert page.rows == {"Sở Thử nghiệm": ["1"], "Xã Bình An": ["2"]}
    assert tickets_of(sqlite_small) == (1, 0)
    carried = str(page.control("list").text)
    paper = sent(officer, f"{PAGE}/slips.pdf", carried)
    assert tickets_of(sqlite_small) == (4, 0)
    codes = [ticket_code(ROUND, f"H{number}", key=KEY) for number in (1, 2, 3)]
    assert decoded(paper.data) == [f"{SITE}/t/{code}" for code in codes]
    [text] = pages(paper.data)
    for part in ("H1", "H2", "H3", *map(readable_ticket, codes), f"{SITE}/t/{codes[0]}"):
        assert part in text
    table = sent(officer, f"{PAGE}/links.csv", carried)
    assert tickets_of(sqlite_small) == (4, 0)
    assert table.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in table.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert [(row[0], row[4]) for row in rows[1:]] == [
        (f"H{number}", f"{SITE}/t/{code}") for number, code in zip((1, 2, 3), codes, strict=True)
    ]


def test_the_same_list_prints_the_same_bytes_and_gives_out_nothing_new(
    officer: Visitor, sqlite_small: Database
) -> None:
    first = sent(officer, f"{PAGE}/slips.pdf", LIST).data
    assert sent(officer, f"{PAGE}/slips.pdf", LIST).data == first
    assert tickets_of(sqlite_small) == (4, 0)
    assert preview(officer, LIST).figures["Hồ sơ đã có mã từ trước"] == "3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_is_read_like_a_pasted_list(officer: Visitor, encoding: str) -> None:
    text = "Mã hồ sơ;Mã đơn vị;Mã lĩnh vực\r\nH1;XA;land\r\nH2;SO;land\r\n"
    page = preview(officer, "", file=(io.BytesIO(text.encode(encoding)), "danh-sach.csv"))
    assert page.figures["Mã mới sẽ phát"] == "2"


@pytest.mark.parametrize(
    "content", [LIST.encode("utf-16"), b"PK\x03\x04\xff\xfe", "Mã,XA,land".encode("latin-1")]
)
def test_a_file_that_is_no_text_is_refused_with_what_to_do(officer: Visitor, content: bytes) -> None:
    page = preview(officer, "", 422, file=(io.BytesIO(content), "danh-sach.xlsx"))
    assert "CSV UTF-8" in page.main


def test_every_fault_is_named_by_row_and_column_and_the_list_is_kept(
    officer: Visitor, sqlite_small: Database
) -> None:
    text = "H1,XA,land\nH2,ZZ,land\nH3,XA,fish\nH1,XA,land\n\nH4,XA,land,K7M29QFX\nH5\n,XA,land"
    page = preview(officer, text, 422)
    assert page.title.startswith("Lỗi:")
    for sentence in (
        "dòng 2, cột 2: không có đơn vị nào mang mã “ZZ”",
        "dòng 3, cột 3: không có lĩnh vực nào mang mã “fish”",
        "dòng 4, cột 1: hồ sơ này đã có ở dòng 1; xin bỏ một dòng",
        "dòng 6, cột 4: không có quầy nào đang phục vụ mang mã “K7M29QFX”",
        "dòng 7: có 1 cột",
        "dòng 8, cột 1: thiếu mã hồ sơ",
    ):
        assert sentence in page.main
    assert (page.control("list").text or "").splitlines() == text.splitlines()
    assert tickets_of(sqlite_small) == (1, 0)
    for path in (f"{PAGE}/slips.pdf", f"{PAGE}/links.csv"):
        assert sent(officer, path, text).status_code == 409
    assert tickets_of(sqlite_small) == (1, 0)


def test_a_list_full_of_faults_shows_the_first_and_counts_the_rest(officer: Visitor) -> None:
    page = preview(officer, "x\n" * (SHOWN_FAULTS + 20), 422)
    assert page.main.count(": có 1 cột") == SHOWN_FAULTS
    assert "… và 20 chỗ nữa." in page.main


def test_an_empty_list_is_told_so(officer: Visitor) -> None:
    assert "danh sách chưa có hồ sơ nào" in preview(officer, "", 422).main


def test_the_longest_list_fits_and_a_longer_one_is_refused_with_a_page(officer: Visitor) -> None:
    rows = [f"H40.16.25.26112{number:06d}-AAAAAAAAAAAAAAAA,PH,civil_status" for number in range(MOST_ROWS)]
    page = preview(officer, "\r\n".join(rows))
    assert page.figures["Mã mới sẽ phát"] == "2.000"
    table = sent(officer, f"{PAGE}/links.csv", str(page.control("list").text))
    assert len(table.data.decode().splitlines()) == MOST_ROWS + 1
    token = officer.token(PAGE)
    huge = {"csrf_token": token, "list": "x" * (LARGER["tickets"] + 1)}
    assert officer.client.post(PAGE, data=huge).status_code == 413
    assert officer.client.post(PAGE, data=huge, content_type="multipart/form-data").status_code == 413


def test_a_dossier_code_cannot_become_a_formula_in_a_spreadsheet_nor_markup_in_the_page(
    officer: Visitor,
) -> None:
    evil = ['=HYPERLINK("http://evil","x")', "+1", "-1+1", "@SUM(A1)", "<script>alert(1)</script>"]
    text = io.StringIO()
    csv.writer(text).writerows([code, "XA", "land"] for code in evil)
    assert "<script>alert" not in preview(officer, text.getvalue()).html
    table = sent(officer, f"{PAGE}/links.csv", text.getvalue())
    cells = [row[0] for row in csv.reader(io.StringIO(table.data.decode("utf-8-sig")))][1:]
    assert cells == ["'" + code.upper() for code in evil[:4]] + [evil[4].upper()]


def test_a_closed_round_gives_out_no_more_tickets(officer: Visitor, sqlite_small: Database) -> None:
    token = officer.token(PAGE)
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    page = Reading(officer.get(PAGE))
    assert "Đợt này đã đóng" in page.main
    assert page.root.find(".//textarea") is None
    assert PAGE not in Reading(officer.get(f"/officer/rounds/{ROUND}")).links
    for path in (PAGE, f"{PAGE}/slips.pdf", f"{PAGE}/links.csv"):
        assert officer.client.post(path, data={"csrf_token": token, "list": LIST}).status_code == 409
    assert tickets_of(sqlite_small) == (1, 0)


@pytest.mark.parametrize("path", ["", "/slips.pdf", "/links.csv"])
def test_an_unknown_round_has_no_tickets(officer: Visitor, path: str) -> None:
    token = officer.token(PAGE)
    response = officer.client.post(
        f"/officer/rounds/1999-q1/tickets{path}", data={"csrf_token": token, "list": LIST}
    )
    assert response.status_code == 404


@pytest.mark.parametrize("path", ["", "/slips.pdf", "/links.csv"])
def test_a_list_without_the_pages_token_is_refused(
    officer: Visitor, path: str, sqlite_small: Database
) -> None:
    assert officer.client.post(PAGE + path, data={"list": LIST}).status_code == 400
    assert tickets_of(sqlite_small) == (1, 0)


def test_no_dossier_and_no_ticket_is_logged(
    officer: Visitor, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sent(officer, f"{PAGE}/links.csv", "H40-SECRET,XA,land")
    preview(officer, "H40-SECRET,ZZ,land", 422)
    code = ticket_code(ROUND, "H40-SECRET", key=KEY)
    form = opened(visitor, code)
    visitor.send(f"/q/{MIXED}/send", form)
    visitor.get(f"/t/{code}", 410)
    assert "SECRET" not in caplog.text
    assert code not in caplog.text


def test_the_boards_keep_verified_and_open_responses_apart(officer: Visitor, visitor: Visitor) -> None:
    visitor.send(f"/q/{MIXED}/send", opened(visitor))
    for _ in range(2):
        visitor.send(f"/q/{MIXED}/send", visitor.filled(MIXED))
    sent(officer, f"{PAGE}/links.csv", LIST)
    page = Reading(officer.get(f"/officer/rounds/{ROUND}"))
    assert page.figures["Phiếu trả lời"] == "3"
    assert page.figures["Trong đó đã xác thực / mở"] == "1 / 2"
    assert page.figures["Mã một lần đã dùng / đã phát"] == "1 / 4 (25,00 %)"
    assert page.rows["Xã Bình An"][4:7] == ["1", "2", "1 / 3"]
    assert page.rows["Sở Thử nghiệm"][4:7] == ["0", "0", "0 / 1"]
    figures = Reading(officer.get(PAGE)).figures
    assert figures == {"Mã đã phát": "4", "Mã đã dùng": "1 (25,00 %)"}


def test_the_credibility_page_of_a_closed_rounds_report_splits_verified_and_open_responses(
    leader: Visitor, visitor: Visitor, sqlite_small: Database
) -> None:
    visitor.send(f"/q/{MIXED}/send", opened(visitor))
    for _ in range(3):
        visitor.send(f"/q/{MIXED}/send", visitor.filled(MIXED))
    close_round(sqlite_small, ROUND, by=OFFICER, now=datetime.now(UTC))
    let_two_weeks_pass(sqlite_small)
    rows = Reading(leader.get(f"/reports/{ROUND}")).rows
    assert rows["Cộng phiếu đã xác thực bằng mã một lần"][:2] == ["1", "25,00 %"]
    assert rows["Cộng phiếu mở, không xác thực"][:2] == ["3", "75,00 %"]


# --- the citizen -------------------------------------------------------------------------------------


def test_a_ticket_opens_the_form_without_asking_for_the_field_and_sets_no_cookie(visitor: Visitor) -> None:
    response = visitor.fetch(f"/t/{TICKET}")
    page = Reading(response.text)
    assert "field" not in page.questions
    assert "Xã Bình An" in page.main
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert TICKET not in response.text.replace(f"/t/{TICKET}?lang=", "")


def test_a_ticket_makes_one_verified_response_of_its_field(visitor: Visitor, sqlite_small: Database) -> None:
    form = opened(visitor)
    done = visitor.send(f"/q/{MIXED}/send", form)
    assert "Set-Cookie" not in done.headers
    [row] = stored(sqlite_small)
    assert (row["mode"], row["id"]) == ("ticket", form["id"])
    assert tickets_of(sqlite_small) == (1, 1)
    assert visitor.send(f"/q/{MIXED}/send", form).location == done.location


def test_a_used_ticket_says_so_before_and_after_the_form_is_filled(
    visitor: Visitor, sqlite_small: Database
) -> None:
    late = opened(visitor)
    visitor.send(f"/q/{MIXED}/send", opened(visitor))
    assert Reading(visitor.get(f"/t/{TICKET}", 410)).heading == "Mã này đã được dùng"
    assert Reading(visitor.post(f"/q/{MIXED}/send", late, 410)).heading == "Mã này đã được dùng"
    told = visitor.client.post(f"/q/{MIXED}/send", data=late, headers=JSON)
    assert (told.status_code, told.json["title"]) == (410, "Mã này đã được dùng")
    assert len(stored(sqlite_small)) == 1


@pytest.mark.parametrize("code", ["2" * 12, "K7M29QFX", "x", TICKET[:-1], TICKET + "2", "%F0%9F%92%9B" * 12])
def test_what_is_no_ticket_has_a_kind_page(visitor: Visitor, code: str) -> None:
    page = Reading(visitor.get(f"/t/{code}", 404))
    assert page.heading == "Mã một lần chưa đúng"
    assert "12 ký tự" in page.main


def test_a_ticket_that_was_never_given_out_looks_like_a_mistyped_one(visitor: Visitor) -> None:
    unknown = visitor.get(f"/t/{ticket_code(ROUND, 'never loaded', key=KEY)}", 404)
    assert Reading(unknown).main == Reading(visitor.get("/t/222222222222", 404)).main


def test_after_the_round_a_ticket_says_that_its_time_is_over(
    visitor: Visitor, sqlite_small: Database
) -> None:
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    page = Reading(visitor.get(f"/t/{TICKET}", 410))
    assert page.heading == "Mã này ngoài thời gian khảo sát"
    assert "Xã Bình An" in page.main


def test_a_ticket_cannot_be_turned_into_an_open_visit_or_the_other_way_round(
    visitor: Visitor, app: Flask, sqlite_small: Database
) -> None:
    """The mode is inside the signed visit: what the form adds is ignored or refused."""
    form = visitor.opened(MIXED) | EVERY_ITEM | {"field": "land"}
    for extra in ({"mode": "ticket"}, {"ticket": "0" * 64}):
        assert app.test_client().post(f"/q/{MIXED}/send", data=form | extra).status_code == 400
    assert stored(sqlite_small) == []


def test_a_ticket_of_a_round_that_is_not_open_cannot_be_loaded_into_an_earlier_one(officer: Visitor) -> None:
    assert "đã đóng" in Reading(officer.get(f"/officer/rounds/{EARLIER}/tickets")).main
