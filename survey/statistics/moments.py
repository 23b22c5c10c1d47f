"""All answers of a stratum reduced to sums and cross-products, so that nothing after depends on n.

Every number of a SIPAS table is a ratio of sums, or a mean of such ratios. Its estimate needs the sums
of numerators and denominators per stratum, its variance their centred cross-products. They are taken
once; overall, unit and field tables follow from the same moments.

The columns are [numerator | shortfall], shortfall = denominator - numerator ("satisfied" and "valid but
not satisfied"). They hold what [satisfied | valid] holds, but an item on which everybody agrees has a
column of zeros, so its variance is exactly 0 instead of a difference of two equal large numbers.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from survey.statistics.arrays import FloatArray, IntArray, NumberArray, frozen_floats, frozen_integers
from survey.statistics.packed import Packed, answer_words, blocks, compact, in_order, pieces, runs
from survey.statistics.refusals import MismatchedShapes, UnknownGroup

PIECE = 256  # rows multiplied at a time: too small a product for BLAS threads, which on a busy machine cost seconds
AT_ONCE = 64  # matrices centred together: few enough to stay in the processor's cache


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums and cross-products of q ratios, by cell = group x stratum with at least one row.

    Cells are ordered by group, then stratum.

    Attributes:
        groups: number of groups G; a group may have no cell.
        group: (C,) group code, 0 .. G-1.
        stratum: (C,) stratum code.
        rows: (C,) respondents.
        answered: (C, q) respondents whose denominator is not 0 (who gave a valid answer).
        sums: (C, 2q) sums of the columns [numerator | shortfall].
        products: (C, 2q, 2q) sums of products of the columns after subtracting the cell means.
        counted: all columns are yes or no, so that sums and products come from whole counts.
    """

    groups: int
    group: IntArray
    stratum: IntArray
    rows: IntArray
    answered: IntArray
    sums: FloatArray
    products: FloatArray
    counted: bool = False


