"""A specification and a CSV file give the numbers of R's survey package, within the golden tolerances."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.golden.comparison import compare
from tests.golden.designs import clustered_weights
from tests.golden.tables import label, read_case, read_csv, read_table
from tests.golden.test_golden_cases import CASES
from tests.microdata.studies import Spec, estimated, refused

CASE_A = {"strata": ["unit", "domain"], "frame": {"file": "sipas_a_frame_r1.csv", "size": "N_h"}}
TWO_STAGES = {"strata": ["stratum"], "clusters": ["psu", "id"], "populations": ["N_psu", "M_i"]}
ONE_STAGE = {"strata": ["stratum"], "clusters": ["psu"], "weights": "w"}
DESIGNS = {
    ("sipas_a_strat", "d"): CASE_A,
    ("sipas_a_post", "ps"): CASE_A,
    ("sipas_a_rake", "rk"): CASE_A,
    ("sipas_a_rake", "ipf"): CASE_A,
    ("sipas_a_rake", "tr"): CASE_A,
    ("sipas_a_rake", "trs"): CASE_A,
    ("sipas_a_cal", "lg"): CASE_A,
    ("sipas_a_cal", "ln"): CASE_A,
    ("sipas_a_cal", "lnb"): CASE_A,
    ("sipas_a_cal", "rk4"): CASE_A,
    ("sipas_c_cluster", "d"): TWO_STAGES,
    ("sipas_c_cluster", "u"): ONE_STAGE,
    ("sipas_c_cluster", "c"): ONE_STAGE | {"lonely": "merge"},
    ("sipas_c_cluster", "dk"): TWO_STAGES,
}
RULES = {"certainty": "remove", "fail": "merge"}
METHODS = {"t": "t", "wilson_items": "wilson", "xlogit_items": "logit", "beta_items": "beta"}
OF_MEASURES = {
    "est": "estimate",
    "se": "standard_error",
    "deff": "design_effect",
    "deff_mean_items": "design_effect_of_mean",
    "n_valid_items": "valid_answers",
    "df_items": "degrees_of_freedom",
}
Table = dict[str, Any]


def case_of(name: str) -> Spec:
    return read_case(CASES / f"{name}.json")


def expectations() -> Iterator[tuple[str, str, str, list[Spec]]]:
    """Per case, design and rule for lonely strata: the graded tables of measures."""
    for name, design in DESIGNS:
        tables = [
            expected
            for expected in case_of(name)["expect"]
            if expected["design"] == design
            and expected["stat"] == "sipas_table"
            and not expected.get("informative")
        ]
        for rule in sorted({expected["lonely_psu"] for expected in tables}):
            yield name, design, rule, [e for e in tables if e["lonely_psu"] == rule]


EXPECTED = list(expectations())


def adjustments(case: Spec, design: str) -> list[Spec]:
    """The steps that lead to a golden design, as a specification says them."""
    asked = case["designs"][design]
    if asked["op"] == "design":
        return []
    return [*adjustments(case, asked["from"]), step(case, asked)]


def step(case: Spec, asked: Spec) -> Spec:
    if asked["op"] == "trim":
        return {"trim": {name: asked[name] for name in ("lower", "upper", "strict") if name in asked}}
    if asked["op"] == "rake":
        return {"rake": {"margins": [margin(one["by"], one["population"]) for one in asked["margins"]]}}
    if asked["op"] == "poststratify":
        return {"poststratify": {"margin": margin(["sex", "age"], asked["population"])}}
    low, high = asked.get("bounds", (None, None))
    return {
        "calibrate": {
            "distance": asked["calfun"],
            "margins": list(margins_of(case, asked["terms"])),
            "low": low,
            "high": high,
        }
    }


def margin(by: list[str], population: Spec) -> Spec:
    return {"by": by, "totals": dict(zip(population["level"], population["N"], strict=True))}


def margins_of(case: Spec, terms: list[Spec]) -> Iterator[Spec]:
    """Margins with all their levels; the terms leave the first of each out."""
    whole = next(term["total"] for term in terms if term["kind"] == "const")
    data = read_table(CASES, case, "r1")
    for name in dict.fromkeys(term["var"] for term in terms if term["kind"] == "level"):
        known = {term["level"]: term["total"] for term in terms if term.get("var") == name}
        (first,) = set(data.labels(name)) - set(known)
        yield {"by": [name], "totals": known | {str(first): whole - sum(known.values())}}


def specification(name: str, design: str, rule: str, groups: list[Any], method: str) -> Spec:
    case = case_of(name)
    asked = case["sipas"]
    scale = {
        "valid": asked["valid_codes"],
        "satisfied": asked["satisfied_codes"],
        "not_counted": [asked["dont_know_code"]],
    }
    return {
        "name": name,
        "data": {"file": Path(case["tables"]["r1"]["file"]).name},
        "scales": {"muc5": scale},
        "items": [{"code": item} for item in asked["items"]],
        "factors": [{"code": code, "items": items} for code, items in asked["factors"].items()],
        "design": {"lonely": RULES.get(rule, rule)} | DESIGNS[name, design],
        "adjust": adjustments(case, design),
        "groups": [{"by": [by]} for by in groups if by],
        "interval": {"method": method},
    }


def numbers(folder: Path, spec: Spec) -> Spec:
    """Estimate a golden case from its CSV files; the cluster case gets its column of weights."""
    for file in (CASES / "data").glob(f"{spec['name'][:7]}*.csv"):
        shutil.copy(file, folder)
    if spec["design"].get("weights"):
        case, file = case_of(spec["name"]), folder / spec["data"]["file"]
        columns = read_csv(CASES / "data" / file.name)
        weights = clustered_weights(read_table(CASES, case, "r1")).tolist()
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([*columns, "w"])
            writer.writerows(zip(*columns.values(), weights, strict=True))
    return estimated(folder, spec)


def table(content: Spec, expected: Spec) -> Table:
    """The tables of an estimate in the shape of a golden expectation."""
    by, items = expected["args"]["by"], content["settings"]["items"]
    found = {tuple(one["group"].items()): one for one in content["estimates"]}
    names = [()] if by is None else [((by, label(group)),) for group in expected["out"]["groups"]]
    rows = [found[key] for key in names]
    ours: Table = {
        name: [[m[key] for m in row["measures"]] for row in rows] for name, key in OF_MEASURES.items()
    }
    for name in ("deff_mean_items", "n_valid_items", "df_items"):
        ours[name] = [row[: len(items)] for row in ours[name]]
    ours["n_resp"] = [row["respondents"] for row in rows]
    ours["sum_w"] = [row["weight"] for row in rows]
    ours["df"] = [row["measures"][-1]["degrees_of_freedom"] for row in rows]
    return ours


def without_intervals(expected: Spec) -> Spec:
    kept = {name: values for name, values in expected["out"].items() if not name.startswith("ci_")}
    return expected | {"out": kept}


def test_every_kind_of_design_is_compared() -> None:
    assert {(name, design) for name, design, _, _ in EXPECTED} == set(DESIGNS) - {("sipas_a_rake", "ipf")}
    assert sum(len(tables) for *_, tables in EXPECTED) > 40


@pytest.mark.parametrize(
    ("name", "design", "rule", "tables"), EXPECTED, ids=[f"{n}-{d}-{r}" for n, d, r, _ in EXPECTED]
)
def test_the_estimates_of_a_specification_are_those_of_r(
    tmp_path: Path, name: str, design: str, rule: str, tables: list[Spec]
) -> None:
    groups = [expected["args"]["by"] for expected in tables]
    content = numbers(tmp_path, specification(name, design, rule, groups, "report"))
    for expected in tables:
        assert compare(without_intervals(expected), table(content, expected)) == [], expected["id"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("design", [("sipas_a_strat", "d"), ("sipas_a_cal", "lg"), ("sipas_c_cluster", "dk")])
def test_the_intervals_of_a_specification_are_those_of_r(
    tmp_path: Path, design: tuple[str, str], method: str
) -> None:
    content = numbers(tmp_path, specification(*design, "adjust", [], METHODS[method]))
    expected = next(
        e
        for e in case_of(design[0])["expect"]
        if e["id"].endswith("_adjust_all") and e["design"] == design[1]
    )
    ends = {f"ci_{method}_l": "low", f"ci_{method}_u": "high"}
    width = len(expected["out"][f"ci_{method}_l"][0])
    measures = content["estimates"][0]["measures"]
    ours = table(content, expected) | {
        name: [[measure[end] for measure in measures[:width]]] for name, end in ends.items()
    }
    kept = {name: values for name, values in expected["out"].items() if name in {"est", *ends}}
    assert compare(expected | {"out": kept}, ours) == []


@pytest.mark.parametrize("design", [d for d in DESIGNS if d[0].startswith("sipas_a") and d[1] != "d"])
def test_the_weights_of_a_specification_are_those_of_r(tmp_path: Path, design: tuple[str, str]) -> None:
    content = numbers(tmp_path, specification(*design, "adjust", [], "report"))
    names = {"sum": "total", "min": "smallest", "max": "largest", "n_eff_kish": "effective_size"}
    found = [e for e in case_of(design[0])["expect"] if e["design"] == design[1] and e["stat"] == "weights"]
    for expected in found:
        kept = {name: expected["out"][name] for name in names}
        ours = {name: content["weights"][key] for name, key in names.items()}
        assert compare(expected | {"out": kept}, ours) == []
    assert found or design == ("sipas_a_post", "ps")


def test_raking_in_turn_gives_the_estimates_of_calibration(tmp_path: Path) -> None:
    expected = next(e for e in case_of("sipas_a_rake")["expect"] if e["id"] == "rk_adjust_unit")
    content = numbers(tmp_path, specification("sipas_a_rake", "ipf", "adjust", ["unit"], "report"))
    assert compare(without_intervals(expected), table(content, expected)) == []


def test_margins_are_read_from_a_file_too(tmp_path: Path) -> None:
    spec = specification("sipas_a_rake", "ipf", "adjust", [], "report")
    inline = numbers(tmp_path, spec)
    for one in spec["adjust"][0]["rake"]["margins"]:
        name, totals = one["by"][0], one.pop("totals")
        one |= {"file": f"{name}.csv", "size": "N"}
        rows = "".join(f"{level};{total}\n" for level, total in totals.items())
        (tmp_path / f"{name}.csv").write_text(f"{name};N\n{rows}", encoding="utf-8")
    assert numbers(tmp_path, spec)["estimates"] == inline["estimates"]


def test_the_coverage_is_that_of_the_reference(tmp_path: Path) -> None:
    content = numbers(tmp_path, specification("sipas_a_strat", "d", "adjust", [], "report"))
    expected = next(e for e in case_of("sipas_a_strat")["expect"] if e["stat"] == "coverage")
    heard = content["design"]["coverage"]
    ours = [heard["dossiers"], heard["covered"], len(heard["uncovered"]), len(content["design"]["lonely"])]
    assert ours == [expected["out"]["value"][at] for at in (0, 1, 3, 4)]


def test_lonely_strata_are_refused_unless_a_rule_is_asked_for(tmp_path: Path) -> None:
    spec = specification("sipas_a_strat", "d", "adjust", [], "report")
    del spec["design"]["lonely"]
    for file in (CASES / "data").glob("sipas_a*.csv"):
        shutil.copy(file, tmp_path)
    (fault,) = refused(tmp_path, spec)
    assert "design" in fault
    assert "U06 / B, U13 / C" in fault
    assert "ghép tầng" in fault
