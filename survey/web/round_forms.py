"""Forms about rounds."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from questionnaires.version import Version
from survey.actions.making_rounds import Choices, Plan
from survey.actions.scheduling import LONGEST_REASON, SHORTEST_REASON
from survey.core.estimation_settings import USUAL, EstimationSettings
from survey.core.round import VIETNAM, Round
from survey.core.round_period import FIRST_YEAR, LAST_YEAR, QUARTERS, Kind, Period, free_period, period_of
from survey.statistics.design import LonelyRule
from survey.statistics.interval import IntervalMethod
from survey.web import round_words
from survey.web.staff_form import StaffForm

LONGEST_NAME, LONGEST_SOURCE = 120, 300


def _printable(text: str | None) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())


def _offered(words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


def _name(label: str) -> StringField:
    return StringField(
        label, [Length(max=LONGEST_NAME, message=_l("Quá dài. Xin rút gọn."))], filters=[_printable]
    )


def _date(label: str) -> DateField:
    return DateField(label, [Optional()])


class NamesForm(StaffForm):
    """What a round is called."""

    name_vi = _name(_l("Tên đợt"))
    name_en = _name(_l("Tên tiếng Anh"))


class RoundForm(NamesForm):
    """Everything that is said of a round before it opens."""

    kind = RadioField(_l("Kỳ khảo sát"))
    quarter = SelectField(_l("Quý"), [Optional()], choices=[SelectChoice(str(q), str(q)) for q in QUARTERS])
    year = IntegerField(
        _l("Năm"),
        [
            Optional(),
            NumberRange(FIRST_YEAR, LAST_YEAR, _l("Năm gồm bốn chữ số, ví dụ 2026.")),
        ],
    )
    starts_on = _date(_l("Từ ngày"))
    ends_on = _date(_l("Đến hết ngày"))
    version = SelectField(_l("Phiên bản phiếu"))
    target_sheet = SelectField(_l("Kế hoạch có chỉ tiêu"), [Optional()])
    frame_source = StringField(
        _l("Nguồn số hồ sơ"),
        [Length(max=LONGEST_SOURCE, message=_l("Quá dài. Xin rút gọn."))],
        filters=[_printable],
    )
    weights = SelectField(_l("Trọng số"), default=USUAL.weights)
    empty_strata = SelectField(_l("Lĩnh vực có hồ sơ mà chưa có phiếu"))
    lonely = SelectField(_l("Lĩnh vực chỉ có một phiếu"))
    interval = SelectField(_l("Cách tính khoảng tin cậy"))
    confidence = SelectField(_l("Mức tin cậy"))
    planned_margin = SelectField(_l("Biên sai số cần đạt ở từng đơn vị"))

    def offer(self, choices: Choices, language: str) -> "RoundForm":
        """Put in what can be chosen."""
        self.kind.choices = [
            SelectChoice(kind.value, name) for kind, name in round_words.kind_names().items()
        ]
        self.version.choices = version_choices(choices.versions, language)
        self.target_sheet.choices = [
            SelectChoice("", _("Không so với chỉ tiêu nào")),
            *(SelectChoice(code, f"{sheet.place}: {sheet.plan}") for code, sheet in choices.sheets.items()),
        ]
        self.weights.choices = _offered(round_words.weights_names())
        self.empty_strata.choices = _offered(round_words.empty_strata_names())
        self.lonely.choices = _offered(round_words.lonely_names())
        self.interval.choices = _offered(round_words.interval_names())
        self.confidence.choices = _offered(round_words.confidence_names())
        self.planned_margin.choices = _offered(round_words.margin_names())
        return self

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Free dates are needed for one kind of period, the year for the others."""
        fine = bool(super().validate(extra_validators))
        first, last = self.starts_on, self.ends_on
        if self.kind.data != Kind.FREE.value:
            return _need([(self.year, _("Hãy nhập năm, ví dụ 2026."))]) and fine
        fine = _need([(first, _("Hãy chọn ngày.")), (last, _("Hãy chọn ngày."))]) and fine
        if fine and last.data < first.data:
            last.errors = [_("Ngày cuối phải từ ngày đầu trở đi.")]
            return False
        return fine

    def plan(self) -> Plan:
        """What was said."""
        return Plan(
            period=self._period(),
            fingerprint=self.version.data,
            target_sheet=self.target_sheet.data or "",
            frame_source=self.frame_source.data or "",
            settings=EstimationSettings(
                empty_strata=self.empty_strata.data,
                lonely=LonelyRule(self.lonely.data),
                interval=IntervalMethod(self.interval.data),
                confidence_percent=int(self.confidence.data),
                planned_margin=int(self.planned_margin.data),
                weights=self.weights.data,
            ),
        )

    def _period(self) -> Period:
        kind = Kind(self.kind.data)
        if kind is Kind.FREE:
            period = free_period(self.starts_on.data, self.ends_on.data)
        else:
            period = period_of(kind, self.year.data, int(self.quarter.data or 1))
        name_vi, name_en = self.name_vi.data, self.name_en.data
        own_english = name_en or ("" if name_vi else period.name_en)
        return Period(period.starts_on, period.ends_on, period.code, name_vi or period.name_vi, own_english)


