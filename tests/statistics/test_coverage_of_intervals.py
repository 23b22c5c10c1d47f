"""2,000 drawn rounds: printed intervals hold the truth as often as they say, and small groups are told honestly."""

import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.coverage import ITEMS, Found, province, simulate, truths
from survey.statistics.simulated_coverage import (
    ACROSS_STRATA,
    DRAWS,
    EVERYTHING,
    OVERALL,
    UNITS,
    SimulatedCoverage,
)

DOCUMENTS = Path(__file__).parents[2] / "docs"
ENOUGH = 48  # mean responses of the units that were planned with 50


@pytest.fixture(scope="module")
def simulated() -> dict[str, Found]:
    return {found.name: found for found in simulate(DRAWS)}


def test_two_thousand_rounds_are_drawn(simulated: dict[str, Found]) -> None:
    assert DRAWS == 2000
    assert simulated.keys() == {known.group for known in EVERYTHING}


@pytest.mark.parametrize(
    "group",
    [OVERALL.group, ACROSS_STRATA.group, *(unit.group for unit in UNITS if unit.responses >= ENOUGH)],
)
def test_the_index_and_domains_from_fifty_responses_on_are_held_as_often_as_promised(
    simulated: dict[str, Found], group: str
) -> None:
    assert simulated[group].responses >= ENOUGH
    assert 0.94 <= simulated[group].held["policy"] <= 0.96
    assert simulated[group].without == 0


def test_the_printed_interval_is_the_nearest_to_its_promise(simulated: dict[str, Found]) -> None:
    large = [simulated[known.group].held for known in EVERYTHING if known.responses >= ENOUGH]
    miss = {method: max(abs(held[method] - 0.95) for held in large) for method in large[0]}
    assert min(miss, key=miss.__getitem__) == "policy"


def test_small_groups_are_never_held_less_often_than_promised(simulated: dict[str, Found]) -> None:
    assert all(simulated[unit.group].held["policy"] > 0.94 for unit in UNITS)


@pytest.mark.parametrize(
    ("changes", "least", "most"), [({"item": 0}, 0.945, 0.97), ({"levels": (0.9, 0.95)}, 0.935, 0.96)]
)
def test_single_items_and_very_satisfied_units_are_held_as_the_method_says(
    changes: dict[str, Any], least: float, most: float
) -> None:
    large = [unit.group for unit in UNITS if unit.responses >= ENOUGH]
    for found in simulate(1000, **changes):
        assert found.name not in large or least <= found.held["policy"] <= most


@pytest.mark.parametrize("known", EVERYTHING, ids=lambda known: known.group)
def test_the_figures_that_are_printed_are_those_of_the_simulation(
    simulated: dict[str, Found], known: SimulatedCoverage
) -> None:
    found = simulated[known.group]
    assert round(found.responses) == known.responses
    printed = [known.held, known.held_by_t, known.held_by_beta, known.margin, known.without]
    measured = [*(found.held[method] for method in ("policy", "t", "beta")), found.margin, found.without]
    assert measured == pytest.approx(printed, abs=0.0006)


def test_the_province_has_clusters_and_truths_that_differ() -> None:
    strata = province()
    _, _, of_unit = truths(strata, range(ITEMS))
    assert max(of_unit) - min(of_unit) > 0.1
    for stratum in strata:
        item = stratum.satisfied[:, :, 0].astype(float)
        between = item.mean(axis=1).var(ddof=1)
        alone = item.mean() * (1 - item.mean()) / item.shape[1]
        if len(item) > 200:
            assert between > 1.05 * alone  # citizens of one session resemble each other
        assert 0 < stratum.answering < 1


@pytest.mark.parametrize(("name", "comma"), [("method.md", "."), ("method.vi.md", ",")])
def test_the_method_prints_the_figures(name: str, comma: str) -> None:
    text = (DOCUMENTS / name).read_text(encoding="utf-8")
    table = text.split("<!-- coverage -->")[1].split("<!-- /coverage -->")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()[2:]]
    assert len(lines) == len(EVERYTHING)
    for line, known in zip(lines, EVERYTHING, strict=True):
        numbers = [int(re.sub(r"\D", "", cell)) for cell in line[1:]]
        shares = (known.held, known.held_by_t, known.held_by_beta, known.margin, known.without)
        assert numbers == [known.responses, *(round(1000 * share) for share in shares)]
        assert all(comma in cell for cell in line[2:])
