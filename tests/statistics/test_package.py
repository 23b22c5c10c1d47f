"""The package is alone."""

import subprocess
import sys


def test_the_package_imports_with_numpy_and_scipy_alone() -> None:
    program = (
        "import pkgutil, importlib, sys, survey.statistics as s\n"
        "for m in pkgutil.iter_modules(s.__path__): importlib.import_module('survey.statistics.' + m.name)\n"
        "print(sorted({n.split('.')[0] for n in sys.modules} & {'flask', 'sqlalchemy', 'pydantic', 'yaml', "
        "'orjson', 'typst', 'zxingcpp', 'click', 'wtforms', 'babel', 'pandas'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
