"""Weights that meet the margins of the population as well as its strata, or the reason why they cannot.

The weights from the strata (:mod:`survey.core.weighting`) are raked to the shares of sex, age and channel that were loaded
with the frame, for those that the questionnaire asks for: all of them, or none. The rules, printed in every report:

1. The shares are those of all dossiers whose category the frame knows; they are applied to the dossiers that the
   responses stand for, whose number does not change.
2. Who did not say, or named what the frame does not know, keeps the share that the strata give; the others share
   out the rest (:mod:`survey.statistics.share_raking`).
3. It is refused, and the weights of the strata stand, where a margin adds up to another number of dossiers than the
   frame, names what the questionnaire does not, has dossiers in a category in which nobody answered, or cannot be met
   together with the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from questionnaires.definition import Option, Question
from survey.core.evidence import CodeMatrix, Evidence
from survey.core.margins import KnownMargin, known_margins
from survey.core.weighting import Weighting
from survey.statistics.estimation import effective_size
from survey.statistics.refusals import Refusal
from survey.statistics.sample import Sample, draw
from survey.statistics.share_raking import NOT_SAID, KnownShares, rake_to_shares


class Reason(Enum):
    """Why weights are not raked."""

    NO_MARGIN = "no margin"
    OTHER_TOTAL = "other total"
    NO_OPTION = "no option"
    NOBODY = "nobody"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Refused:
    """That weights are not raked, and why.

    Attributes:
        reason: why.
        margin: which one; empty where it is about all.
        categories: which of its categories.
        total: dossiers that it adds up to.
        dossiers: of the frame.
    """

    reason: Reason
    margin: str = ""
    categories: tuple[str, ...] = ()
    total: int = 0
    dossiers: int = 0


@dataclass(frozen=True)
class RakedCategory:
    """One category: responses that named it, its share among those who said before and after, 0–1."""

    option: Option
    responses: int
    before: float
    after: float


@dataclass(frozen=True)
class RakedMargin:
    """What raking did to one margin.

    Attributes:
        margin: one of :data:`survey.core.margins.MARGINS`.
        question: what respondents were asked.
        categories: those with dossiers.
        unsaid: responses that said none of them.
    """

    margin: str
    question: Question
    categories: tuple[RakedCategory, ...]
    unsaid: int

    @property
    def fewest(self) -> int:
        """Responses in the smallest group that it tells apart."""
        groups = [*(category.responses for category in self.categories), self.unsaid]
        return min(group for group in groups if group)


@dataclass(frozen=True)
class Raked:
    """What raking did to the weights.

    Attributes:
        margins: in the order of :data:`survey.core.margins.MARGINS`.
        smallest: of the factors by which weights were multiplied.
        largest: likewise.
        effect_before: design effect of unequal weights, n Σw² / (Σw)², of the weights of the strata.
        effect_after: the same of the raked weights.
    """

    margins: tuple[RakedMargin, ...]
    smallest: float
    largest: float
    effect_before: float
    effect_after: float

    @property
    def fewest(self) -> int:
        """Responses in the smallest group that the margins tell apart."""
        return min(margin.fewest for margin in self.margins)


@dataclass(frozen=True, eq=False)
class RakedSample:
    """The responses that count with raked weights, the shares that these meet, and what was done."""

    sample: Sample
    shares: tuple[KnownShares, ...]
    raked: Raked


def rake(evidence: Evidence, weighting: Weighting) -> RakedSample | Refused:
    """Rake the weights of the strata to the margins of a round's population.

    Args:
        evidence: its population, margins and answers.
        weighting: the design of the responses that count.

    Returns:
        What was done; or why nothing was.
    """
    known = known_margins(evidence.round.version.definition, evidence.margins)
    counted = {code: codes[weighting.counted] for code, codes in evidence.choices.items()}
    known = tuple(margin for margin in known if margin.question.code in counted)
    refused = unusable(known, int(evidence.dossiers.sum())) or _unheard(known, counted)
    if refused is not None:
        return refused
    shares = tuple(_shares(margin, counted[margin.question.code]) for margin in known)
    sample = _sample(weighting)
    try:
        raked = rake_to_shares(sample, shares)
    except Refusal:
        return Refused(Reason.UNREACHABLE)
    return RakedSample(raked, shares, _described(known, shares, sample, raked))


def unusable(known: Sequence[KnownMargin], dossiers: int) -> Refused | None:
    """What stands in the way before anybody answered.

    Args:
        known: the margins that the questionnaire asks for.
        dossiers: of the frame, those of units that take no part left out.
    """
    if not known:
        return Refused(Reason.NO_MARGIN)
    for one in known:
        total = sum(one.dossiers.values()) + one.unknown
        if one.unmatched:
            return Refused(Reason.NO_OPTION, one.margin, one.unmatched)
        if total != dossiers:
            return Refused(Reason.OTHER_TOTAL, one.margin, total=total, dossiers=dossiers)
    return None


def _unheard(known: Sequence[KnownMargin], chosen: Mapping[str, CodeMatrix]) -> Refused | None:
    """Categories with dossiers in which nobody answered."""
    for one in known:
        given = set(np.unique(chosen[one.question.code]).tolist())
        silent = tuple(option.text.vi for option in one.options if option.code not in given)
        if silent:
            return Refused(Reason.NOBODY, one.margin, silent)
    return None


def _shares(margin: KnownMargin, chosen: CodeMatrix) -> KnownShares:
    """The margin's shares, and the category of every response that counts."""
    cell = np.full(len(chosen), NOT_SAID, np.int64)
    for at, code in enumerate(margin.dossiers):
        cell[chosen == code] = at
    dossiers = np.array(list(margin.dossiers.values()), np.float64)
    labels = tuple(option.text.vi for option in margin.options)
    return KnownShares(margin.margin, cell, dossiers / dossiers.sum(), labels)


def _sample(weighting: Weighting) -> Sample:
    """The responses that count, each with the weight of its stratum."""
    design = weighting.design
    return draw(
        design.responses,
        strata=design.stratum,
        populations=[design.population[design.stratum]],
        weights=design.weights[design.stratum],
    )


def _described(
    known: Sequence[KnownMargin], shares: Sequence[KnownShares], before: Sample, after: Sample
) -> Raked:
    factors = after.weights / before.weights
    rows = len(before.weights)
    return Raked(
        margins=tuple(_margin(one, share, before) for one, share in zip(known, shares, strict=True)),
        smallest=float(factors.min()),
        largest=float(factors.max()),
        effect_before=rows / effective_size(before.weights),
        effect_after=rows / effective_size(after.weights),
    )


def _margin(known: KnownMargin, share: KnownShares, before: Sample) -> RakedMargin:
    held = np.bincount(share.cell + 1, before.weights, len(share.share) + 1)
    responses = np.bincount(share.cell + 1, minlength=len(share.share) + 1).tolist()
    said = float(held[1:].sum())
    return RakedMargin(
        margin=known.margin,
        question=known.question,
        categories=tuple(
            RakedCategory(option, responses[at], float(held[at]) / said, float(share.share[at - 1]))
            for at, option in enumerate(known.options, start=1)
        ),
        unsaid=responses[0],
    )
