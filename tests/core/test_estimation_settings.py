"""What a round's estimates are made with is kept, offered in few values, and has the effect that is promised."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.estimation_settings import (
    CONFIDENCE_PERCENTS,
    EMPTY_STRATA,
    INTERVALS,
    LONELY_RULES,
    PLANNED_MARGINS,
    USUAL,
    EstimationSettings,
    as_text,
    from_text,
)
from survey.core.evaluation import evaluate
from survey.core.result import RoundResult
from survey.core.scoring import score_round
from survey.core.weighting import weigh
from survey.statistics.design import LonelyRule
from survey.statistics.interval import IntervalMethod
from tests.core.tiny import evidence

settings = st.builds(
    EstimationSettings,
    st.sampled_from(EMPTY_STRATA),
    st.sampled_from(LONELY_RULES),
    st.sampled_from(INTERVALS),
    st.sampled_from(CONFIDENCE_PERCENTS),
    st.sampled_from(PLANNED_MARGINS),
)
DOSSIERS = {("A", "land"): 50, ("A", "civil"): 30, ("B", "land"): 20, ("B", "civil"): 40}
ROWS = [("A", "land", [5, 4, 3])] * 4 + [("A", "land", [2, 5, 5])] * 3 + [("B", "land", [1, 2, 5])]


def result(**changes: object) -> RoundResult:
    found = evidence(DOSSIERS, ROWS)
    return evaluate(
        score_round(replace(found, round=replace(found.round, settings=replace(USUAL, **changes)))), None
    )  # type: ignore[arg-type]


@given(settings)
def test_settings_come_back_as_they_were_kept(given_: EstimationSettings) -> None:
    assert from_text(as_text(given_)) == given_


def test_a_round_from_before_there_were_settings_is_estimated_as_usual() -> None:
    assert from_text("{}") == USUAL


@pytest.mark.parametrize(
    "changes",
    [{"confidence_percent": 80}, {"empty_strata": "x"}, {"lonely": LonelyRule.FAIL}, {"planned_margin": 0}],
)
def test_what_is_not_offered_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not offered"):
        replace(USUAL, **changes)  # type: ignore[arg-type]


def test_a_higher_confidence_widens_the_interval_and_leaves_the_index() -> None:
    low, high = result(confidence_percent=90), result(confidence_percent=99)
    assert low.index.value == high.index.value
    assert low.index.interval is not None
    assert high.index.interval is not None
    assert (
        high.index.interval.low < low.index.interval.low < low.index.interval.high < high.index.interval.high
    )


def test_the_method_of_the_interval_is_the_one_that_was_chosen() -> None:
    for method in INTERVALS:
        interval = result(interval=method).index.interval
        assert interval is not None
        assert interval.method is method


def test_a_single_response_adds_to_the_error_what_the_rule_says() -> None:
    errors = [
        result(lonely=rule).index.estimate.standard_error for rule in (LonelyRule.ADJUST, LonelyRule.REMOVE)
    ]
    assert errors[0] > errors[1]


def test_dossiers_without_answers_are_spoken_for_by_their_unit_only_where_the_settings_say_so() -> None:
    found = evidence({**DOSSIERS, ("A", "civil"): 30}, ROWS[:7])
    usual = weigh(found)
    merged = weigh(replace(found, round=replace(found.round, settings=replace(USUAL, empty_strata="merged"))))
    assert (usual.covered, merged.covered, usual.merged) == (50, 80, ())
    assert [(stratum.unit.code, stratum.field.code) for stratum in merged.merged] == [("A", "civil")]
    assert len(merged.silent) == len(usual.silent) == 3


def test_the_usual_interval_is_logit_at_95_percent() -> None:
    assert (USUAL.interval, USUAL.confidence_level, USUAL.planned_margin) == (IntervalMethod.LOGIT, 0.95, 5)
