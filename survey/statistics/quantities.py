"""What can be estimated from weights: sums, ratios, and smooth functions of sums.

A quantity gives its value for any weights, and its linearised variables: the change of the value when the
weight of one row grows. Variances of every design, Taylor or replicate, need nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from survey.statistics.arrays import BoolArray, FloatArray, ratio_or_nan

ComplexArray = npt.NDArray[np.complex128]
COMPLEX_STEP = 1e-30  # far below rounding: the derivative is exact to the last digits


class Quantity(Protocol):
    """k numbers that depend on the weights."""

    def value(self, weights: FloatArray) -> FloatArray:
        """Give the (k,) values for weights (n,)."""
        ...

    def influence(self, weights: FloatArray) -> FloatArray:
        """Give the (n, k) derivatives of the values by the weights."""
        ...


@dataclass(frozen=True, eq=False)
class Totals:
    """Weighted sums of columns (n, k): Y = sum w y; the linearised variable is y."""

    columns: FloatArray

    def value(self, weights: FloatArray) -> FloatArray:
        """Give the (k,) totals."""
        return np.asarray(weights @ self.columns, np.float64)

    def influence(self, weights: FloatArray) -> FloatArray:
        """Give the columns themselves."""
        del weights
        return self.columns


@dataclass(frozen=True, eq=False)
class Ratios:
    """Ratios of weighted sums, R = sum w y / sum w x; the linearised variable is (y - R x) / sum w x.

    A mean is the ratio with x = 1 (see `means`). nan where sum w x is not above 0.

    Attributes:
        numerators: (n, k) y.
        denominators: (n, k) or (n, 1) x.

    Source: Lohr (2022), section 9.1.
    """

    numerators: FloatArray
    denominators: FloatArray

    def value(self, weights: FloatArray) -> FloatArray:
        """Give the (k,) ratios."""
        return ratio_or_nan(weights @ self.numerators, weights @ self.denominators)

    def influence(self, weights: FloatArray) -> FloatArray:
        """Give (y - R x) / sum w x."""
        below = weights @ self.denominators
        centred = self.numerators - self.value(weights) * self.denominators
        return np.asarray(centred / np.where(below > 0, below, np.nan), np.float64)


@dataclass(frozen=True, eq=False)
class Combinations:
    """Linear combinations of another quantity: contrasts, factors as means of items.

    Attributes:
        quantity: k numbers.
        coefficients: (m, k); a combination is nan only if a number it really uses is.
    """

    quantity: Quantity
    coefficients: FloatArray

    def value(self, weights: FloatArray) -> FloatArray:
        """Give the (m,) combinations."""
        values = self._combined(self.quantity.value(weights)[np.newaxis])
        return np.asarray(values[0], np.float64)

    def influence(self, weights: FloatArray) -> FloatArray:
        """Combine the linearised variables."""
        return self._combined(self.quantity.influence(weights))

    def _combined(self, rows: FloatArray) -> FloatArray:
        """Multiply rows (n, k) by the coefficients; undefined only where an undefined number is used."""
        undefined = np.isnan(rows).any(axis=0)
        known = np.where(undefined, 0.0, rows)
        combined: FloatArray = known @ self.coefficients.T
        combined[:, (self.coefficients[:, undefined] != 0).any(axis=1)] = np.nan
        return combined


@dataclass(frozen=True, eq=False)
class FunctionOfTotals:
    """Any smooth functions of weighted sums, by the delta method.

    Attributes:
        columns: (n, k) what is summed.
        function: takes k totals (complex numbers too) and gives m numbers; arithmetic and analytic functions
            only, no comparisons or absolute values.

    Source: Särndal, Swensson & Wretman (1992), section 5.5; Squire & Trapp (1998), SIAM Review 40, for the
    derivative by a complex step.
    """

    columns: FloatArray
    function: Callable[[ComplexArray], Sequence[complex] | ComplexArray]

    def value(self, weights: FloatArray) -> FloatArray:
        """Give the (m,) values."""
        return value_and_gradients(self.function, weights @ self.columns)[0]

    def influence(self, weights: FloatArray) -> FloatArray:
        """Combine the columns by the derivatives of the function."""
        gradients = value_and_gradients(self.function, weights @ self.columns)[1]
        return np.asarray(self.columns @ gradients, np.float64)


def value_and_gradients(
    function: Callable[[ComplexArray], Sequence[complex] | ComplexArray], totals: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give the (m,) values of a function of k totals, and its (k, m) derivatives by a complex step."""
    at = totals.astype(np.complex128)
    gradients = []
    for position, total in enumerate(at):
        step = COMPLEX_STEP * max(abs(total), 1.0)
        moved = at.copy()
        moved[position] += 1j * step
        gradients.append(np.imag(np.array(function(moved), np.complex128)) / step)
    return np.real(np.array(function(at), np.complex128)), np.array(gradients)


def means(columns: FloatArray) -> Ratios:
    """Means of columns (n, k): sum w y / sum w, the denominator being estimated too."""
    return Ratios(columns, np.ones((len(columns), 1)))


def in_groups(columns: FloatArray, groups: Sequence[BoolArray]) -> FloatArray:
    """Repeat columns (n, k) once per group, 0 outside it: (n, G k), group by group.

    This is what joint estimates of several domains need: they share one covariance.
    """
    return np.hstack([np.where(group[:, np.newaxis], columns, 0.0) for group in groups])
