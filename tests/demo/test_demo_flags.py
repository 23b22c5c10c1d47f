"""The planted unit of the demo is found, and hardly any honest unit is flagged."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from survey.core.evidence import Evidence
from survey.core.flags import Arrivals, Flags, Rule, flag
from survey.demo.answers import MODES
from survey.demo.simulation import SEED, Demo, DemoRound, simulate
from survey.demo.special import STUFFING
from tests.places import five_factors

MOST_FALSE = 0.02


def evidence_of(demo: Demo, held: DemoRound) -> tuple[Evidence, Arrivals]:
    """What the rules look at, without a database."""
    units = [unit.code for unit in demo.province.units]
    fields = [field.code for field in demo.fields]
    dossiers = np.zeros((len(units), len(fields)), dtype=np.int64)
    for (unit, field), volume in held.dossiers.items():
        dossiers[units.index(unit), fields.index(field)] = volume
    columns = held.responses
    found = SimpleNamespace(
        round=SimpleNamespace(version=SimpleNamespace(definition=five_factors())),
        units=units,
        dossiers=dossiers,
        unit=columns.unit_index,
        stratum=columns.unit_index * len(fields) + columns.field_index,
        mode=columns.mode.astype(np.int64),
        modes=MODES,
        answers=columns.answers,
        responses=len(columns),
    )
    late = np.zeros(len(columns), dtype=np.int64)
    return cast("Evidence", found), Arrivals(
        columns.counter_index, columns.received_hour, late, columns.hurried
    )


def pointed_at(flags: Flags, found: Evidence) -> set[str]:
    return {str(found.units[unit]) for unit in found.unit[flags.any]}


@pytest.fixture(scope="module")
def demos() -> list[Demo]:
    """The demo, and others that nobody looked at when the thresholds were chosen."""
    return [simulate(seed) for seed in (SEED, 10, 11)]


def test_the_stuffed_unit_is_found_by_four_rules_and_every_stuffed_answer_by_three(demos: list[Demo]) -> None:
    for demo in demos:
        found, arrivals = evidence_of(demo, demo.rounds[-1])
        flags = flag(found, arrivals)
        for rule in (Rule.BURST, Rule.NIGHT):
            assert int(flags.by_rule[rule].sum()) == STUFFING.responses
        assert not (flags.by_rule[Rule.BURST] & ~flags.by_rule[Rule.HURRIED]).any()
        for rule in (Rule.BURST, Rule.NIGHT, Rule.HURRIED, Rule.ALL_SAME):
            assert STUFFING.unit in {found.units[unit] for unit in found.unit[flags.by_rule[rule]]}


def test_fewer_than_two_in_a_hundred_honest_units_are_flagged(demos: list[Demo]) -> None:
    honest = false = 0
    for demo in demos:
        for held in demo.rounds:
            found, arrivals = evidence_of(demo, held)
            planted = {STUFFING.unit} if held is demo.rounds[-1] else set()
            honest += len(found.units) - len(planted)
            false += len(pointed_at(flag(found, arrivals), found) - planted)
    assert honest > 600
    assert false / honest < MOST_FALSE
