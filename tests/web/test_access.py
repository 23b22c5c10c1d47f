"""Who may open what: every route needs a sign-in unless it is named here as open."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update

from survey.store import accounts
from survey.store.database import Database
from survey.store.tables import StaffSessionRow
from tests.places import NOW, PASSWORD, ROUND
from tests.web.addresses import ADDRESSES, FOR_APPROVERS, methods
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.visitor import Visitor

OPEN_TO_ALL = {
    "/",
    "/q",
    "/q/<code>",
    "/q/<code>/send",
    "/x/<receipt>",
    "/privacy",
    "/health",
    "/fonts/<name>",
    "/static/<path:filename>",
    "/bootstrap/static/<path:filename>",
    "/officer/sign-in",
    "/try/<token>",
    "/try/<token>/send",
    "/try/<token>/thanks",
}
APPROVERS_TOO = {
    "/officer",
    "/officer/rounds",
    "/officer/rounds/<code>",
    "/officer/questionnaires",
    "/officer/questionnaires/versions/<print_>",
    *(f"/officer/questionnaires/drafts/<int:draft>{rest}" for rest in ("", "/history", "/preview", "/check")),
}
FOR_LEADERS_TOO = {"/reports", "/reports/<code>", "/reports/<code>.pdf", "/officer/sign-out"}
PEOPLE = {"a stranger": None, "a leader": "lanhdao", "an officer": "canbo", "an approver": "nguoiduyet"}

ASKED_TO_SIGN_IN, REFUSED, LET_IN = "asked to sign in", "refused", "let in"


def expected(rule: str, who: str) -> str:
    if rule in OPEN_TO_ALL:
        return LET_IN
    if who == "a stranger":
        return ASKED_TO_SIGN_IN
    if who == "an officer":
        return REFUSED if rule in FOR_APPROVERS else LET_IN
    if who == "an approver" and rule in FOR_APPROVERS | APPROVERS_TOO:
        return LET_IN
    return LET_IN if rule in FOR_LEADERS_TOO else REFUSED


def person(app: Flask, who: str) -> Visitor:
    name = PEOPLE[who]
    return signed_in(app, name) if name else Visitor(app.test_client())


def treatment(visitor: Visitor, path: str, method: str) -> str:
    data = {"csrf_token": visitor.token()} if method == "POST" else None
    response = visitor.client.open(path, method=method, data=data, buffered=True)
    if response.status_code == 302 and (response.location or "").startswith("/officer/sign-in"):
        return ASKED_TO_SIGN_IN
    return REFUSED if response.status_code == 403 else LET_IN


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("rule", ADDRESSES)
def test_a_route_lets_in_those_it_is_for_and_nobody_else(app: Flask, rule: str, who: str) -> None:
    visitor = person(app, who)
    found = {m: treatment(visitor, ADDRESSES[rule].path, m) for m in sorted(methods(app, rule))}
    assert found == dict.fromkeys(found, expected(rule, who))


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("part", ["officer", "leader"])
def test_a_staff_page_that_demands_no_permission_is_shut_for_everybody(
    app: Flask, part: str, who: str
) -> None:
    app.add_url_rule(f"/new/{part}", f"{part}.new", lambda: "secret")
    found = treatment(person(app, who), f"/new/{part}", "GET")
    assert found == (ASKED_TO_SIGN_IN if who == "a stranger" else REFUSED)


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


@pytest.mark.parametrize("missing", ["name", "password"])
def test_an_incomplete_sign_in_says_what_is_missing(visitor: Visitor, missing: str) -> None:
    data = {"name": "canbo", "password": "mat khau cua bai thu", "csrf_token": visitor.token()}
    page = Reading(visitor.post("/officer/sign-in", data | {missing: ""}, 422))
    assert page.control(missing).get("aria-invalid") == "true"
    assert "Hãy nhập" in page.error(missing)
