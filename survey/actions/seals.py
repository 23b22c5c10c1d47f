"""Seal what is stored, and look a receipt up in what is sealed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.actions.rounds import close_round
from survey.core.account import Account
from survey.core.receipt import receipt_of
from survey.core.round import Round
from survey.core.seal import (
    BEGINNING,
    Change,
    Entry,
    RoundSeal,
    Seal,
    changes_batch,
    ended_hour,
    read_seal,
    receipt_digest,
    responses_batch,
    sealed_by,
)
from survey.core.seal_findings import Known, differences, state_of
from survey.core.sealed_tables import TABLES
from survey.core.trail import Search
from survey.store import rounds, seals, trail
from survey.store.database import Database

MOST_SEARCHED = 20_000
"""Unsealed responses among which a receipt is looked for; more are never left where seals are made every hour."""


class SealUnknown(LookupError):
    """There is no seal with this number."""


class SealedMeanwhile(RuntimeError):
    """Somebody else sealed at the same moment; nothing was changed."""


@dataclass(frozen=True)
class Found:
    """What can be said of a receipt.

    Attributes:
        seal: the seal that holds it, or None.
        by: until when it will be sealed, where it is stored and not sealed yet; else None.
        is_overdue: whether that time has passed.
    """

    seal: Seal | None = None
    by: datetime | None = None
    is_overdue: bool = False


@dataclass(frozen=True)
class SealedRound:
    """A round with the seals that hold responses of it, the newest first."""

    round: Round
    seals: tuple[Seal, ...]

    @property
    def responses(self) -> int:
        """Responses of the round in all of its seals."""
        return sum(seal.responses[self.round.code].count for seal in self.seals)


def write(database: Database, *, now: datetime, key: bytes) -> Seal | None:
    """Seal what is settled and new since the last seal; None if nothing is.

    Whole hours only: a seal inside an hour would tell which of its responses came first. What is read is settled, so
    nothing has to wait while it is read.

    Raises:
        SealedMeanwhile: if somebody else sealed at the same moment.
        SealFaulty: if the last seal cannot be read.
    """
    with database.reading() as session:
        last = seals.newest(session)
        before = max(ended_hour(now), last.before) if last else ended_hour(now)
        found = seals.unsealed(session, before=before)
        changes = list(_changes(session, last))
        head = next(iter(trail.newest(session, Search(), limit=1)), None)
    listed = [_listed(each, key) for each in found]
    seal = Seal(
        number=last.number + 1 if last else 1,
        previous=last.digest if last else BEGINNING,
        sealed_at=now.replace(microsecond=0),
        before=before,
        responses={
            code: responses_batch(r.entry for r in listed if r.round_code == code)
            for code in sorted({r.round_code for r in listed})
        },
        changes={
            table: changes_batch(c for c in changes if c.table == table)
            for table in sorted({c.table for c in changes})
        },
        deeds=head.number if head else 0,
        trail=head.hash if head else BEGINNING,
        backdated=sum(each.hour < last.before for each in found) if last else 0,
    )
    if last and not listed and not changes and seal.deeds == last.deeds:
        return None
    with database.writing() as session:
        seals.hold(session)
        if seals.newest(session) != last:
            raise SealedMeanwhile
        seals.add(session, seal, listed, changes)
    return seal


def close_round_and_seal(database: Database, code: str, *, by: Account, now: datetime, key: bytes) -> bool:
    """Close a round and seal all of its hours that have ended; False if it was closed already.

    Raises:
        BeyondPart: if ``by`` is limited to a part of the unit tree.
        RoundUnknown: if there is no such round.
    """
    if not close_round(database, code, by=by, now=now):
        return False
    try:
        write(database, now=now, key=key)
    except SealedMeanwhile:
        # The round is closed all the same, and the next seal takes it in.
        return True
    return True


def chain(database: Database) -> list[Seal]:
    """All seals, the newest first.

    Raises:
        SealFaulty: if one cannot be read.
    """
    with database.reading() as session:
        return [read_seal(each.content) for each in seals.stored(session)][::-1]


def by_round(database: Database, *, now: datetime) -> list[SealedRound]:
    """The rounds of which responses are sealed, the newest first.

    Raises:
        SealFaulty: if a seal cannot be read.
    """
    seals_found = chain(database)
    with database.reading() as session:
        all_rounds = rounds.all_rounds(session, now=now)
    found = (
        SealedRound(round_, tuple(seal for seal in seals_found if round_.code in seal.responses))
        for round_ in all_rounds
    )
    return [each for each in found if each.seals]


def with_number(database: Database, number: int) -> Seal:
    """One seal.

    Raises:
        SealUnknown: if there is none with this number.
        SealFaulty: if it cannot be read.
    """
    with database.reading() as session:
        found = seals.with_number(session, number)
    if found is None:
        raise SealUnknown(number)
    return found


def entries(database: Database, number: int) -> Iterator[tuple[str, Entry]]:
    """The list behind a seal: round code and entry, round by round in the order of receipts."""
    with database.reading() as session:
        for _number, each in seals.sealed(session, number=number):
            yield each.round_code, each.entry


def look_up(database: Database, receipt: str, *, now: datetime, key: bytes) -> Found:
    """Where a receipt is sealed, or until when it will be; nothing about the answers.

    Args:
        database: where the seals are.
        receipt: ten characters, checked already.
        now: the server's clock, UTC.
        key: makes receipts.
    """
    with database.reading() as session:
        number = seals.holding(session, receipt_digest(receipt))
        if number is not None:
            return Found(seal=seals.with_number(session, number))
        last = seals.newest(session)
        for each in seals.waiting(session, since=last.before if last else None, most=MOST_SEARCHED):
            if receipt_of(each.id, each.fingerprint, key=key) == receipt:
                by = sealed_by(each.hour)
                return Found(by=by, is_overdue=by < now)
    return Found()


def of_round(database: Database, code: str, address: str, *, newest: int | None = None) -> RoundSeal | None:
    """What a report prints of the seals of its round; None before the first.

    Args:
        database: where the seals are.
        code: the round's.
        address: where everybody can read the chain.
        newest: number of the last seal that is looked at; None for the last that there is.

    Raises:
        SealFaulty: if a seal cannot be read.
    """
    known = (seal for seal in chain(database) if newest is None or seal.number <= newest)
    holding = [seal for seal in known if code in seal.responses]
    if not holding:
        return None
    return RoundSeal(holding[0], sum(seal.responses[code].count for seal in holding), address)


def _listed(each: seals.Unsealed, key: bytes) -> seals.Listed:
    receipt = receipt_digest(receipt_of(each.id, each.fingerprint, key=key))
    return seals.Listed(each.id, each.round_code, Entry(receipt, each.digest))


def _changes(session: Session, last: Seal | None) -> Iterator[Change]:
    """What changed in the other tables since the last seal; without one, all is as it is found.

    A row that was frozen when it was sealed is never sealed anew: what happened to it stays visible for ever.
    """
    for found in register_changes(session, last):
        if not found.is_frozen:
            yield found.change if last else found.change._replace(deed=0)


@dataclass(frozen=True)
class RegisterChange:
    """A row beside the responses that is not as it was sealed.

    Attributes:
        change: what a seal would say of it, with the deed that explains it.
        known: what the seals say, or None where they never saw it.
        is_frozen: whether it was sealed as something that can never rightly change.
    """

    change: Change
    known: Known | None
    is_frozen: bool


def register_changes(session: Session, last: Seal | None) -> Iterator[RegisterChange]:
    """Where the tables beside the responses are not as the seals say."""
    state = state_of(seals.changes(session))
    deeds = {
        (e.deed, e.subject): e.number for e in trail.entries(session, after=last.deeds if last else None)
    }
    for table, how in TABLES.items():
        rows = {row.key: row for row in seals.rows(session, table)}
        found = list(differences(state[table], {row.key: row.digest for row in rows.values()}))
        gone = seals.subjects_of_keys(session, table, [key for key, *_ in found if key not in rows])
        for key, digest, known in found:
            subjects = rows[key].subjects if key in rows else gone[key]
            asked = ((deed.value, subject) for deed in how.deeds for subject in subjects)
            explaining = [deeds[each] for each in asked if each in deeds]
            change = Change(table, key, digest, max(explaining, default=None))
            yield RegisterChange(change, known, known is not None and how.frozen)
