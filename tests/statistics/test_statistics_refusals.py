"""What has no honest answer is refused by name, with the codes that the caller needs to say where."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from survey.statistics.design import StratifiedDesign
from survey.statistics.estimate import sipas_table
from survey.statistics.interval import (
    arcsine_interval,
    beta_interval,
    clopper_pearson_interval,
    logit_interval,
    policy_interval,
    t_interval,
    wilson_interval,
)
from survey.statistics.measures import Estimate
from survey.statistics.moments import collapse, regroup
from survey.statistics.refusals import (
    ImpossibleConfidenceLevel,
    ImpossibleFactor,
    ImpossiblePopulation,
    LonelyStratum,
    MismatchedShapes,
    MoreResponsesThanPopulation,
    NoInterval,
    NoWeightTotal,
    Refusal,
    ScoreOutOfRange,
    ScoreWithoutAnswer,
    UnknownGroup,
    UnknownStratum,
    UnknownVarianceStratum,
)
from survey.statistics.weights import effective_sizes

TWO_STRATA = np.array([0, 0, 1, 1])


def table(**changes: Any) -> None:
    """The table of four respondents and two items, with one argument changed."""
    arguments: dict[str, Any] = {
        "design": StratifiedDesign(TWO_STRATA, np.array([9.0, 9.0])),
        "valid": np.ones((4, 2), bool),
        "score": np.ones((4, 2)),
        "factors": [[0, 1]],
    }
    arguments |= changes
    sipas_table(arguments.pop("design"), **arguments)


def scores(value: float) -> np.ndarray:
    return np.array([[1, 1], [1, value], [1, 1], [1, 1]])


def test_the_unchanged_table_is_not_refused() -> None:
    table()


def test_more_responses_than_dossiers_are_refused() -> None:
    with pytest.raises(MoreResponsesThanPopulation, match="Strata 1 hold") as refusal:
        StratifiedDesign(TWO_STRATA, np.array([2.0, 1.0]))
    assert refusal.value.strata == (1,)


@pytest.mark.parametrize("size", [-1.0, np.nan])
def test_a_population_that_is_no_size_is_refused(size: float) -> None:
    with pytest.raises(ImpossiblePopulation) as refusal:
        StratifiedDesign(TWO_STRATA, np.array([size, 9.0]))
    assert refusal.value.strata == (0,)


@pytest.mark.parametrize("total", [np.inf, np.nan, -1.0, 0.0])
def test_weights_that_add_up_to_nothing_known_are_refused(total: float) -> None:
    with pytest.raises(NoWeightTotal) as refusal:
        StratifiedDesign(TWO_STRATA, np.array([9.0, np.inf]), np.array([9.0, total]))
    assert refusal.value.strata == (1,)


def test_an_infinite_population_without_totals_is_refused() -> None:
    with pytest.raises(NoWeightTotal):
        StratifiedDesign(TWO_STRATA, np.array([9.0, np.inf]))


@pytest.mark.parametrize("code", [-1, 2])
def test_a_stratum_outside_the_frame_is_refused(code: int) -> None:
    with pytest.raises(UnknownStratum) as refusal:
        StratifiedDesign(np.array([0, 0, code, 1]), np.array([9.0, 9.0]))
    assert refusal.value.rows == (2,)


def test_a_lonely_stratum_is_refused_unless_a_rule_is_asked_for() -> None:
    with pytest.raises(LonelyStratum, match="Strata 1 have a single response") as refusal:
        table(design=StratifiedDesign(np.array([0, 0, 0, 1]), np.array([9.0, 9.0])))
    assert refusal.value.strata == (1,)


@pytest.mark.parametrize("code", [-2, 2])
@pytest.mark.parametrize(
    "call",
    [
        lambda domain: table(domain=domain, groups=2),
        lambda domain: effective_sizes(
            StratifiedDesign(TWO_STRATA, np.array([9.0, 9.0])), domain=domain, groups=2
        ),
    ],
    ids=["table", "effective sizes"],
)
def test_a_group_that_does_not_exist_is_refused(call: Callable[[np.ndarray], None], code: int) -> None:
    with pytest.raises(UnknownGroup) as refusal:
        call(np.array([0, 1, -1, code]))
    assert refusal.value.rows == (3,)


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan])
def test_a_score_outside_zero_to_one_is_refused(value: float) -> None:
    with pytest.raises(ScoreOutOfRange) as refusal:
        table(score=scores(value))
    assert refusal.value.items == (1,)


def test_a_score_without_a_valid_answer_is_refused() -> None:
    valid = np.ones((4, 2), bool)
    valid[1, 1] = False
    with pytest.raises(ScoreWithoutAnswer) as refusal:
        table(valid=valid, score=scores(0.5))
    assert refusal.value.items == (1,)


@pytest.mark.parametrize("factor", [[], [2], [-1], [1, 1]])
def test_a_factor_that_is_empty_or_names_items_wrongly_is_refused(factor: list[int]) -> None:
    with pytest.raises(ImpossibleFactor) as refusal:
        table(factors=[[0], factor])
    assert refusal.value.factors == (1,)


@pytest.mark.parametrize(
    "changes",
    [
        {"score": np.ones((4, 1))},
        {"valid": np.ones((3, 2), bool), "score": np.ones((3, 2))},
        {"valid": np.ones(4, bool), "score": np.ones(4)},
        {"domain": np.array([0, 0])},
    ],
    ids=["items", "rows", "flat", "domain"],
)
def test_arrays_that_do_not_fit_together_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(MismatchedShapes):
        table(**changes)


@pytest.mark.parametrize(
    "arguments",
    [
        {"totals": np.array([1.0])},
        {"variance_stratum": np.array([0])},
        {"stratum": TWO_STRATA[:, np.newaxis]},
    ],
)
def test_a_design_of_unequal_arrays_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(MismatchedShapes):
        StratifiedDesign(**({"stratum": TWO_STRATA, "population": np.array([9.0, 9.0])} | arguments))


def test_effective_sizes_of_other_rows_are_refused() -> None:
    with pytest.raises(MismatchedShapes):
        effective_sizes(StratifiedDesign(TWO_STRATA, np.array([9.0, 9.0])), domain=np.array([0]))


def test_grouping_moments_that_are_grouped_already_is_refused() -> None:
    ones = np.ones((4, 1))
    moments = collapse(TWO_STRATA, numerator=ones, denominator=ones, domain=TWO_STRATA, groups=2)
    with pytest.raises(MismatchedShapes):
        regroup(moments, [0, 0], 1)


def test_a_variance_stratum_below_zero_is_refused() -> None:
    with pytest.raises(UnknownVarianceStratum) as refusal:
        StratifiedDesign(TWO_STRATA, np.array([9.0, 9.0]), variance_stratum=np.array([0, -1]))
    assert refusal.value.strata == (1,)


@pytest.mark.parametrize("method", [wilson_interval, logit_interval, arcsine_interval])
@pytest.mark.parametrize(
    ("share", "error", "freedom"), [(1, 0, 9), (0.5, 0, 9), (0.5, 0.1, 0), (np.nan, 0.1, 9)]
)
def test_an_interval_without_a_value_is_refused(
    method: Callable[..., Any], share: float, error: float, freedom: float
) -> None:
    with pytest.raises(NoInterval) as refusal:
        method(share, error, degrees_of_freedom=freedom, confidence_level=0.95)
    assert refusal.value.degrees_of_freedom == freedom


def test_a_plain_interval_without_freedom_is_refused() -> None:
    with pytest.raises(NoInterval):
        t_interval(0.5, 0.1, degrees_of_freedom=0.5, confidence_level=0.95)


def test_a_beta_interval_of_one_respondent_is_refused() -> None:
    with pytest.raises(NoInterval):
        beta_interval(0.5, 0.1, degrees_of_freedom=9, rows=1, confidence_level=0.95)


@pytest.mark.parametrize(("share", "valid_answers"), [(1.0, 0), (1.1, 9)])
def test_an_exact_interval_without_answers_or_share_is_refused(share: float, valid_answers: int) -> None:
    with pytest.raises(NoInterval):
        clopper_pearson_interval(share, valid_answers=valid_answers, confidence_level=0.95)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
@pytest.mark.parametrize("value", [0.5, 1.0])
def test_a_confidence_level_that_is_no_proportion_is_refused(value: float, level: float) -> None:
    with pytest.raises(ImpossibleConfidenceLevel) as refusal:
        policy_interval(Estimate(value, 0.1 * (1 - value), 9, 9), confidence_level=level)
    assert refusal.value.confidence_level == level


def test_a_long_list_of_strata_is_cut_in_the_text_but_not_in_the_data() -> None:
    refusal = LonelyStratum(range(8))
    assert "0, 1, 2, 3, 4 (+3)" in str(refusal)
    assert refusal.strata == tuple(range(8))
    assert isinstance(refusal, Refusal)
