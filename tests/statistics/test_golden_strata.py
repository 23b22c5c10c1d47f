"""Every number that R survey gives for stratified designs is reproduced, or counted as not yet answered."""

from copy import deepcopy
from typing import Any

import pytest

from survey.statistics.refusals import LonelyStratum, MoreResponsesThanPopulation
from tests.statistics.golden_answers import answer, is_supported
from tests.statistics.golden_case import Comparison, compare, read_case, read_csv, read_sample

# case: (expectations answered, not yet answered or only informative, numbers compared)
CASES = {
    "sipas_a_strat": (29, 0, 32_846),
    "sipas_a_rounds": (4, 3, 5_842),
    "sipas_a_tests": (10, 34, 103),
    "edge_lonely": (40, 0, 136),
    "edge_props": (20, 6, 76),
    "edge_fpc_domain": (8, 0, 25),
    "api_strat": (51, 19, 329),
}
NOT_COMPARED = {"names", "groups", "vars", "measures", "vcov"}
NOT_COMPARED_OF = {"total": {"deff"}}


def answered(case_name: str) -> list[dict[str, Any]]:
    case = read_case(case_name)
    return [expectation for expectation in case["expect"] if is_supported(case, expectation)]


def check(case_name: str, expectation: dict[str, Any]) -> Comparison:
    ours = answer(case_name, expectation)
    left_out = NOT_COMPARED | NOT_COMPARED_OF.get(expectation["stat"], set())
    assert set(expectation["out"]) - left_out == set(ours), "every field is compared"
    return compare(expectation["out"], ours, expectation.get("tol", {}))


EACH = [
    pytest.param(name, expectation, id=f"{name}-{expectation['id']}")
    for name in CASES
    for expectation in answered(name)
]


@pytest.mark.parametrize(("case_name", "expectation"), EACH)
def test_each_golden_expectation_is_reproduced(case_name: str, expectation: dict[str, Any]) -> None:
    if expectation["out"].get("error"):
        with pytest.raises((LonelyStratum, MoreResponsesThanPopulation)) as refusal:
            answer(case_name, expectation)
        assert refusal.value.strata
    else:
        assert check(case_name, expectation).mismatches == ()


@pytest.mark.parametrize("case_name", CASES)
def test_as_many_golden_numbers_are_checked_as_we_say(case_name: str) -> None:
    expectations = answered(case_name)
    numbers = sum(check(case_name, e).numbers for e in expectations if not e["out"].get("error"))
    left = len(read_case(case_name)["expect"]) - len(expectations)
    assert (len(expectations), left, numbers) == CASES[case_name]


def test_the_comparer_notices_one_number_off_by_two_tolerances() -> None:
    (overall,) = (e for e in answered("sipas_a_strat") if e["id"] == "d_adjust_all")
    for field in (
        "est",
        "se",
        "deff",
        "deff_mean_items",
        "ci_wilson_items_l",
        "ci_t_u",
        "df_items",
        "n_resp",
    ):
        wrong = deepcopy(overall)
        row = wrong["out"][field]
        (row if field == "n_resp" else row[0])[0] = (row if field == "n_resp" else row[0])[0] * (1 + 2e-8)
        assert len(check("sipas_a_strat", wrong).mismatches) == 1, field


def test_the_comparer_notices_a_number_where_there_should_be_none() -> None:
    (by_unit,) = (e for e in answered("sipas_a_strat") if e["id"] == "d_adjust_unit")
    wrong = deepcopy(by_unit)
    group, measure = next((g, row.index(None)) for g, row in enumerate(by_unit["out"]["deff"]) if None in row)
    wrong["out"]["deff"][group][measure] = 1.0
    assert len(check("sipas_a_strat", wrong).mismatches) == 1


def test_the_comparer_notices_a_structural_zero_that_is_not_zero() -> None:
    out = {"est": [1.0], "se": [0]}
    assert compare(out, {"est": [1.0], "se": [1e-7]}, {}).mismatches == ()
    assert len(compare(out, {"est": [1.0], "se": [1e-5]}, {}).mismatches) == 1


def test_the_comparer_notices_a_missing_group() -> None:
    assert len(compare({"est": [[1.0], [0.5]]}, {"est": [[1.0]]}, {}).mismatches) == 1


def test_merged_variance_strata_have_the_golden_populations() -> None:
    design = read_sample("sipas_a_strat", "col").design
    frame = read_csv("data/sipas_a_frame_r1.csv")
    sizes = design.variance_strata.sample_sizes[design.variance_strata.of_stratum]
    golden = {code: 1 - sizes[code] / float(size) for code, size in enumerate(frame["N_v"]) if size}
    assert {code: float(design.fpc[code]) for code in golden} == pytest.approx(golden, abs=1e-15)
    assert len(design.lonely) == 0
