"""Indices of weighted parts: the same number by hand, from counts, from rows, and from replicates."""

import numpy as np
import pytest

from survey.statistics.analysis_refusals import ImpossibleParts
from survey.statistics.design import StratifiedDesign
from survey.statistics.estimation import design_effects, estimate
from survey.statistics.interval_table import policy_intervals
from survey.statistics.moments import collapse
from survey.statistics.refusals import ImpossibleFactor
from survey.statistics.replicates import jackknife
from survey.statistics.sample import draw
from survey.statistics.weighted_parts import Part, index_coefficients, weighted_parts, weighted_parts_table

POLICY_AND_SERVICE = [Part((0, 1), 0.6), Part((2, 3), 0.4)]


def round_of(seed: int, rows: int = 400) -> tuple[StratifiedDesign, np.ndarray, np.ndarray]:
    """Answers to four items in ten strata."""
    random = np.random.default_rng(seed)
    stratum = random.integers(0, 10, rows)
    design = StratifiedDesign(stratum, np.bincount(stratum, minlength=10) * random.integers(2, 30, 10))
    valid = random.random((rows, 4)) < 0.9
    return design, valid, valid & (random.random((rows, 4)) < [0.9, 0.8, 0.7, 0.6])


def test_six_tenths_policy_and_four_tenths_service() -> None:
    # item shares 1, 1/2, 1/4, 3/4: 0.6 (1 + 1/2)/2 + 0.4 (1/4 + 3/4)/2 = 0.45 + 0.20
    score = np.array([[1, 1, 0, 1], [1, 1, 0, 1], [1, 0, 0, 1], [1, 0, 1, 0]], dtype=bool)
    design = StratifiedDesign(np.zeros(4, int), np.array([40.0]))
    moments = collapse(design.stratum, numerator=score, denominator=np.ones_like(score))
    table = weighted_parts_table(design, moments, [POLICY_AND_SERVICE])
    assert table.estimate[0, 0] == pytest.approx(0.65)
    # one number per respondent, 0.3 s1 + 0.3 s2 + 0.2 s3 + 0.2 s4, of a simple random sample
    respondents = score @ [0.3, 0.3, 0.2, 0.2]
    assert table.standard_error[0, 0] == pytest.approx(np.sqrt(0.9 * respondents.var(ddof=1) / 4))


def test_counts_rows_and_replicates_agree() -> None:
    design, valid, score = round_of(5)
    moments = collapse(design.stratum, numerator=score, denominator=valid)
    table = weighted_parts_table(design, moments, [POLICY_AND_SERVICE])
    sample = draw(design.responses, strata=design.stratum, populations=[design.population[design.stratum]])
    quantity = weighted_parts(valid, score, [POLICY_AND_SERVICE])
    rows = estimate(sample, quantity)
    assert table.estimate[0] == pytest.approx(rows.value, rel=1e-12)
    assert table.standard_error[0] == pytest.approx(rows.standard_error, rel=1e-10)
    assert table.design_effect[0] == pytest.approx(design_effects(sample, quantity), rel=1e-10)
    replicates = estimate(jackknife(sample, stratified=True), quantity)
    assert replicates.standard_error == pytest.approx(rows.standard_error, rel=0.01)


def test_three_thousand_units_have_their_indices_and_intervals_at_once() -> None:
    random = np.random.default_rng(3)
    stratum = np.repeat(np.arange(3000), 8)
    design = StratifiedDesign(stratum, np.full(3000, 100.0))
    score = random.random((len(stratum), 4)) < 0.8
    moments = collapse(stratum, numerator=score, denominator=np.ones_like(score), domain=stratum, groups=3000)
    table = weighted_parts_table(design, moments, [POLICY_AND_SERVICE])
    low, high = policy_intervals(table)
    assert ((low <= table.estimate) & (table.estimate <= high)).all()
    assert (table.degrees_of_freedom == 7).all()


def test_an_index_is_undefined_only_where_one_of_its_items_has_no_answer() -> None:
    valid = np.array([[1, 0], [1, 0], [1, 0]], dtype=bool)
    design = StratifiedDesign(np.zeros(3, int), np.array([9.0]))
    moments = collapse(design.stratum, numerator=valid & [[1, 0], [0, 0], [1, 0]], denominator=valid)
    table = weighted_parts_table(design, moments, [[Part((0,), 1.0)], [Part((0,), 0.5), Part((1,), 0.5)]])
    assert table.estimate[0, 0] == pytest.approx(2 / 3)
    assert np.isnan(table.estimate[0, 1])
    assert np.isnan(table.standard_error[0, 1])


@pytest.mark.parametrize("weights", [(0.6, 0.5), (1.2, -0.2), (60, 40), (0.0, 1.0), (float("nan"), 0.5)])
def test_weights_that_are_no_shares_of_one_are_refused(weights: tuple[float, float]) -> None:
    good, bad = [Part((0,), 1.0)], [Part((0,), weights[0]), Part((1,), weights[1])]
    with pytest.raises(ImpossibleParts) as refusal:
        index_coefficients([good, bad], 2)
    assert refusal.value.index == 1
    assert "0,6" in refusal.value.sentence("vi")


@pytest.mark.parametrize("items", [(), (0, 0), (2,), (-1,)])
def test_a_part_that_is_empty_or_names_items_wrongly_is_refused(items: tuple[int, ...]) -> None:
    with pytest.raises(ImpossibleFactor) as refusal:
        index_coefficients([[Part((0,), 1.0)], [Part(items, 1.0)]], 2)
    assert refusal.value.factors == (1,)
