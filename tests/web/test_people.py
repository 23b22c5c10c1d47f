"""The pages about people, their passwords and second factors, as a browser uses them."""

import base64
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask

from survey.actions.people import person
from survey.core.account import Account
from survey.store import accounts
from survey.store.database import Database
from tests.places import PASSWORD
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.visitor import Visitor, hidden

LIST, NEW = "/officer/people", "/officer/people/new"
OFFICER = "/officer/person/canbo"
SOMEBODY = {
    "name": "nguoi.moi",
    "display_name": "Người Mới",
    "role": "officer",
    "unit": "XA",
    "identity": "",
    "password": "",
}
FACTOR = "/officer/account/second-factor"
OWN_PASSWORD = "/officer/account/password"


@pytest.fixture
def administrator(app: Flask) -> Visitor:
    """An administrator who is signed in."""
    return signed_in(app, "quantri")


def sent(visitor: Visitor, address: str, data: dict[str, str], status: int = 200) -> Reading:
    """The page after a form was filled in and sent."""
    return Reading(visitor.post(address, data | {"csrf_token": visitor.token(address)}, status))


def shown(page: Reading, name: str) -> str:
    return "".join(page.with_id(name).itertext())


def enrolled(visitor: Visitor) -> pyotp.TOTP:
    """Set the second factor in the browser; gives the phone. The code used is of this step: the next is to come."""
    page = visitor.get(FACTOR)
    phone = pyotp.TOTP(shown(Reading(page), "key").replace(" ", ""))
    data = {"secret": hidden(page, "secret"), "password": PASSWORD}
    data |= {"code": phone.at(datetime.now(UTC))}
    assert Reading(visitor.post(FACTOR, data | {"csrf_token": hidden(page, "csrf_token")})).heading
    return phone


# --- the administrator ---------------------------------------------------------------------------------


def test_somebody_added_without_a_password_signs_in_with_the_one_shown_once(
    app: Flask, administrator: Visitor, sqlite_small: Database
) -> None:
    page = sent(administrator, NEW, SOMEBODY)
    password = shown(page, "password")
    assert person(sqlite_small, "nguoi.moi") == Account("nguoi.moi", "Người Mới", "officer", "XA")
    assert Reading(Visitor(app.test_client()).sign_in("nguoi.moi", password)).heading == "Đợt khảo sát"
    assert password not in administrator.get(LIST)
    assert Reading(administrator.get(LIST)).rows["Người Mới"][2] == "Xã Bình An"


def test_a_typed_password_is_not_shown(administrator: Visitor) -> None:
    page = sent(administrator, NEW, SOMEBODY | {"password": "một mật khẩu gõ tay"})
    assert "gõ tay" not in page.html


def test_every_fault_of_somebody_new_stands_at_its_field_and_in_the_summary(
    administrator: Visitor, sqlite_small: Database
) -> None:
    page = sent(administrator, NEW, SOMEBODY | {"name": "", "display_name": "", "unit": "nowhere"}, 422)
    assert set(page.summary) == {"name", "display_name", "unit"}
    assert all(page.error(name) for name in page.summary)
    assert page.title.startswith("Lỗi:")
    for faulty in (
        {"name": "canbo"},
        {"name": "../x"},
        {"name": ".."},
        {"password": "ngắn"},
        {"role": "king"},
    ):
        sent(administrator, NEW, SOMEBODY | faulty, 422)
    with sqlite_small.reading() as session:
        assert len(accounts.all_accounts(session)) == 5


def test_html_in_a_name_is_shown_as_text(administrator: Visitor) -> None:
    sent(administrator, NEW, SOMEBODY | {"display_name": "<b>đậm</b><script>x()</script>"})
    assert "<b>đậm</b><script>x()</script>" in Reading(administrator.get(LIST)).rows


def test_a_change_is_kept_and_works_at_once(
    app: Flask, administrator: Visitor, sqlite_small: Database
) -> None:
    officer = signed_in(app, "canbo")
    changed = {"display_name": "Tên mới", "role": "leader", "unit": "PH", "identity": " A@B.vn "}
    assert Reading(administrator.get(OFFICER)).heading == "Cán bộ"
    sent(administrator, OFFICER, changed)
    assert person(sqlite_small, "canbo") == Account("canbo", "Tên mới", "leader", "PH", "a@b.vn")
    officer.get("/officer/rounds", 403)


def test_an_administrator_cannot_demote_or_withdraw_themselves(
    administrator: Visitor, sqlite_small: Database
) -> None:
    own = "/officer/person/quantri"
    data = {"display_name": "Người quản trị", "role": "officer", "unit": "", "identity": ""}
    assert "chính mình" in sent(administrator, own, data, 422).error("role")
    assert "chính mình" in sent(administrator, f"{own}/withdraw", {}, 422).main
    assert person(sqlite_small, "quantri").role == "administrator"
    assert not person(sqlite_small, "quantri").is_withdrawn


