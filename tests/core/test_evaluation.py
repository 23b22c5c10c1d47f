"""A round's result: computed on paper first, then by the program."""

from dataclasses import replace
from math import exp, isnan, log, sqrt

import pytest

from questionnaires.definition import Text
from survey.core.evaluation import Earlier, earlier_of, evaluate
from survey.core.evidence import Evidence
from survey.core.measure import Measure
from survey.core.result import PossibleRanks, RoundResult
from survey.core.scoring import score_round
from survey.core.target import MeasurementKind, Outcome, TargetSheet
from survey.core.target_sheets import load_target_sheet
from survey.library import shipped_definitions, shipped_target_sheets
from survey.statistics.interval import IntervalMethod
from tests.core.tiny import (
    BLANK,
    CIVIL,
    LAND,
    NA,
    A,
    B,
    Row,
    definition,
    evidence,
    item,
    round_of,
)
from tests.core.variants import with_item, with_more, with_options, with_scoring

T_5 = 2.570581835636314
"""97.5 % quantile of Student's t with 5 degrees of freedom, from a table."""

FOUR_OF_A: list[Row] = [  # satisfied is 4 or 5; each response's own share of satisfied answers:
    ("A", "land", [5, 4, 4]),  # 3/3
    ("A", "land", [4, 4, 2]),  # 2/3
    ("A", "land", [5, 3, 1]),  # 1/3
    ("A", "land", [3, 5, 4]),  # 2/3
]
THREE_OF_B: list[Row] = [
    ("B", "land", [2, 2, 5]),  # 1/3
    ("B", "land", [1, 4, 2]),  # 1/3
    ("B", "land", [5, 5, 5]),  # 3/3
]


@pytest.fixture(scope="module")
def paper() -> RoundResult:
    """Two strata: 10 dossiers of which 4 answered, 30 of which 3 answered."""
    return evaluate(
        score_round(evidence({("A", "land"): 10, ("B", "land"): 30}, FOUR_OF_A + THREE_OF_B)), None
    )


def nghe_an() -> TargetSheet:
    return load_target_sheet(shipped_target_sheets()["nghe-an-2024"], "nghe-an-2024")


def is_unknown(measure: Measure) -> bool:
    return isnan(measure.value) and measure.interval is None and not measure.is_known


# --- on paper: two strata ----------------------------------------------------------------------------


def test_the_index_is_the_mean_of_the_items_weighted_shares(paper: RoundResult) -> None:
    # Each of A's responses stands for 10/4 = 2.5 dossiers, each of B's for 30/3 = 10.
    # a1: (2.5*3 + 10*1)/40 = 0.4375, a2: (2.5*3 + 10*2)/40 = 0.6875, b1: (2.5*2 + 10*2)/40 = 0.625
    assert [found.measure.value for found in paper.items] == pytest.approx([0.4375, 0.6875, 0.625])
    assert paper.index.value == pytest.approx((0.4375 + 0.6875 + 0.625) / 3)


def test_the_standard_error_is_the_textbook_one_with_finite_population_correction(paper: RoundResult) -> None:
    # A: shares 1, 2/3, 1/3, 2/3, mean 2/3, s2 = (1/9 + 0 + 1/9 + 0)/3 = 2/27, n = 4, N = 10
    # B: shares 1/3, 1/3, 1, mean 5/9, s2 = (4/81 + 4/81 + 16/81)/2 = 4/27, n = 3, N = 30
    of_a = (10 / 40) ** 2 * (1 - 4 / 10) * (2 / 27) / 4
    of_b = (30 / 40) ** 2 * (1 - 3 / 30) * (4 / 27) / 3
    assert paper.index.estimate.standard_error == pytest.approx(sqrt(of_a + of_b))


def test_the_interval_is_that_of_the_log_odds_with_responses_minus_strata(paper: RoundResult) -> None:
    error = sqrt(37 / 1440)  # the sum of the two parts above
    assert paper.index.estimate.degrees_of_freedom == 7 - 2
    assert paper.index.interval is not None
    assert paper.index.interval.method is IntervalMethod.LOGIT
    reach = T_5 * error / (7 / 12 * 5 / 12)
    assert paper.index.interval.low == pytest.approx(1 / (1 + exp(reach - log(7 / 5))))
    assert paper.index.interval.high == pytest.approx(1 / (1 + exp(-reach - log(7 / 5))))


