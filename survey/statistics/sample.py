"""A sample of any design: strata, clusters in stages, finite populations, weights and what was done to them.

`StratifiedDesign` is the fast special case of most rounds. This module keeps the rows, so that clusters,
several stages, calibration to numeric totals, subsets in any order and replicate weights are possible.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from survey.statistics.arrays import BoolArray, FloatArray, IntArray, frozen_floats, frozen_integers
from survey.statistics.design import finite_population_correction
from survey.statistics.refusals import (
    ClusterInSeveralStrata,
    MismatchedShapes,
    MoreResponsesThanPopulation,
    NegativeWeights,
    UnequalPopulation,
)


class Adjustment(Protocol):
    """Something done to weights that can be done again to the weights of a replicate."""

    def weights(self, weights: FloatArray, *, replicate: bool = False) -> FloatArray:
        """Turn weights (n,) into adjusted weights (n,)."""
        ...


class Residuals(Protocol):
    """What a calibration does to the linearised variable before its variance is taken."""

    def of(self, weighted: FloatArray) -> FloatArray:
        """Turn w z (n, k) into w e (n, k), e the residual of z on the calibration variables."""
        ...

    @property
    def size(self) -> int:
        """Number r of calibration variables."""
        ...

    @property
    def before(self) -> FloatArray:
        """(n,) weights before the calibration."""
        ...

    @property
    def after(self) -> FloatArray:
        """(n,) weights after it."""
        ...

    @property
    def cells(self) -> IntArray:
        """(n,) cell code of each row: rows of one cell have the same variables."""
        ...

    @property
    def variables(self) -> FloatArray:
        """(c, r): X of a row is `after` times the line of its cell, and w e = w z - X B."""
        ...

    @property
    def coefficients(self) -> FloatArray:
        """(c, r): F of a row is `before` / `after` times the line of its cell, and B = F'(w z) over all rows."""
        ...


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of drawing.

    Attributes:
        cluster: (n,) code of the unit drawn at this stage, unique over all strata.
        stratum: (n,) code of the stratum it was drawn from; at later stages the unit of the stage before.
        drawn: (H,) units drawn from each stratum in the full sample, n_h.
        population: (H,) units there are, N_h; inf means no correction.
        share: (H,) product of n/N over the stages before; 1 at the first.
    """

    cluster: IntArray
    stratum: IntArray
    drawn: IntArray
    population: FloatArray
    share: FloatArray

    @property
    def fpc(self) -> FloatArray:
        """(H,) finite population correction 1 - n_h/N_h."""
        return finite_population_correction(self.drawn, self.population)

    @property
    def lonely(self) -> BoolArray:
        """(H,) one unit drawn out of several."""
        return np.asarray((self.drawn == 1) & (self.fpc > 0))


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows with weights, how they were drawn, and what was done to their weights.

    Attributes:
        base: (n,) design weights d, before any adjustment.
        weights: (n,) final weights w; 0 outside the domain.
        stages: the stages of drawing, the first always.
        inside: (n,) the row is in the domain.
        kept: (n,) the row counts as part of the file. A subset drops rows; after a calibration it keeps them
            with weight 0, because their residuals still vary.
        calibrations: residual steps, in order of time.
        history: all adjustments and subsets in order of time, to be repeated in replicates.

    Source: Särndal, Swensson & Wretman (1992), chapters 3, 4 and 10.
    """

    base: FloatArray
    weights: FloatArray
    stages: tuple[Stage, ...]
    inside: BoolArray
    kept: BoolArray
    calibrations: tuple[Residuals, ...] = ()
    history: tuple[Adjustment, ...] = field(default=())

    @property
    def is_calibrated(self) -> bool:
        """Whether some step made the weights meet known totals."""
        return bool(self.calibrations)

    @property
    def file_rows(self) -> int:
        """Rows of the file: of the domain if uncalibrated, all of them if calibrated."""
        return int(self.kept.sum())

    @property
    def degrees_of_freedom(self) -> int:
        """Clusters minus strata of the first stage, among rows with a weight."""
        used, stage = self.weights != 0, self.stages[0]
        return len(np.unique(stage.cluster[used])) - len(np.unique(stage.stratum[used]))

    def within(self, rows: BoolArray) -> "Sample":
        """Restrict to a domain. Nothing is re-weighted, and the counts of clusters stay those of the sample."""
        inside = self.inside & rows
        kept = self.kept if self.is_calibrated else inside
        weights = frozen_floats(np.where(inside, self.weights, 0.0))
        base = self.base if self.is_calibrated else frozen_floats(np.where(inside, self.base, 0.0))
        restriction = Restriction(inside)
        return replace(
            self, base=base, weights=weights, inside=inside, kept=kept, history=(*self.history, restriction)
        )


@dataclass(frozen=True, eq=False)
class Restriction:
    """Being in a domain, as something done to weights: outside they are 0."""

    inside: BoolArray

    def weights(self, weights: FloatArray, *, replicate: bool = False) -> FloatArray:
        """Set the weights outside the domain to 0."""
        del replicate
        return np.where(self.inside, weights, 0.0)


