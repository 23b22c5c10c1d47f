"""What calibration takes away from the linearised variable: only the residual still varies.

With d the weights before and w after a calibration on x: e = z - x'B, B the d-weighted least-squares
coefficients of z on x over all rows (outside a domain z is 0, but e = -x'B is not), and w e replaces w z.
If weights changed after the calibration (trimming), w z / w_calibrated takes the place of z.

Source: Deville & Särndal (1992), on the asymptotic variance; Särndal, Swensson & Wretman (1992), result 6.6.1.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from survey.statistics.arrays import FloatArray, IntArray, frozen_floats

RANK = 1e-10


@dataclass(frozen=True, eq=False)
class RegressionResiduals:
    """Residuals of a regression on any variables, linearly dependent ones included.

    Attributes:
        regressors: (n, r) independent combinations of the calibration variables.
        coefficients: (r, n) turns z (n,) into regression coefficients.
        after: (n,) calibrated weights at the time of calibration.
    """

    regressors: FloatArray
    coefficients: FloatArray
    after: FloatArray

    @classmethod
    def on(cls, regressors: FloatArray, before: FloatArray, after: FloatArray) -> "RegressionResiduals":
        """Prepare the regression on calibration variables (n, p) with weights `before` (n,)."""
        root = np.sqrt(np.abs(before))[:, np.newaxis]
        size = np.linalg.norm(root * regressors, axis=0)
        scaled = regressors / np.where(size > 0, size, 1.0)
        left, singular, directions = np.linalg.svd(root * scaled, full_matrices=False)
        kept = singular > RANK * singular.max(initial=0.0)
        basis = scaled @ (directions[kept].T / singular[kept])
        if (before < 0).any():
            coefficients = np.linalg.pinv((before[:, np.newaxis] * basis).T @ basis) @ (basis.T * before)
        else:
            coefficients = left[:, kept].T * root.T
        return cls(frozen_floats(basis), frozen_floats(coefficients), after)

    def of(self, weighted: FloatArray) -> FloatArray:
        """Turn w z (n, k) into w e."""
        z = _divided(weighted, self.after)
        e = z - self.regressors @ (self.coefficients @ z)
        return _multiplied(e, self.after, weighted)


@dataclass(frozen=True, eq=False)
class CellResiduals:
    """Deviations from the weighted means of cells: the regression on cell indicators.

    Attributes:
        cell: (n,) cell code of each row.
        cells: number of cells.
        before: (n,) weights before the calibration.
        after: (n,) and after.
    """

    cell: IntArray
    cells: int
    before: FloatArray
    after: FloatArray

    def of(self, weighted: FloatArray) -> FloatArray:
        """Turn w z (n, k) into w e."""
        z = _divided(weighted, self.after)
        rows = len(self.cell)
        shape = (self.cells, rows)
        cell = np.maximum(self.cell, 0)
        membership = sparse.csr_array((self.before, (cell, np.arange(rows))), shape=shape)
        held = np.bincount(cell, weights=self.before, minlength=self.cells)[:, np.newaxis]
        sums = np.asarray(membership @ z)
        means = np.divide(sums, held, out=np.zeros_like(sums), where=held != 0)
        return _multiplied(z - means[cell], self.after, weighted)


def _divided(weighted: FloatArray, after: FloatArray) -> FloatArray:
    """Give w z / w_calibrated; 0 where the row has no weight."""
    below = after[:, np.newaxis]
    return np.divide(weighted, below, out=np.zeros_like(weighted), where=below != 0)


def _multiplied(residual: FloatArray, after: FloatArray, weighted: FloatArray) -> FloatArray:
    """Give w_calibrated e; rows that took no part in the calibration keep what they have."""
    return np.where(after[:, np.newaxis] != 0, residual * after[:, np.newaxis], weighted)
