"""Results that took long to work out, kept in files for all processes of this server.

Every name holds one result, under the key of what it was made from. Whoever makes one holds the name's lock; it is the
operating system's, so it ends with the process that holds it, however that ends.
"""

import fcntl
import os
import pickle
import time
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True)
class Found:
    """What lies under a name and a key: a result, or the reason why there is none."""

    result: object
    failure: str
    seconds: float


class Shelf:
    """A folder of results; nobody but the server's own user can write there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, name: str, key: str) -> Found | None:
        """What was put under a name, if it was made from what ``key`` stands for."""
        file = self._file(name, "result")
        try:
            with file.open("rb") as content:
                if pickle.load(content) != key:  # noqa: S301  our own folder, as trusted as the secret beside it
                    return None
                result, failure = pickle.load(content)  # noqa: S301
                return Found(result, failure, time.time() - file.stat().st_mtime)
        except (OSError, EOFError, pickle.UnpicklingError, ValueError, ImportError, AttributeError):
            return None

    def put(self, name: str, key: str, result: object = None, *, failure: str = "") -> None:
        """Put a result, or the reason why there is none, in the place of what lay there; it appears whole or not at all.

        Raises:
            OSError: if it cannot be written.
        """
        self._make()
        part = self._file(name, f"{os.getpid()}.part")
        with part.open("wb") as content:
            pickle.dump(key, content)
            pickle.dump((result, failure), content, protocol=pickle.HIGHEST_PROTOCOL)
        part.replace(self._file(name, "result"))

    def keep_only(self, names: Iterable[str]) -> None:
        """Remove the results and locks of all other names."""
        kept = {self._file(name, "result").stem for name in names}
        for file in self.folder.glob("*.*"):
            if file.stem.partition(".")[0] not in kept:
                file.unlink(missing_ok=True)

    def lock(self, name: str) -> int | None:
        """The lock of a name as an open file, which a process that inherits it goes on holding; None if it is held.

        Raises:
            OSError: if nothing can be written there.
        """
        self._make()
        descriptor = os.open(self._file(name, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        os.utime(descriptor)
        return descriptor

    def is_held(self, name: str) -> bool:
        """Whether a process holds the lock of a name.

        Raises:
            OSError: if nothing can be written there.
        """
        lock = self.lock(name)
        if lock is not None:
            os.close(lock)
        return lock is None

    def held_for(self, name: str) -> float:
        """Seconds since the lock of a name was taken last."""
        try:
            return max(0.0, time.time() - self._file(name, "lock").stat().st_mtime)
        except OSError:
            return 0.0

    def _make(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _file(self, name: str, ending: str) -> Path:
        return self.folder / f"{sha256(name.encode()).hexdigest()[:32]}.{ending}"
