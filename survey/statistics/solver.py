"""The g-weights that make weighted sums meet known totals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.statistics.arrays import FloatArray
from survey.statistics.distance import Curve
from survey.statistics.feasibility import refuse_infeasible
from survey.statistics.weighting_refusals import DisagreeingTotals, EmptyMargin

RANK = 1e-10  # a direction below this share of the largest is linearly dependent
CONSISTENT = 1e-9  # totals may leave the reachable space by this share
ENOUGH = 1e-10  # worst misfit of a total, as a share of it
BEST = 1e-14
STEPS = 300
HALVINGS = 60


@dataclass(frozen=True, eq=False)
class System:
    """Calibration equations in coordinates that are independent of each other.

    Attributes:
        basis: (c, r) combinations of the regressors, orthonormal under the weights.
        targets: (r,) the totals in the same coordinates.
        scale: (p,) size of each original total, for judging the misfit.
        back: (p, r) turns a misfit in the coordinates into one of the totals.
    """

    basis: FloatArray
    targets: FloatArray
    scale: FloatArray
    back: FloatArray


def solve_g(
    regressors: FloatArray, weights: FloatArray, totals: FloatArray, curve: Curve, names: Sequence[str]
) -> FloatArray:
    """Find g with sum_c d_c g_c x_c = totals, each g on the curve of its own u = x'lambda.

    Newton's method on the convex dual, with halved steps; rank-deficient regressors are handled in an
    orthonormal basis of the space they span, so consistent redundant margins are welcome.

    Args:
        regressors: (c, p) calibration variables of cells (or rows).
        weights: (c,) their design weight d.
        totals: (p,) known totals.
        curve: distance and bounds.
        names: (p,) of the totals, for refusals.

    Returns:
        (c,) g-weights; 1 where d is 0.

    Raises:
        EmptyMargin: a total above 0 that nobody contributes to.
        DisagreeingTotals: totals that contradict each other whatever the weights.
        InfeasibleBounds, UnreachableTotals: certified by a linear programme.
        NotConverged: feasible, but not found.

    Source: Deville & Särndal (1992); Boyd & Vandenberghe (2004), section 9.5, for the steps.
    """
    used = weights != 0
    inner, held = regressors[used], weights[used]
    _refuse_empty(inner, totals, names)
    system = _system(inner, held, totals, names)
    g = np.ones(len(weights))
    if curve.is_plain_linear:
        change = system.targets - system.basis.T @ held
        u = system.basis @ _solve(_information(system.basis, held), change)
    else:
        u, misfit = _newton(system, held, curve)
        if not misfit <= ENOUGH:
            refuse_infeasible(inner, held, totals, curve, names, misfit=misfit)
    g[used] = curve.g(u)
    return g


def _refuse_empty(regressors: FloatArray, totals: FloatArray, names: Sequence[str]) -> None:
    """Refuse totals that no row contributes to."""
    empty = ~(regressors != 0).any(axis=0) & (totals != 0)
    if empty.any():
        raise EmptyMargin([names[int(i)] for i in np.flatnonzero(empty)])


def _system(regressors: FloatArray, weights: FloatArray, totals: FloatArray, names: Sequence[str]) -> System:
    """Change to orthonormal coordinates, and refuse totals outside the space that weights can reach."""
    root = np.sqrt(np.abs(weights))[:, np.newaxis]
    size = np.linalg.norm(root * regressors, axis=0)
    size[size == 0] = 1.0
    _, singular, directions = np.linalg.svd(root * (regressors / size), full_matrices=False)
    kept = singular > RANK * singular.max(initial=0)
    into = directions[kept].T / singular[kept]
    targets = (totals / size) @ into
    back = size[:, np.newaxis] * directions[kept].T * singular[kept]
    scale = np.maximum(np.abs(totals), np.abs(weights) @ np.abs(regressors))
    scale[scale == 0] = 1.0
    misfit = np.abs(back @ targets - totals) / scale
    if (misfit > CONSISTENT).any():
        raise DisagreeingTotals(
            [names[int(i)] for i in np.flatnonzero(misfit > CONSISTENT)], float(misfit.max())
        )
    return System((regressors / size) @ into, targets, scale, back)


def _newton(system: System, weights: FloatArray, curve: Curve) -> tuple[FloatArray, float]:
    """Minimise sum d G(u) - lambda'T; give u and the worst relative misfit."""
    at = np.zeros(len(system.targets))
    u = system.basis @ at
    gap, worst = _gap(system, weights, curve, u)
    for _ in range(STEPS):
        if worst <= BEST:
            break
        step = _solve(_information(system.basis, weights * curve.derivative(u)), -gap)
        moved = _controlled(system, weights, curve, at=at, step=step, worst=worst)
        if moved is None:
            break
        at, u, gap, worst = moved
    return u, worst


def _controlled(
    system: System, weights: FloatArray, curve: Curve, *, at: FloatArray, step: FloatArray, worst: float
) -> tuple[FloatArray, FloatArray, FloatArray, float] | None:
    """Halve the step until the objective or the misfit falls; None if neither does."""
    before = _objective(system, weights, curve, at)
    gap, _ = _gap(system, weights, curve, system.basis @ at)
    slope = float(gap @ step)
    share = 1.0
    for _ in range(HALVINGS):
        candidate = at + share * step
        u = system.basis @ candidate
        new_gap, new_worst = _gap(system, weights, curve, u)
        falls = _objective(system, weights, curve, candidate) <= before + 1e-4 * share * slope
        if np.isfinite(new_worst) and (new_worst < 0.9 * worst or (falls and slope < 0 and worst > ENOUGH)):
            return candidate, u, new_gap, new_worst
        share /= 2
    return None


def _objective(system: System, weights: FloatArray, curve: Curve, at: FloatArray) -> float:
    """Give the dual objective; inf where it overflows."""
    value = float(weights @ curve.integral(system.basis @ at) - at @ system.targets)
    return value if np.isfinite(value) else float("inf")


def _gap(system: System, weights: FloatArray, curve: Curve, u: FloatArray) -> tuple[FloatArray, float]:
    """Give reached minus wanted, in coordinates, and the worst misfit as a share of a total."""
    gap = system.basis.T @ (weights * curve.g(u)) - system.targets
    return gap, float((np.abs(system.back @ gap) / system.scale).max(initial=0.0))


def _information(basis: FloatArray, weights: FloatArray) -> FloatArray:
    """Give basis' diag(weights) basis."""
    return np.asarray(basis.T @ (weights[:, np.newaxis] * basis), np.float64)


def _solve(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Solve a symmetric system; directions without information are held back, not inverted."""
    values, vectors = np.linalg.eigh(matrix)
    floor = 1e-8 * max(float(values.max(initial=0.0)), 1e-8)
    steady = np.where(np.abs(values) > floor, values, floor)
    return np.asarray(vectors @ ((vectors.T @ right) / steady), np.float64)
