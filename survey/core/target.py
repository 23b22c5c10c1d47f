"""Targets of a plan (chỉ tiêu) and the verdict on them.

Which comparator a sentence carries decides at the edge: “trên 86%” is > 86, “từ 90% trở lên” is >= 90
(the five plans of ``survey/targets``; ``domain/sipas.md`` sections 1 and 12.4). The unrounded value decides.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from questionnaires.definition import Code, Phrase, Text, Value

Indicator = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]

RESOLUTION = 12
"""Decimal places of a proportion that count in a comparison.

The same proportion reached by two computations may differ in its last bits: the mean of 0.8, 0.86 and 0.92
need not be the float 0.86, and 86 / 100 computed another way need not be it either. A number so close to the
threshold is *at* the threshold. Both sides are therefore rounded to twelve decimals, ten orders of magnitude
finer than any printed digit and far coarser than the noise, and compared exactly after that.
"""


class Comparator(StrEnum):
    """How a measured value must stand to the target's value."""

    ABOVE = ">"
    AT_LEAST = ">="
    AT_MOST = "<="


class Outcome(StrEnum):
    """What the whole interval says; the words people read belong to the display."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_ENOUGH = "not_enough"


class Unit(StrEnum):
    """What a target's number counts."""

    PERCENT = "percent"
    RANK = "rank"
    RANK_PLACES = "rank_places"
    DOSSIERS = "dossiers"
    POSTS = "posts"
    INITIATIVES = "initiatives"
    CONFERENCES = "conferences"


class Group(StrEnum):
    """Our grouping of targets, for filtering; the plans do not print it."""

    SATISFACTION = "satisfaction"
    PROCESS = "process"
    DIGITAL = "digital"
    INDEX = "index"
    MANAGEMENT = "management"
    FINANCE = "finance"


class Target(Value):
    """One numeric target of a plan.

    Attributes:
        indicator: stable code of what is measured, unique within its sheet.
        sentence: the plan's own words, letter for letter.
        comparator_stated: False where the sentence gives a bare number and the comparator is our reading.
        value_max: upper end of a stated range.
        scope: what the number is about.
        period: stated periodicity, if any.
        note: an ambiguity of the plan, to be shown and not to be resolved silently.
        place: whose target it is, where it is not the sheet's place.
        plan: the document that sets it, where it is not the sheet's plan.
    """

    indicator: Indicator
    sentence: Phrase
    comparator: Comparator
    comparator_stated: bool = True
    value: Decimal = Field(ge=0)
    value_max: Decimal | None = None
    unit: Unit
    scope: Phrase
    group: Group
    period: Literal["monthly", "quarterly", "half_yearly", "yearly"] | None = None
    note: Text | None = None
    place: Phrase | None = None
    plan: Phrase | None = None

    @model_validator(mode="after")
    def range_runs_upwards(self) -> Self:
        """A range ends above its beginning."""
        if self.value_max is not None and self.value_max <= self.value:
            raise ValueError("số cuối khoảng (value_max) phải lớn hơn số đầu (value)")
        return self

    @property
    def threshold(self) -> float:
        """The value as a proportion; 86 percent gives the very float that ``0.86`` denotes.

        Raises:
            ValueError: if the target is not a percentage.
        """
        if self.unit is not Unit.PERCENT:
            raise ValueError(f"{self.indicator} is counted in {self.unit}, not in percent")
        return _settled(float(self.value.scaleb(-2)))

    def accepts(self, proportion: float) -> bool:
        """Whether a proportion (0–1) satisfies the comparator; see :data:`RESOLUTION`."""
        value = _settled(proportion)
        if self.comparator is Comparator.ABOVE:
            return value > self.threshold
        if self.comparator is Comparator.AT_LEAST:
            return value >= self.threshold
        return value <= self.threshold


