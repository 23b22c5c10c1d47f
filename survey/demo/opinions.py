"""What people answer: an ordinal model with a latent satisfaction, set to known levels.

Latent satisfaction = stratum (unit and field) + unit in a factor + item + mode + age + person + noise. The
person enters all nineteen items and some people are more consistent than others, so equal answers down the
whole form come about by themselves. The level of each factor is set by construction: its intercept is the
weighted quantile that leaves exactly the wanted share above the threshold between 3 and 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from survey.demo.arrays import Booleans, Codes, Floats, Integers
from survey.demo.province import Province
from survey.demo.special import STUFFING

FACTORS: Final[Mapping[str, tuple[str, ...]]] = {
    "access": ("a1", "a2", "a3", "a4"),
    "procedures": ("b1", "b2", "b3", "b4"),
    "staff": ("c1", "c2", "c3", "c4", "c5"),
    "results": ("d1", "d2", "d3"),
    "feedback": ("e1", "e2", "e3"),
}
"""The five factors of the ministry's service part and their items, statements 15 to 33 in their order."""
ITEMS: Final = tuple(item for items in FACTORS.values() for item in items)
FACTOR_OF_ITEM: Final = np.array([index for index, items in enumerate(FACTORS.values()) for _ in items])

THRESHOLDS: Final = (-2.0, -1.1, 0.0, 2.1)
"""Between the codes 1|2, 2|3, 3|4 and 4|5; the intercepts are measured from 3|4."""

FIELD_EFFECT: Final = {
    "land": -0.55,
    "construction": -0.45,
    "investment": -0.60,
    "civil_status": 0.25,
    "business": 0.10,
    "social": 0.10,
    "health_education": 0.05,
    "culture_science": 0.15,
}
ITEM_EFFECT: Final = {"a4": -0.15, "b3": 0.20, "b4": -0.25, "c1": 0.20, "c3": -0.15, "d1": -0.20, "e3": -0.25}
"""Equipment, fees, deadlines, manners, guidance, promptness and replies stand out within their factor."""
MODE_EFFECT: Final = np.array([-0.08, 0.10, 0.22])
"""By qr, kiosk, paper: who fills a form under an officer's eyes is kinder."""
AGE_EFFECT: Final = np.array([np.nan, -0.10, -0.05, 0.0, 0.08, 0.15, 0.0])
"""By code 1 to 5; the last entry is for -1, not said."""
UNIT_SPREAD: Final = 0.30
KINDNESS_OF_THE_WILLING: Final = 0.7
"""Correlation of a unit's effect with its response rate: small, happy units are over-represented."""
UNIT_FACTOR_SPREAD: Final = 0.15
ROUND_SPREAD: Final = 0.10
PERSON_SPREAD: Final = 1.2
CARE_FROM, CARE_TO = 0.15, 1.15
"""Spread of a person's noise between items, drawn for each person."""


@dataclass(frozen=True, slots=True, eq=False)
class Climate:
    """What is lasting about the units: their effect, and their effect in each factor."""

    unit: Floats
    unit_in_factor: Floats


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """The respondents: where they were, how they answered and how old they are, by code."""

    stratum: Integers
    unit: Integers
    field: Integers
    mode: Codes
    age_group: Codes


def draw_climate(province: Province, willingness: Floats, rng: np.random.Generator) -> Climate:
    """Units with more responses are happier; the stuffed one is below the others."""
    eager = (willingness - willingness.mean()) / willingness.std()
    other = np.sqrt(1 - KINDNESS_OF_THE_WILLING**2) * rng.standard_normal(eager.size)
    unit = UNIT_SPREAD * (KINDNESS_OF_THE_WILLING * eager + other)
    stuffed = [unit.code for unit in province.units].index(STUFFING.unit)
    unit[stuffed] = STUFFING.honest_effect
    return Climate(unit, UNIT_FACTOR_SPREAD * rng.standard_normal((unit.size, len(FACTORS))))


def draw_stratum_effect(province: Province, climate: Climate, rng: np.random.Generator) -> Floats:
    """The effect of unit and field in one round; units move a little between rounds."""
    moved = climate.unit + ROUND_SPREAD * rng.standard_normal(climate.unit.size)
    unit_at = {unit.code: index for index, unit in enumerate(province.units)}
    return np.array([moved[unit_at[unit]] + FIELD_EFFECT[field] for unit, field in province.strata])


def draw_latent(people: People, climate: Climate, stratum: Floats, rng: np.random.Generator) -> Floats:
    """Latent satisfaction, respondents × items, up to the intercept of the factor."""
    count = people.stratum.size
    person = stratum[people.stratum] + MODE_EFFECT[people.mode] + AGE_EFFECT[people.age_group]
    person += PERSON_SPREAD * rng.standard_normal(count)
    care = rng.uniform(CARE_FROM, CARE_TO, (count, 1))
    item = np.array([ITEM_EFFECT.get(code, 0.0) for code in ITEMS])
    latent = person[:, None] + item + care * rng.standard_normal((count, len(ITEMS)))
    return np.asarray(latent + climate.unit_in_factor[people.unit][:, FACTOR_OF_ITEM], dtype=np.float64)


def rate_items(latent: Floats, valid: Booleans, weight: Floats, levels: Mapping[str, float]) -> Codes:
    """Codes 1 to 5, with the mean of each factor's weighted item shares of codes 4 and 5 at its level (%)."""
    item_weight = weight[:, None] * valid
    item_weight /= item_weight.sum(axis=0)
    codes = np.ones(latent.shape, dtype=np.int8)
    for index, factor in enumerate(FACTORS):
        columns = index == FACTOR_OF_ITEM
        intercept = _intercept(latent[:, columns], item_weight[:, columns], levels[factor] / 100)
        for threshold in THRESHOLDS:
            codes[:, columns] += latent[:, columns] + intercept > threshold
    return codes


def _intercept(latent: Floats, weight: Floats, share: float) -> float:
    """The constant that lifts the given weighted share of the values above zero."""
    values = latent.ravel()
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weight.ravel()[order])
    last_below = np.searchsorted(below, (1 - share) * below[-1])
    return -float(values[order[last_below]])
