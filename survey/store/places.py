"""The instance, its units, fields and counters."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, aliased

from survey.core.counter import Counter
from survey.core.place import TIERS, Field, Instance, Tier, Unit
from survey.store.database import Database
from survey.store.direct import Direct
from survey.store.tables import CounterRow, FieldRow, InstanceRow, UnitRow

TIER_OF: Mapping[str, Tier] = {tier: tier for tier in TIERS}


def instance(session: Session) -> Instance | None:
    """Whose platform this is, or None before it is set up."""
    row = session.execute(_INSTANCE).one_or_none()
    return None if row is None else Instance(*row)


def instance_now(database: Database) -> Instance | None:
    """The same at the least cost: every page names whose platform it is."""
    with database.driver() as driver:
        rows = _DIRECT_INSTANCE.rows(driver, {})
    return Instance(*rows[0]) if rows else None


def set_instance(session: Session, value: Instance) -> None:
    """Store whose platform this is."""
    session.merge(
        InstanceRow(
            id=1,
            superior=value.superior,
            agency=value.agency,
            place=value.place,
            number_suffix=value.number_suffix,
            simulated=value.simulated,
        )
    )


def add_units(session: Session, units: Iterable[Unit]) -> None:
    """Store units in their order; whoever stands above one must be among them or stored already."""
    added = tuple(units)
    session.add_all(
        UnitRow(code=u.code, name=u.name, tier=u.tier, valid_from=u.valid_from, valid_to=u.valid_to)
        for u in added
    )
    session.flush()
    _place_below(session, [unit for unit in added if unit.parent_code is not None])


def change_units(session: Session, units: Iterable[Unit]) -> None:
    """Store what is now said of units; their codes stay, and whoever stands above one must be stored."""
    changed = tuple(units)
    for unit in changed:
        session.execute(
            update(UnitRow)
            .where(UnitRow.code == unit.code)
            .values(name=unit.name, tier=unit.tier, valid_from=unit.valid_from, valid_to=unit.valid_to)
        )
    _place_below(session, changed)


def _place_below(session: Session, units: Iterable[Unit]) -> None:
    ids = ids_by_code(session, UnitRow)
    for unit in units:
        above = ids[unit.parent_code] if unit.parent_code is not None else None
        session.execute(update(UnitRow).where(UnitRow.code == unit.code).values(parent_id=above))


def change_field(session: Session, field: Field) -> None:
    """Store the names of a field; its code stays."""
    names = {"name_vi": field.name_vi, "name_en": field.name_en}
    session.execute(update(FieldRow).where(FieldRow.code == field.code).values(**names))


def change_counter(session: Session, counter: Counter) -> None:
    """Store what is now said of a counter; its printed code stays."""
    session.execute(
        update(CounterRow)
        .where(CounterRow.code == counter.code)
        .values(
            unit_id=ids_by_code(session, UnitRow)[counter.unit_code],
            field_id=ids_by_code(session, FieldRow)[counter.field_code] if counter.field_code else None,
            name=counter.name,
            place=counter.place,
            retired=counter.retired,
        )
    )


def add_fields(session: Session, fields: Iterable[Field]) -> None:
    """Store fields in their order."""
    session.add_all(FieldRow(code=f.code, name_vi=f.name_vi, name_en=f.name_en) for f in fields)
    session.flush()


def units(session: Session) -> tuple[Unit, ...]:
    """All units in their order."""
    return tuple(_unit(*row) for row in session.execute(_units().order_by(UnitRow.id)))


def unit(session: Session, code: str) -> Unit:
    """The unit with this code."""
    return _unit(*session.execute(_units().where(UnitRow.code == code)).one())


def fields(session: Session) -> tuple[Field, ...]:
    """All fields in their order."""
    rows = session.scalars(select(FieldRow).order_by(FieldRow.id))
    return tuple(Field(row.code, row.name_vi, row.name_en) for row in rows)


def add_counters(session: Session, counters: Sequence[Counter]) -> None:
    """Store counters; their units and fields must exist."""
    unit_ids = ids_by_code(session, UnitRow)
    field_ids = ids_by_code(session, FieldRow)
    session.add_all(
        CounterRow(
            code=c.code,
            unit_id=unit_ids[c.unit_code],
            field_id=field_ids[c.field_code] if c.field_code else None,
            name=c.name,
            place=c.place,
            retired=c.retired,
        )
        for c in counters
    )
    session.flush()


def counter(session: Session, code: str) -> Counter | None:
    """The counter with this code, retired or not."""
    return next(iter(_counters(session, code)), None)


def counters(session: Session) -> tuple[Counter, ...]:
    """All counters, unit by unit."""
    return tuple(_counters(session, None))


def an_ended_unit_serves(session: Session, today: date) -> bool:
    """Whether a unit whose last day is over has a counter in service."""
    query = (
        select(CounterRow.id)
        .join(UnitRow, UnitRow.id == CounterRow.unit_id)
        .where(UnitRow.valid_to < today, CounterRow.retired.is_(False))
    )
    return session.scalar(query.limit(1)) is not None


def ids_by_code(session: Session, table: type[UnitRow] | type[FieldRow] | type[CounterRow]) -> dict[str, int]:
    """Database ids by code."""
    return dict(session.execute(select(table.code, table.id)).all())


def _counters(session: Session, code: str | None) -> Iterable[Counter]:
    query = (
        select(CounterRow, UnitRow.code, FieldRow.code)
        .join(UnitRow, UnitRow.id == CounterRow.unit_id)
        .outerjoin(FieldRow, FieldRow.id == CounterRow.field_id)
        .order_by(CounterRow.unit_id, CounterRow.id)
    )
    if code is not None:
        query = query.where(CounterRow.code == code)
    for row, unit_code, field_code in session.execute(query):
        yield Counter(row.code, unit_code, field_code, row.name, row.place, row.retired)


def _units() -> Select[UnitRow, str]:
    above = aliased(UnitRow)
    return select(UnitRow, above.code).outerjoin(above, above.id == UnitRow.parent_id)


def _unit(row: UnitRow, parent_code: str | None) -> Unit:
    return Unit(row.code, row.name, TIER_OF[row.tier], parent_code, row.valid_from, row.valid_to)


INSTANCE_COLUMNS = (
    InstanceRow.superior,
    InstanceRow.agency,
    InstanceRow.place,
    InstanceRow.number_suffix,
    InstanceRow.simulated,
)
_INSTANCE = select(*INSTANCE_COLUMNS)
_DIRECT_INSTANCE = Direct(_INSTANCE)