def draw(
    rows: int,
    *,
    strata: npt.ArrayLike | None = None,
    clusters: Sequence[npt.ArrayLike] = (),
    populations: Sequence[npt.ArrayLike] = (),
    weights: npt.ArrayLike | None = None,
    nested: bool = False,
) -> Sample:
    """Describe how rows were drawn.

    Args:
        rows: number of rows n.
        strata: (n,) labels of first-stage strata; absent means one stratum.
        clusters: per stage (n,) labels of the units drawn; none means every row is its own.
        populations: per stage (n,) number of units in the row's stratum (at later stages: in its cluster);
            none means no correction. Without a second one, the variance is that of the first stage.
        weights: (n,) design weights, 0 or more; absent means the product of N/n over the stages.
        nested: cluster labels repeat across strata and mean different clusters.

    Returns:
        The sample, nobody left out.

    Raises:
        MismatchedShapes: an array that is not over the rows.
        NegativeWeights: a weight below 0 or not a number.
        ClusterInSeveralStrata: a label in several strata, unless nested.
        UnequalPopulation: rows of one stratum with different population sizes.
        MoreResponsesThanPopulation: more units drawn than there are; data: stratum codes.

    Source: Särndal, Swensson & Wretman (1992), section 4.3.
    """
    for name, column in _columns(strata, clusters, populations, weights).items():
        if np.shape(column) != (rows,):
            raise MismatchedShapes(**{name: np.shape(column), "rows": (rows,)})
    stages = _stages(rows, strata, clusters, populations, nested=nested)
    given = _expansion(stages) if weights is None else np.asarray(weights, np.float64)
    if not (given >= 0).all():
        raise NegativeWeights(np.flatnonzero(~(given >= 0)))
    everybody = np.ones(rows, bool)
    return Sample(frozen_floats(given), frozen_floats(given), stages, everybody, everybody)


def _columns(
    strata: npt.ArrayLike | None,
    clusters: Sequence[npt.ArrayLike],
    populations: Sequence[npt.ArrayLike],
    weights: npt.ArrayLike | None,
) -> dict[str, npt.ArrayLike]:
    """Name every column given."""
    named: dict[str, npt.ArrayLike] = {f"clusters_{i}": column for i, column in enumerate(clusters)}
    named |= {f"populations_{i}": column for i, column in enumerate(populations)}
    named |= {
        name: column for name, column in (("strata", strata), ("weights", weights)) if column is not None
    }
    return named


def _stages(
    rows: int,
    strata: npt.ArrayLike | None,
    clusters: Sequence[npt.ArrayLike],
    populations: Sequence[npt.ArrayLike],
    *,
    nested: bool,
) -> tuple[Stage, ...]:
    """Number the units of every stage, the clusters of one stage being the strata of the next."""
    stratum = np.zeros(rows, np.int64) if strata is None else codes_of(strata)
    share, stages = np.ones(int(stratum.max(initial=-1)) + 1), []
    for depth in range(max(1, min(len(clusters), len(populations)))):
        labels = codes_of(clusters[depth]) if clusters else np.arange(rows)
        cluster = codes_of(stratum * (int(labels.max(initial=0)) + 1) + labels)
        if depth == 0 and not nested:
            _refuse_crossing(labels, cluster)
        stage = _stage(cluster, stratum, populations[depth] if populations else None, share)
        stages.append(stage)
        first = np.unique(cluster, return_index=True)[1]
        share = (share * stage.drawn / stage.population)[stratum[first]]
        stratum = cluster
    return tuple(stages)


def _stage(
    cluster: IntArray, stratum: IntArray, population: npt.ArrayLike | None, share: FloatArray
) -> Stage:
    """Count the units drawn from every stratum and look up how many there are."""
    first = np.unique(cluster, return_index=True)[1]
    drawn = np.bincount(stratum[first], minlength=len(share))
    there = np.full(len(share), np.inf)
    if population is not None:
        given = np.asarray(population, np.float64)
        there[stratum] = given
        unequal = np.unique(stratum[~(given == there[stratum])])
        if len(unequal):
            raise UnequalPopulation(unequal)
    if (drawn > there).any():
        raise MoreResponsesThanPopulation(np.flatnonzero(drawn > there))
    return Stage(
        frozen_integers(cluster),
        frozen_integers(stratum),
        frozen_integers(drawn),
        frozen_floats(there),
        frozen_floats(share),
    )


def _refuse_crossing(labels: IntArray, cluster: IntArray) -> None:
    """Refuse cluster labels that occur in several strata."""
    pairs = np.unique(np.column_stack((labels, cluster)), axis=0)
    crossing = np.flatnonzero(np.bincount(pairs[:, 0]) > 1)
    if len(crossing):
        raise ClusterInSeveralStrata(crossing)


def _expansion(stages: tuple[Stage, ...]) -> FloatArray:
    """Give each row the product of N/n over the stages; 1 where no population is known."""
    weight = np.ones(len(stages[0].cluster))
    for stage in stages:
        if np.isfinite(stage.population).all():
            weight *= (stage.population / np.maximum(stage.drawn, 1))[stage.stratum]
    return weight


def codes_of(labels: npt.ArrayLike) -> IntArray:
    """Number labels 0, 1, ... in sorted order."""
    return frozen_integers(np.unique(np.asarray(labels), return_inverse=True)[1])
