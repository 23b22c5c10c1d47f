"""Our answers to the golden expectations of stratified designs, in the shape of the golden output."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from survey.statistics.arrays import FloatArray
from survey.statistics.compare import benjamini_hochberg, difference, holm, target_test
from survey.statistics.design import LonelyRule
from survey.statistics.estimate import measure_table, sipas_table
from survey.statistics.interval import (
    Interval,
    arcsine_interval,
    beta_interval,
    logit_interval,
    policy_interval,
    t_interval,
    wilson_interval,
)
from survey.statistics.measures import Estimate, MeasureTable
from survey.statistics.moments import Moments, collapse
from survey.statistics.refusals import NoInterval
from survey.statistics.variance import estimate_totals
from survey.statistics.weights import coverage, effective_sizes, summarise_weights
from tests.statistics.golden_case import Sample, read_sample

Output = dict[str, Any]
Expectation = dict[str, Any]

RULES = {
    "fail": LonelyRule.FAIL,
    "adjust": LonelyRule.ADJUST,
    "average": LonelyRule.AVERAGE,
    "remove": LonelyRule.REMOVE,
    "certainty": LonelyRule.REMOVE,
}
INTERVALS: dict[str, Callable[..., Interval]] = {
    "mean": t_interval,
    "wilson": wilson_interval,
    "xlogit": logit_interval,
    "logit": logit_interval,
    "asin": arcsine_interval,
    "beta": beta_interval,
}
TWO_GROUPS = re.compile(r"S_(\w+)/V_\1 - S_(\w+)/V_\2$")


def rule(expectation: Expectation) -> LonelyRule:
    return RULES[expectation.get("lonely_psu", "fail")]


def answer(case_name: str, expectation: Expectation) -> Output:
    """What our functions say to one expectation; refusals come through."""
    names = expectation["design"]
    if names == "st":  # round 1 stacked on round 2 is both rounds, which share no stratum
        names = ["d1", "d2"]
    designs = names if isinstance(names, list) else [names]
    population = expectation["args"].get("change", {}).get("fpc_value")
    samples = [read_sample(case_name, name, population) for name in designs]
    return ANSWERS[expectation["stat"]](*samples, expectation)


def interval_of(estimate: Estimate, method: str, confidence_level: float) -> Interval:
    more = {"rows": estimate.valid_answers} if method == "beta" else {}
    return INTERVALS[method](
        estimate.value,
        estimate.standard_error,
        degrees_of_freedom=estimate.degrees_of_freedom,
        confidence_level=confidence_level,
        **more,
    )


class Ratios:
    """Numerators / denominators by group, in any unit: our functions see them scaled to 0-1."""

    def __init__(
        self,
        sample: Sample,
        expectation: Expectation,
        numerator: FloatArray,
        denominator: FloatArray | None = None,
    ) -> None:
        below = np.ones_like(numerator) if denominator is None else denominator
        by = expectation["args"].get("by")
        self.levels, domain = sample.groups(by) if by else ([()], np.zeros(len(numerator), np.int64))
        self.top = np.maximum(np.abs(numerator).max(axis=0), 1.0)
        self.bottom = np.maximum(np.abs(below).max(axis=0), 1.0)
        self.design, self.rule = sample.design, rule(expectation)
        self.moments: Moments = collapse(
            sample.design.stratum,
            numerator=numerator / self.top,
            denominator=below / self.bottom,
            domain=np.where(sample.where(expectation["args"]), domain, -1),
            groups=len(self.levels),
        )

    def table(self) -> MeasureTable:
        return measure_table(self.design, self.moments, factors=(), lonely=self.rule)

    def shares(self) -> Output:
        """Estimates, standard errors and design effects, groups x variables."""
        table, unit = self.table(), self.top / self.bottom
        kept = slice(0, table.items)
        return {
            "est": table.estimate[:, kept] * unit,
            "se": table.standard_error[:, kept] * unit,
            "deff": table.design_effect[:, kept],
        }

    def totals(self) -> Output:
        """Totals of the numerators and their standard errors, groups x variables."""
        totals = estimate_totals(self.design, self.moments, lonely=self.rule)
        errors = np.sqrt(np.diagonal(totals.covariance, axis1=1, axis2=2))
        kept = slice(0, len(self.top))
        return {"est": totals.totals[:, kept] * self.top, "se": errors[:, kept] * self.top}


def variables(sample: Sample, args: dict[str, Any]) -> FloatArray:
    """The variables of a call as columns: as they are, or one 0/1 column per level."""
    if not args.get("categorical"):
        return np.column_stack([sample.column(name) for name in args["vars"]])
    text = np.array([str(value) for value in sample.columns[args["vars"][0]]])
    levels = sample.case["sipas"]["valid_codes"] if "sipas" in sample.case else np.unique(text)
    return np.column_stack([(text == str(level)).astype(float) for level in levels])


def only(output: Output, expectation: Expectation) -> Output:
    """The fields that the golden output holds too."""
    return {name: values for name, values in output.items() if name in expectation["out"]}


def answer_mean(sample: Sample, expectation: Expectation) -> Output:
    shares = Ratios(sample, expectation, variables(sample, expectation["args"])).shares()
    return only({name: rows[0] for name, rows in shares.items()}, expectation)


def answer_total(sample: Sample, expectation: Expectation) -> Output:
    totals = Ratios(sample, expectation, variables(sample, expectation["args"])).totals()
    return {name: rows[0] for name, rows in totals.items()}


def answer_ratio(sample: Sample, expectation: Expectation) -> Output:
    top, bottom = (sample.column(expectation["args"][name])[:, np.newaxis] for name in ("num", "den"))
    shares = Ratios(sample, expectation, top, bottom).shares()
    return only({name: rows[0, 0] for name, rows in shares.items()}, expectation)


def answer_by(sample: Sample, expectation: Expectation) -> Output:
    args = expectation["args"]
    if args["inner"] == "ratio":
        top, bottom = (sample.column(args[name])[:, np.newaxis] for name in ("num", "den"))
        ratios = Ratios(sample, expectation, top, bottom)
    else:
        ratios = Ratios(sample, expectation, variables(sample, args))
    found = ratios.totals() if args["inner"] == "total" else ratios.shares()
    golden = zip(*(expectation["out"]["groups"][name] for name in args["by"]), strict=True)
    order = [ratios.levels.index(level) for level in golden]
    return only({name: rows[order] for name, rows in found.items()}, expectation)


def answer_ciprop(sample: Sample, expectation: Expectation) -> Output:
    args = expectation["args"]
    estimate = Ratios(sample, expectation, sample.column(args["var"])[:, np.newaxis]).table().at(0, 0)
    interval = interval_of(estimate, args["method"], args["level"])
    return {"est": estimate.value, "se": estimate.standard_error, "ci": [interval.low, interval.high]}


def answer_ciprop_policy(sample: Sample, expectation: Expectation) -> Output:
    args = expectation["args"]
    estimate = Ratios(sample, expectation, sample.column(args["var"])[:, np.newaxis]).table().at(0, 0)
    interval = policy_interval(estimate, confidence_level=args["level"])
    assert interval is not None
    return {"ci": [interval.low, interval.high]}


def answer_degf(sample: Sample, expectation: Expectation) -> Output:
    table = Ratios(sample, expectation, np.ones((sample.design.responses, 1))).moments
    return {"value": table.rows.sum() - len(table.stratum)}


def answer_weights(sample: Sample, expectation: Expectation) -> Output:
    summary, rows = summarise_weights(sample.design), sample.design.weights[sample.design.stratum]
    output: Output = {
        "n": summary.responses,
        "sum": summary.total,
        "sumsq": summary.total**2 / summary.effective_size,
        "min": summary.smallest,
        "max": summary.largest,
        "quartiles": np.quantile(rows, [0.25, 0.5, 0.75]),
        "first": rows[:20],
        "n_eff_kish": summary.effective_size,
        "all": rows,
    }
    return only(output, expectation)


def answer_kish_by(sample: Sample, expectation: Expectation) -> Output:
    levels, domain = sample.groups([expectation["args"]["by"]])
    return {"value": effective_sizes(sample.design, domain=domain, groups=len(levels))}


def answer_coverage(sample: Sample, expectation: Expectation) -> Output:
    del expectation
    found = coverage(sample.design)
    codes = (found.uncovered, found.lonely, found.complete)
    return {"value": [found.population, found.covered, found.strata, *map(len, codes)]}


def sipas(sample: Sample, expectation: Expectation, by: str | None) -> tuple[list[str], MeasureTable]:
    """Group names and SIPAS table of a sample."""
    names = sample.case["sipas"]["items"]
    valid, satisfied = sample.item_answers()
    levels, domain = sample.groups([by]) if by else ([("ALL",)], None)
    table = sipas_table(
        sample.design,
        valid=valid,
        score=satisfied,
        factors=[[names.index(item) for item in items] for items in sample.case["sipas"]["factors"].values()],
        domain=domain,
        groups=len(levels),
        lonely=rule(expectation),
    )
    return [level for (level,) in levels], table


def answer_sipas_table(sample: Sample, expectation: Expectation) -> Output:
    groups, table = sipas(sample, expectation, expectation["args"]["by"])
    assert groups == expectation["out"]["groups"]
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
    for name in ("t", "wilson_items", "xlogit_items", "beta_items"):
        method = {"t": "mean"}.get(name, name.removesuffix("_items"))
        measures = table.estimate.shape[1] if name == "t" else table.items
        output |= limits(table, method, measures, f"ci_{name}")
    return only(output, expectation)


def limits(table: MeasureTable, method: str, measures: int, name: str) -> Output:
    """Limits of all groups and the first measures; nan where the method refuses."""
    low = np.full((len(table.respondents), measures), np.nan)
    high = low.copy()
    for at in np.ndindex(low.shape):
        try:
            interval = interval_of(table.at(*at), method, 0.95)
        except NoInterval:
            continue
        low[at], high[at] = interval.low, interval.high
    return {f"{name}_l": low, f"{name}_u": high}


def answer_round_diff(earlier: Sample, later: Sample, expectation: Expectation) -> Output:
    by = expectation["args"]["by"]
    (names, before), (same, after) = (sipas(sample, expectation, by) for sample in (earlier, later))
    assert names == same == expectation["out"]["groups"]
    changes = [
        [
            difference(with_group_freedom(after, group, measure), with_group_freedom(before, group, measure))
            for measure in range(after.mean + 1)
        ]
        for group in range(len(names))
    ]
    p_values = [row[after.pooled].p_value for row in changes]
    output: Output = {
        "diff": [[change.value for change in row] for row in changes],
        "se": [[change.standard_error for change in row] for row in changes],
        "df": [row[after.pooled].degrees_of_freedom for row in changes],
        "p": [[change.p_value for change in row] for row in changes],
        "p_holm_SIPAS_POOLED": holm(p_values),
        "p_bh_SIPAS_POOLED": benjamini_hochberg(p_values),
    }
    return only(output, expectation)


def with_group_freedom(table: MeasureTable, group: int, measure: int) -> Estimate:
    """One estimate with the degrees of freedom of its group, which round_diff takes for items too."""
    freedom = float(table.degrees_of_freedom[group, table.pooled])
    return replace(table.at(group, measure), degrees_of_freedom=freedom)


def pooled_by(sample: Sample, expectation: Expectation, by: str | None) -> dict[str, Estimate]:
    """SIPAS_POOLED of every group."""
    groups, table = sipas(sample, expectation, by)
    return {group: table.at(code, table.pooled) for code, group in enumerate(groups)}


def answer_target_test(sample: Sample, expectation: Expectation) -> Output:
    estimate = pooled_by(sample, expectation, None)["ALL"]
    test = target_test(estimate, expectation["args"]["target"])
    assert test is not None
    return {"value": [test.statistic, test.degrees_of_freedom, test.p_two_sided, test.p_less, test.p_greater]}


def answer_contrast(sample: Sample, expectation: Expectation) -> Output:
    """Differences of group means, where the groups are strata."""
    of, out = expectation["args"]["of"], expectation["out"]
    ratios = Ratios(sample, expectation | {"args": of}, variables(sample, of))
    table, unit = ratios.table(), ratios.top[0]
    changes = []
    for weights in expectation["args"]["weights"]:
        plus, minus = weights.index(1), weights.index(-1)
        assert sorted(weights) == [-1, *[0] * (len(weights) - 2), 1]
        changes.append(difference(table.at(plus, 0), table.at(minus, 0)))
    assert set(out) == {"names", "est", "se"}
    return {
        "est": [change.value * unit for change in changes],
        "se": [change.standard_error * unit for change in changes],
    }


def answer_contrast_nonlinear(*arguments: Any) -> Output:
    """Difference of two SIPAS_POOLED that share no stratum: two groups, or two rounds."""
    *samples, expectation = arguments
    if len(samples) == 1:
        plus, minus = TWO_GROUPS.match(expectation["args"]["expr"]).groups()
        found = pooled_by(samples[0], expectation, "unit" if plus.startswith("U") else "domain")
        change = difference(found[plus], found[minus])
    else:
        before, after = (pooled_by(sample, expectation, None)["ALL"] for sample in samples)
        change = difference(after, before)
    return {"est": [change.value], "se": [change.standard_error]}


ANSWERS: dict[str, Callable[..., Output]] = {
    "mean": answer_mean,
    "total": answer_total,
    "ratio": answer_ratio,
    "by": answer_by,
    "ciprop": answer_ciprop,
    "ciprop_policy": answer_ciprop_policy,
    "degf": answer_degf,
    "weights": answer_weights,
    "kish_by": answer_kish_by,
    "coverage": answer_coverage,
    "sipas_table": answer_sipas_table,
    "round_diff": answer_round_diff,
    "target_test": answer_target_test,
    "contrast": answer_contrast,
    "contrast_nonlinear": answer_contrast_nonlinear,
}


def is_supported(case: dict[str, Any], expectation: Expectation) -> bool:
    """Whether such an expectation is answered: stratified, not calibrated, one of the kinds above."""
    names = expectation["design"] if isinstance(expectation["design"], list) else [expectation["design"]]
    plain = all(case["designs"][name]["op"] in {"design", "subset"} for name in names)
    if not plain or expectation.get("informative"):
        return False
    if expectation["stat"] == "design_error":
        return True
    if expectation["stat"] == "contrast_nonlinear" and names != ["st"]:
        return bool(TWO_GROUPS.match(expectation["args"]["expr"]))
    return expectation["stat"] in ANSWERS and expectation["args"].get("deff") != "replace"
