"""The examples in the docstrings say what happens."""

import doctest
from types import ModuleType

import pytest

from survey.statistics import compare, interval


@pytest.mark.parametrize("module", [compare, interval])
def test_examples_in_docstrings_run(module: ModuleType) -> None:
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert result.attempted > 0
    assert result.failed == 0
