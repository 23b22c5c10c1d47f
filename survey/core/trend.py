"""The index over rounds: a line that goes on only while the same is asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from questionnaires.comparison import EditorialChange, compare
from survey.core.measure import Measure
from survey.core.round import Round

MOST = 5
"""Rounds on the line, the present one among them: a year of quarters and the quarter before."""


@dataclass(frozen=True)
class TrendPoint:
    """A round on the line.

    Attributes:
        round: the round.
        index: its index as its own report shows it.
        joins: whether its index can be compared with that of the point before; False for the first.
    """

    round: Round
    index: Measure
    joins: bool


def trend(
    found: Sequence[tuple[Round, Measure]], editorial: Collection[EditorialChange]
) -> tuple[TrendPoint, ...]:
    """Rounds with their indices as a line.

    Args:
        found: one round at least, the oldest first.
        editorial: rewordings declared not to change what is asked; nothing else joins versions.
    """
    joins = [False]
    for (before, _), (later, _) in pairwise(found):
        joins.append(compare(before.version.definition, later.version.definition, editorial).index)
    return tuple(TrendPoint(*each, joined) for each, joined in zip(found, joins, strict=True))
