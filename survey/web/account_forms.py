"""Forms about people: their accounts, passwords and second factors."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from survey.actions.people import LONGEST_NAME, SHORTEST_PASSWORD
from survey.core.account import ROLES, Account, Role
from survey.core.place import Unit
from survey.web.staff_form import StaffForm

LONGEST_TEXT = 200
LONGEST_IDENTITY = 255

ROLE_NAMES: Mapping[Role, str] = {
    "administrator": _l("Quản trị"),
    "officer": _l("Cán bộ khảo sát"),
    "approver": _l("Người duyệt"),
    "leader": _l("Lãnh đạo"),
    "auditor": _l("Kiểm tra"),
}

_password = InputRequired(_l("Hãy nhập mật khẩu."))
_code = InputRequired(_l("Hãy nhập mã gồm 6 chữ số."))
_too_long = Length(max=LONGEST_TEXT, message=_l("Quá dài. Xin rút gọn."))


def _offered(_form: Form, field: SelectField) -> None:
    """Refuse what the list does not offer, for example a unit that was taken out meanwhile."""
    if field.data not in {choice.value for choice in field.choices}:
        raise ValidationError(_l("Phương án này không có trong danh sách. Xin chọn lại."))


class PersonForm(StaffForm):
    """What an administrator says about somebody."""

    display_name = StringField(_l("Họ và tên"), [InputRequired(_l("Hãy nhập họ và tên.")), _too_long])
    role = SelectField(
        _l("Vai trò"),
        [_offered],
        default="officer",
        choices=[SelectChoice(value=role, label=ROLE_NAMES[role]) for role in ROLES],
        validate_choice=False,
    )
    unit = SelectField(_l("Phạm vi"), [_offered], choices=[], validate_choice=False)
    identity = StringField(
        _l("Danh tính đăng nhập chung"),
        [Length(max=LONGEST_IDENTITY, message=_l("Quá dài. Xin rút gọn."))],
    )

    def offer(self, units: Iterable[Unit]) -> None:
        """Offer the whole province and every unit."""
        self.unit.choices = [
            SelectChoice(value="", label=_l("Toàn tỉnh")),
            *(SelectChoice(value=unit.code, label=unit.name) for unit in units),
        ]

    def account(self, name: str) -> Account:
        """What was filled in."""
        text = (self.identity.data or "").strip()
        return Account(
            name,
            self.display_name.data.strip(),
            self.role.data,
            self.unit.data or None,
            # Mail addresses are compared as written in small letters; a subject of a provider holds a space.
            (text if " " in text else text.lower()) or None,
        )


class NewPersonForm(PersonForm):
    """Somebody new."""

    name = StringField(
        _l("Tên đăng nhập"),
        [
            InputRequired(_l("Hãy nhập tên đăng nhập.")),
            Length(max=LONGEST_NAME, message=_l("Quá dài. Xin rút gọn.")),
        ],
    )
    password = PasswordField(_l("Mật khẩu (để trống: máy tự đặt)"))


class PasswordForm(StaffForm):
    """A new password for somebody else."""

    password = PasswordField(_l("Mật khẩu mới (để trống: máy tự đặt)"))


class OwnPasswordForm(StaffForm):
    """Another password for oneself."""

    old = PasswordField(_l("Mật khẩu hiện tại"), [_password])
    new = PasswordField(_l("Mật khẩu mới"), [_password])
    again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        [
            InputRequired(_l("Hãy nhập lại mật khẩu mới.")),
            EqualTo("new", _l("Hai lần nhập không giống nhau.")),
        ],
    )


class PasswordAgainForm(StaffForm):
    """The password once more, before something that protects the account changes."""

    password = PasswordField(_l("Mật khẩu"), [_password])


class SecondFactorForm(PasswordAgainForm):
    """Proof that the phone has kept the secret."""

    secret = HiddenField()
    code = StringField(_l("Mã 6 chữ số trên điện thoại"), [_code])


class CodeForm(StaffForm):
    """The code that the phone shows, or a recovery code."""

    code = StringField(
        _l("Mã 6 chữ số trên điện thoại, hoặc một mã dự phòng"), [InputRequired(_l("Hãy nhập mã."))]
    )


def too_short() -> str:
    """What is wrong with a short password."""
    return str(_l("Mật khẩu cần ít nhất %(count)s ký tự.", count=SHORTEST_PASSWORD))
