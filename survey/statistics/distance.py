"""How far a calibrated weight may move, and at what price: the distance functions of calibration.

With u = x'lambda the g-weight is g(u) = w / d. Each distance gives g, its derivative, and its integral
(the dual objective, convex, by which Newton's steps are controlled).
"""

from dataclasses import dataclass
from enum import Enum
from math import inf, isfinite

import numpy as np
from scipy.special import expit

from survey.statistics.arrays import FloatArray
from survey.statistics.weighting_refusals import ImpossibleBounds

LARGEST_EXPONENT = 700.0  # exp beyond this is infinite in 64 bits


class Distance(Enum):
    """The named distance functions.

    Source: Deville & Särndal (1992), Calibration estimators in survey sampling, JASA 87.
    """

    LINEAR = "linear"  # g = 1 + u, clipped to the bounds; may be negative without bounds
    RAKING = "raking"  # g = exp(u), clipped to the bounds; always positive
    LOGIT = "logit"  # g inside the bounds, smoothly


@dataclass(frozen=True)
class Curve:
    """One distance function with bounds on g.

    Attributes:
        distance: which.
        low: smallest g allowed; -inf if none.
        high: largest g allowed; inf if none.

    Raises:
        ImpossibleBounds: not low < 1 < high, or a logit without two finite bounds.
    """

    distance: Distance
    low: float = -inf
    high: float = inf

    def __post_init__(self) -> None:
        finite = isfinite(self.low) and isfinite(self.high)
        if not self.low < 1 < self.high or (self.distance is Distance.LOGIT and not finite):
            raise ImpossibleBounds(self.low, self.high)

    @property
    def is_plain_linear(self) -> bool:
        """Whether one linear system gives the weights."""
        return self.distance is Distance.LINEAR and not isfinite(self.low) and not isfinite(self.high)

    def g(self, u: FloatArray) -> FloatArray:
        """Give the g-weights of u = x'lambda."""
        if self.distance is Distance.LOGIT:
            return self.low + (self.high - self.low) * np.asarray(expit(self._slope * u + self._shift))
        free = 1 + u if self.distance is Distance.LINEAR else np.exp(np.minimum(u, LARGEST_EXPONENT))
        return np.clip(free, self.low, self.high)

    def derivative(self, u: FloatArray) -> FloatArray:
        """Give g'(u); 0 where a bound holds."""
        if self.distance is Distance.LOGIT:
            share = np.asarray(expit(self._slope * u + self._shift), np.float64)
            return (self.high - self.low) * self._slope * share * (1 - share)
        free = 1 + u if self.distance is Distance.LINEAR else np.exp(np.minimum(u, LARGEST_EXPONENT))
        slope = np.ones_like(u) if self.distance is Distance.LINEAR else free
        return np.asarray(np.where((free >= self.low) & (free <= self.high), slope, 0.0), np.float64)

    def integral(self, u: FloatArray) -> FloatArray:
        """Give the integral of g from 0 to u."""
        if self.distance is Distance.LOGIT:
            pieces = np.logaddexp(0, self._slope * u + self._shift) - np.logaddexp(0, self._shift)
            reach = (self.high - self.low) / self._slope
            return np.asarray(self.low * u + reach * pieces, np.float64)
        low, high = (self._where_reached(bound) for bound in (self.low, self.high))
        free = np.clip(u, low, high)
        inner = free + free**2 / 2
        if self.distance is Distance.RAKING:
            inner = np.expm1(np.minimum(free, LARGEST_EXPONENT))
        below = np.minimum(u - free, 0.0) * (self.low if isfinite(self.low) else 0.0)
        above = np.maximum(u - free, 0.0) * (self.high if isfinite(self.high) else 0.0)
        return np.asarray(inner + below + above, np.float64)

    @property
    def _slope(self) -> float:
        """A = (hi - lo) / ((1 - lo)(hi - 1)) of the logit."""
        return (self.high - self.low) / ((1 - self.low) * (self.high - 1))

    @property
    def _shift(self) -> float:
        """log((1 - lo) / (hi - 1)), so that g(0) = 1."""
        return float(np.log((1 - self.low) / (self.high - 1)))

    def _where_reached(self, bound: float) -> float:
        """Give the u where the unbounded g reaches a bound."""
        if self.distance is Distance.LINEAR:
            return bound - 1
        if bound == inf:
            return inf
        return float(np.log(bound)) if bound > 0 else -inf
