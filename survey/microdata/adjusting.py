"""What a specification asks to be done to the weights, step by step."""

from collections.abc import Iterator, Sequence
from math import inf

import numpy as np

from survey.microdata.specification import JOINT, Calibrate, Poststratify, Rake, Step
from survey.microdata.study import Study
from survey.microdata.totals import Totals
from survey.microdata.weighing import refused
from survey.statistics.adjustments import (
    Calibration,
    Margin,
    Poststratification,
    Raking,
    Trimming,
    adjust,
)
from survey.statistics.arrays import FloatArray
from survey.statistics.distance import Distance
from survey.statistics.refusals import Refusal
from survey.statistics.sample import Adjustment, Sample


def adjusted(study: Study, sample: Sample) -> Sample:
    """Apply every step in order.

    Raises:
        EstimateFaults: a step has no weights to give; the fault stands at that step.
    """
    margins = iter(study.margins)
    for at, step in enumerate(study.specification.adjust):
        kind, asked = step.asked
        known = [next(margins) for _ in step.margins]
        try:
            sample = adjust(sample, _change(study, asked, known))
        except Refusal as refusal:
            raise refused(study.loaded, ("adjust", at, kind), refusal) from refusal
    return sample


def _change(study: Study, asked: Step, known: Sequence[Totals]) -> Adjustment:
    """What one step does to weights."""
    if isinstance(asked, Poststratify):
        return Poststratification(_margin(study, known[0]), partial=asked.partial)
    if isinstance(asked, Rake):
        return Raking(tuple(_margin(study, one) for one in known))
    if isinstance(asked, Calibrate):
        return _calibration(study, asked, known)
    lower = -inf if asked.lower is None else asked.lower
    return Trimming(lower, inf if asked.upper is None else asked.upper, strict=asked.strict)


def _margin(study: Study, known: Totals) -> Margin:
    codes, labels = study.table.crossed(known.by)
    place = known.place
    cell = np.array([place[label] for label in labels], np.int64)[codes]
    names = tuple(JOINT.join(label) for label in known.labels)
    return Margin(JOINT.join(known.by), cell, known.sizes, names)


def _calibration(study: Study, asked: Calibrate, known: Sequence[Totals]) -> Calibration:
    terms = [*_terms(study, asked, known)]
    return Calibration(
        np.column_stack([column for _, column, _ in terms]),
        np.array([total for _, _, total in terms], np.float64),
        tuple(name for name, _, _ in terms),
        Distance(asked.distance),
        -inf if asked.low is None else asked.low,
        inf if asked.high is None else asked.high,
    )


def _terms(
    study: Study, asked: Calibrate, known: Sequence[Totals]
) -> Iterator[tuple[str, FloatArray, float]]:
    """Name, column (n,) and total of every calibration variable."""
    if asked.total is not None:
        yield "total", np.ones(study.table.rows), asked.total
    for margin in (_margin(study, one) for one in known):
        for code, (label, total) in enumerate(zip(margin.labels, margin.population, strict=True)):
            yield f"{margin.name}={label}", (margin.cell == code).astype(np.float64), float(total)
    for name, total in asked.numbers.items():
        yield name, study.numbers(name), total
