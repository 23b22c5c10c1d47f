"""Raking to known shares where some people did not say to which category they belong.

Of a margin the shares s_c of its categories are known, of the dossiers; some respondents did not say theirs. Those
keep, as a category of their own, the total R that they had before; the others share out the rest: the total of
category c becomes s_c (W - R), with W the sum of all weights, which does not change.

R comes from the sample, so its variation is no knowledge: with B the coefficients of the regression on the categories,
the residual of somebody who did not say is taken from the mean of the categories, sum s_c B_c, and not from a
coefficient of their own. Where everybody said, this is raking to known totals and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import block_diag

from survey.statistics.adjustments import Margin, Raking, crossed
from survey.statistics.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from survey.statistics.design import StratifiedDesign
from survey.statistics.raked_moments import RakedMoments, rake_and_collapse
from survey.statistics.refusals import MismatchedShapes
from survey.statistics.residuals import RegressionResiduals
from survey.statistics.sample import Residuals, Sample

NOT_SAID = -1


@dataclass(frozen=True, eq=False)
class KnownShares:
    """One set of categories with known shares.

    Attributes:
        name: of the margin, for refusals.
        cell: (n,) category of each row, -1 for those who did not say.
        share: (C,) known share of each category, 0 or more, adding up to 1.
        labels: (C,) name of each category, for refusals.
    """

    name: str
    cell: IntArray
    share: FloatArray
    labels: tuple[str, ...]

    def margin(self, weights: FloatArray) -> Margin:
        """Give the totals that weights (n,) shall meet: the shares of what those who said hold, the rest as it is."""
        said = self.cell != NOT_SAID
        kept = float(weights[~said].sum())
        totals = np.append(self.share * (float(weights.sum()) - kept), kept)
        return Margin(
            self.name, np.where(said, self.cell, len(self.share)), frozen_floats(totals), (*self.labels, "–")
        )


@dataclass(frozen=True, eq=False)
class ShareRaking:
    """Raking to the shares of one or more margins.

    Attributes:
        margins: what is known.

    Source: Deming & Stephan (1940); Deville & Särndal (1992), section 3, the known totals being s_c (W - R).
    """

    margins: tuple[KnownShares, ...]

    def weights(self, weights: FloatArray, *, replicate: bool = False) -> FloatArray:
        """Meet the shares of all margins, or refuse as :class:`Raking` does."""
        return self._raking(weights).weights(weights, replicate=replicate)

    def residuals(self, before: FloatArray, after: FloatArray) -> Residuals:
        """Residuals of the regression on all categories, those who did not say standing at the mean of them."""
        cell, codes = crossed([one.margin(before).cell for one in self.margins])
        fitted = _regressors(self.margins, codes, [np.eye(len(m.share) + 1) for m in self.margins])
        predicted = _regressors(self.margins, codes, [_told(m) for m in self.margins])
        residuals = RegressionResiduals.on(fitted, before, after, cell)
        # The basis is made of the regressors: basis = fitted T. The same T turns what predicts into its basis.
        turned = np.linalg.lstsq(fitted, residuals.basis, rcond=None)[0]
        return replace(residuals, basis=frozen_floats(predicted @ turned))

    def _raking(self, weights: FloatArray) -> Raking:
        return Raking(tuple(one.margin(weights) for one in self.margins))


def rake_to_shares(sample: Sample, margins: Sequence[KnownShares]) -> Sample:
    """Rake the weights of a sample to known shares, and remember it for the variance.

    Args:
        sample: the design.
        margins: one or more.

    Returns:
        The sample with new weights, of the same sum.

    Raises:
        MismatchedShapes: a margin is not over the rows of the sample.
        EmptyPoststratum: a category with a share above 0 in which nobody is.
        NotConverged, UnreachableTotals: no weights meet all margins, or none were found.
    """
    for margin in margins:
        if margin.cell.shape != sample.weights.shape:
            raise MismatchedShapes(rows=sample.weights.shape, margin=margin.cell.shape)
    raking = ShareRaking(tuple(margins))
    after = frozen_floats(raking.weights(sample.weights))
    steps = (*sample.calibrations, raking.residuals(sample.weights, after))
    return replace(sample, weights=after, calibrations=steps, history=(*sample.history, raking))


def rake_moments_to_shares(
    design: StratifiedDesign, margins: Sequence[KnownShares], *, satisfied: BoolArray, valid: BoolArray
) -> RakedMoments:
    """Rake a stratified design to known shares and reduce the answers to moments, in one pass over the rows.

    Args:
        design: strata, populations and weights.
        margins: one or more.
        satisfied: (n, q) answers that are worth 1; the others are worth 0.
        valid: (n, q) the answer is on the scale.

    Returns:
        Moments from which `raked_table` makes the tables that the sample of :func:`rake_to_shares` gives.

    Raises:
        EmptyPoststratum, NotConverged: as there, but without a second way where cycling is slow.
    """
    weights = design.weights[design.stratum]
    known = [one.margin(weights) for one in margins]
    moments = rake_and_collapse(design, known, numerator=satisfied, denominator=valid)
    return replace(moments, inverse=frozen_floats(block_diag(*map(_told, margins)) @ moments.inverse))


def _told(margin: KnownShares) -> FloatArray:
    """Leave the coefficients of categories as they are, and give those who did not say their mean."""
    size = len(margin.share)
    return np.column_stack((np.vstack((np.eye(size), margin.share)), np.zeros(size + 1)))


def _regressors(margins: Sequence[KnownShares], codes: IntArray, values: Sequence[FloatArray]) -> FloatArray:
    """Put the values of each margin's category side by side for codes (C, margins)."""
    return np.hstack([of[codes[:, at]] for at, (_, of) in enumerate(zip(margins, values, strict=True))])
