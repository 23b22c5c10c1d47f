"""One pass over packed answers and their levels: products of columns, counted and weighted, stratum by stratum.

Levels and raked weights are constant in a run of rows of one stratum and one cell of the margins, so that products with
levels need only the counts of every run. Products of answers need all rows.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from survey.statistics.arrays import BoolArray, CodeArray, FloatArray, IntArray
from survey.statistics.moments import centre_counts
from survey.statistics.packed import Packed, blocks, pieces

PIECE = 1440  # rows multiplied at a time: few enough to stay in the processor's cache, too few for threads of their own
AT_ONCE = 32  # products taken apart together: few enough to stay in the processor's cache
TINY = 1e-200  # g^2 of a stratum whose weights are all 0


@dataclass(frozen=True, eq=False)
class Runs:
    """Rows of one stratum and one cell of the margins, in order of stratum.

    Attributes:
        first: (R,) where each begins; a run has at most `packed.LONGEST_RUN` rows.
        g: (R,) raked weight / design weight.
        cell: (R,) row of `levels`.
        levels: (c, r + 1) indicators of levels, the last column all true.
    """

    first: IntArray
    g: FloatArray
    cell: CodeArray
    levels: BoolArray

    def of_rows(self, rows: int) -> FloatArray:
        """Give g of every row (n,)."""
        return np.repeat(self.g, np.diff(self.first, append=rows))


@dataclass(frozen=True, eq=False)
class Products:
    """What one pass over the sorted rows gives, stratum by stratum."""

    answers: FloatArray  # (S, 2q) counts
    pairs: FloatArray  # (S, 2q, 2q) counts of answer x answer, centred in the end
    level_answers: FloatArray  # (S, r + 1, 2q) counts
    sums: FloatArray  # (S, w) of g column
    weighted: FloatArray  # (S, w, 2q) of g column x g answer, centred
    weighted_levels: FloatArray  # (S, r + 1, r + 1) of g level x g level, centred


def products(packed: Packed, runs: Runs) -> Products:
    """Multiply the columns by each other, counted and weighted by g^2, and centre the products.

    Args:
        packed: columns [satisfied | valid but not satisfied], in order of stratum.
        runs: of the same rows.
    """
    answers, levels, strata = packed.used, runs.levels.shape[1], len(packed.cells)
    width = answers + levels
    found = Products(
        answers=np.zeros((strata, answers)),
        pairs=np.empty((strata, answers, answers)),
        level_answers=np.empty((strata, levels, answers)),
        sums=np.empty((strata, width)),
        weighted=np.empty((strata, width, answers)),
        weighted_levels=np.empty((strata, levels, levels)),
    )
    _multiply_levels(found, packed, runs)
    _multiply_answers(found, packed, runs)
    found.answers[...] = centre_counts(found.pairs, np.diff(packed.bounds))
    return found


def _multiply_levels(found: Products, packed: Packed, runs: Runs) -> None:
    """Fill in all sums, and the products of levels with answers and levels, from the counts of runs."""
    counts, size = packed.count(runs.first), np.diff(runs.first, append=len(packed.words))
    start = np.searchsorted(runs.first, packed.bounds)
    answers, levels, rows = packed.used, runs.levels.shape[1], np.diff(packed.bounds)
    for some in blocks(len(packed.cells), AT_ONCE):
        bounds = start[some.start : some.stop + 1]
        inside = slice(bounds[0], bounds[-1])
        of_runs, g = runs.levels[runs.cell[inside]].astype(np.float64), runs.g[inside, np.newaxis]
        left = np.hstack((of_runs, g * g * of_runs, g))
        right = np.hstack((counts[inside].astype(np.float64), size[inside, np.newaxis] * of_runs))
        both = np.stack([left[a:b].T @ right[a:b] for a, b in pairwise((bounds - bounds[0]).tolist())])
        sums = found.sums[some] = both[:, -1]
        mean = sums / rows[some, np.newaxis]
        both[:, levels:-1] -= mean[:, answers:, np.newaxis] * sums[:, np.newaxis]
        found.level_answers[some] = both[:, :levels, :answers]
        found.weighted[some, answers:] = both[:, levels:-1, :answers]
        found.weighted_levels[some] = both[:, levels:-1, answers:]


def _multiply_answers(found: Products, packed: Packed, runs: Runs) -> None:
    """Fill in products of answers, plain and weighted, a piece of a stratum at a time; the sums are known.

    Every row is multiplied by the root of unit + g^2, so that one symmetric product gives both: the unit of a stratum
    is a power of 2, and the sums of g^2 of a piece do not reach a quarter of it, so the multiples of the unit in a
    sum are the count, exactly, and what is left is the weighted sum.
    """
    squares = runs.of_rows(len(packed.words)) ** 2
    unit = _units(packed, squares)
    root = np.sqrt(squares + np.repeat(unit, np.diff(packed.bounds)))
    of_answers = found.weighted[:, : packed.used]
    columns, both = np.empty((PIECE, packed.used)), np.empty((AT_ONCE, packed.used, packed.used))
    for cell, start, stop in pieces(packed.bounds, PIECE, AT_ONCE):
        for product, begin, end in zip(both, start.tolist(), stop.tolist(), strict=False):
            rows = columns[: end - begin]
            rows[...] = packed.unpack(begin, end)
            rows *= root[begin:end, np.newaxis]
            np.matmul(rows.T, rows, out=product)
        inside = slice(cell[0], cell[-1] + 1) if cell[-1] - cell[0] == len(cell) - 1 else cell
        counts, weighted = _digits(both[: len(cell)], unit[cell, np.newaxis, np.newaxis])
        if start[0] == packed.bounds[cell[0]]:
            sums, size = found.sums[inside, : packed.used], np.diff(packed.bounds)[inside, np.newaxis]
            weighted -= (sums / size)[:, :, np.newaxis] * sums[:, np.newaxis]
            found.pairs[inside], of_answers[inside] = counts, weighted
        else:
            found.pairs[inside] += counts
            of_answers[inside] += weighted


def _units(packed: Packed, squares: FloatArray) -> FloatArray:
    """Give every stratum a power of 2 above 4 times the most that g^2 can sum to in a piece of it."""
    if not len(squares):
        return np.ones(0)
    most = np.maximum(np.maximum.reduceat(squares, packed.bounds[:-1]), TINY)
    return np.asarray(
        np.exp2(np.ceil(np.log2(4 * most * np.minimum(np.diff(packed.bounds), PIECE)))), np.float64
    )


def _digits(both: FloatArray, unit: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the multiples of the unit, and what is left."""
    counts = np.multiply(both, 1 / unit)
    np.rint(counts, out=counts)
    rest = np.multiply(counts, unit)
    return counts, np.subtract(both, rest, out=rest)


def spreads(packed: Packed, runs: Runs) -> FloatArray:
    """Give the sums of g answer x answer of every stratum (S, 2q, 2q), not centred: for design effects."""
    g = runs.of_rows(len(packed.words))
    found = np.zeros((len(packed.cells), packed.used, packed.used))
    plain = np.empty((PIECE, packed.used))
    for cell, start, stop in pieces(packed.bounds, PIECE, AT_ONCE):
        for at, begin, end in zip(cell.tolist(), start.tolist(), stop.tolist(), strict=True):
            columns = plain[: end - begin]
            columns[...] = packed.unpack(begin, end)
            found[at] += (columns * g[begin:end, np.newaxis]).T @ columns
    return found
