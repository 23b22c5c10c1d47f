"""From a table of units and fields with totals, nobody computes the answers of a few people."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.optimize import linprog

from survey.statistics.arrays import BoolArray, IntArray
from survey.statistics.disclosure import hidden_together

TABLES = arrays(
    np.int64,
    array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=5),
    elements=st.sampled_from([0, 0, 1, 2, 3, 4, 5, 7, 12, 40]),
)
FEWEST = st.integers(1, 8)


def with_totals(table: IntArray) -> IntArray:
    rows = np.vstack((table, table.sum(axis=0)))
    return np.hstack((rows, rows.sum(axis=1, keepdims=True)))


def equations(shape: tuple[int, int]) -> IntArray:
    """Every row adds up to its total, and so does every column."""
    found = []
    for axis in (0, 1):
        for line in range(shape[axis]):
            table = np.zeros(shape, np.int64)
            np.moveaxis(table, axis, 0)[line] = 1
            np.moveaxis(table, axis, 0)[line, -1] = -1
            found.append(table.ravel())
    return np.array(found)


def fewest_in_a_sum_with(entry: int, counts: IntArray, found: BoolArray) -> float:
    """How few people an attacker gets to: over all sums of hidden entries that what is shown adds up to."""
    rows = equations(counts.shape)[:, found.ravel()]
    people = counts.ravel()[found.ravel()]
    bound = np.zeros(found.sum())
    bound[np.flatnonzero(found.ravel()).tolist().index(entry)] = 1
    best = linprog(rows @ people, A_ub=-rows.T, b_ub=-bound, bounds=(None, None), method="highs")
    return np.inf if best.status == 2 else float(best.fun)


@settings(deadline=None, max_examples=150)
@given(TABLES, FEWEST)
def test_no_sum_that_an_attacker_can_form_is_about_few_people(table: IntArray, fewest: int) -> None:
    counts = with_totals(table)
    assume(counts[-1, -1] >= fewest)
    found = hidden_together(counts, counts > 0, counts < fewest, fewest)
    for entry in np.flatnonzero((found & (counts < fewest)).ravel()):
        assert fewest_in_a_sum_with(int(entry), counts, found) >= fewest - 1e-6


@settings(deadline=None)
@given(TABLES, FEWEST)
def test_small_entries_are_hidden_empty_ones_and_the_grand_total_are_not(
    table: IntArray, fewest: int
) -> None:
    counts = with_totals(table)
    assume(counts[-1, -1] >= fewest)
    found = hidden_together(counts, counts > 0, counts < fewest, fewest)
    assert found[(counts > 0) & (counts < fewest)].all()
    assert not found[counts == 0].any()
    assert not found[-1, -1]


@given(TABLES)
def test_a_table_without_small_entries_is_shown_whole(table: IntArray) -> None:
    counts = with_totals(table * 10)
    assert not hidden_together(counts, counts > 0, counts < 5, 5).any()


def test_hiding_only_the_small_entry_is_noticed_by_the_attack_that_the_promise_rests_on() -> None:
    counts = with_totals(np.array([[2, 50], [30, 40]]))
    found = np.zeros_like(counts, bool)
    found[0, 0] = True
    assert fewest_in_a_sum_with(0, counts, found) == pytest.approx(2)
    found[:2, :2] = True
    assert fewest_in_a_sum_with(0, counts, found) == pytest.approx(32)


def test_two_rows_less_a_column_give_nobody_away() -> None:
    """Every line has enough hidden people, but rows 1 and 2 less the first column would be two people."""
    counts = with_totals(np.array([[10, 1, 40], [10, 1, 40], [0, 4, 40], [0, 30, 30]]))
    found = hidden_together(counts, counts > 0, counts < 5, 5)
    for entry in np.flatnonzero((found & (counts < 5)).ravel()):
        assert fewest_in_a_sum_with(int(entry), counts, found) >= 5 - 1e-6
