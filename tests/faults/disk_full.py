"""The disk refuses writes while citizens send: busy until there is room again, and nothing acknowledged is lost."""

import os
import resource
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

from survey.store.database import Database
from tests.faults.group import Group
from tests.faults.ledger import Findings, Ledger, compare
from tests.faults.load import Load, ask
from tests.faults.progress import Step, silent
from tests.places import MIXED

FULL_SECONDS = 1.0
BLOCK = 1 << 16

Full = Callable[[], AbstractContextManager[None]]


def fill_and_compare(
    group: Group,
    database: Database,
    folder: Path,
    full: Full,
    *,
    times: int,
    readable: bool,
    seed: int = 1,
    step: Step = silent,
) -> Findings:
    """Let the disk be full for a while, again and again, under load.

    Args:
        group: the server group, not yet started.
        database: its database.
        folder: to work in.
        full: the disk is full until its block ends.
        times: how often.
        readable: whether pages must open meanwhile.
        seed: of the load.
        step: told of every time.
    """
    ledger = Ledger(folder / "ledger.jsonl")
    with group.serving():
        workers = group.workers()
        with Load(group.port, ledger, seed=seed).running():
            for number in range(1, times + 1):
                ledger.wait_for_one_more()
                with full():
                    ledger.wait_for_reply("503")
                    time.sleep(FULL_SECONDS)
                    if readable and ask(group.port, "GET", f"/q/{MIXED}", timeout=30).status != HTTPStatus.OK:
                        ledger.broken("the page did not open while the disk was full")
                step(number, ledger)
            ledger.wait_for_one_more()
        if group.workers() != workers:
            ledger.broken("a worker had to be started again")
    ledger.close()
    return compare(ledger, database)


def refused_to(group: Group) -> Full:
    """The kernel refuses every write of the workers to a file (a size limit of zero); needs no rights.

    Harder than a full disk: a commit that was under way cannot even be undone until writing is allowed again, and so
    long nobody can read what it touched.
    """
    return _limited(group, lambda: 0)


def no_room_for(group: Group, file: Path) -> Full:
    """The kernel lets the workers write over what there is, and refuses to let any file outgrow the database."""
    return _limited(group, lambda: file.stat().st_size)


def _limited(group: Group, limit: Callable[[], int]) -> Full:
    @contextmanager
    def full() -> Iterator[None]:
        workers = group.workers()
        with _halted(workers):  # or the file could grow between the look and the limit
            _limit(workers, limit())
        try:
            yield
        finally:
            _limit(workers, resource.RLIM_INFINITY)

    return full


@contextmanager
def _halted(processes: Iterable[str]) -> Iterator[None]:
    for process in processes:
        os.kill(int(process), signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(int(process), signal.SIGCONT)


def filled(mount: Path) -> Full:
    """A small file system is filled to its last block with a file that is taken away at the end."""

    @contextmanager
    def full() -> Iterator[None]:
        ballast = mount / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            size = BLOCK
            while size:
                try:
                    file.write(bytes(size))
                except OSError:
                    size //= 2
        try:
            yield
        finally:
            ballast.unlink()

    return full


def _limit(processes: Iterable[str], limit: int) -> None:
    for process in processes:
        resource.prlimit(int(process), resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
