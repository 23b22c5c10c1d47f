"""One pass over packed answers and levels: products of columns, counted and weighted, stratum by stratum."""

from dataclasses import dataclass
from math import ceil, log2

import numpy as np

from survey.statistics.arrays import FloatArray, IntArray
from survey.statistics.moments import centre_counts
from survey.statistics.packed import Packed, blocks, pieces

PIECE = 360  # rows multiplied at a time: small products are fastest, and too small for threads of their own
AT_ONCE = 32  # products taken apart together: few enough to stay in the processor's cache


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
    unit = 2.0 ** ceil(log2(4 * PIECE * max(float(np.max(g, initial=0.0)) ** 2, 1.0)))
    _multiply(found, packed, g, unit)
    rows = np.diff(packed.bounds)
    found.answers[...] = centre_counts(found.pairs, rows)
    _centre(found, rows)
    return found


def _multiply(found: Products, packed: Packed, g: FloatArray, unit: float) -> None:
    """Add products of the columns, plain and weighted, a piece of a stratum at a time.

    Every row is multiplied by unit + g^2. The unit is a power of 2, and the sums of g^2 of a piece do not reach a
    quarter of it: the multiples of the unit in a sum are the count, exactly, and what is left is the weighted sum.
    A last column g gives the sums of g.
    """
    used, answers = packed.used, found.answers.shape[1]
    columns, weighted = np.ones((PIECE, used + 1)), np.empty((PIECE, used + 2))
    both = np.empty((AT_ONCE, used + 2, answers))
    levels = np.empty((AT_ONCE, used + 2 - answers, used + 1 - answers))
    for cell, start, stop in pieces(packed.bounds, PIECE, AT_ONCE):
        for place, (begin, end) in enumerate(zip(start.tolist(), stop.tolist(), strict=True)):
            plain, left, own = columns[: end - begin], weighted[: end - begin], g[begin:end]
            plain[:, :used] = packed.unpack(begin, end)
            np.multiply(plain, (unit + own * own)[:, np.newaxis], out=left[:, :-1])
            left[:, -1] = own
            np.matmul(left.T, plain[:, :answers], out=both[place])
            np.matmul(left[:, answers:].T, plain[:, answers:], out=levels[place])
        inside = slice(cell[0], cell[-1] + 1) if cell[-1] - cell[0] == len(cell) - 1 else cell
        begins = bool(start[0] == packed.bounds[cell[0]])
        _take_apart(found, both[: len(cell)], levels[: len(cell)], unit, inside, first=begins)


def _take_apart(
    found: Products,
    both: FloatArray,
    levels: FloatArray,
    unit: float,
    inside: slice | IntArray,
    *,
    first: bool,
) -> None:
    """Give strata the counts and weighted sums of their first pieces, and add those of the others."""
    answers = both.shape[2]
    counts, weighted = _digits(both, unit)
    parts = (
        (found.pairs, counts[:, :answers]),
        (found.level_answers, counts[:, answers:-1]),
        (found.weighted, weighted[:, :-1]),
        (found.weighted_levels, _digits(levels, unit)[1][:, :-1]),
        (found.sums[:, :answers], both[:, -1]),
        (found.sums[:, answers:], levels[:, -1]),
    )
    for total, part in parts:
        if first:
            total[inside] = part
        else:
            total[inside] += part


def _digits(both: FloatArray, unit: float) -> tuple[FloatArray, FloatArray]:
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
