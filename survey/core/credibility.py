"""How far a round's number can be trusted: who could answer, who did, what is suspicious, and what that changes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from survey.core.evidence import Evidence
from survey.core.flags import Arrivals, BoolArray, Flags, Rule, flag, is_open
from survey.core.measure import Measure
from survey.core.place import Unit
from survey.core.raking import Refused
from survey.core.scoring import Scored, score_round
from survey.core.target import Target, Verdict, decide


@dataclass(frozen=True)
class Way:
    """The index from a part of the responses, with the verdict on the main target where there is one.

    Attributes:
        measure: the index.
        verdict: on the main target.
        by_strata: whether these responses could not be raked to the margins, though all together could.
    """

    measure: Measure
    verdict: Verdict | None
    by_strata: bool = False


@dataclass(frozen=True)
class UnitTrust:
    """One unit's side of the credibility page.

    Attributes:
        unit: the unit.
        dossiers: its population.
        invited: one-time tickets given out.
        responses: in all modes.
        verified: those with a one-time ticket.
        late: those that a phone delivered hours after they were finished.
        flagged: responses that each rule points at; only rules that point at any.
    """

    unit: Unit
    dossiers: int
    invited: int
    responses: int
    verified: int
    late: int
    flagged: Mapping[Rule, int]


@dataclass(frozen=True)
class Credibility:
    """What the credibility page prints.

    Attributes:
        everybody: the index as the report gives it.
        unflagged: the same without the responses that a rule points at.
        verified: the same from verified responses alone.
        flagged: how many responses each rule points at.
        any_flagged: how many at least one rule points at.
        late: responses delivered late.
        invited: one-time tickets given out.
        units: those with dossiers or responses.
    """

    everybody: Way
    unflagged: Way
    verified: Way
    flagged: Mapping[Rule, int]
    any_flagged: int
    late: int
    invited: int
    units: tuple[UnitTrust, ...]

    @property
    def depends(self) -> bool:
        """Whether the verdict is another one when the index is taken another way; a way without a verdict says nothing."""
        ways = (self.everybody, self.unflagged, self.verified)
        return len({way.verdict.outcome for way in ways if way.verdict and way.measure.is_known}) > 1

    @property
    def suspicious(self) -> tuple[UnitTrust, ...]:
        """Units that a rule points at, the one with most flagged responses first."""
        found = [unit for unit in self.units if unit.flagged]
        return tuple(sorted(found, key=lambda unit: -max(unit.flagged.values())))


def judge(
    scored: Scored, arrivals: Arrivals, invited: Mapping[str, int], target: Target | None
) -> Credibility:
    """Apply the rules to a round, and take its index three ways.

    Args:
        scored: its population and answers.
        arrivals: when and where these came in, in the same order.
        invited: one-time tickets given out, by unit code.
        target: the main target, or None.
    """
    evidence = scored.evidence
    flags, open_ = flag(evidence, arrivals), is_open(evidence)
    ways = [_way(some, target) for some in (scored, _of(scored, ~flags.any), _of(scored, ~open_))]
    everybody, unflagged, verified = (
        ways if not ways[0].by_strata else [replace(w, by_strata=False) for w in ways]
    )
    return Credibility(
        everybody=everybody,
        unflagged=unflagged,
        verified=verified,
        flagged={rule: int(found.sum()) for rule, found in flags.by_rule.items()},
        any_flagged=int(flags.any.sum()),
        late=int((arrivals.late > 0).sum()),
        invited=sum(invited.values()),
        units=_units(evidence, arrivals, flags, ~open_, invited),
    )


def _of(scored: Scored, chosen: BoolArray) -> Scored:
    """The round from a part of its responses."""
    return scored if chosen.all() else score_round(scored.evidence.only(chosen))


def _way(scored: Scored, target: Target | None) -> Way:
    [measure] = scored.indices(np.zeros(scored.evidence.dossiers.size, np.int64), 1)
    by_strata = isinstance(scored.raked, Refused) and measure.is_known
    if target is None or measure.interval is None:
        return Way(measure, None, by_strata)
    verdict = decide(measure.value, measure.interval.low, measure.interval.high, target)
    return Way(measure, verdict, by_strata)


def _units(
    evidence: Evidence, arrivals: Arrivals, flags: Flags, verified: BoolArray, invited: Mapping[str, int]
) -> tuple[UnitTrust, ...]:
    size = len(evidence.units)

    def count(chosen: BoolArray) -> list[int]:
        return [int(number) for number in np.bincount(evidence.unit[chosen], minlength=size)]

    responses, late = count(np.ones(evidence.responses, np.bool_)), count(arrivals.late > 0)
    by_rule = {rule: count(found) for rule, found in flags.by_rule.items()}
    of_verified = count(verified)
    return tuple(
        UnitTrust(
            unit,
            int(evidence.dossiers[at].sum()),
            invited.get(unit.code, 0),
            responses[at],
            of_verified[at],
            late[at],
            {rule: found[at] for rule, found in by_rule.items() if found[at]},
        )
        for at, unit in enumerate(evidence.units)
        if evidence.dossiers[at].sum() or responses[at]
    )
