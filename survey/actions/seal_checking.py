"""Check all that is stored against the seals: one command's proof that nothing was taken out or changed since."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from sqlalchemy.orm import Session

from survey.actions import counts
from survey.actions.seals import register_changes
from survey.actions.trail import held
from survey.core.response import VERIFIED_MODE
from survey.core.round import VIETNAM
from survey.core.seal import (
    BEGINNING,
    RESPONSE,
    SHORT,
    Change,
    Seal,
    SealFaulty,
    changes_batch,
    read_seal,
    responses_batch,
)
from survey.core.seal_findings import Finding, Kind, kind_of, unexplained
from survey.store import places, published_reports, rounds, seals, trail
from survey.store.database import Database
from survey.store.tables import CounterRow, FieldRow, UnitRow


@dataclass(frozen=True)
class Proof:
    """What checking everything found.

    Attributes:
        seals: how many hold together, counted from the first.
        newest: digest of the last of these; noted elsewhere, it shows later whether the end was cut off.
        sealed: responses in them.
        unsealed: responses that are stored and wait for the next seal.
        findings: what is not as it was sealed; empty if nothing was taken out or changed.
    """

    seals: int
    newest: str
    sealed: int
    unsealed: int
    findings: tuple[Finding, ...]


class _Names:
    """Codes by database id, for people who read what was found."""

    def __init__(self, session: Session) -> None:
        self.round = {number: code for code, number in rounds.ids_by_code(session).items()}
        self.unit, self.field, self.counter = (
            {number: code for code, number in places.ids_by_code(session, table).items()}
            for table in (UnitRow, FieldRow, CounterRow)
        )

    def response(self, found: seals.StoredResponse) -> str:
        """Where a response stands."""
        codes = (
            self.round.get(found.round_id, "?"),
            self.unit.get(found.unit_id, "?"),
            self.field.get(found.field_id, "?"),
        )
        return " · ".join((*codes, f"{found.hour.astimezone(VIETNAM):%H:00 %d/%m/%Y}"))

    def stratum(self, key: str) -> str:
        """A row of the frame."""
        names = zip((self.round, self.unit, self.field), key.split("/"), strict=True)
        return " · ".join(codes.get(int(number), "?") for codes, number in names)


def verify(database: Database, noted: str = "") -> Proof:
    """Check the chain, the lists behind it, and everything that is stored against them.

    Args:
        database: where all of it is.
        noted: a seal's digest that was noted elsewhere, or at least its first twelve digits, as reports print them.
    """
    with database.reading() as session:
        chain, findings = _chain(session, noted)
        sealed = sum(seal.count for seal in chain)
        findings += _lists(session, chain)
        names = _Names(session)
        unsealed, of_responses = _responses(session, chain, names)
        findings += of_responses
        findings += _registers(session, chain, names)
        findings += _tickets(session, names)
        findings += _papers(session)
        findings += _trail(session, chain)
    findings += [
        Finding(
            Kind.COUNT,
            "response_count",
            f"{d.round_code}/{d.unit_code}/{d.field_code}/{d.mode}",
            where=f"{d.counted} ≠ {d.stored}",
        )
        for d in counts.differences(database)
    ]
    return Proof(len(chain), chain[-1].digest if chain else BEGINNING, sealed, unsealed, tuple(findings))


def _chain(session: Session, noted: str) -> tuple[list[Seal], list[Finding]]:
    """The seals that hold together, from the first, and where they cease to."""
    chain: list[Seal] = []
    findings = []
    has_noted = not noted
    noted = noted if len(noted) >= SHORT else "?"
    for stored in seals.stored(session):
        previous = chain[-1].digest if chain else BEGINNING
        try:
            seal = read_seal(stored.content)
        except SealFaulty:
            seal = None
        expected = (len(chain) + 1, previous)
        if (
            seal is None
            or (seal.number, seal.previous) != expected
            or (stored.number, stored.digest) != (seal.number, seal.digest)
        ):
            findings.append(Finding(Kind.CHAIN_BROKEN, "seal", str(len(chain) + 1), len(chain) + 1))
            break
        chain.append(seal)
        has_noted = has_noted or seal.digest.startswith(noted)
    if not has_noted:
        findings.append(Finding(Kind.CUT_OFF, "seal", noted))
    return chain, findings


def _lists(session: Session, chain: list[Seal]) -> list[Finding]:
    """Lists that are not the ones of which the seals hold the digest."""
    by_list = groupby(seals.sealed(session), key=lambda pair: (pair[0], pair[1].round_code))
    found = {key: responses_batch(listed.entry for _number, listed in pairs) for key, pairs in by_list}
    expected = {(seal.number, code): batch for seal in chain for code, batch in seal.responses.items()}
    faulty = [
        Finding(Kind.LIST_CHANGED, "sealed_response", code, number)
        for number, code in sorted(found.keys() | expected.keys())
        if found.get((number, code)) != expected.get((number, code))
    ]
    changes: dict[tuple[int, str], list[Change]] = {}
    for number, change in seals.changes(session):
        changes.setdefault((number, change.table), []).append(change)
    batches = {key: changes_batch(listed) for key, listed in changes.items()}
    due = {(seal.number, table): batch for seal in chain for table, batch in seal.changes.items()}
    return faulty + [
        Finding(Kind.LIST_CHANGED, "sealed_change", table, number)
        for number, table in sorted(batches.keys() | due.keys())
        if batches.get((number, table)) != due.get((number, table))
    ]


def _responses(session: Session, chain: list[Seal], names: _Names) -> tuple[int, list[Finding]]:
    """How many responses wait for a seal, and what was done to the others."""
    findings, unsealed = [], 0
    before = chain[-1].before if chain else None
    try:
        for each in seals.responses(session):
            if each.sealed is None:
                unsealed += 1
                if before and each.hour < before:
                    findings.append(
                        Finding(Kind.BACKDATED, RESPONSE, each.id, len(chain), names.response(each))
                    )
            elif each.sealed != each.digest:
                where = names.response(each)
                findings.append(Finding(Kind.CHANGED, RESPONSE, each.id, each.seal_number or 0, where))
    except (ValueError, TypeError):
        findings.append(Finding(Kind.UNREADABLE, RESPONSE))
    findings += [
        Finding(Kind.REMOVED, RESPONSE, listed.response_id, number, listed.round_code)
        for number, listed in sorted(seals.removed(session), key=itemgetter(0))
    ]
    return unsealed, findings


def _registers(session: Session, chain: list[Seal], names: _Names) -> list[Finding]:
    """What was done to the other tables, now and in what earlier seals took in."""
    if not chain:
        return []
    findings = list(unexplained(seals.changes(session)))
    try:
        for found in register_changes(session, chain[-1]):
            change, known = found.change, found.known
            if change.deed is None or found.is_frozen:
                kind = kind_of(known.digest if known else "", change.digest)
                findings.append(Finding(kind, change.table, change.key, known.seal_number if known else 0))
    except (ValueError, TypeError) as fault:
        findings.append(Finding(Kind.UNREADABLE, "", where=str(fault)))
    return [_with_names(finding, names) for finding in findings]


def _with_names(finding: Finding, names: _Names) -> Finding:
    if finding.table != "frame":
        return finding
    return Finding(finding.kind, finding.table, finding.key, finding.seal_number, names.stratum(finding.key))


def _tickets(session: Session, names: _Names) -> Iterator[Finding]:
    """Where the tickets used are not as many as the verified responses."""
    for (round_, counter, field), (used, given) in sorted(
        seals.ticket_balance(session, VERIFIED_MODE).items()
    ):
        codes = (names.round.get(round_, "?"), names.counter.get(counter, "?"), names.field.get(field, "?"))
        yield Finding(Kind.TICKETS, "ticket", " · ".join(codes), where=f"{used} ≠ {given}")


def _papers(session: Session) -> list[Finding]:
    """Where the files of published reports are not those whose digests were published."""
    return [
        Finding(kind_of(paper.published, paper.found), "published_file", paper.name)
        for paper in published_reports.papers(session)
        if paper.found != paper.published
    ]


def _trail(session: Session, chain: list[Seal]) -> list[Finding]:
    """Whether the trail holds together, and still holds what each seal saw of it."""
    seen = {seal.deeds: (seal.trail, seal.number) for seal in reversed(chain) if seal.deeds}
    last = 0
    with closing(held(session)) as entries:
        for entry in entries:
            last = entry.number
            hash_, seal_number = seen.pop(last, (entry.hash, 0))
            if hash_ != entry.hash:
                return [Finding(Kind.TRAIL, "trail", str(last), seal_number)]
    if last < trail.count(session):
        return [Finding(Kind.TRAIL, "trail", str(last + 1))]
    return [Finding(Kind.TRAIL, "trail", str(number), seal) for number, (_hash, seal) in sorted(seen.items())]
