"""Questions that have no honest answer, each with its own name.

A refusal carries codes as data (strata, rows, items, factors), never labels: whoever knows the labels
names them to the reader. Its text says what was found, the rule, and what can be done.
"""

from collections.abc import Iterable

SHOWN_CODES = 5


class Refusal(Exception):
    """The statistics decline to give a number."""


def _listed(codes: tuple[int, ...]) -> str:
    """Show the first few codes, and how many there are beyond them."""
    shown = ", ".join(str(code) for code in codes[:SHOWN_CODES])
    return shown if len(codes) <= SHOWN_CODES else f"{shown} and {len(codes) - SHOWN_CODES} more"


class StrataRefusal(Refusal):
    """Some strata stand in the way of an honest answer.

    Attributes:
        strata: their codes, ascending.
    """

    reason = "Strata {strata} have no honest answer."

    def __init__(self, strata: Iterable[int]) -> None:
        self.strata = tuple(int(code) for code in strata)
        super().__init__(self.reason.format(strata=_listed(self.strata)))


class MoreResponsesThanPopulation(StrataRefusal):
    """More responses than dossiers: the frame count or the stratum of the responses is wrong."""

    reason = "Strata {strata} hold more responses than dossiers; correct the frame counts."


class ImpossiblePopulation(StrataRefusal):
    """A population size that is negative or not a number."""

    reason = "Strata {strata} have a population that is negative or not a number; correct the frame."


class NoWeightTotal(StrataRefusal):
    """The total that the weights should add up to is missing, infinite, negative, or 0 with responses."""

    reason = (
        "Strata {strata} have no positive finite total for their weights to add up to; "
        "give totals, above all where the population is taken as infinite."
    )


class UnknownVarianceStratum(StrataRefusal):
    """A stratum that is merged into a variance stratum with a code below 0."""

    reason = "Strata {strata} are merged into a variance stratum below 0; use codes from 0 up."


class LonelyStratum(StrataRefusal):
    """A stratum with one response out of several dossiers: its variance cannot be seen."""

    reason = (
        "Strata {strata} have a single response, so their variance is unknown; "
        "merge variance strata, or choose a lonely rule and print it in the report."
    )


class RowsRefusal(Refusal):
    """Some rows (respondents) carry a code that does not exist.

    Attributes:
        rows: their positions, ascending.
    """

    reason = "Rows {rows} cannot be placed."

    def __init__(self, rows: Iterable[int]) -> None:
        self.rows = tuple(int(row) for row in rows)
        super().__init__(self.reason.format(rows=_listed(self.rows)))


class UnknownStratum(RowsRefusal):
    """A stratum code outside the frame."""

    reason = "Rows {rows} have a stratum code outside the frame; add the stratum or correct the code."


class UnknownGroup(RowsRefusal):
    """A group code outside -1 .. groups - 1 (-1 means: in no group)."""

    reason = "Rows {rows} have a group code that does not exist; use -1 for a row in no group."


class ItemsRefusal(Refusal):
    """Some items carry scores that cannot be used.

    Attributes:
        items: their positions, ascending.
    """

    reason = "Items {items} cannot be used."

    def __init__(self, items: Iterable[int]) -> None:
        self.items = tuple(int(item) for item in items)
        super().__init__(self.reason.format(items=_listed(self.items)))


class ScoreOutOfRange(ItemsRefusal):
    """A score that is below 0, above 1, or not a number."""

    reason = "Items {items} have scores outside 0 to 1; divide points by their maximum."


class ScoreWithoutAnswer(ItemsRefusal):
    """A score above 0 where there is no valid answer."""

    reason = "Items {items} have a score where the answer is not valid; such scores must be 0."


class ImpossibleFactor(Refusal):
    """A factor that is empty, names an item twice, or names an item that does not exist.

    Attributes:
        factors: positions of such factors, ascending.
    """

    def __init__(self, factors: Iterable[int]) -> None:
        self.factors = tuple(int(factor) for factor in factors)
        super().__init__(
            f"Factors {_listed(self.factors)} must name existing items, each once, at least one."
        )


class MismatchedShapes(Refusal):
    """Arrays that should describe the same rows, strata or items differ in shape.

    Attributes:
        shapes: the shapes found, by argument name.
    """

    def __init__(self, **shapes: tuple[int, ...]) -> None:
        self.shapes = shapes
        found = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        super().__init__(f"These shapes do not fit together: {found}.")


class NoInterval(Refusal):
    """The formula has no value here: a proportion of 0 or 1, no variance, or fewer than 1 degree of freedom.

    Attributes:
        estimate, standard_error, degrees_of_freedom: what was given.
    """

    def __init__(self, estimate: float, standard_error: float, degrees_of_freedom: float) -> None:
        self.estimate = estimate
        self.standard_error = standard_error
        self.degrees_of_freedom = degrees_of_freedom
        super().__init__(
            f"No interval for estimate {estimate}, standard error {standard_error}, "
            f"degrees of freedom {degrees_of_freedom}; policy_interval knows what to do at 0 and 1."
        )


class ImpossibleConfidenceLevel(Refusal):
    """A confidence level that is not strictly between 0 and 1.

    Attributes:
        confidence_level: what was given.
    """

    def __init__(self, confidence_level: float) -> None:
        self.confidence_level = confidence_level
        super().__init__(
            f"Confidence level {confidence_level} is not strictly between 0 and 1; 95 % is 0.95."
        )
