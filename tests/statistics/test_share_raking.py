"""Raking to known shares: what it meets, and what those who did not say cost in precision."""

import numpy as np
import pytest

from survey.statistics.adjustments import Margin, Raking, adjust
from survey.statistics.arrays import FloatArray
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimation import estimate
from survey.statistics.measures import EstimateTable, MeasureTable
from survey.statistics.quantities import Ratios
from survey.statistics.raked_table import raked_parts_table, raked_table
from survey.statistics.refusals import MismatchedShapes
from survey.statistics.replicates import Replicates, jackknife
from survey.statistics.row_table import parts_table_from_rows, sipas_table_from_rows
from survey.statistics.sample import Sample, draw
from survey.statistics.share_raking import KnownShares, rake_moments_to_shares, rake_to_shares
from survey.statistics.weighted_parts import Part, weighted_parts
from survey.statistics.weighting_refusals import EmptyPoststratum

RANDOM = np.random.default_rng(20261122)
ROWS = 500
STRATUM = RANDOM.integers(0, 4, ROWS)
POPULATION = np.array([400, 900, 2000, 700])
SEX = RANDOM.choice([-1, 0, 1], ROWS, p=[0.3, 0.4, 0.3])
AGE = RANDOM.choice([-1, 0, 1, 2], ROWS, p=[0.1, 0.3, 0.3, 0.3])
# Those who do not say their sex are far less satisfied, so that their number matters.
CONTENT = np.choose(SEX + 1, [0.35, 0.7, 0.95]) - 0.1 * (AGE == 2)
VALID = RANDOM.random((ROWS, 3)) < 0.95
SCORE = (VALID & (RANDOM.random((ROWS, 3)) < CONTENT[:, np.newaxis])).astype(float)


def sample() -> Sample:
    return draw(ROWS, strata=STRATUM, populations=[POPULATION[STRATUM]])


def shares(*, everybody_said: bool = False) -> list[KnownShares]:
    sex, age = (np.maximum(code, 0) if everybody_said else code for code in (SEX, AGE))
    return [
        KnownShares("sex", sex, np.array([0.45, 0.55]), ("a", "b")),
        KnownShares("age", age, np.array([0.2, 0.3, 0.5]), ("x", "y", "z")),
    ]


def table(design: Sample | Replicates) -> MeasureTable:
    return sipas_table_from_rows(
        design, valid=VALID, score=SCORE, factors=[[0, 1, 2]], lonely=LonelyRule.ADJUST
    )


def held(weights: FloatArray, known: KnownShares) -> FloatArray:
    """Weight of those who did not say, then of every category."""
    return np.bincount(known.cell + 1, weights, len(known.share) + 1)


def test_who_said_meets_the_shares_and_who_did_not_keeps_what_they_had() -> None:
    before, known = sample(), shares()
    after = rake_to_shares(before, known)
    assert after.weights.sum() == pytest.approx(before.weights.sum(), rel=1e-12)
    for margin in known:
        kept, *categories = held(after.weights, margin)
        assert kept == pytest.approx(held(before.weights, margin)[0], rel=1e-9)
        assert np.array(categories) / sum(categories) == pytest.approx(margin.share, rel=1e-9)


def test_where_everybody_said_it_is_the_raking_that_is_checked_against_r() -> None:
    whole = POPULATION.sum()
    known = shares(everybody_said=True)
    margins = tuple(Margin(m.name, m.cell, m.share * whole, m.labels) for m in known)
    ours, plain = table(rake_to_shares(sample(), known)), table(adjust(sample(), Raking(margins)))
    assert ours.estimate == pytest.approx(plain.estimate, rel=1e-12)
    assert ours.standard_error == pytest.approx(plain.standard_error, rel=1e-9)


def test_one_margin_is_enough() -> None:
    known = shares()[1]
    after = rake_to_shares(sample(), [known])
    categories = held(after.weights, known)[1:]
    assert categories / categories.sum() == pytest.approx(known.share, rel=1e-12)


def test_the_number_of_those_who_did_not_say_is_not_taken_for_knowledge() -> None:
    raked = rake_to_shares(sample(), shares())
    repeated = jackknife(raked, stratified=True)  # rakes anew in every replicate
    taken = adjust(sample(), Raking(tuple(m.margin(sample().weights) for m in shares())))
    ours, theirs, too_small = table(raked), table(repeated), table(taken)
    assert ours.estimate == pytest.approx(theirs.estimate, rel=1e-12)
    assert ours.standard_error == pytest.approx(theirs.standard_error, rel=0.05)
    assert (too_small.standard_error[0, 4:] < 0.85 * theirs.standard_error[0, 4:]).all()


