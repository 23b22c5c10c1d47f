"""Every graded expectation of R survey is reproduced, and the runner notices what is not."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.running import run_case

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_every_graded_expectation_is_reproduced(path: Path) -> None:
    results = list(run_case(path))
    assert results
    assert [result.expectation for result in results if not result.passed] == []


def run_program(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.golden", str(directory)], capture_output=True, text=True, check=False
    )


def copied_case(directory: Path, name: str, factor: float) -> None:
    """A case whose first mean is multiplied by a factor."""
    case = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    case["expect"][0]["out"]["est"] = [value * factor for value in case["expect"][0]["out"]["est"]]
    (directory / f"{name}.json").write_text(json.dumps(case), encoding="utf-8")


def test_a_wrong_number_is_named_and_counted(tmp_path: Path) -> None:
    copied_case(tmp_path, "edge_fpc_domain", 1.0001)
    done = run_program(tmp_path)
    first, last = done.stdout.splitlines()[0], done.stdout.splitlines()[-1]
    assert first.startswith("edge_fpc_domain/cen_mean est[0]: reference ")
    assert last.endswith(" 1 failed")
    assert done.returncode == 1


def test_a_right_directory_anywhere_passes(tmp_path: Path) -> None:
    shutil.copy(CASES / "edge_twostage.json", tmp_path)
    done = run_program(tmp_path)
    assert done.stdout == "4 expectations, 4 passed, 0 failed\n"
    assert done.returncode == 0


def test_an_empty_directory_is_a_failure(tmp_path: Path) -> None:
    done = run_program(tmp_path)
    assert done.stdout == "0 expectations, 0 passed, 0 failed\n"
    assert done.returncode == 1


def test_marks_line_ends_quotes_and_r_s_word_for_missing_change_nothing(tmp_path: Path) -> None:
    lines = ['"st","N","w","y","z"', *(f'"Tầng {i % 2}",8,2,{i},{"NA" if i == 1 else i}' for i in range(8))]
    text = "\r\n".join(lines)
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n")
    design = {"op": "design", "data": "t", "ids": None, "strata": "st", "weights": "w", "fpc": "N"}
    expected = [
        {
            "id": "y",
            "design": "d",
            "stat": "mean",
            "args": {"vars": ["y"]},
            "out": {"est": [3.5]},
            "tol": None,
        },
        {
            "id": "z",
            "design": "d",
            "stat": "mean",
            "args": {"vars": ["z", "y"], "where": None},
            "out": {"est": ["NA", 3.5]},
        },
        {
            "id": "zc",
            "design": "d",
            "stat": "total",
            "args": {"vars": ["z"], "na_rm": True},
            "out": {"est": [54]},
        },
    ]
    case = {
        "schema": "sipas-golden/1",
        "tables": {"t": {"file": "t.csv"}},
        "designs": {"d": design},
        "expect": expected,
    }
    (tmp_path / "marked.json").write_text("\ufeff" + json.dumps(case), encoding="utf-8")
    assert run_program(tmp_path).stdout == "3 expectations, 3 passed, 0 failed\n"


def test_a_file_that_is_no_case_fails_without_hiding_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "empty.json").write_text('{"schema": "sipas-golden/1"}', encoding="utf-8")
    shutil.copy(CASES / "edge_twostage.json", tmp_path)
    done = run_program(tmp_path)
    assert done.stdout.splitlines()[-1] == "5 expectations, 4 passed, 1 failed"
    assert done.returncode == 1


def test_an_expectation_of_a_wrong_shape_fails_without_hiding_the_others(tmp_path: Path) -> None:
    case = json.loads((CASES / "edge_twostage.json").read_text(encoding="utf-8"))
    case["expect"][0]["out"] = {"est": {"not": "numbers"}, "se": [[1], 2]}
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    assert run_program(tmp_path).stdout.endswith("4 expectations, 3 passed, 1 failed\n")


def test_limits_that_have_no_value_are_compared_as_such(tmp_path: Path) -> None:
    case = json.loads((CASES / "edge_props.json").read_text(encoding="utf-8"))
    case["expect"] = [e for e in case["expect"] if e["id"] in {"p0_beta", "p1_xlogit", "p0_mean"}]
    for expectation in case["expect"]:
        del expectation["informative"]
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    assert run_program(tmp_path).stdout == "3 expectations, 3 passed, 0 failed\n"
