"""A result without the figures of small cells: what every output is written from."""

from dataclasses import replace
from datetime import UTC, date, datetime

from survey.core.breakdown import hidden_units
from survey.core.credibility import Reach, judge
from survey.core.evaluation import earlier_of, evaluate
from survey.core.place import Unit
from survey.core.result import RoundResult
from survey.core.scoring import score_round
from survey.core.small_cells import protect
from survey.core.unit_trend import with_unit_trends
from tests.core.test_flags import at_hours, day_by_day
from tests.core.tiny import NA, evidence

FEWEST = 5
MANY = (("A", "land"), ("B", "land"))


def result(rows: dict[tuple[str, str], int]) -> RoundResult:
    """A round with so many responses by unit and field."""
    listed = [
        (unit, field, [5, 4, 3] if at % 2 else [2, 4, 5])
        for (unit, field), count in rows.items()
        for at in range(count)
    ]
    found = evidence(dict.fromkeys(rows, 100), listed)
    trust = judge(score_round(found), at_hours(day_by_day(len(listed))), Reach(), None)
    return protect(replace(evaluate(score_round(found), None), credibility=trust), FEWEST)


def test_a_small_unit_takes_another_with_it_and_leaves_the_total() -> None:
    found = result({("A", "land"): 3, ("B", "land"): 30})
    assert [unit.measure.is_hidden for unit in found.units] == [True, True]
    assert [unit.measure.responses for unit in found.units] == [3, 30]
    assert found.index.is_known
    assert not any(unit.measure.is_known for unit in found.units)


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    found = result({("A", "land"): 6, ("A", "civil"): 9, ("B", "civil"): 30})
    assert not any(row.measure.is_hidden for row in (*found.units, *found.fields))
    assert all(unit.measure.is_known for unit in found.units)


def test_fields_are_protected_as_units_are() -> None:
    found = result({("A", "land"): 2, ("A", "civil"): 9, ("B", "civil"): 30})
    assert [field.measure.is_hidden for field in found.fields] == [True, True]
    assert not any(unit.measure.is_hidden for unit in found.units)


def test_a_round_that_hardly_anybody_answered_shows_no_figure_at_all() -> None:
    found = result({("A", "land"): 2, ("B", "land"): 2})
    measures = [
        found.index,
        *(factor.measure for factor in found.factors),
        *(item.measure for item in found.items),
        *(row.measure for row in (*found.units, *found.fields)),
    ]
    assert all(measure.is_hidden and not measure.is_known for measure in measures)
    assert not any(share for item in found.items for share in item.shares.values())
    assert found.unweighted != found.unweighted
    assert found.credibility is not None
    assert found.credibility.everybody.measure.is_hidden


def test_the_index_without_flagged_answers_is_hidden_where_it_would_give_away_a_few() -> None:
    rows = [("A", "land", [5, 4, 3])] * 60
    found = evidence({("A", "land"): 1000}, rows)
    trust = judge(score_round(found), at_hours(day_by_day(60)), Reach(), None)
    few = replace(trust.unflagged, measure=replace(trust.unflagged.measure, responses=57))
    many = replace(trust.unflagged, measure=replace(trust.unflagged.measure, responses=55))
    for way, is_hidden in ((few, True), (many, False)):
        closed = replace(found, round=replace(found.round, closed_at=datetime(2027, 1, 1, tzinfo=UTC)))
        guarded = protect(
            replace(evaluate(score_round(closed), None), credibility=replace(trust, unflagged=way)), FEWEST
        ).credibility
        assert guarded is not None
        assert guarded.unflagged.measure.is_hidden is is_hidden


def test_while_answers_are_taken_the_index_is_not_shown_without_flagged_answers() -> None:
    found = evidence({("A", "land"): 1000}, [("A", "land", [5, 4, 3])] * 60)
    trust = judge(score_round(found), at_hours(day_by_day(60)), Reach(), None)
    fewer = replace(trust.unflagged, measure=replace(trust.unflagged.measure, responses=40))
    guarded = protect(
        replace(evaluate(score_round(found), None), credibility=replace(trust, unflagged=fewer)),
        FEWEST,
        is_moving=True,
    ).credibility
    assert guarded is not None
    assert guarded.unflagged.measure.is_hidden


