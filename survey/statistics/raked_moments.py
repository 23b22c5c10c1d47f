"""Raked answers reduced to sums and cross-products by stratum, so that raked tables do not depend on n either.

The columns are [satisfied | valid but not satisfied | one per level of the margins inside strata | 1]. A
margin that is constant in every stratum (a province) needs no column of its own: its level is that of the
stratum. Raking itself happens on the cells of all margins crossed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, prod

import numpy as np
import numpy.typing as npt

from survey.statistics.adjustments import AGREEMENT, Margin, check_agreement
from survey.statistics.arrays import BoolArray, FloatArray, IntArray, frozen_floats, frozen_integers
from survey.statistics.design import StratifiedDesign
from survey.statistics.moments import PIECE, Moments, compact
from survey.statistics.weighting_refusals import NotConverged

CYCLES = 5_000
MET = 1e-12


@dataclass(frozen=True, eq=False)
class RakedMoments:
    """What raked tables need from the answers; p levels of all margins, q items, H strata of the frame.

    Attributes:
        counts: unweighted moments of the answers by stratum, as `collapse` gives them.
        sums: (S, w) sums of g x column over the stratum, S strata with rows.
        products: (S, w, w) centred sums of g column x g column'.
        level_answers: (S, r + 1, 2q) unweighted sums of level x answer, and of the answers themselves.
        inner: (r,) position among the p levels of each level that has a column.
        outer: (S, m) positions of the levels that are constant in the stratum, one per such margin.
        inverse: (p, p) pseudo-inverse of X'DX, D the design weights.
        g: (n,) raked weight / design weight of every row.
    """

    counts: Moments
    sums: FloatArray
    products: FloatArray
    level_answers: FloatArray
    inner: IntArray
    outer: IntArray
    inverse: FloatArray
    g: FloatArray


def rake_and_collapse(
    design: StratifiedDesign, margins: Sequence[Margin], *, numerator: BoolArray, denominator: BoolArray
) -> RakedMoments:
    """Rake the design weights to margins and reduce the answers to moments, in one pass over the rows.

    Args:
        design: strata, populations and design weights.
        margins: known totals; their crossing must fit in memory as one dense array of cells.
        numerator: (n, q) satisfied.
        denominator: (n, q) valid answer.

    Returns:
        Moments from which `raked_table` makes tables of any unions of strata.

    Raises:
        DisagreeingMargins, EmptyPoststratum, UnknownPoststratum, NegativeMargin: margins that cannot be met.
        NotConverged: the cycles did not meet all margins.

    Source: Deming & Stephan (1940); Deville & Särndal (1992).
    """
    check_agreement([(m.name, float(m.population.sum())) for m in margins], AGREEMENT)
    weights = design.weights[design.stratum]
    for margin in margins:
        margin.check(weights)
    shape = tuple(len(margin.population) for margin in margins)
    cell = np.ravel_multi_index([margin.cell for margin in margins], shape)
    held = np.bincount(cell, weights=weights, minlength=prod(shape)).astype(np.float64).reshape(shape)
    factors = rake_cells(held, [margin.population for margin in margins], [m.name for m in margins])
    g = factors.ravel()[cell]
    order = np.argsort(compact(design.stratum), kind="stable")
    present = np.flatnonzero(design.sample_sizes)
    bounds = np.append(0, np.cumsum(design.sample_sizes[present]))
    inner, outer = _levels(margins, order, bounds)
    columns = _columns(numerator, denominator, [margins[i] for i in inner])[order]
    items = numerator.shape[1]
    found = _products(columns, g[order], bounds, 2 * items, _width(margins, inner))
    offsets = np.append(0, np.cumsum(shape))
    answers, rows = found.level_answers[:, -1], np.diff(bounds)
    counts = Moments(
        1,
        frozen_integers(np.zeros(len(present))),
        frozen_integers(present),
        frozen_integers(rows),
        frozen_integers(answers[:, :items] + answers[:, items:]),
        frozen_floats(answers),
        _centred(found.plain, answers, rows),
    )
    return RakedMoments(
        counts,
        found.sums,
        found.centred,
        found.level_answers,
        np.concatenate([np.arange(offsets[i], offsets[i + 1]) for i in inner] or [np.zeros(0, np.int64)]),
        np.column_stack([np.zeros((len(present), 0), np.int64)] + [offsets[i] + code for i, code in outer]),
        _inverse(held, shape),
        frozen_floats(g),
    )


def rake_cells(held: FloatArray, totals: Sequence[FloatArray], names: Sequence[str]) -> FloatArray:
    """Rake a dense table of cells to the totals of each of its axes.

    Args:
        held: design weight of every cell, one axis per margin; 0 where nobody is.
        totals: known totals along each axis.
        names: of the margins, for the refusal.

    Returns:
        Raked / design weight of every cell; 0 where nobody is.

    Raises:
        NotConverged: some margin is not met.
    """
    fitted = held.copy()
    for _ in range(CYCLES):
        worst = 0.0
        for axis, total in enumerate(totals):
            others = tuple(i for i in range(held.ndim) if i != axis)
            reached = fitted.sum(axis=others)
            factor = np.divide(total, reached, out=np.zeros_like(reached), where=reached > 0)
            worst = max(worst, float(np.abs(reached - total).max() / total.sum()))
            fitted *= np.expand_dims(factor, others)
        if worst <= MET:
            return np.divide(fitted, held, out=np.zeros_like(held), where=held > 0)
    raise NotConverged(names, worst)


def _levels(
    margins: Sequence[Margin], order: npt.NDArray[np.intp], bounds: IntArray
) -> tuple[list[int], list[tuple[int, IntArray]]]:
    """Tell margins that vary inside strata from those that do not; of these, the level of each stratum."""
    inner, outer = [], []
    for position, margin in enumerate(margins):
        code = compact(margin.cell)[order]
        low, high = (part.reduceat(code, bounds[:-1]) for part in (np.minimum, np.maximum))
        if (low == high).all():
            outer.append((position, low.astype(np.int64)))
        else:
            inner.append(position)
    return inner, outer


def _width(margins: Sequence[Margin], inner: Sequence[int]) -> int:
    """Count the columns of levels."""
    return sum(len(margins[i].population) for i in inner)


def _columns(numerator: BoolArray, denominator: BoolArray, margins: Sequence[Margin]) -> npt.NDArray[np.void]:
    """Lay answers, levels and a 1 side by side, one record per row."""
    rows, items = numerator.shape
    used = 2 * items + sum(len(margin.population) for margin in margins) + 1
    width = 8 * ceil(used / 8)
    columns = np.zeros((rows, width), np.uint8)
    columns[:, :items] = numerator
    np.greater(denominator, numerator, out=columns[:, items : 2 * items].view(np.bool_))
    at = 2 * items
    flat, start = columns.reshape(-1), np.arange(rows, dtype=np.int64) * width
    for margin in margins:
        flat[start + at + margin.cell] = 1
        at += len(margin.population)
    columns[:, at] = 1
    return columns.view(f"V{width}").ravel()


@dataclass(frozen=True, eq=False)
class _Products:
    """What one pass over the sorted rows gives, stratum by stratum (private to this module)."""

    plain: FloatArray  # (S, 2q, 2q) sums of answer x answer, not centred
    level_answers: FloatArray  # (S, r + 1, 2q)
    sums: FloatArray  # (S, w) sums of g column
    centred: FloatArray  # (S, w, w) of g column x g column'


def _products(
    columns: npt.NDArray[np.void], g: FloatArray, bounds: IntArray, answers: int, levels: int
) -> _Products:
    """Multiply the columns by each other, plain (exact small integers) and weighted by g."""
    used, strata = answers + levels + 1, len(bounds) - 1
    flat = columns.view(np.uint8).reshape(len(columns), columns.itemsize)
    found = _Products(
        np.zeros((strata, answers, answers)),
        np.zeros((strata, levels + 1, answers)),
        np.zeros((strata, used)),
        np.zeros((strata, used, used)),
    )
    _fill(found, flat, g, bounds)
    return found


def _fill(found: _Products, flat: npt.NDArray[np.uint8], g: FloatArray, bounds: IntArray) -> None:
    """Fill in the sums and products, a piece of a stratum at a time, and centre the weighted ones."""
    answers, used = found.plain.shape[1], found.sums.shape[1]
    small, large = np.empty((PIECE, used), np.float32), np.empty((PIECE, used))
    for h, (start, stop) in enumerate(pairwise(bounds.tolist())):
        for at in range(start, stop, PIECE):
            end = min(at + PIECE, stop)
            one, two = small[: end - at], large[: end - at]
            one[...] = flat[at:end, :used]
            counts = one.T @ one
            found.plain[h] += counts[:answers, :answers]
            found.level_answers[h] += counts[answers:, :answers]
            np.multiply(one, g[at:end, np.newaxis], out=two)
            found.sums[h] += two.sum(axis=0)
            found.centred[h] += two.T @ two
        found.centred[h] -= found.sums[h][:, np.newaxis] * (found.sums[h] / (stop - start))


def _centred(pairs: FloatArray, sums: FloatArray, rows: IntArray) -> FloatArray:
    """Centre sums of products in place: (n P - S S') / n, its numerator exact."""
    pairs *= rows[:, np.newaxis, np.newaxis]
    pairs -= sums[:, :, np.newaxis] * sums[:, np.newaxis, :]
    pairs /= rows[:, np.newaxis, np.newaxis]
    pairs.setflags(write=False)
    return pairs


def _inverse(held: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Give the pseudo-inverse of X'DX, X the indicators of all levels over the cells of all margins."""
    cells = np.flatnonzero(held.ravel())
    codes = np.unravel_index(cells, shape)
    indicators = np.hstack([np.eye(size)[code] for size, code in zip(shape, codes, strict=True)])
    information = indicators.T @ (held.ravel()[cells, np.newaxis] * indicators)
    return np.asarray(np.linalg.pinv(information, 1e-12, hermitian=True), np.float64)
