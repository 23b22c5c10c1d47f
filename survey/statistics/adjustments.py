"""What can be done to weights: post-stratification, raking, calibration, trimming.

Each is a value that turns weights into weights, so that it can be repeated in every replicate. `adjust`
applies one to a sample and remembers what it means for the variance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from survey.statistics.distance import Curve, Distance
from survey.statistics.refusals import MissingCalibrationValue
from survey.statistics.residuals import CellResiduals, RegressionResiduals
from survey.statistics.sample import Adjustment, Residuals, Sample
from survey.statistics.solver import solve_g
from survey.statistics.weighting_refusals import (
    DisagreeingMargins,
    EmptyPoststratum,
    NegativeMargin,
    TrimmingTooTight,
    UnknownPoststratum,
)

CYCLES = 20_000
SETTLED = 1e-14  # a change of a cell total by this share is rounding
MISFIT = 1e-10
AGREEMENT = 1e-9  # margins may add up to totals that differ by this share


@dataclass(frozen=True, eq=False)
class Margin:
    """One set of cells with known totals.

    Attributes:
        name: of the margin, for refusals.
        cell: (n,) code of each row, -1 if its cell has no known total.
        population: (C,) known total of each cell, 0 or more.
        labels: (C,) name of each cell, for refusals.
    """

    name: str
    cell: IntArray
    population: FloatArray
    labels: tuple[str, ...]

    def check(self, weights: FloatArray, *, partial: bool = False) -> None:
        """Refuse cells that cannot be weighted.

        Raises:
            NegativeMargin: a total below 0 or not a number.
            UnknownPoststratum: rows with weight in a cell without a known total.
            EmptyPoststratum: a total above 0 without rows, unless `partial`.
        """
        used = weights != 0
        self._refuse(NegativeMargin, ~(self.population >= 0))
        unknown = used & (self.cell < 0)
        if unknown.any():
            raise UnknownPoststratum(self.name, [str(row) for row in np.flatnonzero(unknown)])
        rows = np.bincount(self.cell[used], minlength=len(self.population))
        if not partial:
            self._refuse(EmptyPoststratum, (rows == 0) & (self.population > 0))

    def is_short_of(self, weights: FloatArray) -> bool:
        """Whether a cell with a total above 0 has no weight."""
        return bool(((self.held(weights) == 0) & (self.population > 0)).any())

    def held(self, weights: FloatArray) -> FloatArray:
        """Give the sum of weights (n,) of every cell (C,); rows in no cell must weigh 0."""
        cell = np.maximum(self.cell, 0)
        return np.bincount(cell, weights, len(self.population)).astype(np.float64)

    def check_codes(self) -> None:
        """Refuse cells without a known total, and totals below 0, whatever the weights.

        Raises:
            NegativeMargin: a total below 0 or not a number.
            UnknownPoststratum: rows in a cell without a known total.
        """
        self._refuse(NegativeMargin, ~(self.population >= 0))
        if len(self.cell) and not (self.cell.min() >= 0 and self.cell.max() < len(self.population)):
            unknown = (self.cell < 0) | (self.cell >= len(self.population))
            raise UnknownPoststratum(self.name, [str(row) for row in np.flatnonzero(unknown)])

    def check_held(self, held: FloatArray) -> None:
        """Refuse totals above 0 of cells that hold no weight (C,).

        Raises:
            EmptyPoststratum: naming the cells.
        """
        self._refuse(EmptyPoststratum, (held == 0) & (self.population > 0))

    def _refuse(self, refusal: type[NegativeMargin | EmptyPoststratum], bad: BoolArray) -> None:
        """Raise the refusal with the names of the bad cells, if any."""
        if bad.any():
            raise refusal(self.name, [self.labels[i] for i in np.flatnonzero(bad)])

    def factors(self, weights: FloatArray) -> FloatArray:
        """Give each row's factor: known total / sum of weights of its cell; 0 without weight."""
        held = self.held(weights)
        factor = np.divide(self.population, held, out=np.zeros_like(held), where=held != 0)
        return np.asarray(factor[self.cell], np.float64)


