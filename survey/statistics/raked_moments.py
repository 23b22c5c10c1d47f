"""Raked answers reduced to sums and cross-products by stratum, so that raked tables do not depend on n either.

The columns are [satisfied | valid but not satisfied | levels of the margins inside strata | 1]. A margin that is
constant in every stratum (a province) needs no column of its own: its level is that of the stratum. Where another
margin already adds up to everybody, the first level of a margin is what its others leave, and has no column.
Raking itself happens on the cells of all margins crossed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log2, prod

import numpy as np
import numpy.typing as npt

from survey.statistics.adjustments import AGREEMENT, Margin, agreeing
from survey.statistics.arrays import (
    BoolArray,
    CodeArray,
    FloatArray,
    IntArray,
    frozen_floats,
    frozen_integers,
)
from survey.statistics.cell_raking import crossed_cells, raked_cells
from survey.statistics.design import StratifiedDesign
from survey.statistics.moments import Moments, centre_counts
from survey.statistics.packed import Packed, answer_words, bit_words, blocks, compact, in_order, pieces
from survey.statistics.refusals import MismatchedShapes

PIECE = 360  # rows multiplied at a time: small products are fastest, and too small for threads of their own
AT_ONCE = 32  # products taken apart together: few enough to stay in the processor's cache
FIRST = 4096  # rows in which most margins show that they are not constant in strata


@dataclass(frozen=True, eq=False)
class RakedMoments:
    """What raked tables need from the answers; p levels of all margins, q items, S strata with rows.

    Attributes:
        counts: unweighted moments of the answers by stratum, as `collapse` gives them.
        sums: (S, 2q + r + 1) sums of g x column over the stratum.
        products: (S, 2q + r + 1, 2q) centred sums of g column x g answer.
        level_products: (S, r + 1, r + 1) the same of levels with levels.
        level_answers: (S, r + 1, 2q) unweighted sums of level x answer, and of the answers themselves.
        inner: (r,) position among the p levels of each level that has a column.
        outer: (S, m) positions of the levels that are constant in the stratum, one per such margin.
        inverse: (p, p) pseudo-inverse of X'DX, D the design weights; 0 for levels without a column.
        g: (n,) raked weight / design weight of every row.
    """

    counts: Moments
    sums: FloatArray
    products: FloatArray
    level_products: FloatArray
    level_answers: FloatArray
    inner: IntArray
    outer: IntArray
    inverse: FloatArray
    g: FloatArray


@dataclass(frozen=True, eq=False)
class _Levels:
    """Where the levels of all margins stand (private to this module).

    Attributes:
        shape: number of levels of every margin.
        inner: (r,) positions of the levels that have a column of their own.
        outer: positions of the margins that are constant in every stratum.
    """

    shape: tuple[int, ...]
    inner: IntArray
    outer: tuple[int, ...]

    @property
    def codes(self) -> tuple[IntArray, ...]:
        """Level of each margin in every cell of their crossing."""
        return np.unravel_index(np.arange(prod(self.shape)), self.shape)

    @property
    def indicators(self) -> BoolArray:
        """One row per cell of the crossing, one column per level."""
        return np.hstack(
            [np.eye(size, dtype=bool)[c] for size, c in zip(self.shape, self.codes, strict=True)]
        )


@dataclass(frozen=True, eq=False)
class PackedAnswers:
    """What raking needs of every respondent, in a few bytes: more answers can be joined, and all raked again.

    Attributes:
        items: number of items q.
        shape: number of levels of each margin.
        words: (n, w) bits of [satisfied | valid but not satisfied], with room for the levels.
        cell: (n,) cell of the respondent among all margins crossed.
        stratum: (n,) stratum code.
    """

    items: int
    shape: tuple[int, ...]
    words: npt.NDArray[np.uint64]
    cell: CodeArray
    stratum: CodeArray


def pack_answers(
    stratum: IntArray, margins: Sequence[Margin], *, numerator: BoolArray, denominator: BoolArray
) -> PackedAnswers:
    """Pack answers for raking.

    Args:
        stratum: (n,) stratum code of each row.
        margins: levels of the rows, and how many levels there are; their totals are not used.
        numerator: (n, q) satisfied.
        denominator: (n, q) valid answer.

    Returns:
        The answers, to be joined with others (`join_answers`) or raked (`rake`).

    Raises:
        MismatchedShapes: the arrays do not describe the same rows and items.
        UnknownPoststratum: rows of a level without a known total.
        NegativeMargin: a total below 0 or not a number.
    """
    rows = (len(stratum),)
    shapes = [numerator.shape[:1], denominator.shape[:1], *(margin.cell.shape for margin in margins)]
    if numerator.shape != denominator.shape or set(shapes) != {rows}:
        raise MismatchedShapes(stratum=rows, numerator=numerator.shape, denominator=denominator.shape)
    crossed = crossed_cells(margins, len(stratum))
    shape = tuple(len(margin.population) for margin in margins)
    words = answer_words(numerator, denominator, more=sum(shape))
    return PackedAnswers(numerator.shape[1], shape, words, compact(crossed), compact(stratum))


def join_answers(first: PackedAnswers, second: PackedAnswers) -> PackedAnswers:
    """Put the answers of two batches together.

    Raises:
        MismatchedShapes: they have other items or margins.
    """
    if (first.items, first.shape) != (second.items, second.shape):
        raise MismatchedShapes(first=(first.items, *first.shape), second=(second.items, *second.shape))
    names = ("words", "cell", "stratum")
    parts = [np.concatenate((getattr(first, name), getattr(second, name))) for name in names]
    return PackedAnswers(first.items, first.shape, *parts)


def rake_and_collapse(
    design: StratifiedDesign,
    margins: Sequence[Margin],
    *,
    numerator: BoolArray,
    denominator: BoolArray,
    agreement: float = AGREEMENT,
) -> RakedMoments:
    """Rake the design weights to margins and reduce the answers to moments, in one pass over the rows.

    Args:
        design: strata, populations and design weights.
        margins: levels of the rows and known totals, as `rake` takes them.
        numerator: (n, q) satisfied.
        denominator: (n, q) valid answer.
        agreement: how far the totals of the margins may differ, see `rake`.

    Returns:
        Moments from which `raked_table` makes tables of any unions of strata.

    Raises:
        Refusal: what `pack_answers` and `rake` refuse.
    """
    packed = pack_answers(design.stratum, margins, numerator=numerator, denominator=denominator)
    return rake(design, packed, margins, agreement=agreement)


def rake(
    design: StratifiedDesign,
    answers: PackedAnswers,
    margins: Sequence[Margin],
    *,
    agreement: float = AGREEMENT,
) -> RakedMoments:
    """Rake the design weights to margins and reduce packed answers to moments.

    New answers change the raked weight of everybody, and with it all sums of squares: unlike counts, these
    cannot be kept and added to, so this passes over all packed answers again.

    Args:
        design: strata, populations and design weights of the same rows.
        answers: from `pack_answers` or `join_answers`.
        margins: known totals of the margins packed; the levels of rows are those packed. Their crossing must fit
            in memory as one dense array of cells.
        agreement: how far the totals of the margins may differ, as a share (independently rounded margins differ
            by 1); all are then scaled to the total of the first.

    Returns:
        Moments from which `raked_table` makes tables of any unions of strata.

    Raises:
        MismatchedShapes: other rows than those of the design, or other margins than those packed.
        DisagreeingMargins, EmptyPoststratum, NegativeMargin: margins that cannot be met.
        NotConverged: the cycles did not meet all margins.

    Source: Deming & Stephan (1940); Deville & Särndal (1992).
    """
    known = agreeing(margins, agreement)
    shape = tuple(len(margin.population) for margin in known)
    if shape != answers.shape or not np.array_equal(design.stratum, answers.stratum):
        raise MismatchedShapes(design=design.stratum.shape, answers=answers.stratum.shape, margins=shape)
    cell = answers.cell
    held, factors = raked_cells(design, known, cell)
    levels = _levels(answers, design.strata)
    bits = bit_words(levels.indicators[:, levels.inner], 2 * answers.items, answers.words.shape[1])
    words = np.take(bits, cell, axis=0)
    words |= answers.words
    packed, order = in_order(words, 2 * answers.items + len(levels.inner), answers.stratum)
    g = np.take(factors, cell)
    found = _products(packed, np.take(g, order), 2 * answers.items)
    first_cell = cell[order[packed.bounds[:-1]]]
    return _moments(found, packed, levels, first_cell=first_cell, inverse=_inverse(held, levels), g=g)


def _moments(
    found: "_Products",
    packed: Packed,
    levels: _Levels,
    *,
    first_cell: CodeArray,
    inverse: FloatArray,
    g: FloatArray,
) -> RakedMoments:
    """Say where what was counted and multiplied belongs."""
    rows, items = np.diff(packed.bounds), found.answers.shape[1] // 2
    found.pairs.setflags(write=False)
    counts = Moments(
        groups=1,
        group=frozen_integers(np.zeros(len(rows))),
        stratum=frozen_integers(packed.cells),
        rows=frozen_integers(rows),
        answered=frozen_integers(found.answers[:, :items] + found.answers[:, items:]),
        sums=frozen_floats(found.answers),
        products=found.pairs,
        counted=True,
    )
    offsets = np.append(0, np.cumsum(levels.shape))
    codes = [offsets[i] + levels.codes[i][first_cell] for i in levels.outer]
    return RakedMoments(
        counts=counts,
        sums=found.sums,
        products=found.weighted,
        level_products=found.weighted_levels,
        level_answers=found.level_answers,
        inner=levels.inner,
        outer=np.column_stack([np.zeros((len(rows), 0), np.int64), *codes]),
        inverse=inverse,
        g=frozen_floats(g),
    )


def _levels(answers: PackedAnswers, strata: int) -> _Levels:
    """Tell margins that vary inside strata from those that do not, and choose the levels that get a column."""
    shape = answers.shape
    codes = np.unravel_index(np.arange(prod(shape)), shape)
    outer = tuple(i for i, code in enumerate(codes) if _constant(code, answers, strata))
    offsets = np.append(0, np.cumsum(shape))
    inside = [i for i in range(len(shape)) if i not in outer]
    whole = [] if outer else inside[:1]
    columns = [np.arange(offsets[i] + (i not in whole), offsets[i + 1]) for i in inside]
    return _Levels(shape, np.concatenate([np.zeros(0, np.int64), *columns]), outer)


def _constant(code: IntArray, answers: PackedAnswers, strata: int) -> bool:
    """Tell whether the level of a cell is the same for a whole stratum; a few rows usually show that it is not."""
    for part in (slice(FIRST), slice(None)):
        stratum, level = answers.stratum[part], np.take(compact(code), answers.cell[part])
        of_stratum = np.zeros(strata, level.dtype)
        of_stratum[stratum] = level
        if not np.array_equal(np.take(of_stratum, stratum), level):
            return False
    return True


@dataclass(frozen=True, eq=False)
class _Products:
    """What one pass over the sorted rows gives, stratum by stratum (private to this module)."""

    answers: FloatArray  # (S, 2q) counts
    pairs: FloatArray  # (S, 2q, 2q) counts of answer x answer, centred in the end
    level_answers: FloatArray  # (S, r + 1, 2q) counts
    sums: FloatArray  # (S, w) of g column
    weighted: FloatArray  # (S, w, 2q) of g column x g answer, centred in the end
    weighted_levels: FloatArray  # (S, r + 1, r + 1) of g level x g level, centred in the end


def _products(packed: Packed, g: FloatArray, answers: int) -> _Products:
    """Multiply the columns by each other, counted and weighted by g^2, and centre the products."""
    levels, strata = packed.used + 1 - answers, len(packed.cells)
    width = answers + levels
    found = _Products(
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


def _multiply(found: _Products, packed: Packed, g: FloatArray, unit: float) -> None:
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
    found: _Products, both: FloatArray, levels: FloatArray, unit: float, inside: slice | IntArray, *, first: bool
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


def _centre(found: _Products, rows: IntArray) -> None:
    """Subtract sums x sums' / rows from the weighted products, in place."""
    answers = found.pairs.shape[1]
    for some in blocks(len(rows), AT_ONCE):
        sums, mean = found.sums[some], found.sums[some] / rows[some, np.newaxis]
        found.weighted[some] -= mean[:, :, np.newaxis] * sums[:, np.newaxis, :answers]
        found.weighted_levels[some] -= mean[:, answers:, np.newaxis] * sums[:, np.newaxis, answers:]


def _inverse(held: FloatArray, levels: _Levels) -> FloatArray:
    """Give the pseudo-inverse of X'DX, X the indicators of levels over the cells of all margins."""
    cells = np.flatnonzero(held)
    indicators = levels.indicators[cells].astype(np.float64)
    offsets = np.append(0, np.cumsum(levels.shape))
    outer = [np.arange(offsets[i], offsets[i + 1]) for i in levels.outer]
    used = np.concatenate([levels.inner, *outer])
    information = indicators[:, used].T @ (held[cells, np.newaxis] * indicators[:, used])
    inverse = np.zeros((indicators.shape[1],) * 2)
    inverse[np.ix_(used, used)] = np.linalg.pinv(information, 1e-12, hermitian=True)
    return inverse