def filled_in(round_: Round) -> dict[str, object]:
    """What a form about a round begins with."""
    found = next(
        (
            (kind, quarter)
            for kind in Kind
            for quarter in QUARTERS
            if kind is not Kind.FREE
            and _days(period_of(kind, round_.starts_on.year, quarter)) == (round_.starts_on, round_.ends_on)
        ),
        (Kind.FREE, 1),
    )
    settings = round_.settings
    return {
        "kind": found[0].value,
        "quarter": str(found[1]),
        "year": round_.starts_on.year,
        "starts_on": round_.starts_on,
        "ends_on": round_.ends_on,
        "name_vi": round_.name_vi,
        "name_en": round_.name_en,
        "version": round_.version.fingerprint,
        "target_sheet": round_.target_sheet_code or "",
        "frame_source": round_.frame_source,
        "weights": settings.weights,
        "empty_strata": settings.empty_strata,
        "lonely": settings.lonely.value,
        "interval": settings.interval.value,
        "confidence": str(settings.confidence_percent),
        "planned_margin": str(settings.planned_margin),
    }


def _days(period: Period) -> tuple[date, date]:
    return period.starts_on, period.ends_on


class MomentForm(StaffForm):
    """Now, at a day and hour, or not by the clock."""

    when = RadioField(_l("Khi nào"), default="now")
    day = _date(_l("Ngày"))
    hour = TimeField(_l("Giờ"), [Optional()])

    def offer(self, words: Mapping[str, str]) -> "MomentForm":
        """Put in what can be chosen."""
        self.when.choices = _offered(words)
        return self

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """A day and an hour are needed where the clock decides."""
        fine = bool(super().validate(extra_validators))
        if self.when.data != "at":
            return fine
        return _need([(self.day, _("Hãy chọn ngày.")), (self.hour, _("Hãy chọn giờ, ví dụ 07:30."))]) and fine

    def moment(self) -> datetime:
        """The day and hour in Vietnam."""
        return datetime.combine(self.day.data, self.hour.data or time(), VIETNAM)


class ReopeningForm(StaffForm):
    """Why a closed round is opened again."""

    reason = TextAreaField(
        _l("Lý do mở lại"),
        [
            DataRequired(_l("Hãy ghi lý do.")),
            Length(
                SHORTEST_REASON,
                LONGEST_REASON,
                _l("Lý do cần từ %(min)d đến %(max)d ký tự, vì được in trong báo cáo."),
            ),
        ],
        filters=[_printable],
    )


class VersionPlanForm(StaffForm):
    """Which version is asked from which day on."""

    version = SelectField(_l("Phiên bản phiếu"))
    when = RadioField(_l("Từ khi nào"), default="day")
    day = _date(_l("Từ đầu ngày"))

    def offer(self, versions: Sequence[Version], language: str) -> "VersionPlanForm":
        """Put in what can be chosen."""
        self.version.choices = version_choices(versions, language)
        self.when.choices = [
            SelectChoice("day", _("Từ đầu một ngày sắp tới")),
            SelectChoice("now", _("Ngay bây giờ")),
        ]
        return self

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """A day is needed where one is meant."""
        fine = bool(super().validate(extra_validators))
        return (self.when.data != "day" or _need([(self.day, _("Hãy chọn ngày."))])) and fine


def version_choices(versions: Sequence[Version], language: str) -> list[SelectChoice]:
    """Versions by code, number and title; a narrow list cuts off the end, and titles begin alike."""
    return [
        SelectChoice(
            version.fingerprint,
            _(
                "%(code)s – phiên bản %(number)s: %(title)s",
                code=version.definition.code,
                title=version.definition.title.in_language(language),
                number=version.number,
            ),
        )
        for version in versions
    ]


def _need(fields: list[tuple[Field, str]]) -> bool:
    """Whether every field is filled in; says so at those that are not and have no other fault."""
    for field, words in fields:
        if field.data is None and not field.errors:
            field.errors = [words]
    return not any(field.errors for field, _words in fields)
