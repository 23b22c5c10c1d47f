"""What adjustment did to the weights, in the numbers that a report should print beside them."""

from dataclasses import dataclass

import numpy as np

from survey.statistics.estimation import effective_size
from survey.statistics.replicates import Replicates
from survey.statistics.sample import Sample


@dataclass(frozen=True)
class WeightQuality:
    """The final weights of the rows in the domain, and how far they are from the design weights.

    Attributes:
        total: what they add up to.
        smallest, largest: extremes; nan without rows.
        negative: rows with a weight below 0 (linear calibration without bounds can do this; the estimates
            and errors stay right, but such weights must not be used as frequencies: set bounds, or rake).
        smallest_g, largest_g: extremes of final / design weight; nan without rows.
        effective_size: Kish's effective number of rows.
    """

    total: float
    smallest: float
    largest: float
    negative: int
    smallest_g: float
    largest_g: float
    effective_size: float


def weight_quality(design: Sample | Replicates) -> WeightQuality:
    """Describe the weights of a design.

    Args:
        design: a sample or replicates, adjusted or not.

    Returns:
        Sum, extremes, number of negative weights, extremes of g, effective size.

    Source: Kish (1965), section 11.7; Deville & Särndal (1992), on extreme g.
    """
    used = design.inside & (design.base != 0)
    weights = design.weights[used]
    if not len(weights):
        nothing = float("nan")
        return WeightQuality(0.0, nothing, nothing, 0, nothing, nothing, nothing)
    g = weights / design.base[used]
    return WeightQuality(
        float(weights.sum()),
        float(weights.min()),
        float(weights.max()),
        int(np.count_nonzero(weights < 0)),
        float(g.min()),
        float(g.max()),
        effective_size(weights),
    )
