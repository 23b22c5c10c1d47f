"""Tables of estimates by either kind of weights: those of the strata, or those raked to margins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from survey.core.evidence import IntArray
from survey.statistics.arrays import BoolArray, FloatArray
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import measure_table
from survey.statistics.measures import EstimateTable, MeasureTable
from survey.statistics.moments import Moments, collapse, regroup
from survey.statistics.raked_moments import RakedMoments
from survey.statistics.raked_table import raked_parts_table, raked_table
from survey.statistics.row_table import parts_table_from_rows, sipas_table_from_rows
from survey.statistics.sample import Sample
from survey.statistics.share_raking import KnownShares, rake_moments_to_shares
from survey.statistics.weighted_parts import Part, weighted_parts_table
from survey.statistics.weighting_refusals import NotConverged

Scores = FloatArray | BoolArray
"""What answers are worth, 0–1 (n × q); truth values where it is all or nothing."""


class GroupTables(Protocol):
    """What can be said of some groups of responses."""

    def measures(self, factors: Sequence[Sequence[int]]) -> MeasureTable:
        """Items, factors and both indices of every group."""
        ...

    def parts(self, indices: Sequence[Sequence[Part]]) -> EstimateTable:
        """Indices of weighted parts of every group."""
        ...


class Counted(Protocol):
    """Answers, ready to be put together by strata."""

    def groups(self, group_of_stratum: IntArray, groups: int) -> GroupTables:
        """Groups that are unions of strata (-1: in no group)."""
        ...


class Tables(Protocol):
    """One kind of weights."""

    @property
    def weights(self) -> FloatArray:
        """Of every response that counts (n,)."""
        ...

    def count(self, valid: BoolArray, score: Scores) -> Counted:
        """Answers (n × q): whether each is on the scale, and what it is worth, 0–1."""
        ...

    def across(
        self, valid: BoolArray, score: Scores, group_of_response: IntArray, groups: int
    ) -> GroupTables:
        """Groups of responses that cut across strata (-1: in no group)."""
        ...


@dataclass(frozen=True, eq=False)
class StratumGroups:
    """Groups of a stratified design, from their moments."""

    design: StratifiedDesign
    moments: Moments
    lonely: LonelyRule

    def measures(self, factors: Sequence[Sequence[int]]) -> MeasureTable:
        """See :class:`GroupTables`."""
        return measure_table(self.design, self.moments, factors=factors, lonely=self.lonely)

    def parts(self, indices: Sequence[Sequence[Part]]) -> EstimateTable:
        """See :class:`GroupTables`."""
        return weighted_parts_table(self.design, self.moments, indices, lonely=self.lonely)


@dataclass(frozen=True, eq=False)
class StratumCounted:
    """Answers to a stratified design, collapsed once."""

    design: StratifiedDesign
    moments: Moments
    lonely: LonelyRule

    def groups(self, group_of_stratum: IntArray, groups: int) -> StratumGroups:
        """See :class:`Counted`."""
        return StratumGroups(self.design, regroup(self.moments, group_of_stratum, groups), self.lonely)


@dataclass(frozen=True, eq=False)
class StratumTables:
    """By the weights of the strata."""

    design: StratifiedDesign
    lonely: LonelyRule

    @property
    def weights(self) -> FloatArray:
        """See :class:`Tables`."""
        return np.asarray(self.design.weights[self.design.stratum], np.float64)

    def count(self, valid: BoolArray, score: Scores) -> StratumCounted:
        """See :class:`Tables`."""
        moments = collapse(self.design.stratum, numerator=score, denominator=valid)
        return StratumCounted(self.design, moments, self.lonely)

    def across(
        self, valid: BoolArray, score: Scores, group_of_response: IntArray, groups: int
    ) -> StratumGroups:
        """See :class:`Tables`; respondents outside a group count as zeros in their stratum."""
        moments = collapse(
            self.design.stratum,
            numerator=score,
            denominator=valid,
            domain=group_of_response,
            groups=groups,
        )
        return StratumGroups(self.design, moments, self.lonely)


@dataclass(frozen=True, eq=False)
class RakedGroups:
    """Groups of any responses of a raked sample, from its rows."""

    of: "RakedTables"
    valid: BoolArray
    score: FloatArray
    group: IntArray
    groups: int

    def measures(self, factors: Sequence[Sequence[int]]) -> MeasureTable:
        """See :class:`GroupTables`."""
        return sipas_table_from_rows(
            self.of.sample,
            valid=self.valid,
            score=self.score,
            factors=factors,
            domain=self.group,
            groups=self.groups,
            lonely=self.of.lonely,
        )

    def parts(self, indices: Sequence[Sequence[Part]]) -> EstimateTable:
        """See :class:`GroupTables`."""
        return parts_table_from_rows(
            self.of.sample,
            valid=self.valid,
            score=self.score,
            indices=indices,
            domain=self.group,
            groups=self.groups,
            lonely=self.of.lonely,
        )


@dataclass(frozen=True, eq=False)
class RakedUnions:
    """Groups of a raked sample that are unions of strata, from its moments: the same without going through the rows."""

    of: "RakedTables"
    moments: RakedMoments
    group_of_stratum: IntArray
    groups: int

    def measures(self, factors: Sequence[Sequence[int]]) -> MeasureTable:
        """See :class:`GroupTables`."""
        of = self.of
        return raked_table(
            of.design, self.moments, self.group_of_stratum, self.groups, factors=factors, lonely=of.lonely
        )

    def parts(self, indices: Sequence[Sequence[Part]]) -> EstimateTable:
        """See :class:`GroupTables`."""
        of = self.of
        return raked_parts_table(
            of.design, self.moments, self.group_of_stratum, self.groups, indices=indices, lonely=of.lonely
        )


@dataclass(frozen=True, eq=False)
class RakedCounted:
    """Answers of a raked sample, reduced to moments where each is worth 0 or 1."""

    of: "RakedTables"
    valid: BoolArray
    score: Scores
    moments: RakedMoments | None

    def groups(self, group_of_stratum: IntArray, groups: int) -> GroupTables:
        """See :class:`Counted`."""
        if self.moments is not None:
            return RakedUnions(self.of, self.moments, group_of_stratum, groups)
        return self.of.across(self.valid, self.score, group_of_stratum[self.of.design.stratum], groups)


@dataclass(frozen=True, eq=False)
class RakedTables:
    """By raked weights.

    Attributes:
        design: the responses that count by their strata.
        sample: the same, raked.
        shares: that the weights of the sample meet.
        lonely: rule for strata with one response out of several dossiers.
    """

    design: StratifiedDesign
    sample: Sample
    shares: tuple[KnownShares, ...]
    lonely: LonelyRule

    @property
    def weights(self) -> FloatArray:
        """See :class:`Tables`."""
        return self.sample.weights

    def count(self, valid: BoolArray, score: Scores) -> RakedCounted:
        """See :class:`Tables`; the rows do where answers are worth something in between, or cycling is too slow."""
        satisfied = score == 1
        if (satisfied != (score > 0)).any():
            return RakedCounted(self, valid, score, None)
        try:
            moments = rake_moments_to_shares(self.design, self.shares, satisfied=satisfied, valid=valid)
        except NotConverged:
            return RakedCounted(self, valid, score, None)
        return RakedCounted(self, valid, score, moments)

    def across(
        self, valid: BoolArray, score: Scores, group_of_response: IntArray, groups: int
    ) -> RakedGroups:
        """See :class:`Tables`."""
        return RakedGroups(self, valid, score.astype(np.float64), group_of_response, groups)
