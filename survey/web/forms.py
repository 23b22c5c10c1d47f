"""Forms of the people who work here."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired


class SignInForm(FlaskForm):
    """An officer's or leader's sign-in."""

    name = StringField(_l("Tên đăng nhập"), [InputRequired(_l("Hãy nhập tên đăng nhập."))])
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Hãy nhập mật khẩu."))])
