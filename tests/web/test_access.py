"""Who may open what: every route needs a sign-in unless it is named here as open."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update

from survey.core.account import ROLES, Account, Permission, Role
from survey.store import accounts, staff_sessions
from survey.store.database import Database
from survey.store.tables import StaffSessionRow
from tests.papers import pages
from tests.places import COUNTERS, EARLIER, NOW, PASSWORD, ROUND
from tests.web.addresses import ADDRESSES, ONLY_POSTED, methods
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.visitor import Visitor, hidden

PEOPLE = {"a stranger": None, "a leader": "lanhdao", "an officer": "canbo"}
OWN, FOREIGN = "XA", "PH"
STAFF = (
    "officer", "leader", "questionnaires", "editor", "approval", "comparing", "tickets", "devices", "people",
    "own_account", "trail", "openid", "units", "counters", "fields", "unit_import", "frame", "posters",
    "looks", "tallies", "loading", "keying", "report_texts", "issues",
)  # fmt: skip
"""Blueprints that are guarded."""

ASKED_TO_SIGN_IN, REFUSED, LET_IN = "asked to sign in", "refused", "let in"

MAY: dict[Role, set[Permission]] = {
    "administrator": {
        Permission.SEE_ROUNDS,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_PLACES,
        Permission.READ_PLACES,
        Permission.READ_TRAIL,
    },
    "officer": {
        Permission.SEE_ROUNDS,
        Permission.RUN_ROUNDS,
        Permission.DESIGN,
        Permission.PRINT,
        Permission.SET_LOOK,
        Permission.LOAD_POPULATION,
        Permission.READ_POPULATION,
        Permission.KEY_ANSWERS,
        Permission.MANAGE_PLACES,
        Permission.READ_PLACES,
        Permission.WRITE_REPORTS,
    },
    "approver": {Permission.SEE_ROUNDS, Permission.APPROVE},
    "leader": set(),
    "auditor": {
        Permission.SEE_ROUNDS,
        Permission.READ_PLACES,
        Permission.READ_POPULATION,
        Permission.READ_TRAIL,
    },
}
"""What each role may do, written down a second time; reading reports and one's own account everybody may."""
EVERYBODY = {Permission.READ_REPORTS, Permission.OWN_ACCOUNT}
IN_A_PART = EVERYBODY | {Permission.SEE_ROUNDS, Permission.PRINT, Permission.KEY_ANSWERS}


def expected(rule: str, role: Role | None, part: str | None, unit: str, method: str) -> str:
    """How a route treats a person; ``unit`` is the one that its address names, if it names one."""
    address = ADDRESSES[rule]
    if address.demands == "anybody":
        return LET_IN
    if role is None:
        return ASKED_TO_SIGN_IN
    demands = address.changes if method == "POST" and address.changes else address.demands
    if demands not in MAY[role] | EVERYBODY:
        return REFUSED
    if part is None:
        return LET_IN
    if demands not in IN_A_PART:
        return REFUSED
    is_beyond = address.whole or ("{unit}" in address.path and unit == FOREIGN)
    # A question about methods is answered without looking at any unit.
    return REFUSED if is_beyond and method != "OPTIONS" else LET_IN


def person(app: Flask, who: str) -> Visitor:
    name = PEOPLE[who]
    return signed_in(app, name) if name else Visitor(app.test_client())


def somebody(app: Flask, database: Database, role: Role | None, part: str | None) -> Visitor:
    """A stranger, or somebody with a role in a part of the unit tree and a session of their own."""
    visitor = Visitor(app.test_client())
    if role is None:
        return visitor
    account = Account(f"{role}-{part}", "Người thử", role, part)
    with database.writing() as session:
        if accounts.with_name(session, account.name) is None:
            accounts.add(session, account, password_hash="none")  # noqa: S106  opens nothing
        token = staff_sessions.begin(session, account.name, now=datetime.now(UTC))
    with visitor.client.session_transaction() as cookie:
        cookie["token"] = token
    return visitor


