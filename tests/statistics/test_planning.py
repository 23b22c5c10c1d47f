"""Planning: the ministry's numbers, exact whole allocations, and the smallest error that a total can buy."""

import doctest
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import ceil, inf, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

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

POPULATIONS = st.lists(st.integers(0, 60), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("population", "expected"),
    [(0, 0), (1, 1), (400, 200), (500, 223), (1_000, 286), (5_000, 371), (20_000, 393), (100_000, 399)],
)
def test_the_ministrys_formula_gives_the_ministrys_sizes(population: int, expected: int) -> None:
    assert ministry_sample_size(population) == expected


@given(st.integers(0, 10**9), st.sampled_from([0.01, 0.03, 0.05, 0.1]))
def test_the_ministrys_formula_is_rounded_up_exactly(population: int, margin: float) -> None:
    size = ministry_sample_size(population, margin=margin)
    exact = Fraction(population) / (1 + population * Fraction(str(margin)) ** 2)
    assert size == ceil(exact)
    assert size <= min(population, ceil(1 / Fraction(str(margin)) ** 2))


@pytest.mark.parametrize(
    ("margin", "share", "expected"),
    [(0.03, 0.9, 385), (0.02, 0.9, 865), (0.05, 0.5, 385), (0.035, 0.85, 400)],
)
def test_sizes_for_a_margin_agree_with_those_worked_out_by_hand(
    margin: float, share: float, expected: int
) -> None:
    assert sample_size(margin, share=share) == expected


@given(st.floats(0.005, 0.3), st.floats(0.02, 0.98), st.integers(2, 100_000), st.floats(0.5, 4))
def test_the_size_found_keeps_the_margin_and_one_answer_fewer_does_not(
    margin: float, share: float, population: int, effect: float
) -> None:
    size = sample_size(margin, share=share, population=population, design_effect=effect)

    def reached(answers: int) -> float:
        plan = expected_precision([population], [answers], share=share, design_effect=effect)
        return plan.margin

    assert reached(size) <= margin * (1 + 1e-6)
    if size > 1:
        assert reached(size - 1) > margin * (1 - 1e-6)


def test_an_infinite_population_needs_no_correction() -> None:
    assert sample_size(0.03, share=0.9, population=inf) == sample_size(0.03, share=0.9, population=1e12)


@given(POPULATIONS, st.integers(0, 4), st.data())
@pytest.mark.parametrize(
    "allocate", [allocate_proportionally, allocate_equally], ids=["proportional", "equal"]
)
def test_allocations_add_up_and_stay_between_floor_and_dossiers(
    allocate: Callable[..., Any], population: list[int], minimum: int, data: st.DataObject
) -> None:
    floor = np.minimum(minimum, population)
    total = data.draw(st.integers(int(floor.sum()), sum(population)))
    sizes = allocate(population, total, minimum=minimum)
    assert sizes.sum() == total
    assert (sizes >= floor).all()
    assert (sizes <= population).all()


@given(POPULATIONS, st.data())
def test_proportional_allocation_is_within_one_answer_of_the_exact_share_or_nearly(
    population: list[int], data: st.DataObject
) -> None:
    assume(sum(population) > 0)
    total = data.draw(st.integers(0, sum(population)))
    exact = np.array(population) * total / sum(population)
    sizes = allocate_proportionally(population, total)
    ranked = [(n + 0.5) / size for n, size in zip(sizes.tolist(), population, strict=True) if n < size]
    given_out = [(n - 0.5) / size for n, size in zip(sizes.tolist(), population, strict=True) if n]
    assert max(given_out, default=0) <= min(ranked, default=inf) + 1e-12
    assert (np.abs(sizes - exact) < len(population) / 2 + 1).all()


@given(POPULATIONS, st.data())
def test_equal_allocation_differs_by_more_than_one_only_where_dossiers_run_out(
    population: list[int], data: st.DataObject
) -> None:
    sizes = allocate_equally(population, data.draw(st.integers(0, sum(population))))
    open_strata = sizes[sizes < np.array(population)]
    assert not len(open_strata) or sizes.max() - open_strata.min() <= 1


@given(POPULATIONS, st.data(), st.sampled_from(Divisor))
def test_one_answer_more_goes_to_one_stratum_and_is_taken_from_none(
    population: list[int], data: st.DataObject, divisor: Divisor
) -> None:
    assume(sum(population) > 0)
    total = data.draw(st.integers(0, sum(population) - 1))
    claims = data.draw(st.lists(st.floats(0, 9), min_size=len(population), max_size=len(population)))
    floor = np.zeros(len(population))
    assume(divisor is Divisor.NEAREST or total >= np.count_nonzero(population))
    before, after = (
        apportion(claims, t, floor=floor, ceiling=population, divisor=divisor) for t in (total, total + 1)
    )
    assert sorted((after - before).tolist()) == [0] * (len(population) - 1) + [1]


@given(
    st.lists(st.tuples(st.integers(1, 6), st.floats(0, 0.5)), min_size=1, max_size=4),
    st.integers(1, 2),
    st.data(),
)
@settings(deadline=None, max_examples=150)
def test_no_other_whole_allocation_has_a_smaller_variance_than_neymans(
    strata: list[tuple[int, float]], minimum: int, data: st.DataObject
) -> None:
    size, deviation = np.array([n for n, _ in strata]), np.array([s for _, s in strata])
    floor = np.minimum(minimum, size)
    total = data.draw(st.integers(int(floor.sum()), int(size.sum())))

    def variance(sizes: np.ndarray) -> float:
        return float((size**2 * deviation**2 / sizes).sum())

    mine = allocate_by_neyman(size, deviation, total, minimum=minimum)
    assert mine.sum() == total
    ranges = (range(low, high + 1) for low, high in zip(floor, size, strict=True))
    others = [np.array(choice) for choice in product(*ranges) if sum(choice) == total]
    assert variance(mine) <= min(map(variance, others)) * (1 + 1e-9) + 1e-9


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


@given(st.floats(20, 3000))
def test_a_budget_is_used_up_as_far_as_whole_answers_go(budget: float) -> None:
    sizes = allocate_within_budget([50, 300, 400], [0.3, 0.4, 0.2], budget, cost=[1.0, 2.0, 5.0], minimum=2)
    spent = stratum_costs(sizes, each=[1.0, 2.0, 5.0]).sum()
    assert spent <= budget
    assert spent > budget - 5.0 or sizes.sum() == 750


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


@given(POPULATIONS)
def test_a_census_has_no_margin(population: list[int]) -> None:
    assume(sum(population) > 0)
    assert expected_precision(population, population).margin == 0


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
