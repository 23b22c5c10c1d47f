"""Figures that the survey does not measure: what a plan asks of other sources, and other measures of satisfaction.

Officers enter them with their source. They stand beside the survey's own numbers, labelled, and enter none of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum

from survey.core.target import Comparator, MeasurementKind, Target, TargetSheet, Unit, measurement_of

LARGEST = 100_000_000
_NUMBER = re.compile(r"([-−+]?)([0-9]{1,9})(?:[.,]([0-9]{1,4}))?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[. ][0-9]{3})+")


class Kind(StrEnum):
    """What a reported figure is about."""

    TARGET = "target"
    MEASURE = "measure"


class Standing(Enum):
    """A reported figure against its target."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_REPORTED = "not_reported"


class OtherMeasure(StrEnum):
    """Measures of satisfaction that are never put on one line with the survey's index: they count something else."""

    HOUSEHOLDS = "household_sipas"
    RATIO_766 = "ratio_766"
    POINTS_61 = "points_61"


MOST: Mapping[OtherMeasure, int] = {
    OtherMeasure.HOUSEHOLDS: 100,
    OtherMeasure.RATIO_766: 100,
    OtherMeasure.POINTS_61: 18,
}
"""The largest value of each: per cent, or the points of nine criteria of 2 points each (NĐ 61/2018, TT 01/2018)."""


class NumberUnfit(ValueError):
    """The text is no number, or none that this figure can have."""


@dataclass(frozen=True)
class Entry:
    """What was entered of one figure, or that it was taken back.

    Attributes:
        kind: what it is about.
        name: a target's indicator or an :class:`OtherMeasure`.
        value: in the unit of its target or measure, per cent as 0–100; None where it was taken back.
        year: which it is about, where the round does not say it.
        source: in the officer's words; why it was taken back.
        dated: day of the figure.
        who: the account's name.
        entered_at: UTC.
    """

    kind: Kind
    name: str
    value: Decimal | None
    year: int | None
    source: str
    dated: date
    who: str
    entered_at: datetime


@dataclass(frozen=True)
class Figure:
    """One reported figure as it stands: the parts of its entry, of which the value is there."""

    value: Decimal
    year: int | None
    source: str
    dated: date
    who: str
    entered_at: datetime


Figures = Mapping[tuple[Kind, str], Figure]
"""The figures of a round by kind and name; a name is a target's indicator or an :class:`OtherMeasure`."""


@dataclass(frozen=True)
class ReportedTarget:
    """A target that the survey does not measure, with its figure where there is one."""

    target: Target
    figure: Figure | None

    @property
    def standing(self) -> Standing:
        """Whether the figure meets the target, decided on the numbers as they were entered."""
        if self.figure is None:
            return Standing.NOT_REPORTED
        return Standing.MET if meets(self.target, self.figure.value) else Standing.NOT_MET


@dataclass(frozen=True)
class ReportedMeasure:
    """Another measure of satisfaction, with its figure where there is one."""

    measure: OtherMeasure
    figure: Figure | None


@dataclass(frozen=True)
class Reported:
    """All that can be reported beside a round: its plan's other targets in their order, and the other measures."""

    targets: tuple[ReportedTarget, ...]
    measures: tuple[ReportedMeasure, ...]


def reported(sheet: TargetSheet | None, figures: Figures) -> Reported:
    """What can be reported beside a round, with what was."""
    others = [
        target
        for target in (sheet.targets if sheet else ())
        if measurement_of(target).kind is MeasurementKind.NOT_MEASURED
    ]
    return Reported(
        tuple(ReportedTarget(target, figures.get((Kind.TARGET, target.indicator))) for target in others),
        tuple(
            ReportedMeasure(measure, figures.get((Kind.MEASURE, measure.value))) for measure in OtherMeasure
        ),
    )


def meets(target: Target, value: Decimal) -> bool:
    """Whether a value satisfies the comparator. Of a range the lower end counts: more than asked for is not a failure."""
    if target.comparator is Comparator.ABOVE:
        return value > target.value
    if target.comparator is Comparator.AT_LEAST:
        return value >= target.value
    return value <= (target.value_max or target.value)


def number_for_target(text: str, target: Target) -> Decimal:
    """A number as people write it, in the unit of a target.

    Raises:
        NumberUnfit: if it is no number or none of that unit: per cent lies within 0–100, ranks begin at 1, only
            the places gained may be negative, and all but per cent are whole.
    """
    if target.unit is Unit.PERCENT:
        return _within(_decimal(text), Decimal(0), Decimal(100))
    value = _whole(text)
    least = {Unit.RANK: 1, Unit.RANK_PLACES: -LARGEST}.get(target.unit, 0)
    return _within(value, Decimal(least), Decimal(LARGEST))


def number_for_measure(text: str, measure: OtherMeasure) -> Decimal:
    """A number as people write it, in the unit of another measure.

    Raises:
        NumberUnfit: if it is no number, or lies outside what the measure can have.
    """
    return _within(_decimal(text), Decimal(0), Decimal(MOST[measure]))


def _decimal(text: str) -> Decimal:
    found = _NUMBER.fullmatch(text.strip().removesuffix("%").strip())
    if found is None:
        raise NumberUnfit(text)
    sign, whole, part = found.groups()
    return Decimal(f"{'' if sign in {'', '+'} else '-'}{whole}.{part or 0}").normalize()


def _whole(text: str) -> Decimal:
    plain = text.strip()
    value = _decimal(re.sub(r"[. ]", "", plain) if _GROUPED.fullmatch(plain) else plain)
    if value != value.to_integral_value():
        raise NumberUnfit(text)
    return value


def _within(value: Decimal, least: Decimal, most: Decimal) -> Decimal:
    if not least <= value <= most:
        raise NumberUnfit(str(value))
    return value
