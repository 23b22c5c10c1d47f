"""The fictional province "tỉnh Lam Giang": its units, fields and counters, the same on every call.

Two tiers since 1/7/2025: departments receive dossiers at the provincial one-stop centre, communes and wards
at their own.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Literal

from survey.demo.names import COMMUNES, WARDS

Tier = Literal["department", "commune"]
Kind = Literal["sở", "ban", "xã", "phường"]
Desk = tuple[str, ...]
"""The fields that one counter serves."""


@dataclass(frozen=True, slots=True)
class DemoField:
    """A field of administration (lĩnh vực)."""

    code: str
    name_vi: str
    name_en: str

    @property
    def short_vi(self) -> str:
        """The first of the subjects that the name joins."""
        return self.name_vi.split(" – ")[0]


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """An agency that receives dossiers (cơ quan, đơn vị)."""

    code: str
    name: str
    tier: Tier
    kind: Kind


@dataclass(frozen=True, slots=True)
class DemoCounter:
    """A place where dossiers are handed in and a QR code hangs (quầy)."""

    unit_code: str
    name_vi: str
    place: str
    field_codes: tuple[str, ...]

    @property
    def field_code(self) -> str | None:
        """The field, where the counter serves exactly one."""
        return self.field_codes[0] if len(self.field_codes) == 1 else None


@dataclass(frozen=True)
class Province:
    """A province with everything that receives dossiers in it."""

    name: str
    people_committee: str
    survey_agency: str
    place: str
    fields: tuple[DemoField, ...]
    units: tuple[DemoUnit, ...]
    counters: tuple[DemoCounter, ...]

    @property
    def departments(self) -> tuple[DemoUnit, ...]:
        """The units of the province's own tier."""
        return tuple(unit for unit in self.units if unit.tier == "department")

    @property
    def communes(self) -> tuple[DemoUnit, ...]:
        """The communes and wards."""
        return tuple(unit for unit in self.units if unit.tier == "commune")

    @cached_property
    def strata(self) -> tuple[tuple[str, str], ...]:
        """Every pair of unit and field that some counter serves, in the order of units and fields."""
        served = {(desk.unit_code, code) for desk in self.counters for code in desk.field_codes}
        pairs = ((unit.code, field.code) for unit in self.units for field in self.fields)
        return tuple(pair for pair in pairs if pair in served)


FIELDS: tuple[DemoField, ...] = (
    DemoField("land", "Đất đai", "Land"),
    DemoField("construction", "Xây dựng", "Construction"),
    DemoField("investment", "Đầu tư", "Investment"),
    DemoField("civil_status", "Hộ tịch – Chứng thực", "Civil status and certification"),
    DemoField("business", "Đăng ký kinh doanh", "Business registration"),
    DemoField("social", "Bảo trợ xã hội – Người có công", "Social protection and people of merit"),
    DemoField("health_education", "Y tế – Giáo dục", "Health and education"),
    DemoField("culture_science", "Văn hóa – Khoa học – Tôn giáo", "Culture, science and religion"),
)

_DEPARTMENTS: tuple[tuple[str, Kind, tuple[Desk, ...]], ...] = (
    ("Sở Nông nghiệp và Môi trường", "sở", (("land",), ("land", "investment"))),
    ("Sở Xây dựng", "sở", (("construction",), ("construction", "investment"))),
    ("Sở Tài chính", "sở", (("business",), ("investment",))),
    ("Sở Tư pháp", "sở", (("civil_status",), ("civil_status",))),
    ("Sở Y tế", "sở", (("health_education",), ("social",))),
    ("Sở Giáo dục và Đào tạo", "sở", (("health_education",),)),
    ("Sở Nội vụ", "sở", (("social",), ("social",))),
    ("Sở Công Thương", "sở", (("business", "investment"),)),
    ("Sở Khoa học và Công nghệ", "sở", (("culture_science",),)),
    ("Sở Văn hóa, Thể thao và Du lịch", "sở", (("culture_science",), ("business", "culture_science"))),
    ("Ban Quản lý Khu kinh tế", "ban", (("investment",), ("land", "construction"))),
    ("Sở Dân tộc và Tôn giáo", "sở", (("culture_science",),)),
)

