"""How many dossiers a stratum (unit and field) has in a quarter, and how many of them are answered for."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from survey.demo.arrays import Floats, Integers
from survey.demo.province import Province
from survey.demo.special import LONELY_STRATA, LONELY_UNITS, SILENT_UNITS, STUFFING

COMMUNE_MEDIAN: Final = {
    "land": 230,
    "construction": 60,
    "investment": 14,
    "civil_status": 700,
    "business": 75,
    "social": 160,
    "health_education": 45,
    "culture_science": 20,
}
DEPARTMENT_MEDIAN: Final = {
    "land": 5_500,
    "construction": 900,
    "investment": 220,
    "civil_status": 2_400,
    "business": 3_200,
    "social": 1_300,
    "health_education": 1_500,
    "culture_science": 420,
}
WARD_FACTOR: Final = 2.2
UNIT_SPREAD: Final = 0.5
STRATUM_SPREAD: Final = 0.6
QUARTER_GROWTH: Final = 0.04
QUARTER_SPREAD: Final = 0.12
FEWEST, MOST = 8, 16_000

RATE_FROM, RATE_TO = 0.02, 0.6
RATE_SPREAD: Final = 0.65
RATE_FALL: Final = 0.35
"""How much the logarithm of the rate falls when the logarithm of the unit's size rises by one."""
STRATUM_RATE_SPREAD: Final = 0.25


def stratum_indices(province: Province) -> tuple[Integers, Integers]:
    """Unit and field of every stratum, as positions in ``province.units`` and ``province.fields``."""
    unit_at = {unit.code: index for index, unit in enumerate(province.units)}
    field_at = {field.code: index for index, field in enumerate(province.fields)}
    units = np.array([unit_at[unit] for unit, _ in province.strata], dtype=np.int64)
    fields = np.array([field_at[field] for _, field in province.strata], dtype=np.int64)
    return units, fields


def draw_volumes(province: Province, rng: np.random.Generator) -> tuple[Integers, Integers]:
    """Dossiers of every stratum in the first and in the second quarter; log-normal."""
    unit_index, _ = stratum_indices(province)
    kind_of = {unit.code: unit.kind for unit in province.units}
    median = np.array([_median(kind_of[unit], field) for unit, field in province.strata])
    size = UNIT_SPREAD * rng.standard_normal(len(province.units))
    first = median * np.exp(size[unit_index] + STRATUM_SPREAD * rng.standard_normal(median.size))
    second = first * np.exp(QUARTER_GROWTH + QUARTER_SPREAD * rng.standard_normal(median.size))
    volumes = _counts(first), _counts(second)
    stuffed = province.strata.index((STUFFING.unit, STUFFING.field))
    for volume in volumes:
        volume[stuffed] = max(volume[stuffed], STUFFING.dossiers_at_least)
    return volumes


def _median(kind: str, field: str) -> float:
    """The usual number of dossiers of a field in a unit of this kind."""
    if kind in ("sở", "ban"):
        return DEPARTMENT_MEDIAN[field]
    return COMMUNE_MEDIAN[field] * (WARD_FACTOR if kind == "phường" else 1.0)


def _counts(values: Floats) -> Integers:
    """Whole dossiers within the limits."""
    return np.clip(np.rint(values), FEWEST, MOST).astype(np.int64)


def draw_willingness(province: Province, dossiers: Integers, rng: np.random.Generator) -> Floats:
    """The logarithm of each unit's response rate, up to a constant: small units collect more.

    The stuffed unit collects little of its own, so that its block weighs.
    """
    unit_index, _ = stratum_indices(province)
    log_size = np.log(np.bincount(unit_index, weights=dossiers))
    spread = RATE_SPREAD * rng.standard_normal(len(province.units))
    willingness: Floats = spread - RATE_FALL * (log_size - log_size.mean())
    stuffed = [unit.code for unit in province.units].index(STUFFING.unit)
    willingness[stuffed] = np.quantile(willingness, STUFFING.honest_rate_rank)
    return willingness


def share_out(
    total: int,
    dossiers: Integers,
    willingness: Floats,
    fixed: Mapping[int, int],
    rng: np.random.Generator,
) -> Integers:
    """Responses of every stratum, about ``total`` together; never more than its dossiers allow.

    ``willingness`` is given by stratum. ``fixed`` holds the strata whose number of responses is prescribed;
    every other stratum has at least two, so that its variance can be estimated.
    """
    log_rate = willingness + STRATUM_RATE_SPREAD * rng.standard_normal(dossiers.size)
    low, high = -10.0, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        if _responses(dossiers, log_rate + middle, fixed).sum() < total:
            low = middle
        else:
            high = middle
    return _responses(dossiers, log_rate + high, fixed)


def _responses(dossiers: Integers, log_rate: Floats, fixed: Mapping[int, int]) -> Integers:
    """Responses at these rates."""
    rate = np.clip(np.exp(log_rate), RATE_FROM, RATE_TO)
    responses = np.maximum(2, np.floor(rate * dossiers)).astype(np.int64)
    responses[list(fixed)] = list(fixed.values())
    return responses


def prescribed_responses(province: Province) -> dict[int, int]:
    """The special cases of the second round: the number of responses by stratum."""
    prescribed: dict[int, int] = {}
    for index, (unit, field) in enumerate(province.strata):
        if unit in SILENT_UNITS:
            prescribed[index] = 0
        elif unit in LONELY_UNITS:
            prescribed[index] = int(LONELY_UNITS[unit] == field)
        elif (unit, field) in LONELY_STRATA:
            prescribed[index] = 1
    return prescribed
