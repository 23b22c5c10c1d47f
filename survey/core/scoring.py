"""How answers become numbers: what an answer is worth, and how worths become an index by the questionnaire's rule."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from questionnaires.definition import WHOLE, Definition
from survey.core.estimation_settings import EstimationSettings
from survey.core.evidence import CodeMatrix, Evidence, IntArray
from survey.core.measure import FurtherResult, Measure, PartResult
from survey.core.raking import Raked, Refused, rake
from survey.core.tables import (
    Counted,
    GroupTables,
    RakedGroups,
    RakedTables,
    StratumCounted,
    StratumTables,
    Tables,
)
from survey.core.weighting import Weighting, weigh
from survey.statistics.interval import policy_interval
from survey.statistics.measures import EstimateTable, MeasureTable
from survey.statistics.moments import Moments, collapse
from survey.statistics.weighted_parts import Part

BoolMatrix = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scored:
    """A round's answers, weighed and collapsed once; every table is made from this.

    Attributes:
        evidence: the round's population and answers.
        weighting: the design and its named strata.
        answers: counted responses × items, option codes.
        valid: the same shape, whether the answer is on the scale.
        score: the same shape, what the answer is worth, 0–1; truth values where it is all or nothing, which are
            counted many times faster than floats are multiplied.
        moments: sums and products per stratum.
        tables: estimates by the weights that the round's settings ask for and its data allow.
        raked: what raking did, or why nothing; None where the settings do not ask for it.
    """

    evidence: Evidence
    weighting: Weighting
    answers: CodeMatrix
    valid: BoolMatrix
    score: Matrix | BoolMatrix
    moments: Moments
    tables: Tables
    raked: Raked | Refused | None = None

    @property
    def definition(self) -> Definition:
        """The version whose items were answered."""
        return self.evidence.round.version.definition

    @property
    def settings(self) -> EstimationSettings:
        """How the round is estimated."""
        return self.evidence.round.settings

    def measure(self, table: EstimateTable, group: int, column: int, dossiers: int) -> Measure:
        """One estimate of a table with its interval."""
        return measure_at(table, group, column, dossiers, self.settings)

    def table(self, group_of_stratum: IntArray, groups: int) -> MeasureTable:
        """Items, factors and indices for groups that are unions of strata (-1: in no group)."""
        return self._table(self.of_strata(group_of_stratum, groups))

    def of_strata(self, group_of_stratum: IntArray, groups: int) -> GroupTables:
        """What can be said of groups that are unions of strata (-1: in no group)."""
        return self._counted.groups(group_of_stratum, groups)

    @cached_property
    def _counted(self) -> Counted:
        if isinstance(self.tables, StratumTables):
            return StratumCounted(self.tables.design, self.moments, self.tables.lonely)
        return self.tables.count(self.valid, self.score)

    def indices(self, group_of_stratum: IntArray, groups: int) -> list[Measure]:
        """The index by the questionnaire's rule for every group that is a union of strata."""
        of_groups = self.of_strata(group_of_stratum, groups)
        return self._indices(of_groups, self.group_dossiers(group_of_stratum, groups))

    def indices_across(self, group_of_response: IntArray, groups: int) -> list[Measure]:
        """The index for groups of counted responses that cut across strata (-1: in no group).

        Respondents outside a group count as zeros in their stratum (domain estimation). The frame does not know
        how many dossiers such a group has: a measure's dossiers are the sum of its responses' weights.
        """
        inside = group_of_response >= 0
        weights = self.tables.weights[inside]
        standing_for = np.bincount(group_of_response[inside], weights=weights, minlength=groups)
        of_groups = self.tables.across(self.valid, self.score, group_of_response, groups)
        return self._indices(of_groups, np.rint(standing_for).astype(np.int64))

    def shared_out(
        self, group_of_response: IntArray, groups: int
    ) -> list[tuple[dict[str, int], dict[str, int]]]:
        """How many responses of every group of counted responses each unit and each field has, by their codes."""
        evidence, counted = self.evidence, self.weighting.counted
        units, fields = [unit.code for unit in evidence.units], [field.code for field in evidence.fields]
        shares = []
        for places, codes in ((evidence.unit, units), (evidence.field, fields)):
            key = group_of_response * len(codes) + places[counted]
            table = np.bincount(key[group_of_response >= 0], minlength=groups * len(codes))
            rows = table.reshape(groups, len(codes)).tolist()
            shares.append([{code: n for code, n in zip(codes, row, strict=True) if n} for row in rows])
        return list(zip(*shares, strict=True))

    def index_column(self, table: MeasureTable, of_groups: GroupTables) -> tuple[EstimateTable, int]:
        """Where the index by the questionnaire's rule stands, given what is known of groups and their measures."""
        scoring = self.definition.scoring
        if scoring.index == "parts":
            return of_groups.parts([index_parts(self.definition)]), 0
        return table, table.pooled if scoring.index == "pooled" else table.mean

    def factor_column(
        self, table: MeasureTable, position: int, group_of_stratum: IntArray
    ) -> tuple[EstimateTable, int]:
        """Where a factor stands: the mean of its items' shares, or all its answers together where the index is pooled."""
        if self.definition.scoring.index != "pooled":
            return table, table.items + position
        columns = factor_columns(self.definition)[position]
        groups = len(table.respondents)
        pooled = self._pooled_table(self.score[:, columns], self.valid[:, columns], group_of_stratum, groups)
        return pooled, pooled.pooled

    def parts(self) -> tuple[PartResult, ...]:
        """The parts of a weighted index, each as an index of its own; empty for the other rules."""
        parts = index_parts(self.definition)
        if not parts:
            return ()
        everything, dossiers = self._everything()
        alone = [[replace(part, weight=1.0)] for part in parts]
        table = self.of_strata(everything, 1).parts(alone)
        named = self.definition.scoring.parts or ()
        return tuple(
            PartResult(part, self.measure(table, 0, column, dossiers)) for column, part in enumerate(named)
        )

    def factors(self, group_of_stratum: IntArray, groups: int) -> list[tuple[Measure, ...]]:
        """Every factor of every group that is a union of strata, in the questionnaire's order."""
        dossiers = self.group_dossiers(group_of_stratum, groups)
        table = self.table(group_of_stratum, groups)
        columns = [
            self.factor_column(table, position, group_of_stratum)
            for position in range(len(self.definition.sections))
        ]
        return [
            tuple(self.measure(where, group, column, int(dossiers[group])) for where, column in columns)
            for group in range(groups)
        ]

    def further(self) -> tuple[FurtherResult, ...]:
        """The figures that the questionnaire wants beside its index."""
        results = []
        for name in self.definition.scoring.also or ():
            if name == "mean_score":
                most = max(max(self.definition.scale_of(item).codes) for item in self.definition.items)
                measure = self._pooled(np.where(self.valid, self.answers / most, 0.0), self.valid)
            else:
                most = 1
                answered = self.valid.any(axis=1).reshape(-1, 1)
                content = np.where(self.valid, self.score, 1.0).all(axis=1).reshape(-1, 1) & answered
                measure = self._pooled(content, answered)
            results.append(FurtherResult(name, measure, most))
        return tuple(results)

    def unweighted(self) -> float:
        """The index as a spreadsheet would have it, without weights; nan if it cannot be computed."""
        if self.definition.scoring.index == "pooled":
            count = int(self.valid.sum())
            return float(self.score.sum()) / count if count else float("nan")
        if parts := index_parts(self.definition):
            return sum(part.weight * self._plain(list(part.items)) for part in parts)
        return unweighted_index(self.valid, self.score)

    def group_dossiers(self, group_of_stratum: IntArray, groups: int) -> IntArray:
        """Dossiers of each group, whether or not anybody answered."""
        chosen = group_of_stratum >= 0
        dossiers = self.evidence.dossiers.reshape(-1)[chosen]
        return np.bincount(group_of_stratum[chosen], weights=dossiers, minlength=groups).astype(np.int64)

    def _plain(self, columns: list[int]) -> float:
        return unweighted_index(self.valid[:, columns], self.score[:, columns])

    def _everything(self) -> tuple[IntArray, int]:
        group = np.zeros(self.evidence.dossiers.size, np.int64)
        return group, int(self.group_dossiers(group, 1)[0])

    def index(self) -> Measure:
        """The index of the whole round."""
        everything, dossiers = self._everything()
        return self._indices(self.of_strata(everything, 1), np.array([dossiers]))[0]

    def unraked(self) -> Measure:
        """The index of the whole round by the weights of the strata, whatever the settings ask for."""
        everything, dossiers = self._everything()
        design = self.weighting.design
        plain = StratumCounted(design, self.moments, self.settings.lonely).groups(everything, 1)
        [measure] = self._indices(plain, np.array([dossiers]))
        return measure

    def _table(self, of_groups: GroupTables) -> MeasureTable:
        return of_groups.measures(factor_columns(self.definition))

    def _indices(self, of_groups: GroupTables, dossiers: IntArray) -> list[Measure]:
        table, column = self._index(of_groups)
        return [self.measure(table, group, column, number) for group, number in enumerate(dossiers.tolist())]

    def _index(self, of_groups: GroupTables) -> tuple[EstimateTable, int]:
        """Where the index stands; by itself where every further measure would cost a pass over the rows."""
        if isinstance(of_groups, RakedGroups) and self.definition.scoring.index != "pooled":
            whole = [Part(tuple(range(len(self.definition.items))), 1.0)]
            return of_groups.parts([index_parts(self.definition) or whole]), 0
        return self.index_column(self._table(of_groups), of_groups)

    def _pooled(self, score: Matrix | BoolMatrix, valid: BoolMatrix) -> Measure:
        """All of ``score`` over all of ``valid``, in the whole round."""
        everything, dossiers = self._everything()
        table = self._pooled_table(score, valid, everything, 1)
        return self.measure(table, 0, table.pooled, dossiers)

    def _pooled_table(
        self, score: Matrix | BoolMatrix, valid: BoolMatrix, group_of_stratum: IntArray, groups: int
    ) -> MeasureTable:
        counted = self.tables.count(valid, score)
        return counted.groups(group_of_stratum, groups).measures([])