def test_the_standard_error_of_one_item_is_that_of_a_stratified_proportion(paper: RoundResult) -> None:
    # a1: A has 3 of 4 satisfied, s2 = 3/4*1/4*4/3 = 1/4; B has 1 of 3, s2 = 1/3*2/3*3/2 = 1/3
    variance = (1 / 4) ** 2 * 0.6 * (1 / 4) / 4 + (3 / 4) ** 2 * 0.9 * (1 / 3) / 3
    assert paper.items[0].measure.estimate.standard_error == pytest.approx(sqrt(variance))


def test_a_factor_is_the_mean_of_its_items(paper: RoundResult) -> None:
    assert [factor.section.code for factor in paper.factors] == ["access", "staff"]
    assert [factor.measure.value for factor in paper.factors] == pytest.approx([(0.4375 + 0.6875) / 2, 0.625])


def test_the_unweighted_index_is_that_of_a_spreadsheet(paper: RoundResult) -> None:
    # a1: 4 of 7, a2: 5 of 7, b1: 4 of 7
    assert paper.unweighted == pytest.approx((4 / 7 + 5 / 7 + 4 / 7) / 3)
    assert abs(paper.unweighted - paper.index.value) > 0.03


def test_the_shares_of_the_options_are_weighted_like_the_item(paper: RoundResult) -> None:
    # a1: 5 from A twice and B once, 4 and 3 from A once, 2 and 1 from B once
    assert paper.items[0].shares == pytest.approx(
        {1: 10 / 40, 2: 10 / 40, 3: 2.5 / 40, 4: 2.5 / 40, 5: 15 / 40}
    )
    assert paper.factors[0].shares == pytest.approx(
        {code: (paper.items[0].shares[code] + paper.items[1].shares[code]) / 2 for code in range(1, 6)}
    )


def test_the_result_says_how_many_answered_out_of_how_many(paper: RoundResult) -> None:
    assert (paper.index.responses, paper.index.dossiers) == (7, 40)
    assert paper.modes == {"qr": 7}
    assert (paper.weighting.coverage, paper.weighting.outside) == (1.0, 0)


def test_the_weakest_items_come_first(paper: RoundResult) -> None:
    assert [found.item.code for found in paper.weakest] == ["a1", "b1", "a2"]


def test_without_a_plan_and_without_a_round_before_nothing_is_judged_or_compared(paper: RoundResult) -> None:
    assert (paper.targets, paper.main_target, paper.sheet) == ((), None, None)
    assert (paper.previous, paper.previous_index, paper.change) == (None, None, None)


# --- units and fields --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corners() -> RoundResult:
    """Four strata; nobody answered on B's civil status."""
    return evaluate(
        score_round(
            evidence(
                {("A", "land"): 10, ("A", "civil"): 20, ("B", "land"): 30, ("B", "civil"): 40},
                [*FOUR_OF_A, ("A", "civil", [5, 5, 5]), ("A", "civil", [1, 1, 1]), *THREE_OF_B],
            )
        ),
        None,
    )


def test_a_field_weighs_its_units_by_their_dossiers(corners: RoundResult) -> None:
    land, civil = corners.fields
    assert (land.field, civil.field) == (LAND, CIVIL)
    assert land.measure.value == pytest.approx(7 / 12)  # as above
    assert (land.measure.responses, land.measure.dossiers) == (7, 40)
    assert civil.measure.value == pytest.approx(1 / 2)  # A alone speaks
    assert (civil.measure.responses, civil.measure.dossiers) == (2, 60)


def test_a_unit_weighs_its_fields_by_their_dossiers(corners: RoundResult) -> None:
    first, second = corners.units
    assert (first.unit, second.unit) == (A, B)
    # A: land 2/3 of 10 dossiers, civil status 1/2 of 20
    assert first.measure.value == pytest.approx((10 * 2 / 3 + 20 * 1 / 2) / 30)
    # A: (10/30)2 (1 - 4/10) (2/27)/4 + (20/30)2 (1 - 2/20) (1/2)/2, for shares 1 and 0 have s2 = 1/2
    variance = (1 / 3) ** 2 * 0.6 * (2 / 27) / 4 + (2 / 3) ** 2 * 0.9 * (1 / 2) / 2
    assert first.measure.estimate.standard_error == pytest.approx(sqrt(variance))
    assert second.measure.value == pytest.approx(5 / 9)  # land alone speaks
    assert (second.measure.responses, second.measure.dossiers) == (3, 70)


