"""One pass over packed answers and levels: products of columns, counted and weighted, stratum by stratum."""

from dataclasses import dataclass

import numpy as np

from survey.statistics.arrays import FloatArray, IntArray
from survey.statistics.moments import centre_counts
from survey.statistics.packed import Packed, blocks, pieces

PIECE = 360  # rows multiplied at a time: small products are fastest, and too small for threads of their own
AT_ONCE = 32  # products taken apart together: few enough to stay in the processor's cache
TINY = 1e-200  # g^2 of a stratum whose weights are all 0


@dataclass(frozen=True, eq=False)
class Products:
    """What one pass over the sorted rows gives, stratum by stratum."""

    answers: FloatArray  # (S, 2q) counts
    pairs: FloatArray  # (S, 2q, 2q) counts of answer x answer, centred in the end
    level_answers: FloatArray  # (S, r + 1, 2q) counts
    sums: FloatArray  # (S, w) of g column
    weighted: FloatArray  # (S, w, 2q) of g column x g answer, centred in the end
    weighted_levels: FloatArray  # (S, r + 1, r + 1) of g level x g level, centred in the end


def products(packed: Packed, g: FloatArray, answers: int) -> Products:
    """Multiply the columns by each other, counted and weighted by g^2, and centre the products.

    Args:
        packed: columns [satisfied | valid but not satisfied | levels], in order of stratum.
        g: (n,) raked weight / design weight, in the same order.
        answers: number 2q of columns that are answers.
    """
    levels, strata = packed.used + 1 - answers, len(packed.cells)
    width = answers + levels
    found = Products(
        answers=np.zeros((strata, answers)),
        pairs=np.empty((strata, answers, answers)),
        level_answers=np.empty((strata, levels, answers)),
        sums=np.empty((strata, width)),
        weighted=np.empty((strata, width, answers)),
        weighted_levels=np.empty((strata, levels, levels)),
    )
    _multiply(found, packed, g)
    rows = np.diff(packed.bounds)
    found.answers[...] = centre_counts(found.pairs, rows)
    _centre(found, rows)
    return found


def _multiply(found: Products, packed: Packed, g: FloatArray) -> None:
    """Add products of the columns, plain and weighted, a piece of a stratum at a time.

    Every row is multiplied by the root of unit + g^2, so that one symmetric product gives both: the unit of a stratum
    is a power of 2, and the sums of g^2 of a piece do not reach a quarter of it, so the multiples of the unit in a
    sum are the count, exactly, and what is left is the weighted sum. A last column g / root gives the sums of g.
    """
    used = packed.used
    unit = _units(packed, g)
    root = np.sqrt(np.repeat(unit, np.diff(packed.bounds)) + g * g)
    last = g / root
    columns, both = np.ones((PIECE, used + 2)), np.empty((AT_ONCE, used + 2, used + 2))
    for cell, start, stop in pieces(packed.bounds, PIECE, AT_ONCE):
        for place, (begin, end) in enumerate(zip(start.tolist(), stop.tolist(), strict=True)):
            rows = columns[: end - begin]
            rows[:, :used] = packed.unpack(begin, end)
            rows[:, used] = 1.0
            rows *= root[begin:end, np.newaxis]
            rows[:, -1] = last[begin:end]
            np.matmul(rows.T, rows, out=both[place])
        inside = slice(cell[0], cell[-1] + 1) if cell[-1] - cell[0] == len(cell) - 1 else cell
        begins = bool(start[0] == packed.bounds[cell[0]])
        _take_apart(found, both[: len(cell)], unit[cell, np.newaxis, np.newaxis], inside, first=begins)


def _units(packed: Packed, g: FloatArray) -> FloatArray:
    """Give every stratum a power of 2 above 4 times the most that g^2 can sum to in a piece of it."""
    if not len(packed.cells):
        return np.ones(0)
    most = np.maximum.reduceat(g, packed.bounds[:-1])
    return np.asarray(np.exp2(np.ceil(np.log2(4 * PIECE * np.maximum(most**2, TINY)))), np.float64)


def _take_apart(
    found: Products, both: FloatArray, unit: FloatArray, inside: slice | IntArray, *, first: bool
) -> None:
    """Give strata the counts and weighted sums of their first pieces, and add those of the others."""
    answers = found.pairs.shape[1]
    counts, weighted = _digits(both[:, :-1, :answers], unit)
    parts = (
        (found.pairs, counts[:, :answers]),
        (found.level_answers, counts[:, answers:]),
        (found.weighted, weighted),
        (found.weighted_levels, _digits(both[:, answers:-1, answers:-1], unit)[1]),
        (found.sums, both[:, -1, :-1]),
    )
    for total, part in parts:
        if first:
            total[inside] = part
        else:
            total[inside] += part


def _digits(both: FloatArray, unit: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the multiples of the unit, and what is left."""
    counts = np.multiply(both, 1 / unit)
    np.rint(counts, out=counts)
    rest = np.multiply(counts, unit)
    return counts, np.subtract(both, rest, out=rest)


def _centre(found: Products, rows: IntArray) -> None:
    """Subtract sums x sums' / rows from the weighted products, in place."""
    answers = found.pairs.shape[1]
    for some in blocks(len(rows), AT_ONCE):
        sums, mean = found.sums[some], found.sums[some] / rows[some, np.newaxis]
        found.weighted[some] -= mean[:, :, np.newaxis] * sums[:, np.newaxis, :answers]
        found.weighted_levels[some] -= mean[:, answers:, np.newaxis] * sums[:, np.newaxis, answers:]


def spreads(packed: Packed, g: FloatArray, answers: int) -> FloatArray:
    """Give the sums of g answer x answer of every stratum (S, 2q, 2q), not centred: for design effects."""
    found = np.zeros((len(packed.cells), answers, answers))
    plain = np.empty((PIECE, answers))
    for cell, start, stop in pieces(packed.bounds, PIECE, AT_ONCE):
        for at, begin, end in zip(cell.tolist(), start.tolist(), stop.tolist(), strict=True):
            columns = plain[: end - begin]
            columns[...] = packed.unpack(begin, end)[:, :answers]
            found[at] += (columns * g[begin:end, np.newaxis]).T @ columns
    return found
