"""Numbers of R's survey package for data unlike the golden cases; `data/unlike_golden.R` made both.

83 rows in 17 unequal clusters of four strata, one stratum enumerated in full at the first stage: two stages with
both populations, four calibrations to a numeric and a categorical total, their domains, replicate weights that
are calibrated again in every replicate, quantiles with many ties, contrasts, tables, lonely strata.
"""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survey.statistics.adjustments import Calibration, Margin, Poststratification, Raking, adjust
from survey.statistics.contingency import cross_table, rao_scott_chi2, rao_scott_f, wald
from survey.statistics.design import LonelyRule
from survey.statistics.distance import Distance
from survey.statistics.estimation import design_effects, estimate
from survey.statistics.interval import IntervalMethod, proportion_interval
from survey.statistics.mean_tests import difference_of_means
from survey.statistics.quantile import QuantileRule, estimate_quantile
from survey.statistics.quantities import (
    Combinations,
    FunctionOfTotals,
    Quantity,
    Ratios,
    Totals,
    in_groups,
    means,
)
from survey.statistics.refusals import LonelyStratum
from survey.statistics.replicates import Replicates, jackknife
from survey.statistics.sample import Sample, draw

DATA = Path(__file__).parent / "data"
REFERENCE: dict[str, Any] = json.loads((DATA / "unlike_golden.json").read_text(encoding="utf-8"))
AGES, SEXES = ("o", "w", "y"), ("f", "m")
INTERVALS = {"mean": IntervalMethod.T, "xlogit": IntervalMethod.LOGIT, "beta": IntervalMethod.BETA}


@cache
def column(name: str) -> np.ndarray:
    with (DATA / "unlike_golden.csv").open(encoding="utf-8") as file:
        values = [row[name] for row in csv.DictReader(file)]
    return np.array(values) if name in {"sex", "age"} else np.array(values, dtype=float)


def columns(*names: str) -> np.ndarray:
    return np.column_stack([column(name) for name in names])


def two_stages() -> Sample:
    return draw(
        len(column("y")),
        strata=column("h"),
        clusters=[column("c"), column("id")],
        populations=[column("M"), column("m")],
    )


def one_stage(*, strata: bool = True) -> Sample:
    return draw(
        len(column("y")),
        strata=column("h") if strata else None,
        clusters=[column("c")],
        weights=column("w2"),
    )


def margin(name: str, labels: tuple[str, ...], population: list[float]) -> Margin:
    codes = np.searchsorted(labels, column(name))
    return Margin(name, codes, np.array(population, dtype=float), labels)


def of_ages() -> Margin:
    return margin("age", AGES, [60, 95, 110])


def of_sexes() -> Margin:
    return margin("sex", SEXES, [120, 145])


def calibration(distance: Distance, low: float = -np.inf, high: float = np.inf) -> Calibration:
    whole = column("w2").sum()
    variables = np.column_stack((np.ones(len(column("y"))), column("sex") == "m", column("a")))
    totals = np.array([1.1, 0.62, 2.1]) * whole
    return Calibration(variables, totals, ("all", "men", "a"), distance, low, high)


CALIBRATIONS = {
    "linear": calibration(Distance.LINEAR),
    "bounded": calibration(Distance.LINEAR, 0.6, 2.2),
    "raking": calibration(Distance.RAKING),
    "logit": calibration(Distance.LOGIT, 0.5, 2.5),
}
INSIDE = column("d") == 1


def agrees(
    name: str, design: Sample | Replicates, quantity: Quantity, *, rel: float = 1e-9, **options: Any
) -> None:
    found = estimate(design, quantity, **options)
    assert found.value == pytest.approx(REFERENCE[name]["est"], rel=rel), name
    assert found.standard_error == pytest.approx(REFERENCE[name]["se"], rel=rel), name