def measure_at(
    table: EstimateTable, group: int, column: int, dossiers: int, settings: EstimationSettings
) -> Measure:
    """One estimate of a table with the interval that the settings ask for."""
    estimate = table.at(group, column)
    interval = policy_interval(estimate, confidence_level=settings.confidence_level, method=settings.interval)
    return Measure(estimate, interval, int(table.respondents[group]), dossiers)


def score_round(evidence: Evidence) -> Scored:
    """Weigh a round and reduce its answers to moments."""
    weighting = weigh(evidence)
    answers = evidence.answers[weighting.counted]
    valid, score = score_answers(evidence.round.version.definition, answers)
    moments = collapse(weighting.design.stratum, numerator=score, denominator=valid)
    tables, raked = _tables(evidence, weighting)
    return Scored(evidence, weighting, answers, valid, score, moments, tables, raked)


def _tables(evidence: Evidence, weighting: Weighting) -> tuple[Tables, Raked | Refused | None]:
    """Estimates by the weights that the settings ask for; where these are refused, by those of the strata."""
    settings = evidence.round.settings
    plain = StratumTables(weighting.design, settings.lonely)
    if settings.weights != "raked":
        return plain, None
    found = rake(evidence, weighting)
    if isinstance(found, Refused):
        return plain, found
    return RakedTables(weighting.design, found.sample, found.shares, settings.lonely), found.raked


