"""The raked table from moments is the raked table from rows."""

import numpy as np
import pytest

from survey.statistics.adjustments import Margin, Raking, adjust
from survey.statistics.cell_raking import raked_factors
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimation import design_effects, estimate
from survey.statistics.raked_moments import rake_and_collapse
from survey.statistics.raked_table import raked_parts_table, raked_table
from survey.statistics.row_table import sipas_table_from_rows
from survey.statistics.sample import draw
from survey.statistics.weighted_parts import Part, weighted_parts
from survey.statistics.weighting_refusals import DisagreeingMargins

FACTORS = [[0, 1], [2, 3, 4]]
STRATA = 9


def survey(lonely: bool) -> tuple[np.ndarray, ...]:  # noqa: FBT001 - two surveys
    random = np.random.default_rng(11)
    sizes = random.integers(4, 60, STRATA)
    if lonely:
        sizes[[2, 7]] = 1
    stratum = np.repeat(np.arange(STRATA), sizes)[random.permutation(sizes.sum())]
    valid = random.random((len(stratum), 5)) < 0.9
    score = valid & (random.random(valid.shape) < 0.75)
    sex, age = random.integers(0, 2, len(stratum)), random.integers(0, 4, len(stratum))
    return stratum, sizes + random.integers(3, 90, STRATA), valid, score, sex, age


def margins(stratum: np.ndarray, population: np.ndarray, sex: np.ndarray, age: np.ndarray) -> list[Margin]:
    whole = population.sum()
    province = np.arange(STRATA) // 3
    shares = (
        np.bincount(province, weights=population),
        np.array([0.45, 0.55]),
        np.array([0.3, 0.3, 0.2, 0.2]),
    )
    codes = (province[stratum], sex, age)
    return [
        Margin(name, code, share / share.sum() * whole, tuple(map(str, range(len(share)))))
        for name, code, share in zip(("province", "sex", "age"), codes, shares, strict=True)
    ]


@pytest.mark.parametrize(
    ("lonely", "rule"),
    [
        (False, LonelyRule.FAIL),
        (True, LonelyRule.ADJUST),
        (True, LonelyRule.AVERAGE),
        (True, LonelyRule.REMOVE),
    ],
)
@pytest.mark.parametrize("groups", [1, 3, STRATA])
def test_moments_and_rows_give_the_same_raked_table(lonely: bool, rule: LonelyRule, groups: int) -> None:  # noqa: FBT001
    stratum, population, valid, score, sex, age = survey(lonely)
    known = margins(stratum, population, sex, age)
    design = StratifiedDesign(stratum, population)
    group_of_stratum = np.arange(STRATA) * groups // STRATA
    moments = rake_and_collapse(design, known, numerator=score, denominator=valid, effects=True)
    fast = raked_table(design, moments, group_of_stratum, groups, factors=FACTORS, lonely=rule)
    sample = draw(len(stratum), strata=stratum, populations=[population[stratum]])
    slow = sipas_table_from_rows(
        adjust(sample, Raking(tuple(known))),
        valid=valid,
        score=score,
        factors=FACTORS,
        domain=group_of_stratum[stratum],
        groups=groups,
        lonely=rule,
    )
    for name in (
        "estimate",
        "standard_error",
        "degrees_of_freedom",
        "valid_answers",
        "respondents",
        "weight",
    ):
        assert getattr(fast, name) == pytest.approx(getattr(slow, name), rel=1e-9, nan_ok=True), name
    for name in ("design_effect", "design_effect_of_mean"):
        assert getattr(fast, name) == pytest.approx(getattr(slow, name), rel=1e-9, nan_ok=True), name


def test_strata_of_many_answers_and_many_questions_are_counted_in_parts_without_loss() -> None:
    random = np.random.default_rng(5)
    stratum = np.repeat(np.arange(STRATA), [3000, 1, 1441, 1440, 255, 256, 2, 40, 600])
    population = np.bincount(stratum) * random.integers(2, 30, STRATA).astype(float)
    valid = random.random((len(stratum), 35)) < 0.9
    score = valid & (random.random(valid.shape) < 0.8)
    score[stratum == 4] = valid[stratum == 4]
    known = margins(stratum, population, random.integers(0, 2, len(stratum)), np.zeros(len(stratum), int))
    known[2] = Margin("age", known[2].cell, np.array([population.sum()]), ("all",))
    design, factors = StratifiedDesign(stratum, population), [list(range(20)), list(range(20, 35))]
    moments = rake_and_collapse(design, known, numerator=score, denominator=valid)
    sample = draw(len(stratum), strata=stratum, populations=[population[stratum]])
    sample = adjust(sample, Raking(tuple(known)))
    for groups in (1, STRATA):
        code = np.arange(STRATA) % groups
        fast = raked_table(design, moments, code, groups, factors=factors, lonely=LonelyRule.ADJUST)
        slow = sipas_table_from_rows(
            sample,
            valid=valid,
            score=score,
            factors=factors,
            domain=code[stratum],
            groups=groups,
            lonely=LonelyRule.ADJUST,
        )
        assert fast.estimate == pytest.approx(slow.estimate, rel=1e-9, nan_ok=True)
        assert fast.standard_error == pytest.approx(slow.standard_error, rel=1e-9, nan_ok=True)
    whole = [score[stratum == place].sum(axis=0) for place in range(STRATA)]
    assert np.array_equal(moments.counts.sums[:, :35], whole)


