"""Devices at counters: added and withdrawn by officers; what a tablet and a screen show."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.actions.answering import DeviceWithdrawn, Sheet, open_counter
from survey.core.counter import Counter, parse_code
from survey.core.device import Device, Kind, is_current, screen_token, seconds_left, secret_hash
from survey.core.place import Unit
from survey.core.trail import Deed
from survey.store import devices, places, rounds, trail
from survey.store.database import Database


class DeviceUnknown(LookupError):
    """No device has this number or this secret."""


class CodeChanged(ValueError):
    """The scanned token is no longer the one on the screen, or never was."""


@dataclass(frozen=True)
class Placed:
    """A device and where it stands."""

    device: Device
    counter: Counter
    unit: Unit


@dataclass(frozen=True)
class ScreenCode:
    """What a screen shows now.

    Attributes:
        counter: where it stands.
        unit: whose counter it is.
        url: the address in the QR code; empty while no round takes answers there.
        seconds: how long it is to be shown.
    """

    counter: Counter
    unit: Unit
    url: str
    seconds: float


def placed_devices(database: Database) -> list[Placed]:
    """All devices: those in service first, the newest first."""
    with database.reading() as session:
        counters = {counter.code: counter for counter in places.counters(session)}
        units = {unit.code: unit for unit in places.units(session)}
        found = [(device, counters[device.counter_code]) for device in devices.all_devices(session)]
        return [Placed(device, counter, units[counter.unit_code]) for device, counter in found]


def counters_in_service(database: Database) -> list[tuple[Counter, Unit]]:
    """Where a device can be placed."""
    with database.reading() as session:
        units = {unit.code: unit for unit in places.units(session)}
        return [(c, units[c.unit_code]) for c in places.counters(session) if not c.retired]


def placed_device(database: Database, id_: int) -> Placed:
    """One device.

    Raises:
        DeviceUnknown: if there is none with this number.
    """
    with database.reading() as session:
        return _placed(session, devices.with_id(session, id_))


def add_device(
    database: Database,
    kind: Kind,
    counter_code: str,
    name: str,
    *,
    secret: str,
    who: str,
    now: datetime,
    key: bytes,
) -> bool:
    """Add a device; False if another in service has its name, so that a form sent twice adds one.

    Args:
        database: where only the hash of the secret is stored.
        kind: tablet or screen.
        counter_code: a counter that exists.
        name: what officers call it.
        secret: what makes its address, from a source that nobody can guess.
        who: the officer's account, for the trail.
        now: the server's clock, UTC.
        key: the instance's secret.
    """
    with database.writing() as session:
        others = {device.name for device in devices.all_devices(session) if device.withdrawn_at is None}
        if name in others:
            return False
        hash_ = secret_hash(secret, key=key)
        devices.add(session, kind, counter_code, name, secret_hash=hash_, at=now)
        detail = {"kind": kind, "counter": counter_code}
        trail.record(session, Deed.DEVICE_ADDED, name, who=who, at=now, detail=detail)
        return True


def withdraw_device(database: Database, id_: int, *, who: str, now: datetime) -> bool:
    """Take a device out of service for good; False if it was not in service."""
    with database.writing() as session:
        device = devices.with_id(session, id_)
        if device is None or not devices.withdraw(session, id_, at=now):
            return False
        trail.record(session, Deed.DEVICE_WITHDRAWN, device.name, who=who, at=now)
        return True


def open_kiosk(database: Database, secret: str, *, now: datetime, key: bytes) -> tuple[Sheet, str]:
    """The form that a tablet shows, and the hash of the tablet's secret.

    Raises:
        DeviceUnknown: if no tablet has this secret.
        DeviceWithdrawn: if it is out of service.
        NoOpenRound: if no round takes answers now.
    """
    hash_ = secret_hash(secret, key=key)
    with database.reading() as session:
        placed = _in_service(session, hash_, "kiosk")
    return open_counter(database, placed.counter.code, now=now), hash_


def screen_code(database: Database, secret: str, *, public_url: str, now: datetime, key: bytes) -> ScreenCode:
    """What a screen shows at a moment of the server's clock.

    Raises:
        DeviceUnknown: if no screen has this secret.
        DeviceWithdrawn: if it is out of service.
    """
    with database.reading() as session:
        placed = _in_service(session, secret_hash(secret, key=key), "screen")
        takes_answers = not placed.counter.retired and rounds.open_round(session, now=now) is not None
    code = placed.counter.code
    url = f"{public_url}/q/{code}/now/{screen_token(code, now, key=key)}" if takes_answers else ""
    return ScreenCode(placed.counter, placed.unit, url, seconds_left(now))


def open_screen(database: Database, text: str, token: str, *, now: datetime, key: bytes) -> Sheet:
    """The form that a counter's screen leads to.

    Raises:
        CodeChanged: if the token is older than the code before the present one.
        MistypedCode: if ``text`` cannot be a counter's code.
        CounterUnknown: if no counter has it.
        NoOpenRound: if no round takes answers now.
    """
    code = parse_code(text)
    if not is_current(token, code, now, key=key):
        raise CodeChanged(code)
    return open_counter(database, code, now=now)


def _in_service(session: Session, hash_: str, kind: Kind) -> Placed:
    placed = _placed(session, devices.with_secret(session, hash_))
    if placed.device.kind != kind:
        raise DeviceUnknown
    if placed.device.withdrawn_at is not None:
        raise DeviceWithdrawn
    return placed


def _placed(session: Session, device: Device | None) -> Placed:
    counter = places.counter(session, device.counter_code) if device else None
    if device is None or counter is None:
        raise DeviceUnknown
    return Placed(device, counter, places.unit(session, counter.unit_code))
