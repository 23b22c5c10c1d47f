"""Raking on the cells of all margins crossed: what it costs after one count hardly depends on the rows."""

from collections.abc import Sequence
from math import prod

import numpy as np

from survey.statistics.adjustments import AGREEMENT, Margin, agreeing
from survey.statistics.arrays import CodeArray, FloatArray, IntArray, frozen_floats
from survey.statistics.design import StratifiedDesign
from survey.statistics.refusals import MismatchedShapes
from survey.statistics.weighting_refusals import NotConverged

CYCLES = 5_000
MET = 1e-12


def raked_factors(
    design: StratifiedDesign, margins: Sequence[Margin], *, agreement: float = AGREEMENT
) -> FloatArray:
    """Rake the design weights to margins, without any answers.

    Args:
        design: strata, populations and design weights of n rows.
        margins: levels of the rows and known totals.
        agreement: how far the totals of the margins may differ, see `rake`.

    Returns:
        (n,) raked weight / design weight.

    Raises:
        MismatchedShapes: the margins do not describe the rows of the design.
        DisagreeingMargins, EmptyPoststratum, UnknownPoststratum, NegativeMargin, NotConverged: as `rake`.

    Source: Deming & Stephan (1940), Annals of Mathematical Statistics 11.
    """
    for margin in margins:
        if margin.cell.shape != design.stratum.shape:
            raise MismatchedShapes(stratum=design.stratum.shape, margin=margin.cell.shape)
    known = agreeing(margins, agreement)
    cell = crossed_cells(known, design.responses)
    return frozen_floats(np.take(raked_cells(design, known, cell)[1], cell))


def crossed_cells(margins: Sequence[Margin], rows: int) -> IntArray:
    """Give each row's cell among all margins crossed; refuse rows and totals that have no cell."""
    crossed = np.zeros(rows, np.int64)
    for margin in margins:
        margin.check_codes()
        crossed *= len(margin.population)
        crossed += margin.cell
    return crossed


def raked_cells(
    design: StratifiedDesign, margins: Sequence[Margin], cell: CodeArray
) -> tuple[FloatArray, FloatArray]:
    """Give the design weight of every cell of all margins crossed, and the factor that raking multiplies it by."""
    shape = tuple(len(margin.population) for margin in margins)
    held = (
        np.bincount(cell, np.take(design.weights, design.stratum), prod(shape))
        .astype(np.float64)
        .reshape(shape)
    )
    for axis, margin in enumerate(margins):
        margin.check_held(_along(held, axis))
    factors = rake_cells(held, [margin.population for margin in margins], [margin.name for margin in margins])
    return held.ravel(), factors.ravel()


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
            reached = _along(fitted, axis)
            factor = np.divide(total, reached, out=np.zeros_like(reached), where=reached > 0)
            worst = max(worst, float(np.abs(reached - total).max() / total.sum()))
            fitted *= np.expand_dims(factor, tuple(i for i in range(held.ndim) if i != axis))
        if worst <= MET:
            return np.divide(fitted, held, out=np.zeros_like(held), where=held > 0)
    raise NotConverged(names, worst)


def _along(table: FloatArray, axis: int) -> FloatArray:
    """Sum over all axes but one."""
    return np.asarray(table.sum(axis=tuple(i for i in range(table.ndim) if i != axis)), np.float64)