def test_so_it_is_for_a_part_of_the_sample() -> None:
    raked = rake_to_shares(sample(), shares())
    part = (STRATUM == 2) | (AGE == 1)
    ours, theirs = (table(one.within(part)) for one in (raked, jackknife(raked, stratified=True)))
    assert ours.estimate == pytest.approx(theirs.estimate, rel=1e-12)
    assert ours.standard_error == pytest.approx(theirs.standard_error, rel=0.05)


def test_what_was_raked_varies_no_more() -> None:
    """Among those who said, the share of a category is known: its standard error is 0."""
    raked = rake_to_shares(sample(), shares())
    said = (SEX >= 0).astype(float)[:, np.newaxis]
    found = estimate(raked, Ratios((SEX == 1).astype(float)[:, np.newaxis], said))
    assert found.value[0] == pytest.approx(0.55, rel=1e-9)
    assert found.standard_error[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("rakes", [True, False])
def test_indices_of_parts_are_those_of_every_group_by_itself(groups: int, *, rakes: bool) -> None:
    design = rake_to_shares(sample(), shares()) if rakes else sample()
    indices = [[Part((0, 1), 0.6), Part((2,), 0.4)], [Part((1,), 1.0)]]
    group = (STRATUM + (AGE > 0)) % groups
    group[:5] = -1
    found = parts_table_from_rows(
        design,
        valid=VALID,
        score=SCORE,
        indices=indices,
        domain=group,
        groups=groups,
        lonely=LonelyRule.ADJUST,
    )
    for at in range(groups):
        alone = estimate(design.within(group == at), weighted_parts(VALID, SCORE, indices))
        assert found.estimate[at] == pytest.approx(alone.value, rel=1e-12)
        assert found.standard_error[at] == pytest.approx(alone.standard_error, rel=1e-9)
        assert found.degrees_of_freedom[at, 0] == alone.degrees_of_freedom
        assert found.respondents[at] == (group == at).sum()


def test_a_category_without_anybody_is_refused_by_its_name() -> None:
    known = KnownShares("sex", np.minimum(SEX, 0), np.array([0.45, 0.55]), ("a", "b"))
    with pytest.raises(EmptyPoststratum) as refused:
        rake_to_shares(sample(), [known])
    assert (refused.value.margin, refused.value.cells) == ("sex", ("b",))


def test_a_margin_of_other_rows_is_refused() -> None:
    with pytest.raises(MismatchedShapes):
        rake_to_shares(sample(), [KnownShares("sex", SEX[:-1], np.array([0.45, 0.55]), ("a", "b"))])


@pytest.mark.parametrize("rule", [LonelyRule.ADJUST, LonelyRule.AVERAGE, LonelyRule.REMOVE])
@pytest.mark.parametrize("groups", [1, 2, 6])
def test_moments_give_the_tables_of_the_rows(groups: int, rule: LonelyRule) -> None:
    """Also with a single response in a stratum, and with a margin that everybody in a stratum answers alike."""
    stratum = STRATUM.copy()
    stratum[:2] = 4, 5
    population = np.append(POPULATION, [7, 1])
    place = KnownShares(
        "place", np.where(stratum == 3, -1, stratum % 2), np.array([0.4, 0.6]), ("even", "odd")
    )
    known = [*shares(), place]
    design = StratifiedDesign(stratum, population)
    rows = rake_to_shares(draw(ROWS, strata=stratum, populations=[population[stratum]]), known)
    moments = rake_moments_to_shares(design, known, satisfied=SCORE == 1, valid=VALID)
    group = np.arange(6) % groups
    group[0] = -1 if groups > 1 else 0
    indices, factors = [[Part((0, 1), 0.6), Part((2,), 0.4)]], [[0, 1], [2]]
    of_rows = {"valid": VALID, "score": SCORE, "domain": group[stratum], "groups": groups, "lonely": rule}
    same(
        raked_table(design, moments, group, groups, factors=factors, lonely=rule),
        sipas_table_from_rows(rows, factors=factors, **of_rows),
    )
    same(
        raked_parts_table(design, moments, group, groups, indices=indices, lonely=rule),
        parts_table_from_rows(rows, indices=indices, **of_rows),
    )


def same(one: EstimateTable, other: EstimateTable) -> None:
    assert one.estimate == pytest.approx(other.estimate, rel=1e-9, nan_ok=True)
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-6, nan_ok=True)
    for name in ("degrees_of_freedom", "valid_answers", "respondents", "census"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.weight == pytest.approx(other.weight, rel=1e-9)
