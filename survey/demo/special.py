"""What is wrong on purpose in the second round, so that warnings have something to find.

The first round has none of this: it is closed and clean.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

SILENT_UNITS: Final = ("X17", "X52")
"""Communes without any response."""

LONELY_UNITS: Final = {"X23": "social", "X41": "construction", "X78": "social"}
"""Communes with a single response, and the field it is about."""

LONELY_STRATA: Final = (
    ("X06", "health_education"),
    ("X12", "business"),
    ("X36", "construction"),
    ("X60", "culture_science"),
    ("P09", "investment"),
)
"""Strata with a single response in units that are otherwise well covered."""


@dataclass(frozen=True, slots=True)
class Stuffing:
    """A block of equal answers that somebody sent in one night to lift a unit."""

    unit: str
    field: str
    counter: int
    """Which counter of the unit, from 0."""
    responses: int
    answer: int
    starts_on: date
    hours: tuple[int, ...]
    """Hours counted from midnight before the night (24 is the next midnight), Vietnam time."""
    dossiers_at_least: int
    """The stratum has so many dossiers that the block stays below them."""
    honest_rate_rank: float
    """The share of units that collect fewer responses for their dossiers, without the block."""
    honest_effect: float
    """How far below the others the unit is without the block, on the latent scale."""


STUFFING: Final = Stuffing(
    unit="X31",
    field="land",
    counter=0,
    responses=260,
    answer=5,
    starts_on=date(2026, 11, 3),
    hours=(22, 23, 24, 25),
    dossiers_at_least=1_200,
    honest_rate_rank=0.25,
    honest_effect=-0.5,
)


@dataclass(frozen=True, slots=True)
class InVain:
    """A unit whose poster is scanned, but from which no response comes."""

    unit: str
    weeks: int
    a_day: float
    """Further openings on a working day, beside one."""
    begun: float
    """The share of them in which answering is begun."""


SCANNED_IN_VAIN: Final = InVain(unit=SILENT_UNITS[0], weeks=7, a_day=4.0, begun=0.08)
