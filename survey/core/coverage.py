"""Where answers are missing (độ phủ): per unit × field, what there is, what is needed, and what closing will bring.

Needed: the ministry's sample size for every *unit* at the planned margin, shared out among its fields by their
dossiers and rounded up, at least two where there are two dossiers, so that a field's variance can be seen. Projected:
as many more a day as there were so far; nothing is projected from less than a day.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from survey.core.evidence import IntArray
from survey.core.place import Field, Unit

LEAST = 2
"""Responses that a field of a unit needs at least."""

LEAST_TIME = timedelta(days=1)
"""How long a round must be open before anything is projected."""

POINTS = 100


@dataclass(frozen=True)
class Cell:
    """One field of one unit.

    Attributes:
        dossiers: of the population.
        responses: in all modes.
        verified: of those, with a one-time ticket.
        needed: responses for the planned margin.
        projected: responses at closing, or None where nothing can be said yet.
    """

    unit: Unit
    field: Field
    dossiers: int
    responses: int
    verified: int
    needed: int
    projected: int | None

    @property
    def verified_share(self) -> float | None:
        """Verified responses per response, or None without responses."""
        return self.verified / self.responses if self.responses else None

    @property
    def missing(self) -> int:
        """Responses that are still needed today."""
        return max(0, self.needed - self.responses)

    @property
    def will_miss(self) -> int:
        """Responses that will be missing at closing if it goes on like this; today's lack where nobody can tell."""
        return self.missing if self.projected is None else max(0, self.needed - self.projected)


@dataclass(frozen=True)
class Coverage:
    """A round's coverage as matrices units × fields.

    Attributes:
        units: U of them.
        fields: F of them.
        dossiers: U × F.
        responses: U × F.
        by_page: U × F, those of them that came through a counter's page.
        verified: U × F.
        needed: U × F.
        pace: by how much responses grow until closing, 1 or more; None where nobody can tell.
    """

    units: tuple[Unit, ...]
    fields: tuple[Field, ...]
    dossiers: IntArray
    responses: IntArray
    by_page: IntArray
    verified: IntArray
    needed: IntArray
    pace: float | None

    def cells_of(self, position: int) -> tuple[Cell, ...]:
        """The fields of a unit that has dossiers or responses there."""
        shown = np.flatnonzero(self.dossiers[position] + self.responses[position])
        return tuple(self._cell(position, int(column)) for column in shown)

    def lacking(self) -> IntArray:
        """U × F, what each cell will miss at closing, or misses today where nobody can tell."""
        expected = np.floor(self.responses * (1.0 if self.pace is None else self.pace)).astype(np.int64)
        lacking: IntArray = np.maximum(self.needed - expected, 0)
        return lacking

    def most_urgent(self, number: int) -> tuple[Cell, ...]:
        """The cells that lack most, the worst first; those that lack nothing are left out."""
        lacking = self.lacking().reshape(-1)
        worst = np.argsort(-lacking, kind="stable")[:number]
        return tuple(
            self._cell(*divmod(int(place), len(self.fields))) for place in worst if lacking[place] > 0
        )

    def _cell(self, row: int, column: int) -> Cell:
        responses = int(self.responses[row, column])
        return Cell(
            self.units[row],
            self.fields[column],
            int(self.dossiers[row, column]),
            responses,
            int(self.verified[row, column]),
            int(self.needed[row, column]),
            None if self.pace is None else int(responses * self.pace),
        )


def needed_responses(dossiers: IntArray, margin_points: int) -> IntArray:
    """Responses needed in every cell for a margin in every unit.

    Args:
        dossiers: U × F.
        margin_points: half-width in points, for example 5.

    Returns:
        U × F, 0 where there are no dossiers, never more than there are.
    """
    totals = dossiers.sum(axis=1)
    # N / (1 + N e^2) in whole numbers, as `ministry_sample_size` rounds it up, for thousands of units at once.
    sizes = -(-(totals * POINTS**2) // (POINTS**2 + totals * margin_points**2))
    # Whole numbers, so that no share is rounded up because of a last binary digit.
    shared = -(-(sizes[:, None] * dossiers) // np.maximum(totals, 1)[:, None])
    needed: IntArray = np.minimum(np.maximum(shared, LEAST), dossiers)
    return needed


def pace_until(opened: datetime | None, closes: datetime, now: datetime) -> float | None:
    """By how much responses grow until closing if every day brings as many as so far; None before a day is over."""
    if now >= closes:
        return 1.0
    if opened is None or now - opened < LEAST_TIME:
        return None
    return (closes - opened) / (now - opened)


def within(coverage: Coverage, codes: Collection[str]) -> Coverage:
    """The part of a coverage that is about some units."""
    rows = [row for row, unit in enumerate(coverage.units) if unit.code in codes]
    return replace(
        coverage,
        units=tuple(coverage.units[row] for row in rows),
        dossiers=coverage.dossiers[rows],
        responses=coverage.responses[rows],
        by_page=coverage.by_page[rows],
        verified=coverage.verified[rows],
        needed=coverage.needed[rows],
    )