def treatment(visitor: Visitor, path: str, method: str) -> str:
    data = {"csrf_token": visitor.token()} if method == "POST" else None
    response = visitor.client.open(path, method=method, data=data, buffered=True)
    sent_away = (response.location or "").split("?")[0] == "/officer/sign-in"
    if response.status_code == 302 and sent_away:
        return ASKED_TO_SIGN_IN
    return REFUSED if response.status_code == 403 else LET_IN


def everyone() -> list[tuple[Role | None, str | None]]:
    return [(None, None), *((role, part) for role in ROLES for part in (None, OWN))]


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("unit", [OWN, FOREIGN])
@pytest.mark.parametrize("rule", ADDRESSES)
def test_a_route_lets_in_those_it_is_for_and_nobody_else(
    app: Flask, sqlite_small: Database, rule: str, unit: str
) -> None:
    address = ADDRESSES[rule]
    if "{unit}" not in address.path and unit == FOREIGN:
        assert address.of(FOREIGN) == address.path  # the same address, tried once
        return
    found, wanted = {}, {}
    for role, part in everyone():
        for method in sorted(methods(app, rule)):
            case = (role, part, method)
            found[case] = treatment(somebody(app, sqlite_small, role, part), address.of(unit), method)
            wanted[case] = expected(rule, role, part, unit, method)
    assert found == wanted


def test_every_address_says_what_it_demands() -> None:
    assert [rule for rule, address in ADDRESSES.items() if address.demands is None] == []


def test_every_role_and_every_permission_is_in_the_table() -> None:
    assert set(MAY) == set(ROLES)
    assert set().union(*MAY.values()) | EVERYBODY == set(Permission)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says_and_in_a_part_only_what_is_cut_to_it(role: Role) -> None:
    whole, part = Account("x", "x", role), Account("x", "x", role, OWN)
    assert {p for p in Permission if whole.may(p)} == MAY[role] | EVERYBODY
    assert {p for p in Permission if part.may(p)} == (MAY[role] | EVERYBODY) & IN_A_PART


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("rule", ADDRESSES)
def test_no_page_tells_somebody_with_a_part_about_another_unit(
    app: Flask, sqlite_small: Database, rule: str, role: Role
) -> None:
    if ADDRESSES[rule].demands == "anybody" or rule in ONLY_POSTED:
        return
    visitor = somebody(app, sqlite_small, role, OWN)
    text = visitor.client.get(ADDRESSES[rule].of(FOREIGN), follow_redirects=True, buffered=True).data
    assert "Hòa Thuận".encode() not in text


def test_somebody_with_a_part_sees_its_units_and_those_below_with_their_counts_only(
    app: Flask, answered: Database
) -> None:
    with answered.writing() as session:
        session.execute(
            text("UPDATE unit SET parent_id = (SELECT id FROM unit WHERE code = 'XA') WHERE code = 'SO'")
        )
    page = Reading(somebody(app, answered, "officer", OWN).get(f"/officer/rounds/{ROUND}"))
    assert set(page.rows) == {"Xã Bình An", "Sở Thử nghiệm"}
    assert page.figures["Phiếu trả lời"] == "90"
    assert page.figures["Hồ sơ có kết quả"] == "1.960"


def test_the_posters_of_somebody_with_a_part_are_those_of_its_counters(
    app: Flask, sqlite_small: Database
) -> None:
    paper = somebody(app, sqlite_small, "officer", OWN).fetch("/officer/posters.pdf").data
    assert len(pages(paper)) == sum(c.unit_code == OWN and not c.retired for c in COUNTERS)


def test_somebody_with_a_part_reads_its_units_beside_the_whole_and_not_the_report_of_the_province(
    app: Flask, answered: Database
) -> None:
    visitor = somebody(app, answered, "leader", OWN)
    page = Reading(visitor.get("/reports"))
    assert "cả tỉnh" in page.main
    links = {link for link in page.links if link.startswith("/reports/")}
    assert links == {f"/reports/{code}/now" for code in (ROUND, EARLIER)}
    board = Reading(visitor.get(f"/reports/{ROUND}/now"))
    assert "Chỉ số hài lòng chung" in board.main
    assert {link for link in board.links if "/units/" in link} == {f"/reports/{ROUND}/units/{OWN}"}
    refused = Reading(visitor.get(f"/reports/{ROUND}", 403))
    assert refused.heading == "Ngoài phạm vi được giao"
    assert "đơn vị được giao" in refused.main


