"""Devices at counters: only the hash of each one's secret."""

from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from survey.core.device import KINDS, Device, Kind
from survey.store.tables import CounterRow, DeviceRow

LARGEST_ID = 2**31 - 1


def add(
    session: Session, kind: Kind, counter_code: str, name: str, *, secret_hash: str, at: datetime
) -> None:
    """Store a device; its counter must exist."""
    counter = session.scalars(select(CounterRow.id).where(CounterRow.code == counter_code)).one()
    session.add(DeviceRow(kind=kind, counter_id=counter, name=name, secret_hash=secret_hash, added_at=at))
    session.flush()


def all_devices(session: Session) -> list[Device]:
    """All devices: those in service first, the newest first."""
    query = _query().order_by(DeviceRow.withdrawn_at.is_not(None), DeviceRow.id.desc())
    return [_device(*row) for row in session.execute(query)]


def with_id(session: Session, id_: int) -> Device | None:
    """The device with this number; None for numbers that no database would give too."""
    if id_ > LARGEST_ID:
        return None
    row = session.execute(_query().where(DeviceRow.id == id_)).one_or_none()
    return None if row is None else _device(*row)


def with_secret(session: Session, secret_hash: str) -> Device | None:
    """The device with this secret."""
    row = session.execute(_query().where(DeviceRow.secret_hash == secret_hash)).one_or_none()
    return None if row is None else _device(*row)


def is_in_service(session: Session, secret_hash: str) -> bool:
    """Whether the device with this secret may send; it cannot be withdrawn before the transaction ends."""
    query = select(DeviceRow.withdrawn_at).where(DeviceRow.secret_hash == secret_hash)
    row = session.execute(query.with_for_update(read=True)).one_or_none()
    return row is not None and row.withdrawn_at is None


def withdraw(session: Session, id_: int, *, at: datetime) -> bool:
    """Take a device out of service; False if there is none with this number in service."""
    query = update(DeviceRow).where(DeviceRow.id == id_, DeviceRow.withdrawn_at.is_(None))
    return session.scalar(query.values(withdrawn_at=at).returning(DeviceRow.id)) is not None


def _query() -> Select[DeviceRow, str]:
    return select(DeviceRow, CounterRow.code).join(CounterRow, CounterRow.id == DeviceRow.counter_id)


def _device(row: DeviceRow, counter_code: str) -> Device:
    kind = next(kind for kind in KINDS if kind == row.kind)
    return Device(row.id, kind, counter_code, row.name, row.added_at, row.withdrawn_at)
