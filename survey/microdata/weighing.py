"""From a study to a design: strata, clusters, populations and weights, by the rules that were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from questionnaires.source import Path as Place
from survey.microdata.loading import EstimateFaults, Loaded
from survey.microdata.specification import Frame
from survey.microdata.study import Study
from survey.microdata.totals import Labels, Totals, said
from survey.statistics.arrays import FloatArray, IntArray
from survey.statistics.collapsing import CollapsedStrata, collapse_empty_strata, merge_lonely_neighbours
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.refusals import (
    LonelyStratum,
    MoreResponsesThanPopulation,
    NothingToCollapseInto,
    Refusal,
    StrataRefusal,
    listed,
)
from survey.statistics.sample import Sample, Stage, draw
from survey.statistics.sentences import SENTENCES
from survey.statistics.weighting_refusals import EmptyPoststratum
from survey.statistics.weights import Coverage, coverage

LONELY_RULES = {
    "refuse": LonelyRule.FAIL,
    "adjust": LonelyRule.ADJUST,
    "average": LonelyRule.AVERAGE,
    "remove": LonelyRule.REMOVE,
    "merge": LonelyRule.FAIL,
}


@dataclass(frozen=True)
class Merged:
    """A stratum that went into another one; ``size`` is its dossiers, or its units drawn."""

    stratum: str
    into: str
    size: float


@dataclass(frozen=True, eq=False)
class Weighed:
    """A study's design.

    Attributes:
        sample: rows and weights, before any adjustment.
        stratified: the same as strata of known size, where that is all there is to it; None otherwise.
        strata: labels of all strata, with and without responses.
        coverage: of the frame; None where there is none.
        lonely: strata with a single unit out of several, before any merging.
        overfull: strata with more responses than dossiers.
        merged: lonely strata merged for the variance.
        collapsed: strata without responses whose dossiers went to another stratum.
        rule: what is done about lonely strata.
    """

    sample: Sample
    stratified: StratifiedDesign | None
    strata: tuple[str, ...]
    coverage: Coverage | None
    lonely: tuple[str, ...]
    overfull: tuple[str, ...]
    merged: tuple[Merged, ...]
    collapsed: tuple[Merged, ...]
    rule: LonelyRule


@dataclass(frozen=True, eq=False)
class _Strata:
    """Strata before drawing (private to this module); arrays over strata unless said otherwise.

    Attributes:
        code: (n,) of each row.
        labels: names.
        population: dossiers for the finite population correction, inf for none.
        totals: what weights add up to; None where weights come from elsewhere.
    """

    code: IntArray
    labels: tuple[str, ...]
    population: FloatArray
    totals: FloatArray | None
    overfull: tuple[str, ...] = ()
    collapsed: tuple[Merged, ...] = ()
    coverage: Coverage | None = None


def weigh(study: Study) -> Weighed:
    """Make the design of a study.

    Raises:
        EstimateFaults: the design has no honest answer; the fault names strata and what can be done.
    """
    spec = study.specification.design
    strata = _of_frame(study, study.frame, spec.frame) if study.frame and spec.frame else _of_data(study)
    sample, labels = _drawn(study, strata)
    first = sample.stages[0]
    lonely = tuple(labels[code] for code in np.flatnonzero(first.lonely))
    variance, merged = np.arange(len(strata.labels)), tuple[Merged, ...]()
    if spec.lonely == "merge" and lonely:
        found = merge_lonely_neighbours(np.where(first.lonely, 1, np.maximum(first.drawn, 2)))
        merged = _named(found, labels)
        present = np.unique(strata.code)
        variance[present] = present[found.target]
        sample = _redrawn(sample, found.target)
    if spec.lonely in {"refuse", "merge"}:
        _refuse_lonely(study, sample, labels)
    plain = study.frame is not None and not spec.clusters and not spec.weights
    return Weighed(
        sample=sample,
        stratified=_stratified(strata, variance if merged else None) if plain else None,
        strata=strata.labels,
        coverage=strata.coverage,
        lonely=lonely,
        overfull=strata.overfull,
        merged=merged,
        collapsed=strata.collapsed,
        rule=LONELY_RULES[spec.lonely],
    )


def _of_data(study: Study) -> _Strata:
    """Strata as they occur in the data; populations come from columns, if at all."""
    code, labels = study.table.crossed(study.specification.design.strata)
    return _Strata(code, tuple(map(said, labels)), np.full(len(labels), np.inf), None)


def _of_frame(study: Study, frame: Totals, asked: Frame) -> _Strata:
    """Strata of the frame with its rules: empty ones collapsed, overfull ones refused or kept."""
    place = frame.place
    codes, found = study.table.crossed(frame.by)
    code = np.array([place[label] for label in found], np.int64)[codes]
    labels, sizes = tuple(map(said, frame.labels)), np.bincount(code, minlength=len(frame.labels))
    heard = coverage(StratifiedDesign(code, np.full(len(labels), np.inf), totals=frame.sizes))
    totals, collapsed = frame.sizes, tuple[Merged, ...]()
    if asked.empty == "refuse" and heard.uncovered:
        names = [labels[h] for h in heard.uncovered]
        raise refused(study.loaded, ("design", "frame", "empty"), EmptyPoststratum("design.frame", names))
    if asked.empty == "collapse":
        within = [frame.by.index(name) for name in asked.collapse_within]
        totals, collapsed = _collapsed(study.loaded, frame, sizes, within, labels)
    over = np.flatnonzero(sizes > totals)
    if len(over) and asked.overfull == "refuse":
        raise refused(
            study.loaded, ("design", "frame", "overfull"), MoreResponsesThanPopulation(over), labels
        )
    corrected = asked.fpc and not study.specification.design.clusters
    population = np.where((sizes <= totals) & corrected, totals, np.inf)
    over_labels = tuple(labels[h] for h in over)
    return _Strata(code, labels, population, totals, over_labels, collapsed, heard)


def _collapsed(
    loaded: Loaded, frame: Totals, sizes: IntArray, within: Sequence[int], labels: Labels
) -> tuple[FloatArray, tuple[Merged, ...]]:
    """Give the dossiers of strata without responses to the fullest stratum of their group."""
    groups = [tuple(label[at] for at in within) for label in frame.labels]
    number = {group: code for code, group in enumerate(sorted(set(groups)))}
    try:
        done = collapse_empty_strata(frame.sizes, sizes, [number[group] for group in groups])
    except NothingToCollapseInto as refusal:
        raise refused(loaded, ("design", "frame", "collapse_within"), refusal, labels) from refusal
    return done.population, _named(done, labels)


def _drawn(study: Study, strata: _Strata) -> tuple[Sample, tuple[str, ...]]:
    """Draw the rows; give the sample and the labels of the strata that have rows, in order."""
    spec, table = study.specification.design, study.table
    clusters = [table.columns[name].codes for name in spec.clusters]
    populations = [study.numbers(name) for name in spec.populations]
    if study.frame is not None and np.isfinite(strata.population).any():
        populations = [strata.population[strata.code]]
    weights = None
    if spec.weights:
        weights = study.numbers(spec.weights)
    elif strata.totals is not None:
        held = np.bincount(strata.code, minlength=len(strata.labels))
        weights = (strata.totals / np.maximum(held, 1))[strata.code]
    labels = tuple(strata.labels[code] for code in np.unique(strata.code))
    try:
        sample = draw(
            table.rows,
            strata=strata.code,
            clusters=clusters,
            populations=populations,
            weights=weights,
            nested=spec.nested,
        )
    except Refusal as refusal:
        clustered = refusal.code == "ClusterInSeveralStrata"
        names = table.columns[spec.clusters[0]].texts if clustered else labels
        place = ("design", "clusters" if clustered else "populations")
        raise refused(study.loaded, place, refusal, names) from refusal
    return sample, labels


def _redrawn(sample: Sample, target: IntArray) -> Sample:
    """Draw the same rows with the same weights from merged first-stage strata."""
    first = sample.stages[0]
    held = np.asarray(np.bincount(target, weights=first.population, minlength=len(target)), np.float64)
    populations: list[FloatArray] = [held[target][first.stratum]]
    populations += [stage.population[stage.stratum] for stage in sample.stages[1:]]
    known = any(bool(np.isfinite(column).any()) for column in populations)
    return draw(
        len(sample.weights),
        strata=target[first.stratum],
        clusters=[stage.cluster for stage in sample.stages],
        populations=populations if known else (),
        weights=sample.weights,
    )


def _stratified(strata: _Strata, variance: IntArray | None) -> StratifiedDesign:
    return StratifiedDesign(strata.code, strata.population, totals=strata.totals, variance_stratum=variance)


def _named(done: CollapsedStrata, labels: Sequence[str]) -> tuple[Merged, ...]:
    return tuple(Merged(labels[m.stratum], labels[m.into], m.size) for m in done.merges)


def _refuse_lonely(study: Study, sample: Sample, labels: Sequence[str]) -> None:
    """Refuse strata, and clusters at later stages, with a single unit out of several."""
    for depth, stage in enumerate(sample.stages):
        codes = np.flatnonzero(stage.lonely)
        if len(codes):
            names = labels if depth == 0 else _cluster_names(study, depth, stage)
            raise refused(study.loaded, ("design", "lonely"), LonelyStratum(codes), names)


def _cluster_names(study: Study, depth: int, stage: Stage) -> list[str]:
    """Name the strata of a later stage: they are the clusters of the stage before."""
    column = study.table.columns[study.specification.design.clusters[depth - 1]]
    rows = np.unique(stage.stratum, return_index=True)[1]
    return [f"{column.name} {column.texts[code]}" for code in column.codes[rows]]


def refused(
    loaded: Loaded, place: Place, refusal: Refusal, labels: Sequence[str] | None = None
) -> EstimateFaults:
    """A refusal of the statistics as a fault at the place of the specification that can be changed.

    Args:
        loaded: the specification.
        place: in it.
        refusal: what the statistics say.
        labels: names of its codes, where it is about strata or clusters.
    """
    facts = dict(refusal.facts)
    if labels is not None and isinstance(refusal, StrataRefusal):
        facts["strata"] = listed(tuple(labels[code] for code in refusal.strata))
    sentence = SENTENCES[refusal.code]["vi"].format(**facts)
    return EstimateFaults([loaded.fault(place, sentence)])
