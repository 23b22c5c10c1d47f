"""Which entries of a table of two ways with totals must be hidden together, so that no few people's answers come out.

The attacker knows everything that is shown, how many answered in every entry, and that rows and columns add up. What
can be computed of hidden entries are sums over cuts of a graph: a vertex for every row and column, an edge for every
hidden entry. The least such sum with a given entry in it is a minimum cut, found by maximum flow.

Source: Gusfield (1988), A graph theoretic approach to statistical data security, SIAM Journal on Computing 17.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from survey.statistics.arrays import BoolArray, IntArray

UNBOUNDED = 1 << 20
"""Capacity of an edge that no sum can cross: its entry would be taken away, not added."""


def hidden_together(counts: IntArray, present: BoolArray, small: BoolArray, fewest: int) -> BoolArray:
    """Hide small entries and as many others as keep every computable sum with one of them at ``fewest`` people or more.

    Args:
        counts: (R + 1, C + 1) people who surely stand behind each entry; the last row and column are totals.
        present: the same shape, whether there is an entry at all.
        small: the same shape, what must be hidden.
        fewest: people from which on a figure is shown, 1 or more; the grand total has as many.

    Returns:
        The same shape, whether the entry is hidden; the grand total never is. Totals are hidden only where there is no
        other way.
    """
    found = present & small
    found[-1, -1] = False
    first = np.argwhere(found).tolist()
    for row, column in first:
        while (side := _side_of(found, counts, row, column, fewest)) is not None:
            entry = _cheapest(side, counts, present & ~found)
            if entry is None:
                return _everything(present)
            found[entry] = True
    for row, column in np.argwhere(found & ~small).tolist():
        if row == len(found) - 1 or column == len(found.T) - 1:
            found[row, column] = False
            found[row, column] = any(
                _side_of(found, counts, at[0], at[1], fewest) is not None for at in first
            )
    return found


def _side_of(found: BoolArray, counts: IntArray, row: int, column: int, fewest: int) -> BoolArray | None:
    """The vertices on one side of the least sum with this entry in it, or None if that is of enough people."""
    rows, columns = found.shape
    at_row, at_column = np.nonzero(found)
    is_total = (at_row == rows - 1) ^ (at_column == columns - 1)
    tail = np.where(is_total, rows + at_column, at_row)
    head = np.where(is_total, at_row, rows + at_column)
    bounded = np.minimum(counts[at_row, at_column], fewest)
    sizes = np.concatenate((bounded, np.full(len(tail), UNBOUNDED))).astype(np.int32)
    ends = (np.concatenate((tail, head)), np.concatenate((head, tail)))
    graph = csr_array((sizes, ends), shape=(rows + columns, rows + columns))
    here, there = row, rows + column
    if (row == rows - 1) ^ (column == columns - 1):
        here, there = there, here
    flow = maximum_flow(graph, here, there)
    if flow.flow_value >= fewest:
        return None
    left = csr_array(graph - flow.flow)
    left.eliminate_zeros()
    side = np.zeros(rows + columns, bool)
    side[breadth_first_order(left, here, return_predecessors=False)] = True
    return side


def _cheapest(side: BoolArray, counts: IntArray, free: BoolArray) -> tuple[int, int] | None:
    """The smallest shown entry between the two sides, no total if it can be helped; None if there is none."""
    rows, columns = counts.shape
    crossing = free & (side[:rows, np.newaxis] != side[np.newaxis, rows:])
    crossing[-1, -1] = False
    where = np.argwhere(crossing).tolist()
    if not where:
        return None

    def cost(at: list[int]) -> tuple[bool, bool, int]:
        people = int(counts[at[0], at[1]])
        return at[0] == rows - 1 or at[1] == columns - 1, people == 0, people

    row, column = min(where, key=cost)
    return int(row), int(column)


def _everything(present: BoolArray) -> BoolArray:
    """All but the grand total."""
    found = present.copy()
    found[-1, -1] = False
    return found
