"""Every case of a directory, every graded expectation: passed, or what is wrong with it."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from survey.statistics.refusals import Refusal
from tests.golden.answers import answer
from tests.golden.comparison import Mismatch, compare
from tests.golden.designs import Designs
from tests.golden.tables import read_case

SCHEMA = "sipas-golden/"


@dataclass(frozen=True)
class Result:
    """One graded expectation; it passed if nothing is wrong."""

    case: str
    expectation: str
    mismatches: tuple[Mismatch, ...]

    @property
    def passed(self) -> bool:
        return not self.mismatches


def run(directory: Path) -> Iterator[Result]:
    """Grade all expectations of all cases of a directory."""
    for path in sorted(directory.glob("*.json")):
        yield from run_case(path)


def run_case(path: Path) -> Iterator[Result]:
    """Grade the expectations of one case that are not informative; other files have none."""
    try:
        case = read_case(path)
    except ValueError as error:
        yield Result(path.stem, "case", (Mismatch("file", "a case", f"{type(error).__name__}: {error}"),))
        return
    if not isinstance(case, dict) or not str(case.get("schema", "")).startswith(SCHEMA):
        return
    designs = Designs(path.parent, case)
    for expectation in case.get("expect") or ():
        if not expectation.get("informative"):
            mismatches = tuple(grade(designs, expectation))
            yield Result(case.get("case", path.stem), str(expectation.get("id", "")), mismatches)


def grade(designs: Designs, expectation: dict[str, Any]) -> list[Mismatch]:
    """Answer one expectation and compare; an expected refusal must be a named one."""
    refusal_wanted = bool(expectation["out"].get("error"))
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            ours = answer(designs, expectation)
            found = [] if refusal_wanted else compare(expectation, ours)
    except Refusal as refusal:
        return [] if refusal_wanted else [Mismatch("answer", "numbers", f"{refusal.code}: {refusal}")]
    except Exception as error:  # noqa: BLE001 - a crash fails its expectation, not the run
        return [Mismatch("answer", "a value or a refusal", f"{type(error).__name__}: {error}")]
    return [Mismatch("answer", "a refusal", "numbers")] if refusal_wanted else found
