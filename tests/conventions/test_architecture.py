"""The structure of the code, kept by tests; each guard is also shown to fail on a bad example."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from survey.settings import PROJECT

PURE = ("questionnaires", "survey/statistics", "survey/core", "survey/demo", "survey/microdata", "reports")
CLOCK_AND_CHANCE = {"random", "secrets", "time", "uuid"}
CLOCK_CALLS = {"now", "utcnow", "today"}
UNSEEDED = {"default_rng", "seed", "rand", "randn"}
CONTENT = {"questionnaires", "survey", "reports", "templates", "tests", "docs", "deploy", "benchmarks"}
FILES = {
    "wsgi.py",
    "pyproject.toml",
    "Makefile",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "requirements.lock",
    "requirements-test.lock",
}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def linted(folder: Path, rules: str) -> int:
    """The exit code of the import linter, in a process of its own: it would silence the loggers of this one."""
    command = [Path(sys.executable).with_name("lint-imports"), "--config", rules, "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return done.returncode


def test_imports_point_one_way() -> None:
    assert linted(PROJECT, "pyproject.toml") == 0


def test_an_import_against_the_direction_is_noticed(tmp_path: Path) -> None:
    package = tmp_path / "twisted"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "core.py").write_text("import twisted.web\n")
    (package / "web.py").write_text("")
    (tmp_path / "rules.toml").write_text(
        '[tool.importlinter]\nroot_package = "twisted"\n[[tool.importlinter.contracts]]\n'
        'name = "one way"\ntype = "layers"\nlayers = ["twisted.web", "twisted.core"]\n'
    )
    assert linted(tmp_path, "rules.toml") == 1


def test_the_contracts_name_every_layer() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = " ".join(settings["contracts"][0]["layers"])
    packages = {"survey." + p.name for p in (PROJECT / "survey").iterdir() if (p / "__init__.py").exists()}
    assert {name for name in packages | {"questionnaires", "reports"} if name not in layers} == set()


def impurities(source: str) -> list[str]:
    """Uses of the clock or of chance in a module."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in CLOCK_AND_CHANCE]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in CLOCK_AND_CHANCE:
            found.append(node.module or "")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found += {node.func.attr} & (CLOCK_CALLS | UNSEEDED)
    return found


@pytest.mark.parametrize("folder", PURE)
def test_pure_code_uses_no_clock_and_no_chance(folder: str) -> None:
    modules = sorted((PROJECT / folder).rglob("*.py"))
    assert modules
    assert {str(m): used for m in modules if (used := impurities(m.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from time import sleep",
        "datetime.now(UTC)",
        "date.today()",
        "np.random.default_rng()",
    ],
)
def test_a_use_of_clock_or_chance_is_noticed(source: str) -> None:
    assert impurities(source)


def test_the_top_level_holds_the_path_and_nothing_else() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    names = {line.split("/")[0] for line in listed.splitlines()}
    assert {name for name in names if not name.startswith(".")} <= CONTENT | FILES


def too_large(source: str) -> list[str]:
    """What is too long to be read in one go."""
    found = ["module"] if source.count("\n") > LONGEST_MODULE else []
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return found + [function.name for function in functions if _lines_of_code(function) > LONGEST_FUNCTION]


def _lines_of_code(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring, which may be as long as it is useful."""
    lines = (function.end_lineno or 0) - function.lineno
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


def test_modules_and_functions_stay_small() -> None:
    modules = [
        m for folder in ("questionnaires", "survey", "reports") for m in (PROJECT / folder).rglob("*.py")
    ]
    assert len(modules) > 50
    assert {m.name: long for m in modules if (long := too_large(m.read_text(encoding="utf-8")))} == {
        "0001_first_tables.py": ["upgrade"],
        "0003_deliveries_tickets_devices_counts.py": ["upgrade"],
    }


def test_a_long_function_is_noticed() -> None:
    assert too_large("def long() -> None:\n" + "    print()\n" * 50) == ["long"]


def test_no_module_is_called_after_nothing() -> None:
    names = {
        m.stem
        for folder in ("questionnaires", "survey", "reports", "tests")
        for m in (PROJECT / folder).rglob("*.py")
    }
    assert names & EMPTY_WORDS == set()
