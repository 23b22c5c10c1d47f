"""Why weights cannot be made: margins, cells, bounds and trims, each refusal with its own name."""

from collections.abc import Iterable

from survey.statistics.refusals import Refusal, listed


class CellsRefusal(Refusal):
    """Some cells of a margin cannot be weighted.

    Attributes:
        margin: its name.
        cells: names of the cells.
    """

    def __init__(self, margin: str, cells: Iterable[str]) -> None:
        self.margin = margin
        self.cells = tuple(cells)
        super().__init__(margin=margin, cells=listed(self.cells))


class EmptyPoststratum(CellsRefusal):
    """Cells with people in the population and nobody in the sample."""


class UnknownPoststratum(CellsRefusal):
    """Rows in a cell whose population is not known; the cells are positions of the rows."""


class NegativeMargin(CellsRefusal):
    """A known total that is negative or not a number."""


class EmptyMargin(Refusal):
    """Calibration totals that nobody in the sample contributes to.

    Attributes:
        totals: their names.
    """

    def __init__(self, totals: Iterable[str]) -> None:
        self.totals = tuple(totals)
        super().__init__(totals=listed(self.totals))


class DisagreeingMargins(Refusal):
    """Two margins that add up to different totals: no weights can meet both.

    Attributes:
        first, first_total: name and total of one margin.
        second, second_total: of the other.
    """

    def __init__(self, first: str, first_total: float, second: str, second_total: float) -> None:
        self.first, self.first_total = first, first_total
        self.second, self.second_total = second, second_total
        super().__init__(
            first=first, first_total=f"{first_total:.12g}", second=second, second_total=f"{second_total:.12g}"
        )


class DisagreeingTotals(Refusal):
    """Totals of linearly dependent variables that contradict each other, whatever the weights.

    Attributes:
        totals: names of those that cannot be met with the others.
        misfit: worst contradiction, as a share of the total.
    """

    def __init__(self, totals: Iterable[str], misfit: float) -> None:
        self.totals = tuple(totals)
        self.misfit = misfit
        super().__init__(totals=listed(self.totals), misfit=f"{misfit:.3g}")


class ImpossibleBounds(Refusal):
    """Bounds on w/d that do not enclose 1, or a logit without two of them.

    Attributes:
        low, high: what was given.
    """

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high
        super().__init__(low=low, high=high)


class InfeasibleBounds(Refusal):
    """Bounds too tight for the totals, certified by a linear programme.

    Attributes:
        low, high: the bounds asked for.
        tightest_low, tightest_high: the tightest symmetric bounds that work; the low one may be negative.
    """

    def __init__(self, low: float, high: float, tightest_low: float, tightest_high: float) -> None:
        self.low, self.high = low, high
        self.tightest_low, self.tightest_high = tightest_low, tightest_high
        super().__init__(
            low=f"{low:.6g}",
            high=f"{high:.6g}",
            tightest_low=f"{tightest_low:.4f}",
            tightest_high=f"{tightest_high:.4f}",
        )


class UnreachableTotals(Refusal):
    """No weights of the allowed sign meet the totals, certified by a linear programme.

    Attributes:
        totals: their names.
        misfit: what the iteration reached, as a share.
    """

    def __init__(self, totals: Iterable[str], misfit: float) -> None:
        self.totals = tuple(totals)
        self.misfit = misfit
        super().__init__(totals=listed(self.totals), misfit=f"{misfit:.3g}")


class NotConverged(Refusal):
    """Weights exist, but the iteration did not find them; none are returned.

    Attributes:
        totals: names of the totals or margins.
        misfit: worst misfit reached, as a share.
    """

    def __init__(self, totals: Iterable[str], misfit: float) -> None:
        self.totals = tuple(totals)
        self.misfit = misfit
        super().__init__(totals=listed(self.totals), misfit=f"{misfit:.3g}")


class TrimmingTooTight(Refusal):
    """No weight is left free to take what trimming cuts off.

    Attributes:
        lower, upper: the limits.
        mean: mean weight, which the limits must enclose with room.
    """

    def __init__(self, lower: float, upper: float, mean: float) -> None:
        self.lower, self.upper, self.mean = lower, upper, mean
        super().__init__(lower=f"{lower:.6g}", upper=f"{upper:.6g}", mean=f"{mean:.6g}")
