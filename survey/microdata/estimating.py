"""A study becomes estimates, intervals and verdicts; every number is one of `survey.statistics`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from survey.core.scoring import unweighted_index
from survey.core.target import Group, Outcome, Unit, decide
from survey.core.target import Target as PlanTarget
from survey.microdata.adjusting import adjusted
from survey.microdata.reading import Origin
from survey.microdata.result import Estimated, Figure, GroupFigures, Judged, Silence
from survey.microdata.specification import Interval, Specification, Target
from survey.microdata.study import Study
from survey.microdata.weighing import Weighed, weigh
from survey.statistics.arrays import BoolArray, IntArray, NumberArray, ratio_or_nan
from survey.statistics.estimate import sipas_table
from survey.statistics.estimation import effective_size
from survey.statistics.interval import Interval as Limits
from survey.statistics.interval import IntervalMethod, policy_interval, proportion_interval
from survey.statistics.measures import MeasureTable
from survey.statistics.refusals import NoInterval
from survey.statistics.row_table import sipas_table_from_rows
from survey.statistics.sample import Sample
from survey.statistics.weight_quality import weight_quality

METHODS = {"t": IntervalMethod.T, "wilson": IntervalMethod.WILSON, "logit": IntervalMethod.LOGIT}
METHODS |= {"arcsine": IntervalMethod.ARCSINE, "beta": IntervalMethod.BETA}


@dataclass(frozen=True, eq=False)
class _Scored:
    """What all tables are made from (private to this module); see `Study.answers` for the arrays."""

    study: Study
    weighed: Weighed
    sample: Sample
    valid: BoolArray
    score: NumberArray

    @property
    def specification(self) -> Specification:
        return self.study.specification


def estimate_study(study: Study, origin: Origin) -> Estimated:
    """Weigh a study, estimate every measure of every group, and judge the targets.

    Args:
        study: checked data.
        origin: of the specification.

    Raises:
        EstimateFaults: what was asked for has no honest answer; the fault says what can be done.
    """
    weighed = weigh(study)
    sample = adjusted(study, weighed.sample)
    valid, score = study.answers()
    scored = _Scored(study, weighed, sample, valid, score)
    spec = study.specification
    groups = tuple(group for by in spec.groupings for group in _groups(scored, by))
    shown = {(), *(group.by for group in spec.groups)}
    return Estimated(
        specification=spec,
        origins=(origin, *study.origins),
        outside=study.outside,
        weighed=weighed,
        quality=weight_quality(sample),
        groups=tuple(group for group in groups if group.by in shown),
        judged=tuple(_judged(spec, groups, target) for target in spec.targets),
        unweighted=unweighted_index(valid, np.asarray(score, np.float64)),
    )


def _groups(scored: _Scored, by: tuple[str, ...]) -> Iterator[GroupFigures]:
    """Estimate one group per combination of labels; rows with a blank label are in none."""
    codes, labels = scored.study.table.crossed(by)
    place, kept = np.full(len(labels), -1), [at for at, label in enumerate(labels) if all(label)]
    place[kept] = np.arange(len(kept))
    domain = place[codes]
    table = _table(scored, domain, len(kept))
    for group, at in enumerate(kept):
        weights = scored.sample.weights[domain == group]
        yield GroupFigures(
            by=by,
            labels=labels[at],
            respondents=int(table.respondents[group]),
            weight=float(table.weight[group]),
            effective_size=effective_size(weights),
            census=bool(table.census[group]),
            figures=tuple(_figures(scored, table, group)),
        )


def _table(scored: _Scored, domain: IntArray, groups: int) -> MeasureTable:
    """Make one table: from counts where the design is that of strata alone, from rows otherwise."""
    spec = scored.specification
    codes = [item.code for item in spec.items]
    factors = [[codes.index(item) for item in factor.items] for factor in spec.factors]
    design, rule = scored.weighed.stratified, scored.weighed.rule
    if design is None or spec.adjust:
        return sipas_table_from_rows(
            scored.sample,
            valid=scored.valid,
            score=scored.score,
            factors=factors,
            domain=domain,
            groups=groups,
            lonely=rule,
        )
    return sipas_table(
        design,
        valid=scored.valid,
        score=scored.score,
        factors=factors,
        domain=domain,
        groups=groups,
        lonely=rule,
    )


def _figures(scored: _Scored, table: MeasureTable, group: int) -> Iterator[Figure]:
    """Give every measure of one group with its interval."""
    respondents = int(table.respondents[group])
    for column, measure in enumerate(scored.specification.measures):
        limits = _limits(scored, table, group, column)
        effect = float(table.design_effect[group, column])
        yield Figure(
            measure=measure,
            estimate=float(table.estimate[group, column]),
            standard_error=float(table.standard_error[group, column]),
            degrees_of_freedom=int(table.degrees_of_freedom[group, column]),
            low=limits.low if limits else None,
            high=limits.high if limits else None,
            method=limits.method.value if limits else None,
            design_effect=effect,
            design_effect_of_mean=float(table.design_effect_of_mean[group, column]),
            valid_answers=int(table.valid_answers[group, column]),
            effective_answers=float(ratio_or_nan(respondents, effect)),
            silence=_silence(table, group, column) if limits is None else None,
        )


def _limits(scored: _Scored, table: MeasureTable, group: int, column: int) -> Limits | None:
    """Give the interval that was asked for; where its formula has no value, that of the project's reports."""
    asked: Interval = scored.specification.interval
    one = table.at(group, column)
    if asked.method != "report" and not one.census:
        try:
            return proportion_interval(
                METHODS[asked.method],
                one.value,
                one.standard_error,
                degrees_of_freedom=one.degrees_of_freedom,
                rows=scored.sample.file_rows if scored.sample.is_calibrated else one.valid_answers,
                confidence_level=asked.level,
            )
        except NoInterval:
            pass
    return policy_interval(one, confidence_level=asked.level)


def _silence(table: MeasureTable, group: int, column: int) -> Silence:
    if not isfinite(table.estimate[group, column]):
        return Silence.NO_VALID_ANSWERS
    if not isfinite(table.standard_error[group, column]):
        return Silence.NO_STANDARD_ERROR
    return Silence.NO_DEGREES_OF_FREEDOM


def _judged(spec: Specification, groups: Sequence[GroupFigures], target: Target) -> Judged:
    """Judge one target by the group and the measure that it names."""
    by, labels = tuple(target.group), tuple(target.group.values())
    group = next(group for group in groups if (group.by, group.labels) == (by, labels))
    figure = group.figures[spec.measures.index(target.measure)]
    if not isfinite(figure.estimate):
        return Judged(target, figure, None, None)
    plan = PlanTarget(
        indicator=target.indicator,
        sentence=target.sentence or target.indicator,
        comparator=target.comparator,
        value=target.value,
        unit=Unit.PERCENT,
        scope=target.measure,
        group=Group.SATISFACTION,
    )
    verdict = decide(figure.estimate, figure.low, figure.high, plan)
    return Judged(target, figure, Outcome(verdict.outcome), verdict.point_meets)
