"""Forms of the people who work here."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from survey.actions.comparing import LONGEST_REASON, SHORTEST_REASON


def printable(text: str | None) -> str:
    """A name as it can be shown: without what no page may hold and without spaces at its ends."""
    return "".join(character for character in text or "" if character.isprintable()).strip()


class SignInForm(FlaskForm):
    """An officer's or leader's sign-in."""

    name = StringField(_l("Tên đăng nhập"), [InputRequired(_l("Hãy nhập tên đăng nhập."))])
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Hãy nhập mật khẩu."))])


class DeviceForm(FlaskForm):
    """A tablet or screen to be added."""

    kind = RadioField(
        _l("Loại thiết bị"),
        [InputRequired(_l("Hãy chọn loại thiết bị."))],
        choices=[
            SelectChoice("kiosk", _l("Máy tính bảng để người dân trả lời tại quầy")),
            SelectChoice("screen", _l("Màn hình hướng về người dân, mã QR đổi mỗi 30 giây")),
        ],
    )
    counter = SelectField(_l("Quầy"), [InputRequired(_l("Hãy chọn quầy."))])
    name = StringField(
        _l("Tên thiết bị"),
        [DataRequired(_l("Hãy đặt tên cho thiết bị.")), Length(max=80)],
        filters=[printable],
    )


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