def test_a_unit_without_responses_has_no_value_and_stays_in_the_list() -> None:
    found = evaluate(score_round(evidence({("A", "land"): 10, ("B", "land"): 30}, FOUR_OF_A)), nghe_an())
    silent = found.units[1]
    assert silent.unit == B
    assert is_unknown(silent.measure)
    assert (silent.measure.responses, silent.measure.dossiers, silent.verdict) == (0, 30, None)


def test_units_and_fields_without_dossiers_are_not_listed_and_their_responses_are_outside() -> None:
    found = evaluate(
        score_round(evidence({("A", "land"): 10}, [*FOUR_OF_A, *THREE_OF_B, ("A", "civil", [1, 1, 1])])), None
    )
    assert [unit.unit for unit in found.units] == [A]
    assert [field.field for field in found.fields] == [LAND]
    assert found.weighting.outside == 4
    assert found.index.value == pytest.approx(2 / 3)


def test_a_round_without_any_response_says_nothing_and_does_not_fail() -> None:
    found = evaluate(score_round(evidence({("A", "land"): 10, ("B", "civil"): 5}, [])), nghe_an())
    assert is_unknown(found.index)
    assert isnan(found.unweighted)
    assert all(is_unknown(item.measure) for item in found.items)
    assert all(is_unknown(unit.measure) for unit in found.units)
    assert all(target.verdict is None for target in found.targets)
    assert (found.weakest, found.modes) == ((), {})


def test_responses_outside_the_population_alone_say_nothing() -> None:
    found = evaluate(score_round(evidence({("A", "land"): 10}, THREE_OF_B)), None)
    assert is_unknown(found.index)
    assert found.weighting.outside == 3


def test_everybody_satisfied_is_not_printed_as_certain() -> None:
    found = evaluate(score_round(evidence({("A", "land"): 100}, [("A", "land", [5, 5, 4])] * 10)), None)
    assert found.index.value == 1.0
    assert found.index.interval is not None
    assert found.index.interval.method is IntervalMethod.CLOPPER_PEARSON
    assert found.index.interval.low == pytest.approx(0.025 ** (1 / 10))  # nobody of 10 was dissatisfied
    assert found.index.interval.high == 1.0


def test_everybody_asked_is_certain() -> None:
    found = evaluate(score_round(evidence({("A", "land"): 4}, FOUR_OF_A)), None)
    assert found.index.interval is not None
    assert (found.index.interval.low, found.index.interval.high) == (found.index.value, found.index.value)
    assert found.index.interval.method is IntervalMethod.CENSUS


def test_one_response_has_a_value_but_no_interval() -> None:
    found = evaluate(score_round(evidence({("A", "land"): 10}, FOUR_OF_A[:1])), nghe_an())
    assert (found.index.value, found.index.interval, found.index.is_known) == (1.0, None, False)
    assert {target.verdict.outcome for target in found.targets if target.verdict} == {Outcome.NOT_ENOUGH}


# --- no rating ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gaps() -> RoundResult:
    """One stratum of 100 dossiers, four responses, two of them without a rating of a1."""
    return evaluate(
        score_round(
            evidence(
                {("A", "land"): 100},
                [
                    ("A", "land", [5, 4, 5]),
                    ("A", "land", [2, 4, 5]),
                    ("A", "land", [NA, 4, 1]),
                    ("A", "land", [BLANK, 2, 1]),
                ],
            )
        ),
        None,
    )


def test_not_applicable_and_blank_leave_the_denominator_of_their_item_only(gaps: RoundResult) -> None:
    assert [found.measure.value for found in gaps.items] == pytest.approx([1 / 2, 3 / 4, 2 / 4])
    assert [found.measure.estimate.valid_answers for found in gaps.items] == [2, 4, 4]
    assert gaps.index.value == pytest.approx((1 / 2 + 3 / 4 + 2 / 4) / 3)
    assert gaps.index.responses == 4


def test_not_applicable_and_blank_are_no_option_of_the_scale(gaps: RoundResult) -> None:
    assert gaps.items[0].shares == {1: 0.0, 2: 0.5, 3: 0.0, 4: 0.0, 5: 0.5}


