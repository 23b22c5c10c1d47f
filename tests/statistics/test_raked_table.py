"""The raked table from moments is the raked table from rows."""

import numpy as np
import pytest

from survey.statistics.adjustments import Margin, Raking, adjust
from survey.statistics.cell_raking import raked_factors
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.raked_moments import rake_and_collapse
from survey.statistics.raked_table import raked_table
from survey.statistics.row_table import sipas_table_from_rows
from survey.statistics.sample import draw
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
    moments = rake_and_collapse(design, known, numerator=score, denominator=valid)
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
    items = slice(0, fast.items)
    for name in ("design_effect", "design_effect_of_mean"):
        ours, rows = (getattr(table, name)[:, items] for table in (fast, slow))
        assert ours == pytest.approx(rows, rel=1e-9, nan_ok=True)


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
