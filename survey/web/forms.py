"""Forms of the people who work here."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from survey.actions.comparing import LONGEST_REASON, SHORTEST_REASON


class SignInForm(FlaskForm):
    """An officer's or leader's sign-in."""

    name = StringField(_l("Tên đăng nhập"), [InputRequired(_l("Hãy nhập tên đăng nhập."))])
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Hãy nhập mật khẩu."))])


class ReasonForm(FlaskForm):
    """Why something is declared or withdrawn."""

    reason = TextAreaField(
        _l("Lý do"),
        [
            InputRequired(_l("Hãy ghi lý do.")),
            Length(
                SHORTEST_REASON,
                LONGEST_REASON,
                _l("Lý do cần từ %(min)d đến %(max)d ký tự, để người sau hiểu vì sao."),
            ),
        ],
        filters=[lambda text: (text or "").strip()],
    )
