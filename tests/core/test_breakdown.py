"""Unit × field × item: the same numbers as the report on the levels that both have, each cell as if it were alone."""

from collections.abc import Callable

import numpy as np
import pytest

from questionnaires.definition import Definition, Part, Text
from survey.core.breakdown import Breakdown, break_down
from survey.core.evaluation import evaluate
from survey.core.measure import Measure
from survey.core.scoring import score_round
from tests.core.tiny import BLANK, NA, definition, evidence
from tests.core.variants import with_scoring

CELLS = {("A", "land"): 100, ("A", "civil"): 300, ("B", "land"): 50, ("B", "civil"): 700}
FEWEST = 5
RULES: dict[str, Callable[[Definition], Definition]] = {
    "mean": lambda asked: asked,
    "pooled": lambda asked: with_scoring(asked, index="pooled"),
    "parts": lambda asked: with_scoring(
        asked,
        index="parts",
        parts=(
            Part(code="one", title=Text(vi="Một"), sections=("access",), weight=30),
            Part(code="two", title=Text(vi="Hai"), sections=("staff",), weight=70),
        ),
    ),
}


def rows(sizes: dict[tuple[str, str], int]) -> list[tuple[str, str, list[int]]]:
    chance = np.random.default_rng(7)
    codes = [1, 2, 3, 4, 5, 5, 4]
    return [
        (unit, field, chance.choice(codes, size=3).tolist())
        for (unit, field), size in sizes.items()
        for _ in range(size)
    ]


def equal(one: Measure, other: Measure) -> None:
    assert one.estimate.value == pytest.approx(other.estimate.value, nan_ok=True)
    assert (one.interval is None) == (other.interval is None)
    if one.interval and other.interval:
        ends = [one.interval.low, one.interval.high]
        assert ends == pytest.approx([other.interval.low, other.interval.high])
    assert (one.responses, one.dossiers) == (other.responses, other.dossiers)


def broken(sizes: dict[tuple[str, str], int], asked: Definition | None = None) -> Breakdown:
    return break_down(score_round(evidence(CELLS, rows(sizes), asked=asked)), FEWEST)


@pytest.mark.parametrize("rule", RULES)
def test_round_units_and_fields_are_those_of_the_report(rule: str) -> None:
    found = evidence(CELLS, rows(dict.fromkeys(CELLS, 20)), asked=RULES[rule](definition()))
    result, breakdown = evaluate(score_round(found), None), break_down(score_round(found), FEWEST)
    measures = [result.index]
    for factor in result.factors:
        measures += [factor.measure, *(item.measure for item in factor.items)]
    for number, measure in enumerate(measures):
        equal(breakdown.measure("round", 0, number), measure)
    for place, unit in enumerate(result.units):
        equal(breakdown.measure("unit", place, 0), unit.measure)
    for place, field in enumerate(result.fields):
        equal(breakdown.measure("field", place, 0), field.measure)


@pytest.mark.parametrize("rule", RULES)
def test_a_cell_is_what_a_round_of_that_cell_alone_would_be(rule: str) -> None:
    asked = RULES[rule](definition())
    whole = rows(dict.fromkeys(CELLS, 20))
    breakdown = break_down(score_round(evidence(CELLS, whole, asked=asked)), FEWEST)
    for at, (unit, field) in enumerate(CELLS):
        own = [row for row in whole if row[:2] == (unit, field)]
        alone = evaluate(score_round(evidence({(unit, field): CELLS[unit, field]}, own, asked=asked)), None)
        measures = [alone.index]
        for factor in alone.factors:
            measures += [factor.measure, *(item.measure for item in factor.items)]
        for number, measure in enumerate(measures):
            equal(breakdown.measure("unit_field", at, number), measure)


def test_a_unit_whose_cells_would_be_given_away_by_its_neighbours_total_is_hidden_too() -> None:
    """B serves one field: its total is its cell, and the field's total less B would be A's three."""
    found = broken({("A", "land"): 3, ("A", "civil"): 30, ("B", "land"): 40})
    assert found.levels["unit_field"].is_hidden.tolist() == [True, True, True, False]
    assert found.hidden_codes in ({"A", "B"}, {"A", "civil"}, {"land", "civil"})


def test_an_item_with_few_ratings_hides_its_cell() -> None:
    listed = rows(dict.fromkeys(CELLS, 20))
    listed = [
        (unit, field, [a1, a2, b1 if (unit, field) != ("A", "land") or at < 3 else BLANK])
        for at, (unit, field, (a1, a2, b1)) in enumerate(listed)
    ]
    found = break_down(score_round(evidence(CELLS, listed)), FEWEST)
    assert found.levels["unit_field"].is_hidden.all()
    assert not found.hidden_codes


def test_an_item_that_few_rate_is_told_of_the_whole_round_only_and_never_alone() -> None:
    listed = [
        (unit, field, [a1, a2, b1 if at % 4 == 0 else NA])
        for at, (unit, field, (a1, a2, b1)) in enumerate(rows(dict.fromkeys(CELLS, 40)))
    ]
    found = break_down(score_round(evidence(CELLS, listed)), FEWEST)
    rare = [
        figure.item.code
        for figure, is_rare in zip(found.figures, found.is_rare, strict=True)
        if is_rare and figure.item
    ]
    assert len(rare) == 2
    assert "b1" in rare
    for number, is_rare in enumerate(found.is_rare):
        assert found.measure("round", 0, number).is_known
        assert found.measure("unit", 0, number).is_hidden is is_rare


def test_a_round_that_few_answered_shows_nothing_on_any_level() -> None:
    found = broken({("A", "land"): 2, ("B", "civil"): 2})
    for level, groups in found.levels.items():
        for group in range(len(groups.responses)):
            assert not any(
                found.measure(level, group, number).is_known for number in range(len(found.figures))
            )


def without_b1_in_a(sizes: dict[tuple[str, str], int]) -> list[tuple[str, str, list[int]]]:
    return [(unit, field, [a1, a2, NA if unit == "A" else b1]) for unit, field, (a1, a2, b1) in rows(sizes)]


def test_what_nobody_of_a_unit_rated_is_named_and_nothing_of_a_unit_that_is_hidden() -> None:
    found = break_down(score_round(evidence(CELLS, without_b1_in_a(dict.fromkeys(CELLS, 20)))), FEWEST)
    assert [item.code for item in found.unrated("unit", 0)] == ["b1"]
    assert not found.measure("unit", 0, 0).is_known
    assert found.unrated("unit", 1) == found.unrated("round", 0) == ()
    few = break_down(score_round(evidence(CELLS, without_b1_in_a(dict.fromkeys(CELLS, 1)))), FEWEST)
    assert few.levels["unit"].is_hidden.all()
    assert few.unrated("unit", 0) == ()
