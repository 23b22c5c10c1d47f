"""How a round's estimates are made, chosen before it opens: what may be chosen, and how it is kept."""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Literal, cast, get_args

from survey.statistics.design import LonelyRule
from survey.statistics.interval import IntervalMethod

EmptyStrata = Literal["uncovered", "merged"]
"""What becomes of dossiers whose stratum has no response: left uncovered, or spoken for by their unit's fullest field."""

Weights = Literal["strata", "raked"]
"""What weights meet: the dossiers of units × fields, or also the margins of the population that are known."""

EMPTY_STRATA: tuple[EmptyStrata, ...] = get_args(EmptyStrata)
WEIGHTS: tuple[Weights, ...] = get_args(Weights)
LONELY_RULES = (LonelyRule.ADJUST, LonelyRule.AVERAGE, LonelyRule.REMOVE)
"""A round never refuses to be evaluated, so the rule that fails is not offered."""

INTERVALS = (IntervalMethod.LOGIT, IntervalMethod.WILSON, IntervalMethod.T)
CONFIDENCE_PERCENTS = (90, 95, 99)
PLANNED_MARGINS = (3, 5, 7, 10)
"""In points; the ministry plans with 5."""


@dataclass(frozen=True)
class EstimationSettings:
    """What a round's estimates are made with.

    Attributes:
        empty_strata: what becomes of dossiers whose stratum has no response.
        lonely: what a stratum with one response out of several dossiers adds to the variance.
        interval: method where answers vary; where they do not, and at a census, the exact one is used.
        confidence_percent: of every interval, and so of every verdict.
        planned_margin: half-width in points that every unit's index shall reach; says how many responses it needs.
        weights: what they meet.
    """

    empty_strata: EmptyStrata = "uncovered"
    lonely: LonelyRule = LonelyRule.ADJUST
    interval: IntervalMethod = IntervalMethod.LOGIT
    confidence_percent: int = 95
    planned_margin: int = 5
    weights: Weights = "strata"

    def __post_init__(self) -> None:
        """Refuse what is not offered."""
        offered = (
            self.empty_strata in EMPTY_STRATA
            and self.lonely in LONELY_RULES
            and self.interval in INTERVALS
            and self.confidence_percent in CONFIDENCE_PERCENTS
            and self.planned_margin in PLANNED_MARGINS
            and self.weights in WEIGHTS
        )
        if not offered:
            raise ValueError(f"not offered: {self}")

    @property
    def confidence_level(self) -> float:
        """The same as a proportion."""
        return self.confidence_percent / 100


USUAL = EstimationSettings()
"""What a round begins with."""


def as_text(settings: EstimationSettings) -> str:
    """The settings as canonical JSON; weights are named where they are not as usual, which older rounds do not name."""
    values = asdict(settings) | {"lonely": settings.lonely.value, "interval": settings.interval.value}
    if settings.weights == USUAL.weights:
        del values["weights"]
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


@lru_cache
def from_text(text: str) -> EstimationSettings:
    """The settings that a text keeps; what it does not name is as usual.

    Raises:
        ValueError: if it names something that is not offered.
    """
    values = json.loads(text)
    return EstimationSettings(
        empty_strata=cast("EmptyStrata", values.get("empty_strata", USUAL.empty_strata)),
        lonely=LonelyRule(values.get("lonely", USUAL.lonely.value)),
        interval=IntervalMethod(values.get("interval", USUAL.interval.value)),
        confidence_percent=int(values.get("confidence_percent", USUAL.confidence_percent)),
        planned_margin=int(values.get("planned_margin", USUAL.planned_margin)),
        weights=cast("Weights", values.get("weights", USUAL.weights)),
    )
