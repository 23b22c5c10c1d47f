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
