"""Everybody's page about their own account: password, second factor, recovery codes."""

from base64 import b64encode
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, flash, g, redirect, render_template, session, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response
from wtforms import Field

from reports.qr import qr_svg
from survey.actions import own_account
from survey.actions.people import PasswordTooShort
from survey.actions.setting_up import units
from survey.actions.signing_in import Attempt, MustWait, WrongCode, WrongSignIn
from survey.core.account import Permission
from survey.core.recovery import CODES
from survey.core.second_factor import enrolment_address
from survey.web.access import guard, needs
from survey.web.account_forms import (
    ROLE_NAMES,
    OwnPasswordForm,
    PasswordAgainForm,
    SecondFactorForm,
    too_short,
)
from survey.web.site import local_time, now, services

pages = Blueprint("own_account", __name__, url_prefix="/officer/account")
guard(pages)

Page = str | Response | tuple[str, int]

Made = TypeVar("Made")

TIME_TO_SCAN = 15 * 60
"""Seconds; a page for the phone that lay open longer is made anew."""


@pages.get("")
@needs(Permission.OWN_ACCOUNT)
def show() -> str:
    """Who I am here."""
    names = {unit.code: unit.name for unit in units(services().database)}
    return render_template(
        "officer/account.html",
        unit_names=names,
        role_names=ROLE_NAMES,
        codes_left=own_account.recovery_codes_left(services().database, g.account.name),
        codes=CODES,
    )


@pages.route("/password", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT)
def password() -> Page:
    """Take another password."""
    form = OwnPasswordForm()

    def change() -> None:
        own_account.change_password(
            services().database,
            _attempt(),
            form.old.data,
            form.new.data,
            token=session["token"],
            now=now(),
        )

    if form.validate_on_submit() and _is_done(change, form.old, form.new):
        flash(_("Đã đổi mật khẩu. Các máy khác đã bị đăng xuất."))
        return redirect(url_for("own_account.show"), 303)
    page = render_template("officer/account_password.html", form=form)
    return (page, 422) if form.is_submitted() else page


@pages.route("/second-factor", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT)
def second_factor() -> Page:
    """Let a phone keep a secret, and prove that it did."""
    form = SecondFactorForm()
    secret = _sent_secret(form.secret.data or "")

    def keep() -> tuple[str, ...]:
        return own_account.set_second_factor(
            services().database,
            _attempt(),
            form.password.data,
            secret,
            form.code.data,
            token=session["token"],
            now=now(),
        )

    if secret and form.validate_on_submit() and (codes := _made(keep, form.password, form.code)):
        return render_template("officer/recovery_codes.html", codes=codes, is_first=True)
    if form.is_submitted() and not secret:
        form.code.errors = [_("Trang mở đã lâu nên mã QR đổi mới. Xin quét lại rồi nhập mã mới.")]
    secret = secret or own_account.fresh_secret()
    form.secret.data = _secrets().dumps([g.account.name, secret])
    picture = qr_svg(enrolment_address(secret, g.account.name, "SIPAS"))
    page = render_template(
        "officer/second_factor.html",
        form=form,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture="data:image/svg+xml;base64," + b64encode(picture.encode()).decode(),
    )
    return (page, 422) if form.is_submitted() else page


@pages.route("/recovery-codes", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT)
def recovery_codes() -> Page:
    """Another set of recovery codes, shown this once."""
    if not g.account.has_second_factor:
        return redirect(url_for("own_account.second_factor"), 303)
    form = PasswordAgainForm()

    def renew() -> tuple[str, ...]:
        return own_account.renew_recovery_codes(
            services().database, _attempt(), form.password.data, now=now()
        )

    if form.validate_on_submit() and (codes := _made(renew, form.password, form.password)):
        return render_template("officer/recovery_codes.html", codes=codes, is_first=False)
    left = own_account.recovery_codes_left(services().database, g.account.name)
    page = render_template("officer/recovery_codes_renew.html", form=form, left=left)
    return (page, 422) if form.is_submitted() else page


@pages.route("/second-factor/remove", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT)
def remove_second_factor() -> Page:
    """Do without the phone again."""
    form = PasswordAgainForm()

    def remove() -> None:
        own_account.remove_second_factor(services().database, _attempt(), form.password.data, now=now())

    if form.validate_on_submit() and _is_done(remove, form.password, form.password):
        flash(_("Từ nay, đăng nhập chỉ cần mật khẩu."))
        return redirect(url_for("own_account.show"), 303)
    page = render_template("officer/second_factor_remove.html", form=form)
    return (page, 422) if form.is_submitted() else page


def _attempt() -> Attempt:
    """Wrong passwords count for this session alone: whoever sits at it cannot lock the person out elsewhere."""
    return Attempt(g.account.name, f"session {session['token']}", services().key)


def _is_done(deed: Callable[[], None], password: Field, other: Field) -> bool:
    """Whether it was done; if not, the reason stands at the password or at the other field."""
    _made(deed, password, other)
    return not (password.errors or other.errors)


def _made(deed: Callable[[], Made], password: Field, other: Field) -> Made | None:
    """What was made; if nothing was, the reason stands at the password or at the other field."""
    try:
        return deed()
    except WrongSignIn:
        password.errors = [_("Mật khẩu không đúng.")]
    except MustWait as fault:
        password.errors = [
            _("Sai quá nhiều lần. Xin thử lại sau %(time)s.") % {"time": local_time(fault.until)}
        ]
    except PasswordTooShort:
        other.errors = [too_short()]
    except WrongCode:
        other.errors = [
            _("Mã không đúng. Xin nhập mã điện thoại đang hiện; đồng hồ điện thoại cần đúng giờ.")
        ]
    return None


def _sent_secret(sent: str) -> str:
    """The secret of the page that was sent; empty if it is too old or was not made for this person."""
    try:
        owner, secret = _secrets().loads(sent, max_age=TIME_TO_SCAN)
    except (BadSignature, TypeError, ValueError):
        return ""
    return str(secret) if owner == g.account.name else ""


def _secrets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().settings.secret_key, salt="second factor")
