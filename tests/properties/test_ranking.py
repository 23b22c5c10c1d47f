"""Ranking: ranks hold for all units at once, groups say who cannot be told apart, funnels are exact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from survey.statistics.interval import policy_interval
from survey.statistics.measures import Estimate
from survey.statistics.ranking import (
    Groups,
    RankMethod,
    funnel_limits,
    indistinct_groups,
    rank_units,
)

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
