"""What a scanned code leads to, in one statement: the counter, its unit, a round, and the fields served there."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, Select, and_, bindparam, or_, select, true
from sqlalchemy.orm import Session, aliased

from survey.core.counter import Counter
from survey.core.place import Field, Instance, Unit
from survey.core.round import Round
from survey.store import places, rounds, versions
from survey.store.database import Database
from survey.store.direct import Direct
from survey.store.tables import (
    CounterRow,
    FieldRow,
    FrameRow,
    InstanceRow,
    RoundRow,
    TargetSheetRow,
    UnitRow,
    VersionRow,
)


class Scanned(NamedTuple):
    """What a code leads to.

    Attributes:
        counter: retired or not.
        unit: the counter's unit.
        round: the round that was asked for, or None if there is none.
        fields: in which the unit has dossiers in that round; empty where the counter serves a single field.
        owner: whose platform it is, or None before it is set up.
    """

    counter: Counter
    unit: Unit
    round: Round | None
    fields: tuple[Field, ...]
    owner: Instance | None

    def for_field(self, code: str) -> "Scanned":
        """The same for somebody whose field is known already."""
        return self._replace(counter=replace(self.counter, field_code=code))


def with_open_round(session: Session, code: str, *, now: datetime) -> Scanned | None:
    """What a counter's code leads to at a moment; of several open rounds in which its unit takes part the newest."""
    return _scanned(session, _WITH_OPEN_ROUND, {"code": code, "now": now})


def with_round(session: Session, code: str, round_code: str, *, now: datetime) -> Scanned | None:
    """What a counter's code leads to in a round."""
    return _scanned(session, _WITH_ROUND, {"code": code, "round": round_code, "now": now})


def usual(
    database: Database, code: str, round_code: str | None = None, *, now: datetime
) -> tuple[Scanned, Round] | None:
    """The same as :func:`with_open_round` or :func:`with_round` at the least cost, where everything is as usual.

    That is: the counter is in service, there is a round, its version was read before, and it is known which fields are
    served. None says nothing but that it has to be looked at step by step.
    """
    with database.driver() as driver:
        if round_code is None:
            rows = _DIRECT_OPEN_ROUND.rows(driver, {"code": code, "now": now})
        else:
            rows = _DIRECT_ROUND.rows(driver, {"code": code, "round": round_code, "now": now})
    version = versions.remembered(*rows[0][-_BESIDE - 2 : -_BESIDE]) if rows else None
    if version is None:
        return None
    found = _from_rows(rows, lambda columns: rounds.asking(version, columns))
    is_usual = not found.counter.retired and (found.counter.field_code or found.fields)
    return (found, found.round) if found.round and is_usual else None


def _scanned(session: Session, query: Select[*tuple[Any, ...]], values: dict[str, object]) -> Scanned | None:
    rows = session.execute(query, values).all()
    return _from_rows(rows, lambda columns: rounds.from_columns(session, columns)) if rows else None


def _from_rows(rows: Sequence[Sequence[Any]], round_from: Callable[[Sequence[Any]], Round]) -> Scanned:
    code, name, place, retired, field_code, unit_code, unit_name, tier, *round_ = rows[0][:-_BESIDE]
    served = (row[-3:] for row in rows)
    owner = rows[0][-_BESIDE:-3]
    return Scanned(
        Counter(code, unit_code, field_code, name, place, retired),
        Unit(unit_code, unit_name, places.TIER_OF[tier]),
        None if round_[0] is None else round_from(round_),
        tuple(Field(*field) for field in served if field[0] is not None),
        None if owner[0] is None else Instance(*owner),
    )


_BESIDE = len(places.INSTANCE_COLUMNS) + 3
"""Columns behind those of the round: the instance's and those of a field."""

_OWN = aliased(FieldRow)
_CANDIDATE = aliased(RoundRow)
_OPEN = (
    select(_CANDIDATE.id)
    .where(
        _CANDIDATE.opened_at <= rounds.AT,
        or_(_CANDIDATE.closed_at.is_(None), _CANDIDATE.closed_at > rounds.AT),
        rounds.takes_part(_CANDIDATE.id, UnitRow.id),
    )
    .order_by(_CANDIDATE.starts_on.desc())
    .limit(1)
    .correlate(UnitRow)
    .scalar_subquery()
)
_ASKED_FOR = select(RoundRow.id).where(RoundRow.code == bindparam("round")).scalar_subquery()


def _query(round_id: ScalarSelect[int]) -> Select[*tuple[Any, ...]]:
    served = and_(
        CounterRow.field_id.is_(None),
        FrameRow.round_id == RoundRow.id,
        FrameRow.unit_id == UnitRow.id,
        FrameRow.dossiers > 0,
    )
    return (
        select(
            CounterRow.code,
            CounterRow.name,
            CounterRow.place,
            CounterRow.retired,
            _OWN.code,
            UnitRow.code,
            UnitRow.name,
            UnitRow.tier,
            *rounds.COLUMNS,
            *places.INSTANCE_COLUMNS,
            FieldRow.code,
            FieldRow.name_vi,
            FieldRow.name_en,
        )
        .select_from(CounterRow)
        .join(UnitRow, UnitRow.id == CounterRow.unit_id)
        .outerjoin(_OWN, _OWN.id == CounterRow.field_id)
        .outerjoin(RoundRow, RoundRow.id == round_id)
        .outerjoin(VersionRow, VersionRow.id == rounds.VERSION_ASKED)
        .outerjoin(TargetSheetRow, TargetSheetRow.id == RoundRow.target_sheet_id)
        .outerjoin(FrameRow, served)
        .outerjoin(FieldRow, FieldRow.id == FrameRow.field_id)
        .outerjoin(InstanceRow, true())
        .where(CounterRow.code == bindparam("code"))
        .order_by(FieldRow.id)
    )


_WITH_OPEN_ROUND = _query(_OPEN)
_WITH_ROUND = _query(_ASKED_FOR)
_DIRECT_OPEN_ROUND, _DIRECT_ROUND = Direct(_WITH_OPEN_ROUND), Direct(_WITH_ROUND)
