"""What officers see of rounds, and how they close one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.core.account import Account, BeyondPart
from survey.core.place import Instance, Unit, units_within
from survey.core.response import VERIFIED_MODE
from survey.core.round import Round, State
from survey.core.trail import Deed
from survey.store import counts, places, rounds, tickets, trail
from survey.store.database import Database


class RoundUnknown(LookupError):
    """No round has this code."""


@dataclass(frozen=True)
class UnitCount:
    """How far one unit is: responses against dossiers.

    Attributes:
        unit: the unit.
        by_mode: responses by the mode in which they were given.
        dossiers: its population.
        counters: its counters in service.
        issued: one-time tickets given out.
        used: those of the tickets that were used.
    """

    unit: Unit
    by_mode: Mapping[str, int]
    dossiers: int
    counters: int
    issued: int = 0
    used: int = 0

    @property
    def responses(self) -> int:
        """Responses in all modes."""
        return sum(self.by_mode.values())

    @property
    def verified(self) -> int:
        """Responses that each used up a one-time ticket."""
        return self.by_mode.get(VERIFIED_MODE, 0)

    @property
    def open(self) -> int:
        """Responses that anybody at the counter could give."""
        return self.responses - self.verified

    @property
    def share(self) -> float | None:
        """Responses per dossier, or None without dossiers."""
        return self.responses / self.dossiers if self.dossiers else None


@dataclass(frozen=True)
class RoundBoard:
    """A round with live counts per unit, as it stood at one moment."""

    round: Round
    units: tuple[UnitCount, ...]
    state: State

    @property
    def is_open(self) -> bool:
        """Whether answers are taken."""
        return self.state is State.OPEN

    @property
    def has_closed(self) -> bool:
        """Whether answers were taken and are not any more."""
        return self.state in {State.CLOSED, State.SETTLED}

    @property
    def is_settled(self) -> bool:
        """Whether its figures are final: nothing can arrive any more."""
        return self.state is State.SETTLED

    @property
    def has_opened(self) -> bool:
        """Whether answers were ever taken."""
        return self.is_open or self.has_closed

    @property
    def responses(self) -> int:
        """Responses in all units."""
        return sum(count.responses for count in self.units)

    @property
    def by_mode(self) -> Mapping[str, int]:
        """Responses in all units, by mode."""
        return sum((Counter(count.by_mode) for count in self.units), Counter())

    @property
    def verified(self) -> int:
        """Responses in all units that each used up a one-time ticket."""
        return sum(count.verified for count in self.units)

    @property
    def open(self) -> int:
        """Responses in all units that anybody at a counter could give."""
        return sum(count.open for count in self.units)

    @property
    def issued(self) -> int:
        """One-time tickets given out."""
        return sum(count.issued for count in self.units)

    @property
    def used(self) -> int:
        """Those of the tickets that were used."""
        return sum(count.used for count in self.units)

    @property
    def dossiers(self) -> int:
        """Dossiers of all units."""
        return sum(count.dossiers for count in self.units)

    @property
    def silent(self) -> int:
        """Units with dossiers and no response."""
        return sum(1 for count in self.units if count.dossiers and not count.responses)


def instance(database: Database) -> Instance | None:
    """Whose platform this is, or None before it is set up."""
    return places.instance_now(database)


def known_round(session: Session, code: str, *, now: datetime) -> Round:
    """A round as it is at a moment.

    Raises:
        RoundUnknown: if there is no such round.
    """
    round_ = rounds.with_code(session, code, now=now)
    if round_ is None:
        raise RoundUnknown(code)
    return round_


def boards(database: Database, *, within: str | None, now: datetime) -> list[RoundBoard]:
    """All rounds with their counts, the newest first; ``within`` as in :func:`board`."""
    with database.reading() as session:
        codes = [round_.code for round_ in rounds.all_rounds(session, now=now)]
    return [board(database, code, within=within, now=now) for code in codes]


def board(database: Database, code: str, *, within: str | None, now: datetime) -> RoundBoard:
    """One round with live counts per unit.

    Args:
        database: where the counts are.
        code: the round's.
        within: only this unit and those below it; None for the whole province.
        now: the server's clock.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        units, fields = places.units(session), places.fields(session)
        part = {unit.code for unit in units_within(units, within)}
        dossiers = rounds.dossiers(session, code, units, fields).sum(axis=1)
        found, given = counts.by_unit_and_mode(session, code), tickets.counts(session, code)
        counters = Counter(counter.unit_code for counter in places.counters(session) if not counter.retired)
        return RoundBoard(
            round_,
            tuple(
                UnitCount(
                    unit,
                    found.get(unit.code, {}),
                    int(volume),
                    counters[unit.code],
                    *given.get(unit.code, (0, 0)),
                )
                for unit, volume in zip(units, dossiers, strict=True)
                if unit.code in part and (volume or unit.code in found or unit.code in given)
            ),
            round_.state(now),
        )


def close_round(database: Database, code: str, *, by: Account, now: datetime) -> bool:
    """Stop taking answers in a round; False if it was closed already.

    Raises:
        BeyondPart: if ``by`` is limited to a part of the unit tree; a round is the whole province's.
        RoundUnknown: if there is no such round.
    """
    if by.unit_code is not None:
        raise BeyondPart(code)
    with database.writing() as session:
        known_round(session, code, now=now)
        closed = rounds.close(session, code, at=now)
        tickets.forget_order(session, code)
        if closed:
            trail.record(session, Deed.ROUND_CLOSED, code, who=by.name, at=now)
        return closed