def test_two_stages_with_both_populations() -> None:
    sample = two_stages()
    assert sample.weights == pytest.approx(REFERENCE["two_weights"])
    agrees("two_mean", sample, means(columns("y", "z", "a")))
    agrees("two_total", sample, Totals(columns("y", "a")))
    agrees("two_ratio", sample, Ratios(columns("y"), columns("a")))
    effects = design_effects(sample, means(columns("y", "z")))
    assert effects == pytest.approx(REFERENCE["two_deff"])


def test_domains_of_two_stages() -> None:
    sample = two_stages()
    agrees("two_domain", sample.within(INSIDE), means(columns("y", "a")))
    women = sample.within(INSIDE & (column("sex") == "f"))
    agrees("two_domain_total", women, Totals(columns("a")))


def test_contrasts_take_the_joint_covariance() -> None:
    sample, groups = two_stages(), [column("age") == age for age in AGES]
    by = Ratios(in_groups(columns("y"), groups), in_groups(np.ones((len(INSIDE), 1)), groups))
    agrees("two_by", sample, by)
    agrees("two_contrast", sample, Combinations(by, np.array([[1.0, -2.0, 1.0]])))
    function = FunctionOfTotals(columns("y", "a", "z"), lambda t: [t[0] / t[1] - np.log(t[2])])
    agrees("two_nonlinear", sample, function)


@pytest.mark.parametrize("method", INTERVALS)
def test_intervals_of_a_domain_of_two_stages(method: str) -> None:
    men = two_stages().within(column("sex") == "m")
    found = estimate(men, means(columns("z")))
    interval = proportion_interval(
        INTERVALS[method],
        float(found.value[0]),
        float(found.standard_error[0]),
        degrees_of_freedom=found.degrees_of_freedom,
        rows=men.file_rows,
        confidence_level=0.95,
    )
    assert [interval.low, interval.high] == pytest.approx(REFERENCE[f"two_ci_{method}"], rel=1e-8)


@pytest.mark.parametrize("name", CALIBRATIONS)
def test_calibrated_weights_totals_and_domains(name: str) -> None:
    sample = adjust(one_stage(), CALIBRATIONS[name])
    assert sample.weights == pytest.approx(REFERENCE[f"cal_{name}"]["w"], rel=1e-7)
    agrees(f"cal_{name}", sample, means(columns("y", "z")), rel=1e-7)
    agrees(f"cal_{name}_domain", sample.within(INSIDE), means(columns("y", "z")), rel=1e-7)
    agrees(f"cal_{name}_total", sample.within(column("age") == "y"), Totals(columns("y")), rel=1e-7)


def test_replicates_are_raked_one_by_one() -> None:
    raked = jackknife(adjust(one_stage(), Raking((of_ages(), of_sexes()))), stratified=True)
    agrees("jkn_rake", raked, means(columns("y", "z")), rel=1e-7)
    agrees("jkn_rake_ratio", raked, Ratios(columns("y"), columns("a")), rel=1e-7)
    agrees("jkn_rake_domain", raked.within(INSIDE), means(columns("y")), rel=1e-7)
    agrees("jkn_rake_total", raked.within(INSIDE), Totals(columns("y")), rel=1e-7)


def test_replicates_are_poststratified_and_calibrated_one_by_one() -> None:
    post = jackknife(adjust(one_stage(), Poststratification(of_ages())), stratified=True)
    agrees("jkn_post", post, means(columns("y", "z")))
    linear = jackknife(adjust(one_stage(strata=False), CALIBRATIONS["linear"]), stratified=False)
    agrees("jk1_cal", linear, means(columns("y", "z")), rel=1e-7)


def test_a_domain_of_a_poststratified_sample() -> None:
    sample = adjust(one_stage(), Poststratification(of_ages()))
    agrees("post_domain", sample.within(INSIDE), means(columns("y", "z")))


