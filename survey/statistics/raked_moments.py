"""Raked answers reduced to sums and cross-products by stratum, so that raked tables do not depend on n either.

The columns are [satisfied | valid but not satisfied | levels of the margins inside strata | 1]. A margin that is
constant in every stratum (a province) needs no column of its own: its level is that of the stratum. Where another
margin already adds up to everybody, the first level of a margin is what its others leave, and has no column.
Raking itself happens on the cells of all margins crossed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

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
from survey.statistics.moments import Moments
from survey.statistics.packed import LONGEST_RUN, Packed, answer_words, compact, in_order
from survey.statistics.raked_products import Products, Runs, products, spreads
from survey.statistics.refusals import MismatchedShapes

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
        inverse: (p, p) what turns X'Dz into the coefficients of the levels: the pseudo-inverse of X'DX, D the design
            weights; 0 for levels without a column.
        g: (n,) raked weight / design weight of every row.
        spread: (S, 2q, 2q) sums of g answer x answer, for the design effects of factors and indices; or None.
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
    spread: FloatArray | None = None


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
        words: (n, w) bits of [satisfied | valid but not satisfied].
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
    words = answer_words(numerator, denominator)
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
    effects: bool = False,
) -> RakedMoments:
    """Rake the design weights to margins and reduce the answers to moments, in one pass over the rows.

    Args:
        design: strata, populations and design weights.
        margins: levels of the rows and known totals, as `rake` takes them.
        numerator: (n, q) satisfied.
        denominator: (n, q) valid answer.
        agreement: how far the totals of the margins may differ, see `rake`.
        effects: also take what the design effects of factors and indices need, see `rake`.

    Returns:
        Moments from which `raked_table` makes tables of any unions of strata.

    Raises:
        Refusal: what `pack_answers` and `rake` refuse.
    """
    packed = pack_answers(design.stratum, margins, numerator=numerator, denominator=denominator)
    return rake(design, packed, margins, agreement=agreement, effects=effects)


def rake(
    design: StratifiedDesign,
    answers: PackedAnswers,
    margins: Sequence[Margin],
    *,
    agreement: float = AGREEMENT,
    effects: bool = False,
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
        effects: also take what the design effects of factors and indices need: products weighted by g, where
            variances need g^2. Takes half as long again.

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
    packed, order = in_order(answers.words, 2 * answers.items, answers.stratum, within=cell)
    runs = _runs(packed, np.take(cell, order), factors, levels)
    moments = _moments(
        products(packed, runs),
        packed,
        levels,
        first_cell=cell[order[packed.bounds[:-1]]],
        inverse=_inverse(held, levels),
        g=np.take(factors, cell),
    )
    return replace(moments, spread=spreads(packed, runs)) if effects else moments


def _runs(packed: Packed, cell: CodeArray, factors: FloatArray, levels: _Levels) -> Runs:
    """Find the runs of rows of one stratum and one cell; cell: (n,) in order."""
    begins = np.zeros(len(cell), bool)
    begins[::LONGEST_RUN] = True
    begins[packed.bounds[:-1]] = True
    begins[1:] |= cell[1:] != cell[:-1]
    first = np.flatnonzero(begins)
    own = levels.indicators[:, levels.inner]
    return Runs(first, factors[cell[first]], cell[first], np.column_stack((own, np.ones(len(own), bool))))


def _moments(
    found: Products,
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
