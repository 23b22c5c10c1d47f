"""Who serves and what is served: units (cơ quan, đơn vị), fields (lĩnh vực) and the instance itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Tier = Literal["province", "department", "commune", "district"]
"""Two tiers since 1/7/2025; a district is a unit of the time before."""

TIERS: tuple[Tier, ...] = get_args(Tier)


@dataclass(frozen=True)
class Unit:
    """A serving unit.

    Attributes:
        code: stable code.
        name: full name, for example "Phường Đông Hà".
        tier: province, department of the province, commune, or district of the time before 1/7/2025.
        parent_code: the unit above it, or None at the top.
        valid_from: its first day, or None if it has always been.
        valid_to: its last day, or None while nothing ends it.
    """

    code: str
    name: str
    tier: Tier
    parent_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def is_in_force(self, first: date, last: date | None = None) -> bool:
        """Whether the unit serves on a day, or on any day of a period."""
        return (self.valid_from is None or self.valid_from <= (last or first)) and (
            self.valid_to is None or self.valid_to >= first
        )


def units_within(units: Sequence[Unit], top: str | None) -> tuple[Unit, ...]:
    """A part of the unit tree: the unit with code ``top`` and all below it, in the order of ``units``.

    All units where ``top`` is None; none where no unit has that code.
    """
    if top is None:
        return tuple(units)
    found = {top}
    while below := {u.code for u in units if u.parent_code in found} - found:
        found |= below
    return tuple(unit for unit in units if unit.code in found)


@dataclass(frozen=True)
class Field:
    """A field of public service (lĩnh vực)."""

    code: str
    name_vi: str
    name_en: str

    def name(self, language: str) -> str:
        """The field's name in ``language``, Vietnamese where there is no other."""
        return self.name_en if language == "en" and self.name_en else self.name_vi


@dataclass(frozen=True)
class Instance:
    """Whose platform this is.

    Attributes:
        superior: the superior agency in the letterhead, or "" where there is none.
        agency: the issuing agency.
        place: the place in "place, date" of the letterhead.
        number_suffix: the symbol of report numbers, for example "BC-UBND".
        simulated: whether all data here are simulated; then every page and sheet says so.
    """

    superior: str
    agency: str
    place: str
    number_suffix: str
    simulated: bool