def test_the_standard_error_counts_the_missing_ratings_as_in_a_ratio(gaps: RoundResult) -> None:
    # Residuals of a1 around 1/2: +1/2, -1/2, 0, 0, so s2 = (1/4 + 1/4)/3 = 1/6; half of the responses count:
    # variance = (1 - 4/100) (1/6)/4 / (2/4)2 = 0.16
    assert gaps.items[0].measure.estimate.standard_error == pytest.approx(0.4)


def test_an_item_that_nobody_rated_has_no_value_and_neither_has_the_index() -> None:
    rows: list[Row] = [("A", "land", [NA, 4, 5]), ("A", "land", [BLANK, 5, 4]), ("A", "land", [NA, 2, 4])]
    found = evaluate(score_round(evidence({("A", "land"): 100}, rows)), None)
    assert is_unknown(found.items[0].measure)
    assert is_unknown(found.factors[0].measure)
    assert is_unknown(found.index)
    assert isnan(found.unweighted)
    assert found.items[1].measure.value == pytest.approx(2 / 3)
    assert found.factors[1].measure.value == 1.0
    assert "a1" not in {weak.item.code for weak in found.weakest}


def test_a_code_that_is_on_no_scale_is_not_counted_as_an_answer() -> None:
    clean = evaluate(score_round(evidence({("A", "land"): 100}, FOUR_OF_A)), None)
    strange = evaluate(
        score_round(evidence({("A", "land"): 100}, [*FOUR_OF_A, ("A", "land", [7, 0, 9])])), None
    )
    assert strange.index.value == pytest.approx(clean.index.value)
    assert strange.items[0].measure.estimate.valid_answers == 4


# --- points ------------------------------------------------------------------------------------------

EVALUATION = shipped_definitions()["danh_gia_nd61"]


def test_points_are_averaged_and_divided_by_the_most_points() -> None:
    # Mean points 2, 1 and 0 of 2: shares 1, 1/2, 0; s2 = (1/4 + 0 + 1/4)/2 = 1/4, n = 3, N = 30
    rows: list[Row] = [("A", "land", [points] * 9) for points in (2, 1, 0)]
    found = evaluate(score_round(evidence({("A", "land"): 30}, rows, asked=EVALUATION)), None)
    assert found.index.value == pytest.approx(1 / 2)
    assert found.index.estimate.standard_error == pytest.approx(sqrt((1 - 3 / 30) * (1 / 4) / 3))
    assert found.items[0].shares == pytest.approx({0: 1 / 3, 1: 1 / 3, 2: 1 / 3})


def test_zero_points_are_a_rating_and_not_applicable_is_none() -> None:
    nothing: list[Row] = [("A", "land", [2, 0, *[2] * 7]), ("A", "land", [2, NA, *[2] * 7])]
    found = evaluate(score_round(evidence({("A", "land"): 30}, nothing, asked=EVALUATION)), None)
    assert found.items[1].measure.value == 0.0
    assert found.items[1].measure.estimate.valid_answers == 1
    assert found.index.value == pytest.approx(8 / 9)


def test_eighteen_of_eighteen_points_are_the_whole() -> None:
    found = evaluate(
        score_round(evidence({("A", "land"): 30}, [("A", "land", [2] * 9)] * 3, asked=EVALUATION)), None
    )
    assert found.index.value == 1.0
    assert found.unweighted == 1.0


# --- targets -----------------------------------------------------------------------------------------

SATISFIED, DISSATISFIED = [5, 5, 4], [1, 2, 3]


@pytest.fixture(scope="module")
def judged() -> RoundResult:
    """Land: 50 of 100 asked are satisfied out of 1 000; civil status: all 900 asked out of 9 000."""
    rows: list[Row] = [
        *[("A", "land", SATISFIED)] * 50,
        *[("A", "land", DISSATISFIED)] * 50,
        *[("B", "civil", SATISFIED)] * 900,
    ]
    return evaluate(score_round(evidence({("A", "land"): 1000, ("B", "civil"): 9000}, rows)), nghe_an())


