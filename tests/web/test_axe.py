"""axe finds nothing on any page in any of its states, in both languages, in a real Chromium."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from survey.actions import keying, loading
from survey.actions.freezing import frozen
from survey.actions.people import add_account
from survey.actions.reported import Said, enter
from survey.actions.rounds import close_round
from survey.actions.sent_files import keep
from survey.actions.sent_files import opened as sent_opened
from survey.core.account import Account
from survey.store import accounts, published_reports
from survey.store.database import Database
from survey.web.site import services
from tests.axe import violations
from tests.browser import chromium
from tests.conftest import application
from tests.databases import Originals
from tests.places import (
    ADMINISTRATOR,
    EARLIER,
    KEY,
    LAND_ONLY,
    MIXED,
    NOW,
    OFFICER,
    PASSWORD,
    RESPONSE_FILE,
    RETIRED,
    ROUND,
    add_responses,
    five_factors,
)
from tests.web.addresses import ADDRESSES, HTML, ONLY_POSTED, PRINT, in_language
from tests.web.conftest import READERS, signed_in
from tests.web.serving import serving

LANGUAGES = ("vi", "en")
LOADED_FILE = "axe-loaded-before"
LOADED = "Đơn vị;Lĩnh vực;Mã phiếu;Câu 1\nXã Bình An;Đất đai;1;5\n"
EVERY_PAGE = sorted(rule for rule, a in ADDRESSES.items() if a.kind == HTML and rule not in ONLY_POSTED)
PAPER = f"/officer/rounds/{ROUND}/paper"
LOADS = [f"/officer/rounds/{ROUND}/loads/{token}" for token in (RESPONSE_FILE, LOADED_FILE)]
PREVIEW = "form[action*='/preview']"
ITEM = five_factors().items[0].code
FILL_AND_SEND = """(form, filled) => {
  for (const [name, value] of Object.entries(filled)) form.elements[name].value = value;
  form.noValidate = true;
  form.requestSubmit();
}"""
FRAME = f"/officer/rounds/{ROUND}/frame"
WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 320, "height": 640}


class Site(NamedTuple):
    """An application that is served, and where."""

    app: Flask
    address: str


class State(NamedTuple):
    """A page in a state that its address alone does not bring about.

    Attributes:
        place: which of the sites.
        who: name of whoever is signed in, or "".
        path: where it begins.
        act: whether it is only opened, or its form sent.
        heading: what must stand in the h1, so that it is the page that was meant.
        form: which form is sent.
        filled: what is filled in before, by name; the rest is sent as it is.
        shows: what must be on the page, as a selector; after sending, an error where nothing else is said.
    """

    place: str
    who: str
    path: str
    act: Literal["open", "send"]
    heading: str
    form: str = "main form"
    filled: tuple[tuple[str, str], ...] = ()
    shows: str = ""


STATES = {
    "a sign-in without anything": State("small", "", "/officer/sign-in", "send", "Đăng nhập"),
    "an answer without anything": State("small", "", f"/q/{LAND_ONLY}", "send", ""),
    "a mistyped counter": State("small", "", "/q/x", "open", "Mã quầy chưa đúng"),
    "a retired counter": State("small", "", f"/q/{RETIRED}", "open", "Quầy này đã ngừng phục vụ"),
    "a closed round": State("closed", "", f"/q/{MIXED}", "open", "Hiện không có đợt khảo sát"),
    "nothing found, for a stranger": State("small", "", "/nowhere", "open", "Không tìm thấy trang"),
    "nothing found, for staff": State("small", "canbo", "/officer/nowhere", "open", "Không tìm thấy trang"),
    "not allowed": State("small", "lanhdao", "/officer/trail", "open", "Không được phép"),
    "a closed round's board": State("closed", "canbo", f"/officer/rounds/{ROUND}", "open", "Quý IV năm 2026"),
    "somebody new without anything": State(
        "small", "quantri", "/officer/people/new", "send", "Thêm người dùng"
    ),
    "an own password without anything": State(
        "small", "canbo", "/officer/account/password", "send", "Đổi mật khẩu"
    ),
    "a phone without a code": State(
        "small", "canbo", "/officer/account/second-factor", "send", "Đặt bước xác nhận"
    ),
    "a code without anything": State("small", "half", "/officer/sign-in/code", "send", "Mã xác nhận"),
    "a search that finds nothing": State("small", "kiemtra", "/officer/trail?q=zzz", "open", "Nhật ký"),
    "a unit without anything": State("small", "canbo", "/officer/units/new", "send", "Thêm đơn vị"),
    "an end of a unit without a day": State(
        "small", "canbo", "/officer/unit/XA/close", "send", "Kết thúc Xã Bình An?"
    ),
    "a counter without anything": State(
        "small", "canbo", "/officer/unit/XA/counters/new", "send", "Thêm quầy"
    ),
    "a field without anything": State("small", "canbo", "/officer/fields", "send", "Lĩnh vực"),
    "a list of units without a file": State(
        "small", "canbo", "/officer/units/import", "send", "Nạp danh sách đơn vị"
    ),
    "a frame without a file": State("small", "canbo", FRAME, "send", "Số hồ sơ"),
    "a figure without anything": State(
        "small",
        "canbo",
        f"/officer/rounds/{ROUND}/figures/measure/points_61",
        "send",
        "Điểm đánh giá theo Nghị định 61/2018/NĐ-CP",
    ),
    "tallies without a file": State(
        "small", "canbo", f"/officer/rounds/{ROUND}/tallies", "send", "Số liệu tổng hợp"
    ),
    "a withdrawal without a reason": State(
        "small", "canbo", f"/officer/rounds/{ROUND}/tallies/load/1/withdraw", "send", "Rút lần nạp"
    ),
    "a pile without anything": State(
        "small", "canbo", f"/officer/rounds/{ROUND}/paper", "send", "Nhập phiếu giấy"
    ),
    "a form with a key that is no option": State(
        "small", "canbo", f"{PAPER}/1/1/1", "send", "Tập 1, phiếu số 1", "#keying", ((ITEM, "9"),)
    ),
    "a pile keyed differently": State("small", "canbo", f"{PAPER}/2", "open", "Tập 2", shows="#differences"),
    "a pile with what a third look decided": State(
        "small", "canbo", f"{PAPER}/2", "open", "Tập 2", shows="#resolved"
    ),
    "a third look": State("small", "canbo", f"{PAPER}/2/2/3", "open", "Tập 2", shows=".silent"),
    "a pile that is ready": State("small", "canbo", f"{PAPER}/3", "open", "Tập 3", shows="form.card"),
    "a pile in the round": State(
        "small", "canbo", f"{PAPER}/4", "open", "đã đưa vào đợt", shows=".state.open"
    ),
    "a pile with forms that would be dropped": State(
        "small", "canbo", f"{PAPER}/3/drop", "open", "Bỏ tập 3?", shows=".btn-danger"
    ),
    "a pile that was dropped": State(
        "small", "canbo", f"{PAPER}/5", "open", "Tập phiếu này đã bỏ", shows="h1"
    ),
    "responses to look at": State(
        "small", "canbo", LOADS[0], "send", "Xem trước", PREVIEW, shows="form[action*='/apply']"
    ),
    "responses that were loaded before": State(
        "small", "canbo", LOADS[1], "send", "Xem trước", PREVIEW, shows=".alert-warning[role=status]"
    ),
    "responses that may be counted twice": State(
        "small", "canbo", LOADS[1], "send", "Xem trước", PREVIEW, (("role_2", ""),), "#others"
    ),
    "a frozen round's frame": State("frozen", "canbo", FRAME, "open", "Số hồ sơ", shows=".alert-warning"),
    "a frozen round's loads": State(
        "frozen",
        "canbo",
        f"/officer/rounds/{ROUND}/loads",
        "open",
        "Phiếu nhập từ tệp",
        shows=".alert-warning",
    ),
    "a look that is too faint": State(
        "small", "canbo", "/officer/look", "send", "Logo và màu", filled=(("primary", "#ffff66"),)
    ),
    "units that nobody finds": State("small", "canbo", "/officer/units?q=zzz", "open", "Đơn vị và quầy"),
    "posters that nobody finds": State("small", "canbo", "/officer/posters?q=zzz", "open", "Áp phích"),
    "posters of ticked counters": State(
        "small", "canbo", f"/officer/posters?counter={MIXED}&format=tent", "open", "Áp phích"
    ),
    "a report that waits and one that is published": State(
        "small", "duyet", f"/reports/{EARLIER}/issues", "open", "Ban hành báo cáo"
    ),
    "a plan of a sample for words": State(
        "small", "canbo", f"/officer/rounds/{ROUND}/planner?total=nhiều", "open", "Cỡ mẫu"
    ),
    "responses without a file": State(
        "small", "canbo", f"/officer/rounds/{ROUND}/loads", "send", "Phiếu nhập từ tệp"
    ),
    "setting responses aside without a reason": State(
        "small", "canbo", f"/officer/rounds/{ROUND}/loads/2/withdraw", "send", "Rút lần nạp"
    ),
    "a reopening without a reason": State(
        "closed", "canbo", f"/officer/rounds/{ROUND}/reopen", "send", "Mở lại đợt"
    ),
    "a version withdrawn without a reason": State(
        "small", "duyet", f"/officer/questionnaires/versions/{PRINT}/withdraw", "send", "Rút phiên bản"
    ),
    "no questionnaire yet": State("bare", "canbo", "/officer/questionnaires", "open", "Phiếu hỏi"),
    "nothing to compare yet": State(
        "bare", "canbo", "/officer/questionnaires/compare", "open", "So sánh hai phiên bản"
    ),
    "no round can be made yet": State("bare", "canbo", "/officer/rounds/new", "open", "Lập đợt khảo sát"),
    "no device yet": State("bare", "canbo", "/officer/devices", "open", "Thiết bị tại quầy"),
    "no counter to print yet": State("bare", "canbo", "/officer/posters", "open", "Áp phích"),
    "no unit yet": State("bare", "quantri", "/officer/units", "open", "Đơn vị và quầy"),
    "no field yet": State("bare", "quantri", "/officer/fields", "open", "Lĩnh vực"),
    "no round yet": State("bare", "quantri", "/officer/rounds", "open", "Đợt khảo sát"),
    "no report yet": State("bare", "quantri", "/reports", "open", "Báo cáo"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all pages."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def sites(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Site]]:
    """The small place with answers, the same with its round closed, and an instance with an administrator and an officer."""
    folder = tmp_path_factory.mktemp("axe")
    fillings: dict[str, tuple[str, Callable[[Database], object]]] = {
        "small": ("small", _answer),
        "closed": ("small", lambda database: close_round(database, ROUND, by=OFFICER, now=NOW)),
        "frozen": ("small", _freeze),
        "bare": ("upgraded", _people_only),
    }
    with ExitStack() as stack:
        found = {}
        for name, (kind, fill) in fillings.items():
            database = originals.copy("sqlite", kind, folder)
            stack.callback(database.close)
            fill(database)
            app = application(database, folder)
            found[name] = Site(app, stack.enter_context(serving(app)))
        yield found


def _people_only(database: Database) -> None:
    for account in (ADMINISTRATOR, OFFICER):
        add_account(database, account, PASSWORD, by="sipas", now=NOW)


def _answer(database: Database) -> None:
    for unit in ("XA", "PH"):
        add_responses(database, unit, "land", [5, 4, 4, 3, 2] * 4)
    said = Said("83,94", "Bộ Nội vụ", NOW.date(), 2025, 0)
    enter(database, ROUND, "measure", "household_sipas", said, by=OFFICER, now=NOW)
    add_account(database, Account("half", "Một nửa", "leader"), PASSWORD, by="sipas", now=NOW)
    with database.writing() as session:
        published_reports.submit(session, EARLIER, 0, "Bổ sung kiến nghị", who=OFFICER.name, at=NOW)
        accounts.set_second_factor(session, "half", "JBSWY3DPEHPK3PXP")
    _key(database)
    _load(database)


def _freeze(database: Database) -> None:
    close_round(database, ROUND, by=OFFICER, now=NOW - timedelta(days=30))
    assert frozen(database, ROUND, now=NOW) is not None


def _key(database: Database) -> None:
    """Pile 2 keyed differently in three forms, one of them looked at again; 3 ready; 4 in the round; 5 dropped."""
    other = Account("khac", "Người khác", "officer")
    for forms, every in ((3, 1), (1, 0), (1, 0), (1, 0)):
        keying.begin_pile(
            database, ROUND, unit_code="XA", field_code="land", day=NOW.date(), forms=forms, every=every,
            by=OFFICER, now=NOW,
        )  # fmt: skip
    said = [(2, n, *turn) for n in (1, 2, 3) for turn in ((1, OFFICER, "4"), (2, other, "5"))]
    said += [(2, 1, 3, other, "5"), (3, 1, 1, OFFICER, "4"), (4, 1, 1, OFFICER, "4")]
    for pile, form, turn, by, answer in said:
        keys = {item.code: answer for item in five_factors().items[:2]}
        keying.key_form(database, ROUND, pile, form=form, turn=turn, keys=keys, by=by, now=NOW)
    keying.store_pile(database, ROUND, 4, by=OFFICER, now=NOW, key=KEY)
    keying.drop_pile(database, ROUND, 5, by=OFFICER, now=NOW)


def _load(database: Database) -> None:
    """A file of responses that was taken, and waits once more."""
    now = datetime.now(UTC)
    taken = "axe-loaded"
    for token in (taken, LOADED_FILE):
        content = LOADED.encode()
        keep(database, loading.PURPOSE, ROUND, content, "a.csv", token=token, who=OFFICER.name, now=now)
    sent = sent_opened(
        database, loading.PURPOSE, ROUND, taken, sheet=None, header=None, who=OFFICER.name, now=now
    )
    columns = loading.guessed_columns(database, sent)
    loading.apply_responses(
        database, sent, columns, {}, token=taken, source="LimeSurvey", dated=NOW.date(), by=OFFICER,
        now=now, key=KEY,
    )  # fmt: skip


def opened(browser: Browser, site: Site, who: str, size: dict[str, int] = WIDE) -> Page:
    """A blank page of somebody who is signed in; "half" has typed a password and owes a code."""
    page = browser.new_page(viewport={"width": size["width"], "height": size["height"]})
    if who:
        client = signed_in(site.app, who).client
        cookie = client.get_cookie("sipas")
        assert cookie is not None
        page.context.add_cookies([{"name": "sipas", "value": cookie.value, "url": site.address}])
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", EVERY_PAGE)
def test_axe_finds_nothing_on_a_page(
    browser: Browser, sites: dict[str, Site], rule: str, language: str
) -> None:
    address = ADDRESSES[rule]
    who = "" if address.demands == "anybody" else READERS.get(address.demands, "canbo")
    page = opened(browser, sites["small"], who)
    answer = page.goto(sites["small"].address + in_language(address.of("XA"), language))
    assert answer is not None
    assert answer.ok
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_on_a_page_in_a_state(
    browser: Browser, sites: dict[str, Site], name: str, language: str
) -> None:
    state = STATES[name]
    site = sites[state.place]
    page = opened(browser, site, state.who)
    page.goto(site.address + in_language(state.path, language))
    if state.act == "send":
        page.eval_on_selector(state.form, FILL_AND_SEND, dict(state.filled))
    if state.act == "send" or state.shows:
        page.wait_for_selector(state.shows or ".error")
    if language == "vi":
        assert state.heading in page.inner_text("h1")
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_recovery_codes(browser: Browser, sites: dict[str, Site], language: str) -> None:
    site = sites["bare"]
    with site.app.app_context():
        database = services().database
    name = f"moi-{language}"
    add_account(database, Account(name, "Người mới", "leader"), PASSWORD, by="sipas", now=NOW)
    page = opened(browser, site, name)
    page.goto(site.address + in_language("/officer/account/second-factor", language))
    phone = pyotp.TOTP(page.inner_text("#key").replace(" ", ""))
    page.fill("[name=code]", phone.now())
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#codes")
    assert violations(page) == []
    page.goto(site.address + in_language("/officer/account/recovery-codes", language))
    assert violations(page) == []
    page.press("[name=password]", "Enter")
    page.wait_for_selector(".error")
    assert violations(page) == []
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#codes")
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("rule", EVERY_PAGE)
def test_a_page_fits_a_screen_of_320_pixels(browser: Browser, sites: dict[str, Site], rule: str) -> None:
    address = ADDRESSES[rule]
    who = "" if address.demands == "anybody" else READERS.get(address.demands, "canbo")
    page = opened(browser, sites["small"], who, NARROW)
    answer = page.goto(sites["small"].address + address.of("XA"))
    assert answer is not None
    assert answer.ok
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.close()


def test_the_control_axe_notices_a_bad_page(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<body><img src="data:,"><input type="text">'
        '<p style="color: #ccc; background: #fff">Chữ mờ</p><button></button></body>'
    )
    found = {fault.split(":")[0] for fault in violations(page)}
    assert {"image-alt", "label", "color-contrast", "button-name", "html-has-lang"} <= found
    page.close()
