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
from scipy.stats import norm, studentized_range

from survey.statistics import ranking
from survey.statistics.analysis_refusals import ImpossibleFunnel, UnrankedUnits
from survey.statistics.arrays import FloatArray, IntArray
from survey.statistics.measures import Estimate
from survey.statistics.ranking import (
    RankMethod,
    between_variance,
    funnel_limits,
    indistinct_groups,
    range_quantile,
    rank_units,
    ranks_from_limits,
)
from survey.statistics.refusals import ImpossibleConfidenceLevel

REFERENCE = json.loads((Path(__file__).parent / "data" / "reference_values.json").read_text())["ranking"]


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


def test_funnel_limits_of_many_answers_are_those_of_the_normal_distribution() -> None:
    funnel = funnel_limits(0.9, [1e6])
    reach = 1.959964 * (0.9 * 0.1 / 1e6) ** 0.5
    assert funnel.low[0] == pytest.approx(0.9 - reach, abs=2e-6)
    assert funnel.high[0] == pytest.approx(0.9 + reach, abs=2e-6)


def test_funnels_narrow_with_size_also_between_whole_numbers() -> None:
    funnel = funnel_limits(0.85, np.arange(5, 400, 0.5) + 0.25, coverage=0.998)
    smooth = np.convolve(funnel.high - funnel.low, np.ones(40) / 40, mode="valid")
    assert (np.diff(smooth) < 0).all()


def test_units_that_differ_by_chance_alone_have_no_variance_between_them() -> None:
    errors = np.linspace(0.01, 0.2, 500)
    for seed in range(20):
        apart = np.random.default_rng(seed).normal(0, errors)
        assert between_variance(apart, errors) == 0
        assert between_variance([*apart.tolist(), np.nan], [*errors.tolist(), 0.1]) == 0


def test_the_variance_between_units_of_one_size_is_what_chance_leaves_unexplained() -> None:
    error = 0.02
    apart = np.array([3, -3] * 5) * error
    # Ten squared scores of 9, of which none is extreme: 9 e² = (e² + tau²) of a scale of 1.
    assert between_variance(apart, [error] * 10, winsorised=0) == pytest.approx(8 * error**2)
    assert between_variance(apart[:1], [error]) == pytest.approx(between_variance(apart, [error] * 10))


def test_one_extreme_unit_at_each_end_does_not_make_all_unlike() -> None:
    apart, errors = np.array([-50, 60, 3, -3, 3, -3, 3, -3, 3, -3]) * 0.02, [0.02] * 10
    assert between_variance(apart, errors) == pytest.approx(between_variance([0.06] * 10, errors))
    assert between_variance(apart, errors, winsorised=0) > 600 * 0.02**2


@pytest.mark.parametrize("winsorised", [0.0, 0.1, 0.2])
def test_a_known_variance_between_units_of_very_unlike_size_is_found(winsorised: float) -> None:
    chance = np.random.default_rng(5)
    errors = chance.uniform(0.005, 0.08, 4000)
    apart = chance.normal(0, np.sqrt(errors**2 + 0.05**2))
    assert between_variance(apart, errors, winsorised=winsorised) == pytest.approx(0.05**2, rel=0.1)


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
        lambda: between_variance([], []),
        lambda: between_variance([1.0], [0.0]),
        lambda: between_variance([1.0], [1.0], winsorised=0.5),
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
