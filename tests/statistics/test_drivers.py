"""Key drivers: shares agree with R package relaimpo, errors with a jackknife, gains with arithmetic."""

import json
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survey.statistics.analysis_refusals import (
    CollinearFactors,
    FactorWithoutVariation,
    TooFewRespondents,
    TooManyFactors,
)
from survey.statistics.arrays import FloatArray, IntArray
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.drivers import Caution, Drivers, factor_scores, key_drivers
from survey.statistics.moments import collapse
from survey.statistics.priorities import Gains, possible_gains, priorities
from survey.statistics.refusals import ImpossibleFactor, LonelyStratum, MismatchedShapes

REFERENCE = json.loads((Path(__file__).parent / "data" / "reference_values.json").read_text())["drivers"]


SWISS = np.array(REFERENCE["data"])


def simple_design(rows: int, population: float = 1e6) -> StratifiedDesign:
    return StratifiedDesign(np.zeros(rows, int), np.array([population]))


def survey(
    rng: np.random.Generator, sizes: tuple[int, ...] = (60, 90, 50)
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Strata, three correlated factor scores and an overall score."""
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    common = rng.normal(size=(len(stratum), 1))
    scores = 0.6 * common + rng.normal(size=(len(stratum), 3)) + 0.3 * stratum[:, np.newaxis]
    overall = scores @ np.array([0.8, 0.4, 0.1]) + rng.normal(size=len(stratum))
    return stratum, scores, overall


def test_shares_of_the_swiss_data_agree_with_relaimpo() -> None:
    drivers = key_drivers(simple_design(47), scores=SWISS[:, 1:], overall=SWISS[:, 0])
    assert drivers.share == pytest.approx(REFERENCE["lmg"], rel=1e-10)
    assert drivers.explained == pytest.approx(REFERENCE["explained"], rel=1e-10)


def test_weighted_shares_of_the_swiss_data_agree_with_relaimpo() -> None:
    design = StratifiedDesign(np.arange(47), np.full(47, np.inf), totals=np.array(REFERENCE["weight"]))
    drivers = key_drivers(design, scores=SWISS[:, 1:], overall=SWISS[:, 0], lonely=LonelyRule.REMOVE)
    assert drivers.share == pytest.approx(REFERENCE["lmg_weighted"], rel=1e-10)


def explained(scores: FloatArray, overall: FloatArray, chosen: tuple[int, ...]) -> float:
    """R^2 by least squares."""
    x = np.column_stack([np.ones(len(overall)), scores[:, list(chosen)]])
    residuals = overall - x @ np.linalg.lstsq(x, overall, rcond=None)[0]
    return float(1 - residuals.var() / overall.var())


def jackknife(
    stratum: IntArray, population: FloatArray, scores: FloatArray, overall: FloatArray
) -> FloatArray:
    """Delete-one stratified jackknife of the shares, with finite population correction (JKn)."""
    sizes = np.bincount(stratum)
    whole = key_drivers(StratifiedDesign(stratum, population), scores=scores, overall=overall).share
    variance = np.zeros(scores.shape[1])
    for row, h in enumerate(stratum):
        keep = np.arange(len(stratum)) != row
        part = key_drivers(
            StratifiedDesign(stratum[keep], population), scores=scores[keep], overall=overall[keep]
        ).share
        variance += (1 - sizes[h] / population[h]) * (sizes[h] - 1) / sizes[h] * (part - whole) ** 2
    return np.sqrt(variance)


def test_standard_errors_agree_with_a_jackknife_over_respondents() -> None:
    stratum, scores, overall = survey(np.random.default_rng(3), (140, 200, 160))
    population = np.array([280.0, 3000.0, 800.0])
    drivers = key_drivers(StratifiedDesign(stratum, population), scores=scores, overall=overall)
    assert drivers.standard_error == pytest.approx(jackknife(stratum, population, scores, overall), rel=0.03)


def test_in_simulation_the_standard_error_is_the_spread_of_the_shares() -> None:
    rng = np.random.default_rng(17)
    shares, errors = [], []
    for _ in range(300):
        stratum, scores, overall = survey(rng)
        design = StratifiedDesign(stratum, np.array([1e6, 2e6, 3e6]))
        drivers = key_drivers(design, scores=scores, overall=overall)
        shares.append(drivers.share)
        errors.append(drivers.standard_error)
    assert np.mean(errors, axis=0) == pytest.approx(np.std(shares, axis=0), rel=0.15)


def test_a_census_has_shares_without_error() -> None:
    stratum, scores, overall = survey(np.random.default_rng(3), (20, 30))
    design = StratifiedDesign(stratum, np.array([20.0, 30.0]))
    assert key_drivers(design, scores=scores, overall=overall).standard_error.tolist() == [0, 0, 0]


def test_a_factor_that_does_nothing_has_a_share_near_nothing_and_the_strong_one_leads() -> None:
    rng = np.random.default_rng(8)
    scores = rng.normal(size=(3000, 2))
    drivers = key_drivers(simple_design(3000), scores=scores, overall=scores[:, 0] + rng.normal(size=3000))
    assert drivers.share == pytest.approx([0.5, 0.0], abs=0.03)
    assert drivers.correlation == pytest.approx([sqrt(0.5), 0.0], abs=0.04)
    assert drivers.cautions == (Caution.ASSOCIATION,)


def test_respondents_without_a_score_are_left_out_and_counted() -> None:
    stratum, scores, overall = survey(np.random.default_rng(3), (40, 40))
    scores[:10, 1] = np.nan
    drivers = key_drivers(StratifiedDesign(stratum, np.array([400.0, 400.0])), scores=scores, overall=overall)
    assert (drivers.respondents, drivers.left_out) == (70, 10)
    assert set(drivers.cautions) >= {Caution.ASSOCIATION, Caution.LEFT_OUT, Caution.FEW_RESPONDENTS}


def test_an_overall_score_made_of_the_factors_is_pointed_out() -> None:
    scores = np.random.default_rng(4).normal(size=(200, 3))
    drivers = key_drivers(simple_design(200), scores=scores, overall=scores.mean(axis=1))
    assert drivers.explained == pytest.approx(1)
    assert Caution.PART_OF_WHOLE in drivers.cautions
    assert Caution.NOT_SEPARATE in drivers.cautions


def test_a_factor_score_is_the_mean_of_the_items_answered() -> None:
    valid = np.array([[True, True, False], [True, False, False]])
    score = np.array([[1.0, 0.5, 0.0], [0.0, 0.0, 0.0]])
    scores = factor_scores(valid, score, [[0, 1], [1, 2]])
    assert scores[0].tolist() == [0.75, 0.5]
    assert scores[1, 0] == 0
    assert np.isnan(scores[1, 1])


def answers(rng: np.random.Generator, rows: int = 120) -> tuple[StratifiedDesign, Any, FloatArray]:
    """Six items of different level in two strata."""
    score = (rng.random((rows, 6)) < np.array([0.95, 0.9, 0.85, 0.8, 0.6, 0.7])).astype(float)
    design = StratifiedDesign(np.arange(rows) % 2, np.array([300.0, 900.0]))
    return design, collapse(design.stratum, numerator=score, denominator=np.ones_like(score)), score


def test_gains_lift_the_items_below_the_index_up_to_it() -> None:
    design, moments, score = answers(np.random.default_rng(6))
    gains = possible_gains(design, moments, [[0, 1, 2], [3, 4, 5]])
    weights = design.weights[design.stratum]
    share = weights @ score / weights.sum()
    index = share.mean()
    expected = [sum(max(index - share[i], 0) for i in factor) / 6 for factor in ([0, 1, 2], [3, 4, 5])]
    assert gains.gain == pytest.approx(expected)
    assert gains.items[1] == tuple(i for i in (3, 4, 5) if share[i] < index)


def test_the_error_of_gains_is_that_of_a_linear_function_of_the_shares() -> None:
    design, moments, score = answers(np.random.default_rng(6))
    gains = possible_gains(design, moments, [[0, 1, 2], [3, 4, 5]])
    chosen = gains.items[1]
    values = (len(chosen) * score.mean(axis=1) - score[:, list(chosen)].sum(axis=1)) / 6
    variance = 0.0
    for h, size in ((0, 300), (1, 900)):
        part = values[design.stratum == h]
        variance += (size / 1200) ** 2 * (1 - len(part) / size) * part.var(ddof=1) / len(part)
    assert gains.standard_error[1] == pytest.approx(sqrt(variance))


def test_an_item_that_nobody_answered_leaves_the_gains_open() -> None:
    design = simple_design(4)
    valid = np.array([[1.0, 0.0]] * 4)
    moments = collapse(design.stratum, numerator=valid * 0.5, denominator=valid)
    assert np.isnan(possible_gains(design, moments, [[0], [1]]).gain).all()


def drivers_of(shares: list[float], errors: list[float]) -> Drivers:
    share, error = np.array(shares), np.array(errors)
    return Drivers(share, error, np.diag(error**2), float(share.sum()), share, 500, 0, (Caution.ASSOCIATION,))


def test_priorities_weigh_importance_by_room() -> None:
    gains = Gains(np.array([0.001, 0.02, 0.01]), np.array([0.0001, 0.001, 0.001]), ((), (), ()))
    order = priorities(drivers_of([0.4, 0.1, 0.3], [0.01, 0.01, 0.01]), gains)
    assert [entry.factor for entry in order] == [2, 1, 0]
    assert order[0].importance == pytest.approx(0.3 / 0.8)
    assert order[0].score == pytest.approx(0.3 / 0.8 * 0.01)
    assert [entry.tied for entry in order] == [False, False, False]


def test_priorities_that_chance_could_swap_are_tied() -> None:
    gains = Gains(np.array([0.01, 0.0101]), np.array([0.001, 0.001]), ((), ()))
    assert [p.tied for p in priorities(drivers_of([0.3, 0.3], [0.05, 0.05]), gains)] == [False, True]


def call(**changes: Any) -> Drivers:
    """The drivers of a sound survey, with one argument changed."""
    stratum, scores, overall = survey(np.random.default_rng(1), (20, 20))
    arguments: dict[str, Any] = {"scores": scores, "overall": overall}
    arguments |= changes
    return key_drivers(StratifiedDesign(stratum, np.array([90.0, 90.0])), **arguments)


def sound_scores() -> FloatArray:
    return survey(np.random.default_rng(1), (20, 20))[1]


def test_a_factor_without_variation_is_refused_by_position() -> None:
    scores = sound_scores()
    scores[:, 1] = 1
    with pytest.raises(FactorWithoutVariation) as refusal:
        call(scores=scores)
    assert refusal.value.factors == (1,)


def test_factors_that_repeat_each_other_are_refused_by_position() -> None:
    scores = sound_scores()
    scores[:, 2] = 2 * scores[:, 0] + 1
    with pytest.raises(CollinearFactors) as refusal:
        call(scores=scores)
    assert refusal.value.factors == (0, 2)


def test_too_few_respondents_or_equal_overall_scores_are_refused() -> None:
    scores = sound_scores()
    scores[5:] = np.nan
    with pytest.raises(TooFewRespondents) as refusal:
        call(scores=scores)
    assert (refusal.value.respondents, refusal.value.least) == (5, 6)
    with pytest.raises(TooFewRespondents):
        call(overall=np.ones(40))


def test_too_many_factors_are_refused() -> None:
    with pytest.raises(TooManyFactors) as refusal:
        call(scores=np.random.default_rng(1).normal(size=(40, 13)))
    assert (refusal.value.factors, refusal.value.most) == (13, 12)


def test_a_lonely_stratum_is_refused_unless_a_rule_is_asked_for() -> None:
    scores = np.random.default_rng(1).normal(size=(20, 2))
    design = StratifiedDesign(np.array([0] * 19 + [1]), np.array([90.0, 90.0]))
    with pytest.raises(LonelyStratum):
        key_drivers(design, scores=scores, overall=scores.sum(axis=1))


@pytest.mark.parametrize(
    "changes", [{"overall": np.ones(39)}, {"scores": np.ones(40)}, {"scores": np.ones((40, 0))}]
)
def test_arrays_of_other_respondents_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(MismatchedShapes):
        call(**changes)


@pytest.mark.parametrize("factor", [[], [6], [1, 1]])
def test_a_factor_that_is_empty_or_names_items_wrongly_is_refused(factor: list[int]) -> None:
    with pytest.raises(ImpossibleFactor) as refusal:
        factor_scores(np.ones((3, 6), bool), np.ones((3, 6)), [[0], factor])
    assert refusal.value.factors == (1,)


def test_gains_of_unknown_items_or_several_groups_are_refused() -> None:
    design, moments, score = answers(np.random.default_rng(6))
    with pytest.raises(ImpossibleFactor):
        possible_gains(design, moments, [[0], [6]])
    grouped = collapse(
        design.stratum, numerator=score, denominator=np.ones_like(score), domain=design.stratum, groups=2
    )
    with pytest.raises(MismatchedShapes):
        possible_gains(design, grouped, [[0]])
    with pytest.raises(MismatchedShapes):
        factor_scores(np.ones((3, 6), bool), np.ones((3, 5)), [[0]])
    with pytest.raises(MismatchedShapes):
        priorities(drivers_of([0.3], [0.1]), possible_gains(design, moments, [[0], [1]]))
