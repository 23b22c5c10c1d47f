"""The officer's pages of rounds: every fault beside its field, nothing changed by accident, texts shown as texts."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from questionnaires.version import fingerprint
from survey.actions.people import hash_password
from survey.actions.rounds import board
from survey.actions.scheduling import reopenings
from survey.core.account import Account
from survey.core.round import State
from survey.store import accounts
from survey.store.database import Database
from tests.places import EARLIER, PASSWORD, ROUND, five_factors
from tests.web.visitor import Visitor

NEW = "/officer/rounds/new"
USUAL = {
    "kind": "quarter", "quarter": "1", "year": "2027", "starts_on": "", "ends_on": "", "name_vi": "", "name_en": "",
    "version": fingerprint(five_factors()), "target_sheet": "", "frame_source": "", "empty_strata": "uncovered",
    "lonely": "adjust", "interval": "logit", "confidence": "95", "planned_margin": "5",
}  # fmt: skip
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def officer(visitor: Visitor) -> Visitor:
    """An officer who signed in."""
    visitor.sign_in()
    return visitor


def post(officer: Visitor, path: str, data: Mapping[str, str], status: int = 200) -> str:
    return officer.post(path, {**data, "csrf_token": officer.token(path)}, status)


def test_a_round_is_made_and_waits_to_be_opened(officer: Visitor, sqlite_small: Database) -> None:
    page = post(officer, NEW, USUAL | {"name_vi": SCRIPT})
    assert "đang lập" in page
    assert "Mở đợt…" in page
    assert SCRIPT not in page
    found = board(sqlite_small, "2027-q1", within=None, now=datetime.now(UTC))
    assert (found.state, found.round.name_vi) == (State.DRAFT, SCRIPT)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"year": ""}, "Hãy nhập năm"),
        ({"year": "26"}, "Năm gồm bốn chữ số"),
        ({"kind": "free"}, "Hãy chọn ngày"),
        ({"kind": "free", "starts_on": "2027-02-02", "ends_on": "2027-02-01"}, "Ngày cuối phải từ ngày đầu"),
        ({"name_vi": "x" * 121}, "Quá dài"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    officer: Visitor, sqlite_small: Database, wrong: dict[str, str], said: str
) -> None:
    page = post(officer, NEW, USUAL | {"frame_source": "nguồn đã gõ"} | wrong, 422)
    assert said in page
    assert "nguồn đã gõ" in page
    with pytest.raises(LookupError):
        board(sqlite_small, "2027-q1", within=None, now=datetime.now(UTC))


@pytest.mark.parametrize(
    "field",
    ["kind", "version", "target_sheet", "lonely", "interval", "confidence", "planned_margin", "weights"],
)
def test_what_is_not_offered_is_refused(officer: Visitor, field: str) -> None:
    post(officer, NEW, USUAL | {field: "khong-co"}, 422)


def test_an_open_round_keeps_everything_but_its_name(officer: Visitor, sqlite_small: Database) -> None:
    path = f"/officer/rounds/{ROUND}/change"
    assert "đổi sau khi có phiếu là chọn theo kết quả" in officer.get(path)
    post(officer, path, USUAL | {"name_vi": "Quý cuối năm"})
    found = board(sqlite_small, ROUND, within=None, now=datetime.now(UTC)).round
    assert (found.name_vi, found.target_sheet_code, found.starts_on.year) == (
        "Quý cuối năm",
        "nghe-an-2024",
        2026,
    )
    assert "Hãy đặt tên" in post(officer, path, {"name_vi": " "}, 422)


def test_a_round_opens_by_itself_at_the_hour_that_was_set(officer: Visitor, sqlite_small: Database) -> None:
    post(officer, NEW, USUAL)
    page = post(officer, "/officer/rounds/2027-q1/open", {"when": "at", "day": "2027-01-04", "hour": "07:30"})
    assert "Đợt sẽ tự mở lúc 07:30 04/01/2027" in page
    opening = datetime(2027, 1, 4, 0, 30, tzinfo=UTC)
    assert board(sqlite_small, "2027-q1", within=None, now=opening).state is State.OPEN
    assert (
        board(sqlite_small, "2027-q1", within=None, now=opening - timedelta(seconds=1)).state is State.PLANNED
    )
    assert "Hãy chọn giờ" in post(
        officer, "/officer/rounds/2027-q1/open", {"when": "at", "day": "2027-01-04"}, 422
    )
    assert "Đã bỏ giờ hẹn mở" in post(officer, "/officer/rounds/2027-q1/open", {"when": "none"})


def test_a_closed_round_is_opened_again_with_a_reason_that_is_shown_as_text(
    officer: Visitor, sqlite_small: Database
) -> None:
    path = f"/officer/rounds/{EARLIER}/reopen"
    assert "Lý do cần từ 10" in post(officer, path, {"reason": "nhầm"}, 422)
    assert reopenings(sqlite_small, EARLIER) == ()
    page = post(officer, path, {"reason": f"thiếu hai xã {SCRIPT}"})
    assert "thiếu hai xã &lt;script&gt;" in page
    officer.sign_in("lanhdao")
    assert "thiếu hai xã &lt;script&gt;" in officer.get(f"/reports/{EARLIER}")


def test_a_frozen_round_shows_its_digest_on_its_page_and_in_its_report(officer: Visitor) -> None:
    page = officer.get(f"/officer/rounds/{EARLIER}")
    digest = page.split('class="digest">')[1][:64]
    officer.sign_in("lanhdao")
    assert digest in officer.get(f"/reports/{EARLIER}")


def test_whoever_is_limited_to_a_part_sees_its_coverage_only(
    visitor: Visitor, sqlite_small: Database
) -> None:
    with sqlite_small.writing() as session:
        part = Account("xabinhan", "Cán bộ xã", "officer", "XA")
        accounts.add(session, part, password_hash=hash_password(PASSWORD))
    visitor.sign_in("xabinhan")
    page = visitor.get(f"/officer/rounds/{ROUND}/coverage")
    assert "Xã Bình An cần thêm" in page
    assert "Hòa Thuận" not in page


def test_the_planner_takes_a_number_as_people_write_it_and_refuses_words(officer: Visitor) -> None:
    assert "1.000" in officer.get(f"/officer/rounds/{ROUND}/planner?total=1.000")
    assert "là một số nguyên" in officer.get(f"/officer/rounds/{ROUND}/planner?total=nhiều", 422)
    assert "Số phiếu được phân bổ" in officer.get(f"/officer/rounds/{ROUND}/planner?total=0")
