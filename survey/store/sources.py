"""Files loaded into a round beside what counters take: which, what they held of tallies, what was withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from sqlalchemy import ColumnElement, and_, func, insert, not_, select, true
from sqlalchemy.orm import Session

from survey.core.response import IMPORTED_MODE
from survey.core.tally import Option, Tally
from survey.store import places
from survey.store.rounds import ids_by_code
from survey.store.source_tables import SourceLoadRow, SourceWithdrawalRow, TallyRow
from survey.store.tables import FieldRow, ResponseRow, RoundRow, UnitRow

TALLIES, RESPONSES = "tallies", "responses"

TAG_DIGITS = 8
"""Hexadecimal digits with which the id of a loaded response names its load."""

MOST_UNCLAIMED = 10_000
"""How far above the newest load unclaimed numbers are looked for; so many loads in a row are never broken off."""

FETCHED = 5000


@dataclass(frozen=True)
class Withdrawal:
    """Why a load does not count any more."""

    reason: str
    who: str
    withdrawn_at: datetime


@dataclass(frozen=True)
class SourceLoad:
    """One file that was loaded.

    Attributes:
        kind: :data:`TALLIES` or :data:`RESPONSES`.
        source: where the numbers come from, in the officer's words.
        dated: the day up to which they are.
        file_name: of the file.
        sha256: of its bytes.
        rows: that were kept.
        refused: rows that were not.
        who: the account's name.
        loaded_at: UTC.
        number: from 1; 0 before it is stored.
        withdrawal: why it does not count any more, None while it does.
    """

    kind: str
    source: str
    dated: date
    file_name: str
    sha256: str
    rows: int
    refused: int
    who: str
    loaded_at: datetime
    number: int = 0
    withdrawal: Withdrawal | None = None


def next_number(session: Session) -> int:
    """The number of a load that is about to be stored: one that no load has and no loaded response names.

    On SQLite it is taken from the moment on at which a response that names it is stored, in the same transaction.
    """
    if session.get_bind().dialect.name != "sqlite":
        sequence = func.pg_get_serial_sequence("source_load", "id")
        return int(session.execute(select(func.nextval(sequence))).scalar_one())
    newest: int = max((0, *session.scalars(select(SourceLoadRow.id)), *_unclaimed(session)))
    return newest + 1


def add(session: Session, round_code: str, load: SourceLoad) -> int:
    """Keep that a file was loaded; its number, which is the next one unless it was taken before.

    From now on the responses that name it count.
    """
    said = {name: value for name, value in vars(load).items() if name not in {"number", "withdrawal"}}
    number = load.number or next_number(session)
    row = SourceLoadRow(id=number, round_id=ids_by_code(session)[round_code], **said)
    session.add(row)
    session.flush()
    return row.id


def loads(session: Session, round_code: str, kind: str) -> list[SourceLoad]:
    """What was loaded into a round, the newest first."""
    query = (
        select(SourceLoadRow, SourceWithdrawalRow)
        .join(RoundRow, RoundRow.id == SourceLoadRow.round_id)
        .outerjoin(SourceWithdrawalRow, SourceWithdrawalRow.load_id == SourceLoadRow.id)
        .where(RoundRow.code == round_code, SourceLoadRow.kind == kind)
        .order_by(SourceLoadRow.id.desc())
    )
    return [_load(row, withdrawal) for row, withdrawal in session.execute(query)]


def same_file(session: Session, round_code: str, kind: str, sha256: str) -> SourceLoad | None:
    """The newest load of a round that counts and came from a file with these bytes; None where there is none."""
    found = (load for load in loads(session, round_code, kind) if load.sha256 == sha256 and load.rows)
    return next((load for load in found if load.withdrawal is None), None)


def withdraw(session: Session, round_code: str, number: int, said: Withdrawal) -> None:
    """Let a load count no more."""
    session.add(SourceWithdrawalRow(load_id=number, round_id=ids_by_code(session)[round_code], **vars(said)))
    session.flush()


def withdrawn(session: Session, round_code: str) -> tuple[int, ...]:
    """The loads of a round that count no more."""
    query = (
        select(SourceWithdrawalRow.load_id)
        .join(RoundRow, RoundRow.id == SourceWithdrawalRow.round_id)
        .where(RoundRow.code == round_code)
        .order_by(SourceWithdrawalRow.load_id)
    )
    return tuple(session.scalars(query))


def set_aside(session: Session) -> ColumnElement[bool] | None:
    """Which responses are those of a load that was withdrawn, or is not there (yet); None where there is none.

    They stay stored and sealed, since no response is ever taken out, but count nowhere. A large load is stored in several
    transactions, the load itself with the last one: until then, and for ever if it was broken off, none of it counts.
    """
    query = (
        select(SourceWithdrawalRow.load_id)
        .join(SourceLoadRow, SourceLoadRow.id == SourceWithdrawalRow.load_id)
        .where(SourceLoadRow.kind == RESPONSES)
    )
    tags = [tag_of(number) for number in (*session.scalars(query), *_unclaimed(session))]
    if not tags:
        return None
    return and_(ResponseRow.mode == IMPORTED_MODE, func.substr(ResponseRow.id, 1, TAG_DIGITS).in_(tags))


def counted(session: Session) -> ColumnElement[bool]:
    """Which responses count."""
    gone = set_aside(session)
    return true() if gone is None else not_(gone)


def _unclaimed(session: Session) -> list[int]:
    """The numbers named by loaded responses under which there is no load."""
    known = set(session.scalars(select(SourceLoadRow.id)))
    newest = max(known, default=0)
    found = [n for n in range(1, newest) if n not in known and _first_tag(session, n, n + 1) is not None]
    at = newest + 1
    while (number := _first_tag(session, at, newest + MOST_UNCLAIMED)) is not None:
        found.append(number)
        at = number + 1
    return found


def _first_tag(session: Session, least: int, beyond: int) -> int | None:
    """The least number from ``least`` on and below ``beyond`` that a loaded response names."""
    query = (
        select(ResponseRow.id)
        .where(ResponseRow.id >= tag_of(least), ResponseRow.id < tag_of(beyond))
        .where(ResponseRow.mode == IMPORTED_MODE)
        .order_by(ResponseRow.id)
        .limit(1)
    )
    found = session.scalar(query)
    return None if found is None else int(found[:TAG_DIGITS], 16)


def tag_of(number: int) -> str:
    """The digits with which the ids of a load's responses begin."""
    return f"{number:0{TAG_DIGITS}x}"


