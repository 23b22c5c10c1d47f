"""What a specification asks for is done, or refused with what to do; nothing is left unsaid."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.microdata.studies import ANSWERS, FRAME, Rows, Spec, estimated, figures, refused, small


def framed(lonely: str = "refuse", **frame: Any) -> Spec:
    return {"strata": ["unit"], "frame": {"file": "frame.csv"} | frame, "lonely": lonely}


def with_row(*row: object) -> dict[str, Rows]:
    return {"answers.csv": [*ANSWERS, row]}


def raked(sex: Spec) -> Spec:
    margins = [{"by": ["sex"], "totals": sex}, {"by": ["unit"], "totals": {"A": 40, "B": 70}}]
    return small(adjust=[{"rake": {"margins": margins}}])


# --- by hand -------------------------------------------------------------------------------------------


def test_the_estimate_of_an_item_is_the_sum_of_weights_of_the_satisfied(tmp_path: Path) -> None:
    content = estimated(tmp_path, small())
    found = figures(content)
    assert found["q1"]["estimate"] == pytest.approx((3 * 10 + 1 * 70 / 3) / 110)
    assert found["q2"]["estimate"] == pytest.approx((2 * 10 + 1 * 70 / 3) / (3 * 10 + 2 * 70 / 3))
    assert found["index"]["estimate"] == pytest.approx(
        (found["q1"]["estimate"] + found["q2"]["estimate"]) / 2
    )
    assert found["F"]["estimate"] == found["index"]["estimate"]
    assert content["unweighted_index"] == pytest.approx((4 / 7 + 3 / 5) / 2)
    assert [found[m]["valid_answers"] for m in ("q1", "q2")] == [7, 5]


def test_scores_between_0_and_1_are_averaged(tmp_path: Path) -> None:
    scales = {"m": {"scores": {"1": 0, "2": 0.25, "3": 0.5, "4": 0.75, "5": 1}, "not_counted": [9]}}
    found = figures(estimated(tmp_path, small(scales=scales, design={"equal_weights": True})))
    assert found["q1"]["estimate"] == pytest.approx((1 + 0.75 + 0 + 1 + 0.25 + 0.75 + 0.5) / 7)


def test_rows_with_a_blank_label_are_in_no_group(tmp_path: Path) -> None:
    rows = [["" if cell == "M" else cell for cell in row] for row in ANSWERS]
    content = estimated(tmp_path, small(groups=[{"by": ["sex"]}]), {"answers.csv": rows})
    assert [(one["group"], one["respondents"]) for one in content["estimates"]] == [
        ({}, 7),
        ({"sex": "F"}, 4),
    ]


def test_groups_of_several_columns_are_every_pair_that_occurs(tmp_path: Path) -> None:
    content = estimated(tmp_path, small(groups=[{"by": ["unit", "sex"]}]))
    pairs = [tuple(one["group"].values()) for one in content["estimates"][1:]]
    assert pairs == [("A", "F"), ("A", "M"), ("B", "F"), ("B", "M")]
    assert sum(one["weight"] for one in content["estimates"][1:]) == pytest.approx(110)


def test_a_single_row_of_a_column_of_weights_equals_the_frame(tmp_path: Path) -> None:
    weights = {"A": 10, "B": 70 / 3}
    rows = [
        (*ANSWERS[0], "w", "N"),
        *[(*row, weights[row[0]], {"A": 40, "B": 70}[row[0]]) for row in ANSWERS[1:]],
    ]
    by_frame = figures(estimated(tmp_path, small()))
    for design in ({"weights": "w", "populations": ["N"]}, {"populations": ["N"]}):
        spec = small(design={"strata": ["unit"]} | design)
        by_rows = figures(estimated(tmp_path, spec, {"answers.csv": rows}))
        for measure, one in by_frame.items():
            for key in ("estimate", "standard_error", "low", "high", "design_effect"):
                assert by_rows[measure][key] == pytest.approx(one[key], rel=1e-12)


def test_a_frame_without_strata_has_one_row(tmp_path: Path) -> None:
    spec = small(design={"frame": {"rows": [{"dossiers": 110}]}})
    assert estimated(tmp_path, spec)["weights"]["total"] == pytest.approx(110)


# --- verdicts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comparator", "value", "verdict"),
    [(">=", 1, "met"), (">", 99, "not_met"), ("<=", 99, "met"), (">=", 60, "not_enough")],
)
def test_a_verdict_speaks_for_the_whole_interval(
    tmp_path: Path, comparator: str, value: float, verdict: str
) -> None:
    target = {"indicator": "a", "comparator": comparator, "value": value}
    (found,) = estimated(tmp_path, small(targets=[target], interval={"level": 0.5}))["verdicts"]
    assert found["verdict"] == verdict
    assert found["value"] == value / 100


def test_a_target_of_a_group_is_judged_by_its_measure_there(tmp_path: Path) -> None:
    target = {"indicator": "a", "comparator": ">=", "value": 50, "measure": "q1", "group": {"unit": "A"}}
    content = estimated(tmp_path, small(targets=[target], groups=[{"by": ["unit"]}]))
    (found,) = content["verdicts"]
    assert found["estimate"] == figures(content, unit="A")["q1"]["estimate"] == pytest.approx(0.75)
    assert [one["group"] for one in content["estimates"]] == [{}, {"unit": "A"}, {"unit": "B"}]


# --- what has no value -------------------------------------------------------------------------------------


def test_what_nobody_answered_has_no_estimate_and_says_why_in_two_languages(tmp_path: Path) -> None:
    rows = [row if at == 0 else (*row[:3], 9) for at, row in enumerate(ANSWERS)]
    target = {"indicator": "a", "comparator": ">=", "value": 50}
    content = estimated(tmp_path, small(targets=[target]), {"answers.csv": rows})
    q2 = figures(content)["q2"]
    assert (q2["estimate"], q2["low"], q2["interval"]) == (None, None, None)
    assert q2["refusal"]["code"] == "NoValidAnswers"
    assert "gộp nhóm" in q2["refusal"]["vi"]
    assert "merge groups" in q2["refusal"]["en"]
    assert figures(content)["q1"]["refusal"] is None
    assert (content["verdicts"][0]["verdict"], content["verdicts"][0]["point_meets"]) == (None, None)


def test_a_group_of_one_row_has_an_estimate_without_an_interval(tmp_path: Path) -> None:
    rows = [*ANSWERS, ("A", "X", 5, 1)]
    content = estimated(tmp_path, small(groups=[{"by": ["sex"]}]), {"answers.csv": rows})
    q1 = figures(content, sex="X")["q1"]
    assert (q1["estimate"], q1["low"], q1["refusal"]["code"]) == (1, None, "NoDegreesOfFreedom")


def test_rows_without_weight_say_nothing(tmp_path: Path) -> None:
    rows = [(*ANSWERS[0], "w"), *[(*row, 0 if row[1] == "M" else 2) for row in ANSWERS[1:]]]
    spec = small(design={"weights": "w"}, groups=[{"by": ["sex"]}])
    content = estimated(tmp_path, spec, {"answers.csv": rows})
    assert figures(content, sex="M")["index"]["refusal"]["code"] == "NoValidAnswers"
    assert figures(content)["index"]["estimate"] == figures(content, sex="F")["index"]["estimate"]


def test_the_mean_of_other_strata_is_no_error_where_there_are_none(tmp_path: Path) -> None:
    rows = [ANSWERS[0], ("A", "M", 5, 4), ("B", "F", 2, 2)]
    index = figures(estimated(tmp_path, small(design=framed("average")), {"answers.csv": rows}))["index"]
    assert (index["standard_error"], index["refusal"]["code"]) == (None, "NoStandardError")


def test_everybody_asked_is_a_census(tmp_path: Path) -> None:
    frame = [FRAME[0], ("A", 4), ("B", 3)]
    content = estimated(tmp_path, small(interval={"method": "wilson"}), {"frame.csv": frame})
    index = figures(content)["index"]
    assert (index["interval"], index["low"], index["standard_error"]) == ("census", index["estimate"], 0)


def test_all_satisfied_is_never_plus_or_minus_nothing(tmp_path: Path) -> None:
    rows = [row if at == 0 else (*row[:2], 5, row[3]) for at, row in enumerate(ANSWERS)]
    for method in ("report", "wilson", "beta", "logit", "arcsine"):
        q1 = figures(estimated(tmp_path, small(interval={"method": method}), {"answers.csv": rows}))["q1"]
        assert (q1["estimate"], q1["high"], q1["interval"]) == (1, 1, "clopper-pearson")
        assert q1["low"] < 0.7


# --- strata that lack something ----------------------------------------------------------------------------


def test_a_single_response_is_refused_by_default_with_what_to_do(tmp_path: Path) -> None:
    spec = small(design=framed(rows=[], file="frame.csv"))
    files = with_row("C", "M", 4, 4) | {"frame.csv": [*FRAME, ("C", 30)]}
    (fault,) = refused(tmp_path, spec, files)
    assert fault.startswith("spec.yaml:1: design.lonely: Tầng C chỉ có một phiếu trả lời")
    assert "hãy ghép tầng, hoặc chọn một quy tắc" in fault


def test_rules_for_a_single_response_differ_in_caution_alone(tmp_path: Path) -> None:
    files = with_row("C", "M", 4, 4) | {"frame.csv": [*FRAME, ("C", 30)]}
    found = {
        rule: figures(estimated(tmp_path, small(design=framed(rule)), files))["index"]
        for rule in ("adjust", "average", "remove", "merge")
    }
    assert len({one["estimate"] for one in found.values()}) == 1
    assert found["remove"]["standard_error"] == min(one["standard_error"] for one in found.values())
    assert len({one["standard_error"] for one in found.values()}) == 4


def test_merging_says_what_was_merged_into_what(tmp_path: Path) -> None:
    files = with_row("C", "M", 4, 4) | {"frame.csv": [*FRAME, ("C", 30)]}
    design = estimated(tmp_path, small(design=framed("merge")), files)["design"]
    assert design["lonely"] == ["C"]
    assert design["merged"] == [{"stratum": "C", "into": "B", "size": 1}]


def test_merging_gives_the_same_from_counts_and_from_rows(tmp_path: Path) -> None:
    files = with_row("C", "M", 4, 4) | {"frame.csv": [*FRAME, ("C", 30)]}
    by_counts = figures(estimated(tmp_path, small(design=framed("merge")), files))["index"]
    same = small(design=framed("merge"), adjust=[{"trim": {"upper": 1000}}])
    by_rows = figures(estimated(tmp_path, same, files))["index"]
    for key in ("estimate", "standard_error", "low", "high", "design_effect", "degrees_of_freedom"):
        assert by_rows[key] == pytest.approx(by_counts[key], rel=1e-12)


def test_single_clusters_of_a_later_stage_are_named_with_their_column(tmp_path: Path) -> None:
    rows = [("ward", "id", "N", "M", "q1", "q2"), *[(w, i, 9, 5, 4, 4) for i, w in enumerate("aab")]]
    design = {"clusters": ["ward", "id"], "populations": ["N", "M"]}
    (fault,) = refused(tmp_path, small(design=design), {"answers.csv": rows})
    assert "ward b" in fault


def test_a_stratum_without_responses_is_uncovered_and_named(tmp_path: Path) -> None:
    heard = estimated(tmp_path, small(), {"frame.csv": [*FRAME, ("C", 90)]})["design"]["coverage"]
    assert heard == {"dossiers": 200, "covered": 110, "share": 0.55, "uncovered": ["C"]}


def test_a_stratum_without_responses_is_refused_where_that_is_asked_for(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, small(design=framed(empty="refuse")), {"frame.csv": [*FRAME, ("C", 90)]})
    assert (
        "design.frame.empty: Biên design.frame: ô C có trong tổng thể nhưng không có người trả lời" in fault
    )


def test_dossiers_of_a_stratum_without_responses_go_to_the_fullest_of_its_group(tmp_path: Path) -> None:
    content = estimated(tmp_path, small(design=framed(empty="collapse")), {"frame.csv": [*FRAME, ("C", 90)]})
    assert content["design"]["collapsed"] == [{"stratum": "C", "into": "A", "size": 90}]
    assert content["design"]["coverage"]["uncovered"] == ["C"]
    assert content["weights"]["total"] == pytest.approx(200)


def test_collapsing_within_a_group_without_any_response_is_refused(tmp_path: Path) -> None:
    design = framed(empty="collapse", collapse_within=["unit"])
    (fault,) = refused(tmp_path, small(design=design), {"frame.csv": [*FRAME, ("C", 90)]})
    assert "collapse_within: Tầng C không có phiếu" in fault


def test_more_responses_than_dossiers_are_refused_or_kept_as_asked(tmp_path: Path) -> None:
    files = {"frame.csv": [FRAME[0], ("A", 2), ("B", 70)]}
    (fault,) = refused(tmp_path, small(), files)
    assert "design.frame.overfull: Tầng A có nhiều phiếu trả lời hơn hồ sơ" in fault
    content = estimated(tmp_path, small(design=framed(overfull="keep")), files)
    assert content["design"]["overfull"] == ["A"]
    assert content["weights"]["total"] == pytest.approx(72)


def test_responses_outside_the_frame_are_left_out_and_counted_where_that_is_asked_for(tmp_path: Path) -> None:
    files = with_row("Z", "M", 1, 1)
    content = estimated(tmp_path, small(design=framed(outside="drop")), files)
    assert (content["design"]["rows"], content["design"]["rows_outside_frame"]) == (7, 1)
    assert figures(content) == figures(estimated(tmp_path, small()))


def test_nobody_inside_the_frame_is_refused(tmp_path: Path) -> None:
    frame = [FRAME[0], ("Y", 9)]
    (fault,) = refused(tmp_path, small(design=framed(outside="drop")), {"frame.csv": frame})
    assert "Không dòng nào thuộc một tầng có trong khung" in fault


# --- weights that cannot be made ---------------------------------------------------------------------------


def test_margins_that_disagree_are_refused_with_both_totals(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, raked({"M": 50, "F": 50}))
    assert fault.startswith("spec.yaml:1: adjust[1].rake: Biên sex cộng lại là 100, biên unit là 110")


def test_a_cell_that_nobody_is_in_is_refused_by_name(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, raked({"M": 50, "F": 50, "X": 10}))
    assert "adjust[1].rake: Biên sex: ô X có trong tổng thể nhưng không có người trả lời" in fault


def test_a_cell_that_nobody_is_in_may_be_left_out_of_poststratification(tmp_path: Path) -> None:
    margin = {
        "by": ["sex", "unit"],
        "rows": [{"sex": s, "unit": u, "dossiers": 30} for s in "MFX" for u in "AB"],
    }
    step: Spec = {"poststratify": {"margin": margin}}
    (fault,) = refused(tmp_path, small(adjust=[step]))
    assert "Biên sex|unit: ô X|A, X|B có trong tổng thể" in fault
    step["poststratify"]["partial"] = True
    assert estimated(tmp_path, small(adjust=[step]))["weights"]["total"] == pytest.approx(120)


def test_a_row_without_a_known_total_is_named_by_its_row(tmp_path: Path) -> None:
    faults = refused(tmp_path, raked({"M": 110}))
    assert [fault.split(":")[1] for fault in faults] == ["3", "5", "7", "8"]
    assert "“F” không có tổng đã biết của biên sex" in faults[0]


def test_bounds_that_cannot_be_met_name_the_tightest_that_can(tmp_path: Path) -> None:
    margin = {"by": ["sex"], "totals": {"M": 10, "F": 100}}
    step = {"calibrate": {"distance": "logit", "margins": [margin], "low": 0.9, "high": 1.1}}
    (fault,) = refused(tmp_path, small(adjust=[step]))
    assert "adjust[1].calibrate: Không trọng số nào trong giới hạn 0.9 đến 1.1" in fault


def test_limits_too_tight_to_trim_to_are_refused(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, small(adjust=[{"trim": {"upper": 5}}]))
    assert "adjust[1].trim: Giới hạn -inf đến 5" in fault


def test_a_numeric_column_is_calibrated_to_its_total(tmp_path: Path) -> None:
    rows = [
        (*ANSWERS[0], "days"),
        *[(*row, day) for row, day in zip(ANSWERS[1:], (1, 3, 2, 7, 1, 4, 2), strict=True)],
    ]
    step = {"calibrate": {"numbers": {"days": 330}, "total": 110}}
    content = estimated(tmp_path, small(adjust=[step]), {"answers.csv": rows})
    assert content["weights"]["total"] == pytest.approx(110)
    assert content["weights"]["smallest_g"] < 1 < content["weights"]["largest_g"]


def test_a_negative_weight_is_refused_by_its_row(tmp_path: Path) -> None:
    rows = [(*ANSWERS[0], "w"), *[(*row, at - 1) for at, row in enumerate(ANSWERS[1:])]]
    (fault,) = refused(tmp_path, small(design={"weights": "w"}), {"answers.csv": rows})
    assert fault.startswith("answers.csv:2: cột E “w”: “-1” phải là số từ 0 trở lên")


def test_a_cluster_in_two_strata_is_refused_by_name_unless_labels_are_nested(tmp_path: Path) -> None:
    rows = [(*ANSWERS[0], "day"), *[(*row, at % 2) for at, row in enumerate(ANSWERS[1:])]]
    design = framed() | {"clusters": ["day"]}
    (fault,) = refused(tmp_path, small(design=design), {"answers.csv": rows})
    assert "design.clusters: Cụm 0, 1 nằm trong nhiều tầng" in fault
    content = estimated(tmp_path, small(design=design | {"nested": True}), {"answers.csv": rows})
    assert content["design"]["degrees_of_freedom"] == 2


def test_populations_that_differ_within_a_stratum_are_refused_by_its_name(tmp_path: Path) -> None:
    rows = [(*ANSWERS[0], "N"), *[(*row, 40 + at) for at, row in enumerate(ANSWERS[1:])]]
    spec = small(design={"strata": ["unit"], "populations": ["N"]})
    (fault,) = refused(tmp_path, spec, {"answers.csv": rows})
    assert "design.populations: Các dòng của tầng A, B ghi số đơn vị tổng thể khác nhau" in fault


def test_grouping_by_a_column_that_differs_in_every_row_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.microdata.study.MOST_ESTIMATES", 24)
    (fault,) = refused(tmp_path, small(groups=[{"by": ["unit", "sex"]}]))
    assert "groups: Có 5 nhóm" in fault


def test_intervals_widen_with_their_level(tmp_path: Path) -> None:
    widths = []
    for level in (0.5, 0.8, 0.95, 0.99):
        index = figures(estimated(tmp_path, small(interval={"level": level, "method": "t"})))["index"]
        widths.append(index["high"] - index["low"])
    assert all(narrow < wide for narrow, wide in pairwise(widths))
