"""No small group's figure can be shown, and none can be computed from what is shown."""

from itertools import combinations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from survey.core.small_cells import hidden, nested

COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=12)
FEWEST = st.integers(1, 12)


@given(COUNTS, FEWEST)
def test_no_small_part_is_shown_and_no_empty_one_is_hidden(counts: list[int], fewest: int) -> None:
    for count, is_hidden in zip(counts, hidden(counts, fewest), strict=True):
        assert is_hidden or count == 0 or count >= fewest
        assert count or not is_hidden


@given(COUNTS, FEWEST)
def test_an_attacker_who_subtracts_every_shown_part_from_the_total_gets_no_small_group(
    counts: list[int], fewest: int
) -> None:
    assume(sum(counts) >= fewest)
    found = hidden(counts, fewest)
    left = [count for count, is_hidden in zip(counts, found, strict=True) if is_hidden]
    assert len(left) != 1
    assert not left or sum(left) >= fewest


@given(COUNTS, FEWEST, st.data())
def test_no_linear_combination_of_what_is_shown_gives_a_hidden_part(
    counts: list[int], fewest: int, data: st.DataObject
) -> None:
    """The attacker knows all counts, the shown parts' sums and the total's, and solves for the rest."""
    assume(sum(counts) >= fewest)
    del data
    found = hidden(counts, fewest)
    size = len(counts)
    known = [np.ones(size), *(np.eye(size)[at] for at in range(size) if not found[at] or not counts[at])]
    known += [np.eye(size)[at] for at in range(size) if not counts[at]]
    span = np.array(known)
    rank = np.linalg.matrix_rank(span)
    for at, is_hidden in enumerate(found):
        if is_hidden:
            assert np.linalg.matrix_rank(np.vstack([span, np.eye(size)[at]])) == rank + 1


@given(COUNTS, FEWEST)
def test_no_more_is_hidden_than_is_needed(counts: list[int], fewest: int) -> None:
    found = hidden(counts, fewest)
    small = [count for count in counts if 0 < count < fewest]
    if not small:
        assert not any(found)
    if len(small) > 1 and sum(small) >= fewest:
        assert sum(found) == len(small)


def test_a_lonely_small_part_takes_the_next_smallest_with_it() -> None:
    assert hidden([100, 3, 50, 0, 200], 5) == [False, True, True, False, False]
    assert hidden([100, 2, 2, 50], 5) == [False, True, True, True]
    assert hidden([100, 3, 3, 50], 5) == [False, True, True, False]


TABLE = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=4)


@given(TABLE, st.integers(2, 6))
def test_no_shown_part_less_shown_rows_inside_it_and_no_row_less_parts_inside_it_leaves_a_few(
    table: list[list[int]], fewest: int
) -> None:
    """Rows are units, columns groups: whatever is subtracted from a shown figure, a few are never left."""
    units = {f"U{at}": sum(row) for at, row in enumerate(table) if sum(row) >= fewest}
    parts = [{f"U{at}": row[k] for at, row in enumerate(table) if row[k]} for k in range(3)]
    gone = nested(parts, units, fewest)
    shown = [part for at, part in enumerate(parts) if at not in gone]
    for part in shown:
        inside = [row for row, count in part.items() if units.get(row) == count]
        for size in range(1, len(inside) + 1):
            for chosen in combinations(inside, size):
                left = sum(part.values()) - sum(units[row] for row in chosen)
                assert left == 0 or left >= fewest
    for row, count in units.items():
        inner = [part for part in shown if set(part) == {row}]
        for size in range(1, len(inner) + 1):
            for some in combinations(inner, size):
                left = count - sum(sum(part.values()) for part in some)
                assert left == 0 or left >= fewest
