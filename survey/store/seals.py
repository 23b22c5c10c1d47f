"""Seals: read what is to be sealed, append to the chain, read it back."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, insert, select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Session

from survey.core.seal import RESPONSE, Change, Entry, Seal, read_seal, row_digest
from survey.core.sealed_tables import (
    CLOSED_UNIT,
    LATER_COLUMNS,
    LATER_QUESTIONNAIRE,
    RESPONSE_COLUMNS,
    ROUND_CODE,
    TABLES,
)
from survey.store import (  # the tables there are sealed by name
    place_tables,  # noqa: F401
    report_tables,  # noqa: F401
    round_tables,  # noqa: F401
    rounds,
    source_tables,  # noqa: F401
)
from survey.store.tables import (
    Base,
    ResponseRow,
    RoundRow,
    SealedChangeRow,
    SealedResponseRow,
    SealRow,
    TicketRow,
    UnitRow,
    VersionRow,
)

AT_ONCE = 5000
"""Rows per insertion, and rows fetched at a time."""


class StoredSeal(NamedTuple):
    """A seal as the table holds it, whether or not it can be read."""

    number: int
    content: str
    digest: str


class SealedRow(NamedTuple):
    """A row of a sealed table as it is now, with what a deed about it may be about."""

    key: str
    subjects: frozenset[str]
    digest: str


class StoredResponse(NamedTuple):
    """A response with its seal, as far as each exists.

    Attributes:
        id: of the response.
        digest: of the row as it is now.
        round_id: of its round, as the row says now, and likewise of its unit and its field.
        hour: of arrival.
        sealed: the digest that was sealed, or None.
        seal_number: the seal that it is in, or None.
    """

    id: str
    digest: bytes
    round_id: int
    unit_id: int
    field_id: int
    hour: datetime
    sealed: bytes | None
    seal_number: int | None


class Listed(NamedTuple):
    """A response in the list behind a seal."""

    response_id: str
    round_code: str
    entry: Entry


class Unsealed(NamedTuple):
    """A response that no seal holds."""

    id: str
    round_code: str
    fingerprint: str
    digest: bytes
    hour: datetime


def hold(session: Session) -> None:
    """Let nobody else seal until the transaction ends; SQLite has a single writer anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE seal IN EXCLUSIVE MODE"))


def newest(session: Session) -> Seal | None:
    """The last seal of the chain.

    Raises:
        SealFaulty: if it cannot be read.
    """
    content = session.scalar(select(SealRow.content).order_by(SealRow.number.desc()).limit(1))
    return None if content is None else read_seal(content)


def stored(session: Session) -> Iterator[StoredSeal]:
    """The chain from its beginning, as it is stored."""
    rows = session.execute(select(SealRow.number, SealRow.content, SealRow.digest).order_by(SealRow.number))
    return (StoredSeal(*row) for row in rows)


def with_number(session: Session, number: int) -> Seal | None:
    """The seal with this number.

    Raises:
        SealFaulty: if it cannot be read.
    """
    content = session.scalar(select(SealRow.content).where(SealRow.number == number))
    return None if content is None else read_seal(content)


def add(session: Session, seal: Seal, responses: Iterable[Listed], changes: Iterable[Change]) -> None:
    """Append a seal with the lists behind it."""
    session.add(SealRow(number=seal.number, content=seal.content, digest=seal.digest))
    session.flush()
    # By id, so that the table's order tells nothing else.
    listed = sorted(responses)
    for start in range(0, len(listed), AT_ONCE):
        some = [
            {"response_id": r.response_id, "seal_number": seal.number, "round_code": r.round_code, **r.entry._asdict()}
            for r in listed[start : start + AT_ONCE]
        ]  # fmt: skip
        session.execute(insert(SealedResponseRow), some)
    values = [
        {"seal_number": seal.number, "table_name": c.table, "row_key": c.key, "digest": c.digest, "deed": c.deed}
        for c in changes
    ]  # fmt: skip
    for start in range(0, len(values), AT_ONCE):
        session.execute(insert(SealedChangeRow), values[start : start + AT_ONCE])


def unsealed(session: Session, *, before: datetime) -> list[Unsealed]:
    """Responses that arrived before an hour and are in no seal."""
    return _unsealed(session, _UNSEALED.where(ResponseRow.received_hour < before))


def waiting(session: Session, *, since: datetime | None, most: int) -> list[Unsealed]:
    """At most so many responses that arrived from an hour on and are in no seal, the newest hours first."""
    query = _UNSEALED.order_by(ResponseRow.received_hour.desc()).limit(most)
    # Found by the index on the hour: whoever asks for an unknown receipt must not make the server read everything.
    return _unsealed(session, query if since is None else query.where(ResponseRow.received_hour >= since))


def responses(session: Session) -> Iterator[StoredResponse]:
    """Every response with its seal."""
    query = select(
        *_RESPONSE, SealedResponseRow.digest.label("sealed"), SealedResponseRow.seal_number
    ).outerjoin(SealedResponseRow, SealedResponseRow.response_id == ResponseRow.id)
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)).mappings():
        yield StoredResponse(
            row["id"],
            _response_digest(row),
            row["round_id"],
            row["unit_id"],
            row["field_id"],
            row["received_hour"],
            row["sealed"],
            row["seal_number"],
        )


def removed(session: Session) -> list[tuple[int, Listed]]:
    """What is sealed and not stored any more, with the seal's number."""
    query = _SEALED.outerjoin(ResponseRow, ResponseRow.id == SealedResponseRow.response_id)
    return [_sealed(*row) for row in session.execute(query.where(ResponseRow.id.is_(None)))]


