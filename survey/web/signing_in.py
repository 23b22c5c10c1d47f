"""Signing in and out: the only staff pages that strangers may open."""

import secrets

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from survey.actions.signing_in import (
    Attempt,
    MustWait,
    WrongSignIn,
    begin_session,
    check_password,
    end_session,
)
from survey.core.account import Account, Permission
from survey.web.access import guard, needs, open_to_strangers
from survey.web.forms import SignInForm
from survey.web.site import local_time, now, services

pages = Blueprint("signing_in", __name__, url_prefix="/officer")
guard(pages)

DEVICE = "sipas-device"
HALF_A_YEAR = 180 * 24 * 3600


@pages.route("/sign-in", methods=["GET", "POST"])
@open_to_strangers
def enter() -> Response | str | tuple[str, int]:
    """Sign in."""
    form = SignInForm()
    if not form.is_submitted():
        return render_template("officer/sign_in.html", form=form)
    account = _recognised(form) if form.validate() else None
    if account is None:
        return render_template("officer/sign_in.html", form=form), 422
    session.clear()
    session["token"] = begin_session(services().database, account, now=now())
    begins = "officer.rounds" if account.may(Permission.SEE_ROUNDS) else "leader.reports"
    return _remember_device(redirect(url_for(begins), 303), account.name)


@pages.post("/sign-out")
@needs(Permission.OWN_ACCOUNT)
def leave() -> Response:
    """Sign out."""
    end_session(services().database, g.account, session["token"], now=now())
    session.clear()
    return redirect(url_for("signing_in.enter"), 303)


def _recognised(form: SignInForm) -> Account | None:
    """Who it is; None, with the reason in the form, if that is not certain."""
    name = form.name.data or ""
    attempt = Attempt(name, _device_of(name), services().key)
    try:
        return check_password(services().database, attempt, form.password.data or "", now=now())
    except WrongSignIn:
        form.password.errors = [_("Tên đăng nhập hoặc mật khẩu không đúng.")]
    except MustWait as fault:
        form.password.errors = [
            _("Sai quá nhiều lần. Xin thử lại sau %(time)s, hoặc dùng máy đã từng đăng nhập.")
            % {"time": local_time(fault.until)}
        ]
    return None


def _device_of(name: str) -> str:
    """The mark of this browser if this person signed in with it before; never that of another person."""
    try:
        owner, mark = _devices().loads(request.cookies.get(DEVICE, ""))
    except (BadSignature, TypeError, ValueError):
        return ""
    return str(mark) if owner == name else ""


def _remember_device(response: Response, name: str) -> Response:
    if not _device_of(name):
        response.set_cookie(
            DEVICE,
            _devices().dumps((name, secrets.token_hex(16))),
            max_age=HALF_A_YEAR,
            secure=services().settings.is_https,
            httponly=True,
            samesite="Strict",
            path="/officer/sign-in",
        )
    return response


def _devices() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key, salt="device")
