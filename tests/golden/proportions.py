"""Intervals of proportions, and of quantiles by Woodruff's method."""

from functools import partial
from typing import Any

import numpy as np

from survey.statistics.estimation import Estimates, estimate
from survey.statistics.interval import (
    IntervalMethod,
    arcsine_interval,
    policy_interval,
    proportion_interval,
)
from survey.statistics.measures import Estimate
from survey.statistics.quantile import QuantileRule, estimate_quantile
from survey.statistics.quantities import means
from survey.statistics.refusals import NoInterval
from tests.golden.designs import Node
from tests.golden.variables import cleaned, lonely_rule

Output = dict[str, Any]
Expectation = dict[str, Any]
METHODS = {
    "mean": IntervalMethod.T,
    "wilson": IntervalMethod.WILSON,
    "xlogit": IntervalMethod.LOGIT,
    "logit": IntervalMethod.LOGIT,
    "asin": IntervalMethod.ARCSINE,
    "beta": IntervalMethod.BETA,
}


def proportion(node: Node, expectation: Expectation) -> tuple[Node, Estimates]:
    args = expectation["args"]
    node, (values,) = cleaned(node, args, node.table.numbers(args["var"])[:, np.newaxis])
    return node, estimate(node.design, means(values), lonely=lonely_rule(expectation))


def answer_ciprop(node: Node, expectation: Expectation) -> Output:
    args = expectation["args"]
    node, found = proportion(node, expectation)
    value, error = float(found.value[0]), float(found.standard_error[0])
    method = partial(proportion_interval, METHODS[args["method"]], rows=node.design.file_rows)
    if args["method"] == "asin":
        method = partial(arcsine_interval, mirrored=True)
    try:
        limits = method(
            value,
            error,
            degrees_of_freedom=found.degrees_of_freedom,
            confidence_level=args.get("level", 0.95),
        )
    except NoInterval:
        if expectation["out"].get("error"):
            raise
        return {"est": value, "se": error, "ci": [np.nan, np.nan]}
    return {"est": value, "se": error, "ci": [limits.low, limits.high]}


def answer_ciprop_policy(node: Node, expectation: Expectation) -> Output:
    node, found = proportion(node, expectation)
    one = Estimate(
        float(found.value[0]),
        float(found.standard_error[0]),
        found.degrees_of_freedom,
        int((node.design.weights != 0).sum()),
    )
    limits = policy_interval(one, confidence_level=expectation["args"].get("level", 0.95))
    assert limits is not None
    return {"ci": [limits.low, limits.high]}


def answer_quantile(node: Node, expectation: Expectation) -> Output:
    args = expectation["args"]
    values = node.table.numbers(args["var"], f"{args.get('note', '')} {args.get('defs', '')}")
    found = [
        estimate_quantile(
            node.design,
            values,
            share,
            method=METHODS[args.get("interval", "mean")],
            rule=QuantileRule(args.get("qrule", "math")),
            confidence_level=1 - args.get("alpha", 0.05),
            lonely=lonely_rule(expectation),
        )
        for share in args["probs"]
    ]
    return {
        "est": [one.value for one in found],
        "ci_l": [one.low for one in found],
        "ci_u": [one.high for one in found],
        "se": [one.standard_error for one in found],
    }
