"""What a round says: one frozen value behind every page, chart and sheet of its report."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.definition import Item, Question, Section, Text
from survey.core.credibility import Credibility
from survey.core.measure import FurtherResult, Measure, PartResult
from survey.core.place import Field, Unit
from survey.core.raking import Raked, Refused
from survey.core.round import Round
from survey.core.target import Measurement, Target, TargetSheet, Verdict
from survey.core.trend import TrendPoint
from survey.core.unit_history import Lineage
from survey.core.weighting import Weighting
from survey.statistics.compare import Difference
from survey.statistics.drivers import Caution


@dataclass(frozen=True)
class ItemResult:
    """One item.

    Attributes:
        item: what was asked.
        measure: weighted share of satisfied answers.
        shares: weighted share of each option code among valid answers.
        previous: the measure of the round before, None where the two cannot be compared.
        change: the difference between the two.
    """

    item: Item
    measure: Measure
    shares: dict[int, float]
    previous: Measure | None
    change: Difference | None


@dataclass(frozen=True)
class FactorResult:
    """One factor with its items; ``shares`` is the mean of its items' shares, the rest as in an item."""

    section: Section
    measure: Measure
    items: tuple[ItemResult, ...]
    shares: dict[int, float]
    previous: Measure | None
    change: Difference | None


@dataclass(frozen=True)
class FieldResult:
    """One field of service, and how many of its responses each unit has."""

    field: Field
    measure: Measure
    by_unit: Mapping[str, int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class RespondentGroup:
    """Those who answered in one way or gave one answer about themselves.

    Attributes:
        key: the mode, or the option's code; empty for those who did not say.
        measure: their index; its dossiers are those that their responses stand for, since the frame does not
            tell these groups apart; 0 where the figure is hidden.
        by_unit: its responses by unit code.
        by_field: its responses by field code.
    """

    key: str
    measure: Measure
    by_unit: Mapping[str, int] = dataclasses.field(default_factory=dict)
    by_field: Mapping[str, int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Grouping:
    """All responses parted by one trait of the respondents, or by how they came in where ``question`` is None."""

    code: str
    question: Question | None
    groups: tuple[RespondentGroup, ...]

    def text_of(self, group: RespondentGroup) -> Text | None:
        """The words of the option that a group chose; None for a mode and for those who did not say."""
        options = self.question.options if self.question else ()
        return next((option.text for option in options if str(option.code) == group.key), None)


@dataclass(frozen=True)
class PossibleRanks:
    """The ranks that a unit may have, for all ranked units at once with 95 % confidence; 1 is the highest index."""

    best: int
    worst: int


@dataclass(frozen=True)
class UnitResult:
    """One unit.

    Attributes:
        unit: the unit.
        measure: its index.
        verdict: on the main target where there is one.
        ranks: those that it may have, where it has a value and is not the only one.
        lineage: where its past stands; None where no round before has a comparable index.
        previous: its index in the round before, made anew where units merged or split; None where the trend breaks.
        change: the difference between the two.
        factors: in questionnaire order.
    """

    unit: Unit
    measure: Measure
    verdict: Verdict | None
    ranks: PossibleRanks | None = None
    lineage: Lineage | None = None
    previous: Measure | None = None
    change: Difference | None = None
    factors: tuple[Measure, ...] = ()


@dataclass(frozen=True)
class TargetResult:
    """One satisfaction target of the plan: what was measured for it, and the verdict."""

    target: Target
    measurement: Measurement
    measure: Measure | None
    verdict: Verdict | None


@dataclass(frozen=True)
class Pressing:
    """A factor in the order in which to look at it.

    Attributes:
        section: the factor.
        importance: share of the explained variation of the respondents' overall scores, 0–1.
        importance_error: its standard error.
        gain: by how much the index would rise if the factor's items below it came up to it, a proportion.
        items: codes of those items, the lowest first.
        tied: chance could swap it with the factor before it.
    """

    section: Section
    importance: float
    importance_error: float
    gain: float
    items: tuple[str, ...]
    tied: bool


@dataclass(frozen=True)
class Attention:
    """Factors in the order in which to look at them, the most pressing first.

    Attributes:
        order: every factor of the questionnaire.
        explained: R² of all factors together, 0–1.
        respondents: with a score on every factor.
        cautions: what must be printed beside the order.
    """

    order: tuple[Pressing, ...]
    explained: float
    respondents: int
    cautions: tuple[Caution, ...]


@dataclass(frozen=True)
class RoundResult:
    """Everything that a report of a round prints.

    Attributes:
        round: the round.
        index: what the questionnaire's rule makes of the items' weighted shares.
        unweighted: the same without weights, to show what weighting changes.
        change: of the index since ``previous``, or None where the two cannot be compared.
        previous: the round before, or None.
        previous_index: its index where comparable.
        factors: in questionnaire order.
        fields: in register order; only those with dossiers.
        units: in register order; only those with dossiers.
        targets: the sheet's satisfaction targets, in its order.
        main_target: the target that units are judged by.
        sheet: the plan.
        weighting: coverage and the named strata.
        modes: responses by mode.
        parts: of a weighted index; empty for the other rules.
        further: what the questionnaire wants reported beside its index.
        attention: which factor to mend first, or None where there is no honest order.
        credibility: flags and the index three ways, None where nobody judged it.
        groupings: the responses by how they came in and by who gave them.
        reworded: items compared with ``previous`` only because their rewording was declared editorial.
        raked: what raking to margins did to the weights, or why nothing; None where the settings do not ask for it.
        unraked: where weights are raked, the index by the weights of the strata alone.
        trend: the rounds before and this one, the oldest first.
    """

    round: Round
    index: Measure
    unweighted: float
    change: Difference | None
    previous: Round | None
    previous_index: Measure | None
    factors: tuple[FactorResult, ...]
    fields: tuple[FieldResult, ...]
    units: tuple[UnitResult, ...]
    targets: tuple[TargetResult, ...]
    main_target: Target | None
    sheet: TargetSheet | None
    weighting: Weighting
    modes: dict[str, int]
    parts: tuple[PartResult, ...] = ()
    further: tuple[FurtherResult, ...] = ()
    reworded: tuple[Item, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    attention: Attention | None = None
    credibility: Credibility | None = None
    raked: Raked | Refused | None = None
    unraked: Measure | None = None
    trend: tuple[TrendPoint, ...] = ()

    @property
    def items(self) -> tuple[ItemResult, ...]:
        """All items in questionnaire order."""
        return tuple(item for factor in self.factors for item in factor.items)

    @property
    def weakest(self) -> tuple[ItemResult, ...]:
        """Items with a known value, the lowest first."""
        known = [item for item in self.items if item.measure.is_known]
        return tuple(sorted(known, key=lambda item: item.measure.value))
