"""How much a weighted sum would vary from sample to sample, for any design (Taylor linearisation)."""

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray, sums_by
from survey.statistics.design import LonelyRule
from survey.statistics.refusals import LonelyStratum
from survey.statistics.sample import Sample, Stage


def covariance_of_sums(
    sample: Sample, influence: FloatArray, *, lonely: LonelyRule = LonelyRule.FAIL
) -> FloatArray:
    """Estimate the covariance of the sums of w z.

    V = sum_h share_h (1 - n_h/N_h) n_h/(n_h - 1) sum_i (t_i - mean t)(t_i - mean t)', t_i the total of w e in
    unit i, units without rows in the domain counting as 0, e the residual of z on the calibration variables;
    later stages are added with share n/N of the stages before.

    Args:
        sample: the design, restricted to the domain.
        influence: (n, k) linearised variables z, 0 outside the domain.
        lonely: rule for strata with one unit drawn out of several.

    Returns:
        (k, k) covariance; nan under AVERAGE if all strata are lonely.

    Raises:
        LonelyStratum: under FAIL, at any stage.

    Source: Särndal, Swensson & Wretman (1992), results 3.7.1, 4.3.1, 6.6.1
    and chapter 10 (domains); tests/golden/cases/README.md, Variance.
    """
    rows = deviations(sample, influence, lonely=lonely)
    return rows.T @ rows


def variance_of_sums(
    sample: Sample, influence: FloatArray, *, lonely: LonelyRule = LonelyRule.FAIL
) -> FloatArray:
    """Estimate the variances of the sums of w z: the diagonal of `covariance_of_sums`, (k,)."""
    rows = deviations(sample, influence, lonely=lonely)
    variance: FloatArray = np.einsum("ik,ik->k", rows, rows)
    return variance


def deviations(sample: Sample, influence: FloatArray, *, lonely: LonelyRule) -> FloatArray:
    """Give rows (r, k) whose cross-product is the covariance: scaled deviations of units from their stratum.

    Args:
        sample: the design.
        influence: (n, k) linearised variables.
        lonely: rule for lonely strata.

    Returns:
        One row per unit, per stratum with absent units, and per lonely stratum, over all stages.

    Raises:
        LonelyStratum: under FAIL, at any stage.
    """
    kept = np.flatnonzero(sample.kept)
    weighted = _residuals(sample, sample.weights[:, np.newaxis] * influence)[kept]
    parts = [
        _of_stage(stage, kept, weighted, lonely, first=depth == 0)
        for depth, stage in enumerate(sample.stages)
    ]
    return np.vstack(parts)


def _residuals(sample: Sample, weighted: FloatArray) -> FloatArray:
    """Apply the calibration steps in order of time."""
    for step in sample.calibrations:
        weighted = step.of(weighted)
    return weighted


def _of_stage(
    stage: Stage, kept: IntArray, weighted: FloatArray, rule: LonelyRule, *, first: bool
) -> FloatArray:
    """Give the scaled deviations of one stage."""
    codes, start, place = np.unique(stage.cluster[kept], return_index=True, return_inverse=True)
    totals = weighted[start] if len(codes) == len(kept) else sums_by(place, weighted, len(codes))
    strata, position = np.unique(stage.stratum[kept[start]], return_inverse=True)
    drawn, lonely = stage.drawn[strata], stage.lonely[strata]
    fpc = stage.fpc[strata]
    if rule is LonelyRule.FAIL and lonely.any():
        raise LonelyStratum(strata[lonely])
    several = drawn > 1
    scale = np.where(several, stage.share[strata] * fpc * drawn / np.maximum(drawn - 1, 1), 0.0)
    means = sums_by(position, totals, len(strata)) / drawn[:, np.newaxis]
    absent = scale * (drawn - np.bincount(position, minlength=len(strata)))
    rows = np.vstack(
        (
            np.sqrt(scale[position])[:, np.newaxis] * (totals - means[position]),
            np.sqrt(absent)[:, np.newaxis] * means,
        )
    )
    return (
        _with_lonely(rows, rule, factor=fpc * stage.share[strata], lonely=lonely, drawn=drawn, means=means)
        if first
        else rows
    )


def _with_lonely(
    rows: FloatArray,
    rule: LonelyRule,
    *,
    factor: FloatArray,
    lonely: BoolArray,
    drawn: IntArray,
    means: FloatArray,
) -> FloatArray:
    """Add what the rule says about lonely first-stage strata; inside a cluster a single unit adds nothing."""
    if rule is LonelyRule.ADJUST and lonely.any():
        centre = (drawn[:, np.newaxis] * means).sum(axis=0) / drawn.sum()
        return np.vstack((rows, np.sqrt(factor[lonely])[:, np.newaxis] * (means[lonely] - centre)))
    if rule is LonelyRule.AVERAGE and lonely.any():
        others = len(lonely) - int(lonely.sum())
        return np.asarray(rows * np.sqrt(len(lonely) / others if others else np.nan), np.float64)
    return rows
