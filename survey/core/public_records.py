"""Records of a frozen round that may leave the house: answers without anything that leads to a person or a counter.

A record keeps the field, the month and the ratings. Unit, counter, mode, language, hour and every answer beside the ratings
are left out, and so is the tier of the unit, since a field's total by tier would give hidden figures of units away. A month
with few people of its field is not told; nor is a field with few people or whose figure is hidden; who is alone even then
is left out. The weight is the mean of its field's weights: that of a stratum would name the unit, and so would that of a
month in which one unit alone was answered. Records are sorted by what they say, which leaves no order of arrival.
"""

from dataclasses import dataclass

import numpy as np

from survey.core.evidence import CodeMatrix, IntArray
from survey.core.place import Field
from survey.core.round import VIETNAM
from survey.core.scoring import Scored
from survey.statistics.arrays import BoolArray, FloatArray

NOT_TOLD = -1


@dataclass(frozen=True, eq=False)
class PublicRecords:
    """Anonymous records of a round.

    Attributes:
        fields: all F fields.
        months: names of the months that occur, "yyyy-mm", in order.
        field: n, position in ``fields``, or :data:`NOT_TOLD`.
        month: n, position in ``months``, or :data:`NOT_TOLD`.
        answers: n × items, option codes or the codes of missing ratings, see :mod:`survey.core.evidence`.
        weight: n, dossiers that a record stands for.
        left_out: responses of which there is no record.
    """

    fields: tuple[Field, ...]
    months: tuple[str, ...]
    field: IntArray
    month: IntArray
    answers: CodeMatrix
    weight: FloatArray
    left_out: int


def public_records(scored: Scored, hours: IntArray, hidden_fields: BoolArray, fewest: int) -> PublicRecords:
    """Make a round's records anonymous.

    Args:
        scored: the round.
        hours: of arrival, hours since 1970, of all responses in the evidence's order.
        hidden_fields: F, whose figure is not shown.
        fewest: people that a group needs, 1 or more.
    """
    counted = scored.weighting.counted
    zone = int(VIETNAM.utcoffset(None).total_seconds()) // 3600
    months, month = np.unique(
        (hours[counted] + zone).astype("datetime64[h]").astype("datetime64[M]"), return_inverse=True
    )
    field = _told_fields(scored.evidence.field[counted], hidden_fields, fewest)
    month = _told_months(field, month, fewest)
    kept = _large_enough(field, month, fewest)
    weight = _of_fields(field, scored.tables.weights)
    order = kept[np.lexsort((*scored.answers[kept].T, month[kept], field[kept]))]
    return PublicRecords(
        scored.evidence.fields,
        tuple(np.datetime_as_string(months).tolist()),
        field[order],
        month[order],
        scored.answers[order],
        weight[order],
        len(counted) - len(order),
    )


def _told_fields(field: IntArray, hidden: BoolArray, fewest: int) -> IntArray:
    """Fields, untold where few people or no figure stand; the smallest told ones follow until the untold are enough."""
    counts = np.bincount(field, minlength=len(hidden))
    untold = (counts > 0) & (hidden | (counts < fewest))
    while untold.any() and counts[untold].sum() < fewest and ((counts > 0) & ~untold).any():
        untold[np.argmin(np.where((counts > 0) & ~untold, counts, counts.max() + 1))] = True
    return np.where(untold[field], NOT_TOLD, field)


def _told_months(field: IntArray, month: IntArray, fewest: int) -> IntArray:
    """Months, untold where few people of the field stand; never told where the field is not."""
    told = month.copy()
    for one in np.unique(field):
        rows = np.flatnonzero(field == one)
        counts = np.bincount(month[rows])
        untold = (counts > 0) & ((counts < fewest) | (one == NOT_TOLD))
        while untold.any() and counts[untold].sum() < fewest and ((counts > 0) & ~untold).any():
            untold[np.argmin(np.where((counts > 0) & ~untold, counts, counts.max() + 1))] = True
        told[rows] = np.where(untold[month[rows]], NOT_TOLD, month[rows])
    return told


def _groups(field: IntArray, month: IntArray) -> IntArray:
    _, group = np.unique(np.column_stack((field, month)), axis=0, return_inverse=True)
    return np.asarray(group.reshape(-1), np.int64)


def _large_enough(field: IntArray, month: IntArray, fewest: int) -> IntArray:
    if not len(field):
        return np.zeros(0, np.int64)
    group = _groups(field, month)
    return np.flatnonzero(np.bincount(group)[group] >= fewest)


def _of_fields(field: IntArray, weights: FloatArray) -> FloatArray:
    """The mean weight of each record's field."""
    _, group = np.unique(field, return_inverse=True)
    return np.asarray((np.bincount(group, weights) / np.bincount(group))[group], np.float64)