@dataclass(frozen=True, eq=False)
class Poststratification:
    """Weights of every cell times (known total / their sum).

    Attributes:
        margin: the cells.
        partial: leave population cells without rows out, which lowers the total; say so where it is printed.

    Source: Särndal, Swensson & Wretman (1992), chapter 7; Lohr (2022), chapter 4.
    """

    margin: Margin
    partial: bool = False

    def weights(self, weights: FloatArray, *, replicate: bool = False) -> FloatArray:
        """Meet the totals of all cells; in a replicate, cells without weight are left out."""
        self.margin.check(weights, partial=self.partial or replicate)
        return weights * self.margin.factors(weights)

    def residuals(self, before: FloatArray, after: FloatArray) -> Residuals:
        """Deviations from the cell means."""
        return CellResiduals(self.margin.cell, len(self.margin.population), before, after)


@dataclass(frozen=True, eq=False)
class Raking:
    """Post-stratification to each margin in turn, until all are met (iterative proportional fitting).

    Attributes:
        margins: two or more, adding up to the same total.
        agreement: how far their totals may differ, as a share (independently rounded margins differ by 1); all
            are then scaled to the total of the first.

    Source: Deming & Stephan (1940), Annals of Mathematical Statistics 11.
    """

    margins: tuple[Margin, ...]
    agreement: float = AGREEMENT

    def weights(self, weights: FloatArray, *, replicate: bool = False) -> FloatArray:
        """Meet all margins, or refuse; a replicate without rows in some cell comes as near as it can.

        Raises:
            DisagreeingMargins: totals that differ; found before iterating.
            NotConverged, InfeasibleBounds, UnreachableTotals: no weights meet all margins.
        """
        known = replace(self, margins=agreeing(self.margins, self.agreement))
        for margin in known.margins:
            margin.check(weights, partial=replicate)
        raked, misfit = known._fitted(weights)  # noqa: SLF001 - itself, with margins that agree
        complete = not any(margin.is_short_of(weights) for margin in known.margins)
        return known._solved(weights) if misfit > MISFIT and complete else raked  # noqa: SLF001

    def _fitted(self, weights: FloatArray) -> tuple[FloatArray, float]:
        """Cycle through the margins over cells of all of them; give weights and the worst misfit."""
        place, cells = crossed([margin.cell for margin in self.margins])
        held = np.bincount(place, weights=weights, minlength=len(cells)).astype(np.float64)
        inner = [replace(m, cell=cells[:, i]) for i, m in enumerate(self.margins)]
        fitted = held.copy()
        for _ in range(CYCLES):
            before = fitted
            for margin in inner:
                fitted = fitted * margin.factors(fitted)
            if np.abs(fitted - before).max(initial=0.0) <= SETTLED * max(fitted.max(initial=0.0), 1e-300):
                break
        misfit = max(_misfit(margin, fitted) for margin in inner)
        g = np.divide(fitted, held, out=np.zeros_like(held), where=held != 0)
        return weights * g[place], misfit

    def _solved(self, weights: FloatArray) -> FloatArray:
        """Find the same weights by Newton's method where cycling is too slow, or certify that none exist."""
        totals = np.concatenate([margin.population for margin in self.margins])
        names = [f"{m.name}={label}" for m in self.margins for label in m.labels]
        place, cells = crossed([margin.cell for margin in self.margins])
        held = np.bincount(place, weights, len(cells)).astype(np.float64)
        g = solve_g(self._indicators(cells.T), held, totals, Curve(Distance.RAKING), names)
        return weights * g[place]

    def _indicators(self, codes: IntArray) -> FloatArray:
        """Give one 0/1 column per cell of every margin, for codes (margins, c)."""
        return np.hstack(
            [np.eye(len(m.population))[code] for m, code in zip(self.margins, codes, strict=True)]
        )

    def residuals(self, before: FloatArray, after: FloatArray) -> Residuals:
        """Residuals of the regression on all margins, over the cells of all of them crossed."""
        place, cells = crossed([margin.cell for margin in self.margins])
        return RegressionResiduals.on(self._indicators(cells.T), before, after, place)


@dataclass(frozen=True, eq=False)
class Calibration:
    """Weights as near to the given ones as a distance says, meeting totals of numbers and of levels.

    Attributes:
        regressors: (n, p) calibration variables.
        totals: (p,) their known totals.
        names: (p,) for refusals.
        distance: what "near" means.
        low: smallest g = w/d allowed.
        high: largest g allowed.

    Source: Deville & Särndal (1992).
    """

    regressors: FloatArray
    totals: FloatArray
    names: tuple[str, ...]
    distance: Distance = Distance.LINEAR
    low: float = -inf
    high: float = inf

    def weights(self, weights: FloatArray, *, replicate: bool = False) -> FloatArray:
        """Meet the totals, or refuse (see `solve_g`)."""
        del replicate
        missing = np.isnan(self.regressors).any(axis=1) & (weights != 0)
        if missing.any():
            raise MissingCalibrationValue(np.flatnonzero(missing))
        curve = Curve(self.distance, self.low, self.high)
        filled = np.nan_to_num(self.regressors)
        return weights * solve_g(filled, weights, self.totals, curve, self.names)

    def residuals(self, before: FloatArray, after: FloatArray) -> Residuals:
        """Residuals of the regression on the calibration variables, whatever the distance."""
        return RegressionResiduals.on(np.nan_to_num(self.regressors), before, after)


