"""Questions that have no honest answer, each with its own name.

A refusal carries codes and numbers as data; whoever knows the labels names them to the reader. What it says,
in Vietnamese and English, stands in one table: `survey.statistics.sentences`.
"""

from collections.abc import Iterable
from typing import ClassVar

from survey.statistics.sentences import SENTENCES

SHOWN_CODES = 5


class Refusal(Exception):
    """The statistics decline to give a number.

    Attributes:
        facts: the data of the refusal by name, ready for the sentence.
    """

    code: ClassVar[str] = "Refusal"

    def __init_subclass__(cls) -> None:
        cls.code = cls.__name__

    def __init__(self, text: str = "", **facts: object) -> None:
        self.facts: dict[str, object] = {"text": text, **facts}
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """Say what was found, the rule, and what can be done.

        Args:
            language: "vi" or "en".

        Returns:
            One sentence from the table, with the data filled in; the text given to a refusal that the table
            does not hold.
        """
        found = SENTENCES.get(self.code)
        return found[language].format(**self.facts) if found else str(self.facts["text"])


def listed(codes: tuple[object, ...]) -> str:
    """Show the first few codes, and how many there are beyond them."""
    shown = ", ".join(str(code) for code in codes[:SHOWN_CODES])
    return shown if len(codes) <= SHOWN_CODES else f"{shown} (+{len(codes) - SHOWN_CODES})"


class StrataRefusal(Refusal):
    """Some strata stand in the way of an honest answer.

    Attributes:
        strata: their codes, ascending.
    """

    def __init__(self, strata: Iterable[int]) -> None:
        self.strata = tuple(int(code) for code in strata)
        super().__init__(strata=listed(self.strata))


class MoreResponsesThanPopulation(StrataRefusal):
    """More responses than dossiers: the frame count or the stratum of the responses is wrong."""


class ImpossiblePopulation(StrataRefusal):
    """A population size that is negative or not a number."""


class UnequalPopulation(StrataRefusal):
    """Rows of one stratum that give different population sizes."""


class NoWeightTotal(StrataRefusal):
    """The total that the weights should add up to is missing, infinite, negative, or 0 with responses."""


class UnknownVarianceStratum(StrataRefusal):
    """A stratum that is merged into a variance stratum with a code below 0."""


class LonelyStratum(StrataRefusal):
    """A stratum with one response out of several dossiers: its variance cannot be seen."""


class ClusterInSeveralStrata(StrataRefusal):
    """A cluster label that occurs in several strata (the codes are those of the clusters)."""


class NothingToCollapseInto(StrataRefusal):
    """Empty strata whose group has no stratum with responses."""


class RowsRefusal(Refusal):
    """Some rows (respondents) carry a value that cannot be used.

    Attributes:
        rows: their positions, ascending.
    """

    def __init__(self, rows: Iterable[int]) -> None:
        self.rows = tuple(int(row) for row in rows)
        super().__init__(rows=listed(self.rows))


class UnknownStratum(RowsRefusal):
    """A stratum code outside the frame."""


class UnknownGroup(RowsRefusal):
    """A group code outside -1 .. groups - 1 (-1 means: in no group)."""


class NegativeWeights(RowsRefusal):
    """A weight below 0 or not a number: nobody stands for less than nobody."""


class MissingCalibrationValue(RowsRefusal):
    """A row without a value of a calibration variable."""


class ItemsRefusal(Refusal):
    """Some items carry scores that cannot be used.

    Attributes:
        items: their positions, ascending.
    """

    def __init__(self, items: Iterable[int]) -> None:
        self.items = tuple(int(item) for item in items)
        super().__init__(items=listed(self.items))


class ScoreOutOfRange(ItemsRefusal):
    """A score that is below 0, above 1, or not a number."""


class ScoreWithoutAnswer(ItemsRefusal):
    """A score above 0 where there is no valid answer."""


class ImpossibleFactor(Refusal):
    """A factor that is empty, names an item twice, or names an item that does not exist.

    Attributes:
        factors: positions of such factors, ascending.
    """

    def __init__(self, factors: Iterable[int]) -> None:
        self.factors = tuple(int(factor) for factor in factors)
        super().__init__(factors=listed(self.factors))


class MismatchedShapes(Refusal):
    """Arrays that should describe the same rows, strata or items differ in shape.

    Attributes:
        shapes: the shapes found, by argument name.
    """

    def __init__(self, **shapes: tuple[int, ...]) -> None:
        self.shapes = shapes
        super().__init__(shapes=", ".join(f"{name} {shape}" for name, shape in shapes.items()))


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
            estimate=estimate, standard_error=standard_error, degrees_of_freedom=degrees_of_freedom
        )


class ImpossibleConfidenceLevel(Refusal):
    """A confidence level that is not strictly between 0 and 1.

    Attributes:
        confidence_level: what was given.
    """

    def __init__(self, confidence_level: float) -> None:
        self.confidence_level = confidence_level
        super().__init__(confidence_level=confidence_level)


class NoReplicate(Refusal):
    """No replicate gives a value.

    Attributes:
        replicates: how many were tried.
    """

    def __init__(self, replicates: int) -> None:
        self.replicates = replicates
        super().__init__(replicates=replicates)


class NoTable(Refusal):
    """A table of fewer than two rows or columns has nothing to test.

    Attributes:
        rows, columns: levels found.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self.rows = rows
        self.columns = columns
        super().__init__(rows=rows, columns=columns)
