"""Our answers to the golden expectations: a thin translation onto the functions of survey.statistics."""

from collections.abc import Callable
from typing import Any

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray
from survey.statistics.compare import target_test
from survey.statistics.contingency import IndependenceTest, cross_table, rao_scott_chi2, rao_scott_f, wald
from survey.statistics.estimation import (
    delta_method,
    design_effects,
    effective_size,
    estimate,
)
from survey.statistics.mean_tests import difference_of_means, mean_against_target
from survey.statistics.measures import Estimate
from survey.statistics.quantities import Combinations, Quantity, Ratios, Totals, in_groups, means
from survey.statistics.refusals import NoTable
from survey.statistics.replicates import Replicates
from survey.statistics.sample import Sample
from tests.golden.covering import answer_coverage
from tests.golden.designs import Designs, Node, apply
from tests.golden.expressions import contrast_of_totals, function_of_sums
from tests.golden.proportions import answer_ciprop, answer_ciprop_policy, answer_quantile
from tests.golden.sipas import round_difference, sipas_output
from tests.golden.variables import cleaned, columns, lonely_rule

Output = dict[str, Any]
Expectation = dict[str, Any]


def answer(designs: Designs, expectation: Expectation) -> Output:
    """What our functions say to one expectation; refusals come through."""
    expectation = {**expectation, "args": expectation.get("args") or {}}
    args, names = expectation["args"], expectation["design"]
    population = args.get("change", {}).get("fpc_value")
    nodes = [designs.build(name, population) for name in ([names] if isinstance(names, str) else names)]
    if expectation["stat"] == "round_diff":
        return round_difference(nodes, expectation, lonely_rule(expectation))
    node = nodes[0]
    if expectation["stat"] == "weighting":
        return weights_output(apply(designs.folder, node, args["op"]))
    domain = Node(node.design.within(node.table.where(args)), node.table) if _narrows(args) else node
    return ANSWERS[expectation["stat"]](domain, expectation)


def _narrows(args: dict[str, Any]) -> bool:
    return "where" in args or "where_all" in args


def described(node: Node, quantity: Quantity, expectation: Expectation) -> Output:
    """Estimates, errors, covariance and design effects of a quantity."""
    rule = lonely_rule(expectation)
    found = estimate(node.design, quantity, lonely=rule)
    output: Output = {"est": found.value, "se": found.standard_error, "vcov": found.covariance}
    if "deff" in expectation["out"] and isinstance(node.design, Sample):
        replaced = expectation["args"].get("deff") == "replace"
        output["deff"] = design_effects(node.design, quantity, with_replacement=replaced, lonely=rule)
    return output


def inner_quantity(
    node: Node, args: dict[str, Any], kind: str, names: list[str] | None = None
) -> tuple[Node, Quantity]:
    """A mean, total or ratio over the rows that are complete."""
    if kind == "ratio":
        above, below = (node.table.numbers(args[name])[:, np.newaxis] for name in ("num", "den"))
        node, (above, below) = cleaned(node, args, above, below)
        return node, Ratios(above, below)
    node, (values,) = cleaned(node, args, columns(node, args, names))
    return node, (means(values) if kind == "mean" else Totals(values))


def answer_simple(node: Node, expectation: Expectation) -> Output:
    names = expectation["out"].get("names")
    node, quantity = inner_quantity(node, expectation["args"], expectation["stat"], names)
    output = described(node, quantity, expectation)
    if expectation["stat"] == "ratio":
        return {name: values[0] for name, values in output.items() if name != "vcov"}
    return output


def group_rows(node: Node, groups: dict[str, list[Any]]) -> list[BoolArray]:
    keys = list(zip(*groups.values(), strict=True))
    code = node.table.coded(list(groups), keys)
    return [code == at for at in range(len(keys))]


def group_keys(node: Node, by: list[str]) -> list[tuple[str, ...]]:
    """The combinations of levels in use, the first variable changing fastest."""
    used = node.design.weights != 0
    keys = set(zip(*(node.table.labels(name)[used] for name in by), strict=True))
    place = [{level: at for at, level in enumerate(node.table.levels(name, used))} for name in by]
    whole = [key for key in keys if all(key)]
    return sorted(whole, key=lambda key: [order[part] for order, part in zip(place, key, strict=True)][::-1])


