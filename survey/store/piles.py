"""Piles of paper forms and what was keyed of them, until they are made responses."""

from datetime import datetime

import orjson
from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from survey.core.keying import Keyed, Pile
from survey.core.question_kinds import Answer
from survey.store import places
from survey.store.rounds import ids_by_code
from survey.store.source_tables import KeyedFormRow, PileRow
from survey.store.tables import CounterRow, FieldRow, RoundRow, UnitRow, VersionRow


def add(session: Session, round_code: str, fingerprint: str, pile: Pile) -> int:
    """Begin a pile; its number."""
    row = PileRow(
        round_id=ids_by_code(session)[round_code],
        version_id=session.scalar(select(VersionRow.id).where(VersionRow.fingerprint == fingerprint)),
        unit_id=places.ids_by_code(session, UnitRow)[pile.unit_code],
        field_id=places.ids_by_code(session, FieldRow)[pile.field_code],
        counter_id=places.ids_by_code(session, CounterRow)[pile.counter_code],
        day=pile.day,
        forms=pile.forms,
        every=pile.every,
        who=pile.who,
    )
    session.add(row)
    session.flush()
    return row.id


def of_round(session: Session, round_code: str) -> list[Pile]:
    """The piles of a round that were not dropped, the newest first."""
    query = (
        _query().where(RoundRow.code == round_code, PileRow.dropped_at.is_(None)).order_by(PileRow.id.desc())
    )
    return [_pile(*row) for row in session.execute(query)]


def with_number(session: Session, round_code: str, number: int, *, hold: bool = False) -> Pile | None:
    """One pile of a round; ``hold`` keeps others from changing it until the transaction ends."""
    query = _query().where(RoundRow.code == round_code, PileRow.id == number)
    row = session.execute(query.with_for_update(of=PileRow) if hold else query).one_or_none()
    return None if row is None else _pile(*row)


def fingerprint_of(session: Session, number: int) -> str:
    """The version that the forms of a pile are printed from."""
    query = select(VersionRow.fingerprint).join(PileRow, PileRow.version_id == VersionRow.id)
    return session.scalar(query.where(PileRow.id == number)) or ""


def entries(session: Session, number: int) -> list[Keyed]:
    """All that was keyed of a pile."""
    rows = session.scalars(select(KeyedFormRow).where(KeyedFormRow.pile_id == number))
    return [Keyed(row.form, row.turn, _answers(row.answers), row.who) for row in rows]


def keep(session: Session, number: int, keyed: Keyed) -> None:
    """Keep what was keyed in place of what the same turn keyed of this form before."""
    answers = orjson.dumps(dict(keyed.answers), option=orjson.OPT_SORT_KEYS).decode()
    row = KeyedFormRow(pile_id=number, form=keyed.form, turn=keyed.turn, answers=answers, who=keyed.who)
    session.merge(row)
    session.flush()


def mark_stored(session: Session, number: int, *, at: datetime) -> None:
    """Say that the forms of a pile were made responses."""
    session.execute(update(PileRow).where(PileRow.id == number).values(stored_at=at))


def drop(session: Session, number: int, *, at: datetime) -> None:
    """Forget what was keyed of a pile, and say that it is none; its row keeps others from getting its number."""
    session.execute(delete(KeyedFormRow).where(KeyedFormRow.pile_id == number))
    session.execute(update(PileRow).where(PileRow.id == number).values(dropped_at=at))


def _query() -> Select[PileRow, str, str, str]:
    return (
        select(PileRow, UnitRow.code, FieldRow.code, CounterRow.code)
        .join(RoundRow, RoundRow.id == PileRow.round_id)
        .join(UnitRow, UnitRow.id == PileRow.unit_id)
        .join(FieldRow, FieldRow.id == PileRow.field_id)
        .join(CounterRow, CounterRow.id == PileRow.counter_id)
    )


def _pile(row: PileRow, unit: str, field: str, counter: str) -> Pile:
    is_stored, is_dropped = row.stored_at is not None, row.dropped_at is not None
    return Pile(row.id, unit, field, counter, row.day, row.forms, row.every, row.who, is_stored, is_dropped)


def _answers(text: str) -> dict[str, Answer]:
    """Answers as they were keyed: several options are a list in JSON and a tuple here."""
    return {code: tuple(a) if isinstance(a, list) else a for code, a in orjson.loads(text).items()}
