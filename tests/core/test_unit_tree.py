"""The tree of units: what may stand where."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.place import Unit
from survey.core.unit_tree import UnitFault, faults_of, in_tree_order


def unit(code: str, parent: str | None = None, since: date | None = None, until: date | None = None) -> Unit:
    return Unit(code, code, "commune", parent, since, until)


def test_each_unit_is_followed_by_those_below_it() -> None:
    units = [unit("C", "B"), unit("A"), unit("B", "A"), unit("D", "gone")]
    assert [(p.unit.code, p.depth) for p in in_tree_order(units)] == [("A", 0), ("B", 1), ("C", 2), ("D", 0)]


@given(st.lists(st.integers(0, 30), max_size=30))
def test_no_unit_is_lost_or_shown_twice(parents: list[int]) -> None:
    units = [unit(str(i), str(p) if p < i else None) for i, p in enumerate(parents)]
    assert sorted(p.unit.code for p in in_tree_order(units)) == sorted(u.code for u in units)


JULY = date(2025, 7, 1)


@pytest.mark.parametrize(
    ("one", "fault"),
    [
        (unit("A", "A"), UnitFault.PARENT_BELOW),
        (unit("A", "B"), UnitFault.PARENT_BELOW),
        (unit("A", "x"), UnitFault.PARENT_UNKNOWN),
        (unit("N", "E"), UnitFault.PARENT_EARLIER),
        (unit("N", "L", date(2020, 1, 1)), UnitFault.PARENT_LATER),
        (unit("A", None, None, JULY), UnitFault.CHILD_LATER),
        (unit("A", None, JULY, date(2025, 1, 1)), UnitFault.DATES_REVERSED),
    ],
)
def test_what_cannot_be_is_a_fault(one: Unit, fault: UnitFault) -> None:
    others = [unit("A"), unit("B", "A"), unit("E", until=JULY), unit("L", since=JULY)]
    assert fault in faults_of(one, [other for other in others if other.code != one.code], is_new=False)


def test_a_unit_serves_from_its_first_to_its_last_day() -> None:
    one = unit("A", since=JULY, until=date(2025, 12, 31))
    assert [
        one.is_in_force(day) for day in (date(2025, 6, 30), JULY, date(2025, 12, 31), date(2026, 1, 1))
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert one.is_in_force(date(2025, 1, 1), JULY)
    assert not one.is_in_force(date(2025, 1, 1), date(2025, 6, 30))
