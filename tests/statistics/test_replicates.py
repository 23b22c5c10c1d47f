"""Replicate weights: every adjustment is made again in every replicate, and chance has a seed."""

import numpy as np
import pytest

from survey.statistics.adjustments import Margin, Poststratification, Raking, adjust
from survey.statistics.estimation import estimate
from survey.statistics.quantities import Totals, means
from survey.statistics.refusals import LonelyStratum
from survey.statistics.replicates import bootstrap, jackknife, replicate
from survey.statistics.sample import Sample, draw
from survey.statistics.weighting_refusals import DisagreeingTotals

RANDOM = np.random.default_rng(11)
STRATA = np.repeat([0, 1, 2], [12, 20, 8])
CLUSTER = np.arange(40) // 2
VALUES = RANDOM.normal(STRATA, 1.0)[:, np.newaxis]
SEX = np.tile([0, 1], 20)
POPULATION = np.repeat([8.0, 40.0, 4.0], [12, 20, 8])  # clusters; the last stratum is enumerated in full


def clustered() -> Sample:
    return draw(40, strata=STRATA, clusters=[CLUSTER], populations=[POPULATION])


def test_the_bootstrap_of_a_total_agrees_with_taylor() -> None:
    taylor = estimate(clustered(), Totals(VALUES))
    drawn = bootstrap(clustered(), replicates=6000, random=np.random.default_rng(3))
    found = estimate(drawn, Totals(VALUES))
    assert found.value == pytest.approx(taylor.value)
    assert found.standard_error == pytest.approx(taylor.standard_error, rel=0.03)


def test_the_bootstrap_of_a_raked_mean_agrees_with_taylor_and_jackknife() -> None:
    sexes = Margin("sex", SEX, np.array([55.0, 70.0]), ("f", "m"))
    raked = adjust(
        clustered(), Raking((sexes, Margin("stratum", STRATA, np.array([20.0, 90, 15]), ("a", "b", "c"))))
    )
    taylor = estimate(raked, means(VALUES)).standard_error
    for replicates in (
        bootstrap(raked, replicates=3000, random=np.random.default_rng(5)),
        jackknife(raked, stratified=True),
    ):
        assert estimate(replicates, means(VALUES)).standard_error == pytest.approx(taylor, rel=0.1)
        weights = replicates.multiplied
        assert np.ptp(weights[SEX == 0].sum(axis=0)) == pytest.approx(0, abs=1e-6)  # met in every replicate


def test_a_stratum_asked_in_full_is_never_drawn_again() -> None:
    drawn = bootstrap(clustered(), replicates=50, random=np.random.default_rng(1))
    assert (drawn.multiplied[STRATA == 2] == 1).all()


def test_the_same_seed_draws_the_same_replicates() -> None:
    one, two, other = (
        bootstrap(clustered(), replicates=20, random=np.random.default_rng(seed)).multiplied
        for seed in (1, 1, 2)
    )
    assert (one == two).all()
    assert (one != other).any()


def test_a_stratum_of_one_cluster_can_be_neither_drawn_again_nor_left_out() -> None:
    sample = draw(4, strata=[0, 0, 1, 1], clusters=[[0, 1, 2, 2]], weights=np.ones(4))
    for make in (
        lambda: bootstrap(sample, replicates=9, random=np.random.default_rng(1)),
        lambda: jackknife(sample, stratified=True),
    ):
        with pytest.raises(LonelyStratum) as refusal:
            make()
        assert refusal.value.strata == (1,)


def test_poststratification_is_repeated_in_every_replicate() -> None:
    margin = Margin("sex", SEX, np.array([55.0, 70.0]), ("f", "m"))
    replicates = jackknife(adjust(clustered(), Poststratification(margin)), stratified=True)
    for column in replicates.multiplied.T:
        assert np.bincount(SEX, weights=column) == pytest.approx([55, 70])


def test_a_replicate_whose_margins_cannot_be_met_is_refused_not_passed_over() -> None:
    # Crossed, only three cells are filled; leaving a row out of one of them makes the margins impossible.
    first, second = np.array([0, 0, 1, 1, 1]), np.array([0, 0, 0, 1, 1])
    margins = Raking(
        (
            Margin("a", first, np.array([40.0, 60.0]), ("1", "2")),
            Margin("b", second, np.array([50.0, 50.0]), ("1", "2")),
        )
    )
    raked = adjust(draw(5, weights=np.full(5, 20.0)), margins)
    multipliers = np.ones((5, 2))
    multipliers[2, 1] = 0
    with pytest.raises(DisagreeingTotals):
        replicate(raked, multipliers, scale=1.0)
