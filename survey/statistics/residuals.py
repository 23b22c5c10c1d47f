"""What calibration takes away from the linearised variable: only the residual still varies.

With d the weights before and w after a calibration on x: e = z - x'B, B the d-weighted least-squares
coefficients of z on x over all rows (outside a domain z is 0, but e = -x'B is not), and w e replaces w z.
If weights changed after the calibration (trimming), w z / w_calibrated takes the place of z.

Source: Deville & Särndal (1992), on the asymptotic variance; Särndal, Swensson & Wretman (1992), result 6.6.1.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from survey.statistics.arrays import FloatArray, IntArray, frozen_floats, sums_by

RANK = 1e-10


@dataclass(frozen=True, eq=False)
class RegressionResiduals:
    """Residuals of a regression on any variables, linearly dependent ones included.

    Rows of one cell have the same variables: margins are regressed on their few cells, not on all rows.

    Attributes:
        cell: (n,) cell code of each row.
        basis: (c, r) independent combinations of the calibration variables.
        dual: (c, r) so that the coefficients of z are the sums of before x dual x z.
        before: (n,) weights before the calibration.
        after: (n,) and after.
    """

    cell: IntArray
    basis: FloatArray
    dual: FloatArray
    before: FloatArray
    after: FloatArray

    @classmethod
    def on(
        cls, regressors: FloatArray, before: FloatArray, after: FloatArray, cell: IntArray | None = None
    ) -> "RegressionResiduals":
        """Prepare the regression on variables of cells (c, p), or of rows, with weights `before` (n,)."""
        cell = np.arange(len(before)) if cell is None else cell
        held = np.bincount(cell, before, len(regressors))
        root = np.sqrt(np.abs(held))[:, np.newaxis]
        size = np.linalg.norm(root * regressors, axis=0)
        scaled = regressors / np.where(size > 0, size, 1.0)
        _, singular, directions = np.linalg.svd(root * scaled, full_matrices=False)
        kept = singular > RANK * singular.max(initial=0.0)
        basis = scaled @ (directions[kept].T / singular[kept])
        negative = (held < 0).any()
        dual = basis @ np.linalg.pinv((held[:, np.newaxis] * basis).T @ basis) if negative else basis
        return cls(cell, frozen_floats(basis), frozen_floats(dual), before, after)

    def of(self, weighted: FloatArray) -> FloatArray:
        """Turn w z (n, k) into w e."""
        z = _divided(weighted, self.after)
        sums = sums_by(self.cell, self.before[:, np.newaxis] * z, len(self.basis))
        fitted = self.basis @ (self.dual.T @ sums)
        return _multiplied(z - fitted[self.cell], self.after, weighted)

    @property
    def size(self) -> int:
        """Number r of variables."""
        return int(self.basis.shape[1])

    @property
    def cells(self) -> IntArray:
        """(n,) cell code of each row."""
        return self.cell

    @property
    def variables(self) -> FloatArray:
        """(c, r): X of a row is `after` times the line of its cell."""
        return self.basis

    @property
    def coefficients(self) -> FloatArray:
        """(c, r): F of a row is `before` / `after` times the line of its cell."""
        return self.dual


@dataclass(frozen=True, eq=False)
class CellResiduals:
    """Deviations from the weighted means of cells: the regression on cell indicators.

    Attributes:
        cell: (n,) cell code of each row.
        size: number of cells, one variable for each.
        before: (n,) weights before the calibration.
        after: (n,) and after.
    """

    cell: IntArray
    size: int
    before: FloatArray
    after: FloatArray

    def of(self, weighted: FloatArray) -> FloatArray:
        """Turn w z (n, k) into w e."""
        z = _divided(weighted, self.after)
        cell, held = np.maximum(self.cell, 0), self._held[:, np.newaxis]
        sums = sums_by(cell, self.before[:, np.newaxis] * z, self.size)
        means = np.divide(sums, held, out=np.zeros_like(sums), where=held != 0)
        return _multiplied(z - means[cell], self.after, weighted)

    @property
    def cells(self) -> IntArray:
        """(n,) cell code of each row; rows in none have no weight after."""
        return np.maximum(self.cell, 0)

    @property
    def variables(self) -> FloatArray:
        """(c, c): X of a row is `after` times the line of its cell."""
        return np.eye(self.size)

    @property
    def coefficients(self) -> FloatArray:
        """(c, c): F of a row is `before` / `after` times the line of its cell."""
        held = self._held
        return np.diag(np.divide(1.0, held, out=np.zeros_like(held), where=held != 0))

    @cached_property
    def _held(self) -> FloatArray:
        """Sum of the weights before the calibration, by cell."""
        return np.bincount(np.maximum(self.cell, 0), self.before, self.size).astype(np.float64)


def _divided(weighted: FloatArray, after: FloatArray) -> FloatArray:
    """Give w z / w_calibrated; 0 where the row has no weight."""
    below = after[:, np.newaxis]
    return np.divide(weighted, below, out=np.zeros_like(weighted), where=below != 0)


def _multiplied(residual: FloatArray, after: FloatArray, weighted: FloatArray) -> FloatArray:
    """Give w_calibrated e; rows that took no part in the calibration keep what they have."""
    return np.where(after[:, np.newaxis] != 0, residual * after[:, np.newaxis], weighted)