def test_a_page_offers_nothing_that_its_reader_may_not_open(app: Flask, answered: Database) -> None:
    for role, part in everyone()[1:]:
        visitor = somebody(app, answered, role, part)
        offered = {}
        for path in ("/officer/rounds", f"/officer/rounds/{ROUND}", "/reports", "/officer/account"):
            response = visitor.client.get(path)
            links = Reading(response.text).links if response.status_code == 200 else []
            offered |= dict.fromkeys(links, path)
        statuses = {link: visitor.client.get(link, buffered=True).status_code for link in offered}
        assert 403 not in statuses.values(), (role, part, offered, statuses)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("part", STAFF)
def test_a_staff_page_that_demands_no_permission_is_shut_for_everybody(
    app: Flask, part: str, who: str
) -> None:
    app.add_url_rule(f"/new/{part}", f"{part}.new", lambda: "secret")
    found = treatment(person(app, who), f"/new/{part}", "GET")
    assert found == (ASKED_TO_SIGN_IN if who == "a stranger" else REFUSED)


@pytest.mark.parametrize("address", ["/officer/nowhere", "/reports/nowhere", "/officer/trail"])
def test_somebody_signed_in_reads_errors_in_the_frame_of_the_desk(officer: Visitor, address: str) -> None:
    page = Reading(officer.get(address, 403 if "trail" in address else 404))
    assert "/officer/account" in page.links
    assert "/officer" in page.links


@pytest.mark.parametrize("address", ["/officer/nowhere", "/q/x"])
def test_a_stranger_reads_errors_in_the_frame_of_the_citizen(visitor: Visitor, address: str) -> None:
    assert "/officer/account" not in Reading(visitor.get(address, 404)).links


def test_a_stranger_is_sent_to_the_sign_in_page(visitor: Visitor) -> None:
    assert visitor.client.get("/officer/rounds").location == "/officer/sign-in"
    page = Reading(visitor.client.get("/officer/rounds", follow_redirects=True).text)
    assert page.heading == "Đăng nhập"


def test_a_leader_on_an_officers_page_is_told_that_it_is_not_allowed(leader: Visitor) -> None:
    assert Reading(leader.get("/officer/rounds", 403)).heading == "Không được phép"


def test_an_officer_begins_at_the_rounds_and_a_leader_at_the_reports(app: Flask) -> None:
    pages = {name: Reading(Visitor(app.test_client()).sign_in(name)).heading for name in ("canbo", "lanhdao")}
    assert pages == {"canbo": "Đợt khảo sát", "lanhdao": "Báo cáo"}


@pytest.mark.parametrize("name", ["canbo", "lanhdao"])
def test_signing_out_ends_the_session(app: Flask, name: str) -> None:
    visitor = signed_in(app, name)
    token = visitor.token("/reports")
    page = Reading(visitor.post("/officer/sign-out", {"csrf_token": token}))
    assert page.heading == "Đăng nhập"
    assert visitor.client.get("/reports").location == "/officer/sign-in"


