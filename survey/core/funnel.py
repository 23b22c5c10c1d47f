"""Units against the limits that chance alone would let them reach, so that small ones are not blamed for noise."""

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from survey.core.result import RoundResult, UnitResult
from survey.statistics.arrays import FloatArray
from survey.statistics.ranking import between_variance, funnel_limits

INNER, OUTER = 0.95, 0.998
"""The usual limits: about two and three standard errors; Spiegelhalter (2005)."""

FEWEST_UNITS = 3
"""With fewer units the picture shows nothing that their intervals do not."""


class Place(Enum):
    """Where a unit lies among the limits."""

    FAR_BELOW = "far_below"
    BELOW = "below"
    INSIDE = "inside"
    ABOVE = "above"
    FAR_ABOVE = "far_above"


@dataclass(frozen=True)
class Limits:
    """Both pairs of limits for one number of responses, proportions."""

    responses: float
    outer_low: float
    inner_low: float
    inner_high: float
    outer_high: float

    def place_of(self, value: float) -> Place:
        """Where a value lies; one that is at a limit is inside it."""
        if value < self.inner_low:
            return Place.FAR_BELOW if value < self.outer_low else Place.BELOW
        if value > self.inner_high:
            return Place.FAR_ABOVE if value > self.outer_high else Place.ABOVE
        return Place.INSIDE


@dataclass(frozen=True)
class FunnelUnit:
    """A unit with the limits for its number of responses."""

    unit: UnitResult
    limits: Limits

    @property
    def place(self) -> Place:
        """Where its index lies."""
        return self.limits.place_of(self.unit.measure.value)


@dataclass(frozen=True)
class Funnel:
    """The limits around the index of the whole round.

    Attributes:
        centre: that index.
        worth: effective answers that one response is worth: more than 1 since it answers several items.
        between: variance between units beyond chance that the limits allow for; 0 where chance explains all.
        units: those with a value, in the result's order.
    """

    centre: float
    worth: float
    between: float
    units: tuple[FunnelUnit, ...]

    def errors(self, responses: FloatArray) -> FloatArray:
        """What chance alone does: the standard errors of indices at the centre, for numbers of responses above 0."""
        spread = self.centre * (1 - self.centre) / self.worth
        return np.sqrt(spread / np.asarray(responses, np.float64))

    def limits(self, responses: FloatArray) -> tuple[Limits, ...]:
        """The limits for numbers of responses, each above 0."""
        error = self.errors(responses) ** 2
        sizes = self.centre * (1 - self.centre) / (error + self.between)
        inner = funnel_limits(self.centre, sizes, coverage=INNER)
        outer = funnel_limits(self.centre, sizes, coverage=OUTER)
        columns = (np.asarray(responses, np.float64), outer.low, inner.low, inner.high, outer.high)
        return tuple(Limits(*row) for row in np.column_stack(columns).tolist())


def funnel_of(result: RoundResult) -> Funnel | None:
    """The funnel of a round's units, or None where there is none: few units, or nothing varies.

    One response's variance is s² = sum n_u² SE_u² / sum n_u over the units u that were not asked in full, so that
    it holds what weights and finite populations do. A unit with n responses then varies like the share of
    n c (1 - c) / s² yes-no answers around the centre c, whose exact binomial limits are drawn.

    Where units differ by more than chance explains, which is usual, those limits would call too many of them different.
    Then the variance between units is added to that of chance, and the limits are those of so many answers as have the
    sum; see :func:`survey.statistics.ranking.between_variance`.

    Source: Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24.
    """
    known = [unit for unit in result.units if unit.measure.is_known and unit.measure.responses]
    sampled = [unit.measure for unit in known if not unit.measure.estimate.census]
    responses = sum(measure.responses for measure in sampled)
    spread = sum((m.responses * m.estimate.standard_error) ** 2 for m in sampled)
    centre = result.index.value
    if len(known) < FEWEST_UNITS or not result.index.is_known or not 0 < centre < 1 or not spread > 0:
        return None
    chance = Funnel(centre, centre * (1 - centre) * responses / spread, 0.0, ())
    sizes = np.array([unit.measure.responses for unit in known], np.float64)
    errors = chance.errors(sizes)
    values = np.array([unit.measure.value for unit in known])
    whole = replace(chance, between=between_variance(values - centre, errors))
    return replace(whole, units=tuple(map(FunnelUnit, known, whole.limits(sizes))))