def test_without_effects_asked_for_only_items_have_design_effects() -> None:
    stratum, population, valid, score, sex, age = survey(lonely=False)
    design = StratifiedDesign(stratum, population)
    moments = rake_and_collapse(
        design, margins(stratum, population, sex, age), numerator=score, denominator=valid
    )
    table = raked_table(design, moments, np.zeros(STRATA, int), 1, factors=FACTORS)
    assert np.isfinite(table.design_effect[:, : table.items]).all()
    assert np.isnan(table.design_effect[:, table.items :]).all()


@pytest.mark.parametrize(("lonely", "rule"), [(False, LonelyRule.FAIL), (True, LonelyRule.ADJUST)])
@pytest.mark.parametrize("groups", [1, 3, STRATA])
def test_weighted_parts_of_raked_counts_are_those_of_raked_rows(
    lonely: bool,  # noqa: FBT001 - two surveys
    rule: LonelyRule,
    groups: int,
) -> None:
    stratum, population, valid, score, sex, age = survey(lonely)
    known = margins(stratum, population, sex, age)
    design, code = StratifiedDesign(stratum, population), np.arange(STRATA) * groups // STRATA
    indices = [[Part((0, 1), 0.6), Part((2, 4), 0.4)], [Part((0, 1, 2, 3, 4), 1.0)]]
    moments = rake_and_collapse(design, known, numerator=score, denominator=valid, effects=True)
    fast = raked_parts_table(design, moments, code, groups, indices=indices, lonely=rule)
    sample = draw(len(stratum), strata=stratum, populations=[population[stratum]])
    sample, quantity = adjust(sample, Raking(tuple(known))), weighted_parts(valid, score, indices)
    for group in range(groups):
        part = sample.within(code[stratum] == group)
        found = estimate(part, quantity, lonely=rule)
        effects = np.where(np.isnan(found.value), np.nan, design_effects(part, quantity, lonely=rule))
        assert fast.estimate[group] == pytest.approx(found.value, rel=1e-9, nan_ok=True)
        assert fast.standard_error[group] == pytest.approx(found.standard_error, rel=1e-9, nan_ok=True)
        assert fast.design_effect[group] == pytest.approx(effects, rel=1e-9, nan_ok=True)
        assert fast.degrees_of_freedom[group].tolist() == [part.degrees_of_freedom] * 2
        assert fast.respondents[group] == part.inside.sum()


def test_margins_that_disagree_are_refused_before_counting() -> None:
    stratum, population, valid, score, sex, age = survey(lonely=False)
    known = margins(stratum, population, sex, age)
    wrong = Margin("sex", sex, known[1].population * 2, known[1].labels)
    with pytest.raises(DisagreeingMargins):
        rake_and_collapse(
            StratifiedDesign(stratum, population), [known[0], wrong], numerator=score, denominator=valid
        )


def test_margins_that_were_rounded_apart_are_raked_if_that_is_allowed() -> None:
    stratum, population, valid, score, sex, age = survey(lonely=False)
    known = margins(stratum, population, sex, age)
    design, answers = StratifiedDesign(stratum, population), {"numerator": score, "denominator": valid}
    apart = Margin("sex", sex, known[1].population + 0.5, known[1].labels)
    with pytest.raises(DisagreeingMargins):
        rake_and_collapse(design, [known[0], apart], **answers)
    allowed = rake_and_collapse(design, [known[0], apart], agreement=0.01, **answers)
    weights = allowed.g * design.weights[stratum]
    assert weights.sum() == pytest.approx(known[0].population.sum())
    shares = np.bincount(sex, weights=weights) / weights.sum()
    assert shares == pytest.approx(apart.population / apart.population.sum())
    sample = draw(len(stratum), strata=stratum, populations=[population[stratum]])
    raked = adjust(sample, Raking((known[0], apart), agreement=0.01))
    assert weights == pytest.approx(raked.weights, rel=1e-9)
    assert raked_factors(design, [known[0], apart], agreement=0.01) == pytest.approx(allowed.g)
