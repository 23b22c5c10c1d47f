"""The application behind a real port, on a clock that tests can move: for what changes with time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from werkzeug.serving import make_server

from survey.store.database import Database
from survey.web import at_counter, citizen, usual_visit
from tests.conftest import application
from tests.web.serving import whole

READERS: tuple[ModuleType, ...] = (citizen, at_counter, usual_visit)


@dataclass
class Clocked:
    """A running site, whose clock stands still but for what tests let pass: how busy the machine is counts not.

    Attributes:
        address: where it is.
        begun: when it was started, UTC.
        offset: what passed since.
    """

    address: str
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    offset: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """The site's time."""
        return self.begun + self.offset

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.offset += timedelta(seconds=seconds)


@contextmanager
def serving(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clocked]:
    """Serve until the block ends."""
    server = make_server("127.0.0.1", 0, lambda _environ, _start: [b""], threaded=True)
    site = Clocked(f"http://127.0.0.1:{server.server_port}")
    server.app = whole(application(database, folder, site.address))
    for module in READERS:
        monkeypatch.setattr(module, "now", site.now)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
