"""What officers see of rounds, and how they close one."""

from dataclasses import dataclass
from datetime import datetime

from survey.core.account import Account, BeyondPart
from survey.core.place import Instance, Unit, units_within
from survey.core.round import Round
from survey.core.trail import Deed
from survey.store import places, responses, rounds, trail
from survey.store.database import Database


class RoundUnknown(LookupError):
    """No round has this code."""


@dataclass(frozen=True)
class UnitCount:
    """How far one unit is: responses against dossiers."""

    unit: Unit
    responses: int
    dossiers: int
    counters: int

    @property
    def share(self) -> float | None:
        """Responses per dossier, or None without dossiers."""
        return self.responses / self.dossiers if self.dossiers else None


@dataclass(frozen=True)
class RoundBoard:
    """A round with live counts per unit."""

    round: Round
    units: tuple[UnitCount, ...]

    @property
    def responses(self) -> int:
        """Responses in all units."""
        return sum(count.responses for count in self.units)

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
    with database.reading() as session:
        return places.instance(session)


def boards(database: Database, *, within: str | None) -> list[RoundBoard]:
    """All rounds with their counts, the newest first; ``within`` as in :func:`board`."""
    with database.reading() as session:
        codes = [round_.code for round_ in rounds.all_rounds(session)]
    return [board(database, code, within=within) for code in codes]


def board(database: Database, code: str, *, within: str | None) -> RoundBoard:
    """One round with live counts per unit.

    Args:
        database: where the counts are.
        code: the round's.
        within: only this unit and those below it; None for the whole province.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = rounds.with_code(session, code)
        if round_ is None:
            raise RoundUnknown(code)
        units, fields = places.units(session), places.fields(session)
        part = {unit.code for unit in units_within(units, within)}
        dossiers = rounds.dossiers(session, code, units, fields).sum(axis=1)
        counts = responses.counts_by_unit(session, code)
        counters = [counter.unit_code for counter in places.counters(session) if not counter.retired]
        return RoundBoard(
            round_,
            tuple(
                UnitCount(unit, counts.get(unit.code, 0), int(volume), counters.count(unit.code))
                for unit, volume in zip(units, dossiers, strict=True)
                if unit.code in part and (volume or unit.code in counts)
            ),
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
        if rounds.with_code(session, code) is None:
            raise RoundUnknown(code)
        closed = rounds.close(session, code, at=now)
        if closed:
            trail.record(session, Deed.ROUND_CLOSED, code, who=by.name, at=now)
        return closed