def test_the_satisfaction_targets_are_judged_in_the_order_of_the_plan(judged: RoundResult) -> None:
    # Index 0.1*0.5 + 0.9*1 = 0.95; se = 0.1 sqrt(0.9*(0.25*100/99)/100) = 0.0048: 0.94 to 0.96.
    # Land alone 0.5, se 0.048: 0.41 to 0.59.
    assert judged.index.value == pytest.approx(0.95)
    assert judged.index.estimate.standard_error == pytest.approx(0.1 * sqrt(0.9 * 0.25 / 99))
    assert [
        (found.target.indicator, found.verdict and found.verdict.outcome) for found in judged.targets
    ] == [
        ("satisfaction_tthc", Outcome.MET),
        ("satisfaction_tthc_land_construction_investment", Outcome.NOT_MET),
        ("sipas", Outcome.MET),
        ("satisfaction_public_health_education", None),
    ]


def test_a_target_that_a_counter_cannot_measure_has_no_number_but_a_reason(judged: RoundResult) -> None:
    found = judged.targets[3]
    assert (found.measure, found.verdict) == (None, None)
    assert found.measurement.kind is MeasurementKind.NOT_MEASURED
    assert found.measurement.reason is not None
    assert "y tế" in found.measurement.reason.vi


def test_a_target_about_some_fields_is_judged_by_these_alone(judged: RoundResult) -> None:
    found = judged.targets[1]
    assert found.measure is not None
    assert found.measure.value == pytest.approx(0.5)
    assert (found.measure.responses, found.measure.dossiers) == (100, 1000)


def test_a_target_about_all_fields_is_judged_by_the_index(judged: RoundResult) -> None:
    assert judged.targets[0].measure == judged.index
    assert judged.targets[2].measure == judged.index


def test_units_are_judged_by_the_main_target_of_the_plan(judged: RoundResult) -> None:
    assert judged.main_target is not None
    assert judged.main_target.indicator == "satisfaction_tthc"
    assert [unit.verdict and unit.verdict.outcome for unit in judged.units] == [Outcome.NOT_MET, Outcome.MET]
    assert {unit.verdict.target for unit in judged.units if unit.verdict} == {judged.main_target}


def test_few_responses_are_not_enough_for_a_verdict_although_the_point_meets_it() -> None:
    rows: list[Row] = [*[("A", "land", SATISFIED)] * 19, ("A", "land", DISSATISFIED)]
    found = evaluate(score_round(evidence({("A", "land"): 5000}, rows)), nghe_an())
    verdict = found.targets[0].verdict
    assert verdict is not None
    assert (verdict.outcome, verdict.point_meets) == (Outcome.NOT_ENOUGH, True)
    assert (verdict.estimate, verdict.low) == (
        found.index.value,
        found.index.interval and found.index.interval.low,
    )


def test_a_plan_whose_fields_nobody_asked_for_leaves_that_target_open() -> None:
    found = evaluate(score_round(evidence({("A", "civil"): 100}, [("A", "civil", SATISFIED)] * 5)), nghe_an())
    assert found.targets[1].measure is not None
    assert is_unknown(found.targets[1].measure)
    assert found.targets[1].verdict is None


# --- the round before --------------------------------------------------------------------------------


def test_what_later_rounds_are_compared_with_is_what_the_round_itself_said() -> None:
    found = evidence({("A", "land"): 10}, FOUR_OF_A)
    whole, past = evaluate(score_round(found), None), earlier_of(score_round(found))
    assert (past.round, past.index) == (whole.round, whole.index)
    assert [item.measure for item in past.items] == [item.measure for item in whole.items]
    assert [factor.measure for factor in past.factors] == [factor.measure for factor in whole.factors]


def earlier(of: Evidence) -> Earlier:
    return earlier_of(score_round(replace(of, round=round_of(of.round.version.definition, code="2026-q3"))))


def test_the_change_since_a_comparable_round_is_the_difference_with_both_errors() -> None:
    before = earlier(evidence({("A", "land"): 10}, FOUR_OF_A))  # 2/3; (1 - 4/10)(2/27)/4 = 1/90
    later: list[Row] = [("A", "land", codes) for _, _, codes in THREE_OF_B]  # 5/9; (1 - 3/30)(4/27)/3 = 2/45
    now = evaluate(score_round(evidence({("A", "land"): 30}, later)), None, before)
    assert now.previous == before.round
    assert now.previous_index == before.index
    assert now.change is not None
    assert now.change.value == pytest.approx(5 / 9 - 2 / 3)
    assert now.change.standard_error == pytest.approx(sqrt(1 / 90 + 2 / 45))
    assert now.change.degrees_of_freedom == (3 - 1) + (4 - 1)
    assert now.change.interval is not None
    assert now.change.interval.low == pytest.approx(-1 / 9 - T_5 * sqrt(1 / 18))


