"""Units that end, and what becomes of their counters: at once, or after the last day where that is still to come.

Until that day is over citizens answer for the old unit. What is to become of its counters then stands in the trail, with
the deed that ended the unit; it is carried out by whoever looks first after the day, and by the hourly command.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from survey.actions.places import Register, known_places, refuse
from survey.core.counter import Counter
from survey.core.place import Unit
from survey.core.round import VIETNAM
from survey.core.trail import Deed
from survey.core.unit_history import UnitChange, faults_of_successors
from survey.core.unit_tree import faults_of
from survey.store import places, trail, unit_changes
from survey.store.database import Database

AfterClosing = Literal["move", "retire", "keep"]
"""What becomes of the counters of a unit that ends: moved to its first successor, retired, or left as they are."""

THEN = "then"
"""In the deed that ends a unit: to which unit each counter goes after the last day; None where it is retired."""

OF_COUNTERS = (Deed.COUNTER_ADDED, Deed.COUNTER_CHANGED, Deed.COUNTER_RETIRED, Deed.COUNTER_RESTORED)


@dataclass(frozen=True)
class Planned:
    """What becomes of a counter when the last day of its unit is over.

    Attributes:
        before: the counter.
        after: the same, of another unit or out of service.
        last_day: of its unit.
    """

    before: Counter
    after: Counter
    last_day: date


def close_unit(
    database: Database,
    code: str,
    last_day: date,
    successors: Sequence[UnitChange],
    counters: AfterClosing,
    *,
    by: str,
    now: datetime,
) -> None:
    """End a unit, and say which others go on with what it did.

    Args:
        database: where the unit is.
        code: of the unit.
        last_day: on which it serves.
        successors: what it passes on the day after; empty where nobody goes on.
        counters: what becomes of its counters in service, once the last day is over.
        by: who does it.
        now: the server's clock, UTC.

    Raises:
        PlaceUnknown: if there is no such unit.
        UnitFaulty: if the day or the successors cannot be; nothing is stored.
    """
    with database.writing() as session:
        known = known_places(session)
        unit = replace(known.unit(code), valid_to=last_day)
        others = [change for change in known.changes if change.from_code != code]
        refuse(
            [
                *faults_of(unit, known.others(code), is_new=False),
                *faults_of_successors(unit, successors, known.units, others),
            ]
        )
        places.change_units(session, [unit])
        unit_changes.replace(session, code, successors)
        to = successors[0].to_code if counters == "move" and successors else None
        serving = [one for one in known.counters_of(code) if not one.retired and counters != "keep"]
        is_to_come = _is_to_come(last_day, now)
        if not is_to_come:
            _pass_on(session, [Planned(one, _after(one, to), last_day) for one in serving], who=by, now=now)
        detail: dict[str, object] = {
            "valid_to": str(last_day),
            "successors": {change.to_code: change.share for change in successors},
            "basis": successors[0].basis if successors else None,
            "counters": counters,
        }
        if is_to_come and serving:
            detail[THEN] = {one.code: to for one in serving}
        trail.record(session, Deed.UNIT_CLOSED, code, who=by, at=now, detail=detail)


def planned(database: Database, unit_code: str) -> tuple[Planned, ...]:
    """What becomes of the counters of a unit once its last day is over."""
    with database.reading() as session:
        known = known_places(session)
        return _planned(session, known, known.unit(unit_code))


def carry_out_due(database: Database, *, now: datetime) -> tuple[Planned, ...]:
    """Do with counters what was said when their units were ended, where the last day is over by now."""
    with database.reading() as session:
        if not _due(session, now):
            return ()
    with database.writing() as session:
        due = _due(session, now)
        _pass_on(session, due, who=trail.COMMAND_LINE, now=now)
        return due


def _due(session: Session, now: datetime) -> tuple[Planned, ...]:
    if not places.an_ended_unit_serves(session, now.astimezone(VIETNAM).date()):
        return ()
    known = known_places(session)
    serving = known.in_service()
    ended = [
        unit
        for unit in known.units
        if unit.valid_to is not None and not _is_to_come(unit.valid_to, now) and serving.get(unit.code)
    ]
    return tuple(one for unit in ended for one in _planned(session, known, unit))


def _planned(session: Session, known: Register, unit: Unit) -> tuple[Planned, ...]:
    """As the newest end says that still stands; what was said of a counter after the last day goes before."""
    closed = trail.latest(session, unit.code, (Deed.UNIT_CLOSED,))
    if closed is None or unit.valid_to is None or closed.detail["valid_to"] != str(unit.valid_to):
        return ()
    then = closed.detail.get(THEN)
    if not isinstance(then, dict):
        return ()
    found = []
    for counter in known.counters_of(unit.code):
        if counter.code in then and not counter.retired:
            said = trail.latest(session, counter.code, OF_COUNTERS)
            if said is None or said.number < closed.number or _is_to_come(unit.valid_to, said.done_at):
                found.append(Planned(counter, _after(counter, then[counter.code]), unit.valid_to))
    return tuple(found)


def _after(counter: Counter, to: str | None) -> Counter:
    return replace(counter, retired=True) if to is None else replace(counter, unit_code=to)


def _pass_on(session: Session, planned: Sequence[Planned], *, who: str, now: datetime) -> None:
    for one in planned:
        places.change_counter(session, one.after)
        deed = Deed.COUNTER_RETIRED if one.after.retired else Deed.COUNTER_CHANGED
        detail = {"unit": [one.before.unit_code, one.after.unit_code]}
        trail.record(session, deed, one.after.code, who=who, at=now, detail=detail)


def _is_to_come(last_day: date, now: datetime) -> bool:
    return last_day >= now.astimezone(VIETNAM).date()
