"""The administrator's pages: who may sign in, and what they may do where."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from survey.actions import people
from survey.actions.people import (
    IdentityTaken,
    LastAdministrator,
    NameTaken,
    NameUnfit,
    NotYourself,
    PasswordTooShort,
)
from survey.actions.setting_up import units
from survey.core.account import Account, Permission
from survey.store.database import Database
from survey.web.access import guard, needs
from survey.web.account_forms import ROLE_NAMES, NewPersonForm, PasswordForm, PersonForm, too_short
from survey.web.site import now, services

pages = Blueprint("people", __name__, url_prefix="/officer")
guard(pages)

Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Act:
    """Something done to an account after a question.

    Attributes:
        title: asks.
        consequences: what it means, a sentence each.
        button: says what will be done.
        done: says that it was.
        do: does it.
    """

    title: str
    consequences: tuple[str, ...]
    button: str
    done: str
    do: Callable[[Database, str, Account, datetime], None]


ACTS: Mapping[str, Act] = {
    "withdraw": Act(
        _l("Cho tài khoản này thôi đăng nhập?"),
        (
            _l("Người này bị đăng xuất khỏi mọi máy ngay lập tức và không đăng nhập được nữa."),
            _l("Những việc người này đã làm vẫn ghi trong nhật ký."),
            _l("Sau này có thể cho đăng nhập lại."),
        ),
        _l("Cho thôi đăng nhập"),
        _l("Đã cho tài khoản thôi đăng nhập."),
        lambda database, name, by, at: people.withdraw(database, name, by=by, now=at),
    ),
    "restore": Act(
        _l("Cho tài khoản này đăng nhập lại?"),
        (_l("Người này đăng nhập bằng mật khẩu cũ, với vai trò và phạm vi như trước."),),
        _l("Cho đăng nhập lại"),
        _l("Tài khoản đã đăng nhập lại được."),
        lambda database, name, by, at: people.restore(database, name, by=by.name, now=at),
    ),
    "sign-out": Act(
        _l("Đăng xuất người này khỏi mọi máy?"),
        (_l("Điều đang làm dở mà chưa lưu có thể mất. Người này đăng nhập lại được ngay."),),
        _l("Đăng xuất khỏi mọi máy"),
        _l("Đã đăng xuất người này khỏi mọi máy."),
        lambda database, name, by, at: people.end_sessions(database, name, by=by, now=at),
    ),
    "second-factor": Act(
        _l("Gỡ bước xác nhận thứ hai của người này?"),
        (
            _l("Dùng khi người này mất điện thoại; hãy chắc chắn đó đúng là họ đang nhờ."),
            _l("Từ lúc gỡ, chỉ cần mật khẩu là đăng nhập được, cho đến khi người này đặt lại."),
        ),
        _l("Gỡ bước xác nhận"),
        _l("Đã gỡ bước xác nhận thứ hai."),
        lambda database, name, by, at: people.remove_second_factor(database, name, by=by.name, now=at),
    ),
}


@pages.get("/people")
@needs(Permission.MANAGE_PEOPLE)
def everybody() -> str:
    """All people."""
    database = services().database
    names = {unit.code: unit.name for unit in units(database)}
    return render_template(
        "officer/people.html", people=people.everybody(database), unit_names=names, role_names=ROLE_NAMES
    )


@pages.route("/people/new", methods=["GET", "POST"])
@needs(Permission.MANAGE_PEOPLE)
def add() -> Page:
    """Add somebody; the password is shown once."""
    form = NewPersonForm()
    form.offer(units(services().database))
    if not form.is_submitted():
        return render_template("officer/person_new.html", form=form)
    password = form.password.data or people.fresh_password()
    if form.validate() and _is_added(form, password):
        name = form.name.data.strip()
        return render_template("officer/password_shown.html", name=name, password=_to_show(form, password))
    return render_template("officer/person_new.html", form=form), 422


@pages.route("/person/<name>", methods=["GET", "POST"])
@needs(Permission.MANAGE_PEOPLE)
def show(name: str) -> Page:
    """Somebody's account, to be changed."""
    account = people.person(services().database, name)
    form = PersonForm(
        data={
            "display_name": account.display_name,
            "role": account.role,
            "unit": account.unit_code or "",
            "identity": account.identity or "",
        }
    )
    form.offer(units(services().database))
    if not form.is_submitted():
        return render_template("officer/person.html", form=form, account=account)
    if form.validate() and _is_changed(form, name):
        flash(_("Đã lưu."))
        return redirect(url_for("people.everybody"), 303)
    return render_template("officer/person.html", form=form, account=account), 422


