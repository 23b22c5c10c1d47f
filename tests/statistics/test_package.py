"""The package is alone, and so are its tests: pytest --noconftest tests/statistics tests/golden needs no more."""

import subprocess
import sys

OTHERS = (
    "{'flask', 'sqlalchemy', 'pydantic', 'yaml', 'orjson', 'typst', 'zxingcpp', 'click', 'wtforms', 'babel', "
    "'pandas', 'hypothesis'}"
)


def others_imported_with(packages: str) -> str:
    """What else is loaded by a program that imports every module of these packages."""
    program = (
        "import pkgutil, importlib, sys\n"
        f"for name in {packages.split()!r}:\n"
        "    package = importlib.import_module(name)\n"
        "    for m in pkgutil.iter_modules(package.__path__):\n"
        "        if m.name != '__main__': importlib.import_module(name + '.' + m.name)\n"
        f"print(sorted({{n.split('.')[0] for n in sys.modules}} & {OTHERS}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout


def test_the_package_imports_with_numpy_and_scipy_alone() -> None:
    assert others_imported_with("survey.statistics") == "[]\n"


def test_its_tests_need_pytest_besides_and_nothing_else() -> None:
    assert others_imported_with("tests.statistics tests.golden") == "[]\n"


def test_what_needs_more_would_be_noticed() -> None:
    assert "hypothesis" in others_imported_with("tests.properties")