def collapse(
    stratum: IntArray,
    *,
    numerator: NumberArray,
    denominator: NumberArray,
    domain: IntArray | None = None,
    groups: int = 1,
) -> Moments:
    """Reduce respondents to moments by group and stratum.

    For every cell and the columns x = [numerator | denominator - numerator]: the count of rows, the sum
    of x, and the sum of (x - mean)(x - mean)'. Centring comes before multiplying, because
    sum x^2 - (sum x)^2 / n loses all digits where answers hardly differ.

    Args:
        stratum: (n,) stratum code of each row, 0 or more.
        numerator: (n, q) what is summed above, for example the score of an item, 0 if not valid.
        denominator: (n, q) what is summed below, for example 1 for a valid answer, else 0.
        domain: (n,) group code of each row, -1 for a row in no group; absent means all in group 0.
        groups: number of groups.

    Returns:
        The moments of every group x stratum that has rows.

    Raises:
        MismatchedShapes: the arrays do not describe the same rows and items.
        UnknownGroup: a group code outside -1 .. groups - 1.

    Source: Chan, Golub & LeVeque (1983), Algorithms for computing the sample variance, The American
    Statistician 37 (two-pass formula).
    """
    code = np.zeros(len(stratum), np.int64) if domain is None else np.asarray(domain, np.int64)
    _check(stratum, numerator, denominator, code, groups)
    strata, items = int(stratum.max(initial=0)) + 1, numerator.shape[1]
    key = stratum if domain is None else np.where(code < 0, -1, code * strata + stratum)
    if numerator.dtype == denominator.dtype == np.bool_:
        words = answer_words(numerator.view(np.bool_), denominator.view(np.bool_))
        packed, _ = in_order(words, 2 * items, key)
        cells, bounds = packed.cells, packed.bounds
        sums, products = _counts(packed)
        answered = (sums[:, :items] + sums[:, items:]).astype(np.int64)
    else:
        order = np.argsort(compact(key), kind="stable")[np.count_nonzero(key < 0) :]
        cells, first = runs(np.asarray(key[order], np.int64))
        bounds = np.append(first, len(order))
        sums, products = _sums_and_products(numerator[order], denominator[order], bounds)
        answered = _sums_by_cell(denominator[order] != 0, bounds)
    return Moments(
        groups=groups,
        group=frozen_integers(cells // strata),
        stratum=frozen_integers(cells % strata),
        rows=frozen_integers(np.diff(bounds)),
        answered=frozen_integers(answered),
        sums=frozen_floats(sums),
        products=products,
        counted=numerator.dtype == denominator.dtype == np.bool_,
    )


def regroup(moments: Moments, group_of_stratum: npt.ArrayLike, groups: int) -> Moments:
    """Turn moments by stratum into moments of groups that are unions of strata, without the rows.

    Args:
        moments: moments with one cell per stratum (collapsed without a domain).
        group_of_stratum: (H,) group code of each stratum, -1 for a stratum in no group.
        groups: number of groups.

    Returns:
        The same cells under the new group codes.

    Raises:
        MismatchedShapes: the moments already tell groups apart.
        UnknownGroup: a group code outside -1 .. groups - 1 (its rows are stratum codes).
    """
    codes = np.asarray(group_of_stratum, np.int64)
    if moments.groups != 1:
        raise MismatchedShapes(groups=(moments.groups,), wanted=(1,))
    _check_groups(codes, groups)
    group = codes[moments.stratum]
    order = np.argsort(group, kind="stable")[np.count_nonzero(group < 0) :]
    products = in_rows(moments.products, order)
    products.setflags(write=False)
    return Moments(
        groups=groups,
        group=frozen_integers(group[order]),
        stratum=frozen_integers(moments.stratum[order]),
        rows=frozen_integers(moments.rows[order]),
        answered=frozen_integers(moments.answered[order]),
        sums=frozen_floats(moments.sums[order]),
        products=products,
        counted=moments.counted,
    )


def in_rows(matrices: FloatArray, order: npt.NDArray[np.intp]) -> FloatArray:
    """Put matrices in order; they are large, and usually in order already: then they are not copied."""
    return matrices if np.array_equal(order, np.arange(len(matrices))) else matrices[order]


def _check(
    stratum: IntArray, numerator: NumberArray, denominator: NumberArray, code: IntArray, groups: int
) -> None:
    """Refuse arrays that do not describe the same rows and items, and unknown groups."""
    rows = (len(stratum),)
    same = numerator.shape == denominator.shape and numerator.ndim == np.ndim(denominator) == 2  # noqa: PLR2004 - rows x items
    if not same or numerator.shape[:1] != rows or code.shape != rows or stratum.ndim != 1:
        raise MismatchedShapes(
            stratum=stratum.shape, numerator=numerator.shape, denominator=denominator.shape, domain=code.shape
        )
    _check_groups(code, groups)


def _check_groups(code: IntArray, groups: int) -> None:
    """Refuse group codes outside -1 .. groups - 1."""
    unknown = (code < -1) | (code >= groups)
    if unknown.any():
        raise UnknownGroup(np.flatnonzero(unknown))


def _sums_by_cell(values: npt.NDArray[np.bool_], bounds: npt.NDArray[np.intp]) -> IntArray:
    """Count the true values of each column between consecutive bounds."""
    counts = np.zeros((len(bounds) - 1, values.shape[1]), np.int64)
    if len(values):
        np.add.reduceat(values, bounds[:-1], axis=0, dtype=np.int64, out=counts)
    return counts


def _counts(packed: Packed) -> tuple[FloatArray, FloatArray]:
    """Count for every cell the rows in which two columns are both 1, then centre: sums and products."""
    pairs = np.zeros((len(packed.cells), packed.used, packed.used))
    _count_pairs(packed, pairs)
    sums = centre_counts(pairs, np.diff(packed.bounds))
    pairs.setflags(write=False)
    return sums, pairs


def _count_pairs(packed: Packed, pairs: FloatArray) -> None:
    """Count pairs, a piece at a time: 32-bit floats are exact up to 2^24 rows, and a piece has far fewer."""
    buffer = np.empty((PIECE, packed.used), np.float32)
    product = np.empty((packed.used, packed.used), np.float32)
    for some in pieces(packed.bounds, PIECE, AT_ONCE):
        for cell, start, stop in zip(*(part.tolist() for part in some), strict=True):
            piece = buffer[: stop - start]
            piece[...] = packed.unpack(start, stop)
            pairs[cell] += np.matmul(piece.T, piece, out=product)


def centre_counts(pairs: FloatArray, rows: IntArray) -> FloatArray:
    """Turn counts of pairs (C, k, k) into centred products in place, and give the sums (C, k).

    (n P - S S') / n has an exact numerator, so that agreement leaves exactly 0.
    """
    sums = np.diagonal(pairs, axis1=1, axis2=2).copy()  # the square of 0 or 1 is itself
    size = np.maximum(rows, 1).astype(np.float64)[:, np.newaxis, np.newaxis]
    for some in blocks(len(pairs), AT_ONCE):
        part = pairs[some]
        part *= size[some]
        part -= sums[some, :, np.newaxis] * sums[some, np.newaxis, :]
        part /= size[some]
    return sums


def _sums_and_products(
    numerator: NumberArray, denominator: NumberArray, bounds: npt.NDArray[np.intp]
) -> tuple[FloatArray, FloatArray]:
    """Take the sums and the centred cross-products of the rows between consecutive bounds.

    Cell by cell: the rows are already in order, so that a cell is a slice, and no matrix of all rows in
    floating point is ever held in memory.
    """
    items = numerator.shape[1]
    sums = np.zeros((len(bounds) - 1, 2 * items))
    products = np.zeros((len(bounds) - 1, 2 * items, 2 * items))
    for cell, (start, stop) in enumerate(pairwise(bounds)):
        columns = np.empty((stop - start, 2 * items))
        columns[:, :items] = numerator[start:stop]
        columns[:, items:] = denominator[start:stop]
        columns[:, items:] -= columns[:, :items]
        columns.sum(axis=0, out=sums[cell])
        if stop - start > 1:
            columns -= sums[cell] / (stop - start)
            np.matmul(columns.T, columns, out=products[cell])
    products.setflags(write=False)
    return sums, products
