"""The statistics need numpy and scipy, and their tests pytest besides, nothing else."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ALONE = """
import sys
from importlib.abc import MetaPathFinder

class Nothing(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        top = name.partition(".")[0]
        if top in {"hypothesis", "flask", "sqlalchemy", "pydantic", "yaml", "orjson", "typst", "click", "babel"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Nothing())
import pytest
sys.exit(pytest.main([
    "-q", "--collect-only", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:hypothesispytest",
    "--confcutdir=tests/statistics", "tests/statistics",
]))
"""


def test_statistics_and_their_tests_import_nothing_but_numpy_scipy_and_pytest() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
