"""How many more responses settle a verdict: the smallest number, at the present allocation, honestly limited."""

from dataclasses import replace
from math import inf, log, nan, sqrt

import numpy as np
import pytest
from scipy.special import logit

from survey.statistics.analysis_refusals import ImpossiblePlan, MergedStrata
from survey.statistics.design import StratifiedDesign
from survey.statistics.interval import policy_interval
from survey.statistics.measures import Estimate
from survey.statistics.moments import collapse
from survey.statistics.refusals import ImpossibleConfidenceLevel, LonelyStratum, MismatchedShapes
from survey.statistics.settle import Outlook, Spread, responses_to_settle, spread_of_mean


def simple(share: float, answers: int, population: float = inf) -> Spread:
    """One stratum of satisfied and not satisfied answers."""
    unit = share * (1 - share) * answers / (answers - 1)
    left = 1 - answers / population
    estimate = Estimate(share, sqrt(left * unit / answers), answers - 1, answers, census=left == 0)
    return Spread(estimate, np.array([answers]), np.array([population]), np.array([unit]))


def two_strata(share: float = 0.8) -> Spread:
    """Two strata of which the smaller one varies more."""
    sizes, population = np.array([40, 20]), np.array([3000.0, 400.0])
    unit = np.array([0.1, 0.02])
    error = sqrt(float((unit * (1 / sizes - 1 / population)).sum()))
    return Spread(Estimate(share, error, 58, 60), sizes, population, unit)


def test_the_thirty_one_forms_of_a_whole_year_need_thousands_more() -> None:
    result = responses_to_settle(simple(26 / 31, 31), 0.85)
    needed = 31 + (result.additional or 0)
    share, unit = 26 / 31, (26 / 31) * (5 / 31) * 31 / 30
    distance = (log(0.85 / 0.15) - log(share / (1 - share))) * share * (1 - share)
    assert result.outlook is Outlook.MORE_RESPONSES
    assert needed == pytest.approx(1.96**2 * unit / distance**2, rel=0.001)
    assert np.isnan(result.share_of_dossiers)


def test_a_small_population_needs_fewer_because_it_is_used_up() -> None:
    unlimited, limited = (responses_to_settle(simple(0.87, 60, n), 0.85) for n in (inf, 500.0))
    assert (limited.additional or 0) < (unlimited.additional or 0) / 2
    assert limited.share_of_dossiers == pytest.approx((60 + (limited.additional or 0)) / 500)


def test_a_verdict_that_is_certain_needs_no_more() -> None:
    result = responses_to_settle(simple(0.97, 400), 0.9)
    assert (result.outlook, result.additional) == (Outlook.SETTLED, 0)
    assert result.by_stratum.tolist() == [0]


@pytest.mark.parametrize("target", [0.8, 0.8004, 0.7996])
def test_an_estimate_at_its_target_is_too_close_for_any_number(target: float) -> None:
    result = responses_to_settle(two_strata(0.8), target)
    assert (result.outlook, result.additional) == (Outlook.TOO_CLOSE, None)


def test_a_near_target_and_few_dossiers_ask_for_everybody() -> None:
    result = responses_to_settle(simple(0.8, 20, 60.0), 0.801)
    assert result.outlook is Outlook.CENSUS
    assert result.by_stratum.tolist() == [40]
    assert result.share_of_dossiers == 1


@pytest.mark.parametrize("value", [nan, 0.8])
def test_without_an_estimate_or_responses_nothing_is_forecast(value: float) -> None:
    answers = 0 if value == 0.8 else 9
    spread = Spread(Estimate(value, nan, 0, 0), np.array([answers]), np.array([50.0]), np.array([0.1]))
    assert responses_to_settle(spread, 0.9).outlook is Outlook.UNKNOWN


def test_answers_that_all_agree_grow_by_the_exact_interval() -> None:
    spread = Spread(Estimate(1.0, 0.0, 6, 7), np.array([7]), np.array([5000.0]), np.array([0.0]))
    result = responses_to_settle(spread, 0.9)
    needed = 7 + (result.additional or 0)
    for answers, expected in ((needed, True), (needed - 1, False)):
        interval = policy_interval(Estimate(1.0, 0.0, answers - 1, answers))
        assert interval is not None
        assert (interval.low > 0.9) == expected


def test_one_response_in_a_stratum_can_be_forecast_under_the_cautious_rule() -> None:
    spread = replace(simple(0.7, 2, 1000.0), estimate=Estimate(0.7, 0.3, 0, 2))
    assert responses_to_settle(spread, 0.9).outlook is Outlook.MORE_RESPONSES


@pytest.mark.parametrize(("assurance", "low", "high"), [(0.5, 0.44, 0.56), (0.8, 0.76, 0.84)])
def test_the_assurance_is_how_often_the_verdict_comes_out_settled(
    assurance: float, low: float, high: float
) -> None:
    spread = simple(0.87, 60)
    result = responses_to_settle(spread, 0.85, assurance=assurance)
    answers = 60 + (result.additional or 0)
    shares = np.random.default_rng(11).binomial(answers, 0.87, 4000) / answers
    reach = 1.96 * np.sqrt(1 / (shares * (1 - shares) * (answers - 1)))
    assert low < float((logit(shares) - reach > logit(0.85)).mean()) < high


def test_more_assurance_asks_for_about_twice_as_many() -> None:
    even, safe = (responses_to_settle(simple(0.87, 60), 0.85, assurance=a) for a in (0.5, 0.8))
    assert (60 + (safe.additional or 0)) / (60 + (even.additional or 0)) == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize(("target", "assurance"), [(85.0, 0.5), (-0.1, 0.5), (0.9, 0.4), (0.9, 1.0)])
def test_targets_and_assurances_outside_their_range_are_refused(target: float, assurance: float) -> None:
    with pytest.raises(ImpossiblePlan):
        responses_to_settle(two_strata(), target, assurance=assurance)


def test_a_confidence_level_that_is_no_proportion_is_refused() -> None:
    with pytest.raises(ImpossibleConfidenceLevel):
        responses_to_settle(two_strata(), 0.9, confidence_level=95)


def test_designs_that_cannot_be_taken_apart_are_refused() -> None:
    stratum, ones = np.array([0, 0, 1]), np.ones((3, 1))
    moments = collapse(stratum, numerator=ones, denominator=ones)
    estimate = Estimate(0.9, 0.1, 1, 3)
    merged = StratifiedDesign(stratum, np.array([9.0, 9.0]), variance_stratum=np.array([0, 0]))
    plain = StratifiedDesign(stratum, np.array([9.0, 9.0]))
    with pytest.raises(MergedStrata):
        spread_of_mean(merged, moments, estimate, items=[0])
    with pytest.raises(LonelyStratum) as refusal:
        spread_of_mean(plain, moments, estimate, items=[0])
    assert refusal.value.strata == (1,)
    with pytest.raises(MismatchedShapes):
        spread_of_mean(plain, moments, estimate, items=[0], scope=np.array([True]))
