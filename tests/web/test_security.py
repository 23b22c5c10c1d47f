"""Guards on every response and every form: headers, cookies, tokens, and no post from another site."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.actions.rounds import board
from survey.store.database import Database
from tests.conftest import application
from tests.places import MIXED, NOW, PASSWORD, ROUND
from tests.web.addresses import ADDRESSES, ONLY_POSTED
from tests.web.conftest import reader_of, signed_in
from tests.web.page_rules import RULES, Page
from tests.web.reading import Reading
from tests.web.visitor import Visitor, hidden, stored

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
DEVICES = ("camera", "geolocation", "microphone")
CLOSE = f"/officer/rounds/{ROUND}/close"
FORMS = {"/q/<code>", "/t/<code>", "/q/<code>/now/<token>"}
SHOWN_IN_THE_EDITOR = {"/try/<token>", "/try/<token>/thanks"}
"""A draft tried out, which the editor shows in a frame of its own pages and no other site can."""
TO_CACHE = {"/fonts/<name>", "/static/<path:filename>", "/bootstrap/static/<path:filename>"}

OTHERS = {
    "an unknown address": ("GET", "/nowhere", 404),
    "an unknown style sheet": ("GET", "/static/nothing.css", 404),
    "a mistyped counter": ("GET", "/q/x", 404),
    "a redirect": ("GET", f"/q?code={MIXED}", 302),
    "a redirect to the sign-in": ("GET", "/officer/rounds", 302),
    "a forged form": ("POST", f"/q/{MIXED}", 400),
    "a staff form without a token": ("POST", "/officer/sign-in", 400),
    "a wrong method": ("DELETE", "/", 405),
    "a question about methods": ("OPTIONS", "/", 200),
    "a question about headers": ("HEAD", "/", 200),
    "a fault of ours": ("GET", "/broken", 500),
}


FILES = {"/static/<path:filename>", "/fonts/<name>"}
"""Styles, scripts and fonts are no pages; only what keeps them from being taken for one matters."""


def weak_spots(response: TestResponse) -> list[str]:
    """What a response lacks."""
    headers = response.headers
    found = [name for name, value in FIXED.items() if headers.get(name) != value]
    policy = [part.split() for part in headers.get("Content-Security-Policy", "").split(";")]
    rules = {part[0]: " ".join(part[1:]) for part in policy if part}
    found += [name for name, sources in DIRECTIVES.items() if rules.get(name) != sources]
    found += [d for d in DEVICES if f"{d}=()" not in headers.get("Permissions-Policy", "")]
    found += list(RULES["the content policy has no loophole"](Page("", headers)))
    return found


def cookies(response: TestResponse) -> list[str]:
    return response.headers.getlist("Set-Cookie")


# --- headers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", sorted(set(ADDRESSES) - ONLY_POSTED))
def test_a_page_or_file_carries_every_guard(app: Flask, rule: str) -> None:
    response = reader_of(app, rule).client.get(ADDRESSES[rule].of("XA"), buffered=True)
    if rule in FILES:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "default-src 'none'"
        return
    assert weak_spots(response) == (["frame-ancestors"] if rule in SHOWN_IN_THE_EDITOR else [])
    if rule in SHOWN_IN_THE_EDITOR:
        assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("case", OTHERS)
def test_errors_redirects_and_other_methods_carry_every_guard(app: Flask, case: str) -> None:
    app.add_url_rule("/broken", "citizen.broken", lambda: {}["nothing"])
    method, path, status = OTHERS[case]
    response = app.test_client().open(path, method=method, buffered=True)
    assert response.status_code == status
    assert weak_spots(response) == []


def test_a_response_without_a_guard_is_noticed(app: Flask) -> None:
    response = app.test_client().get("/")
    response.headers["Content-Security-Policy"] += "; img-src *"
    del response.headers["Referrer-Policy"]
    assert weak_spots(response) == ["Referrer-Policy", "img-src *"]


@pytest.mark.parametrize("rule", sorted(set(ADDRESSES) - ONLY_POSTED))
def test_only_fonts_and_style_sheets_may_be_kept_by_a_browser(app: Flask, rule: str) -> None:
    kept = (
        reader_of(app, rule).client.get(ADDRESSES[rule].of("XA"), buffered=True).headers.get("Cache-Control")
    )
    assert (kept != "no-store") == (rule in {*TO_CACHE, *FORMS})


def test_the_questionnaire_may_be_shown_again_on_going_back_but_never_opened_from_a_store(
    client: FlaskClient,
) -> None:
    assert client.get(f"/q/{MIXED}").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(("public_url", "sent"), [("https://khaosat.vn", True), ("http://10.0.0.5", False)])
def test_browsers_are_told_to_insist_on_https_where_there_is_https(
    sqlite_small: Database, tmp_path: Path, public_url: str, *, sent: bool
) -> None:
    client = application(sqlite_small, tmp_path, public_url).test_client()
    for path in ("/", "/nowhere", "/officer/rounds", "/static/citizen.css"):
        header = client.get(path, buffered=True).headers.get("Strict-Transport-Security")
        assert header == ("max-age=31536000" if sent else None)


# --- posts from other sites --------------------------------------------------------------------------------


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none, cross-site", ""])
def test_a_post_that_comes_from_another_site_is_refused(
    visitor: Visitor, sqlite_small: Database, site: str
) -> None:
    form = visitor.filled(MIXED)
    response = visitor.client.post(f"/q/{MIXED}", data=form, headers={"Sec-Fetch-Site": site})
    assert response.status_code == 403
    assert stored(sqlite_small) == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}])
def test_a_post_from_our_page_or_from_an_old_browser_is_taken(
    visitor: Visitor, sqlite_small: Database, headers: dict[str, str]
) -> None:
    response = visitor.client.post(f"/q/{MIXED}", data=visitor.filled(MIXED), headers=headers)
    assert response.status_code == 303
    assert len(stored(sqlite_small)) == 1


def test_a_staff_form_that_comes_from_another_site_is_refused_even_with_a_token(
    officer: Visitor, sqlite_small: Database
) -> None:
    data = {"csrf_token": officer.token(CLOSE)}
    response = officer.client.post(CLOSE, data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert board(sqlite_small, ROUND, within=None, now=NOW).is_open


# --- tokens and cookies of staff ------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "made up", "another session's"])
def test_a_staff_form_without_its_own_token_changes_nothing_and_says_so(
    app: Flask, officer: Visitor, sqlite_small: Database, token: str | None
) -> None:
    if token == "another session's":
        token = signed_in(app, "canbo").token(CLOSE)
    page = Reading(officer.post(CLOSE, {} if token is None else {"csrf_token": token}, 400))
    assert "Không có gì thay đổi" in page.main
    assert board(sqlite_small, ROUND, within=None, now=NOW).is_open


@pytest.mark.parametrize("path", ["/officer/sign-in", "/officer/sign-out"])
def test_nobody_is_signed_in_or_out_without_a_token(officer: Visitor, path: str) -> None:
    officer.post(path, {"name": "lanhdao", "password": PASSWORD}, 400)
    assert "Cán bộ" in officer.get("/officer/rounds")


def test_every_staff_form_that_posts_carries_a_token(app: Flask) -> None:
    seen = 0
    for rule in sorted(rule for rule in ADDRESSES if rule.startswith("/officer/") and "." not in rule):
        if rule in ONLY_POSTED:
            continue
        forms = Reading(reader_of(app, rule).get(ADDRESSES[rule].of("XA"))).root.iter("form")
        for form in (form for form in forms if form.get("method") != "get"):
            boxes = {box.get("name"): box.get("value") for box in form.iter("input")}
            assert form.get("method") == "post"
            assert len(boxes.get("csrf_token") or "") > 40
            seen += 1
    assert seen >= 5


def test_the_staff_cookie_is_hidden_from_scripts_and_from_other_sites(app: Flask) -> None:
    response = app.test_client().get("/officer/sign-in")
    assert len(cookies(response)) == 1
    name, *flags = cookies(response)[0].split("; ")
    assert name.startswith("sipas=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)


def test_under_https_the_staff_cookie_is_bound_to_this_host_and_to_https(
    sqlite_small: Database, tmp_path: Path
) -> None:
    secure = application(sqlite_small, tmp_path, "https://khaosat.vn")
    response = secure.test_client().get("/officer/sign-in", base_url="https://khaosat.vn")
    name, *flags = cookies(response)[0].split("; ")
    assert name.startswith("__Host-sipas=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert not [flag for flag in flags if flag.startswith("Domain")]


def test_signing_in_works_under_https(sqlite_small: Database, tmp_path: Path) -> None:
    client = application(sqlite_small, tmp_path, "https://khaosat.vn").test_client()
    base = "https://khaosat.vn"
    token = hidden(client.get("/officer/sign-in", base_url=base).text, "csrf_token")
    data = {"name": "canbo", "password": PASSWORD, "csrf_token": token}
    headers = {"Referer": f"{base}/officer/sign-in"}
    response = client.post("/officer/sign-in", data=data, base_url=base, headers=headers)
    assert (response.status_code, response.location) == (303, "/officer")
    assert client.get("/officer/rounds", base_url=base).status_code == 200


def test_the_cookie_does_not_hold_the_password_or_a_guessable_name_only(officer: Visitor) -> None:
    cookie = officer.client.get_cookie("sipas")
    assert cookie is not None
    assert PASSWORD not in cookie.decoded_value
    assert cookie.decoded_value.count(".") == 2


def test_a_file_outside_the_folders_of_fonts_and_style_sheets_cannot_be_read(visitor: Visitor) -> None:
    for path in (
        "/fonts/..%2fpdf.py",
        "/fonts/%2e%2e/pdf.py",
        "/static/../../settings.py",
        "/static/..%2f..%2fsettings.py",
        "/static//etc/passwd",
        "/fonts/%2fetc%2fpasswd",
    ):
        response = visitor.client.get(path, buffered=True)
        assert response.status_code in {404, 308}, path
        assert "import" not in response.text