class TargetSheet(Value):
    """The numeric targets of one plan."""

    code: Code
    place: Phrase
    plan: Phrase
    year_from: int = Field(ge=2000, le=2100)
    year_to: int = Field(ge=2000, le=2100)
    targets: tuple[Target, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def parts_fit_together(self) -> Self:
        """Years run upwards and no indicator stands twice."""
        if self.year_to < self.year_from:
            raise ValueError("năm cuối (year_to) phải từ năm đầu (year_from) trở đi")
        indicators = [target.indicator for target in self.targets]
        for indicator in indicators:
            if indicators.count(indicator) > 1:
                raise ValueError(f"chỉ tiêu “{indicator}” có hai lần")
        return self

    def place_of(self, target: Target) -> str:
        """Whose target it is."""
        return target.place or self.place

    def plan_of(self, target: Target) -> str:
        """The document that sets the target."""
        return target.plan or self.plan

    def in_group(self, group: Group) -> tuple[Target, ...]:
        """The targets of one group, in the plan's order."""
        return tuple(target for target in self.targets if target.group is group)


@dataclass(frozen=True)
class Verdict:
    """A target against what was measured; all numbers are unrounded proportions.

    Attributes:
        outcome: what the whole interval says.
        point_meets: whether the estimate alone satisfies the target (administrative scoring uses this one).
        low: lower end of the interval; None where there is none.
        high: upper end of the interval; None where there is none.
    """

    target: Target
    outcome: Outcome
    point_meets: bool
    estimate: float
    low: float | None
    high: float | None


def decide(estimate: float, low: float | None, high: float | None, target: Target) -> Verdict:
    """The verdict on a percentage target.

    Met when the whole interval satisfies the comparator, not met when none of it does, otherwise not enough;
    without an interval there is never enough. Every comparison accepts all values on one side of the
    threshold, so the two ends speak for the whole interval.

    Args:
        estimate: the measured proportion, 0–1.
        low: lower end of its interval, or None.
        high: upper end of its interval, or None.
        target: a target counted in percent.

    Raises:
        ValueError: if a number is not finite, the interval runs backwards or the target is no percentage.
    """
    if not all(math.isfinite(number) for number in (estimate, low, high) if number is not None):
        raise ValueError("estimate and interval must be finite numbers")
    outcome = Outcome.NOT_ENOUGH
    if low is not None and high is not None:
        if _settled(low) > _settled(high):
            raise ValueError("the interval runs backwards")
        ends = {target.accepts(low), target.accepts(high)}
        if len(ends) == 1:
            outcome = Outcome.MET if ends == {True} else Outcome.NOT_MET
    return Verdict(target, outcome, target.accepts(estimate), estimate, low, high)


def _settled(proportion: float) -> float:
    return round(proportion, RESOLUTION)


class MeasurementKind(StrEnum):
    """What a counter survey can put beside a target."""

    OVERALL_INDEX = "overall_index"
    FIELDS = "fields"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True)
class Measurement:
    """Which quantity of a counter survey answers a target.

    Attributes:
        fields: codes of the fields (lĩnh vực) the quantity is confined to, for ``FIELDS``.
        reason: why nothing is measured, for ``NOT_MEASURED``.
        caveat: what must be printed beside the verdict so that it is not read as something else.
    """

    kind: MeasurementKind
    fields: tuple[str, ...] = ()
    reason: Text | None = None
    caveat: Text | None = None


_NOT_THE_MINISTRY = Text(
    vi="Khảo sát này không thay cho chỉ số SIPAS do Bộ Nội vụ đo và công bố.",
    en="This survey does not replace the SIPAS index that the Ministry of Home Affairs measures and publishes.",
)
_MEASURED = {
    "satisfaction_tthc": Measurement(MeasurementKind.OVERALL_INDEX),
    "sipas": Measurement(MeasurementKind.OVERALL_INDEX, caveat=_NOT_THE_MINISTRY),
    "satisfaction_tthc_land_construction_investment": Measurement(
        MeasurementKind.FIELDS, fields=("land", "construction", "investment")
    ),
}
_OTHER_SURVEYS = {
    "satisfaction_public_health_education": Text(
        vi="Đo bằng phiếu riêng của ngành y tế, giáo dục.",
        en="Measured with the health and education sectors' own questionnaires.",
    ),
    "council_leader_survey_index": Text(
        vi="Đo bằng phiếu riêng cho đại biểu HĐND, lãnh đạo, quản lý.",
        en="Measured with a questionnaire of its own for council delegates, leaders and managers.",
    ),
}
_OTHER_SOURCES = {
    Group.SATISFACTION: Text(
        vi="Chưa xác định đại lượng nào của khảo sát tại quầy trả lời chỉ tiêu này.",
        en="It is not settled which quantity of a counter survey answers this target.",
    ),
    Group.PROCESS: Text(
        vi="Đo bằng số liệu giải quyết hồ sơ, không đo bằng ý kiến người dân.",
        en="Measured from dossier records, not from people's opinions.",
    ),
    Group.DIGITAL: Text(
        vi="Đo bằng số liệu của các hệ thống thông tin, không đo bằng ý kiến người dân.",
        en="Measured from information systems, not from people's opinions.",
    ),
    Group.INDEX: Text(
        vi="Do cơ quan khác chấm điểm, xếp hạng; khảo sát tại quầy không đo được.",
        en="Scored or ranked by another body; a counter survey cannot measure it.",
    ),
    Group.MANAGEMENT: Text(
        vi="Đo bằng báo cáo quản lý của cơ quan, không đo bằng ý kiến người dân.",
        en="Measured from management reports, not from people's opinions.",
    ),
    Group.FINANCE: Text(
        vi="Đo bằng số liệu tài chính, ngân sách, không đo bằng ý kiến người dân.",
        en="Measured from finance and budget records, not from people's opinions.",
    ),
}


def measurement_of(target: Target) -> Measurement:
    """Which quantity of a counter survey answers ``target``, or why none does.

    Only satisfaction targets counted in percent are answered, and of these not the ones with other
    respondents and another questionnaire (``domain/sipas.md`` sections 1.1 and 11).
    """
    if target.group is Group.SATISFACTION and target.unit is Unit.PERCENT and target.indicator in _MEASURED:
        return _MEASURED[target.indicator]
    reason = _OTHER_SURVEYS.get(target.indicator, _OTHER_SOURCES[target.group])
    return Measurement(MeasurementKind.NOT_MEASURED, reason=reason)