def _of_load(number: int) -> ColumnElement[bool]:
    """The responses of a load, found by the index on ids."""
    return and_(
        ResponseRow.id >= tag_of(number),
        ResponseRow.id < tag_of(number + 1),
        ResponseRow.mode == IMPORTED_MODE,
    )


def loaded(session: Session, round_code: str) -> dict[str, str]:
    """What was loaded into a round and counts: fingerprints of answers by the part of the id behind the tag."""
    found: dict[str, str] = {}
    for load in loads(session, round_code, RESPONSES):
        if load.withdrawal is None:
            query = select(ResponseRow.id, ResponseRow.fingerprint).where(_of_load(load.number))
            rows = session.execute(query.execution_options(yield_per=FETCHED))
            found |= {id_[TAG_DIGITS:]: fingerprint for id_, fingerprint in rows}
    return found


def add_tallies(session: Session, round_code: str, number: int, tallies: Iterable[Tally]) -> None:
    """Keep the tallies of a load."""
    units, fields = places.ids_by_code(session, UnitRow), places.ids_by_code(session, FieldRow)
    round_id = ids_by_code(session)[round_code]
    rows = [
        {
            "load_id": number,
            "row": tally.row,
            "round_id": round_id,
            "unit_id": units[tally.unit_code] if tally.unit_code else None,
            "field_id": fields[tally.field_code] if tally.field_code else None,
            "factor": tally.factor,
            "item": tally.item,
            "scale": tally.scale,
            "options": orjson.dumps([[o.label, o.satisfied, o.count] for o in tally.options]).decode(),
            "forms": tally.forms,
        }
        for tally in tallies
    ]
    session.execute(insert(TallyRow), rows)


def tallies(session: Session, round_code: str) -> dict[int, list[Tally]]:
    """The tallies of a round by the number of their load, in the order of its rows."""
    query = (
        select(TallyRow, UnitRow.code, FieldRow.code)
        .join(RoundRow, RoundRow.id == TallyRow.round_id)
        .outerjoin(UnitRow, UnitRow.id == TallyRow.unit_id)
        .outerjoin(FieldRow, FieldRow.id == TallyRow.field_id)
        .where(RoundRow.code == round_code)
        .order_by(TallyRow.load_id, TallyRow.row)
    )
    found: dict[int, list[Tally]] = {}
    for row, unit, field in session.execute(query):
        options = tuple(Option(*option) for option in orjson.loads(row.options))
        tally = Tally(row.row, unit or "", field or "", row.factor, row.item, row.scale, options, row.forms)
        found.setdefault(row.load_id, []).append(tally)
    return found


def _load(row: SourceLoadRow, gone: SourceWithdrawalRow | None) -> SourceLoad:
    withdrawal = None if gone is None else Withdrawal(gone.reason, gone.who, gone.withdrawn_at)
    return SourceLoad(
        row.kind, row.source, row.dated, row.file_name, row.sha256, row.rows, row.refused, row.who,
        row.loaded_at, row.id, withdrawal,
    )  # fmt: skip


def responses_by_unit(session: Session, round_code: str) -> dict[str, dict[str, int]]:
    """How many responses of a round's loads are of which unit code, by the tag of their load; set aside or not."""
    found = {}
    for load in loads(session, round_code, RESPONSES):
        query = (
            select(UnitRow.code, func.count())
            .join(ResponseRow, ResponseRow.unit_id == UnitRow.id)
            .where(_of_load(load.number))
            .group_by(UnitRow.code)
        )
        found[tag_of(load.number)] = dict(session.execute(query).all())
    return found
