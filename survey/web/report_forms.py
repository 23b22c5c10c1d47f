"""The form of what officers write into a report."""

from collections.abc import Mapping
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp

from questionnaires.drafting import tidy
from survey.core.report_texts import (
    CHAPTER_PARTS,
    LONGEST_CHAPTER,
    LONGEST_LINE,
    LONGEST_LIST,
    LONGEST_PARAGRAPH,
    MOST_FIGURES,
    MOST_PARAGRAPHS,
    Excess,
    ReportTexts,
)
from survey.core.round import Round
from survey.web.staff_form import StaffForm

LATEST = timedelta(days=1100)
"""How long after its period a report may be dated; more is a slip of the pen."""

PART_NAMES: Mapping[str, str] = {
    "assessment_vi": _l("Đánh giá chung"),
    "shortcomings_vi": _l("Tồn tại, hạn chế và nguyên nhân"),
    "proposals_vi": _l("Kiến nghị, đề xuất"),
    "assessment_en": _l("Đánh giá chung, bản tiếng Anh"),
    "shortcomings_en": _l("Tồn tại, hạn chế và nguyên nhân, bản tiếng Anh"),
    "proposals_en": _l("Kiến nghị, đề xuất, bản tiếng Anh"),
    "number": _l("Số văn bản"),
    "signed_on": _l("Ngày ký"),
    "legal_bases": _l("Căn cứ"),
    "recipients": _l("Nơi nhận"),
    "authority": _l("Quyền hạn ký"),
    "title": _l("Chức vụ người ký"),
    "signer": _l("Họ tên người ký"),
}
"""What the parts are called."""


def _kept(text: str | None) -> str:
    return tidy(text or "")


def _one_line(text: str | None) -> str:
    return " ".join(tidy(text or "").split())


def _area(part: str, longest: int) -> TextAreaField:
    long = Length(max=longest, message=_l("Quá dài: tối đa %(max)d ký tự."))
    return TextAreaField(PART_NAMES[part], [long], filters=[_kept])


def _line(part: str) -> StringField:
    long = Length(max=LONGEST_LINE, message=_l("Quá dài: tối đa %(max)d ký tự."))
    return StringField(PART_NAMES[part], [long], filters=[_one_line])


class ReportTextsForm(StaffForm):
    """Everything that officers write into a report."""

    assessment_vi = _area("assessment_vi", LONGEST_CHAPTER)
    shortcomings_vi = _area("shortcomings_vi", LONGEST_CHAPTER)
    proposals_vi = _area("proposals_vi", LONGEST_CHAPTER)
    assessment_en = _area("assessment_en", LONGEST_CHAPTER)
    shortcomings_en = _area("shortcomings_en", LONGEST_CHAPTER)
    proposals_en = _area("proposals_en", LONGEST_CHAPTER)
    number = StringField(
        PART_NAMES["number"],
        [Optional(), Regexp(r"0*[1-9][0-9]{0,5}\Z", message=_l("Chỉ ghi số, ví dụ 5."))],
        filters=[_one_line],
    )
    signed_on = DateField(PART_NAMES["signed_on"], [Optional()])
    legal_bases = _area("legal_bases", LONGEST_LIST)
    recipients = _area("recipients", LONGEST_LIST)
    authority = _line("authority")
    title = _line("title")
    signer = _line("signer")

    @classmethod
    def showing(cls, texts: ReportTexts) -> "ReportTextsForm":
        """The form filled in with what stands."""
        return cls(formdata=None, data={**texts.values, "signed_on": texts.date})

    def fits(self, round_: Round) -> bool:
        """Whether what was sent may be saved; the date must suit the round."""
        fine = bool(self.validate_on_submit())
        signed = self.signed_on.data
        if signed and not round_.starts_on <= signed <= round_.ends_on + LATEST:
            self.signed_on.errors = [
                _("Ngày ký phải từ ngày bắt đầu của kỳ khảo sát và không quá ba năm sau.")
            ]
            return False
        return fine

    @property
    def values(self) -> dict[str, str]:
        """Every part by its name."""
        found = {name: self[name].data or "" for name in PART_NAMES if name != "signed_on"}
        return {**found, "signed_on": self.signed_on.data.isoformat() if self.signed_on.data else ""}

    def name_unknown_fields(self, by_part: Mapping[str, tuple[str, ...]]) -> None:
        """Say at each text which live fields in it do not exist."""
        for part, names in by_part.items():
            self[part].errors = [_unknown(names)]

    def name_excess(self, by_part: Mapping[str, Excess]) -> None:
        """Say at each text of what it has too much."""
        words = {
            Excess.PARAGRAPHS: _("Quá nhiều đoạn: tối đa %(count)s.", count=MOST_PARAGRAPHS),
            Excess.LONG_PARAGRAPH: _(
                "Có đoạn quá dài: tối đa %(count)s ký tự, hãy tách đoạn.", count=LONGEST_PARAGRAPH
            ),
            Excess.FIGURES: _(
                "Có đoạn quá nhiều con số: tối đa %(count)s, hãy tách đoạn.", count=MOST_FIGURES
            ),
        }
        for part, much in by_part.items():
            self[part].errors = [words[much]]

    @property
    def has_english_faults(self) -> bool:
        """Whether the folded part must be shown open."""
        return any(self[name].errors for name in CHAPTER_PARTS if name.endswith("_en"))


def _unknown(names: tuple[str, ...]) -> str:
    named = [f"{{{name}}}" for name in names if name not in {"{", "}", "{}"}]
    if not named:
        return str(_("Có dấu ngoặc nhọn lẻ: viết tên trường trong một cặp { } trên cùng một dòng."))
    return str(_("Không có trường %(names)s. Chọn trong danh sách các trường.", names=", ".join(named)))
