"""Who serves and what is served: units (cơ quan, đơn vị), fields (lĩnh vực) and the instance itself."""

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
    """

    code: str
    name: str
    tier: Tier


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
