"""The trail of deeds: appended within the transaction of the deed, read by number."""

import json
from collections.abc import Collection, Generator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.orm import Session

from survey.core.trail import BEGINNING, Deed, Entry, Search
from survey.store.tables import TrailRow

COMMAND_LINE = "sipas"
"""Who acts when nobody is signed in."""


def record(
    session: Session,
    deed: Deed,
    subject: str,
    *,
    who: str,
    at: datetime,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append a deed; it is kept exactly if the transaction that did it is."""
    if session.get_bind().dialect.name == "postgresql":
        # Two deeds at one moment must not both follow the same one; readers are not held up.
        session.execute(text("LOCK TABLE trail IN EXCLUSIVE MODE"))
    last = session.scalar(_newest_first().limit(1))
    entry = Entry(last.number + 1 if last else 1, at, who, deed.value, subject, dict(detail or {}), "")
    entry = replace(entry, hash=entry.hash_after(last.hash if last else BEGINNING))
    session.add(
        TrailRow(
            number=entry.number,
            done_at=entry.done_at,
            who=entry.who,
            deed=entry.deed,
            subject=entry.subject,
            detail=json.dumps(dict(entry.detail), ensure_ascii=False, sort_keys=True),
            hash=entry.hash,
        )
    )
    session.flush()


def entries(session: Session, *, after: int | None = None) -> Generator[Entry]:
    """All deeds, or those after the one with a number, the first one first."""
    query = select(TrailRow).order_by(TrailRow.number).execution_options(yield_per=1000)
    if after is not None:
        query = query.where(TrailRow.number > after)
    with session.scalars(query) as rows:
        for row in rows:
            yield _entry(row)


def count(session: Session) -> int:
    """How many deeds are stored."""
    return session.scalar(select(func.count()).select_from(TrailRow)) or 0


def newest(
    session: Session, search: Search, *, limit: int | None = None, before: int | None = None
) -> list[Entry]:
    """The deeds that somebody looks for, the newest first, before a number."""
    query = _newest_first().limit(limit)
    if before is not None:
        query = query.where(TrailRow.number < before)
    if search.who:
        query = query.where(TrailRow.who == search.who)
    if search.deed:
        query = query.where(TrailRow.deed == search.deed)
    if search.text:
        columns = (TrailRow.who, TrailRow.subject, TrailRow.detail)
        found = [column.icontains(search.text, autoescape=True) for column in columns]
        query = query.where(or_(*found, TrailRow.deed.in_(search.deeds_meant)))
    return [_entry(row) for row in session.scalars(query)]


def latest(session: Session, subject: str, deeds: Collection[Deed]) -> Entry | None:
    """The newest deed of some kinds on a subject."""
    kinds = [deed.value for deed in deeds]
    query = _newest_first().where(TrailRow.subject == subject, TrailRow.deed.in_(kinds)).limit(1)
    row = session.scalar(query)
    return None if row is None else _entry(row)


def people(session: Session) -> list[str]:
    """Everybody who did something, by name."""
    return list(session.scalars(select(TrailRow.who).distinct().order_by(TrailRow.who)))


def _newest_first() -> Select[TrailRow]:
    return select(TrailRow).order_by(TrailRow.number.desc())


def _entry(row: TrailRow) -> Entry:
    return Entry(row.number, row.done_at, row.who, row.deed, row.subject, json.loads(row.detail), row.hash)
