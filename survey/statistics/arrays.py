"""The array types of this package, and arrays that nobody can write to."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
CodeArray = npt.NDArray[np.integer[Any]]
NumberArray = npt.NDArray[np.float64] | npt.NDArray[np.bool_]


def frozen_floats(values: npt.ArrayLike) -> FloatArray:
    """Return a read-only copy of the values as 64-bit floats."""
    copy = np.array(values, dtype=np.float64)
    copy.setflags(write=False)
    return copy


def frozen_integers(values: npt.ArrayLike) -> IntArray:
    """Return a read-only copy of the values as 64-bit integers."""
    copy = np.array(values, dtype=np.int64)
    copy.setflags(write=False)
    return copy


def frozen_booleans(values: npt.ArrayLike) -> BoolArray:
    """Return a read-only copy of the values as booleans."""
    copy = np.array(values, dtype=np.bool_)
    copy.setflags(write=False)
    return copy


def ratio_or_nan(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> FloatArray:
    """Divide where the denominator is above zero; elsewhere the ratio has no value: nan."""
    top, bottom = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    ratio = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=ratio, where=bottom > 0)
    return ratio


def sums_by(
    group: IntArray, rows: npt.ArrayLike, groups: int, factor: FloatArray | None = None
) -> FloatArray:
    """Sum rows (n, k), times a factor (n,), by group code 0 .. groups - 1 into (groups, k); 0 where none is."""
    values = np.asarray(rows, np.float64)
    factor = np.ones(len(values)) if factor is None else factor
    membership = sparse.csc_array((factor, group, np.arange(len(values) + 1)), (groups, len(values)))
    return np.asarray(membership @ values, np.float64)
