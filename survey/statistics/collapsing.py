"""Merging strata by a stated rule, so that none is empty or lonely: the map, and the facts to print."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from survey.statistics.arrays import FloatArray, IntArray, frozen_floats, frozen_integers
from survey.statistics.refusals import MismatchedShapes, NothingToCollapseInto


@dataclass(frozen=True)
class Merge:
    """One stratum that was merged: the facts of the sentence a report prints.

    Attributes:
        stratum: code of the stratum.
        into: code of the stratum that takes it.
        size: its dossiers (empty strata) or its units drawn (lonely strata).
        group: code of the group within which the target was looked for; -1 if there are no groups.
    """

    stratum: int
    into: int
    size: float
    group: int


@dataclass(frozen=True, eq=False)
class CollapsedStrata:
    """Which stratum each stratum ends in.

    Attributes:
        target: (H,) code of the stratum that holds it now; its own code if nothing happened.
        population: (H,) dossiers after merging; 0 for a stratum that was merged away.
        merges: what was merged, in order of stratum code.
    """

    target: IntArray
    population: FloatArray
    merges: tuple[Merge, ...]

    def sentence(self, language: str) -> str:
        """State the rule and how often it was used, for the report."""
        dossiers = sum(merge.size for merge in self.merges)
        return RULE[language].format(count=len(self.merges), dossiers=f"{dossiers:.0f}")


RULE = {
    "vi": "Tầng có hồ sơ nhưng không có phiếu được gộp vào tầng có nhiều phiếu nhất trong cùng nhóm; "
    "{count} tầng với {dossiers} hồ sơ đã được gộp.",
    "en": "A stratum with dossiers but no responses is merged into the stratum of its group with the most "
    "responses; {count} strata with {dossiers} dossiers were merged.",
}


def collapse_empty_strata(
    population: npt.ArrayLike, sample_sizes: npt.ArrayLike, group_of_stratum: npt.ArrayLike
) -> CollapsedStrata:
    """Merge every stratum with dossiers but no responses into the fullest stratum of its group.

    The group is what the strata have in common (the unit, or the field of service). "Fullest" means most
    responses; of equals, the lowest code.

    Args:
        population: (H,) dossiers.
        sample_sizes: (H,) responses.
        group_of_stratum: (H,) group codes, 0 or more.

    Returns:
        The map, the merged populations, and the merges to print. Weights are then merged population / n.

    Raises:
        MismatchedShapes: the arrays differ in length.
        NothingToCollapseInto: a group with dossiers but no response at all.

    Source: Cochran (1977), Sampling Techniques, chapter 5A, on strata with one unit.
    """
    dossiers = np.asarray(population, np.float64)
    sizes, group = np.asarray(sample_sizes, np.int64), np.asarray(group_of_stratum, np.int64)
    if not dossiers.shape == sizes.shape == group.shape:
        raise MismatchedShapes(population=dossiers.shape, sample_sizes=sizes.shape, groups=group.shape)
    order = np.lexsort((np.arange(len(sizes)), -sizes, group))
    groups, first = np.unique(group[order], return_index=True)
    fullest = order[first][np.searchsorted(groups, group)]
    empty = (sizes == 0) & (dossiers > 0)
    stuck = np.flatnonzero(empty & (sizes[fullest] == 0))
    if len(stuck):
        raise NothingToCollapseInto(stuck)
    target = np.where(empty, fullest, np.arange(len(sizes)))
    merged = np.bincount(target, weights=dossiers, minlength=len(sizes))
    merges = tuple(
        Merge(int(h), int(target[h]), float(dossiers[h]), int(group[h])) for h in np.flatnonzero(empty)
    )
    return CollapsedStrata(frozen_integers(target), frozen_floats(merged), merges)


def merge_lonely_neighbours(units: npt.ArrayLike) -> CollapsedStrata:
    """Merge every stratum with a single unit into the next one, for the variance only.

    A stratum with one unit joins the next; if that one has a single unit too, both go on to the one after;
    the last joins the one before. Weights keep the original strata.

    Args:
        units: (H,) units drawn from each stratum, in the order in which strata are neighbours.

    Returns:
        The map; `population` holds the units of the merged strata.

    Source: Wolter (2007), section 2.5; golden case sipas_c_cluster (tests/golden/cases).
    """
    drawn = np.asarray(units, np.int64)
    groups: list[list[int]] = []
    waiting: list[int] = []
    for stratum in range(len(drawn)):
        waiting.append(stratum)
        if drawn[stratum] > 1:
            groups.append(waiting)
            waiting = []
    if waiting and groups:
        groups[-1].extend(waiting)
    elif waiting:
        groups.append(waiting)
    target = np.arange(len(drawn))
    for members in groups:
        target[members] = max(members, key=lambda h: (drawn[h] > 1, h))
    merges = tuple(Merge(h, int(target[h]), float(drawn[h]), -1) for h in range(len(drawn)) if target[h] != h)
    merged = np.bincount(target, weights=drawn, minlength=len(drawn))
    return CollapsedStrata(frozen_integers(target), frozen_floats(merged), merges)
