"""Signing in by OpenID Connect: the code flow with state, nonce and PKCE."""

from collections.abc import Mapping
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Blueprint, Flask, current_app, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from survey.actions.signing_in import account_known_as
from survey.web import language
from survey.web.access import guard, open_to_strangers
from survey.web.signing_in import admit
from survey.web.site import services

pages = Blueprint("openid", __name__, url_prefix="/officer/sign-in/openid")
guard(pages)

Page = Response | tuple[str, int]

LONGEST_WAIT = 10
"""Seconds for one question to the provider."""

CLOCKS_DIFFER = 60
"""Seconds by which the provider's clock may be ahead or behind."""

_EXTENSION = "sipas-openid"


class ProviderUnfit(Exception):
    """The provider says something that cannot be trusted, or nothing about the person."""


def install(app: Flask) -> None:
    """Get to know the provider, where one is set."""
    chosen = app.extensions["sipas"].settings.openid
    app.extensions[_EXTENSION] = None
    app.context_processor(lambda: {"has_openid": chosen is not None})
    if chosen is not None:
        app.extensions[_EXTENSION] = OAuth(app).register(
            "provider",
            client_id=chosen.client_id,
            client_secret=chosen.client_secret,
            server_metadata_url=f"{chosen.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "default_timeout": LONGEST_WAIT,
            },
        )


@pages.get("")
@open_to_strangers
def leave() -> Page:
    """Go to the provider."""
    client = current_app.extensions[_EXTENSION]
    if client is None:
        return _without_provider()
    session["openid_language"] = language.current()
    # The same address in every language: the provider knows only this one.
    back_to = services().settings.public_url + url_for("openid.back", lang=None)
    try:
        return client.authorize_redirect(back_to)  # type: ignore[no-any-return]
    except (RequestException, RuntimeError, ValueError) as fault:
        return _failed(503, fault)


@pages.get("/back")
@open_to_strangers
def back() -> Page:
    """Come back from the provider with a code for a token that says who it is."""
    client = current_app.extensions[_EXTENSION]
    if client is None:
        return _without_provider()
    language.go_on_in(session.pop("openid_language", language.current()))
    try:
        said = _said_by(client)
    except RequestException as fault:
        return _failed(503, fault)
    except (
        AuthlibBaseError,
        JoseError,
        ProviderUnfit,
        RuntimeError,
        ValueError,
        KeyError,
        TypeError,
    ) as fault:
        return _failed(400, fault)
    identities = identities_of(said)
    account = account_known_as(services().database, identities)
    if account is None:
        return render_template("officer/openid_unknown.html", identities=identities), 403
    return admit(account)


def identities_of(said: Mapping[str, Any]) -> list[str]:
    """By what an account may be found: "issuer subject", and the mail address if the provider verified it."""
    found = [f"{said['iss']} {said['sub']}"]
    mail = said.get("email")
    if isinstance(mail, str) and said.get("email_verified") is True and " " not in mail:
        found.append(mail.lower())
    return found


def _said_by(client: FlaskOAuth2App) -> Mapping[str, Any]:
    """The checked claims of the token: signed by the provider, for us, for this visit, not expired."""
    settings = services().settings.openid
    assert settings is not None  # noqa: S101  there is no client without
    if client.load_server_metadata().get("issuer") != settings.issuer:
        raise ProviderUnfit("another issuer")
    token = client.authorize_access_token(
        leeway=CLOCKS_DIFFER,
        claims_options={
            "iss": {"essential": True, "value": settings.issuer},
            "aud": {"essential": True, "value": settings.client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
        },
    )
    said = token.get("userinfo")
    if not said or not said.get("sub"):
        raise ProviderUnfit("no identity")
    return dict(said)


def _without_provider() -> Response:
    flash(_("Nơi này chưa cài đặt đăng nhập chung. Xin dùng tên đăng nhập và mật khẩu."))
    return redirect(url_for("signing_in.enter"), 303)


def _failed(status: int, fault: Exception) -> Page:
    """Say so kindly; the log gets the kind of fault, never a token."""
    current_app.logger.warning("OpenID Connect sign-in failed: %s", type(fault).__name__)
    return render_template("officer/openid_failed.html", is_silent=status >= 500), status  # noqa: PLR2004
