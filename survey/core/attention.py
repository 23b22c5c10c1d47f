"""What to mend first: the factors that move with the index and have room to rise."""

import numpy as np

from survey.core.result import Attention, Pressing
from survey.core.scoring import Scored, factor_columns
from survey.statistics.arrays import ratio_or_nan
from survey.statistics.drivers import factor_scores, key_drivers
from survey.statistics.moments import regroup
from survey.statistics.priorities import possible_gains, priorities
from survey.statistics.refusals import Refusal


def attention(scored: Scored) -> Attention | None:
    """Put the factors in the order of importance × room to rise.

    None where there is no honest order: the index is not the mean of the items' shares, there are fewer than
    two or more than twelve factors, or the statistics refuse.

    Importance and room are by the weights of the strata also where the round is raked; the report says so.

    Source: :func:`survey.statistics.drivers.key_drivers`, :func:`survey.statistics.priorities.priorities`.
    """
    columns = factor_columns(scored.definition)
    if scored.definition.scoring.index not in {None, "mean"} or len(columns) < 2:  # noqa: PLR2004 - to compare
        return None
    try:
        return _ordered(scored, columns)
    except Refusal:
        return None


def _ordered(scored: Scored, columns: list[list[int]]) -> Attention:
    design = scored.weighting.design
    overall = ratio_or_nan(scored.score.sum(axis=1), scored.valid.sum(axis=1))
    scores = factor_scores(scored.valid, scored.score, columns)
    drivers = key_drivers(design, scores=scores, overall=overall, lonely=scored.settings.lonely)
    whole = regroup(scored.moments, np.zeros(scored.evidence.dossiers.size, np.int64), 1)
    gains = possible_gains(design, whole, columns, lonely=scored.settings.lonely)
    return Attention(
        order=tuple(
            Pressing(
                section=scored.definition.sections[one.factor],
                importance=one.importance,
                importance_error=float(drivers.standard_error[one.factor] / drivers.explained),
                gain=one.gain,
                items=_lowest_first(scored, gains.items[one.factor]),
                tied=one.tied,
            )
            for one in priorities(drivers, gains)
        ),
        explained=drivers.explained,
        respondents=drivers.respondents,
        cautions=drivers.cautions,
    )


def _lowest_first(scored: Scored, places: tuple[int, ...]) -> tuple[str, ...]:
    """By the weights by which the report prints the items' shares."""
    weights = scored.tables.weights
    share = ratio_or_nan(weights @ scored.score, weights @ scored.valid)
    return tuple(scored.definition.items[place].code for place in sorted(places, key=share.__getitem__))
