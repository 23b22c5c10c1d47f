"""Expressions over totals, as golden cases write them: "S_A/V_A - S_B/V_B", "api.stu/enroll", "S2/V2"."""

import re
from typing import Any

import numpy as np

from survey.statistics.arrays import FloatArray
from survey.statistics.quantities import FunctionOfTotals
from tests.golden.tables import Table

NAME = re.compile(r"(?<![\w.])[A-Za-z][\w.]*(?![\w.(])")
FUNCTIONS = {
    "log": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "c": lambda *parts: parts,
    "mean": lambda parts: sum(parts) / len(parts),
}
WEIGHTED_SUM = re.compile(r"sum\(\s*\.weights\s*\*\s*([\w.]+)\s*\)")
NAMED = re.compile(r"(\w+) ?= ?quote\(")
PLAIN = re.compile(r"[\w.\s+*/(),^-]+")
DEFINED = re.compile(r"\b\w+_\w = \w\*\((\w+)==\w\)")
GROUPINGS = ("domain", "unit", "sex", "age", "channel", "stratum", "round", "psu")


def contrast_of_totals(table: Table, expectation: dict[str, Any]) -> FunctionOfTotals:
    """The functions of an expectation (several, where its output names several) over the totals they use."""
    return _of_totals(table, _texts(expectation), expectation)


def function_of_sums(table: Table, expectation: dict[str, Any]) -> FunctionOfTotals:
    """What is evaluated in every replicate: as R's call says, as shares of items "q01..q03", or as "S/V"."""
    call, expression = expectation.get("r_call", ""), expectation["args"]["expr"]
    if "quote(" in call:
        text = WEIGHTED_SUM.sub(r"\1", _balanced(call, call.index("quote(") + len("quote(")))
    elif ".." in expression:
        first, last = expression.split()[-1].split("..")
        items = table.sipas["items"]
        chosen = items[items.index(first) : items.index(last) + 1]
        text = f"mean(c({', '.join(f's_{item}/v_{item}' for item in chosen)}))"
    else:
        text = expression.split("=")[-1]
    assert PLAIN.fullmatch(text)
    return _of_totals(table, [text], expectation)


def _of_totals(table: Table, texts: list[str], expectation: dict[str, Any]) -> FunctionOfTotals:
    names = sorted({name for text in texts for name in NAME.findall(text)})
    by = DEFINED.search(expectation["args"].get("defs", ""))
    columns = np.column_stack([column(table, name, by[1] if by else None) for name in names])
    codes = [compile(_positional(text, names), "golden", "eval") for text in texts]
    known = {**FUNCTIONS, "__builtins__": {}}
    return FunctionOfTotals(columns, lambda t: [eval(code, {**known, "t": t}) for code in codes])  # noqa: S307 - checked


def _texts(expectation: dict[str, Any]) -> list[str]:
    names = expectation["out"].get("names", [])
    call = expectation.get("r_call", "")
    found = {match[1]: _balanced(call, match.end()) for match in NAMED.finditer(call)}
    known = names and set(names) <= set(found)
    texts = [found[name] for name in names] if known else [expectation["args"]["expr"]]
    assert all(PLAIN.fullmatch(text) for text in texts)
    return texts


def _balanced(text: str, start: int) -> str:
    depth = 1
    for at in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return text[start:at]
    raise ValueError(text)


def _positional(text: str, names: list[str]) -> str:
    placed = NAME.sub(lambda match: f"t[{names.index(match[0])}]", text)
    return placed.replace("^", "**").strip()


def column(table: Table, name: str, by: str | None) -> FloatArray:
    """A column by name; `X_g` is X inside the group g of some classification, `X1` is X in round 1."""
    try:
        return table.numbers(name)
    except (KeyError, ValueError):
        pass
    base, _, group = name.rpartition("_")
    if not base:
        return _inside(table, name[:-1], "round", name[-1])
    known = (by,) if by else GROUPINGS
    for candidate in known:
        if candidate in table.columns and group in set(table.labels(candidate)):
            return _inside(table, base, candidate, group)
    raise KeyError(name)


def _inside(table: Table, base: str, by: str, group: str) -> FloatArray:
    return np.where(table.labels(by) == group, table.numbers(base), 0.0)
