"""How many responses there are, derived: whole hours are counted once, the hours since then when asked.

Every response that arrived before the watermark is in ``response_count``, none that arrived later is. Three rules
keep it so:

- The watermark moves, and the hours below it are counted, in one transaction that no insertion runs beside.
- Whoever inserts holds the watermark where it is, and counts at once what arrives below it (after the server's clock
  was set back).
- Responses never change and never disappear.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.errors import LockNotAvailable
from sqlalchemy import Select, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey.store import sources
from survey.store.database import is_sqlite
from survey.store.tables import FieldRow, ResponseCountRow, ResponseRow, RoundRow, UnitRow, WatermarkRow

WATERMARK_LOCK = 0x5349_5041_53
"""Number of the advisory lock in PostgreSQL: shared by insertions, exclusive for whoever moves the watermark."""

PATIENCE = "1s"
"""How long the watermark's move waits, and every insertion behind it, for a transaction that does not end."""

MUCH = 20
"""How many times as many responses as in one round all may be, for that one to be much of them."""

ONLY = 1
"""The watermark's only row."""


class StillStoring(RuntimeError):
    """A transaction that stores a response does not end; the watermark stays for now."""


class Cell(NamedTuple):
    """What is counted together; ids of the database."""

    round_id: int
    unit_id: int
    field_id: int
    mode: str


_CELL = (ResponseRow.round_id, ResponseRow.unit_id, ResponseRow.field_id, ResponseRow.mode)
_COUNTED = (
    ResponseCountRow.round_id,
    ResponseCountRow.unit_id,
    ResponseCountRow.field_id,
    ResponseCountRow.mode,
)


def watermark(session: Session) -> datetime | None:
    """Up to which hour of arrival responses are counted; None if no hour is."""
    return session.scalar(select(WatermarkRow.counted_before))


def hold(session: Session) -> None:
    """Keep the watermark where it is until this transaction, which will insert responses, ends.

    SQLite has a single writer, which holds everything. In PostgreSQL the function ``held_below_watermark`` does the same
    within a statement.
    """
    if not is_sqlite(session):
        session.execute(select(func.pg_advisory_xact_lock_shared(WATERMARK_LOCK)))


def add(session: Session, cells: Iterable[Cell]) -> None:
    """Count responses that this transaction inserted below the watermark, which it holds."""
    _increase(session, Counter(cells))


def extend(session: Session, before: datetime) -> int:
    """Count the responses that arrived before ``before`` and are not counted yet, and move the watermark there.

    Args:
        session: a writing transaction of its own.
        before: a whole hour; the watermark never goes back.

    Returns:
        The number of responses counted now.

    Raises:
        StillStoring: if a transaction that inserts does not end; nothing was changed.
    """
    _hold_alone(session)
    reached = watermark(session)
    if reached is not None and before <= reached:
        return 0
    query = _recount().where(ResponseRow.received_hour < before)
    if reached is not None:
        query = query.where(ResponseRow.received_hour >= reached)
    found = _cells(session, query)
    _increase(session, found)
    session.execute(delete(WatermarkRow))
    session.execute(insert(WatermarkRow), {"id": ONLY, "counted_before": before})
    return sum(found.values())


def rebuild(session: Session, before: datetime) -> int:
    """Forget all counts and count anew what arrived before ``before``, to where the watermark moves, even back.

    Args:
        session: a writing transaction of its own; nobody inserts while it counts.
        before: a whole hour.

    Returns:
        The number of responses counted.

    Raises:
        StillStoring: if a transaction that inserts does not end; nothing was changed.
    """
    _hold_alone(session)
    session.execute(delete(ResponseCountRow))
    session.execute(delete(WatermarkRow))
    return extend(session, before)


def counted(session: Session) -> Mapping[Cell, int]:
    """The derived counts, without those of 0."""
    query = select(*_COUNTED, ResponseCountRow.responses).where(ResponseCountRow.responses != 0)
    return _cells(session, query)


def recounted(session: Session) -> Mapping[Cell, int]:
    """What the derived counts must be, from the responses themselves."""
    reached = watermark(session)
    if reached is None:
        return {}
    return _cells(session, _recount().where(ResponseRow.received_hour < reached))


