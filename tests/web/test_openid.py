"""Signing in by OpenID Connect against a provider over real HTTP; what is forged is refused."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from joserfc.jwk import RSAKey

from survey.actions.people import change_account, withdraw
from survey.app import create_app
from survey.settings import OpenId, Settings
from survey.store import accounts
from survey.store.database import Database
from tests import keyboard
from tests.browser import chromium
from tests.conftest import SECRET
from tests.places import ADMINISTRATOR, NOW, OFFICER
from tests.web import provider as providers
from tests.web.provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.web.reading import Reading
from tests.web.serving import serving
from tests.web.visitor import Visitor

START = "/officer/sign-in/openid"
SITE = "http://khaosat.thu:8000"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that runs."""
    with providers.serving() as running:
        yield running


@pytest.fixture
def app(sqlite_small: Database, tmp_path: Path, provider: Provider) -> Flask:
    """The application that knows the provider, and an officer who is known there."""
    known_as(sqlite_small, f"{provider.issuer} 0123")
    settings = Settings(
        tmp_path, sqlite_small.url, SECRET, SITE, OpenId(provider.issuer, CLIENT_ID, CLIENT_SECRET)
    )
    return create_app(settings, sqlite_small)


def known_as(database: Database, identity: str) -> None:
    change_account(database, replace(OFFICER, identity=identity), by=ADMINISTRATOR, now=NOW)


def came_back(visitor: Visitor, provider: Provider, status: int, **changes: str) -> Reading:
    """The page after the provider sent somebody back."""
    sent = visitor.client.get(START)
    assert sent.location.startswith(f"{provider.issuer}/authorize?")
    back = urlsplit(provider.sent_back(sent.location, **changes))
    return Reading(visitor.get(f"{back.path}?{back.query}", status))


def is_in(visitor: Visitor) -> bool:
    return bool(visitor.client.get("/officer/rounds").status_code == 200)


def test_somebody_known_to_the_provider_gets_in(visitor: Visitor, provider: Provider) -> None:
    assert START in Reading(visitor.get("/officer/sign-in")).links
    assert came_back(visitor, provider, 200).heading == "Đợt khảo sát"
    asked = provider.asked[0]
    assert asked["redirect_uri"] == f"{SITE}{START}/back"
    assert asked["scope"].split() == ["openid", "email"]
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20


def test_who_chose_english_comes_back_to_english_at_the_same_registered_address(
    visitor: Visitor, provider: Provider
) -> None:
    sent = visitor.client.get(f"{START}?lang=en")
    back = urlsplit(provider.sent_back(sent.location))
    assert provider.asked[0]["redirect_uri"] == f"{SITE}{START}/back"
    assert Reading(visitor.get(f"{back.path}?{back.query}")).root.get("lang") == "en"


def test_a_verified_mail_address_is_known_in_any_case(
    visitor: Visitor, provider: Provider, sqlite_small: Database
) -> None:
    known_as(sqlite_small, "canbo@thu.gov.vn")
    provider.claims = {"email": "CanBo@Thu.gov.vn", "email_verified": True}
    came_back(visitor, provider, 200)
    assert is_in(visitor)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_a_mail_address_that_nobody_verified_opens_nothing(
    visitor: Visitor, provider: Provider, sqlite_small: Database, verified: Any
) -> None:
    known_as(sqlite_small, "canbo@thu.gov.vn")
    provider.claims = {"email": "canbo@thu.gov.vn", "email_verified": verified}
    came_back(visitor, provider, 403)
    assert not is_in(visitor)


def test_a_mail_address_cannot_pass_for_a_subject(visitor: Visitor, provider: Provider) -> None:
    provider.claims = {"sub": "9", "email": f"{provider.issuer} 0123", "email_verified": True}
    came_back(visitor, provider, 403)
    assert not is_in(visitor)


def test_somebody_without_an_account_reads_what_to_tell_the_administrator(
    visitor: Visitor, provider: Provider
) -> None:
    provider.claims = {"sub": "9999"}
    page = came_back(visitor, provider, 403)
    assert page.heading == "Chưa có tài khoản ở đây"
    assert f"{provider.issuer} 9999" in page.main
    assert not is_in(visitor)


def test_somebody_withdrawn_is_unknown(visitor: Visitor, provider: Provider, sqlite_small: Database) -> None:
    withdraw(sqlite_small, "canbo", by=ADMINISTRATOR, now=NOW)
    came_back(visitor, provider, 403)
    assert not is_in(visitor)


def test_a_second_factor_is_asked_for_here_too(
    visitor: Visitor, provider: Provider, sqlite_small: Database
) -> None:
    with sqlite_small.writing() as session:
        accounts.set_second_factor(session, "canbo", "JBSWY3DPEHPK3PXP")
    assert came_back(visitor, provider, 200).heading == "Mã xác nhận"
    assert not is_in(visitor)


