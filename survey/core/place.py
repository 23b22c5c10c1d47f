"""Who serves and what is served: units (cơ quan, đơn vị), fields (lĩnh vực) and the instance itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Tier = Literal["province", "department", "commune"]


@dataclass(frozen=True)
class Unit:
    """A serving unit in the two-tier government in force since 1/7/2025.

    Attributes:
        code: stable code.
        name: full name, for example "Phường Đông Hà".
        tier: province, department of the province, or commune.
        parent_code: the unit above it, or None at the top.
    """

    code: str
    name: str
    tier: Tier
    parent_code: str | None = None


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