def test_every_item_and_factor_is_compared_with_its_own_past() -> None:
    before = earlier(evidence({("A", "land"): 10}, FOUR_OF_A))
    now = evaluate(score_round(evidence({("A", "land"): 30}, FOUR_OF_A[:3] * 2)), None, before)
    for found, past in zip(now.items, before.items, strict=True):
        assert found.previous == past.measure
        assert found.change is not None
        assert found.change.value == pytest.approx(found.measure.value - past.measure.value)
    assert [factor.previous for factor in now.factors] == [factor.measure for factor in before.factors]


def test_an_order_of_the_scale_turned_in_print_does_not_break_the_trend() -> None:
    turned = with_options(definition(), "hai_long", definition().scales["hai_long"].options[::-1])
    before = earlier(evidence({("A", "land"): 10}, FOUR_OF_A))
    now = evaluate(score_round(evidence({("A", "land"): 10}, FOUR_OF_A, asked=turned)), None, before)
    assert now.change is not None
    assert now.change.value == 0.0
    assert now.items[0].change is not None


def test_a_reworded_item_breaks_the_index_itself_and_its_factor_and_the_rest_goes_on() -> None:
    reworded = with_item(definition(), "a1", text=Text(vi="Câu hỏi khác"))
    before = earlier(evidence({("A", "land"): 10}, FOUR_OF_A))
    now = evaluate(score_round(evidence({("A", "land"): 10}, FOUR_OF_A, asked=reworded)), None, before)
    assert (now.previous, now.previous_index, now.change) == (before.round, None, None)
    assert [found.change is None for found in now.items] == [True, False, False]
    assert [found.previous is None for found in now.items] == [True, False, False]
    assert [factor.change is None for factor in now.factors] == [True, False]


def test_an_added_item_has_no_past_and_takes_the_index_with_it() -> None:
    longer = with_more(definition(), "staff", item("b2"))
    before = earlier(evidence({("A", "land"): 10}, FOUR_OF_A))
    rows: list[Row] = [(unit, field, [*codes, 4]) for unit, field, codes in FOUR_OF_A]
    now = evaluate(score_round(evidence({("A", "land"): 10}, rows, asked=longer)), None, before)
    assert now.change is None
    assert [found.previous is None for found in now.items] == [False, False, False, True]
    assert [factor.previous is None for factor in now.factors] == [False, True]


def test_another_scoring_rule_breaks_the_index() -> None:
    stricter = with_scoring(definition(), satisfied=(5,))
    before = earlier(evidence({("A", "land"): 10}, FOUR_OF_A))
    now = evaluate(score_round(evidence({("A", "land"): 10}, FOUR_OF_A, asked=stricter)), None, before)
    assert (now.previous_index, now.change) == (None, None)


def test_a_round_before_without_responses_gives_no_change() -> None:
    before = earlier(evidence({("A", "land"): 10}, []))
    now = evaluate(score_round(evidence({("A", "land"): 10}, FOUR_OF_A)), None, before)
    assert now.change is None
    assert all(found.change is None for found in now.items)


# --- ranks -----------------------------------------------------------------------------------------


def test_units_that_cannot_be_told_apart_share_all_their_ranks(paper: RoundResult) -> None:
    assert [unit.ranks for unit in paper.units] == [PossibleRanks(1, 2), PossibleRanks(1, 2)]


def test_units_far_apart_have_one_rank_each() -> None:
    rows: list[Row] = [("A", "land", [1, 1, 2])] * 99 + [("A", "land", [5, 1, 2])]
    rows += [("B", "land", [5, 5, 4])] * 99 + [("B", "land", [5, 1, 4])]
    found = evaluate(score_round(evidence({("A", "land"): 1000, ("B", "land"): 1000}, rows)), None)
    assert [unit.ranks for unit in found.units] == [PossibleRanks(2, 2), PossibleRanks(1, 1)]


def test_a_unit_without_answers_has_no_rank_and_a_single_one_is_not_ranked() -> None:
    found = evaluate(score_round(evidence({("A", "land"): 10, ("B", "land"): 30}, FOUR_OF_A)), None)
    assert [unit.ranks for unit in found.units] == [None, None]
