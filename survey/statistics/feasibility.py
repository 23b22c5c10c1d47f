"""Whether any weights at all meet the totals, certified by linear programming."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
from scipy.optimize import linprog

from survey.statistics.arrays import FloatArray
from survey.statistics.distance import Curve, Distance
from survey.statistics.weighting_refusals import InfeasibleBounds, NotConverged, UnreachableTotals


def refuse_infeasible(
    regressors: FloatArray,
    weights: FloatArray,
    totals: FloatArray,
    curve: Curve,
    names: Sequence[str],
    *,
    misfit: float,
) -> None:
    """Say why no weights were found; always raises.

    Args:
        regressors: (c, p) calibration variables of cells or rows.
        weights: (c,) design weights above 0.
        totals: (p,) known totals.
        curve: distance and bounds that were asked for.
        names: (p,) of the totals.
        misfit: worst relative misfit that was reached.

    Raises:
        UnreachableTotals: no weights of the allowed sign meet the totals.
        InfeasibleBounds: the bounds are too tight; carries the tightest that work.
        NotConverged: weights exist, but the iteration did not find them.
    """
    cells, place = np.unique(regressors, axis=0, return_inverse=True)
    mass = np.zeros(len(cells))
    np.add.at(mass, place.ravel(), weights)
    floor = max(curve.low, 0.0 if curve.distance is Distance.RAKING else -np.inf)
    reach = smallest_reach(cells, mass, totals)
    if reach is None:
        raise UnreachableTotals(tuple(names), misfit)
    if has_weights(cells, mass, totals, floor, curve.high):
        raise NotConverged(tuple(names), misfit)
    if isfinite(curve.low) or isfinite(curve.high):
        raise InfeasibleBounds(curve.low, curve.high, 1 - reach, 1 + reach)
    raise UnreachableTotals(tuple(names), misfit)


def smallest_reach(cells: FloatArray, mass: FloatArray, totals: FloatArray) -> float | None:
    """Give the smallest t for which some g with |g - 1| <= t meets the totals: bounds [1 - t, 1 + t].

    Args:
        cells: (c, p) calibration variables.
        mass: (c,) weight of each cell.
        totals: (p,) known totals.

    Returns:
        t, 0 or more; None if no g does.
    """
    count = len(mass)
    scaled, target = _scaled(cells * mass[:, np.newaxis], totals)
    equations = np.hstack((scaled.T, np.zeros((len(totals), 1))))
    ones = np.ones((count, 1))
    limits = np.vstack((np.hstack((np.eye(count), -ones)), np.hstack((-np.eye(count), -ones))))
    sides = np.concatenate((np.ones(count), -np.ones(count)))
    found = linprog(
        np.append(np.zeros(count), 1.0),
        A_ub=limits,
        b_ub=sides,
        A_eq=equations,
        b_eq=target,
        bounds=[(None, None)] * count + [(0, None)],
        method="highs",
    )
    return None if found.fun is None or found.status != 0 else float(found.fun)


def has_weights(cells: FloatArray, mass: FloatArray, totals: FloatArray, low: float, high: float) -> bool:
    """Tell whether some g between low and high meets the totals.

    Args:
        cells: (c, p) calibration variables.
        mass: (c,) weight of each cell.
        totals: (p,) known totals.
        low: smallest g allowed, -inf if none.
        high: largest g allowed, inf if none.

    Returns:
        True if the linear programme has a solution.
    """
    scaled, target = _scaled(cells * mass[:, np.newaxis], totals)
    limits = (low if isfinite(low) else None, high if isfinite(high) else None)
    found = linprog(
        np.zeros(len(mass)), A_eq=scaled.T, b_eq=target, bounds=[limits] * len(mass), method="highs"
    )
    return bool(found.status == 0)


def _scaled(held: FloatArray, totals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Bring every equation to size 1, which the programme's tolerance is made for."""
    size = np.maximum(np.abs(totals), np.abs(held).sum(axis=0))
    size[size == 0] = 1.0
    return held / size, totals / size
