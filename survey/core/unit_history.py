"""What became of units: mergers and splits, and what they do to a trend.

A trend compares a unit's counts of two periods. Where units changed in between, the earlier counts are made anew from
the raw counts of the units that came before, never from their averages; where that cannot be done honestly the trend
breaks and says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from math import isclose

from survey.core.place import Unit

WHOLE = 1.0
TOLERANCE = 1e-6


@dataclass(frozen=True)
class UnitChange:
    """Part of a unit passed to another.

    Attributes:
        from_code: the unit that ended.
        to_code: the unit that goes on.
        share: the part of its dossiers that passed, above 0 up to 1; None where nobody knows.
        since: the first day on which the other unit serves them.
        basis: the decision, for example the number of a resolution.
    """

    from_code: str
    to_code: str
    share: float | None
    since: date
    basis: str = ""


class ChangeFault(Enum):
    """What can be wrong with the successors of a unit."""

    ITSELF = "itself"
    TWICE = "twice"
    SHARE = "share"
    SUM = "sum"
    NOT_IN_FORCE = "not in force"
    ROUND_ABOUT = "round about"


class Break(Enum):
    """Why a unit's trend breaks."""

    NEW = "new"
    SHARE_UNKNOWN = "share unknown"
    WITHIN_PERIOD = "within a period"


@dataclass(frozen=True)
class Part:
    """A unit of the earlier period, and the part of its counts that belong to the unit of the later one."""

    code: str
    share: float


@dataclass(frozen=True)
class Lineage:
    """Where the counts of a unit stood in an earlier period.

    Attributes:
        parts: the earlier units; the unit itself, whole, where nothing changed.
        broken: why nothing can be said; None where it can.
        about: codes of the units that a break is about.
    """

    parts: tuple[Part, ...] = ()
    broken: Break | None = None
    about: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every earlier unit belongs to it entirely, so that single answers can be counted anew."""
        return self.broken is None and all(isclose(part.share, WHOLE) for part in self.parts)

    def recomputed(self, counts: Mapping[str, float]) -> float | None:
        """The earlier period's count from the raw counts by unit; None where the trend breaks."""
        if self.broken is not None:
            return None
        return sum(part.share * counts.get(part.code, 0) for part in self.parts)


@dataclass(frozen=True)
class Period:
    """First and last day of a period."""

    first: date
    last: date


def faults_of_successors(
    unit: Unit, changes: Sequence[UnitChange], units: Iterable[Unit], earlier: Sequence[UnitChange]
) -> list[ChangeFault]:
    """What is wrong with what a unit passes on; none where it passes nothing on.

    Args:
        unit: the unit that ends.
        changes: what it passes on, all on one day.
        units: all units.
        earlier: the changes of other units.
    """
    found = []
    targets = [change.to_code for change in changes]
    in_force = {other.code for other in units for change in changes if other.is_in_force(change.since)}
    if unit.code in targets:
        found.append(ChangeFault.ITSELF)
    if len(set(targets)) < len(targets):
        found.append(ChangeFault.TWICE)
    if set(targets) - in_force - {unit.code}:
        found.append(ChangeFault.NOT_IN_FORCE)
    shares = [change.share for change in changes]
    if any(share is not None and not 0 < share <= WHOLE + TOLERANCE for share in shares):
        found.append(ChangeFault.SHARE)
    elif shares and None not in shares and not isclose(sum(filter(None, shares)), WHOLE, abs_tol=TOLERANCE):
        found.append(ChangeFault.SUM)
    if unit.code in _reached(targets, earlier):
        found.append(ChangeFault.ROUND_ABOUT)
    return found


def _reached(codes: Iterable[str], changes: Sequence[UnitChange]) -> set[str]:
    reached: set[str] = set()
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        following = {change.to_code for change in changes if change.from_code == code} - reached
        reached |= following
        waiting += following
    return reached


def lineage(unit: Unit, changes: Sequence[UnitChange], earlier: Period, later: Period) -> Lineage:
    """Where a unit's counts stood in an earlier period.

    Args:
        unit: as it serves in the later period.
        changes: all changes of all units.
        earlier: the period to be made comparable.
        later: the period that it is compared with; it begins after the earlier one.
    """
    shares: dict[str, float] = {}
    waiting = [(unit.code, WHOLE)]
    while waiting:
        code, share = waiting.pop()
        shares[code] = shares.get(code, 0.0) + share
        for change in changes:
            if change.to_code != code or not earlier.first < change.since <= later.last:
                continue
            if _is_within(change.since, earlier) or _is_within(change.since, later):
                return Lineage(broken=Break.WITHIN_PERIOD, about=(change.from_code,))
            if change.share is None:
                return Lineage(broken=Break.SHARE_UNKNOWN, about=(change.from_code,))
            waiting.append((change.from_code, share * change.share))
    return _of_those_that_were(unit, shares, earlier)


def _of_those_that_were(unit: Unit, shares: Mapping[str, float], earlier: Period) -> Lineage:
    """Leave out the unit itself where it only began after the earlier period."""
    began_later = unit.valid_from is not None and unit.valid_from > earlier.last
    parts = tuple(
        Part(code, share) for code, share in sorted(shares.items()) if code != unit.code or not began_later
    )
    return Lineage(parts) if parts else Lineage(broken=Break.NEW, about=(unit.code,))


def _is_within(day: date, period: Period) -> bool:
    """Whether something that begins on a day splits a period: it is neither its first day nor after it."""
    return period.first < day <= period.last