def answer_by(node: Node, expectation: Expectation) -> Output:
    args = expectation["args"]
    rows: dict[str, list[FloatArray]] = {"est": [], "se": [], "deff": []}
    found = dict(zip(args["by"], zip(*group_keys(node, args["by"]), strict=True), strict=True))
    for inside in group_rows(node, expectation["out"].get("groups", found)):
        part = Node(node.design.within(inside), node.table)
        part, quantity = inner_quantity(part, args, args["inner"], expectation["out"].get("vars"))
        for name, values in described(part, quantity, expectation).items():
            if name in rows:
                rows[name].append(values)
    return {name: values for name, values in rows.items() if values}


def answer_contrast(node: Node, expectation: Expectation) -> Output:
    """Linear combinations of estimates with their joint covariance."""
    args, rule = expectation["args"], lonely_rule(expectation)
    of = args["of"]
    node = Node(node.design.within(node.table.where(of)), node.table)
    kind = of.get("inner", of["stat"])
    node, quantity = inner_quantity(node, of, kind)
    if of["stat"] == "by":
        quantity = _by_groups(node, of, quantity)
    found = estimate(node.design, Combinations(quantity, np.array(args["weights"], float)), lonely=rule)
    return {"est": found.value, "se": found.standard_error, "vcov": found.covariance}


def _by_groups(node: Node, of: dict[str, Any], quantity: Quantity) -> Quantity:
    """The same quantity in all groups at once, variable by variable."""
    keys = group_keys(node, of["by"])
    code = node.table.coded(of["by"], keys)
    groups = [code == at for at in range(len(keys))]

    def spread(values: FloatArray) -> FloatArray:
        return np.hstack([in_groups(column[:, np.newaxis], groups) for column in values.T])

    if isinstance(quantity, Totals):
        return Totals(spread(quantity.columns))
    assert isinstance(quantity, Ratios)
    below = np.broadcast_to(quantity.denominators, quantity.numerators.shape)
    return Ratios(spread(quantity.numerators), spread(below))


def answer_nonlinear(node: Node, expectation: Expectation) -> Output:
    quantity, rule = contrast_of_totals(node.table, expectation), lonely_rule(expectation)
    if isinstance(node.design, Replicates):
        totals = estimate(node.design, Totals(quantity.columns), lonely=rule)
        found = delta_method(totals, quantity.function)
    else:
        found = estimate(node.design, quantity, lonely=rule)
    return {"est": found.value, "se": found.standard_error, "vcov": found.covariance}


def answer_chisq(node: Node, expectation: Expectation) -> Output:
    args = expectation["args"]
    row, column = (node.table.labels(args[name]) for name in ("row", "col"))
    design = node.design.within((row != "") & (column != ""))
    table = cross_table(design, row, column, lonely=lonely_rule(expectation))
    tests: dict[str, Callable[[], IndependenceTest]] = {
        "F": lambda: rao_scott_f(table),
        "Chisq": lambda: rao_scott_chi2(table),
        "Wald": lambda: wald(table),
        "adjWald": lambda: wald(table, adjusted=True),
    }
    found = tests[args.get("statistic", "F")]()
    return {
        "statistic": found.statistic,
        "parameter": list(found.degrees_of_freedom),
        "p_value": found.p_value,
    }


def answer_ttest(node: Node, expectation: Expectation) -> Output:
    args, rule = expectation["args"], lonely_rule(expectation)
    values = node.table.numbers(args["var"], args.get("note", ""))
    if "group" in args:
        levels = node.table.levels(args["group"], node.design.weights != 0)
        if len(levels) != 2:
            raise NoTable(1, len(levels))
        first, second = levels
        labels = node.table.labels(args["group"])
        design = node.design.within((labels == first) | (labels == second))
        found = difference_of_means(design, values, labels == second, lonely=rule)
    else:
        found = mean_against_target(node.design, values, float(args.get("target", 0)), lonely=rule)
    return {
        "statistic": found.statistic,
        "parameter": [found.degrees_of_freedom],
        "p_value": found.p_value,
        "est": found.value,
        "ci": [found.low, found.high],
    }


