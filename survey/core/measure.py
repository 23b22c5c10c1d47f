"""One estimate with its interval, by itself and as what a questionnaire's parts and further figures come to."""

from dataclasses import dataclass

from questionnaires.definition import Further, Part
from survey.statistics.interval import Interval
from survey.statistics.measures import Estimate


@dataclass(frozen=True)
class Measure:
    """An estimate with its 95 % interval.

    Attributes:
        estimate: the weighted value, 0–1, nan where nothing can be said.
        interval: None where there is no honest interval.
        responses: of the group the measure is about.
        dossiers: of that group, whether or not anybody answered.
        is_hidden: whether the value is kept back because too few people stand behind it or behind a neighbour.
    """

    estimate: Estimate
    interval: Interval | None
    responses: int
    dossiers: int
    is_hidden: bool = False

    @property
    def is_known(self) -> bool:
        """Whether there is a value at all, with an interval to go with it."""
        return self.interval is not None

    @property
    def value(self) -> float:
        """The weighted value, 0–1."""
        return self.estimate.value


@dataclass(frozen=True)
class PartResult:
    """One part of a weighted index, as an index of its own."""

    part: Part
    measure: Measure


@dataclass(frozen=True)
class FurtherResult:
    """A figure beside the index: ``most`` times the measure is what is printed (5 for a mean of scores 1 to 5)."""

    name: Further
    measure: Measure
    most: int