def test_withdrawing_asks_first_and_can_be_taken_back(
    app: Flask, administrator: Visitor, sqlite_small: Database
) -> None:
    officer = signed_in(app, "canbo")
    assert "thôi đăng nhập?" in Reading(administrator.get(f"{OFFICER}/withdraw")).heading
    assert not person(sqlite_small, "canbo").is_withdrawn
    sent(administrator, f"{OFFICER}/withdraw", {})
    assert person(sqlite_small, "canbo").is_withdrawn
    assert officer.client.get("/officer/rounds").location == "/officer/sign-in"
    sent(administrator, f"{OFFICER}/restore", {})
    assert Reading(officer.sign_in()).heading == "Đợt khảo sát"


def test_signing_somebody_out_everywhere_ends_their_sessions(app: Flask, administrator: Visitor) -> None:
    officer = signed_in(app, "canbo")
    sent(administrator, f"{OFFICER}/sign-out", {})
    assert officer.client.get("/officer/rounds").location == "/officer/sign-in"


def test_a_new_password_replaces_the_old_one(app: Flask, administrator: Visitor) -> None:
    sent(administrator, f"{OFFICER}/password", {"password": "ngắn"}, 422)
    password = shown(sent(administrator, f"{OFFICER}/password", {"password": ""}), "password")
    officer = Visitor(app.test_client())
    assert Reading(officer.sign_in("canbo", password)).heading == "Đợt khảo sát"


@pytest.mark.parametrize("path", ["/officer/person/ai", "/officer/person/ai/password", f"{OFFICER}/nothing"])
def test_an_unknown_person_or_act_is_not_found(administrator: Visitor, path: str) -> None:
    administrator.get(path, 404)


# --- one's own account -----------------------------------------------------------------------------------


def test_an_own_password_is_changed_with_the_old_one_and_other_browsers_are_out(app: Flask) -> None:
    here, elsewhere = signed_in(app, "canbo"), signed_in(app, "canbo")
    new = "một mật khẩu hoàn toàn mới"
    page = sent(here, OWN_PASSWORD, {"old": PASSWORD, "new": new, "again": new})
    assert "Đã đổi mật khẩu" in page.html
    assert elsewhere.client.get("/officer/account").location == "/officer/sign-in"
    assert Reading(elsewhere.sign_in("canbo", new)).heading == "Đợt khảo sát"


@pytest.mark.parametrize(
    ("faulty", "field"),
    [
        ({"old": "sai hoàn toàn"}, "old"),
        ({"new": "ngắn", "again": "ngắn"}, "new"),
        ({"again": "khác"}, "again"),
        ({"old": ""}, "old"),
    ],
)
def test_a_faulty_change_of_password_changes_nothing(
    app: Flask, officer: Visitor, faulty: dict[str, str], field: str
) -> None:
    data = {"old": PASSWORD, "new": "một mật khẩu mới hẳn", "again": "một mật khẩu mới hẳn"}
    page = sent(officer, OWN_PASSWORD, data | faulty, 422)
    assert list(page.summary) == [field]
    assert Reading(Visitor(app.test_client()).sign_in()).heading == "Đợt khảo sát"


def test_a_second_factor_is_asked_for_after_the_password(app: Flask, officer: Visitor) -> None:
    phone = enrolled(officer)
    assert Reading(officer.get("/officer/account")).figures["Bước xác nhận thứ hai"] == "đang bật"
    visitor = Visitor(app.test_client())
    page = Reading(visitor.sign_in())
    assert page.heading == "Mã xác nhận"
    assert visitor.client.get("/officer/rounds").location == "/officer/sign-in"
    code = "/officer/sign-in/code"
    assert "Mã không đúng" in sent(visitor, code, {"code": "abc"}, 422).error("code")
    now = phone.at(datetime.now(UTC) + timedelta(seconds=30))
    assert sent(visitor, code, {"code": f"{now[:3]} {now[3:]}"}).heading == "Đợt khảo sát"
    again = Visitor(app.test_client())
    again.sign_in()
    assert "đã dùng" in sent(again, code, {"code": now}, 422).error("code")


def test_the_picture_on_the_page_says_the_secret_that_is_written_below(officer: Visitor) -> None:
    page = Reading(officer.get(FACTOR))
    picture = next(image.get("src") or "" for image in page.root.iter("img"))
    svg = base64.b64decode(picture.removeprefix("data:image/svg+xml;base64,")).decode()
    assert svg.startswith("<svg")
    assert len(shown(page, "key").replace(" ", "")) == 32


