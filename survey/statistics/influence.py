"""How much every measure changes with the totals of satisfied and of not satisfied answers.

An item's share depends on two totals only, a factor on those of its items: nothing here multiplies by the many
coefficients that are 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol, Self

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray, ratio_or_nan

AT_ONCE = 64  # groups whose matrices are multiplied together: few enough to stay in the processor's cache


class Linear(Protocol):
    """How much some measures change with the totals, in some groups: all that their variances need."""

    @property
    def measures(self) -> int:
        """Number of measures M."""

    def at(self, groups: IntArray) -> Self:
        """Give the same in some groups."""

    def of(self, rows: FloatArray, group: IntArray) -> FloatArray:
        """Give the change of every measure (r, M) with rows of totals (r, 2q) of the groups named."""

    def bound(self, sizes: FloatArray) -> FloatArray:
        """Give the most that every measure can change (G, M) with totals that change by these sizes (G, 2q)."""

    def form(self, matrices: FloatArray, chosen: slice) -> FloatArray:
        """Give the quadratic forms a' P a (b, M) of symmetric matrices (b, 2q, 2q), one for each group chosen."""

    def times(self, matrices: FloatArray, chosen: slice) -> FloatArray:
        """Give C a (b, w, M) for matrices C (b, w, 2q), one for each group chosen."""


@dataclass(frozen=True, eq=False)
class Slopes:
    """Derivatives (G, M, 2q) of any measures by the totals, as they are."""

    slopes: FloatArray

    @property
    def measures(self) -> int:
        """Number of measures M."""
        return int(self.slopes.shape[1])

    def at(self, groups: IntArray) -> "Slopes":
        """Give the slopes in some groups."""
        return Slopes(self.slopes[groups])

    def of(self, rows: FloatArray, group: IntArray) -> FloatArray:
        """Give the change of every measure (r, M) with rows of totals (r, 2q) of the groups named."""
        change: FloatArray = np.einsum("rk,rmk->rm", rows, self.slopes[group])
        return change

    def bound(self, sizes: FloatArray) -> FloatArray:
        """Give the most that every measure can change (G, M) with totals that change by these sizes (G, 2q)."""
        return Slopes(np.abs(self.slopes)).of(sizes, np.arange(len(sizes)))

    def form(self, matrices: FloatArray, chosen: slice) -> FloatArray:
        """Give the quadratic forms a' P a (b, M) of symmetric matrices (b, 2q, 2q), one for each group chosen."""
        slopes = self.slopes[chosen]
        forms: FloatArray = np.einsum("bmk,bmk->bm", slopes @ matrices, slopes)
        return forms

    def times(self, matrices: FloatArray, chosen: slice) -> FloatArray:
        """Give C a (b, w, M) for matrices C (b, w, 2q), one for each group chosen."""
        changes: FloatArray = matrices @ self.slopes[chosen].transpose(0, 2, 1)
        return changes