@pytest.mark.parametrize("rule", QuantileRule)
@pytest.mark.parametrize("method", INTERVALS)
def test_quantiles_of_values_with_many_ties(rule: QuantileRule, method: str) -> None:
    for share, expected in zip((0.1, 0.25, 0.5, 0.9), REFERENCE[f"q_{rule.value}_{method}"], strict=True):
        found = estimate_quantile(one_stage(), column("y"), share, rule=rule, method=INTERVALS[method])
        numbers = [found.value, found.low, found.high, found.standard_error]
        assert numbers == pytest.approx([float(value) for value in expected], nan_ok=True), share


def test_quantiles_of_a_domain() -> None:
    women = one_stage().within(column("sex") == "f")
    for share, expected in zip((0.25, 0.5), REFERENCE["q_domain"], strict=True):
        found = estimate_quantile(women, column("y"), share)
        assert [found.value, found.low, found.high, found.standard_error] == pytest.approx(expected)


def test_independence_tests() -> None:
    table = cross_table(one_stage(), column("sex"), column("age"))
    found = {
        "F": rao_scott_f(table),
        "Chisq": rao_scott_chi2(table),
        "Wald": wald(table),
        "adjWald": wald(table, adjusted=True),
        "domain": rao_scott_f(cross_table(one_stage().within(INSIDE), column("z"), column("age"))),
    }
    for name, test in found.items():
        assert [test.statistic, test.p_value] == pytest.approx(REFERENCE[f"chisq_{name}"], rel=1e-8), name


def test_a_t_test_of_two_domains() -> None:
    found = difference_of_means(one_stage(), column("y"), column("sex") == "m")
    numbers = [found.statistic, found.degrees_of_freedom, found.p_value, found.value]
    assert numbers == pytest.approx(REFERENCE["ttest"])


@pytest.mark.parametrize("rule", LonelyRule)
def test_a_stratum_with_one_cluster(rule: LonelyRule) -> None:
    rows = (column("h") != 1) | (column("c") == 11)
    sample = draw(
        int(rows.sum()),
        strata=column("h")[rows],
        clusters=[column("c")[rows]],
        populations=[column("M")[rows]],
    )
    if rule is LonelyRule.FAIL:
        with pytest.raises(LonelyStratum):
            estimate(sample, means(columns("y")[rows]))
        return
    agrees(f"lonely_{rule.value}", sample, means(columns("y", "z")[rows]), lonely=rule)
    part = sample.within(INSIDE[rows])
    agrees(f"lonely_domain_{rule.value}", part, means(columns("y")[rows]), lonely=rule)


def test_there_is_no_design_effect_where_weights_add_up_to_fewer_than_the_rows() -> None:
    values = means(np.arange(6.0)[:, np.newaxis])
    small, large = (draw(6, weights=np.full(6, weight)) for weight in (0.5, 5.0))
    assert np.isnan(design_effects(small, values)).all()
    assert design_effects(small, values, with_replacement=True) == pytest.approx([1])
    assert design_effects(large, values) == pytest.approx([30 / 24])


@pytest.mark.parametrize("population", [6.0, 60.0])
def test_a_table_is_tested_unless_everybody_was_asked(population: float) -> None:
    row, column = (np.array(list(text)) for text in ("aabbab" * 3, "xyxyxx" * 3))
    strata = np.repeat([0, 1, 2], 6)
    sample = draw(18, strata=strata, populations=[np.full(18, population)])
    table = cross_table(sample, row, column)
    tests = [rao_scott_f(table), rao_scott_chi2(table), wald(table), wald(table, adjusted=True)]
    known = [not np.isnan(test.p_value) for test in tests]
    assert known == [population > 6] * 4


def test_a_table_of_too_few_answers_for_its_cells_has_no_p_value() -> None:
    row, column = np.array(list("abcd")), np.array(list("wxyz"))
    table = cross_table(draw(4, weights=np.ones(4)), row, column)
    assert np.isnan(wald(table).p_value)
    assert np.isnan(wald(table, adjusted=True).p_value)