def by_factor(rows: dict[str, list[list[int]]]) -> RoundResult:
    """A round of one field with these answers by unit, protected."""
    listed = [(unit, "land", codes) for unit, answers in rows.items() for codes in answers]
    units = tuple(Unit(code, f"Xã {code}", "commune") for code in rows)
    volumes = {(code, "land"): 900 for code in rows}
    return protect(evaluate(score_round(evidence(volumes, listed, units=units)), None), FEWEST)


def hidden_factors(found: RoundResult) -> list[list[bool]]:
    return [[factor.is_hidden for factor in unit.factors] for unit in found.units]


def test_a_unit_in_which_few_answered_to_one_factor_shows_none_of_its_factors() -> None:
    all_three, no_third = [5, 4, 3], [2, 4, NA]
    found = by_factor(
        {
            "A": [all_three] * 3 + [no_third] * 20,
            "B": [all_three] * 2 + [no_third] * 20,
            "C": [all_three] * 30,
        }
    )
    assert hidden_factors(found) == [[True, True], [True, True], [False, False]]
    assert all(unit.measure.is_known for unit in found.units)


def test_a_unit_whose_factors_would_follow_from_the_total_takes_another_with_it() -> None:
    all_three, no_third = [5, 4, 3], [2, 4, NA]
    found = by_factor(
        {
            "A": [all_three] * 3 + [no_third] * 20,
            "B": [all_three] * 40,
            "C": [all_three, [2, 2, 2]] * 15,
        }
    )
    assert hidden_factors(found) == [[True, True], [False, False], [True, True]]


def test_a_hidden_units_factors_are_hidden_with_it() -> None:
    found = by_factor({"A": [[5, 4, 3]] * 2, "B": [[5, 4, 3]] * 9, "C": [[5, 2, 3]] * 30})
    assert [unit.measure.is_hidden for unit in found.units] == [True, True, False]
    assert hidden_factors(found) == [[True, True], [True, True], [False, False]]


def test_a_units_factors_are_those_of_its_own_answers() -> None:
    found = by_factor({"A": [[5, 4, 3], [5, 1, 5]] * 5, "B": [[1, 1, 1], [1, 1, 5]] * 5})
    assert [[factor.value for factor in unit.factors] for unit in found.units] == [[0.75, 0.5], [0.0, 0.5]]


def compared(before: dict[tuple[str, str], int]) -> RoundResult:
    """A round of many answers, compared with one of so many."""
    earlier = evidence(
        dict.fromkeys(MANY, 100), [(*cell, [5, 4, 3]) for cell, n in before.items() for _ in range(n)]
    )
    start, end = date(2026, 7, 1), date(2026, 9, 30)
    scored = score_round(
        replace(earlier, round=replace(earlier.round, code="q3", starts_on=start, ends_on=end))
    )
    now = evidence(dict.fromkeys(MANY, 100), [(*cell, [5, 4, 3]) for cell in MANY for _ in range(20)])
    found = with_unit_trends(evaluate(score_round(now), None, earlier_of(scored)), scored, [])
    gone = hidden_units(scored, FEWEST, is_moving=False)
    return protect(found, FEWEST, hidden_before=gone)


def test_what_the_earlier_report_hides_beside_a_small_unit_is_not_shown_in_the_later_one() -> None:
    """B had 30 answers, but with the total they tell what the three of A said."""
    found = compared({("A", "land"): 3, ("B", "land"): 30})
    assert found.previous_index is not None
    assert found.previous_index.is_known
    assert [unit.previous is not None and unit.previous.is_known for unit in found.units] == [False, False]
    assert [unit.change for unit in found.units] == [None, None]
    assert all(unit.measure.is_known for unit in found.units)


def test_an_earlier_round_that_hardly_anybody_answered_is_not_shown_by_its_successor() -> None:
    found = compared({("A", "land"): 2, ("B", "land"): 2})
    assert found.previous_index is not None
    assert not found.previous_index.is_known
    parts = (*found.factors, *found.items)
    assert all(part.previous is None and part.change is None for part in parts)
    assert found.change is None
    enough = compared({("A", "land"): 6, ("B", "land"): 7})
    assert enough.previous_index is not None
    assert enough.previous_index.is_known
    assert all(unit.previous is not None and unit.previous.is_known for unit in enough.units)
