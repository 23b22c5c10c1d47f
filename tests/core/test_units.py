"""A part of the unit tree: a unit and all below it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.place import Unit, units_within

TREE = (
    Unit("T", "Tỉnh", "province"),
    Unit("S", "Sở", "department", "T"),
    Unit("X", "Xã", "commune", "T"),
    Unit("TT", "Trung tâm của sở", "department", "S"),
    Unit("K", "Đứng riêng", "commune"),
)


def forests() -> st.SearchStrategy[tuple[Unit, ...]]:
    """Units that each stand below an earlier one or on their own, in any order."""
    parents = st.lists(st.integers(-1, 20), min_size=1, max_size=12)
    units = parents.map(
        lambda found: [
            Unit(str(n), str(n), "commune", str(p) if 0 <= p < n else None) for n, p in enumerate(found)
        ]
    )
    return units.flatmap(st.permutations).map(tuple)


def above(units: tuple[Unit, ...], unit: Unit) -> set[str]:
    """A unit and all above it, by walking up."""
    by_code = {u.code: u for u in units}
    found, at = {unit.code}, unit
    while at.parent_code is not None:
        at = by_code[at.parent_code]
        found.add(at.code)
    return found


@pytest.mark.parametrize(
    ("top", "codes"),
    [(None, "T S X TT K"), ("T", "T S X TT"), ("S", "S TT"), ("TT", "TT"), ("K", "K"), ("gone", "")],
)
def test_a_part_is_the_unit_and_all_below_it_in_their_order(top: str | None, codes: str) -> None:
    assert [unit.code for unit in units_within(TREE, top)] == codes.split()


@given(forests())
def test_a_unit_is_in_the_parts_of_those_above_it_and_in_no_other(units: tuple[Unit, ...]) -> None:
    for top in units:
        part = units_within(units, top.code)
        assert part == tuple(unit for unit in units if top.code in above(units, unit))


def test_units_that_stand_below_each_other_in_a_circle_end_all_the_same() -> None:
    circle = (Unit("A", "A", "commune", "B"), Unit("B", "B", "commune", "A"))
    assert units_within(circle, "A") == circle
