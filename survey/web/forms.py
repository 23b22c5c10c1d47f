"""Forms of the people who work here."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from survey.actions.comparing import LONGEST_REASON, SHORTEST_REASON
from survey.core.keying import MOST_FORMS, SAMPLED_EVERY
from survey.core.place import Field, Unit
from survey.web.staff_form import StaffForm


def printable(text: str | None) -> str:
    """A name as it can be shown: without what no page may hold and without spaces at its ends."""
    return "".join(character for character in text or "" if character.isprintable()).strip()


def _trimmed(text: str | None) -> str:
    """A name without the spaces that a phone's keyboard puts at its ends."""
    return (text or "").strip()


class SignInForm(StaffForm):
    """An officer's or leader's sign-in."""

    name = StringField(
        _l("Tên đăng nhập"), [InputRequired(_l("Hãy nhập tên đăng nhập."))], filters=[_trimmed]
    )
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Hãy nhập mật khẩu."))])


class DeviceForm(StaffForm):
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


class ReasonForm(StaffForm):
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


class PileForm(StaffForm):
    """A pile of paper forms to be keyed."""

    unit = SelectField(_l("Đơn vị"), [InputRequired(_l("Hãy chọn đơn vị."))], choices=[])
    field = SelectField(_l("Lĩnh vực"), [InputRequired(_l("Hãy chọn lĩnh vực."))], choices=[])
    day = DateField(_l("Ngày thu phiếu"), [InputRequired(_l("Hãy nhập ngày."))])
    forms = IntegerField(
        _l("Số phiếu trong tập"),
        [
            InputRequired(_l("Hãy nhập số phiếu.")),
            NumberRange(1, MOST_FORMS, _l("Số phiếu từ %(min)s đến %(max)s; tập lớn hơn thì chia ra.")),
        ],
    )
    every = SelectField(
        _l("Nhập hai lần, bởi hai người"),
        default=str(SAMPLED_EVERY[0]),
        choices=[
            SelectChoice("10", _l("cứ mười phiếu một phiếu (nên dùng)")),
            SelectChoice("5", _l("cứ năm phiếu một phiếu")),
            SelectChoice("1", _l("mọi phiếu")),
            SelectChoice("0", _l("không; không biết được tỷ lệ nhập sai")),
        ],
    )

    def offer(self, units: Iterable[Unit], fields: Iterable[Field]) -> None:
        """Offer units and fields."""
        self.unit.choices = [SelectChoice(unit.code, unit.name) for unit in units]
        self.field.choices = [SelectChoice(field.code, field.name_vi) for field in fields]
