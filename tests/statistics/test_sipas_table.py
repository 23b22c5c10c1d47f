"""What the SIPAS table promises to whoever reads it."""

from math import sqrt

import numpy as np
import pytest

from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import sipas_table


def answers(*columns: str) -> tuple[np.ndarray, np.ndarray]:
    """Valid and satisfied answers from columns of + (satisfied), - (not) and . (no valid answer)."""
    codes = np.array([list(column) for column in columns]).T
    return codes != ".", codes == "+"


def test_pooled_and_mean_differ_when_items_have_different_numbers_of_answers() -> None:
    valid, satisfied = answers("++++", "-...")
    table = sipas_table(
        StratifiedDesign(np.zeros(4, int), np.array([40.0])),
        valid=valid,
        score=satisfied,
        factors=[[0], [0, 1]],
    )
    assert table.estimate[0].tolist() == [1, 0, 1, 0.5, 0.8, 0.5]
    assert table.estimate[0, table.pooled] == 0.8
    assert table.estimate[0, table.mean] == 0.5
    assert table.valid_answers[0].tolist() == [4, 1, 4, 4, 4, 4]


def test_an_item_without_valid_answers_is_undefined_and_so_is_every_mean_using_it() -> None:
    valid, satisfied = answers("+-+-", "....")
    table = sipas_table(
        StratifiedDesign(np.zeros(4, int), np.array([40.0])),
        valid=valid,
        score=satisfied,
        factors=[[0], [0, 1]],
    )
    undefined = [False, True, False, True, False, True]
    assert np.isnan(table.estimate[0]).tolist() == undefined
    assert np.isnan(table.standard_error[0]).tolist() == undefined


def test_an_item_on_which_everybody_agrees_has_an_error_of_exactly_zero_and_no_design_effect() -> None:
    generator = np.random.default_rng(1)
    stratum = np.repeat(np.arange(7), 31)
    valid = generator.random((217, 3)) < [0.9, 0.9, 1.0]
    score = valid * np.array([1.0, 1 / 3, 0.1])
    table = sipas_table(
        StratifiedDesign(stratum, np.arange(100.0, 800.0, 100.0)), valid=valid, score=score, factors=[[0, 1]]
    )
    assert table.estimate[0, 0] == 1.0
    assert (table.standard_error[0, :3] == 0).all()
    assert np.isnan(table.design_effect[0, :3]).all()
    assert np.isnan(table.design_effect_of_mean[0, :3]).all()


def test_a_group_without_respondents_is_undefined_not_zero() -> None:
    valid, satisfied = answers("+-")
    table = sipas_table(
        StratifiedDesign(np.zeros(2, int), np.array([9.0])),
        valid=valid,
        score=satisfied,
        factors=(),
        domain=np.array([1, 1]),
        groups=3,
    )
    assert np.isnan(table.estimate[[0, 2]]).all()
    assert table.respondents.tolist() == [0, 2, 0]
    assert not table.census.any()


def test_respondents_in_no_group_still_count_in_the_size_of_their_stratum() -> None:
    valid, satisfied = answers("+-+-++--")
    design = StratifiedDesign(np.zeros(8, int), np.array([np.inf]), np.array([80.0]))
    sex = np.array([0, 0, 0, 0, -1, -1, -1, -1])
    table = sipas_table(design, valid=valid, score=satisfied, factors=(), domain=sex)
    zero_extended = np.array([1, -1, 1, -1, 0, 0, 0, 0]) * 10 / 80
    assert table.standard_error[0, 0] == pytest.approx(sqrt(8 / 7 * (zero_extended**2).sum()))


def test_points_of_two_one_zero_are_scores_of_halves() -> None:
    points = np.array([[2], [1], [0], [2]])
    design = StratifiedDesign(np.zeros(4, int), np.array([np.inf]), np.array([4.0]))
    table = sipas_table(design, valid=np.ones((4, 1), bool), score=points / 2, factors=())
    assert table.estimate[0, 0] == 0.625
    assert table.standard_error[0, 0] == pytest.approx(np.std(points[:, 0] / 2, ddof=1) / 2)


def test_a_lonely_stratum_is_no_obstacle_to_groups_it_has_no_part_in() -> None:
    valid, satisfied = answers("+-+-+")
    design = StratifiedDesign(np.array([0, 0, 0, 0, 1]), np.array([40.0, 9.0]))
    table = sipas_table(design, valid=valid, score=satisfied, factors=(), domain=np.array([0, 0, 0, 0, -1]))
    assert table.estimate[0, 0] == 0.5


def test_merging_a_lonely_stratum_keeps_its_weight_and_gives_it_a_variance() -> None:
    valid, satisfied = answers("+-+-+")
    stratum, population = np.array([0, 0, 0, 0, 1]), np.array([40.0, 9.0])
    merged = StratifiedDesign(stratum, population, variance_stratum=np.array([0, 0]))
    alone = StratifiedDesign(stratum, population)
    one = sipas_table(merged, valid=valid, score=satisfied, factors=())
    other = sipas_table(alone, valid=valid, score=satisfied, factors=(), lonely=LonelyRule.REMOVE)
    assert one.estimate[0, 0] == other.estimate[0, 0] == pytest.approx((20 + 9) / 49)
    assert one.standard_error[0, 0] > other.standard_error[0, 0]
    assert one.degrees_of_freedom[0, 0] == 4


def test_a_stratum_asked_in_full_is_not_lonely_and_adds_no_error() -> None:
    valid, satisfied = answers("+-+")
    design = StratifiedDesign(np.array([0, 0, 1]), np.array([2.0, 1.0]))
    table = sipas_table(design, valid=valid, score=satisfied, factors=(), lonely=LonelyRule.FAIL)
    assert table.standard_error[0, 0] == 0
    assert table.census.tolist() == [True]


def test_average_is_undefined_where_every_stratum_is_lonely() -> None:
    valid, satisfied = answers("+-")
    design = StratifiedDesign(np.array([0, 1]), np.array([5.0, 6.0]))
    table = sipas_table(design, valid=valid, score=satisfied, factors=(), lonely=LonelyRule.AVERAGE)
    assert np.isnan(table.standard_error[0, 0])


def test_the_table_cannot_be_written_to() -> None:
    valid, satisfied = answers("+-")
    table = sipas_table(
        StratifiedDesign(np.zeros(2, int), np.array([9.0])), valid=valid, score=satisfied, factors=()
    )
    with pytest.raises(ValueError, match="read-only"):
        table.estimate[0, 0] = 1.0
