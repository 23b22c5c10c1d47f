"""SIPAS tables and differences of rounds, in the shape of the golden output."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from survey.statistics.compare import benjamini_hochberg, difference, holm
from survey.statistics.design import LonelyRule
from survey.statistics.interval import IntervalMethod, proportion_interval
from survey.statistics.measures import MeasureTable
from survey.statistics.refusals import NoInterval
from survey.statistics.row_table import sipas_table_from_rows
from tests.golden.designs import Node

Output = dict[str, Any]


def sipas(node: Node, by: str | None, groups: Sequence[object], lonely: LonelyRule) -> MeasureTable:
    """The SIPAS table of the groups of an expectation."""
    sipas_definition = node.table.sipas
    names = sipas_definition["items"]
    valid, satisfied = node.table.item_answers()
    names_of = [by] if isinstance(by, str) else by
    return sipas_table_from_rows(
        node.design,
        valid=valid,
        score=satisfied,
        factors=[[names.index(item) for item in items] for items in sipas_definition["factors"].values()],
        domain=node.table.coded(["|".join(names_of)], [[group] for group in groups]) if names_of else None,
        groups=len(groups),
        lonely=lonely,
    )


def wanted_groups(node: Node, expectation: dict[str, Any]) -> Sequence[object]:
    """The groups that the golden output names; all levels where it is a refusal."""
    by = expectation["args"].get("by")
    names = [by] if isinstance(by, str) else by
    found = node.table.levels("|".join(names), node.design.weights != 0) if names else ["ALL"]
    groups: Sequence[object] = expectation["out"].get("groups", found)
    return groups


def sipas_output(node: Node, expectation: dict[str, Any], lonely: LonelyRule) -> Output:
    table = sipas(node, expectation["args"].get("by"), wanted_groups(node, expectation), lonely)
    items = slice(0, table.items)
    output: Output = {
        "est": table.estimate,
        "se": table.standard_error,
        "deff": table.design_effect,
        "deff_mean_items": table.design_effect_of_mean[:, items],
        "n_valid_items": table.valid_answers[:, items],
        "df_items": table.degrees_of_freedom[:, items],
        "n_resp": table.respondents,
        "sum_w": table.weight,
        "df": table.degrees_of_freedom[:, table.pooled],
    }
    methods = {
        "t": IntervalMethod.T,
        "wilson_items": IntervalMethod.WILSON,
        "xlogit_items": IntervalMethod.LOGIT,
        "beta_items": IntervalMethod.BETA,
    }
    for name, method in methods.items():
        if f"ci_{name}_l" in expectation["out"]:
            output |= limits(node, table, method, f"ci_{name}")
    return output


def limits(node: Node, table: MeasureTable, method: IntervalMethod, name: str) -> Output:
    """Limits of all groups and measures; nan where the method refuses."""
    measures = table.estimate.shape[1] if method is IntervalMethod.T else table.items
    low = np.full((len(table.respondents), measures), np.nan)
    high = low.copy()
    calibrated = getattr(node.design, "is_calibrated", False)
    for at in np.ndindex(low.shape):
        one = table.at(*at)
        try:
            interval = proportion_interval(
                method,
                one.value,
                one.standard_error,
                degrees_of_freedom=one.degrees_of_freedom,
                rows=node.design.file_rows if calibrated else one.valid_answers,
                confidence_level=0.95,
            )
        except NoInterval:
            continue
        low[at], high[at] = interval.low, interval.high
    return {f"{name}_l": low, f"{name}_u": high}


def round_difference(nodes: Sequence[Node], expectation: dict[str, Any], lonely: LonelyRule) -> Output:
    args, groups = expectation["args"], wanted_groups(nodes[0], expectation)
    later, earlier = args.get("minus", [2, 1])
    after, before = (sipas(nodes[k - 1], args.get("by"), groups, lonely) for k in (later, earlier))
    changes = [
        [
            difference(_with_group_freedom(after, g, m), _with_group_freedom(before, g, m))
            for m in range(after.mean + 1)
        ]
        for g in range(len(groups))
    ]
    p_values = [row[after.pooled].p_value for row in changes]
    return {
        "diff": [[change.value for change in row] for row in changes],
        "se": [[change.standard_error for change in row] for row in changes],
        "df": [row[after.pooled].degrees_of_freedom for row in changes],
        "p": [[change.p_value for change in row] for row in changes],
        "p_holm_SIPAS_POOLED": holm(p_values),
        "p_bh_SIPAS_POOLED": benjamini_hochberg(p_values),
    }


def _with_group_freedom(table: MeasureTable, group: int, measure: int) -> Any:
    """One estimate with the degrees of freedom of its group, which round_diff takes for items too."""
    freedom = float(table.degrees_of_freedom[group, table.pooled])
    return replace(table.at(group, measure), degrees_of_freedom=freedom)
