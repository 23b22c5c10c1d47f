"""From dossiers and responses to weights, by stated rules; nothing is dropped without being named.

Responses by QR code are a self-selected sample, so these are *adjustment* weights to known dossier volumes:
they give every stratum (unit × field) its real share, and repair nothing inside a stratum.

The rules, printed in every report:

1. A stratum with dossiers but no response cannot speak for itself; it is listed, and its dossiers are the
   uncovered part of the population. If the round's settings say so, they are added to the stratum of the same unit
   with the most responses instead, and only units without any response stay uncovered.
2. A stratum with one response counts with its full weight; what it adds to the variance is what the round's
   settings say, by default its distance from the mean of all strata (the cautious rule "adjust").
3. A stratum with more responses than dossiers keeps its share of dossiers, is listed, and gets no finite
   population correction.
4. Responses in a stratum without dossiers have no weight; they are counted and left out of estimates.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from survey.core.evidence import Evidence, IntArray
from survey.core.place import Field, Unit
from survey.statistics.collapsing import collapse_empty_strata
from survey.statistics.design import StratifiedDesign


@dataclass(frozen=True)
class Stratum:
    """One unit × field with its dossiers and responses."""

    unit: Unit
    field: Field
    dossiers: int
    responses: int


@dataclass(frozen=True, eq=False)
class Weighting:
    """A design and what it took to make it.

    Attributes:
        design: strata numbered unit by unit, U × F of them.
        counted: n, whether a response has a weight.
        silent: strata with dossiers and no response.
        merged: those of them whose dossiers another stratum of their unit speaks for.
        single: strata with one response out of several dossiers.
        overfull: strata with more responses than dossiers.
        outside: responses in strata without dossiers.
        dossiers: all dossiers of the frame.
        covered: dossiers in strata with a response.
    """

    design: StratifiedDesign
    counted: npt.NDArray[np.bool_]
    silent: tuple[Stratum, ...]
    single: tuple[Stratum, ...]
    overfull: tuple[Stratum, ...]
    outside: int
    dossiers: int
    covered: int
    merged: tuple[Stratum, ...] = ()

    @property
    def coverage(self) -> float:
        """Covered dossiers / all dossiers, 0–1."""
        return self.covered / self.dossiers if self.dossiers else 0.0


def weigh(evidence: Evidence) -> Weighting:
    """Weights N_h / n_h of a round by the rules above."""
    dossiers = evidence.dossiers.reshape(-1)
    counted = dossiers[evidence.stratum] > 0
    responses = np.bincount(evidence.stratum[counted], minlength=dossiers.size)
    overfull = responses > dossiers
    spoken_for = _spoken_for(evidence, dossiers, responses)
    population = np.where(responses > spoken_for, np.inf, spoken_for)
    design = StratifiedDesign(
        stratum=evidence.stratum[counted], population=population, totals=spoken_for.astype(float)
    )
    silent = (dossiers > 0) & (responses == 0)

    def named(chosen: npt.NDArray[np.bool_]) -> tuple[Stratum, ...]:
        return tuple(
            Stratum(
                evidence.units[position // len(evidence.fields)],
                evidence.fields[position % len(evidence.fields)],
                int(dossiers[position]),
                int(responses[position]),
            )
            for position in np.flatnonzero(chosen)
        )

    return Weighting(
        design=design,
        counted=counted,
        silent=named(silent),
        single=named((dossiers > 1) & (responses == 1)),
        overfull=named(overfull),
        outside=int((~counted).sum()),
        dossiers=int(dossiers.sum()),
        covered=int(spoken_for[responses > 0].sum()),
        merged=named(silent & (spoken_for == 0)),
    )


def _spoken_for(evidence: Evidence, dossiers: IntArray, responses: IntArray) -> IntArray:
    """The dossiers that each stratum's responses stand for: its own, and merged ones where the settings say so."""
    if evidence.round.settings.empty_strata != "merged":
        return dossiers
    fields = len(evidence.fields)
    unit = np.arange(dossiers.size) // fields
    answered = np.bincount(unit, weights=responses, minlength=len(evidence.units))[unit] > 0
    merged = collapse_empty_strata(np.where(answered, dossiers, 0), responses, unit).population
    return np.where(answered, merged, dossiers).astype(np.int64)