def answer_target_test(node: Node, expectation: Expectation) -> Output:
    args = expectation["args"]
    above, below = (node.table.numbers(args[name])[:, np.newaxis] for name in ("num", "den"))
    found = estimate(node.design, Ratios(above, below), lonely=lonely_rule(expectation))
    one = Estimate(
        float(found.value[0]), float(found.standard_error[0]), found.degrees_of_freedom, node.table.rows
    )
    test = target_test(one, float(args["target"]))
    if test is None:
        return {"value": [np.nan, one.degrees_of_freedom, np.nan, np.nan, np.nan]}
    return {"value": [test.statistic, test.degrees_of_freedom, test.p_two_sided, test.p_less, test.p_greater]}


def answer_degf(node: Node, expectation: Expectation) -> Output:
    del expectation
    return {"value": node.design.degrees_of_freedom}


def file_weights(design: Sample | Replicates) -> FloatArray:
    """Weights of the rows of the file."""
    return design.weights[design.kept if isinstance(design, Sample) else design.inside]


def weights_output(node: Node) -> Output:
    weights = file_weights(node.design)
    return {
        "n": len(weights),
        "sum": weights.sum(),
        "sumsq": weights @ weights,
        "min": weights.min(),
        "max": weights.max(),
        "quartiles": np.quantile(weights, [0.25, 0.5, 0.75]),
        "first": weights[:20],
        "n_eff_kish": effective_size(weights),
        "all": weights,
    }


def answer_weights(node: Node, expectation: Expectation) -> Output:
    output = weights_output(node)
    if "g_cells" in expectation["out"]:
        names = expectation["args"].get("cells") or ["sex", "age", "channel", "domain"]
        output["g_cells"] = g_by_cell(node, names, expectation["out"]["g_cells"]["cell"])
    return output


def answer_g_weights(node: Node, expectation: Expectation) -> Output:
    del expectation
    g = node.design.weights[node.design.inside] / node.design.base[node.design.inside]
    return {"value": [g.min(), g.max()]}


def answer_g_cells(node: Node, expectation: Expectation) -> Output:
    return g_by_cell(node, expectation["args"]["cells"], expectation["out"]["cell"])


def g_by_cell(node: Node, names: list[str], cells: list[str]) -> Output:
    code = node.table.coded(names, [cell.split("|") for cell in cells])
    code = np.where(node.design.inside, code, -1)
    first = [int(np.flatnonzero(code == at)[0]) for at in range(len(cells))]
    return {"g": (node.design.weights / node.design.base)[first]}


def answer_kish_by(node: Node, expectation: Expectation) -> Output:
    name = expectation["args"]["by"]
    labels = node.table.labels(name)
    levels = node.table.levels(name, node.design.weights != 0)
    return {"value": [effective_size(node.design.weights[labels == level]) for level in levels]}


def answer_replicate_function(node: Node, expectation: Expectation) -> Output:
    """A function of weighted sums, evaluated again in every replicate."""
    quantity = function_of_sums(node.table, expectation)
    found = estimate(node.design, quantity, lonely=lonely_rule(expectation))
    return {"est": found.value[0], "se": found.standard_error[0]}


ANSWERS: dict[str, Callable[[Node, Expectation], Output]] = {
    "mean": answer_simple,
    "total": answer_simple,
    "ratio": answer_simple,
    "by": answer_by,
    "contrast": answer_contrast,
    "contrast_nonlinear": answer_nonlinear,
    "ciprop": answer_ciprop,
    "ciprop_policy": answer_ciprop_policy,
    "quantile": answer_quantile,
    "chisq": answer_chisq,
    "ttest": answer_ttest,
    "target_test": answer_target_test,
    "degf": answer_degf,
    "design_error": answer_degf,
    "weights": answer_weights,
    "g_weights": answer_g_weights,
    "g_cells": answer_g_cells,
    "kish_by": answer_kish_by,
    "coverage": answer_coverage,
    "replicate_function": answer_replicate_function,
    "sipas_table": lambda node, expectation: sipas_output(node, expectation, lonely_rule(expectation)),
}