def of_round(session: Session, round_code: str, *, before: datetime | None = None) -> int:
    """Responses in a round, or those of them that arrived before an hour."""
    found = sum(responses or 0 for _key, responses in _numbers(session, round_code, ()))
    if before is None:
        return found
    round_id = select(RoundRow.id).where(RoundRow.code == round_code).scalar_subquery()
    # Few came since; computed, the round cannot lead SQLite away from the index on the hour.
    since = select(func.count()).where(
        ResponseRow.received_hour >= before, ResponseRow.round_id + 0 == round_id, sources.counted(session)
    )
    return found - (session.scalar(since) or 0)


def is_much_of_all(session: Session, round_id: int) -> bool:
    """Whether at least a twentieth of all responses in counted hours are a round's."""
    here = func.sum(ResponseCountRow.responses).filter(ResponseCountRow.round_id == round_id)
    found = session.execute(select(here, func.sum(ResponseCountRow.responses))).one()
    return MUCH * (found[0] or 0) >= (found[1] or 1)


def by_unit_and_mode(session: Session, round_code: str) -> Mapping[str, Mapping[str, int]]:
    """Responses in a round, by unit code and mode: the counted hours and the hours since then."""
    codes = dict(session.execute(select(UnitRow.id, UnitRow.code)).all())
    found: dict[str, Counter[str]] = {}
    for (unit_id, mode), responses in _numbers(session, round_code, ("unit_id", "mode")):
        found.setdefault(codes[unit_id], Counter())[mode] += responses
    return found


def by_unit_field_and_mode(session: Session, round_code: str) -> Mapping[tuple[str, str, str], int]:
    """Responses in a round, by unit code, field code and mode: the counted hours and the hours since then."""
    units = dict(session.execute(select(UnitRow.id, UnitRow.code)).all())
    fields = dict(session.execute(select(FieldRow.id, FieldRow.code)).all())
    found: Counter[tuple[str, str, str]] = Counter()
    for (unit, field, mode), responses in _numbers(session, round_code, ("unit_id", "field_id", "mode")):
        found[units[unit], fields[field], mode] += responses
    return found


def _numbers(session: Session, round_code: str, by: tuple[str, ...]) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Responses in a round by some columns, which both the derived counts and the responses have."""
    reached = watermark(session)
    round_id = select(RoundRow.id).where(RoundRow.code == round_code).scalar_subquery()
    # Computed, the round cannot lead SQLite away from the index on the hour, of which there are only a few.
    live = select(*(getattr(ResponseRow, name) for name in by), func.count()).where(
        ResponseRow.round_id + 0 == round_id
    )
    if reached is not None:
        live = live.where(ResponseRow.received_hour >= reached)
    number = func.sum(ResponseCountRow.responses)
    derived = select(*(getattr(ResponseCountRow, name) for name in by), number).where(
        ResponseCountRow.round_id == round_id
    )
    for query, table in ((derived, ResponseCountRow), (live, ResponseRow)):
        for *key, responses in session.execute(query.group_by(*(getattr(table, name) for name in by))):
            yield tuple(key), responses
    # What was set aside was counted when it was stored; it is taken off here, so that counts only ever grow.
    gone = sources.set_aside(session)
    if gone is not None:
        columns = [getattr(ResponseRow, name) for name in by]
        aside = (
            select(*columns, func.count()).where(ResponseRow.round_id == round_id, gone).group_by(*columns)
        )
        for *key, responses in session.execute(aside):
            yield tuple(key), -responses


def _hold_alone(session: Session) -> None:
    if is_sqlite(session):
        return
    # Insertions queue up behind this lock, so it must not wait long for one that hangs.
    session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    try:
        session.execute(select(func.pg_advisory_xact_lock(WATERMARK_LOCK)))
    except OperationalError as fault:
        if isinstance(fault.orig, LockNotAvailable):
            raise StillStoring from fault
        raise


def _increase(session: Session, by: Mapping[Cell, int]) -> None:
    if not by:
        return
    upsert = (sqlite_insert if is_sqlite(session) else postgresql_insert)(ResponseCountRow)
    increase = upsert.on_conflict_do_update(
        index_elements=[*_COUNTED],
        set_={"responses": ResponseCountRow.responses + upsert.excluded.responses},
    )
    # Sorted, so that two transactions that count the same cells never wait for each other in a ring.
    session.execute(
        increase, [{**cell._asdict(), "responses": number} for cell, number in sorted(by.items())]
    )


def _recount() -> Select[int, int, int, str, int]:
    return select(*_CELL, func.count()).group_by(*_CELL)


def _cells(session: Session, query: Select[int, int, int, str, int]) -> dict[Cell, int]:
    return {Cell(*row[:4]): row[4] for row in session.execute(query)}
