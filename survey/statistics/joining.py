"""Adding answers to moments: what new answers cost does not depend on how many there were before."""

import numpy as np

from survey.statistics.arrays import FloatArray, IntArray, frozen_floats, frozen_integers
from survey.statistics.moments import Moments, centre_counts
from survey.statistics.refusals import MismatchedShapes


def join(first: Moments, second: Moments) -> Moments:
    """Put the moments of two batches of respondents together.

    Counts are added as whole numbers, so that batches of yes/no answers give exactly what all rows at once
    give, in whatever order and sizes they come; scores agree to rounding. Only cells that both have are
    computed anew.

    Args:
        first: moments of some respondents.
        second: moments of others, over the same groups, strata and items.

    Returns:
        The moments of all; both arguments stay as they are.

    Raises:
        MismatchedShapes: other groups or items.

    Source: Chan, Golub & LeVeque (1983), The American Statistician 37 (updating formula).
    """
    shapes = [(moments.groups, moments.sums.shape[1]) for moments in (first, second)]
    if shapes[0] != shapes[1]:
        raise MismatchedShapes(first=shapes[0], second=shapes[1])
    span = 1 + int(max(moments.stratum.max(initial=0) for moments in (first, second)))
    keys = [moments.group * span + moments.stratum for moments in (first, second)]
    cells = np.union1d(*keys)
    places = [np.searchsorted(cells, key) for key in keys]
    rows, answered, sums = (
        _added(len(cells), places, [getattr(moments, name) for moments in (first, second)])
        for name in ("rows", "answered", "sums")
    )
    products = np.zeros((len(cells), *first.products.shape[1:]))
    products[places[1]] = second.products
    products[places[0]] = first.products
    counted = first.counted and second.counted
    both, *pair = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
    products[np.searchsorted(cells, both)] = (_of_counts if counted else _of_scores)(first, second, *pair)
    products.setflags(write=False)
    return Moments(
        groups=first.groups,
        group=frozen_integers(cells // span),
        stratum=frozen_integers(cells % span),
        rows=frozen_integers(rows),
        answered=frozen_integers(answered),
        sums=frozen_floats(sums),
        products=products,
        counted=counted,
    )


def _added(cells: int, places: list[IntArray], values: list[FloatArray]) -> FloatArray:
    """Add the values of two batches, each at its places."""
    total = np.zeros((cells, *values[0].shape[1:]), values[0].dtype)
    for place, value in zip(places, values, strict=True):
        total[place] += value
    return total


def _of_counts(first: Moments, second: Moments, at_first: IntArray, at_second: IntArray) -> FloatArray:
    """Add counts of pairs, recovered exactly from centred products, and centre them again."""
    pairs = _pairs(first, at_first) + _pairs(second, at_second)
    centre_counts(pairs, first.rows[at_first] + second.rows[at_second])
    return pairs


def _pairs(moments: Moments, cells: IntArray) -> FloatArray:
    """Give the whole numbers P of which (n P - S S') / n is known."""
    sums, rows = moments.sums[cells], moments.rows[cells]
    squares = sums[:, :, np.newaxis] * sums[:, np.newaxis, :] / rows[:, np.newaxis, np.newaxis]
    return np.asarray(np.rint(moments.products[cells] + squares), np.float64)


def _of_scores(first: Moments, second: Moments, at_first: IntArray, at_second: IntArray) -> FloatArray:
    """Add centred products, and what lies between the two means."""
    many, more = first.rows[at_first, np.newaxis], second.rows[at_second, np.newaxis]
    apart = first.sums[at_first] / many - second.sums[at_second] / more
    apart *= np.sqrt(many * more / (many + more))
    between = apart[:, :, np.newaxis] * apart[:, np.newaxis, :]
    joined: FloatArray = first.products[at_first] + second.products[at_second] + between
    return joined
