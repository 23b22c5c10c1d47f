"""Signing in and out: name and password, then a code where a second factor is set."""

import secrets
from datetime import timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from survey.actions.signing_in import (
    Attempt,
    MustWait,
    WrongCode,
    WrongSignIn,
    account_called,
    begin_session,
    check_code,
    check_password,
    end_session,
)
from survey.core.account import Account, Permission
from survey.web.access import guard, needs, open_to_strangers
from survey.web.account_forms import CodeForm
from survey.web.forms import SignInForm
from survey.web.site import local_time, now, services

pages = Blueprint("signing_in", __name__, url_prefix="/officer")
guard(pages)

DEVICE = "sipas-device"
HALF_A_YEAR = 180 * 24 * 3600
TIME_FOR_CODE = timedelta(minutes=5)
"""How long the password counts while the code is looked up."""


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
    return admit(account)


@pages.route("/sign-in/code", methods=["GET", "POST"])
@open_to_strangers
def code() -> Response | str | tuple[str, int]:
    """The second step: the code that the phone shows."""
    account = _half_signed_in()
    if account is None:
        flash(_("Xin đăng nhập lại từ đầu."))
        return redirect(url_for("signing_in.enter"), 303)
    form = CodeForm()
    if not form.is_submitted():
        return render_template("officer/sign_in_code.html", form=form)
    if form.validate() and (note := _taken(form, account.name)) is not None:
        answer = _begin(account)
        if note:
            flash(note, "warning")
        return answer
    return render_template("officer/sign_in_code.html", form=form), 422


@pages.post("/sign-out")
@needs(Permission.OWN_ACCOUNT)
def leave() -> Response:
    """Sign out."""
    end_session(services().database, g.account, session["token"], now=now())
    session.clear()
    return redirect(url_for("signing_in.enter"), 303)


def admit(account: Account) -> Response:
    """Let in somebody who has shown who they are, or ask for the code first where a second factor is set."""
    if not account.has_second_factor:
        return _begin(account)
    session.clear()
    session["half"] = [account.name, int(now().timestamp())]
    return redirect(url_for("signing_in.code"), 303)


def _begin(account: Account) -> Response:
    session.clear()
    session["token"] = begin_session(services().database, account, now=now())
    return _remember_device(redirect(url_for("officer.home"), 303), account.name)


def _half_signed_in() -> Account | None:
    """Who has shown a password and owes the code; None if that was too long ago."""
    name, moment = session.get("half", ("", 0))
    if now().timestamp() - moment > TIME_FOR_CODE.total_seconds():
        return None
    return account_called(services().database, name)


def _taken(form: CodeForm, name: str) -> str | None:
    """What is to be said once the code lets in, or ""; None, with the reason in the form, if it does not."""
    attempt = Attempt(name, _device_of(name), services().key)
    try:
        left = check_code(services().database, attempt, form.code.data, now=now())
    except WrongCode:
        form.code.errors = [_("Mã không đúng hoặc đã dùng. Xin nhập mã mới mà điện thoại đang hiện.")]
        return None
    except MustWait as fault:
        form.code.errors = [_too_often(fault)]
        return None
    return "" if left is None else str(_("Đã dùng một mã dự phòng; còn %(count)s mã.", count=left))


def _too_often(fault: MustWait) -> str:
    words = _("Sai quá nhiều lần. Xin thử lại sau %(time)s, hoặc dùng máy đã từng đăng nhập.")
    return str(words % {"time": local_time(fault.until)})


def _recognised(form: SignInForm) -> Account | None:
    """Who it is; None, with the reason in the form, if that is not certain."""
    name = form.name.data or ""
    attempt = Attempt(name, _device_of(name), services().key)
    try:
        return check_password(services().database, attempt, form.password.data or "", now=now())
    except WrongSignIn:
        form.password.errors = [_("Tên đăng nhập hoặc mật khẩu không đúng.")]
    except MustWait as fault:
        form.password.errors = [_too_often(fault)]
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
