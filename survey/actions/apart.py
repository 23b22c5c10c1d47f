"""Work that takes longer than a request may: done by a process of its own, once for all who wait for it.

A server ends a request after half a minute, and a worker that computes serves nobody else. So whoever asks first starts a
process and is told to come back; who asks meanwhile is told the same; who asks afterwards finds the result.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread

from survey.settings import PROJECT
from survey.store.shelf import Found, Shelf

FORGIVEN = 60.0
"""Seconds after which what failed is tried again."""

KEPT = 24 * 3600.0
"""Seconds for which a result is taken: whoever changes a database past the program is not believed for ever."""

POLITE = 5
"""How far the process stands back behind those that serve citizens, see nice(2)."""


class StillWorking(Exception):
    """The result is being made; ``seconds`` is for how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class WorkFailed(RuntimeError):
    """The process that made the result failed; it says why in the server's log."""


@dataclass(frozen=True)
class Work:
    """Something to be worked out.

    Attributes:
        name: what it is; two processes never work on the same one.
        key: what it is made from; a result under another key is out of date.
        maker: a function of a module, called with ``given``; all of these are sent to the process.
        given: its arguments.
    """

    name: str
    key: str
    maker: Callable[..., object]
    given: tuple[object, ...]


def made(shelf: Shelf, work: Work) -> object:
    """The result, once it is there; where nothing can be kept it is worked out here, which is slow but right.

    Raises:
        StillWorking: until then; the process was started if there was none.
        WorkFailed: if it failed less than a minute ago.
    """
    try:
        return _made_apart(shelf, work)
    except OSError:
        return work.maker(*work.given)


def _made_apart(shelf: Shelf, work: Work) -> object:
    found = _found(shelf, work)
    if found is not None:
        return found.result
    lock = shelf.lock(work.name)
    if lock is None:
        raise StillWorking(shelf.held_for(work.name))
    try:
        # Between the first look and the lock another process may have brought it.
        found = _found(shelf, work)
        if found is not None:
            return found.result
        _start(shelf, work, lock)
    finally:
        os.close(lock)
    raise StillWorking(0.0)


def _found(shelf: Shelf, work: Work) -> Found | None:
    """The result, if it is there and not too old; what failed lately is not tried again."""
    found = shelf.find(work.name, work.key)
    if found is None or found.seconds > (FORGIVEN if found.failure else KEPT):
        return None
    if found.failure:
        raise WorkFailed(found.failure)
    return found


def _start(shelf: Shelf, work: Work, lock: int) -> None:
    """Start the process, which goes on holding the lock."""
    started = subprocess.Popen(
        [sys.executable, "-m", "survey.actions.apart"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=(lock,),
        start_new_session=True,
    )
    # Whoever started a process has to see its end; the process itself outlives us where that comes first.
    Thread(target=started.wait, daemon=True).start()
    assert started.stdin is not None  # noqa: S101  it is a pipe
    with started.stdin as pipe:
        pickle.dump((shelf.folder, work.name, work.key, work.maker, work.given), pipe)


def main() -> None:
    """Do the work that stands on standard input and put the result on the shelf."""
    os.nice(POLITE)
    folder, name, key, maker, given = pickle.load(sys.stdin.buffer)  # noqa: S301  from _start
    shelf = Shelf(folder)
    try:
        result = maker(*given)
    except Exception as fault:
        shelf.put(name, key, failure=f"{type(fault).__name__}: {fault}")
        raise
    shelf.put(name, key, result)


if __name__ == "__main__":
    main()
