"""The variables of a golden call: as columns, complete rows only, and by which rule for lonely strata."""

from typing import Any

import numpy as np

from survey.statistics.arrays import FloatArray
from survey.statistics.design import LonelyRule
from survey.statistics.estimation import complete
from tests.golden.designs import Node


def lonely_rule(expectation: dict[str, Any]) -> LonelyRule:
    name = expectation.get("lonely_psu") or "fail"
    return LonelyRule.REMOVE if name == "certainty" else LonelyRule(name)


def columns(node: Node, args: dict[str, Any], names: list[str] | None = None) -> FloatArray:
    """The variables of a call as columns: as they are, or one 0/1 column per level."""
    text = f"{args.get('note', '')} {args.get('defs', '')}"
    if not args.get("categorical"):
        return np.column_stack([node.table.numbers(name, text) for name in args["vars"]])
    parts = []
    for name, levels in zip(args["vars"], wanted_levels(node, args["vars"], names or []), strict=True):
        values = node.table.labels(name)
        parts += [np.where(values == "", np.nan, values == level) for level in levels]
    return np.column_stack(parts)


def wanted_levels(node: Node, variables: list[str], names: list[str]) -> list[list[str]]:
    """The levels in use, sorted; where the golden output names them (all codes of a scale), as it does."""
    everything = [node.table.levels(name, np.ones(node.table.rows, bool)) for name in variables]
    named = [
        [level for one in names for level in levels if one in _spellings(name, level)]
        for name, levels in zip(variables, everything, strict=True)
    ]
    if names and sum(map(len, named)) == len(names):
        return named
    return [node.table.levels(name, node.design.weights != 0) for name in variables]


def _spellings(name: str, level: str) -> set[str]:
    return {name + level, f"factor({name}){level}", f"L{level}_{name}", f"as.factor({name}){level}"}


def cleaned(node: Node, args: dict[str, Any], *parts: FloatArray) -> tuple[Node, list[FloatArray]]:
    """Restrict to complete rows if asked to, else variables with missing values have no estimate.

    Missing values count as 0 outside the domain.
    """
    together = np.hstack(parts)
    widths = np.cumsum([part.shape[1] for part in parts])[:-1]
    rows, filled = complete(node.design, together)
    if not args.get("na_rm"):
        missing = np.isnan(together[node.design.inside]).any(axis=0)
        filled = np.where(missing, np.nan, np.nan_to_num(together))
    elif rows.sum() < node.design.inside.sum():
        node = Node(node.design.within(rows), node.table)
    return node, list(np.split(filled, widths, axis=1))
