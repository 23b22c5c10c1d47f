"""What must hold for every design: hypothesis looks for surveys where it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.statistics.adjustments import Margin, Poststratification, adjust
from survey.statistics.design import StratifiedDesign
from survey.statistics.estimate import sipas_table
from survey.statistics.estimation import Estimates, estimate
from survey.statistics.interval import policy_interval
from survey.statistics.interval_table import policy_intervals
from survey.statistics.moments import collapse
from survey.statistics.quantities import means
from survey.statistics.replicates import jackknife
from survey.statistics.row_table import sipas_table_from_rows
from survey.statistics.sample import Sample, draw

SURVEYS = st.integers(0, 2**32 - 1)


FACTORS = [[0, 1], [2]]


def survey(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Strata, populations by row, valid and satisfied answers of a small random survey."""
    random = np.random.default_rng(seed)
    sizes = random.integers(2, 9, random.integers(1, 5))
    strata = np.repeat(np.arange(len(sizes)), sizes)
    populations = (sizes + random.integers(0, 40, len(sizes)))[strata].astype(float)
    valid = random.random((len(strata), 3)) < 0.85
    return strata, populations, valid, valid & (random.random(valid.shape) < random.random())


def mean_of(sample: Sample, values: np.ndarray) -> Estimates:
    return estimate(sample, means(values[:, np.newaxis].astype(float)))


@given(SURVEYS)
def test_weights_add_up_to_the_population(seed: int) -> None:
    strata, populations, _, _ = survey(seed)
    first = np.unique(strata, return_index=True)[1]
    assert draw(len(strata), strata=strata, populations=[populations]).weights.sum() == pytest.approx(
        populations[first].sum()
    )


@given(SURVEYS)
def test_order_and_labels_of_rows_do_not_matter(seed: int) -> None:
    strata, populations, valid, _ = survey(seed)
    order = np.random.default_rng(seed).permutation(len(strata))
    labels = np.array(["z", "m", "a", "k", "b"])[strata]
    here = mean_of(draw(len(strata), strata=strata, populations=[populations]), valid[:, 0])
    there = mean_of(
        draw(len(strata), strata=labels[order], populations=[populations[order]]), valid[order, 0]
    )
    assert there.value == pytest.approx(here.value)
    assert there.covariance == pytest.approx(here.covariance, abs=1e-15)


@given(st.lists(st.integers(0, 1), min_size=2, max_size=40))
def test_equal_weights_give_the_simple_formula(answers: list[int]) -> None:
    values = np.array(answers)
    found = mean_of(draw(len(values), weights=np.full(len(values), 3.0)), values)
    assert found.value[0] == pytest.approx(values.mean())
    assert found.standard_error[0] == pytest.approx(values.std(ddof=1) / np.sqrt(len(values)))


@given(SURVEYS)
def test_a_census_has_no_variance(seed: int) -> None:
    strata, _, valid, _ = survey(seed)
    everybody = np.bincount(strata)[strata].astype(float)
    found = mean_of(draw(len(strata), strata=strata, populations=[everybody]), valid[:, 0])
    assert found.standard_error[0] == 0


@given(SURVEYS)
def test_collapsed_counts_and_rows_give_the_same_table(seed: int) -> None:
    strata, populations, valid, score = survey(seed)
    first = np.unique(strata, return_index=True)[1]
    domain = np.random.default_rng(seed).integers(-1, 2, len(strata))
    arguments = {"valid": valid, "score": score, "factors": FACTORS, "domain": domain, "groups": 2}
    fast = sipas_table(StratifiedDesign(strata, populations[first]), **arguments)
    slow = sipas_table_from_rows(draw(len(strata), strata=strata, populations=[populations]), **arguments)
    for name in ("estimate", "standard_error", "degrees_of_freedom", "valid_answers", "weight"):
        assert getattr(fast, name) == pytest.approx(getattr(slow, name), nan_ok=True, abs=1e-12), name


@given(SURVEYS)
def test_two_batches_add_up_to_the_same_counts(seed: int) -> None:
    strata, _, valid, score = survey(seed)
    half = np.random.default_rng(seed).random(len(strata)) < 0.5
    whole = collapse(strata, numerator=score, denominator=valid)
    parts = [collapse(strata[rows], numerator=score[rows], denominator=valid[rows]) for rows in (half, ~half)]
    added = np.zeros_like(whole.sums)
    for part in parts:
        added[np.searchsorted(whole.stratum, part.stratum)] += part.sums
    assert (added == whole.sums).all()


@given(SURVEYS, st.integers(1, 400))
def test_counting_pairs_agrees_with_multiplying_numbers(seed: int, rows: int) -> None:
    random = np.random.default_rng(seed)
    strata = random.integers(0, 3, rows)
    valid = random.random((rows, 3)) < 0.9
    score = valid & (random.random((rows, 3)) < 0.8)
    counted = collapse(strata, numerator=score, denominator=valid)
    multiplied = collapse(strata, numerator=score.astype(float), denominator=valid.astype(float))
    assert (counted.sums == multiplied.sums).all()
    assert (counted.answered == multiplied.answered).all()
    assert counted.products == pytest.approx(multiplied.products, abs=1e-9)


@given(SURVEYS)
def test_intervals_of_a_table_are_those_of_its_estimates(seed: int) -> None:
    strata, populations, valid, score = survey(seed)
    first = np.unique(strata, return_index=True)[1]
    table = sipas_table(
        StratifiedDesign(strata, populations[first]),
        valid=valid,
        score=score,
        factors=FACTORS,
        domain=strata,
        groups=len(first) + 1,
    )
    low, high = policy_intervals(table)
    for at in np.ndindex(low.shape):
        one = policy_interval(table.at(*at))
        assert [low[at], high[at]] == pytest.approx(
            [one.low, one.high] if one else [np.nan, np.nan], nan_ok=True
        )


@given(SURVEYS)
def test_intervals_lie_inside_zero_to_one_and_contain_the_estimate(seed: int) -> None:
    strata, populations, valid, score = survey(seed)
    table = sipas_table_from_rows(
        draw(len(strata), strata=strata, populations=[populations]),
        valid=valid,
        score=score,
        factors=FACTORS,
    )
    for measure in range(table.mean + 1):
        interval = policy_interval(table.at(0, measure))
        if interval:
            assert 0 <= interval.low <= table.estimate[0, measure] <= interval.high <= 1


@given(SURVEYS)
def test_a_stratified_jackknife_of_a_mean_agrees_with_taylor_in_one_stratum(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = int(random.integers(3, 30))
    sample, values = draw(rows, weights=np.full(rows, 2.0)), random.random(rows)
    taylor = mean_of(sample, values)
    jack = estimate(jackknife(sample, stratified=True), means(values[:, np.newaxis]))
    assert jack.standard_error == pytest.approx(taylor.standard_error)


@given(SURVEYS)
def test_a_subset_never_changes_a_weight(seed: int) -> None:
    strata, populations, valid, _ = survey(seed)
    cells = Margin("all", np.zeros(len(strata), np.int64), np.array([100.0]), ("all",))
    sample = adjust(draw(len(strata), strata=strata, populations=[populations]), Poststratification(cells))
    part = sample.within(valid[:, 0])
    assert (part.weights[valid[:, 0]] == sample.weights[valid[:, 0]]).all()
    assert (part.weights[~valid[:, 0]] == 0).all()
