"""Forms about figures that the survey does not measure."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from survey.actions.reported import LONGEST_SOURCE, SHORTEST_SOURCE
from survey.web.forms import printable
from survey.web.staff_form import StaffForm


def _source(label: str) -> StringField:
    said = _l("Hãy ghi từ %(min)d đến %(max)d ký tự, để người đọc báo cáo kiểm tra được.")
    return StringField(
        label,
        [InputRequired(_l("Hãy ghi mục này.")), Length(SHORTEST_SOURCE, LONGEST_SOURCE, said)],
        filters=[printable],
    )


class FigureForm(StaffForm):
    """One figure with its source."""

    value = StringField(_l("Giá trị"), [InputRequired(_l("Hãy nhập giá trị."))], filters=[printable])
    year = StringField(_l("Năm của số đo"), filters=[printable])
    source = _source(_l("Nguồn"))
    dated = DateField(_l("Ngày của số liệu"), [InputRequired(_l("Hãy chọn ngày của số liệu."))])
    seen = HiddenField()


class WithdrawalForm(StaffForm):
    """Why a figure is taken back."""

    reason = _source(_l("Lý do"))
    seen = HiddenField()