@dataclass(frozen=True, eq=False)
class Influence:
    """Derivatives of the measures by the totals, in some groups; 0 where a measure has no value.

    q items, M measures: the items, then combinations of them (factors, SIPAS_POOLED, SIPAS_MEAN).

    Attributes:
        members: (M, q) marks the items of each measure.
        of_score: (G, q) derivative of each item's share by the total of satisfied answers.
        of_shortfall: (G, q) by the total of valid but not satisfied ones.
        pooled: (G, 2) derivatives of SIPAS_POOLED by each total of the one and of the other kind.
    """

    members: BoolArray
    of_score: FloatArray
    of_shortfall: FloatArray
    pooled: FloatArray

    @property
    def items(self) -> int:
        """Number of items q."""
        return int(self.members.shape[1])

    @property
    def measures(self) -> int:
        """Number of measures M."""
        return len(self.members)

    @cached_property
    def combined(self) -> FloatArray:
        """Coefficients of the combinations (G, M - q, 2q)."""
        share = self._shares
        parts = [share * column[:, np.newaxis, :] for column in (self.of_score, self.of_shortfall)]
        coefficients = np.concatenate(parts, axis=2)
        for kind in range(2):
            coefficients[:, -2, kind * self.items : (kind + 1) * self.items] = self.pooled[
                :, kind, np.newaxis
            ]
        return coefficients

    @property
    def _shares(self) -> FloatArray:
        """Weight of each item in each combination (M - q, q)."""
        combinations = self.members[self.items :]
        shares: FloatArray = combinations / combinations.sum(axis=1)[:, np.newaxis]
        return shares

    def at(self, groups: IntArray) -> "Influence":
        """Give the influence in some groups."""
        return Influence(self.members, self.of_score[groups], self.of_shortfall[groups], self.pooled[groups])

    def of(self, rows: FloatArray, group: IntArray) -> FloatArray:
        """Give the change of every measure (r, M) with rows of totals (r, 2q) of the groups named."""
        above, below = rows[:, : self.items], rows[:, self.items :]
        of_items = above * self.of_score[group] + below * self.of_shortfall[group]
        combined = of_items @ self._shares.T
        combined[:, -2] = (
            above.sum(axis=1) * self.pooled[group, 0] + below.sum(axis=1) * self.pooled[group, 1]
        )
        return np.hstack((of_items, combined))

    def bound(self, sizes: FloatArray) -> FloatArray:
        """Give the most that every measure can change (G, M) with totals that change by these sizes (G, 2q)."""
        absolute = Influence(
            self.members, np.abs(self.of_score), np.abs(self.of_shortfall), np.abs(self.pooled)
        )
        return absolute.of(sizes, np.arange(len(sizes)))

    def form(self, matrices: FloatArray, chosen: slice) -> FloatArray:
        """Give the quadratic forms a' P a (b, M) of symmetric matrices (b, 2q, 2q), one for each group chosen."""
        items = self.items
        squares = np.einsum("bii->bi", matrices)
        across = np.einsum("bii->bi", matrices[:, :items, items:])
        above, below = self.of_score[chosen], self.of_shortfall[chosen]
        of_items = above**2 * squares[:, :items] + below**2 * squares[:, items:] + 2 * above * below * across
        combined = self.combined[chosen]
        return np.hstack((of_items, np.einsum("bmk,bmk->bm", combined @ matrices, combined)))

    def times(self, matrices: FloatArray, chosen: slice) -> FloatArray:
        """Give C a (b, w, M) for matrices C (b, w, 2q), one for each group chosen."""
        above, below = self.of_score[chosen, np.newaxis], self.of_shortfall[chosen, np.newaxis]
        of_items = above * matrices[:, :, : self.items]
        of_items += below * matrices[:, :, self.items :]
        return np.concatenate((of_items, matrices @ self.combined[chosen].transpose(0, 2, 1)), axis=2)


def linearise_measures(totals: FloatArray, members: BoolArray) -> tuple[FloatArray, Influence]:
    """Turn totals (G, 2q) into estimates (G, M), nan where undefined, and how they change with the totals."""
    items = members.shape[1]
    share, of_score, of_shortfall = _ratio(totals[:, :items], totals[:, items:])
    whole, *pooled = _ratio(totals[:, :items].sum(axis=1), totals[:, items:].sum(axis=1))
    missing = np.isnan(share)
    estimate = np.nan_to_num(share) @ members.T / members.sum(axis=1)
    estimate[(missing @ members.T) > 0] = np.nan
    estimate[:, -2] = whole
    known = (np.nan_to_num(part) for part in (of_score, of_shortfall, np.column_stack(pooled)))
    return estimate, Influence(members, *known)


def _ratio(scores: FloatArray, shortfalls: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give S / (S + U) and its derivatives U / (S + U)^2 by S and -S / (S + U)^2 by U; nan if S + U = 0."""
    whole = scores + shortfalls
    share = ratio_or_nan(scores, whole)
    return share, ratio_or_nan(ratio_or_nan(shortfalls, whole), whole), -ratio_or_nan(share, whole)


def of_sums(
    apply: Callable[[FloatArray, slice], FloatArray],
    factors: FloatArray,
    matrices: FloatArray,
    start: IntArray,
) -> FloatArray:
    """Apply a linear map to sums of factor x matrix, without keeping the sums of all groups.

    Args:
        apply: takes matrices (b, ...) and the groups they belong to, and gives (b, ...).
        factors: (f, c) several factors of every cell.
        matrices: (c, ...) one of every cell, in order of group.
        start: (G + 1,) where the cells of each group begin; no group is empty.

    Returns:
        (f, G, ...) what the map makes of the sums with each of the factors.
    """
    results = []
    flat = matrices.reshape(len(matrices), -1)
    for first in range(0, len(start) - 1, AT_ONCE):
        bounds = start[first : first + AT_ONCE + 1]
        chosen, inside = slice(first, first + len(bounds) - 1), slice(bounds[0], bounds[-1])
        if bounds[-1] - bounds[0] == len(bounds) - 1:  # one cell each
            mapped = apply(matrices[inside], chosen)
            results.append(factors[:, inside].reshape(len(factors), -1, *[1] * (mapped.ndim - 1)) * mapped)
        else:
            sums = np.stack([factors[:, a:b] @ flat[a:b] for a, b in pairwise(bounds.tolist())], 1)
            sums = sums.reshape(len(factors), -1, *matrices.shape[1:])
            results.append(np.stack([apply(part, chosen) for part in sums]))
    return np.concatenate(results, axis=1)
