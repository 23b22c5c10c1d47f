"""What every form of the people who work here is made of."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

_NOT_OFFERED = _l("Phương án này không có trong danh sách. Xin chọn lại.")
_TOO_LONG = _l("Quá dài. Xin rút gọn.")

WORDS: Mapping[str, object] = {
    "Not a valid integer value.": _l("Hãy ghi một số nguyên, ví dụ 25."),
    "Not a valid date value.": _l("Ngày chưa đúng. Xin chọn lại, hoặc ghi như 2026-12-31."),
    "Not a valid time value.": _l("Giờ chưa đúng. Xin chọn lại, hoặc ghi như 07:30."),
    "Not a valid choice.": _NOT_OFFERED,
    "Invalid Choice: could not coerce.": _NOT_OFFERED,
    "This field is required.": _l("Hãy điền mục này."),
    "Field cannot be longer than %(max)d character.": _TOO_LONG,
    "Field cannot be longer than %(max)d characters.": _TOO_LONG,
}
"""What WTForms itself may say of our fields, in words that say what to do; it knows no Vietnamese."""


class Words:
    """WTForms' sentences in ours."""

    def gettext(self, string: str) -> str:
        """One sentence."""
        return str(WORDS[string]) if string in WORDS else string

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """A sentence about a number."""
        return self.gettext(singular if n == 1 else plural)


class StaffForm(FlaskForm):
    """A form with a token, in the words of the desk."""

    class Meta(FlaskForm.Meta):
        """How WTForms speaks."""

        def get_translations(self, _form: FlaskForm) -> Words:
            """Our words."""
            return Words()
