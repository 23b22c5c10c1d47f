"""How much of the frame a golden design covers."""

from typing import Any

import numpy as np

from survey.statistics.design import StratifiedDesign
from survey.statistics.weights import coverage
from tests.golden.designs import Node


def answer_coverage(node: Node, expectation: dict[str, Any]) -> dict[str, Any]:
    del expectation
    frame, table = node.table.frame, node.table
    place = {name: code for code, name in enumerate(frame["stratum"])}
    stratum = np.array([place[name] for name in table.labels("stratum")])
    found = coverage(StratifiedDesign(stratum, np.array(frame["N_h"], np.float64)))
    codes = (found.uncovered, found.lonely, found.complete)
    return {"value": [found.population, found.covered, found.strata, *map(len, codes)]}
