"""Forms about units, fields and counters, and what is wrong with them in words."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, ColorField, DateField, FileField, Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from survey.core.counter import Counter
from survey.core.place import TIERS, Field, Tier, Unit
from survey.core.unit_history import ChangeFault
from survey.core.unit_tree import LONGEST_NAME, UnitFault, in_tree_order
from survey.web.forms import printable
from survey.web.staff_form import StaffForm

TIER_NAMES: Mapping[Tier, str] = {
    "province": _l("Tỉnh, thành phố"),
    "department": _l("Sở, ban, ngành"),
    "commune": _l("Xã, phường, đặc khu"),
    "district": _l("Huyện (trước 1/7/2025)"),
}

LONGEST_TEXT = 200
DAY = "%Y-%m-%d"
SUCCESSORS = 5
"""Rows for successors on the page on which a unit ends; a province's reform splits no unit into more."""

_too_long = Length(max=LONGEST_TEXT, message=_l("Quá dài. Xin rút gọn."))
_indent = "\u2003"


def tidy(text: str | None) -> str:
    """A name as it is stored: composed letters, no invisible characters, single spaces."""
    return " ".join(printable(unicodedata.normalize("NFC", text or "")).split())


def offered(_form: Form, field: SelectField) -> None:
    """Refuse what the list does not offer, for example a unit that was taken out meanwhile."""
    if (field.data or "") not in {choice.value for choice in field.choices}:
        raise ValidationError(_l("Phương án này không có trong danh sách. Xin chọn lại."))


def unit_choices(units: Sequence[Unit], first: str) -> list[SelectChoice]:
    """Units in tree order, below a line for none of them."""
    tree = in_tree_order(units)
    listed = [SelectChoice(p.unit.code, f"{_indent * p.depth}{p.unit.name}") for p in tree]
    return [SelectChoice("", first), *listed]


class UnitForm(StaffForm):
    """What is said of a unit that exists."""

    name = StringField(
        _l("Tên đơn vị"),
        [
            DataRequired(_l("Hãy nhập tên đơn vị.")),
            Length(max=LONGEST_NAME, message=_l("Quá dài. Xin rút gọn.")),
        ],
        filters=[tidy],
    )
    tier = SelectField(
        _l("Cấp"),
        [offered],
        default="commune",
        choices=[SelectChoice(tier, TIER_NAMES[tier]) for tier in TIERS],
        validate_choice=False,
    )
    parent_code = SelectField(_l("Đơn vị cấp trên"), [offered], choices=[], validate_choice=False)
    valid_from = DateField(_l("Có từ ngày"), [Optional()])
    valid_to = DateField(_l("Đến hết ngày"), [Optional()])

    def offer(self, units: Sequence[Unit]) -> None:
        """Offer the units that may stand above."""
        self.parent_code.choices = unit_choices(units, _("Không có"))

    def unit(self, code: str) -> Unit:
        """What was filled in."""
        return Unit(
            code,
            self.name.data,
            self.tier.data,
            self.parent_code.data or None,
            self.valid_from.data,
            self.valid_to.data,
        )

    def explain(self, faults: Iterable[UnitFault | ChangeFault]) -> None:
        """Say at each field what is wrong with the unit."""
        for fault in faults:
            if isinstance(fault, UnitFault):
                field = self[fault.attribute]
                field.errors = [*field.errors, unit_sentence(fault)]


class NewUnitForm(UnitForm):
    """A new unit."""

    code = StringField(_l("Mã đơn vị"), [DataRequired(_l("Hãy nhập mã đơn vị."))], filters=[tidy])


class ClosingForm(StaffForm):
    """The end of a unit: when, why, who goes on with what it did, and what becomes of its counters."""

    valid_to = DateField(_l("Ngày cuối cùng phục vụ"), [InputRequired(_l("Hãy nhập ngày."))])
    basis = StringField(_l("Căn cứ"), [_too_long], filters=[tidy])
    counters = SelectField(
        _l("Các quầy đang phục vụ"),
        [offered],
        default="move",
        choices=[
            SelectChoice("move", _l("Chuyển sang đơn vị kế thừa đầu tiên, mã QR giữ nguyên")),
            SelectChoice("retire", _l("Ngừng phục vụ")),
            SelectChoice("keep", _l("Chưa thay đổi")),
        ],
        validate_choice=False,
    )


class OwnerForm(StaffForm):
    """The agency that surveys, as pages and the letterhead of reports name it."""

    agency = StringField(
        _l("Tên cơ quan"), [DataRequired(_l("Hãy nhập tên cơ quan.")), _too_long], filters=[tidy]
    )
    superior = StringField(_l("Cơ quan cấp trên"), [_too_long], filters=[tidy])
    place = StringField(
        _l("Nơi ký báo cáo"), [DataRequired(_l("Hãy nhập nơi ký báo cáo.")), _too_long], filters=[tidy]
    )
    number_suffix = StringField(
        _l("Ký hiệu của số báo cáo"),
        [DataRequired(_l("Hãy nhập ký hiệu, ví dụ BC-SNV.")), _too_long],
        filters=[tidy],
    )


