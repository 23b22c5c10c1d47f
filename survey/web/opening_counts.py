"""Opened pages and begun answers of one server process: counted in memory, carried to the database now and then.

A visit costs a few additions and never waits for the database here; answers are stored by transactions of their own. What
the database does not take now waits for the next time. A process that is killed loses what it did not carry yet.
"""

import atexit
import logging
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock, Timer

from sqlalchemy.exc import SQLAlchemyError

from survey.actions.answering import Sheet
from survey.actions.openings import NOTHING, counted_at, keep, opening_of, start_of
from survey.core.counter import MOST_IN_AN_HOUR
from survey.core.openings import OpenedAt, Openings
from survey.core.response import to_the_hour
from survey.core.visit import Visit
from survey.store.database import Database

CARRY_SECONDS = 20
"""How long counts stay in memory, and how much a killed process loses."""

_HOUR = timedelta(hours=1)

_log = logging.getLogger(__name__)


class OpeningCounts:
    """What was counted since it was last carried; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._one_carries = Lock()
        self._counts: dict[OpenedAt, Openings] = {}
        self._hour = datetime.min.replace(tzinfo=UTC)
        self._in_hour: Counter[tuple[str, bool]] = Counter()
        self._carries_itself = False
        self._timer: Timer | None = None
        self._has_failed = False

    def opened(self, sheet: Sheet, visit: Visit, *, now: datetime) -> None:
        """Count a page that is shown."""
        self._count(sheet, visit, opening_of(visit), now)

    def started(self, sheet: Sheet, visit: Visit, *, now: datetime) -> None:
        """Count a first touched answer."""
        self._count(sheet, visit, start_of(visit, now=now), now)

    def carry(self) -> bool:
        """Carry what was counted to the database; False if it did not take it, and it waits for the next time."""
        # A process that ends waits for the thread that is just carrying.
        with self._one_carries:
            with self._lock:
                taken, self._counts = self._counts, {}
            try:
                if taken:
                    keep(self._database, taken)
            except SQLAlchemyError as fault:
                self._complain(fault)
                with self._lock:
                    self._add(taken)
                return False
            self._has_failed = False
            return True

    def carry_by_itself(self) -> None:
        """From now on carry every :data:`CARRY_SECONDS` where something was counted, and when the process ends."""
        self._carries_itself = True
        atexit.register(self._end)

    def _end(self) -> None:
        """Carry the last, and close the database: a thread that still waits would keep it open for ever."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
        self.carry()
        self._database.close()

    def _count(self, sheet: Sheet, visit: Visit, number: Openings, now: datetime) -> None:
        if number is NOTHING:
            return
        with self._lock:
            if self._is_flooded(sheet.counter.code, number, now):
                return
            self._add({counted_at(sheet, visit, now=now): number})
            # Threads do not outlive a fork: a new process starts its own with the first that it counts.
            if self._carries_itself and not (self._timer and self._timer.is_alive()):
                self._wait()

    def _add(self, counts: Mapping[OpenedAt, Openings]) -> None:
        for at, number in counts.items():
            self._counts[at] = self._counts.get(at, NOTHING) + number

    def _is_flooded(self, counter_code: str, number: Openings, now: datetime) -> bool:
        """Whether so many were counted at a counter in this hour that no more are, as of its responses."""
        if not self._hour <= now < self._hour + _HOUR:
            self._hour, self._in_hour = to_the_hour(now), Counter()
        what = (counter_code, number.started > 0)
        self._in_hour[what] += 1
        return self._in_hour[what] > MOST_IN_AN_HOUR

    def _wait(self) -> None:
        self._timer = Timer(CARRY_SECONDS, self._carry_on)
        self._timer.daemon = True
        self._timer.start()

    def _carry_on(self) -> None:
        # Whoever counts while this one carries relies on its thread, which is still alive.
        self.carry()
        with self._lock:
            if self._counts:
                self._wait()
            else:
                self._timer = None

    def _complain(self, fault: SQLAlchemyError) -> None:
        """Say once that the database takes no counts, by the kind of its fault alone."""
        if not self._has_failed:
            _log.warning("counts of opened pages wait for the database: %s", type(fault).__name__)
        self._has_failed = True
