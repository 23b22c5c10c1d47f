"""Work on many cells shared out among the processors; numpy and its linear algebra let threads run side by side."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from survey.statistics.arrays import IntArray

WORTH = 20_000  # rows for which another thread pays


def share_out(work: Callable[[slice], None], bounds: IntArray) -> None:
    """Call work with slices of cells that hold about as many rows each, one slice for each processor.

    Args:
        work: takes a slice of cells, and touches nothing that belongs to other cells.
        bounds: (C + 1,) where the rows of each cell begin and the last one ends.
    """
    threads = int(min(_processors(), 1 + bounds[-1] // WORTH))
    cuts = np.searchsorted(bounds, np.linspace(0, bounds[-1], threads + 1)[1:-1]).tolist()
    cuts = [0, *cuts, len(bounds) - 1]
    slices = [slice(start, stop) for start, stop in pairwise(cuts) if start < stop]
    if len(slices) == 1:
        work(slices[0])
    elif slices:
        with ThreadPoolExecutor(len(slices)) as pool:
            list(pool.map(work, slices))


def _processors() -> int:
    """Count the processors that this process may use, where the system can tell."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
