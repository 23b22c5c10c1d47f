"""The demo as one value: a fictional province with a closed round and an open one.

Everything follows from the seed; the same seed gives the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

import numpy as np

from survey.demo.answers import DemoResponses, Fieldwork, respond
from survey.demo.arrays import Floats, Integers
from survey.demo.openings import DemoOpenings, draw_openings
from survey.demo.opinions import Climate, draw_climate
from survey.demo.province import DemoCounter, DemoField, Province, build_province
from survey.demo.special import STUFFING
from survey.demo.volumes import (
    draw_volumes,
    draw_willingness,
    prescribed_responses,
    share_out,
    stratum_indices,
)

SEED: Final = 20_261_120
OPENINGS_SEED: Final = 20_261_123
RATE_DRIFT: Final = 0.15
"""How far the logarithm of a unit's response rate moves between rounds."""


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What is decided about a round beforehand."""

    code: str
    name_vi: str
    name_en: str
    starts_on: date
    ends_on: date
    last_day: date
    responses: int
    levels: Mapping[str, float]
    special: bool


PLANS: Final = (
    RoundPlan(
        code="2026-q3",
        name_vi="Đợt khảo sát quý III năm 2026",
        name_en="Survey round Q3 2026",
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 9, 30),
        last_day=date(2026, 9, 30),
        responses=36_147,
        levels={"access": 82.8, "procedures": 82.5, "staff": 82.9, "results": 84.3, "feedback": 81.9},
        special=False,
    ),
    RoundPlan(
        code="2026-q4",
        name_vi="Đợt khảo sát quý IV năm 2026",
        name_en="Survey round Q4 2026",
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 12, 31),
        last_day=date(2026, 11, 20),
        responses=40_062,
        levels={"access": 84.3, "procedures": 84.0, "staff": 84.1, "results": 84.0, "feedback": 83.3},
        special=True,
    ),
)
"""Levels near the published national factors of 2023 and 2024; results fall a little, the others rise."""


@dataclass(frozen=True, slots=True, eq=False)
class DemoRound:
    """A round: its quarter, the dossiers by unit and field, the responses so far, and how often pages were opened.

    The dossiers are those of the whole quarter; while the quarter lasts, what is planned for it.
    """

    code: str
    name_vi: str
    name_en: str
    starts_on: date
    ends_on: date
    dossiers: Mapping[tuple[str, str], int]
    responses: DemoResponses
    openings: DemoOpenings


@dataclass(frozen=True, slots=True, eq=False)
class Demo:
    """The province and its rounds, oldest first."""

    province: Province
    rounds: tuple[DemoRound, ...]

    @property
    def fields(self) -> tuple[DemoField, ...]:
        """The fields of administration."""
        return self.province.fields

    @property
    def counters(self) -> tuple[DemoCounter, ...]:
        """The counters of all units."""
        return self.province.counters


def simulate(seed: int = SEED) -> Demo:
    """Draw the whole demo from ``seed``."""
    rng = np.random.Generator(np.random.PCG64(seed))
    province = build_province()
    volumes = draw_volumes(province, rng)
    willingness = draw_willingness(province, volumes[0], rng)
    climate = draw_climate(province, willingness, rng)
    rounds = []
    for plan, dossiers in zip(PLANS, volumes, strict=True):
        rounds.append(_hold(plan, province, climate, dossiers=dossiers, willingness=willingness, rng=rng))
        willingness = willingness + RATE_DRIFT * rng.standard_normal(willingness.size)
    return Demo(province, tuple(rounds))


def _hold(
    plan: RoundPlan,
    province: Province,
    climate: Climate,
    *,
    dossiers: Integers,
    willingness: Floats,
    rng: np.random.Generator,
) -> DemoRound:
    """Hold one round."""
    unit_of, _ = stratum_indices(province)
    fixed = prescribed_responses(province) if plan.special else {}
    honest = plan.responses - STUFFING.responses if plan.special else plan.responses
    responses = share_out(honest, dossiers, willingness[unit_of], fixed, rng)
    work = Fieldwork(dossiers, responses, plan.starts_on, plan.last_day, plan.levels, stuffed=plan.special)
    given = respond(province, climate, work, rng)
    # Drawn apart, so that what people answered does not depend on it.
    apart = np.random.Generator(np.random.PCG64([OPENINGS_SEED, *plan.code.encode()]))
    return DemoRound(
        code=plan.code,
        name_vi=plan.name_vi,
        name_en=plan.name_en,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        dossiers=MappingProxyType(dict(zip(province.strata, dossiers.tolist(), strict=True))),
        responses=given,
        openings=draw_openings(province, given, plan.starts_on, special=plan.special, rng=apart),
    )
