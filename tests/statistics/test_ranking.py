"""Ranking: ranks hold for all units at once, groups say who cannot be told apart, funnels are exact."""

import doctest
import json
import time
import tracemalloc
from collections.abc import Callable
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm, studentized_range

from survey.statistics import ranking
from survey.statistics.analysis_refusals import ImpossibleFunnel, UnrankedUnits
from survey.statistics.arrays import FloatArray, IntArray
from survey.statistics.interval import policy_interval
from survey.statistics.measures import Estimate
from survey.statistics.ranking import (
    Groups,
    RankMethod,
    funnel_limits,
    indistinct_groups,
    overdispersion,
    range_quantile,
    rank_units,
    ranks_from_limits,
)
from survey.statistics.refusals import ImpossibleConfidenceLevel

REFERENCE = json.loads((Path(__file__).parent / "data" / "reference_values.json").read_text())["ranking"]
UNITS = st.lists(
    st.builds(
        Estimate,
        value=st.floats(0, 1),
        standard_error=st.sampled_from([0.0, 0.001, 0.01, 0.05, 0.2]),
        degrees_of_freedom=st.sampled_from([0.0, 1.0, 6.0, 50.0]),
        valid_answers=st.integers(1, 60),
        census=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def unit(value: float, error: float = 0.01, freedom: float = 200, answers: int = 200) -> Estimate:
    return Estimate(value, error, freedom, answers)


def test_the_travel_times_of_the_states_have_the_ranks_of_the_paper() -> None:
    value, error = np.array(REFERENCE["estimate"]), np.array(REFERENCE["standard_error"])
    z = norm.ppf((1 + REFERENCE["level"] ** (1 / 51)) / 2)
    assert z == pytest.approx(REFERENCE["quantile"])
    best, worst = ranks_from_limits(value - z * error, value + z * error)
    assert best.tolist() == REFERENCE["best"]
    assert worst.tolist() == REFERENCE["worst"]


def test_ranking_shares_uses_the_same_joint_region() -> None:
    # Pulled together around one half, where the intervals of shares are the symmetric ones of the reference.
    value = 0.5 + (np.array(REFERENCE["estimate"]) - np.mean(REFERENCE["estimate"])) / 1e5
    error = np.array(REFERENCE["standard_error"]) / 1e5
    states = [Estimate(v, e, inf, 1000) for v, e in zip(value.tolist(), error.tolist(), strict=True)]
    ranking = rank_units(states, confidence_level=REFERENCE["level"])
    assert ranking.best.tolist() == REFERENCE["best"]
    assert ranking.worst.tolist() == REFERENCE["worst"]


@pytest.mark.parametrize("position", range(3))
def test_the_range_of_normals_agrees_with_r(position: int) -> None:
    quantile = range_quantile(REFERENCE["range_states"][position], REFERENCE["range_level"])
    assert quantile == pytest.approx(REFERENCE["range_quantile"][position], rel=1e-7)


def test_the_range_of_normals_agrees_with_the_studentized_range() -> None:
    assert range_quantile(10, 0.9) == pytest.approx(studentized_range.ppf(0.9, 10, inf), rel=1e-6)
    assert range_quantile(1, 0.9) == 0


def naive_ranks(units: list[Estimate], level: float) -> tuple[list[int], list[int]]:
    """Best and worst ranks by comparing every pair of intervals."""
    single = level ** (1 / len(units))
    intervals = [policy_interval(part, confidence_level=single) for part in units]
    low = [0.0 if part is None else part.low for part in intervals]
    high = [1.0 if part is None else part.high for part in intervals]
    low = [min(a, part.value) for a, part in zip(low, units, strict=True)]
    high = [max(a, part.value) for a, part in zip(high, units, strict=True)]
    best = [1 + sum(other > mine for other in low) for mine in high]
    worst = [len(units) - sum(other < mine for other in high) for mine in low]
    return best, worst


@given(UNITS)
def test_ranks_are_those_of_comparing_every_pair_of_intervals(units: list[Estimate]) -> None:
    ranking = rank_units(units)
    assert (ranking.best.tolist(), ranking.worst.tolist()) == naive_ranks(units, 0.95)


@given(UNITS, st.sampled_from(RankMethod))
def test_the_rank_of_the_estimate_is_always_possible(units: list[Estimate], method: RankMethod) -> None:
    ranking = rank_units(units, method=method)
    assert (ranking.best >= 1).all()
    assert (ranking.best <= ranking.rank).all()
    assert (ranking.rank <= ranking.worst).all()
    assert (ranking.worst <= len(units)).all()


@given(UNITS, st.sampled_from(RankMethod))
def test_more_confidence_makes_no_rank_interval_narrower(units: list[Estimate], method: RankMethod) -> None:
    loose, strict = (rank_units(units, confidence_level=c, method=method) for c in (0.8, 0.99))
    assert (strict.best <= loose.best).all()
    assert (strict.worst >= loose.worst).all()


def test_equal_estimates_share_the_better_rank() -> None:
    assert rank_units([unit(0.8), unit(0.9), unit(0.8), unit(0.7)]).rank.tolist() == [2, 1, 2, 4]


@pytest.mark.parametrize("method", RankMethod)
def test_seven_answers_that_agree_do_not_make_a_unit_surely_the_best(method: RankMethod) -> None:
    ranking = rank_units([Estimate(1.0, 0.0, 6, 7), unit(0.9), unit(0.5)], method=method)
    assert ranking.best[0] == 1
    assert ranking.worst[0] >= 2


@pytest.mark.parametrize("method", RankMethod)
def test_a_unit_with_one_answer_may_have_any_rank(method: RankMethod) -> None:
    ranking = rank_units([Estimate(0.6, 0.2, 0, 1), unit(0.9), unit(0.5)], method=method)
    assert (ranking.best[0], ranking.worst[0]) == (1, 3)


def test_pairs_tell_more_apart_than_intervals_do() -> None:
    units = [unit(value) for value in np.linspace(0.5, 0.95, 30).tolist()]
    joint, pairs = (rank_units(units, method=method) for method in RankMethod)
    assert (pairs.best >= joint.best).all()
    assert (pairs.worst <= joint.worst).all()
    assert (pairs.worst - pairs.best).sum() < (joint.worst - joint.best).sum()


def simulated(rng: np.random.Generator, truth: FloatArray) -> tuple[IntArray, list[Estimate]]:
    """True ranks, and estimates from 30 to 300 answers of each unit."""
    sizes = np.linspace(30, 300, len(truth)).astype(int)
    shares = rng.binomial(sizes, truth) / sizes
    errors = np.sqrt(shares * (1 - shares) / (sizes - 1))
    ranks = 1 + (truth[np.newaxis, :] > truth[:, np.newaxis]).sum(axis=1)
    parts = zip(shares.tolist(), errors.tolist(), sizes.tolist(), strict=True)
    return ranks, [Estimate(p, e, n - 1, n) for p, e, n in parts]


@pytest.mark.parametrize("method", RankMethod)
@pytest.mark.parametrize("spread", [0.0, 0.02, 0.2])
def test_in_simulation_all_true_ranks_are_possible_at_once(method: RankMethod, spread: float) -> None:
    rng = np.random.default_rng(42)
    truth = 0.75 + spread * np.random.default_rng(5).uniform(-1, 1, 40)
    held = 0
    for _ in range(200):
        ranks, units = simulated(rng, truth)
        ranking = rank_units(units, confidence_level=0.9, method=method)
        held += bool(((ranking.best <= ranks) & (ranks <= ranking.worst)).all())
    assert held >= 0.9 * 200 - 3 * (200 * 0.09) ** 0.5


def overlap(groups: Groups, a: int, b: int) -> bool:
    return bool(groups.first[a] <= groups.last[b] and groups.first[b] <= groups.last[a])


@given(UNITS)
def test_units_share_a_letter_exactly_if_their_intervals_overlap(units: list[Estimate]) -> None:
    groups = indistinct_groups(units)
    single = 0.95 ** (1 / len(units))
    limits = []
    for part in units:
        interval = policy_interval(part, confidence_level=single)
        low, high = (0.0, 1.0) if interval is None else (interval.low, interval.high)
        limits.append((min(low, part.value), max(high, part.value)))
    for a, (low_a, high_a) in enumerate(limits):
        for b, (low_b, high_b) in enumerate(limits):
            assert overlap(groups, a, b) == (low_a <= high_b and low_b <= high_a)


@given(UNITS)
def test_every_letter_is_needed_and_every_unit_has_one(units: list[Estimate]) -> None:
    groups = indistinct_groups(units)
    assert (groups.first <= groups.last).all()
    members = [
        {k for k in range(len(units)) if groups.first[k] <= letter <= groups.last[k]}
        for letter in range(groups.letters)
    ]
    assert all(not a <= b for i, a in enumerate(members) for j, b in enumerate(members) if i != j)


@given(UNITS)
def test_units_of_one_tier_cannot_be_told_apart_and_no_tier_is_empty(units: list[Estimate]) -> None:
    groups = indistinct_groups(units)
    assert set(groups.tier.tolist()) == set(range(groups.tiers))
    for a in range(len(units)):
        for b in range(len(units)):
            assert groups.tier[a] != groups.tier[b] or overlap(groups, a, b)


def test_three_clear_levels_make_three_tiers() -> None:
    groups = indistinct_groups([unit(v) for v in (0.6, 0.91, 0.75, 0.9, 0.61, 0.76)])
    assert groups.tier.tolist() == [2, 0, 1, 0, 2, 1]
    assert (groups.letters, groups.tiers) == (3, 3)


def test_a_unit_between_two_others_carries_both_letters() -> None:
    groups = indistinct_groups([unit(0.80), unit(0.76), unit(0.72)])
    assert list(zip(groups.first.tolist(), groups.last.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1)]


def test_all_communes_of_the_country_are_ranked_in_a_second_and_little_memory() -> None:
    rng = np.random.default_rng(9)
    units = [
        unit(v, e)
        for v, e in zip(rng.beta(40, 8, 3321).tolist(), rng.uniform(0.01, 0.1, 3321).tolist(), strict=True)
    ]
    calls: list[Callable[[], object]] = [
        lambda: rank_units(units),
        lambda: rank_units(units, method=RankMethod.PAIRWISE),
        lambda: indistinct_groups(units),
    ]
    for call in calls:
        start = time.process_time()
        call()
        assert time.process_time() - start < 1
    tracemalloc.start()
    rank_units(units, method=RankMethod.PAIRWISE)
    assert tracemalloc.get_traced_memory()[1] < 60e6
    tracemalloc.stop()


@given(st.floats(0.05, 0.95), st.integers(1, 400), st.sampled_from([0.9, 0.95, 0.998]))
def test_funnel_limits_lie_within_one_answer_of_binomial_quantiles(
    centre: float, size: int, coverage: float
) -> None:
    funnel = funnel_limits(centre, [size], coverage=coverage)
    tail = (1 - coverage) / 2
    for limit, p in ((funnel.low[0], tail), (funnel.high[0], 1 - tail)):
        quantile = binom.ppf(p, size, centre)
        assert (quantile - 1) / size - 1e-9 <= limit <= quantile / size + 1e-9


@given(st.floats(0.05, 0.95), st.integers(20, 400), st.sampled_from([0.9, 0.95]))
def test_the_binomial_distribution_interpolated_at_a_funnel_limit_is_the_tail(
    centre: float, size: int, coverage: float
) -> None:
    funnel = funnel_limits(centre, [size], coverage=coverage)
    for limit, p in ((funnel.low[0], (1 - coverage) / 2), (funnel.high[0], (1 + coverage) / 2)):
        between = np.interp(limit * size, np.arange(size + 1), binom.cdf(np.arange(size + 1), size, centre))
        assert limit in {0, 1} or between == pytest.approx(p, abs=1e-7)


def test_funnel_limits_of_many_answers_are_those_of_the_normal_distribution() -> None:
    funnel = funnel_limits(0.9, [1e6])
    reach = 1.959964 * (0.9 * 0.1 / 1e6) ** 0.5
    assert funnel.low[0] == pytest.approx(0.9 - reach, abs=2e-6)
    assert funnel.high[0] == pytest.approx(0.9 + reach, abs=2e-6)


def test_funnels_narrow_with_size_also_between_whole_numbers() -> None:
    funnel = funnel_limits(0.85, np.arange(5, 400, 0.5) + 0.25, coverage=0.998)
    smooth = np.convolve(funnel.high - funnel.low, np.ones(40) / 40, mode="valid")
    assert (np.diff(smooth) < 0).all()


def test_units_that_differ_by_chance_alone_are_not_overdispersed() -> None:
    scores = np.random.default_rng(2).normal(size=500)
    assert overdispersion(scores) == 1
    assert overdispersion([*scores.tolist(), np.nan]) == 1
    assert overdispersion(2 * scores) == pytest.approx(4 * 0.78, rel=0.15)


def test_one_extreme_unit_at_each_end_does_not_make_all_overdispersed() -> None:
    assert overdispersion([-50, 60, 3, -3, 3, -3, 3, -3, 3, -3]) == 9
    assert overdispersion([-50, 60, 3, -3, 3, -3, 3, -3, 3, -3], winsorised=0) > 600


def test_an_undefined_estimate_is_refused_by_position() -> None:
    with pytest.raises(UnrankedUnits, match="Units 1 ") as refusal:
        rank_units([unit(0.8), unit(float("nan"))])
    assert refusal.value.units == (1,)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
@pytest.mark.parametrize(
    "call",
    [
        lambda level: rank_units([unit(0.8)], confidence_level=level),
        lambda level: indistinct_groups([unit(0.8)], confidence_level=level),
        lambda level: range_quantile(3, level),
    ],
)
def test_a_confidence_level_that_is_no_proportion_is_refused(
    call: Callable[[float], object], level: float
) -> None:
    with pytest.raises(ImpossibleConfidenceLevel):
        call(level)


@pytest.mark.parametrize(
    "call",
    [
        lambda: funnel_limits(1.0, [9]),
        lambda: funnel_limits(0.5, [0]),
        lambda: funnel_limits(0.5, [9], coverage=95),
        lambda: overdispersion([]),
        lambda: overdispersion([1.0], winsorised=0.5),
    ],
)
def test_a_funnel_of_impossible_values_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(ImpossibleFunnel):
        call()


def test_the_examples_in_the_docstrings_run() -> None:
    for module in (ranking,):
        result = doctest.testmod(module, extraglobs={"np": np})
        assert result.attempted > 0
        assert result.failed == 0
