"""The power fails under load: what the disk then holds must still hold every acknowledged answer.

The writing program runs under strace, and every disk image is drawn from the calls that it made (:mod:`.disk`). That
needs neither root nor a particular file system, so it runs wherever the tests run.
"""

import random
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import text

from survey.store.database import Database
from tests.faults.disk import Disk
from tests.faults.group import PRODUCT, Group, wait_for_answer
from tests.faults.ledger import Findings, Ledger, compare
from tests.faults.load import Load
from tests.faults.postgresql import Postgres, as_crash_image
from tests.faults.recording import operations, recorded
from tests.server import Installation, free_port

RIGHT_AFTER = 0.5
"""Share of the cuts that fall on the very moment of an acknowledgement."""


def cut_sqlite(
    original: Path, folder: Path, *, cuts: int, submissions: int, app: str = PRODUCT, seed: int = 1
) -> list[Findings]:
    """Power cuts of a machine that runs the server group on a copy of the SQLite database ``original``.

    Args:
        original: database with the small place, closed.
        folder: to work in.
        cuts: how many moments to cut at; after each the database is opened as the product does and compared.
        submissions: answers to deliver in the recorded time.
        app: the product, or a control.
        seed: of the moments and of what reaches the disk.
    """
    data = folder / "data"
    data.mkdir()
    shutil.copyfile(original, data / "sipas.sqlite")
    before = Path(shutil.copytree(data, folder / "before"))
    port = free_port()
    installation = Installation(f"sqlite:///{data / 'sipas.sqlite'}", folder, port)
    command = [sys.executable, "-m", "tests.faults.group", str(port), app, folder / "server.log"]
    with recorded(command, folder / "trace", installation.environment):
        wait_for_answer(port, folder / "server.log")
        ledger = _delivered(port, folder, submissions, seed)

    @contextmanager
    def opened(image: Path) -> Iterator[Database]:
        database = Database(f"sqlite:///{image / 'sipas.sqlite'}")
        yield database
        database.close()

    return _compared(
        Disk(before, operations(folder / "trace", data)), ledger, folder, opened, cuts=cuts, seed=seed
    )


def cut_postgresql(
    folder: Path, *, cuts: int, submissions: int, options: Sequence[str] = (), seed: int = 1
) -> list[Findings]:
    """The same for a machine that runs PostgreSQL, started with ``options``; the server group runs elsewhere."""
    postgres = Postgres(folder / "data")
    postgres.stop()
    before = Path(shutil.copytree(postgres.folder, folder / "before"))
    (folder / "traces").mkdir()
    with postgres.watched(folder / "traces" / "trace", *options) as url:
        database = Database(url)
        group = Group(Installation(url, folder, free_port()))
        with group.serving():
            ledger = _delivered(
                group.port, folder, submissions, seed, meanwhile=lambda: _checkpoint(database)
            )
        database.close()

    @contextmanager
    def opened(image: Path) -> Iterator[Database]:
        as_crash_image(image, postgres.folder)
        recovered = Postgres(image)
        database = Database(recovered.url)
        yield database
        database.close()
        recovered.remove()
        image.mkdir()

    disk = Disk(before, operations(folder / "traces" / "trace", postgres.folder))
    try:
        return _compared(disk, ledger, folder, opened, cuts=cuts, seed=seed)
    finally:
        postgres.remove()


def _checkpoint(database: Database) -> None:
    """Let PostgreSQL write its pages, as it does every few minutes: the cuts must fall into that, too."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))


def _delivered(
    port: int, folder: Path, submissions: int, seed: int, meanwhile: Callable[[], None] = lambda: None
) -> Ledger:
    ledger = Ledger(folder / "ledger.jsonl")
    load = Load(port, ledger, most=submissions, seed=seed)
    with load.running():
        load.wait(meanwhile)
    ledger.close()
    return ledger


def _compared(
    disk: Disk,
    ledger: Ledger,
    folder: Path,
    opened: Callable[[Path], AbstractContextManager[Database]],
    *,
    cuts: int,
    seed: int,
) -> list[Findings]:
    chance = random.Random(seed)
    acknowledged = sorted(ledger.acknowledged.values())
    findings = []
    for number in range(cuts):
        moment = chance.choice(acknowledged)
        if chance.random() >= RIGHT_AFTER:
            moment = chance.uniform(acknowledged[0], acknowledged[-1])
        image = folder / f"image-{number}"
        disk.cut(moment, image, chance)
        with opened(image) as database:
            findings.append(compare(ledger, database, ledger.before(moment)))
        shutil.rmtree(image)
    return findings