def score_answers(definition: Definition, answers: CodeMatrix) -> tuple[BoolMatrix, Matrix | BoolMatrix]:
    """Validity and score of every answer by the questionnaire's named rule.

    Args:
        definition: says which codes are valid and how they score.
        answers: n × items, option codes.

    Returns:
        n × items validity, and n × items score: for ``top_codes`` true where the code is among the satisfied
        ones, for ``points`` the code divided by the most points; false or 0 where not valid.
    """
    scoring = definition.scoring
    valid = np.empty(answers.shape, dtype=np.bool_)
    for column, item in enumerate(definition.items):
        valid[:, column] = _among(answers[:, column], definition.scale_of(item).codes)
    if scoring.rule == "top_codes":
        return valid, valid & _among(answers, scoring.satisfied)
    return valid, np.where(valid, answers / scoring.max_points, 0.0)


def _among(codes: CodeMatrix, wanted: Collection[int]) -> BoolMatrix:
    """Which codes are among the wanted ones: of a byte each, so that a million are looked up at once."""
    is_wanted = np.zeros(1 << 8, np.bool_)
    is_wanted[np.array([*wanted], np.int8).view(np.uint8)] = True
    return np.take(is_wanted, codes.view(np.uint8))


def factor_columns(definition: Definition) -> list[list[int]]:
    """Item positions of each factor."""
    columns = iter(range(len(definition.items)))
    return [[next(columns) for _ in section.items] for section in definition.sections]


def index_parts(definition: Definition) -> list[Part]:
    """The parts of a weighted index by item positions; empty for the other rules."""
    columns = {
        section.code: places
        for section, places in zip(definition.sections, factor_columns(definition), strict=True)
    }
    return [
        Part(tuple(place for code in part.sections for place in columns[code]), part.weight / WHOLE)
        for part in definition.scoring.parts or ()
    ]


def unweighted_index(valid: BoolMatrix, score: Matrix | BoolMatrix) -> float:
    """Mean of the items' plain shares, as a spreadsheet would have it; nan if an item has no answer."""
    counts = valid.sum(axis=0)
    if not counts.all():
        return float("nan")
    return float((score.sum(axis=0) / counts).mean())
