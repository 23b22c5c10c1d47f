"""What the weights do, and whom they do not reach."""

from dataclasses import dataclass

import numpy as np

from survey.statistics.arrays import FloatArray, IntArray, frozen_floats, ratio_or_nan
from survey.statistics.design import StratifiedDesign
from survey.statistics.refusals import MismatchedShapes, UnknownGroup


@dataclass(frozen=True)
class WeightsSummary:
    """The weights of all responses in five numbers.

    Attributes:
        responses: number of responses.
        total: dossiers they stand for.
        smallest: dossiers that one response stands for, at least; nan without responses.
        largest: the same, at most; nan without responses.
        effective_size: Kish: equal-weight responses that would tell as much; nan without responses.
    """

    responses: int
    total: float
    smallest: float
    largest: float
    effective_size: float


@dataclass(frozen=True)
class Coverage:
    """How much of the frame the responses speak for.

    Attributes:
        population: dossiers in the frame.
        covered: dossiers in strata with at least one response.
        strata: strata with dossiers.
        uncovered: of these, codes of strata without any response.
        lonely: codes of strata with one response out of several dossiers.
        complete: codes of strata where every dossier has a response.
    """

    population: float
    covered: float
    strata: int
    uncovered: tuple[int, ...]
    lonely: tuple[int, ...]
    complete: tuple[int, ...]

    @property
    def share(self) -> float:
        """Covered / population, 0 to 1; nan for an empty frame."""
        return self.covered / self.population if self.population else float("nan")


def summarise_weights(design: StratifiedDesign) -> WeightsSummary:
    """Say how many dossiers a response stands for, and what unequal weights cost.

    Args:
        design: strata and weights.

    Returns:
        Number, total, extremes and Kish's effective size of the weights.

    Source: Kish (1965), Survey Sampling, section 11.7.
    """
    used = design.weights[design.sample_sizes > 0]
    return WeightsSummary(
        responses=design.responses,
        total=float(used @ design.sample_sizes[design.sample_sizes > 0]),
        smallest=float(used.min()) if len(used) else float("nan"),
        largest=float(used.max()) if len(used) else float("nan"),
        effective_size=float(effective_sizes(design)[0]),
    )


def effective_sizes(
    design: StratifiedDesign, *, domain: IntArray | None = None, groups: int = 1
) -> FloatArray:
    """Give Kish's effective number of responses in every group: (sum w)^2 / sum w^2.

    Args:
        design: strata and weights.
        domain: (n,) group code of each response, -1 for none; absent means all in group 0.
        groups: number of groups.

    Returns:
        (groups,) between 1 and the number of responses; nan for a group without any.

    Raises:
        MismatchedShapes: the domain does not describe the responses of the design.
        UnknownGroup: a group code outside -1 .. groups - 1.

    Source: Kish (1965), section 11.7.
    """
    code = np.zeros(design.responses, np.int64) if domain is None else np.asarray(domain, np.int64)
    if code.shape != design.stratum.shape:
        raise MismatchedShapes(stratum=design.stratum.shape, domain=code.shape)
    if ((code < -1) | (code >= groups)).any():
        raise UnknownGroup(np.flatnonzero((code < -1) | (code >= groups)))
    weight = design.weights[design.stratum]
    sums, squares = (np.bincount(code + 1, w, groups + 1)[1:] for w in (weight, weight**2))
    return frozen_floats(ratio_or_nan(sums**2, squares))


def coverage(design: StratifiedDesign) -> Coverage:
    """Say how much of the frame has a voice, and name the strata that have none.

    Dossiers are counted as the totals of the design. Calibrating to the totals of the frame hides
    uncovered strata, so this is to be printed whatever the weights are.

    Args:
        design: the strata of the whole frame, with and without responses.

    Returns:
        Population, covered population, strata with dossiers, and codes of strata that are uncovered,
        lonely (before any merging), or fully enumerated.

    Source: tests/golden/cases/README.md, coverage; Groves et al. (2009), Survey Methodology, chapter 3.
    """
    totals, size = design.weight_totals, design.sample_sizes
    return Coverage(
        population=float(totals.sum()),
        covered=float(totals[size > 0].sum()),
        strata=int(np.count_nonzero(totals > 0)),
        uncovered=_codes((totals > 0) & (size == 0)),
        lonely=_codes((size == 1) & (design.population > 1)),
        complete=_codes((size > 0) & (size == design.population)),
    )


def _codes(marked: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[int, ...]:
    """Give the codes of the marked strata."""
    return tuple(int(code) for code in np.flatnonzero(marked))
