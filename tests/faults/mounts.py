"""Real file systems in files, for the trials that need root: a small disk that fills up, a disk to clone under load."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEGABYTE = 1 << 20
PATIENCE_SECONDS = 20


class Impossible(RuntimeError):
    """This machine does not let us mount a file system; the text says what is missing."""


def require() -> None:
    """Say what is missing before anything is begun.

    Raises:
        Impossible: if something is.
    """
    missing = [program for program in ("mkfs.ext4", "mkfs.xfs", "mount") if not _found(program)]
    if os.geteuid() != 0:
        missing.insert(0, "root")
    if not Path("/dev/loop-control").exists():
        missing.append("loop devices")
    if missing:
        raise Impossible(f"real disks need {', '.join(missing)} (Debian: e2fsprogs, xfsprogs, mount)")


@contextmanager
def disk(image: Path, at: Path, megabytes: int, kind: str = "ext4") -> Iterator[Path]:
    """A new file system in the file ``image``, mounted at the new folder ``at`` until the block ends."""
    with image.open("wb") as file:
        file.truncate(megabytes * MEGABYTE)
    _run(f"mkfs.{kind}", "-q", *(["-m", "reflink=1"] if kind == "xfs" else ["-F"]), image)
    with mounted(image, at):
        yield at


@contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    """The file system in ``image``, mounted at the new folder ``at`` until the block ends."""
    at.mkdir()
    _run("mount", "-o", "loop", image, at)
    try:
        yield at
    finally:
        _unmount(at)
        at.rmdir()


def clone(image: Path, copy: Path) -> None:
    """What is in ``image`` at this instant, as one atomic step of the file system that holds it."""
    _run("cp", "--reflink=always", image, copy)


def settle(at: Path) -> None:
    """Everything written so far to the file system that holds ``at`` is on its disk."""
    _run("sync", "--file-system", at)


def _unmount(at: Path) -> None:
    """As soon as the last process that was killed is really gone."""
    end = time.monotonic() + PATIENCE_SECONDS
    while subprocess.run(["umount", str(at)], capture_output=True, check=False).returncode:
        if time.monotonic() > end:
            raise Impossible(f"{at} stays in use")
        time.sleep(0.05)


def _found(program: str) -> bool:
    return any((Path(folder) / program).exists() for folder in ("/usr/sbin", "/sbin", "/usr/bin", "/bin"))


def _run(*command: str | Path) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Impossible(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
