"""Unit × field × item: every level's figures in one pass, and which of them too few people stand behind.

Hidden are whole groups, index, factors and items together, by what fewest gave a valid answer to any common item. The
tables of units, of fields and of units × fields add up to each other, so they are protected together.

While further answers can arrive, a raked round is told as a whole only: answers elsewhere move the weights of men and
women of a unit, and two looks at the unit's figures would give those of its men and of its women.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from questionnaires.definition import Item, Section
from survey.core.evidence import IntArray
from survey.core.measure import Measure
from survey.core.place import Field, Unit
from survey.core.raking import Raked
from survey.core.round import Round
from survey.core.scoring import Scored, measure_at
from survey.core.small_cells import hide
from survey.statistics.arrays import BoolArray
from survey.statistics.disclosure import hidden_together
from survey.statistics.measures import EstimateTable

Level = Literal["round", "field", "unit", "unit_field"]
LEVELS: tuple[Level, ...] = ("round", "field", "unit", "unit_field")

RARE = 0.5
"""An item to which fewer of the respondents gave a rating is told of the whole round only."""


@dataclass(frozen=True)
class Figure:
    """What is measured of a group: the index where both are None, a factor, or one item of a factor."""

    section: Section | None = None
    item: Item | None = None


@dataclass(frozen=True, eq=False)
class Groups:
    """One level: G groups, and where each figure's estimates of them stand.

    Attributes:
        columns: a table of G groups and a column in it, in the order of the breakdown's figures.
        responses: (G,) with a weight.
        dossiers: (G,)
        is_hidden: (G,) whether the group shows no figure.
    """

    columns: tuple[tuple[EstimateTable, int], ...]
    responses: IntArray
    dossiers: IntArray
    is_hidden: BoolArray


@dataclass(frozen=True, eq=False)
class Breakdown:
    """The figures of a round on every level, as far as they may be shown.

    Attributes:
        round: the round.
        units: U of them, as the round's evidence has them.
        fields: F of them.
        figures: the index first, then every factor followed by its items.
        is_rare: for every figure, whether it is told of the whole round only.
        levels: groups by level; unit × field is numbered unit by unit.
    """

    round: Round
    units: tuple[Unit, ...]
    fields: tuple[Field, ...]
    figures: tuple[Figure, ...]
    is_rare: tuple[bool, ...]
    levels: Mapping[Level, Groups]

    def measure(self, level: Level, group: int, figure: int) -> Measure:
        """One figure of one group, without its value where that is hidden."""
        groups = self.levels[level]
        table, column = groups.columns[figure]
        measure = measure_at(table, group, column, int(groups.dossiers[group]), self.round.settings)
        is_hidden = groups.is_hidden[group] or (level != "round" and self.is_rare[figure])
        return hide(measure) if is_hidden and measure.responses else measure

    def unrated(self, level: Level, group: int) -> tuple[Item, ...]:
        """Items that nobody of a group with responses rated, so that it has no index; none where it shows no figure."""
        groups = self.levels[level]
        if groups.is_hidden[group] or not groups.responses[group]:
            return ()
        columns = zip(self.figures, groups.columns, strict=True)
        return tuple(
            figure.item
            for figure, (table, column) in columns
            if figure.item and not table.valid_answers[group, column]
        )

    @property
    def hidden_codes(self) -> frozenset[str]:
        """Codes of the units and fields that show no figure."""
        units = [place.code for place, gone in zip(self.units, self._hidden("unit"), strict=True) if gone]
        fields = [place.code for place, gone in zip(self.fields, self._hidden("field"), strict=True) if gone]
        return frozenset((*units, *fields))

    def _hidden(self, level: Level) -> list[bool]:
        return [bool(gone) for gone in self.levels[level].is_hidden]

    def group(self, unit: int | None, field: int | None) -> tuple[Level, int]:
        """Level and number of a group by positions in ``units`` and ``fields``; None for all of them."""
        if unit is None:
            return ("round", 0) if field is None else ("field", field)
        return ("unit", unit) if field is None else ("unit_field", unit * len(self.fields) + field)


def break_down(scored: Scored, fewest: int, *, is_moving: bool = False) -> Breakdown:
    """Estimate every figure on every level, and hide what fewer than ``fewest`` people stand behind.

    Args:
        scored: the round.
        fewest: responses from which on a figure is shown, 1 or more.
        is_moving: whether further answers can arrive.
    """
    shape = scored.evidence.dossiers.shape
    units, fields = shape
    membership: dict[Level, tuple[IntArray, int]] = {
        "round": (np.zeros(units * fields, np.int64), 1),
        "field": (np.tile(np.arange(fields), units), fields),
        "unit": (np.repeat(np.arange(units), fields), units),
        "unit_field": (np.arange(units * fields), units * fields),
    }
    figures = _figures(scored)
    is_rare = _rare(scored, figures)
    masks = _masks(scored, shape, fewest, is_moving=is_moving)
    levels = {level: _groups(scored, *membership[level], masks[level].reshape(-1)) for level in LEVELS}
    return Breakdown(
        scored.evidence.round, scored.evidence.units, scored.evidence.fields, figures, is_rare, levels
    )


def hidden_units(scored: Scored, fewest: int, *, is_moving: bool) -> frozenset[str]:
    """Codes of the units that show no figure, by the same rules and without any estimate."""
    units, shape = scored.evidence.units, scored.evidence.dossiers.shape
    found = _masks(scored, shape, fewest, is_moving=is_moving)["unit"]
    return frozenset(unit.code for unit, gone in zip(units, found.tolist(), strict=True) if gone)


def _figures(scored: Scored) -> tuple[Figure, ...]:
    return (
        Figure(),
        *(Figure(section, item) for section in scored.definition.sections for item in (None, *section.items)),
    )


def _common(scored: Scored) -> BoolArray:
    """For every item, whether most respondents rated it; one rare item alone would follow from the index and the others."""
    answered = scored.valid.sum(axis=0)
    common = answered >= RARE * len(scored.valid)
    if np.count_nonzero(~common) == 1 and common.any():
        common[np.argmin(np.where(common, answered, answered.max() + 1))] = False
    return np.asarray(common)


def _rare(scored: Scored, figures: tuple[Figure, ...]) -> tuple[bool, ...]:
    """Items that are rare, and factors that hold one."""
    rare = {
        item.code
        for item, is_common in zip(scored.definition.items, _common(scored).tolist(), strict=True)
        if not is_common
    }
    return tuple(
        (figure.item.code in rare)
        if figure.item
        else any(item.code in rare for item in figure.section.items)
        if figure.section
        else False
        for figure in figures
    )


def _masks(scored: Scored, shape: tuple[int, ...], fewest: int, *, is_moving: bool) -> dict[Level, BoolArray]:
    """What is hidden on each level."""
    masks = _small(scored, shape, fewest)
    if is_moving and isinstance(scored.raked, Raked):
        few = scored.raked.fewest < fewest
        return {level: mask | (level != "round" or few) for level, mask in masks.items()}
    return masks


def _small(scored: Scored, shape: tuple[int, ...], fewest: int) -> dict[Level, BoolArray]:
    """What too few people stand behind, on each level."""
    stratum = scored.weighting.design.stratum
    responses = _with_totals(np.bincount(stratum, minlength=shape[0] * shape[1]).reshape(shape))
    behind, small = responses.copy(), (responses > 0) & (responses < fewest)
    for column in np.flatnonzero(_common(scored)):
        rated = np.bincount(stratum[scored.valid[:, column]], minlength=shape[0] * shape[1])
        people = _with_totals(rated.reshape(shape))
        behind = np.minimum(behind, people)
        small |= (people > 0) & (people < fewest)
    found = responses > 0
    if responses[-1, -1] >= fewest:
        found = hidden_together(behind, responses > 0, small, fewest)
    return {
        "round": found[-1:, -1],
        "field": found[-1, :-1],
        "unit": found[:-1, -1],
        "unit_field": found[:-1, :-1],
    }


def _with_totals(counts: IntArray) -> IntArray:
    """A table with a row and a column of totals."""
    rows = np.vstack((counts, counts.sum(axis=0)))
    return np.asarray(np.hstack((rows, rows.sum(axis=1, keepdims=True))), np.int64)


def _groups(scored: Scored, group_of_stratum: IntArray, groups: int, is_hidden: BoolArray) -> Groups:
    table = scored.table(group_of_stratum, groups)
    columns = [scored.index_column(table, scored.of_strata(group_of_stratum, groups))]
    item = 0
    for position, section in enumerate(scored.definition.sections):
        columns.append(scored.factor_column(table, position, group_of_stratum))
        columns += [(table, item + place) for place in range(len(section.items))]
        item += len(section.items)
    dossiers = scored.group_dossiers(group_of_stratum, groups)
    return Groups(tuple(columns), table.respondents, dossiers, is_hidden)
