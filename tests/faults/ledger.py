"""What the clients sent and were promised, beside what the database holds: the only judge of every trial."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from sqlalchemy import text

from survey.store import counts
from survey.store.database import Database
from tests.places import ROUND

STORED = (
    "SELECT response.id, response.answers, unit.code AS unit, field.code AS field FROM response "
    "JOIN unit ON unit.id = response.unit_id JOIN field ON field.id = response.field_id"
)

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Submission:
    """One filled form: where it was filled, and what was answered."""

    id: str
    counter: str
    unit: str
    field: str
    answers: Mapping[str, int | str]


class Ledger:
    """Every submission before it is sent, and the moment at which it was acknowledged; also on disk."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._file = file.open("a", encoding="utf-8")
        self.sent: dict[str, Submission] = {}
        self.acknowledged: dict[str, float] = {}
        self.replies: Counter[str] = Counter()
        self.promises_broken: list[str] = []

    def send(self, submission: Submission) -> None:
        """Note a submission; called before its first byte leaves."""
        with self._lock:
            self.sent[submission.id] = submission
            self._write("sent", vars(submission))

    def acknowledge(self, submission: Submission) -> None:
        """Note that the server said it has it; only the first time counts."""
        with self._lock:
            if submission.id not in self.acknowledged:
                self.acknowledged[submission.id] = time.time()
                self._write("acknowledged", submission.id)

    def reply(self, what: str) -> None:
        """Note what came back to one request: a status, or the name of a network fault."""
        with self._lock:
            self.replies[what] += 1

    def broken(self, what: str) -> None:
        """Note a reply that the product promises never to give."""
        with self._lock:
            self.promises_broken.append(what)

    def before(self, moment: float) -> list[str]:
        """The ids acknowledged at or before a moment."""
        with self._lock:
            return [id_ for id_, at in self.acknowledged.items() if at <= moment]

    def wait_for_one_more(self) -> None:
        """Until something more is acknowledged than is now."""
        had = len(self.acknowledged)
        self._wait(lambda: len(self.acknowledged) > had)

    def wait_for_reply(self, what: str) -> None:
        """Until one more reply of this kind is noted."""
        had = self.replies[what]
        self._wait(lambda: self.replies[what] > had)

    def _wait(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not done():
            assert time.monotonic() < end, f"waited in vain; replies {dict(self.replies)}"
            time.sleep(0.005)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, what: str, value: object) -> None:
        print(json.dumps([time.time(), what, value]), file=self._file, flush=True)


@dataclass
class Findings:
    """How a trial ended; every list but the first two numbers must be empty."""

    sent: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    """Acknowledged, and not in the database."""
    duplicated: list[str] = field(default_factory=list)
    """In the database more than once, or never sent."""
    differing: list[str] = field(default_factory=list)
    """In the database with other answers, another unit or another field."""
    count_differences: list[str] = field(default_factory=list)
    """Units whose count in the product differs from the ledger's."""
    broken: list[str] = field(default_factory=list)
    """Replies that the product promises never to give, damaged files and the like."""

    @property
    def faults(self) -> dict[str, list[str]]:
        """The lists that are not empty, by name."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in named.items() if isinstance(value, list) and value}


def compare(ledger: Ledger, database: Database, promised: list[str] | None = None) -> Findings:
    """Judge a database by a ledger.

    Args:
        ledger: of the clients.
        database: opened as the product opens it.
        promised: the ids that must be there; all acknowledged ones if not given.
    """
    promised = list(ledger.acknowledged) if promised is None else promised
    with database.reading() as session:
        rows = session.execute(text(STORED)).all()
        by_mode = counts.by_unit_and_mode(session, ROUND)
    counted = Counter({unit: sum(modes.values()) for unit, modes in by_mode.items()})
    stored = Counter(row.id for row in rows)
    known = [row for row in rows if row.id in ledger.sent]
    expected = Counter(ledger.sent[id_].unit for id_ in stored if id_ in ledger.sent)
    return Findings(
        sent=len(ledger.sent),
        acknowledged=len(promised),
        lost=[id_ for id_ in promised if id_ not in stored],
        duplicated=[id_ for id_, times in stored.items() if times > 1 or id_ not in ledger.sent],
        differing=[row.id for row in known if not _same(ledger.sent[row.id], row)],
        count_differences=[
            f"{unit}: {counted[unit]}, ledger {expected[unit]}"
            for unit in counted | expected
            if counted[unit] != expected[unit]
        ],
        broken=[*ledger.promises_broken, *_damage(database)],
    )


def _same(sent: Submission, row: object) -> bool:
    found = (json.loads(row.answers), row.unit, row.field)  # type: ignore[attr-defined]
    return found == (dict(sent.answers), sent.unit, sent.field)


def _damage(database: Database) -> list[str]:
    """What SQLite's own examination finds; PostgreSQL examines its pages when it reads them."""
    if not database.is_sqlite:
        return []
    with database.reading() as session:
        said = [str(line) for line in session.scalars(text("PRAGMA integrity_check"))]
    return [] if said == ["ok"] else said
