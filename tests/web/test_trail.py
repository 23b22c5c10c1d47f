"""The auditor's pages: every deed as a sentence, found again, and as a table that computes nothing."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from survey.core.account import ROLES
from survey.core.device import KINDS
from survey.core.place import TIERS
from survey.core.trail import Deed, Entry
from survey.store import trail
from survey.store.database import Database
from survey.web.deeds import CODES, DETAILS, SENTENCES, detail, sentence
from tests.places import NOW, ROUND
from tests.web.conftest import signed_in
from tests.web.page_rules import text_of
from tests.web.reading import Reading
from tests.web.visitor import Visitor

PAGE = "/officer/trail"


@pytest.fixture
def auditor(app: Flask) -> Visitor:
    """An auditor who is signed in, which is the newest deed."""
    return signed_in(app, "kiemtra")


def record(database: Database, deed: Deed, subject: str, who: str = "canbo", **detail: object) -> None:
    with database.writing() as session:
        trail.record(session, deed, subject, who=who, at=NOW, detail=detail)


def deeds_on(page: Reading) -> list[str]:
    """What was done, row by row."""
    rows = [row.findall("td") for row in page.root.iter("tr") if row.find("td") is not None]
    return [text_of(cells[2]) for cells in rows]


def older(page: Reading) -> str:
    """Where the page leads to older deeds; empty on the last one."""
    links = (a for a in page.root.iter("a") if text_of(a) == "Cũ hơn")
    return next((link.get("href") or "" for link in links), "")


def test_every_deed_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Deed)


def test_closing_a_round_and_signing_in_stand_there_newest_first(app: Flask, auditor: Visitor) -> None:
    officer = signed_in(app, "canbo")
    close = f"/officer/rounds/{ROUND}/close"
    officer.post(close, {"csrf_token": officer.token(close)})
    officer.post(close, {"csrf_token": officer.token("/officer/account")})  # nothing more is closed
    page = Reading(auditor.get(PAGE))
    assert deeds_on(page) == [f"Đóng đợt khảo sát {ROUND}", "Đăng nhập", "Đăng nhập"]
    assert page.rows["3"][1] == "canbo"


def test_a_change_says_what_was_and_what_is(auditor: Visitor, sqlite_small: Database) -> None:
    record(sqlite_small, Deed.PERSON_CHANGED, "canbo", role=["officer", "leader"], unit=[None, "XA"])
    assert Reading(auditor.get(PAGE)).rows["2"][3] == (
        "vai trò: Cán bộ khảo sát (officer) → Lãnh đạo (leader); phạm vi: – → XA"
    )


def test_pages_hold_fifty_deeds_and_lead_on_until_the_first(auditor: Visitor, sqlite_small: Database) -> None:
    for number in range(119):
        record(sqlite_small, Deed.ROUND_OPENED, f"đợt {number}")
    seen: list[str] = []
    address = PAGE
    sizes = []
    while address:
        page = Reading(auditor.get(address))
        sizes.append(len(page.rows))
        seen += page.rows
        address = older(page)
    assert sizes == [50, 50, 20]
    assert seen == [str(number) for number in range(120, 0, -1)]


def test_a_search_looks_in_sentences_persons_subjects_and_details(
    auditor: Visitor, sqlite_small: Database
) -> None:
    record(sqlite_small, Deed.ROUND_CLOSED, "2026-q1", who="anh")
    record(sqlite_small, Deed.PERSON_ADDED, "chi", role="leader")
    for text, found in {
        "đóng đợt": ["Đóng đợt khảo sát 2026-q1"],
        "anh": ["Đóng đợt khảo sát 2026-q1"],
        "q1": ["Đóng đợt khảo sát 2026-q1"],
        "leader": ["Thêm tài khoản chi"],
    }.items():
        assert deeds_on(Reading(auditor.get(f"{PAGE}?q={text}"))) == found
    assert deeds_on(Reading(auditor.get(f"{PAGE}?who=anh"))) == ["Đóng đợt khảo sát 2026-q1"]
    assert deeds_on(Reading(auditor.get(f"{PAGE}?deed=person_added"))) == ["Thêm tài khoản chi"]
    assert "Không tìm thấy" in Reading(auditor.get(f"{PAGE}?q=khong-co-gi")).main


def test_a_search_stays_on_the_next_page_and_in_the_table(auditor: Visitor, sqlite_small: Database) -> None:
    for number in range(60):
        record(sqlite_small, Deed.ROUND_OPENED, f"đợt {number}")
    page = Reading(auditor.get(f"{PAGE}?q=đợt&who=canbo"))
    assert len(Reading(auditor.get(older(page))).rows) == 10
    table = next(link for link in page.links if ".csv" in link)
    assert len(list(csv.reader(io.StringIO(auditor.get(table))))) == 61


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 30, "99999999999", "٣", ""])
def test_a_page_number_that_is_none_breaks_nothing(auditor: Visitor, before: str) -> None:
    auditor.get(f"{PAGE}?before={before}")


def test_html_and_formulas_in_a_deed_are_only_text(auditor: Visitor, sqlite_small: Database) -> None:
    for sign in "=+-@":
        record(sqlite_small, Deed.ROUND_OPENED, "<b>x</b>", who=f"{sign}1+1")
    assert "<b>x</b>" not in auditor.get(PAGE)
    response = auditor.fetch(f"{PAGE}.csv")
    assert response.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert [row[2] for row in rows[1:5]] == ["'@1+1", "'-1+1", "'+1+1", "'=1+1"]
    assert rows[0][:4] == ["Số", "Lúc", "Ai", "Việc"]


VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")


def test_every_deed_every_detail_and_every_code_has_english_words(app: Flask) -> None:
    """Each kind of entry with each of its details, as the English page tells it."""
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    with app.test_request_context(), force_locale("en"):
        for deed in Deed:
            assert not VIETNAMESE.search(sentence(Entry(1, moment, "canbo", deed.value, "x", {}, "")))
        for name in DETAILS:
            for value in ("x", *CODES.get(name, ())):
                told = detail(Entry(1, moment, "canbo", "x", "x", {name: [value, None]}, ""))
                assert told.endswith("→ –")
                assert not VIETNAMESE.search(told), told
        assert detail(Entry(1, moment, "", "x", "x", {"role": "leader"}, "")) == "role: Leader (leader)"
    assert set(CODES["role"]) == set(ROLES)
    assert set(CODES["tier"]) == set(TIERS)
    assert set(CODES["kind"]) == set(KINDS)