@dataclass(frozen=True)
class Trimming:
    """Weights clamped to [lower, upper], what was cut off being shared equally among the others.

    Attributes:
        lower: smallest weight.
        upper: largest weight.
        strict: repeat until none is outside; clamped weights stay clamped.

    Source: Potter (1990), A study of procedures to identify and trim extreme sampling weights.
    """

    lower: float = -inf
    upper: float = inf
    strict: bool = False

    def weights(self, weights: FloatArray, *, replicate: bool = False) -> FloatArray:
        """Trim, keeping the sum.

        Raises:
            TrimmingTooTight: no weight is free to take what is cut off.
        """
        del replicate
        used = weights != 0
        trimmed, clamped = weights.copy(), ~used
        while True:
            outside = used & ((trimmed < self.lower) | (trimmed > self.upper))
            if not outside.any():
                return trimmed
            clamped = clamped | outside
            held = np.where(used, np.clip(trimmed, self.lower, self.upper), 0.0)
            removed, free = float((trimmed - held).sum()), int((~clamped).sum())
            if free == 0:
                raise TrimmingTooTight(self.lower, self.upper, float(weights[used].mean()))
            trimmed = np.where(clamped, held, held + removed / free)
            if not self.strict:
                return trimmed


def adjust(sample: Sample, adjustment: Adjustment) -> Sample:
    """Apply an adjustment to the weights of a sample, and remember it for the variance.

    Args:
        sample: the design.
        adjustment: what to do; trimming leaves the residual steps before it as they are.

    Returns:
        The sample with new weights.

    Raises:
        Refusal: what the adjustment refuses.
    """
    after = frozen_floats(adjustment.weights(sample.weights))
    steps = sample.calibrations
    if isinstance(adjustment, Poststratification | Raking | Calibration):
        steps = (*steps, adjustment.residuals(sample.weights, after))
    history = (*sample.history, adjustment)
    return replace(sample, weights=after, calibrations=steps, history=history)


def check_agreement(sums: Sequence[tuple[str, float]], agreement: float = AGREEMENT) -> None:
    """Refuse margins that add up to different totals, before any iteration.

    Args:
        sums: name and total of every margin.
        agreement: allowed difference as a share of the larger total.

    Raises:
        DisagreeingMargins: naming the two that differ most, with their totals.
    """
    smallest, largest = min(sums, key=lambda s: s[1]), max(sums, key=lambda s: s[1])
    if largest[1] - smallest[1] > agreement * abs(largest[1]):
        raise DisagreeingMargins(*smallest, *largest)


def agreeing(margins: Sequence[Margin], agreement: float = AGREEMENT) -> tuple[Margin, ...]:
    """Scale margins to the total of the first, if they differ by no more than the agreement.

    Raises:
        DisagreeingMargins: they differ by more.
    """
    sums = [float(margin.population.sum()) for margin in margins]
    check_agreement([(margin.name, total) for margin, total in zip(margins, sums, strict=True)], agreement)
    return tuple(
        margin if total == sums[0] else replace(margin, population=margin.population * (sums[0] / total))
        for margin, total in zip(margins, sums, strict=True)
    )


def crossed(codes: Sequence[IntArray]) -> tuple[IntArray, IntArray]:
    """Cross several codings: give each row's cell, and the codes of every cell (C, margins)."""
    key = np.zeros(len(codes[0]), np.int64)
    for code in codes:
        key = key * (int(code.max(initial=0)) + 2) + (code + 1)
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    return place, np.column_stack([code[first] for code in codes])


def _misfit(margin: Margin, weights: FloatArray) -> float:
    """Give the worst difference from the known totals, as a share of their sum."""
    return float(
        np.abs(margin.held(weights) - margin.population).max() / max(margin.population.sum(), 1e-300)
    )
