"""The design: who could have answered, who did, what each answer stands for, whom nobody speaks for."""

import numpy as np
import pytest

from survey.statistics.design import StratifiedDesign
from survey.statistics.weights import coverage, summarise_weights


def test_equal_weights_are_worth_their_number() -> None:
    summary = summarise_weights(StratifiedDesign(np.zeros(8, int), np.array([80.0])))
    assert summary.effective_size == pytest.approx(8)
    assert (summary.smallest, summary.largest, summary.responses) == (10, 10, 8)


def test_totals_set_the_weights_and_the_population_sets_the_correction() -> None:
    design = StratifiedDesign(np.array([0, 0, 1]), np.array([np.inf, 4.0]), np.array([10.0, 6.0]))
    assert design.weights.tolist() == [5, 6]
    assert design.fpc.tolist() == [1, 0.75]


def test_strata_without_responses_weigh_nothing_and_are_listed() -> None:
    design = StratifiedDesign(np.array([1, 1]), np.array([3.0, 5.0, 0.0]))
    assert design.weights.tolist() == [0, 2.5, 0]
    assert design.empty.tolist() == [0, 2]
    assert design.fpc.tolist() == [1, 0.6, 0]


def test_a_correction_below_one_in_ten_million_is_none() -> None:
    design = StratifiedDesign(np.zeros(3, int), np.array([3 + 1e-9]))
    assert design.fpc.tolist() == [0]


def test_a_single_response_is_lonely_only_if_there_are_more_dossiers() -> None:
    stratum, population = np.array([0, 1, 2, 2]), np.array([1.0, 7.0, 9.0])
    assert StratifiedDesign(stratum, population).lonely.tolist() == [1]
    merged = StratifiedDesign(stratum, population, variance_stratum=np.array([0, 2, 2]))
    assert merged.lonely.tolist() == []
    assert merged.fpc[1:].tolist() == [1 - 3 / 16] * 2


def test_a_merged_stratum_counts_only_the_dossiers_of_members_with_responses() -> None:
    design = StratifiedDesign(np.array([0, 0]), np.array([8.0, 90.0]), variance_stratum=np.array([0, 0]))
    assert design.variance_strata.fpc.tolist() == [0.75]


def test_a_single_response_is_lonely_without_a_population_correction() -> None:
    assert StratifiedDesign(np.array([0]), np.array([np.inf]), np.array([1.0])).lonely.tolist() == [0]


def test_coverage_names_strata_without_a_voice() -> None:
    design = StratifiedDesign(np.array([0, 1, 1, 4]), np.array([5.0, 2.0, 30.0, 0.0, 1.0]))
    found = coverage(design)
    assert (found.population, found.covered, found.strata) == (38, 8, 4)
    assert (found.uncovered, found.lonely, found.complete) == ((2,), (0,), (1, 4))
    assert found.share == pytest.approx(8 / 38)


def test_an_empty_frame_has_no_coverage_share() -> None:
    assert np.isnan(coverage(StratifiedDesign(np.zeros(0, int), np.array([0.0]))).share)


def test_the_design_keeps_its_own_copy() -> None:
    stratum, population = np.array([0, 0]), np.array([9.0])
    design = StratifiedDesign(stratum, population)
    stratum[0], population[0] = 5, 0
    assert design.stratum.tolist() == [0, 0]
    assert design.population.tolist() == [9]
    with pytest.raises(ValueError, match="read-only"):
        design.weights[0] = 1
