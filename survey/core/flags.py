"""Suspicious answers by named rules: flags, never deletions.

Each rule looks at the counts of every unit and says which responses it points at. What is stored allows no more: the time
of a response is kept to the hour, and of how long it took to fill in only whether that is faster than anybody reads, both
to protect the citizen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from survey.core.evidence import Evidence, IntArray
from survey.core.response import ENTERED_MODES, VERIFIED_MODE
from survey.core.scoring import score_answers
from survey.statistics.anomalies import binomial_tail, distance_from_all, poisson_tail, welch_above
from survey.statistics.compare import benjamini_hochberg

BoolArray = npt.NDArray[np.bool_]

HOURS_AHEAD = 7
DAY = 24
NIGHT = (22, 6)
"""From and until, by the clock of Việt Nam: no counter is open, and few people think of their dossier."""

NIGHT_SHARE = 0.02
"""Honest responses at night, at the most, as a share of a unit's."""

HURRIED_SHARE = 0.05
"""Honest responses faster than anybody reads, at the most, as a share of a unit's: some know the form by
heart, or open it again and send what they had filled in before."""

RUSH = 3.0
"""A counter's rush hour, at the most, as a multiple of its usual hour."""

BY_CHANCE = 1e-6
"""A burst, night or hurry as large as this unlikely is flagged: a province has some 100,000 counter hours in a quarter."""

FAR = 5.0
"""Standard deviations above all units beyond which a unit's share of all-same answers is flagged.

Far, because satisfied units rightly have more of them; see the test that counts false flags.
"""

FALSE_ALARMS = 0.01
"""Expected share of false ones among the units flagged for their gap (Benjamini–Hochberg)."""

FEWEST = 10
"""Responses on each side that a comparison needs."""

FEWEST_ITEMS = 5
"""Rated items from which on it says something that all have the same answer."""


class Rule(Enum):
    """A named rule; the value stands in addresses and files."""

    BURST = "burst"
    NIGHT = "night"
    HURRIED = "hurried"
    ALL_SAME = "all_same"
    MORE_THAN_DOSSIERS = "more_than_dossiers"
    OPEN_ABOVE_VERIFIED = "open_above_verified"


FROM_ANSWERS = frozenset({Rule.ALL_SAME, Rule.OPEN_ABOVE_VERIFIED})
"""Rules that look at what was answered; what they find of few people would tell their answers."""


@dataclass(frozen=True, eq=False)
class Arrivals:
    """When and where the responses of :class:`Evidence` came in, in its order.

    Attributes:
        counter: n, any number that tells counters apart.
        hour: n, hours since 1970, UTC.
        late: n, hours between finishing and arriving.
        hurried: n, filled in faster than anybody reads, see :data:`survey.core.visit.QUICKEST`.
    """

    counter: IntArray
    hour: IntArray
    late: IntArray
    hurried: BoolArray

    def of(self, kept: IntArray | BoolArray) -> "Arrivals":
        """Those of some responses."""
        return Arrivals(self.counter[kept], self.hour[kept], self.late[kept], self.hurried[kept])


@dataclass(frozen=True, eq=False)
class Flags:
    """What the rules point at: per rule, n booleans."""

    by_rule: Mapping[Rule, BoolArray]

    @property
    def any(self) -> BoolArray:
        """Responses that at least one rule points at."""
        found: BoolArray = np.logical_or.reduce(list(self.by_rule.values()))
        return found


def flag(evidence: Evidence, arrivals: Arrivals) -> Flags:
    """Apply every rule."""
    return Flags({rule: judge(evidence, arrivals) for rule, judge in RULES.items()})


