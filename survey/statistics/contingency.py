"""Whether two classifications depend on each other in the population: tests on weighted tables."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, fdtrc

from survey.statistics.arrays import FloatArray
from survey.statistics.design import LonelyRule
from survey.statistics.estimation import Estimates, delta_method, estimate
from survey.statistics.quantities import ComplexArray, FunctionOfTotals, Totals, means
from survey.statistics.refusals import NoTable
from survey.statistics.replicates import Replicates
from survey.statistics.sample import Sample, codes_of


@dataclass(frozen=True)
class IndependenceTest:
    """A test statistic and how surprising it is if the classifications are independent.

    Attributes:
        statistic: F, or chi-squared, 0 or more; nan where the table cannot be tested.
        degrees_of_freedom: one number (chi-squared) or two (F).
        p_value: 0 to 1; nan without sampling variance (a census), without degrees of freedom, or with so many
            empty cells that the covariance has no inverse.
    """

    statistic: float
    degrees_of_freedom: tuple[float, ...]
    p_value: float


@dataclass(frozen=True, eq=False)
class CrossTable:
    """The weighted table of two classifications, ready for the tests.

    Attributes:
        shape: (rows, columns).
        shares: estimated shares of the cells, row by row, with covariance.
        indicators: (n, rows x columns) 0/1 membership of cells.
        design: the design, restricted to rows with both classifications.
        lonely: rule for lonely strata.
    """

    shape: tuple[int, int]
    shares: Estimates
    indicators: FloatArray
    design: Sample | Replicates
    lonely: LonelyRule


def cross_table(
    design: Sample | Replicates,
    row: npt.NDArray[np.str_],
    column: npt.NDArray[np.str_],
    *,
    lonely: LonelyRule = LonelyRule.FAIL,
) -> CrossTable:
    """Cross two classifications.

    Args:
        design: restricted to the domain.
        row: (n,) labels.
        column: (n,) labels.
        lonely: rule for lonely strata.

    Returns:
        The table over the levels that occur in the domain.

    Raises:
        NoTable: fewer than two levels of either.
        LonelyStratum: under FAIL.
    """
    used = design.weights != 0
    first, second = np.zeros(len(row), np.int64), np.zeros(len(row), np.int64)
    first[used], second[used] = codes_of(row[used]), codes_of(column[used])
    rows, columns = int(first.max(initial=-1)) + 1, int(second.max(initial=-1)) + 1
    if min(rows, columns) < 2:  # noqa: PLR2004 - two levels to compare
        raise NoTable(rows, columns)
    indicators = np.eye(rows * columns)[first * columns + second] * used[:, np.newaxis]
    shares = estimate(design, means(indicators), lonely=lonely)
    return CrossTable((rows, columns), shares, indicators, design, lonely)


def rao_scott_f(table: CrossTable) -> IndependenceTest:
    """Test independence by Pearson's X2 divided by its mean design effect, against F.

    F = X2 / tr D on df1 = tr^2 D / tr D^2 and df1 x degf degrees of freedom (second-order correction).

    Args:
        table: from `cross_table`.

    Returns:
        The test, nan where there is nothing to test by (see `IndependenceTest`).

    Source: Rao & Scott (1984), Annals of Statistics 12; Thomas & Rao (1987), JASA 82.
    """
    effects = _generalised_effects(table)
    trace, squares = float(np.trace(effects)), float(np.trace(effects @ effects))
    if not (trace > 0 and squares > 0):
        return IndependenceTest(float("nan"), (float("nan"), float("nan")), float("nan"))
    statistic, first = pearson(table) / trace, trace**2 / squares
    second = first * table.shares.degrees_of_freedom
    return IndependenceTest(statistic, (first, second), float(fdtrc(first, second, statistic)))


def rao_scott_chi2(table: CrossTable) -> IndependenceTest:
    """Test independence by Pearson's X2, its p-value being that of X2 / mean design effect (first order).

    Args:
        table: from `cross_table`.

    Returns:
        The test, nan where there is nothing to test by (see `IndependenceTest`).

    Source: Rao & Scott (1981), JASA 76.
    """
    effects = _generalised_effects(table)
    count, statistic = len(effects), pearson(table)
    mean_effect = float(np.trace(effects)) / count
    p_value = float(chdtrc(count, statistic / mean_effect)) if mean_effect > 0 else float("nan")
    return IndependenceTest(statistic, (float(count),), p_value)


def wald(table: CrossTable, *, adjusted: bool = False) -> IndependenceTest:
    """Test independence by the Wald statistic of Y_ij = N_ij - N_i. N_.j / N, i and j but the last.

    W/k on F(k, degf); adjusted: W (degf - k + 1) / (k degf) on F(k, degf - k + 1). The covariance of the Y is
    that of the totals by the delta method, with replicates too.

    Args:
        table: from `cross_table`.
        adjusted: correct for few degrees of freedom, which are to be no fewer than k.

    Returns:
        The test, nan where there is nothing to test by (see `IndependenceTest`).

    Source: Koch, Freeman & Freeman (1975), International Statistical Review 43; Fellegi (1980), JASA 75.
    """
    rows, columns = table.shape

    def departures(totals: ComplexArray) -> ComplexArray:
        cells = totals.reshape(rows, columns)
        expected = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / cells.sum()
        return np.asarray((cells - expected)[:-1, :-1].ravel(), np.complex128)

    if isinstance(table.design, Replicates):
        found = delta_method(estimate(table.design, Totals(table.indicators)), departures)
    else:
        found = estimate(table.design, FunctionOfTotals(table.indicators, departures), lonely=table.lonely)
    count, freedom = len(found.value), float(table.shares.degrees_of_freedom)
    second = freedom - count + 1 if adjusted else freedom
    known = np.isfinite(found.covariance).all()
    if not known or np.linalg.matrix_rank(found.covariance, hermitian=True) < count:
        return IndependenceTest(float("nan"), (float(count), second), float("nan"))
    distance = float(found.value @ np.linalg.solve(found.covariance, found.value))
    correction = second / freedom if freedom > 0 else float("nan")
    statistic = distance / count * (correction if adjusted else 1.0)
    return IndependenceTest(statistic, (float(count), second), float(fdtrc(count, second, statistic)))


def pearson(table: CrossTable) -> float:
    """Give Pearson's X2 of the estimated shares of a table, times the number of rows of the file: 0 or more."""
    shares = table.shares.value.reshape(table.shape)
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(table.design.file_rows * ((shares - expected) ** 2 / expected).sum())


def _generalised_effects(table: CrossTable) -> FloatArray:
    """Give D = (C'P^-1 C / n)^-1 C'P^-1 V P^-1 C, C the interaction contrasts, P the shares.

    nan where too many cells are empty for the first matrix to have an inverse.
    """
    rows, columns = table.shape
    shares = table.shares.value
    inverse = np.divide(1.0, shares, out=np.zeros_like(shares), where=shares != 0)[:, np.newaxis]
    contrasts = _interactions(rows, columns)
    scaled = inverse * contrasts
    simple = contrasts.T @ scaled / table.design.file_rows
    try:
        effects = np.linalg.solve(simple, scaled.T @ table.shares.covariance @ scaled)
    except np.linalg.LinAlgError:
        return np.full_like(simple, np.nan)
    return np.asarray(effects, np.float64)


def _interactions(rows: int, columns: int) -> FloatArray:
    """Give (rows x columns, (rows - 1)(columns - 1)) contrasts orthogonal to both main effects."""
    by_row, by_column = (np.eye(k)[:, 1:] - 1.0 / k for k in (rows, columns))
    return np.asarray(np.kron(by_row, by_column), np.float64)