def sealed(session: Session, *, number: int | None = None) -> Iterator[tuple[int, Listed]]:
    """The lists behind all seals with the seals' numbers, seal by seal and round by round, or behind one."""
    query = _SEALED.order_by(
        SealedResponseRow.seal_number, SealedResponseRow.round_code, SealedResponseRow.receipt
    )
    if number is not None:
        query = query.where(SealedResponseRow.seal_number == number)
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield _sealed(*row)


def holding(session: Session, receipt: bytes) -> int | None:
    """The number of the seal in which a receipt is, by its digest."""
    query = select(func.min(SealedResponseRow.seal_number)).where(SealedResponseRow.receipt == receipt)
    return session.scalar(query)


def changes(session: Session) -> list[tuple[int, Change]]:
    """What all seals say of other tables, oldest first."""
    query = select(
        SealedChangeRow.seal_number,
        SealedChangeRow.table_name,
        SealedChangeRow.row_key,
        SealedChangeRow.digest,
        SealedChangeRow.deed,
    ).order_by(SealedChangeRow.seal_number)
    return [
        (number, Change(table, key, digest, deed))
        for number, table, key, digest, deed in session.execute(query)
    ]


def rows(session: Session, table: str) -> list[SealedRow]:
    """All rows of a sealed table as they are now."""
    codes = _codes(session)
    return [_sealed_row(table, row, codes) for row in session.execute(_all_of(table)).mappings()]


def subjects_of_keys(session: Session, table: str, keys: Collection[str]) -> dict[str, frozenset[str]]:
    """What a deed about rows that have gone may be about, as far as their keys say it."""
    codes = _codes(session) if keys else {}
    return {
        key: _subjects(table, dict(zip(TABLES[table].key, key.split("/"), strict=False)), codes)
        for key in keys
    }


def ticket_balance(session: Session, verified_mode: str) -> Mapping[tuple[int, int, int], tuple[int, int]]:
    """Tickets used and verified responses, by ids of round, counter and field, where the two differ."""
    cell = (TicketRow.round_id, TicketRow.counter_id, TicketRow.field_id)
    used = select(*cell, func.count()).where(TicketRow.used.is_(True)).group_by(*cell)
    of = (ResponseRow.round_id, ResponseRow.counter_id, ResponseRow.field_id)
    given = select(*of, func.count()).where(ResponseRow.mode == verified_mode).group_by(*of)
    left, right = ({tuple(row[:3]): row[3] for row in session.execute(query)} for query in (used, given))
    pairs = {key: (left.get(key, 0), right.get(key, 0)) for key in left.keys() | right.keys()}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}  # type: ignore[misc]


def _all_of(table: str) -> Select[Any]:
    columns = Base.metadata.tables[table].columns
    return select(*(columns[name] for name in TABLES[table].columns))


def _codes(session: Session) -> dict[str, Mapping[str, str]]:
    """By the name of a subject that stands in another table: the code of each id there."""
    questionnaires = session.execute(select(VersionRow.id, VersionRow.questionnaire_code)).all()
    units = session.execute(select(UnitRow.id, UnitRow.code)).all()
    return {
        ROUND_CODE: {str(number): code for code, number in rounds.ids_by_code(session).items()},
        LATER_QUESTIONNAIRE: {str(number): code for number, code in questionnaires},
        CLOSED_UNIT: {str(number): code for number, code in units},
    }


def _sealed_row(table: str, row: RowMapping, codes: Mapping[str, Mapping[str, str]]) -> SealedRow:
    values = dict(row)
    key = "/".join(str(values[name]) for name in TABLES[table].key)
    return SealedRow(key, _subjects(table, values, codes), row_digest(table, values).hex())


def _subjects(
    table: str, values: Mapping[str, object], codes: Mapping[str, Mapping[str, str]]
) -> frozenset[str]:
    """The subjects that a row's values name, as many of them as are known."""
    found = {
        codes[name].get(str(values[column]), "") if name in codes else str(values[column])
        for name in TABLES[table].subjects
        if (column := name.rpartition(" ")[2]) in values
    }
    return frozenset(found)


def _unsealed(session: Session, query: Select[Any]) -> list[Unsealed]:
    return [
        Unsealed(
            row["id"], row["round_code"], row["fingerprint"], _response_digest(row), row["received_hour"]
        )
        for row in session.execute(query).mappings()
    ]


def _response_digest(row: RowMapping) -> bytes:
    columns = (name for name in RESPONSE_COLUMNS if name not in LATER_COLUMNS or row[name])
    return row_digest(RESPONSE, {name: row[name] for name in columns})


def _sealed(
    response_id: str, number: int, round_code: str, receipt: bytes, digest: bytes
) -> tuple[int, Listed]:
    return number, Listed(response_id, round_code, Entry(receipt, digest))


_RESPONSE = tuple(getattr(ResponseRow, name) for name in RESPONSE_COLUMNS)
_SEALED = select(
    SealedResponseRow.response_id,
    SealedResponseRow.seal_number,
    SealedResponseRow.round_code,
    SealedResponseRow.receipt,
    SealedResponseRow.digest,
)
_UNSEALED: Select[Any] = (
    select(*_RESPONSE, RoundRow.code.label("round_code"))
    .join(RoundRow, RoundRow.id == ResponseRow.round_id)
    .outerjoin(SealedResponseRow, SealedResponseRow.response_id == ResponseRow.id)
    .where(SealedResponseRow.response_id.is_(None))
)
