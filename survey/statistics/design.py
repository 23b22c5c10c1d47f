"""Who could have answered, who did, and what each answer stands for.

A stratum is a unit x field of service; its population is its number of dossiers. The weights of
self-selected (QR) answers are adjustment weights to known volumes, not design weights: the formulas
are those of stratified random sampling, the honesty of using them is the report's to explain.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from survey.statistics.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    frozen_booleans,
    frozen_floats,
    frozen_integers,
)
from survey.statistics.refusals import (
    ImpossiblePopulation,
    MismatchedShapes,
    MoreResponsesThanPopulation,
    NoWeightTotal,
    StrataRefusal,
    UnknownStratum,
    UnknownVarianceStratum,
)

CENSUS_FPC = 1e-7  # a smaller share left unasked counts as none


class LonelyRule(Enum):
    """What to do about a stratum with one response out of several dossiers.

    Source: R package survey, options(survey.lonely.psu); Wolter (2007), Introduction to Variance
    Estimation, 2nd ed., section 2.5, on collapsing strata, which is better than any of these.
    """

    FAIL = "fail"  # refuse, naming the strata
    ADJUST = "adjust"  # its distance from the mean weighted response of the sample stands in (cautious)
    AVERAGE = "average"  # it gets the mean variance of the other strata
    REMOVE = "remove"  # it adds nothing, as if certain (too optimistic)


@dataclass(frozen=True, eq=False)
class VarianceStrata:
    """The strata as the variance sees them: the strata themselves, or several merged into one.

    Attributes:
        of_stratum: (H,) code of the variance stratum of each stratum.
        sample_sizes: (V,) responses.
        fpc: (V,) finite population correction, 0 to 1.
        lonely: (V,) one response, more dossiers.
    """

    of_stratum: IntArray
    sample_sizes: IntArray
    fpc: FloatArray
    lonely: BoolArray


@dataclass(frozen=True, eq=False)
class StratifiedDesign:
    """Responses in strata of known size.

    In stratum h with N_h dossiers and n_h responses each response weighs totals_h / n_h and the
    variance is multiplied by 1 - n_h / N_h. Source: Lohr (2022), Sampling: Design and Analysis,
    3rd ed., chapter 3; Särndal, Swensson & Wretman (1992), section 3.7.

    Attributes:
        stratum: (n,) stratum code of each response, 0 .. H-1.
        population: (H,) dossiers N_h for the finite population correction; inf means no correction.
        totals: (H,) dossiers that the weights add up to, finite; the population when absent.
        variance_stratum: (H,) codes that merge strata for the variance only (weights keep the strata);
            absent means each stratum is its own. The population of a merged stratum is the sum over
            its members with responses.

    Raises:
        MismatchedShapes: arrays over strata differ in length, or are not one-dimensional.
        UnknownStratum: a stratum code outside 0 .. H-1.
        UnknownVarianceStratum: a code of a variance stratum below 0.
        ImpossiblePopulation: a population below 0 or not a number.
        MoreResponsesThanPopulation: n_h > N_h.
        NoWeightTotal: a total that is infinite, negative, or 0 where there are responses.
    """

    stratum: IntArray
    population: FloatArray
    totals: FloatArray | None = None
    variance_stratum: IntArray | None = None

    def __post_init__(self) -> None:
        self._freeze()
        self._check_shapes()
        _refuse_rows((self.stratum < 0) | (self.stratum >= self.strata))
        if self.variance_stratum is not None:
            _refuse(UnknownVarianceStratum, self.variance_stratum < 0)
        _refuse(ImpossiblePopulation, ~(self.population >= 0))
        _refuse(MoreResponsesThanPopulation, self.sample_sizes > self.population)
        unusable = ~np.isfinite(self.weight_totals) | (self.weight_totals < 0)
        _refuse(NoWeightTotal, unusable | ((self.sample_sizes > 0) & (self.weight_totals == 0)))

    def _freeze(self) -> None:
        """Replace the arrays given by read-only copies of the right type."""
        object.__setattr__(self, "stratum", frozen_integers(self.stratum))
        object.__setattr__(self, "population", frozen_floats(self.population))
        if self.totals is not None:
            object.__setattr__(self, "totals", frozen_floats(self.totals))
        if self.variance_stratum is not None:
            object.__setattr__(self, "variance_stratum", frozen_integers(self.variance_stratum))

    def _check_shapes(self) -> None:
        """Refuse arrays over strata that differ in length, and anything but flat arrays."""
        over_strata = [a for a in (self.totals, self.variance_stratum) if a is not None]
        fits = all(array.shape == self.population.shape for array in over_strata)
        if not fits or self.stratum.ndim != 1 or self.population.ndim != 1:
            shapes = {f"over_strata_{i}": array.shape for i, array in enumerate(over_strata)}
            raise MismatchedShapes(stratum=self.stratum.shape, population=self.population.shape, **shapes)

    @property
    def strata(self) -> int:
        """H, the number of strata of the frame, with and without responses."""
        return len(self.population)

    @property
    def responses(self) -> int:
        """n, the number of responses."""
        return len(self.stratum)

    @property
    def weight_totals(self) -> FloatArray:
        """(H,) what the weights of each stratum add up to, where it has responses."""
        return self.population if self.totals is None else self.totals

    @cached_property
    def sample_sizes(self) -> IntArray:
        """(H,) responses n_h."""
        return frozen_integers(np.bincount(self.stratum, minlength=self.strata))

    @cached_property
    def weights(self) -> FloatArray:
        """(H,) dossiers that each response of the stratum stands for; 0 where there is no response."""
        answered = self.sample_sizes > 0
        weights = np.zeros(self.strata)
        np.divide(self.weight_totals, self.sample_sizes, out=weights, where=answered)
        return frozen_floats(weights)

    @cached_property
    def variance_strata(self) -> VarianceStrata:
        """The strata as the variance sees them."""
        codes = self.variance_stratum if self.variance_stratum is not None else np.arange(self.strata)
        heard = np.where(self.sample_sizes > 0, self.population, 0.0)
        population = heard if self.variance_stratum is None else np.bincount(codes, weights=heard)
        sizes = np.bincount(codes, weights=self.sample_sizes).astype(np.int64)
        fpc = finite_population_correction(sizes, population)
        lonely = (sizes == 1) & (fpc > 0)
        return VarianceStrata(
            frozen_integers(codes), frozen_integers(sizes), frozen_floats(fpc), frozen_booleans(lonely)
        )

    @cached_property
    def fpc(self) -> FloatArray:
        """(H,) finite population correction 1 - n_h/N_h of the stratum (of its variance stratum if merged).

        1 for a stratum without responses, unless it has no dossiers either.
        """
        merged = self.variance_strata.fpc[self.variance_strata.of_stratum]
        alone = finite_population_correction(self.sample_sizes, self.population)
        return frozen_floats(np.where(self.sample_sizes > 0, merged, alone))

    @cached_property
    def lonely(self) -> IntArray:
        """Codes of strata with a single response out of several dossiers, also after merging."""
        alone = self.variance_strata.lonely[self.variance_strata.of_stratum]
        return frozen_integers(np.flatnonzero(alone & (self.sample_sizes == 1)))

    @cached_property
    def empty(self) -> IntArray:
        """Codes of strata without any response."""
        return frozen_integers(np.flatnonzero(self.sample_sizes == 0))


def finite_population_correction(sample_sizes: npt.ArrayLike, population: npt.ArrayLike) -> FloatArray:
    """Give the share of each stratum that was not asked: f = 1 - n / N.

    Args:
        sample_sizes: responses n, 0 or more.
        population: dossiers N, n or more; inf means no correction (f = 1).

    Returns:
        f between 0 and 1; 0 where it is below 1e-7 (a census) and where there is no dossier.

    Source: Lohr (2022), section 2.3.
    """
    size, total = np.asarray(sample_sizes, float), np.asarray(population, float)
    asked = np.divide(size, total, out=np.ones_like(total), where=total > 0)
    left: FloatArray = 1.0 - asked
    return np.where(left < CENSUS_FPC, 0.0, left)


def _refuse(refusal: type[StrataRefusal], bad: BoolArray) -> None:
    """Raise the refusal with the codes of the strata marked bad, if any."""
    if bad.any():
        raise refusal(np.flatnonzero(bad))


def _refuse_rows(bad: BoolArray) -> None:
    """Refuse rows whose stratum does not exist."""
    if bad.any():
        raise UnknownStratum(np.flatnonzero(bad))
