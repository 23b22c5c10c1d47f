"""Planning: the ministry's numbers, exact whole allocations, and the smallest error that a total can buy."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import ceil, inf
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

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

POPULATIONS = st.lists(st.integers(0, 60), min_size=1, max_size=8)


@given(st.integers(0, 10**9), st.sampled_from([0.01, 0.03, 0.05, 0.1]))
def test_the_ministrys_formula_is_rounded_up_exactly(population: int, margin: float) -> None:
    size = ministry_sample_size(population, margin=margin)
    exact = Fraction(population) / (1 + population * Fraction(str(margin)) ** 2)
    assert size == ceil(exact)
    assert size <= min(population, ceil(1 / Fraction(str(margin)) ** 2))


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


@given(st.floats(20, 3000))
def test_a_budget_is_used_up_as_far_as_whole_answers_go(budget: float) -> None:
    sizes = allocate_within_budget([50, 300, 400], [0.3, 0.4, 0.2], budget, cost=[1.0, 2.0, 5.0], minimum=2)
    spent = stratum_costs(sizes, each=[1.0, 2.0, 5.0]).sum()
    assert spent <= budget
    assert spent > budget - 5.0 or sizes.sum() == 750


@given(POPULATIONS)
def test_a_census_has_no_margin(population: list[int]) -> None:
    assume(sum(population) > 0)
    assert expected_precision(population, population).margin == 0
