"""Planning: the ministry's numbers, exact whole allocations, and the smallest error that a total can buy."""

import doctest
from collections.abc import Callable
from math import inf, sqrt
from typing import Any

import numpy as np
import pytest

from survey.statistics import apportionment, planning
from survey.statistics.analysis_refusals import ImpossiblePlan, ImpossibleSampleSize
from survey.statistics.apportionment import Divisor, apportion
from survey.statistics.planning import (
    allocate_by_neyman,
    allocate_equally,
    allocate_proportionally,
    allocate_within_budget,
    expected_precision,
    ministry_sample_size,
    sample_size,
    stratum_costs,
)
from survey.statistics.refusals import ImpossibleConfidenceLevel, ImpossiblePopulation, MismatchedShapes


@pytest.mark.parametrize(
    ("population", "expected"),
    [(0, 0), (1, 1), (400, 200), (500, 223), (1_000, 286), (5_000, 371), (20_000, 393), (100_000, 399)],
)
def test_the_ministrys_formula_gives_the_ministrys_sizes(population: int, expected: int) -> None:
    assert ministry_sample_size(population) == expected


@pytest.mark.parametrize(
    ("margin", "share", "expected"),
    [(0.03, 0.9, 385), (0.02, 0.9, 865), (0.05, 0.5, 385), (0.035, 0.85, 400)],
)
def test_sizes_for_a_margin_agree_with_those_worked_out_by_hand(
    margin: float, share: float, expected: int
) -> None:
    assert sample_size(margin, share=share) == expected


def test_an_infinite_population_needs_no_correction() -> None:
    assert sample_size(0.03, share=0.9, population=inf) == sample_size(0.03, share=0.9, population=1e12)


def test_neyman_agrees_with_the_textbook_where_no_limit_binds() -> None:
    size, deviation = np.array([4000, 5000, 1000]), np.array([0.1, 0.4, 0.3])
    exact = 1000 * size * deviation / (size * deviation).sum()
    assert np.abs(allocate_by_neyman(size, deviation, 1000, minimum=2) - exact).max() <= 1


def test_neyman_fills_a_small_divided_stratum_and_goes_on() -> None:
    assert allocate_by_neyman([10, 1000], [0.5, 0.001], 100, minimum=1).tolist() == [10, 90]


def test_the_last_answer_goes_where_it_lowers_the_variance_and_not_where_rounding_would_put_it() -> None:
    claims = {"floor": [1, 1], "ceiling": [99, 99]}
    assert allocate_by_neyman([1000, 1000], [0.143, 0.55], 7, minimum=1).tolist() == [2, 5]
    assert apportion([0.143, 0.55], 7, divisor=Divisor.NEAREST, **claims).tolist() == [1, 6]


def test_dear_strata_get_fewer_answers() -> None:
    cheap = allocate_by_neyman([500, 500], [0.4, 0.4], 90, minimum=2, cost=[1.0, 4.0])
    assert cheap.tolist() == [60, 30]


def test_a_stratum_that_nobody_visits_costs_nothing() -> None:
    assert stratum_costs([0, 3], each=2.0, fixed=10.0).tolist() == [0.0, 16.0]


def test_the_expected_margin_is_that_of_the_plans_own_example() -> None:
    plan = expected_precision([10**9], [400], share=0.85)
    assert plan.margin == pytest.approx(0.035, abs=0.0001)
    assert plan.covered == 1


def test_the_overall_margin_combines_the_strata_by_their_dossiers() -> None:
    plan = expected_precision([100, 300, 50], [20, 40, 0], share=[0.8, 0.9, 0.5], design_effect=1.2)
    first = 1.2 * 80 / 99 * 0.8 * 0.2 / 20
    second = 1.2 * 260 / 299 * 0.9 * 0.1 / 40
    assert plan.by_stratum[:2] == pytest.approx(1.959964 * np.sqrt([first, second]), rel=1e-6)
    assert np.isnan(plan.by_stratum[2])
    assert plan.margin == pytest.approx(1.959964 * sqrt(first / 16 + second * 9 / 16), rel=1e-6)
    assert plan.covered == pytest.approx(400 / 450)


def test_without_answers_there_is_no_margin() -> None:
    assert np.isnan(expected_precision([5], [0]).margin)


def test_three_thousand_strata_are_allocated_exactly() -> None:
    population = np.random.default_rng(3).integers(1, 5000, 3321 * 16)
    assert allocate_proportionally(population, 600_000, minimum=5).sum() == 600_000


@pytest.mark.parametrize("total", [9, 31])
@pytest.mark.parametrize("allocate", [allocate_proportionally, allocate_equally])
def test_totals_outside_floors_and_dossiers_are_refused(allocate: Callable[..., Any], total: int) -> None:
    with pytest.raises(ImpossibleSampleSize) as refusal:
        allocate([10, 20], total, minimum=5)
    assert (refusal.value.wanted, refusal.value.least, refusal.value.most) == (total, 10, 30)


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_populations_that_are_no_count_are_refused(bad: float) -> None:
    with pytest.raises(ImpossiblePopulation) as refusal:
        allocate_proportionally([10.0, bad], 5)
    assert refusal.value.strata == (1,)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("population", lambda: ministry_sample_size(-1)),
        ("margin", lambda: ministry_sample_size(9, margin=0.0)),
        ("margin", lambda: sample_size(0.0)),
        ("population", lambda: sample_size(0.1, population=0)),
        ("share", lambda: sample_size(0.1, share=85.0)),
        ("design_effect", lambda: sample_size(0.1, design_effect=0.0)),
        ("minimum", lambda: allocate_by_neyman([9], [0.5], 3, minimum=0)),
        ("deviation", lambda: allocate_by_neyman([9], [-0.5], 3, minimum=1)),
        ("cost", lambda: allocate_by_neyman([9], [0.5], 3, minimum=1, cost=0.0)),
        ("budget", lambda: allocate_within_budget([9, 9], [0.5, 0.5], 3.0, cost=1.0)),
        ("share", lambda: expected_precision([9], [3], share=1.1)),
    ],
)
def test_planning_values_outside_their_range_are_refused_by_name(
    name: str, call: Callable[[], object]
) -> None:
    with pytest.raises(ImpossiblePlan, match=f"^{name} must be ") as refusal:
        call()
    assert refusal.value.name == name


def test_a_confidence_level_that_is_no_proportion_is_refused() -> None:
    with pytest.raises(ImpossibleConfidenceLevel):
        sample_size(0.05, confidence_level=95)


def test_more_answers_than_dossiers_are_refused() -> None:
    with pytest.raises(ImpossiblePopulation) as refusal:
        expected_precision([9, 9], [3, 10])
    assert refusal.value.strata == (1,)


@pytest.mark.parametrize(
    "call",
    [
        lambda: expected_precision([9, 9], [3]),
        lambda: expected_precision([9, 9], [3, 3], share=[0.5]),
        lambda: allocate_by_neyman([9, 9], [0.5], 4, minimum=1),
        lambda: apportion([1.0], 3, floor=[0, 0], ceiling=[9, 9], divisor=Divisor.NEAREST),
    ],
)
def test_arrays_over_other_strata_are_refused(call: Callable[[], object]) -> None:
    with pytest.raises(MismatchedShapes):
        call()


def test_the_examples_in_the_docstrings_run() -> None:
    for module in (apportionment, planning):
        result = doctest.testmod(module, extraglobs={"np": np})
        assert result.attempted > 0
        assert result.failed == 0