FORGED: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "of another visit"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another program"},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://another.example"},
    "no issuer": {"iss": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "expired": {"exp": 1_000_000_000},
    "no expiry": {"exp": None},
    "issued in the future": {"iat": 4_000_000_000},
}


@pytest.mark.parametrize("what", FORGED)
def test_a_token_that_is_not_for_this_visit_opens_nothing(
    visitor: Visitor, provider: Provider, what: str
) -> None:
    provider.claims = FORGED[what]
    assert came_back(visitor, provider, 400).heading == "Chưa đăng nhập được"
    assert not is_in(visitor)


@pytest.mark.parametrize("changes", [{"state": "forged"}, {"state": ""}, {"error": "access_denied"}])
def test_a_way_back_that_did_not_begin_here_opens_nothing(
    visitor: Visitor, provider: Provider, changes: dict[str, str]
) -> None:
    came_back(visitor, provider, 400, **changes)
    assert not is_in(visitor)


def test_the_way_back_of_one_browser_opens_nothing_in_another(
    app: Flask, visitor: Visitor, provider: Provider
) -> None:
    back = urlsplit(provider.sent_back(visitor.client.get(START).location))
    thief = Visitor(app.test_client())
    thief.get(f"{back.path}?{back.query}", 400)
    assert not is_in(thief)


def test_the_way_back_works_once(visitor: Visitor, provider: Provider) -> None:
    back = urlsplit(provider.sent_back(visitor.client.get(START).location))
    address = f"{back.path}?{back.query}"
    visitor.get(address)
    assert is_in(visitor)
    visitor.get(address, 400)


def test_a_token_signed_by_somebody_else_opens_nothing(visitor: Visitor, provider: Provider) -> None:
    provider.published = RSAKey.generate_key(2048, {"kid": "one"})
    came_back(visitor, provider, 400)
    assert not is_in(visitor)


def test_a_provider_that_calls_itself_otherwise_is_not_believed(visitor: Visitor, provider: Provider) -> None:
    provider.metadata = {"issuer": "https://another.example"}
    came_back(visitor, provider, 400)
    assert not is_in(visitor)


def test_a_silent_provider_leaves_the_password(visitor: Visitor, provider: Provider) -> None:
    provider.is_broken = True
    page = Reading(visitor.get(START, 503))
    assert "dùng tên đăng nhập và mật khẩu" in page.main
    assert Reading(visitor.sign_in()).heading == "Đợt khảo sát"


def test_a_provider_that_falls_silent_in_between_is_said_to_be_silent(
    visitor: Visitor, provider: Provider
) -> None:
    back = urlsplit(provider.sent_back(visitor.client.get(START).location))
    provider.is_broken = True
    response = visitor.client.get(f"{back.path}?{back.query}")
    assert response.status_code in {400, 503}
    assert not is_in(visitor)


def at_home(app: Flask, address: str) -> None:
    """Let the site be reached where it is served."""
    here = app.extensions["sipas"]
    app.extensions["sipas"] = replace(here, settings=replace(here.settings, public_url=address))


def test_with_the_keyboard_alone_somebody_goes_to_the_provider_and_comes_back_signed_in(app: Flask) -> None:
    with serving(app) as address, chromium() as browser:
        at_home(app, address)
        page = browser.new_page(viewport=keyboard.DESK, base_url=address)
        page.goto("/officer/sign-in")
        keyboard.check(page)
        keyboard.follow(page, "Đăng nhập bằng tài khoản chung của cơ quan")
        assert page.get_by_role("heading", name="Cổng").is_visible()
        keyboard.follow(page, "Đồng ý")
        assert page.get_by_role("heading", name="Đợt khảo sát", level=1).is_visible()
        keyboard.press(page, "Đăng xuất")
        page.goto("/officer/rounds")
        assert page.get_by_role("heading", name="Đăng nhập").is_visible()
        page.close()


def test_who_has_no_account_reads_so_on_a_page_without_barriers(app: Flask, provider: Provider) -> None:
    provider.claims = {"sub": "9999"}
    with serving(app) as address, chromium() as browser:
        at_home(app, address)
        page = browser.new_page(viewport=keyboard.DESK, base_url=address)
        page.goto("/officer/sign-in")
        keyboard.follow(page, "Đăng nhập bằng tài khoản chung của cơ quan")
        keyboard.follow(page, "Đồng ý")
        assert page.get_by_role("heading", name="Chưa có tài khoản ở đây").is_visible()
        keyboard.check(page)
        page.close()