def test_a_secret_made_for_somebody_else_or_made_up_is_not_taken(
    app: Flask, officer: Visitor, sqlite_small: Database
) -> None:
    page = signed_in(app, "lanhdao").get(FACTOR)
    phone = pyotp.TOTP(shown(Reading(page), "key").replace(" ", ""))
    for secret in (hidden(page, "secret"), "JBSWY3DPEHPK3PXP", ""):
        data = {"secret": secret, "password": PASSWORD, "code": phone.at(datetime.now(UTC))}
        assert "mã QR đổi mới" in sent(officer, FACTOR, data, 422).error("code")
    assert not person(sqlite_small, "canbo").has_second_factor


def test_a_faulty_proof_keeps_the_secret_that_the_phone_has_scanned(officer: Visitor) -> None:
    page = officer.get(FACTOR)
    data = {"secret": hidden(page, "secret"), "password": PASSWORD, "code": "000000"}
    again = sent(officer, FACTOR, data, 422)
    assert shown(again, "key") == shown(Reading(page), "key")
    assert again.error("code")


def test_the_step_between_password_and_code_ends_after_five_minutes(app: Flask, officer: Visitor) -> None:
    enrolled(officer)
    visitor = Visitor(app.test_client())
    visitor.sign_in()
    with visitor.client.session_transaction() as cookie:
        cookie["half"] = [cookie["half"][0], cookie["half"][1] - 301]
    assert Reading(visitor.get("/officer/sign-in/code")).heading == "Đăng nhập"


def test_who_has_not_typed_a_password_is_not_asked_for_a_code(visitor: Visitor) -> None:
    assert Reading(visitor.get("/officer/sign-in/code")).heading == "Đăng nhập"


def test_an_administrator_helps_somebody_who_lost_the_phone(
    app: Flask, officer: Visitor, administrator: Visitor
) -> None:
    enrolled(officer)
    sent(administrator, f"{OFFICER}/second-factor", {})
    assert Reading(Visitor(app.test_client()).sign_in()).heading == "Đợt khảo sát"


def test_a_second_factor_is_removed_with_the_password(app: Flask, officer: Visitor) -> None:
    enrolled(officer)
    sent(officer, f"{FACTOR}/remove", {"password": "sai hoàn toàn"}, 422)
    assert Reading(Visitor(app.test_client()).sign_in()).heading == "Mã xác nhận"
    sent(officer, f"{FACTOR}/remove", {"password": PASSWORD})
    assert Reading(Visitor(app.test_client()).sign_in()).heading == "Đợt khảo sát"


def codes_on(page: Reading) -> list[str]:
    """The recovery codes on a page."""
    return ["".join(item.itertext()).strip() for item in page.with_id("codes")]


def test_recovery_codes_are_shown_once_and_let_in_without_the_phone(app: Flask, officer: Visitor) -> None:
    page = officer.get(FACTOR)
    phone = pyotp.TOTP(shown(Reading(page), "key").replace(" ", ""))
    data = {"secret": hidden(page, "secret"), "password": PASSWORD, "code": phone.at(datetime.now(UTC))}
    after = Reading(officer.post(FACTOR, data | {"csrf_token": hidden(page, "csrf_token")}))
    assert after.heading == "Mã dự phòng"
    codes = codes_on(after)
    assert len(codes) == 10
    account = officer.get("/officer/account")
    assert Reading(account).figures["Mã dự phòng còn lại"] == "10 trên 10"
    assert not [code for code in codes if code in account]
    visitor = Visitor(app.test_client())
    visitor.sign_in()
    within = visitor.post(
        "/officer/sign-in/code", {"code": codes[4], "csrf_token": visitor.token("/officer/sign-in/code")}
    )
    assert "Đã dùng một mã dự phòng; còn 9 mã." in within
    assert Reading(within).heading == "Đợt khảo sát"
    again = Visitor(app.test_client())
    again.sign_in()
    assert "đã dùng" in sent(again, "/officer/sign-in/code", {"code": codes[4]}, 422).error("code")


def test_a_new_set_of_recovery_codes_is_made_with_the_password(app: Flask, officer: Visitor) -> None:
    renew = "/officer/account/recovery-codes"
    assert Reading(officer.get(renew)).heading == "Đặt bước xác nhận thứ hai"
    enrolled(officer)
    assert "không đúng" in sent(officer, renew, {"password": "sai hoàn toàn"}, 422).error("password")
    codes = codes_on(sent(officer, renew, {"password": PASSWORD}))
    assert len(codes) == 10
    assert codes_on(sent(officer, renew, {"password": PASSWORD})) != codes
    assert "Tạo bộ mã dự phòng mới" in signed_in(app, "kiemtra").get("/officer/trail")