_CORE: Desk = ("land", "civil_status", "social")
"""What every commune serves."""

_COMMUNE_EXTRAS: tuple[Desk, ...] = (
    ("construction", "business", "health_education"),
    ("construction", "business", "culture_science"),
    ("construction", "health_education", "culture_science"),
    ("construction", "business", "health_education", "culture_science"),
    ("business", "health_education"),
    ("construction", "business", "health_education"),
    ("construction", "culture_science"),
)

_WARD_EXTRAS: tuple[Desk, ...] = (
    ("construction", "investment", "business", "health_education"),
    ("construction", "business", "health_education", "culture_science"),
    ("construction", "investment", "business", "culture_science"),
)

_DESK_PLANS: tuple[tuple[Desk, ...], ...] = (
    (("land",), ("civil_status",)),
    (("land", "construction"), ("civil_status",)),
    (("land", "construction", "investment", "business"),),
    (("land", "construction", "investment"), ("civil_status", "social")),
    (("civil_status",),),
)
"""The first counters of a commune; one more counter serves the fields that are left."""


def build_province() -> Province:
    """Put the province together."""
    departments = [
        DemoUnit(f"S{number:02d}", name, "department", kind)
        for number, (name, kind, _) in enumerate(_DEPARTMENTS, start=1)
    ]
    communes = [
        DemoUnit(f"X{number:02d}", f"Xã {name}", "commune", "xã")
        for number, name in enumerate(COMMUNES, start=1)
    ]
    wards = [
        DemoUnit(f"P{number:02d}", f"Phường {name}", "commune", "phường")
        for number, name in enumerate(WARDS, start=1)
    ]
    desks = [
        counter for index, unit in enumerate(communes + wards) for counter in _commune_desks(index, unit)
    ]
    return Province(
        name="tỉnh Lam Giang",
        people_committee="Ủy ban nhân dân tỉnh Lam Giang",
        survey_agency="Sở Nội vụ",
        place="Lam Giang",
        fields=FIELDS,
        units=(*departments, *communes, *wards),
        counters=(*_department_desks(departments), *desks),
    )


def _department_desks(departments: list[DemoUnit]) -> list[DemoCounter]:
    """The counters of the provincial centre, numbered through all departments."""
    number = count(start=1)
    place = "Trung tâm Phục vụ hành chính công tỉnh Lam Giang"
    return [
        DemoCounter(unit.code, _desk_name(next(number), desk), place, desk)
        for unit, (_, _, desks) in zip(departments, _DEPARTMENTS, strict=True)
        for desk in desks
    ]


def _commune_desks(index: int, unit: DemoUnit) -> list[DemoCounter]:
    """The counters of one commune; what it serves and how it divides the work goes round in turn."""
    extras = _WARD_EXTRAS if unit.kind == "phường" else _COMMUNE_EXTRAS
    served = {*_CORE, *extras[index % len(extras)]}
    plan = _DESK_PLANS[index % len(_DESK_PLANS)]
    taken = {code for desk in plan for code in desk}
    desks = [*plan, tuple(field.code for field in FIELDS if field.code not in taken)]
    offered = [tuple(code for code in desk if code in served) for desk in desks]
    place = f"Trung tâm Phục vụ hành chính công {unit.name[0].lower()}{unit.name[1:]}"
    return [
        DemoCounter(unit.code, _desk_name(number, desk), place, desk)
        for number, desk in enumerate(offered, start=1)
    ]


def _desk_name(number: int, desk: Desk) -> str:
    """The counter's name as its sign shows it."""
    served = [field for field in FIELDS if field.code in desk]
    if len(served) == 1:
        return f"Quầy số {number} – {served[0].name_vi.replace(' – ', ', ')}"
    return f"Quầy số {number} – {', '.join(field.short_vi for field in served)}"
