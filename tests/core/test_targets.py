"""Targets of the five plans and the verdict on them."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from survey.core.target import (
    Comparator,
    Group,
    MeasurementKind,
    Outcome,
    Target,
    TargetSheet,
    Unit,
    decide,
    measurement_of,
)
from survey.core.target_sheets import TargetSheetFaults, load_target_sheet

ROOT = Path(__file__).parents[2]
SHEETS = sorted((ROOT / "survey" / "targets").glob("*.yaml"))
PLANS = ROOT / "tests" / "data" / "plans"


def sheet(stem: str) -> TargetSheet:
    path = ROOT / "survey" / "targets" / f"{stem}.yaml"
    return load_target_sheet(path.read_text(encoding="utf-8"), path.name)


def target(comparator: str, value: str, unit: str = "percent", **more: object) -> Target:
    words = {"indicator": "sipas", "sentence": "câu", "scope": "phạm vi", "group": "satisfaction", **more}
    return Target.model_validate({**words, "comparator": comparator, "value": Decimal(value), "unit": unit})


def outcome(low: float, high: float, of: Target) -> Outcome:
    return decide((low + high) / 2, low, high, of).outcome


# --- the shipped sheets ------------------------------------------------------------------------------


def test_five_sheets_hold_the_seventy_four_targets() -> None:
    assert {path.stem: len(sheet(path.stem).targets) for path in SHEETS} == {
        "hue-2021": 9,
        "nghe-an-2024": 14,
        "phu-loc-2021": 2,
        "tay-son-2023-2025": 38,
        "yen-bai-2020": 11,
    }


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_every_sentence_stands_in_the_plan_letter_for_letter(path: Path) -> None:
    plan = (PLANS / f"{path.stem}.txt").read_text(encoding="utf-8")
    assert [found.sentence for found in sheet(path.stem).targets if found.sentence not in plan] == []


def test_the_eight_satisfaction_targets_carry_the_comparators_of_their_sentences() -> None:
    found = [
        (path.stem, of.indicator, f"{of.comparator}{of.value}")
        for path in SHEETS
        for of in sheet(path.stem).in_group(Group.SATISFACTION)
    ]
    assert found == [
        ("hue-2021", "satisfaction_tthc", ">90"),
        ("nghe-an-2024", "satisfaction_tthc", ">=90"),
        ("nghe-an-2024", "satisfaction_tthc_land_construction_investment", ">85"),
        ("nghe-an-2024", "sipas", ">86"),
        ("nghe-an-2024", "satisfaction_public_health_education", ">85"),
        ("tay-son-2023-2025", "sipas", ">=90"),
        ("tay-son-2023-2025", "council_leader_survey_index", ">=80"),
        ("yen-bai-2020", "sipas", ">92"),
    ]


def test_the_national_target_in_the_yen_bai_file_keeps_its_own_place_and_plan() -> None:
    yen_bai = sheet("yen-bai-2020")
    foreign = [of for of in yen_bai.targets if yen_bai.place_of(of) != yen_bai.place]
    assert [of.indicator for of in foreign] == ["e_document_exchange_rate"]
    assert yen_bai.place_of(foreign[0]) == "Cả nước"
    assert yen_bai.plan_of(foreign[0]).startswith("Nghị quyết 01/NQ-CP")
    assert yen_bai.plan_of(yen_bai.targets[0]) == yen_bai.plan


def test_a_bare_number_is_marked_as_our_reading() -> None:
    bare = [of.indicator for path in SHEETS for of in sheet(path.stem).targets if not of.comparator_stated]
    assert bare == [
        "online_services_level3_4_rate",
        "online_services_level4_rate",
        "digitally_signed_documents_rate",
        "public_service_units_cut",
        "public_unit_direct_spending_cut",
        "papi_components_upper_mid_share",
    ]


def test_ambiguities_are_told_in_both_languages() -> None:
    notes = [of.note for path in SHEETS for of in sheet(path.stem).targets if of.note]
    assert len(notes) == 12
    assert all(note.en for note in notes)


# --- faults ------------------------------------------------------------------------------------------


def test_faults_of_a_sheet_are_named_at_once_with_line_place_and_remedy() -> None:
    text = (ROOT / "survey" / "targets" / "phu-loc-2021.yaml").read_text(encoding="utf-8")
    for old, new in [
        ("year_to: 2021", "year_to: 2020"),
        ("unit: rank", "unit: hạng"),
        ("indicator: on_time_dossiers_rate", "indicator: par_index_rank"),
        ("value: 95", "value: chín lăm"),
        ('comparator: ">"', 'comparator: "trên"'),
    ]:
        assert text.count(old) == 1
        text = text.replace(old, new)
    with pytest.raises(TargetSheetFaults) as caught:
        load_target_sheet(text, "thu.yaml")
    faults = caught.value.faults
    assert [(fault.line, fault.place) for fault in faults] == [
        (7, "year_to"),
        (13, "targets[par_index_rank].unit"),
        (16, "targets[par_index_rank].indicator"),
        (18, "targets[par_index_rank].comparator"),
        (19, "targets[par_index_rank].value"),
    ]
    assert [fault.message for fault in faults] == [
        "Năm cuối phải từ năm đầu (2021) trở đi; hãy sửa một trong hai năm.",
        f"Chỉ nhận một trong các giá trị: {', '.join(Unit)}.",
        "Mã “par_index_rank” đã dùng ở dòng 9; hãy đặt mã khác.",
        "Chỉ nhận một trong các giá trị: >, >=, <=.",
        "Phải là số, ví dụ 86 hoặc 86.5.",
    ]


@pytest.mark.parametrize("value", ["-1", ".nan", ".inf", "86,5", "true", "[1]", ""])
def test_what_is_no_number_is_refused_as_a_value(value: str) -> None:
    text = (ROOT / "survey" / "targets" / "phu-loc-2021.yaml").read_text(encoding="utf-8")
    with pytest.raises(TargetSheetFaults) as caught:
        load_target_sheet(text.replace("value: 95", f"value: {value}"), "thu.yaml")
    [fault] = caught.value.faults
    assert (fault.line, fault.place) == (19, "targets[on_time_dossiers_rate].value")
    assert not fault.message.startswith("Nội dung không hợp lệ")


def test_a_range_must_run_upwards() -> None:
    with pytest.raises(ValidationError, match="value_max"):
        target(">=", "6", unit="rank_places", value_max=Decimal(4))


# --- the verdict -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comparator", "low", "high", "expected"),
    [
        (">", 0.87, 0.91, Outcome.MET),
        (">", 0.86, 0.91, Outcome.NOT_ENOUGH),
        (">", 0.80, 0.86, Outcome.NOT_MET),
        (">", 0.80, 0.85, Outcome.NOT_MET),
        (">=", 0.86, 0.91, Outcome.MET),
        (">=", 0.80, 0.86, Outcome.NOT_ENOUGH),
        (">=", 0.80, 0.85, Outcome.NOT_MET),
        ("<=", 0.80, 0.86, Outcome.MET),
        ("<=", 0.86, 0.91, Outcome.NOT_ENOUGH),
        ("<=", 0.87, 0.91, Outcome.NOT_MET),
        (">", 0.86, 0.86, Outcome.NOT_MET),
        (">=", 0.86, 0.86, Outcome.MET),
    ],
)
def test_above_and_at_least_differ_exactly_at_the_edge(
    comparator: str, low: float, high: float, expected: Outcome
) -> None:
    assert outcome(low, high, target(comparator, "86")) is expected


def test_a_proportion_equals_its_percentage_however_it_was_computed() -> None:
    for per_mille in range(1001):
        at_least = target(">=", str(Decimal(per_mille) / 10))
        above = at_least.model_copy(update={"comparator": Comparator.ABOVE})
        mean_of_nineteen = sum([per_mille / 1000] * 19) / 19
        for same in (per_mille / 1000, per_mille * 0.001, mean_of_nineteen, 1 - (1000 - per_mille) / 1000):
            assert at_least.accepts(same), (per_mille, same)
            assert not above.accepts(same), (per_mille, same)


def test_the_unrounded_value_decides() -> None:
    above = target(">", "86")
    assert not decide(0.85996, None, None, above).point_meets
    assert decide(0.86000001, None, None, above).point_meets


def test_without_an_interval_there_is_never_enough_but_the_point_still_speaks() -> None:
    verdict = decide(0.99, None, None, target(">", "86"))
    assert (verdict.outcome, verdict.point_meets) == (Outcome.NOT_ENOUGH, True)
    assert decide(0.99, 0.98, None, target(">", "86")).outcome is Outcome.NOT_ENOUGH


def test_thirty_one_forms_of_ba_ria_vung_tau_prove_nothing() -> None:
    verdict = decide(26 / 31, 0.674, 0.929, target(">", "85"))
    assert (verdict.outcome, verdict.point_meets) == (Outcome.NOT_ENOUGH, False)


@pytest.mark.parametrize("numbers", [(float("nan"), 0.1, 0.2), (0.5, float("inf"), 0.6), (0.5, 0.6, 0.4)])
def test_numbers_that_are_no_interval_are_refused(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"finite|backwards"):
        decide(*numbers, target(">", "86"))


def test_only_percentages_have_a_verdict() -> None:
    with pytest.raises(ValueError, match="not in percent"):
        decide(0.5, 0.4, 0.6, target("<=", "3", unit="rank"))


proportions = st.floats(0, 1)
targets = st.builds(
    target,
    st.sampled_from([str(comparator) for comparator in Comparator]),
    st.integers(0, 1000).map(lambda per_mille: str(Decimal(per_mille) / 10)),
)
intervals = st.lists(proportions, min_size=3, max_size=3).map(sorted)


@given(intervals, targets)
def test_the_verdict_agrees_with_every_value_inside_the_interval(interval: list[float], of: Target) -> None:
    low, inside, high = interval
    verdict = decide(inside, low, high, of)
    if verdict.outcome is Outcome.MET:
        assert verdict.point_meets
    elif verdict.outcome is Outcome.NOT_MET:
        assert not verdict.point_meets
    else:
        assert of.accepts(low) != of.accepts(high)


@given(intervals, targets, proportions)
def test_a_wider_interval_never_reverses_a_verdict(interval: list[float], of: Target, reach: float) -> None:
    low, inside, high = interval
    narrow = decide(inside, low, high, of).outcome
    wide = decide(inside, min(low, reach), max(high, reach), of).outcome
    assert wide in {narrow, Outcome.NOT_ENOUGH}


@given(intervals, targets, st.floats(0, 0.5))
def test_better_results_never_worsen_the_verdict(interval: list[float], of: Target, gain: float) -> None:
    order = [Outcome.NOT_MET, Outcome.NOT_ENOUGH, Outcome.MET]
    low, inside, high = interval
    before = order.index(decide(inside, low, high, of).outcome)
    after = order.index(decide(inside + gain, low + gain, high + gain, of).outcome)
    assert before >= after if of.comparator is Comparator.AT_MOST else before <= after


@given(intervals, st.integers(0, 1000))
def test_what_is_above_a_value_is_at_least_that_value(interval: list[float], per_mille: int) -> None:
    low, inside, high = interval
    value = str(Decimal(per_mille) / 10)
    if decide(inside, low, high, target(">", value)).outcome is Outcome.MET:
        assert decide(inside, low, high, target(">=", value)).outcome is Outcome.MET


# --- what a counter survey measures ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "indicator", "kind", "fields"),
    [
        ("nghe-an-2024", "satisfaction_tthc", MeasurementKind.OVERALL_INDEX, ()),
        ("nghe-an-2024", "sipas", MeasurementKind.OVERALL_INDEX, ()),
        (
            "nghe-an-2024",
            "satisfaction_tthc_land_construction_investment",
            MeasurementKind.FIELDS,
            ("land", "construction", "investment"),
        ),
        ("nghe-an-2024", "satisfaction_public_health_education", MeasurementKind.NOT_MEASURED, ()),
        ("tay-son-2023-2025", "council_leader_survey_index", MeasurementKind.NOT_MEASURED, ()),
    ],
)
def test_satisfaction_targets_find_their_quantity(
    stem: str, indicator: str, kind: MeasurementKind, fields: tuple[str, ...]
) -> None:
    [of] = [found for found in sheet(stem).targets if found.indicator == indicator]
    assert (measurement_of(of).kind, measurement_of(of).fields) == (kind, fields)


def test_what_is_not_measured_gives_its_reason_in_both_languages_and_nothing_else_does() -> None:
    for path in SHEETS:
        for of in sheet(path.stem).targets:
            measurement = measurement_of(of)
            if measurement.kind is MeasurementKind.NOT_MEASURED:
                assert measurement.reason is not None
                assert measurement.reason.en
            else:
                assert (of.group, of.unit) == (Group.SATISFACTION, Unit.PERCENT)
                assert measurement.reason is None


def test_a_sipas_target_says_that_the_ministry_measures_it_otherwise() -> None:
    caveat = measurement_of(target(">", "92")).caveat
    assert caveat is not None
    assert "không thay cho chỉ số SIPAS do Bộ Nội vụ" in caveat.vi


def test_an_unknown_satisfaction_target_is_not_answered_silently() -> None:
    assert measurement_of(target(">", "90", indicator="hai_long_khac")).kind is MeasurementKind.NOT_MEASURED