def bursts(evidence: Evidence, arrivals: Arrivals) -> BoolArray:
    """More open responses at one counter in one hour than its rush hours explain.

    Model: the hour's count is Poisson with a mean of :data:`RUSH` times the counter's usual hour (its mean count over all
    of its other hours with a response, at least one). Flagged where the tail is below :data:`BY_CHANCE`. What a phone
    delivered late is not counted, after a network failure a whole day arrives at once, nor what officers put in.
    """
    chosen = was_live(evidence) & (arrivals.late == 0)
    hour = arrivals.hour[chosen]
    hour -= hour.min(initial=0)
    span = int(hour.max(initial=0)) + 1
    cells, at, counts = np.unique(
        arrivals.counter[chosen] * span + hour, return_inverse=True, return_counts=True
    )
    counters, of = np.unique(cells // span, return_inverse=True)
    hours, total = np.bincount(of, minlength=len(counters)), np.bincount(of, counts, len(counters))
    usual = (total[of] - counts) / np.maximum(hours[of] - 1, 1)
    suspicious = poisson_tail(counts, RUSH * np.maximum(usual, 1.0)) < BY_CHANCE
    return _spread(chosen, suspicious[at])


def nights(evidence: Evidence, arrivals: Arrivals) -> BoolArray:
    """Responses finished at night, in units that have too many of them.

    Model: each open response is one at night with a probability of :data:`NIGHT_SHARE`; a unit is flagged where the
    binomial tail of its number is below :data:`BY_CHANCE`.
    """
    local = (arrivals.hour - arrivals.late + HOURS_AHEAD) % DAY
    return _too_many(evidence, (local >= NIGHT[0]) | (local < NIGHT[1]), NIGHT_SHARE)


def hurries(evidence: Evidence, arrivals: Arrivals) -> BoolArray:
    """Responses filled in faster than anybody reads, in units that have too many of them.

    Model: as of :func:`nights`, with a probability of :data:`HURRIED_SHARE`.
    """
    return _too_many(evidence, arrivals.hurried, HURRIED_SHARE)


def _too_many(evidence: Evidence, such: BoolArray, share: float) -> BoolArray:
    """Open responses that are such, in units where their number is far above a share of all."""
    live = was_live(evidence)
    found, units = such & live, len(evidence.units)
    count = np.bincount(evidence.unit[found], minlength=units)
    of = np.bincount(evidence.unit[live], minlength=units)
    return found & (binomial_tail(count, of, share) < BY_CHANCE)[evidence.unit]


def all_same(evidence: Evidence, arrivals: Arrivals) -> BoolArray:
    """Responses with one answer all the way down, in units that have far more of them than others.

    Honest people do it, too, so a unit is flagged only where its share lies more than :data:`FAR` standard deviations
    above that of all units, see :func:`survey.statistics.anomalies.distance_from_all`.
    """
    del arrivals
    valid, _score = score_answers(evidence.round.version.definition, evidence.answers)
    most = np.where(valid, evidence.answers, np.iinfo(np.int8).min).max(axis=1)
    least = np.where(valid, evidence.answers, np.iinfo(np.int8).max).min(axis=1)
    same = (most == least) & (valid.sum(axis=1) >= FEWEST_ITEMS)
    units = len(evidence.units)
    count, of = np.bincount(evidence.unit[same], minlength=units), np.bincount(evidence.unit, minlength=units)
    far: BoolArray = distance_from_all(count, of) > FAR
    found: BoolArray = same & far[evidence.unit]
    return found


def more_than_dossiers(evidence: Evidence, arrivals: Arrivals) -> BoolArray:
    """Open responses in a stratum with more responses than dossiers; no model, some of them cannot be about a dossier."""
    del arrivals
    dossiers = evidence.dossiers.reshape(-1)
    count = np.bincount(evidence.stratum, minlength=dossiers.size)
    return is_open(evidence) & (count > dossiers)[evidence.stratum]


def open_above_verified(evidence: Evidence, arrivals: Arrivals) -> BoolArray:
    """Open responses in units where these are happier than the verified ones by more than chance.

    Model: Welch's one-sided test on the responses' mean scores, at least :data:`FEWEST` on each side, adjusted over
    units by Benjamini and Hochberg at :data:`FALSE_ALARMS`.
    """
    del arrivals
    valid, score = score_answers(evidence.round.version.definition, evidence.answers)
    answered = valid.any(axis=1)
    mean = score.sum(axis=1) / np.maximum(valid.sum(axis=1), 1)
    open_ = is_open(evidence)
    chances: list[float | None] = [None] * len(evidence.units)
    here = (evidence.unit[answered & side] for side in (open_, ~open_))
    enough = np.minimum(*(np.bincount(unit, minlength=len(chances)) for unit in here)) >= FEWEST
    rows = np.flatnonzero(answered & enough[evidence.unit])
    rows = rows[np.argsort(evidence.unit[rows], kind="stable")]
    for some in np.split(rows, np.flatnonzero(np.diff(evidence.unit[rows])) + 1) if len(rows) else ():
        of_open = open_[some]
        chances[evidence.unit[some[0]]] = welch_above(mean[some[of_open]], mean[some[~of_open]])
    return open_ & (np.nan_to_num(benjamini_hochberg(chances), nan=1.0) < FALSE_ALARMS)[evidence.unit]


RULES: Mapping[Rule, Callable[[Evidence, Arrivals], BoolArray]] = {
    Rule.BURST: bursts,
    Rule.NIGHT: nights,
    Rule.HURRIED: hurries,
    Rule.ALL_SAME: all_same,
    Rule.MORE_THAN_DOSSIERS: more_than_dossiers,
    Rule.OPEN_ABOVE_VERIFIED: open_above_verified,
}


def is_open(evidence: Evidence) -> BoolArray:
    """Which responses anybody at a counter could give."""
    verified = np.array([mode == VERIFIED_MODE for mode in evidence.modes], dtype=np.bool_)
    return ~verified[evidence.mode] if evidence.responses else np.zeros(0, np.bool_)


def was_live(evidence: Evidence) -> BoolArray:
    """Which open responses arrived when they were given: not those that officers put in later."""
    live = np.array([mode not in ENTERED_MODES for mode in evidence.modes], dtype=np.bool_)
    return is_open(evidence) & live[evidence.mode] if evidence.responses else np.zeros(0, np.bool_)


def _spread(chosen: BoolArray, values: BoolArray) -> BoolArray:
    found = np.zeros(len(chosen), np.bool_)
    found[chosen] = values
    return found