class FieldForm(StaffForm):
    """The names of a field."""

    name_vi = StringField(
        _l("Tên lĩnh vực"), [DataRequired(_l("Hãy nhập tên lĩnh vực.")), _too_long], filters=[tidy]
    )
    name_en = StringField(_l("Tên tiếng Anh"), [_too_long], filters=[tidy])

    def field(self, code: str) -> Field:
        """What was filled in."""
        return Field(code, self.name_vi.data, self.name_en.data)


class NewFieldForm(FieldForm):
    """A new field."""

    code = StringField(
        _l("Mã lĩnh vực"),
        [
            DataRequired(_l("Hãy nhập mã lĩnh vực.")),
            Regexp(
                r"^[a-z][a-z0-9_]{0,39}$",
                message=_l("Mã gồm chữ thường không dấu, số và dấu _, bắt đầu bằng chữ, tối đa 40 ký tự."),
            ),
        ],
        filters=[tidy],
    )


class CounterForm(StaffForm):
    """What is said of a counter."""

    name = StringField(_l("Tên quầy"), [DataRequired(_l("Hãy nhập tên quầy.")), _too_long], filters=[tidy])
    place = StringField(
        _l("Nơi đặt"), [DataRequired(_l("Hãy nhập nơi đặt quầy.")), _too_long], filters=[tidy]
    )
    field = SelectField(_l("Lĩnh vực"), [offered], choices=[], validate_choice=False)
    unit = SelectField(_l("Đơn vị"), [offered], choices=[], validate_choice=False)

    def offer(self, units: Sequence[Unit], fields: Iterable[Field]) -> None:
        """Offer units in force and all fields."""
        self.unit.choices = unit_choices(units, "")[1:]
        self.field.choices = [
            SelectChoice("", _("Nhiều lĩnh vực: người dân chọn trên phiếu")),
            *(SelectChoice(field.code, field.name_vi) for field in fields),
        ]

    def counter(self, code: str, *, retired: bool = False) -> Counter:
        """What was filled in."""
        return Counter(
            code,
            self.unit.data,
            self.field.data or None,
            self.name.data,
            self.place.data,
            retired=retired,
        )


def unit_sentence(fault: UnitFault) -> str:
    """What is wrong with a unit, and what to do."""
    sentences: dict[UnitFault, str] = {
        UnitFault.CODE_UNFIT: _("Mã gồm chữ không dấu, số và các dấu . - _, tối đa 40 ký tự."),
        UnitFault.CODE_TAKEN: _("Mã này đã có đơn vị dùng. Xin chọn mã khác."),
        UnitFault.NAME_EMPTY: _("Hãy nhập tên đơn vị."),
        UnitFault.NAME_LONG: _("Quá dài. Xin rút gọn."),
        UnitFault.PARENT_UNKNOWN: _("Không có đơn vị cấp trên này. Xin chọn lại."),
        UnitFault.PARENT_BELOW: _("Đơn vị này đang ở dưới chính nó. Xin chọn đơn vị cấp trên khác."),
        UnitFault.PARENT_LATER: _("Sớm hơn ngày đầu của đơn vị cấp trên. Xin sửa một trong hai."),
        UnitFault.PARENT_EARLIER: _(
            "Đơn vị cấp trên kết thúc trước. Xin ghi ngày không muộn hơn, hoặc chọn cấp trên khác."
        ),
        UnitFault.CHILD_LATER: _(
            "Còn đơn vị trực thuộc sau ngày này. Xin chuyển hoặc kết thúc các đơn vị đó trước."
        ),
        UnitFault.DATES_REVERSED: _("Ngày cuối trước ngày đầu. Xin sửa một trong hai."),
        UnitFault.DISTRICT_NOW: _(
            "Từ 01/7/2025 không còn cấp huyện. Với huyện cũ, ghi ngày cuối không muộn hơn 30/06/2025."
        ),
    }
    return sentences[fault]


def change_sentence(fault: ChangeFault) -> str:
    """What is wrong with the successors of a unit, and what to do."""
    sentences: dict[ChangeFault, str] = {
        ChangeFault.ITSELF: _("Đơn vị không kế thừa chính nó. Xin chọn đơn vị khác."),
        ChangeFault.TWICE: _("Một đơn vị kế thừa được chọn hai lần. Xin bỏ một dòng."),
        ChangeFault.SHARE: _("Tỷ lệ phải lớn hơn 0 và không quá 100."),
        ChangeFault.SUM: _("Các tỷ lệ phải cộng lại bằng 100. Nếu không biết, để trống mọi tỷ lệ."),
        ChangeFault.NOT_IN_FORCE: _(
            "Đơn vị kế thừa phải còn hiệu lực từ ngày hôm sau. Xin thêm đơn vị đó trước."
        ),
        ChangeFault.ROUND_ABOUT: _(
            "Đơn vị kế thừa này lại do chính đơn vị đang kết thúc kế thừa. Xin xem lại."
        ),
    }
    return sentences[fault]


def day(text: str) -> date | None:
    """The day in a date field's text, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class LookForm(StaffForm):
    """The logo and colours of printed papers."""

    primary = ColorField(_l("Màu chính: tên đơn vị, đường kẻ"))
    ink = ColorField(_l("Màu chữ"))
    file = FileField(_l("Logo (ảnh PNG hoặc JPEG)"))
    without_logo = BooleanField(_l("Bỏ logo đang dùng"))
