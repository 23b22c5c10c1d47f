"""The table of measures, and one estimate taken out of it."""

from dataclasses import dataclass

from survey.statistics.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Estimate:
    """One estimate with what is known about it. It has no arithmetic: a new quantity needs a new estimate.

    Attributes:
        value: the estimate, a proportion 0 to 1 in SIPAS tables; nan if undefined.
        standard_error: 0 or more; 0 means that the sample shows no variation; nan if undefined.
        degrees_of_freedom: responses minus strata; below 1 there is no interval and no test.
        valid_answers: respondents who gave a valid answer.
        census: everybody was asked, so there is no sampling error.
    """

    value: float
    standard_error: float
    degrees_of_freedom: float
    valid_answers: int
    census: bool = False


@dataclass(frozen=True, eq=False)
class EstimateTable:
    """Estimates of G groups x M measures with what is known about them. All arrays are read-only.

    Attributes:
        estimate: (G, M) nan without a valid answer to every item the measure needs.
        standard_error: (G, M) linearised; exactly 0 where the sample shows no variation.
        degrees_of_freedom: (G, M) of an item: its valid answers (or their clusters) minus the strata they come
            from; of factors and indices: respondents (clusters) minus strata of the group.
        design_effect: (G, M) variance / variance of a simple random sample of the group's respondents;
            nan where the standard error is 0.
        valid_answers: (G, M) valid answers; of factors and indices the most that any of its items has,
            which is never more than the persons behind it.
        respondents: (G,) respondents of the group, whether or not they gave valid answers.
        weight: (G,) dossiers that these respondents stand for.
        census: (G,) every stratum of the group was asked in full.
    """

    estimate: FloatArray
    standard_error: FloatArray
    degrees_of_freedom: IntArray
    design_effect: FloatArray
    valid_answers: IntArray
    respondents: IntArray
    weight: FloatArray
    census: BoolArray

    def at(self, group: int, measure: int) -> Estimate:
        """Take one estimate out of the table.

        Args:
            group: row, 0 .. groups - 1.
            measure: column, 0 .. measures - 1.

        Returns:
            The estimate as a value that intervals and comparisons take.
        """
        return Estimate(
            value=float(self.estimate[group, measure]),
            standard_error=float(self.standard_error[group, measure]),
            degrees_of_freedom=float(self.degrees_of_freedom[group, measure]),
            valid_answers=int(self.valid_answers[group, measure]),
            census=bool(self.census[group]),
        )


@dataclass(frozen=True, eq=False)
class MeasureTable(EstimateTable):
    """The SIPAS table: the measures are the items, the factors, SIPAS_POOLED, SIPAS_MEAN, in this order.

    The estimate is a ratio of weighted sums (items, pooled) or an unweighted mean of item ratios (factors,
    mean).

    Attributes:
        items: number of items q.
        factors: number of factors F; M = q + F + 2.
        design_effect_of_mean: (G, M) the design effect against a simple random sample of the valid answers
            (the one to print for percentages); items only, nan for factors and indices.
    """

    items: int
    factors: int
    design_effect_of_mean: FloatArray

    @property
    def pooled(self) -> int:
        """Column of SIPAS_POOLED: all satisfied answers / all valid answers."""
        return self.items + self.factors

    @property
    def mean(self) -> int:
        """Column of SIPAS_MEAN: unweighted mean of the item shares."""
        return self.items + self.factors + 1
