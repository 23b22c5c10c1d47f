"""One pass over packed answers and levels: products of columns, counted and weighted, stratum by stratum.

The columns are [satisfied | valid but not satisfied | levels of the margins inside strata | 1].
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from survey.statistics.arrays import FloatArray, IntArray
from survey.statistics.moments import centre_counts
from survey.statistics.packed import Packed, blocks, pieces

PIECE = 1440  # rows multiplied at a time: few enough to stay in the processor's cache, too few for threads of their own
AT_ONCE = 32  # products taken apart together: few enough to stay in the processor's cache
THREADS = (
    2  # strata are multiplied in so many threads; every stratum in one, so that their number changes no digit
)
TINY = 1e-200  # g^2 of a stratum whose weights are all 0


@dataclass(frozen=True, eq=False)
class Products:
    """What one pass over the sorted rows gives, stratum by stratum; r levels have a column."""

    answers: FloatArray  # (S, 2q) counts
    pairs: FloatArray  # (S, 2q, 2q) counts of answer x answer, centred in the end
    level_answers: FloatArray  # (S, r + 1, 2q) counts
    sums: FloatArray  # (S, w) of g column
    weighted: FloatArray  # (S, w, 2q) of g column x g answer, centred
    weighted_levels: FloatArray  # (S, r + 1, r + 1) of g level x g level, centred

    def of_strata(self, chosen: slice) -> "Products":
        """Give the part of some strata, sharing memory."""
        return Products(*(getattr(self, field.name)[chosen] for field in fields(self)))


def products(packed: Packed, answers: int, g: FloatArray) -> Products:
    """Multiply the columns by each other, counted and weighted by g^2, and centre the products.

    Args:
        packed: w columns [satisfied | valid but not satisfied | levels | 1], in order of stratum.
        answers: how many of them are answers, 2q.
        g: (n,) raked / design weight in the same order.
    """
    strata, width = len(packed.cells), packed.used
    found = Products(
        answers=np.empty((strata, answers)),
        pairs=np.empty((strata, answers, answers)),
        level_answers=np.empty((strata, width - answers, answers)),
        sums=np.empty((strata, width)),
        weighted=np.empty((strata, width, answers)),
        weighted_levels=np.empty((strata, width - answers, width - answers)),
    )
    ends = np.searchsorted(packed.bounds, np.linspace(0, packed.bounds[-1], THREADS + 1)).tolist()
    shares = [slice(*pair) for pair in pairwise(ends)]
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda share: _multiply(found.of_strata(share), packed.of_cells(share), g), shares))
    return found


def _multiply(found: Products, packed: Packed, g: FloatArray) -> None:
    """Fill in everything for some strata.

    In units of a stratum in which the sums of g^2 of a piece stay below a quarter, every row is multiplied by the
    root of 1 + g^2. One symmetric product then gives both: its whole part is the count, exactly, and what is left is
    the weighted sum. A last column holds g / root, whose products with the others are the sums of g column.
    """
    unit = _units(packed, g)
    width, rows = packed.used, np.diff(packed.bounds)
    here = slice(packed.bounds[0], packed.bounds[-1])
    scaled = g[here] / np.repeat(unit, rows)
    root = np.sqrt(scaled**2 + 1.0)
    last = scaled / root
    columns, both = np.empty((PIECE, packed.room + 1)), np.empty((AT_ONCE, width + 1, width + 1))
    for cell, start, stop in pieces(packed.bounds, PIECE, AT_ONCE):
        for product, begin, end in zip(both, start.tolist(), stop.tolist(), strict=False):
            some, piece = slice(begin - here.start, end - here.start), columns[: end - begin]
            piece[:, :-1] = packed.unpack(begin, end)
            piece *= root[some, np.newaxis]
            piece[:, width] = last[some]
            np.matmul(piece[:, : width + 1].T, piece[:, : width + 1], out=product)
        _take_apart(found, both[: len(cell)], cell, first=bool(start[0] == packed.bounds[cell[0]]))
    _centre(found, rows, unit)


def _take_apart(found: Products, both: FloatArray, cell: IntArray, *, first: bool) -> None:
    """Put counts and weighted sums of one piece of each of these strata where they belong, or add them there."""
    answers = found.answers.shape[1]
    inside = slice(cell[0], cell[-1] + 1) if cell[-1] - cell[0] == len(cell) - 1 else cell
    sums, weighted = both[:, -1, :-1], both[:, :-1, :-1]
    counts = np.rint(weighted)
    weighted -= counts
    parts = (
        (found.sums, sums),
        (found.pairs, counts[:, :answers, :answers]),
        (found.level_answers, counts[:, answers:, :answers]),
        (found.weighted, weighted[:, :, :answers]),
        (found.weighted_levels, weighted[:, answers:, answers:]),
    )
    for whole, part in parts:
        if first:
            whole[inside] = part
        else:
            whole[inside] += part


def _units(packed: Packed, g: FloatArray) -> FloatArray:
    """Give every stratum a power of 2 above twice the root of what g^2 can sum to in a piece of it."""
    if not len(packed.cells):
        return np.ones(0)
    most = np.maximum(np.maximum.reduceat(g[: packed.bounds[-1]], packed.bounds[:-1]), TINY)
    reach = 2 * most * np.sqrt(np.minimum(np.diff(packed.bounds), PIECE))
    return np.asarray(np.exp2(np.ceil(np.log2(reach))), np.float64)


def _centre(found: Products, rows: IntArray, unit: FloatArray) -> None:
    """Subtract what the sums explain, leave the units, and give the counts of answers."""
    answers = found.answers.shape[1]
    for some in blocks(len(rows), AT_ONCE):
        sums = found.sums[some]
        mean = (sums / rows[some, np.newaxis])[:, :, np.newaxis]
        square = unit[some, np.newaxis, np.newaxis] ** 2
        found.weighted[some] -= mean * sums[:, np.newaxis, :answers]
        found.weighted[some] *= square
        found.weighted_levels[some] -= mean[:, answers:] * sums[:, np.newaxis, answers:]
        found.weighted_levels[some] *= square
    found.sums[...] *= unit[:, np.newaxis]
    found.answers[...] = centre_counts(found.pairs, rows)


def spreads(packed: Packed, answers: int, g: FloatArray) -> FloatArray:
    """Give the sums of g answer x answer of every stratum (S, 2q, 2q), not centred: for design effects."""
    found = np.zeros((len(packed.cells), answers, answers))
    plain = np.empty((PIECE, answers))
    for cell, start, stop in pieces(packed.bounds, PIECE, AT_ONCE):
        for at, begin, end in zip(cell.tolist(), start.tolist(), stop.tolist(), strict=True):
            columns = plain[: end - begin]
            columns[...] = packed.unpack(begin, end)[:, :answers]
            found[at] += (columns * g[begin:end, np.newaxis]).T @ columns
    return found