def test_somebody_whose_account_is_withdrawn_is_out_at_once(officer: Visitor, sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        accounts.withdraw(session, "canbo", at=NOW)
    assert officer.client.get("/officer/rounds").location == "/officer/sign-in"


def test_a_copied_cookie_opens_nothing_after_signing_out(app: Flask, officer: Visitor) -> None:
    thief = app.test_client()
    thief.set_cookie("sipas", officer.client.get_cookie("sipas").value)
    assert thief.get("/officer/rounds").status_code == 200
    officer.post("/officer/sign-out", {"csrf_token": officer.token("/officer/rounds")})
    assert thief.get("/officer/rounds").location == "/officer/sign-in"


def test_a_session_ends_an_hour_after_its_last_use_and_after_twelve_hours_at_the_latest(
    officer: Visitor, sqlite_small: Database
) -> None:
    for column, past in (("seen_at", timedelta(minutes=61)), ("begun_at", timedelta(hours=12, minutes=1))):
        with sqlite_small.writing() as session:
            session.execute(update(StaffSessionRow).values({column: datetime.now(UTC) - past}))
        assert officer.client.get("/officer/rounds").location == "/officer/sign-in"
        with sqlite_small.writing() as session:
            session.execute(update(StaffSessionRow).values({column: datetime.now(UTC)}))
        assert officer.client.get("/officer/rounds").status_code == 200


def test_who_guesses_passwords_from_elsewhere_does_not_lock_out_the_person_at_her_desk(
    app: Flask, officer: Visitor
) -> None:
    stranger = Visitor(app.test_client())
    wrong = {"name": "canbo", "password": "mat khau sai hoan toan"}
    for _attempt in range(5):
        stranger.post("/officer/sign-in", wrong | {"csrf_token": stranger.token()}, 422)
    right = wrong | {"password": PASSWORD}
    page = Reading(stranger.post("/officer/sign-in", right | {"csrf_token": stranger.token()}, 422))
    assert "Sai quá nhiều lần" in page.error("password")
    officer.post("/officer/sign-out", {"csrf_token": officer.token("/officer/rounds")})
    assert Reading(officer.sign_in()).heading == "Đợt khảo sát"


def test_an_officer_who_becomes_a_leader_loses_the_officers_pages_at_once(
    officer: Visitor, sqlite_small: Database
) -> None:
    with sqlite_small.writing() as session:
        session.execute(text("UPDATE account SET role = 'leader' WHERE name = 'canbo'"))
    assert officer.client.get("/officer/rounds").status_code == 403


def test_a_session_made_up_without_the_secret_opens_nothing(app: Flask) -> None:
    forger = Flask("forger")
    forger.secret_key = "another secret, also long enough for this"
    serializer = forger.session_interface.get_signing_serializer(forger)
    assert serializer is not None
    client = app.test_client()
    client.set_cookie("sipas", serializer.dumps({"account": "canbo"}))
    assert client.get(f"/officer/rounds/{ROUND}").location == "/officer/sign-in"


@pytest.mark.parametrize(
    ("name", "password"),
    [("canbo", "mat khau sai hoan toan"), ("khong ai", "mat khau cua bai thu"), ("canbo' --", "x" * 20)],
)
def test_a_wrong_password_and_an_unknown_name_hear_the_same(
    visitor: Visitor, name: str, password: str
) -> None:
    token = visitor.token()
    data = {"name": name, "password": password, "csrf_token": token}
    page = Reading(visitor.post("/officer/sign-in", data, 422))
    assert page.heading == "Đăng nhập"
    assert page.error("password") == "Lỗi: Tên đăng nhập hoặc mật khẩu không đúng."
    assert password not in page.html
    assert visitor.client.get("/reports").location == "/officer/sign-in"


def test_a_space_that_a_phone_adds_to_a_name_does_not_keep_its_owner_out(app: Flask) -> None:
    client = app.test_client()
    token = hidden(client.get("/officer/sign-in").text, "csrf_token")
    data = {"name": " canbo ", "password": PASSWORD, "csrf_token": token}
    assert client.post("/officer/sign-in", data=data).status_code == 303
    assert client.get("/officer/rounds").status_code == 200


@pytest.mark.parametrize("missing", ["name", "password"])
def test_an_incomplete_sign_in_says_what_is_missing(visitor: Visitor, missing: str) -> None:
    data = {"name": "canbo", "password": "mat khau cua bai thu", "csrf_token": visitor.token()}
    page = Reading(visitor.post("/officer/sign-in", data | {missing: ""}, 422))
    assert page.control(missing).get("aria-invalid") == "true"
    assert "Hãy nhập" in page.error(missing)
