"""Yes/no columns of respondents packed in bits, a few bytes each, in order of stratum.

A million respondents with 44 columns take 8 MB instead of 44, move in one piece when they are sorted, and are
unpacked stratum by stratum while they are in the processor's cache.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from survey.statistics.arrays import BoolArray, CodeArray, IntArray

WORD = 64
BYTE = 8
LONGEST_RUN = 255  # rows that can be counted in a byte
RUNS_AT_ONCE = 1024


@dataclass(frozen=True, eq=False)
class Packed:
    """Rows of bits in order of cell (stratum, or group x stratum).

    Attributes:
        words: (n, ceil(used / 64)) bits of each row, the first column lowest.
        used: number of columns.
        cells: (C,) ascending codes of the cells that have rows.
        bounds: (C + 1,) where the rows of each cell begin and the last one ends.
    """

    words: npt.NDArray[np.uint64]
    used: int
    cells: IntArray
    bounds: IntArray

    def unpack(self, start: int, stop: int) -> npt.NDArray[np.uint8]:
        """Give some rows as zeros and ones, (stop - start, used)."""
        flat = self.words[start:stop].view(np.uint8).reshape(-1)
        bits = np.unpackbits(flat, bitorder="little")
        return bits.reshape(stop - start, self.words.shape[1] * WORD)[:, : self.used]

    def count(self, first: IntArray) -> npt.NDArray[np.uint8]:
        """Count the ones of each column in runs of at most LONGEST_RUN rows (R, used); first: where each begins.

        Eight counts are added at once: none of them can reach the next.
        """
        bounds = np.append(first, len(self.words))
        counts = np.empty((len(first), -(-self.used // BYTE)), "<u8")
        for some in blocks(len(first), RUNS_AT_ONCE):
            start, stop = bounds[some.start], bounds[some.stop]
            ones = np.unpackbits(self.words[start:stop].view(np.uint8), axis=1, bitorder="little")
            eights = ones.view("<u8")[:, : counts.shape[1]]
            np.add.reduceat(eights, first[some] - start, axis=0, out=counts[some])
        return counts.view(np.uint8)[:, : self.used]


def answer_words(numerator: BoolArray, denominator: BoolArray) -> npt.NDArray[np.uint64]:
    """Pack [satisfied | valid but not satisfied].

    Args:
        numerator: (n, q) satisfied; fastest if each column is contiguous.
        denominator: (n, q) valid.

    Returns:
        (n, ceil(2q / 64)) words.
    """
    rows, items = numerator.shape
    above, below = (np.ascontiguousarray(part.T).view(np.uint8) for part in (numerator, denominator))
    words = np.zeros((rows, -(-2 * items // WORD)), "<u8")
    octets = words.view(np.uint8)
    for first in range(0, 2 * items, BYTE):
        octet = np.zeros(rows, np.uint8)
        for column in reversed(range(first, min(first + BYTE, 2 * items))):
            octet += octet  # makes room for the next bit; a shift takes many times longer
            item = column % items
            octet |= above[item] if column < items else np.greater(below[item], above[item]).view(np.uint8)
        octets[:, first // BYTE] = octet
    return words


def in_order(
    words: npt.NDArray[np.uint64], used: int, cell: CodeArray, within: CodeArray | None = None
) -> tuple[Packed, npt.NDArray[np.intp]]:
    """Sort rows by cell, and by another code within; rows of cells below 0 are left out.

    Returns:
        The rows in order, and the position each had before.
    """
    code = compact(cell)
    if within is None:
        order = np.argsort(code, kind="stable")
    else:
        order = np.argsort(within, kind="stable")
        order = np.take(order, np.argsort(np.take(code, order), kind="stable"))
    ordered = np.take(code, order)
    order = order[np.searchsorted(ordered, 0) :]
    cells, first = runs(ordered[len(ordered) - len(order) :])
    return Packed(np.take(words, order, axis=0), used, cells, np.append(first, len(order))), order


def compact(codes: CodeArray) -> CodeArray:
    """Store codes in the smallest integers that hold them: sorting 16 bits is many times faster."""
    ends = (int(codes.min(initial=0)), int(codes.max(initial=0)))
    return codes.astype(np.result_type(*(np.min_scalar_type(-abs(end) - 1) for end in ends)))


def runs(ordered: CodeArray) -> tuple[IntArray, IntArray]:
    """Give the distinct values of sorted codes, and where each begins."""
    first = np.flatnonzero(np.concatenate((np.ones(min(len(ordered), 1), bool), ordered[1:] != ordered[:-1])))
    return ordered[first].astype(np.int64), first


def pieces(bounds: IntArray, longest: int, at_once: int) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Cut the rows between bounds into pieces of bounded length, some at a time, never two of the same cell.

    Yields:
        Cell, start and stop of each piece.
    """
    rows = np.diff(bounds)
    nth = 0
    while True:
        cells = np.flatnonzero(rows > nth * longest)
        if not len(cells):
            return
        for some in blocks(len(cells), at_once):
            cell = cells[some]
            start = bounds[cell] + nth * longest
            yield cell, start, np.minimum(start + longest, bounds[cell + 1])
        nth += 1


def blocks(length: int, at_once: int) -> Sequence[slice]:
    """Cut a number of things into slices of so many."""
    return [slice(at, min(at + at_once, length)) for at in range(0, length, at_once)]
