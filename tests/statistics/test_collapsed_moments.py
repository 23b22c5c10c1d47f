"""Collapsing answers to moments loses nothing that the table needs."""

from fractions import Fraction

import numpy as np
import pytest

from survey.statistics.design import StratifiedDesign
from survey.statistics.estimate import sipas_table
from survey.statistics.moments import collapse, regroup


def test_the_sum_of_squares_of_almost_equal_scores_keeps_its_digits() -> None:
    score = (0.5 + 1e-7 * np.arange(100))[:, np.newaxis]
    design = StratifiedDesign(np.zeros(100, int), np.array([np.inf]), np.array([500.0]))
    table = sipas_table(design, valid=np.ones((100, 1), bool), score=score, factors=())
    exact = [Fraction(value) for value in score[:, 0].tolist()]
    centre = sum(exact) / 100
    variance = sum((value - centre) ** 2 for value in exact) / (99 * 100)
    assert table.standard_error[0, 0] == pytest.approx(float(variance) ** 0.5, rel=1e-10)


def test_moments_of_no_answers_are_empty() -> None:
    moments = collapse(np.zeros(0, int), numerator=np.zeros((0, 2)), denominator=np.zeros((0, 2)), groups=3)
    assert moments.groups == 3
    assert moments.products.shape == (0, 4, 4)


def test_moments_cannot_be_written_to() -> None:
    moments = collapse(np.zeros(2, int), numerator=np.ones((2, 1)), denominator=np.ones((2, 1)))
    for array in (moments.sums, moments.products, moments.rows, regroup(moments, [0], 1).products):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