@pages.route("/person/<name>/password", methods=["GET", "POST"])
@needs(Permission.MANAGE_PEOPLE)
def password(name: str) -> Page:
    """Give somebody a new password; it is shown once."""
    account = people.person(services().database, name)
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("officer/person_password.html", form=form, account=account)
    fresh = form.password.data or people.fresh_password()
    try:
        people.set_password(services().database, name, fresh, by=g.account.name, now=now())
    except PasswordTooShort:
        form.password.errors = [too_short()]
        return render_template("officer/person_password.html", form=form, account=account), 422
    return render_template("officer/password_shown.html", name=name, password=_to_show(form, fresh))


@pages.get("/person/<name>/<act>")
@needs(Permission.MANAGE_PEOPLE)
def ask(name: str, act: str) -> str:
    """What an act means, before it is done."""
    account = people.person(services().database, name)
    return render_template("officer/person_act.html", account=account, act=_act(act), code=act, fault="")


@pages.post("/person/<name>/<act>")
@needs(Permission.MANAGE_PEOPLE)
def do(name: str, act: str) -> Page:
    """Do it."""
    account, found, fault = people.person(services().database, name), _act(act), ""
    try:
        found.do(services().database, name, g.account, now())
    except NotYourself:
        fault = _("Không ai tự cho chính mình thôi đăng nhập. Xin nhờ một người quản trị khác.")
    except LastAdministrator:
        fault = _("Đây là người quản trị cuối cùng. Hãy cử thêm một người quản trị toàn tỉnh trước.")
    if fault:
        page = render_template("officer/person_act.html", account=account, act=found, code=act, fault=fault)
        return page, 422
    flash(str(found.done))
    return redirect(url_for("people.show", name=name), 303)


def _act(code: str) -> Act:
    if code not in ACTS:
        raise NotFound
    return ACTS[code]


def _to_show(form: NewPersonForm | PasswordForm, password: str) -> str:
    """A password that was made here; whoever typed one knows it."""
    return "" if form.password.data else password


def _is_added(form: NewPersonForm, password: str) -> bool:
    account = form.account(form.name.data.strip())
    try:
        people.add_account(services().database, account, password, by=g.account.name, now=now())
    except NameUnfit:
        form.name.errors = [_("Tên đăng nhập gồm chữ, số và các dấu . - _ @, bắt đầu bằng chữ hay số.")]
    except NameTaken:
        form.name.errors = [_("Tên này đã có tài khoản. Xin chọn tên khác.")]
    except PasswordTooShort:
        form.password.errors = [too_short()]
    except IdentityTaken as fault:
        form.identity.errors = [_identity_taken(fault)]
    return not form.errors


def _is_changed(form: PersonForm, name: str) -> bool:
    try:
        people.change_account(services().database, form.account(name), by=g.account, now=now())
    except NotYourself:
        form.role.errors = [
            _("Không ai tự đổi vai trò hay phạm vi của chính mình. Xin nhờ một người quản trị khác.")
        ]
    except LastAdministrator:
        form.role.errors = [
            _("Đây là người quản trị cuối cùng. Hãy cử thêm một người quản trị toàn tỉnh trước.")
        ]
    except IdentityTaken as fault:
        form.identity.errors = [_identity_taken(fault)]
    return not form.errors


def _identity_taken(fault: IdentityTaken) -> str:
    return str(_("Danh tính này đã thuộc về tài khoản “%(name)s”.") % {"name": fault})
