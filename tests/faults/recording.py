"""What a program wrote, when, and what it made durable: read from the system calls that strace saw."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CALLS = (
    "openat,write,pwrite64,pwritev,pwritev2,ftruncate,fallocate,fsync,fdatasync,"
    "rename,renameat,renameat2,unlink,unlinkat,link,linkat"
)
LONGEST_WRITE = 1 << 26

_START = re.compile(r"(?P<pid>\d+) +(?P<at>\d+\.\d+) (?P<rest>.*)", re.DOTALL)
_RESUMED = re.compile(r"<\.\.\. (?P<call>\w+) resumed>(?P<rest>.*)", re.DOTALL)
_CALL = re.compile(
    r"(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)(?:<(?P<path>[^>]*)>)?.* <(?P<took>[\d.]+)>$"
)
_FILE = re.compile(r"(?P<number>\d+)<(?P<path>[^>]*)>")
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Operation:
    """One system call on one file of the watched folder.

    Attributes:
        kind: "write", "truncate", "extend", "sync", "create", "remove" or "rename".
        path: relative to the folder; "" is the folder itself.
        begun: seconds since 1970, before the call.
        ended: the same, after it.
        offset: where a write begins; the new size of a truncation or extension.
        data: what was written.
        to: the new name of a rename.
    """

    kind: str
    path: str
    begun: float
    ended: float
    offset: int = 0
    data: bytes = b""
    to: str = ""


@contextmanager
def recorded(
    command: Sequence[str | Path], trace: Path, environment: Mapping[str, str], user: str | None = None
) -> Iterator[None]:
    """Run a program under strace until the block ends; what it says goes to a log beside the trace."""
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-ttt", "-T", "-xx", "-s", str(LONGEST_WRITE)]
    watched = [*strace, "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(trace), *map(str, command)]
    with (
        trace.with_suffix(".log").open("wb") as log,
        subprocess.Popen(
            watched, env=dict(environment), user=user, group=user, stdout=log, stderr=log
        ) as tracer,
    ):
        try:
            yield
        finally:
            # Only the program is ended: strace must live to write down the last calls.
            for child in Path(f"/proc/{tracer.pid}/task/{tracer.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGTERM)
            tracer.wait(timeout=60)


def operations(trace: Path, folder: Path) -> list[Operation]:
    """The calls that succeeded on files in ``folder``, in the order in which they began.

    A name without a slash in front is taken as lying in the folder: that is where PostgreSQL works.
    """
    inside = _hexadecimal(str(folder))
    unfinished: dict[str, tuple[float, str]] = {}
    positions: dict[tuple[str, str], int] = {}
    found = []
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            start = _START.match(line.rstrip("\n"))
            assert start, line[:200]
            pid, at, rest = start["pid"], float(start["at"]), start["rest"]
            if rest.endswith(" <unfinished ...>"):
                unfinished[pid] = at, rest.removesuffix(" <unfinished ...>")
                continue
            if resumed := _RESUMED.match(rest):
                at, begun = unfinished.pop(pid)
                rest = begun + resumed["rest"]
            named = rest.startswith(("unlink", "rename", "link"))  # maybe by a relative path
            if (named or inside in rest) and (call := _CALL.match(rest)):
                found.extend(_read(pid, at, call, folder, positions))
    return sorted(found, key=lambda operation: operation.begun)


def _read(
    pid: str, at: float, call: re.Match[str], folder: Path, positions: dict[tuple[str, str], int]
) -> Iterator[Operation]:
    """The operations that a finished call amounts to: none, one or two."""
    name, arguments, ended = call["call"], call["arguments"], at + float(call["took"])
    if call["result"].startswith("-"):
        return
    if name.startswith(("unlink", "rename", "link")):
        names = [folder / _text(each) for each in _QUOTED.findall(arguments)]
        kind = "remove" if name.startswith("unlink") else name.removesuffix("2").removesuffix("at")
        if all(each.is_relative_to(folder) for each in names):
            yield Operation(kind, _inside(names[0], folder), at, ended, to=_inside(names[-1], folder))
        return
    if name == "openat":
        positions[pid, call["result"]] = 0
        path = Path(_text(call["path"]))
        kinds = [kind for flag, kind in (("O_CREAT", "create"), ("O_TRUNC", "truncate")) if flag in arguments]
        found = [(kind, 0, b"") for kind in kinds]
    else:
        file = _FILE.match(arguments)
        assert file, arguments[:200]
        path = Path(_text(file["path"]))
        found = [_effect(name, arguments, (pid, file["number"]), positions)]
    if path.is_relative_to(folder) and not path.name.endswith(" (deleted)"):
        for kind, offset, data in found:
            yield Operation(kind, _inside(path, folder), at, ended, offset, data)


def _effect(
    name: str, arguments: str, file: tuple[str, str], positions: dict[tuple[str, str], int]
) -> tuple[str, int, bytes]:
    """What a call on an open file does: kind, offset or size, and data."""
    numbers = arguments.split(", ")
    if name in {"fsync", "fdatasync"}:
        return "sync", 0, b""
    if name == "ftruncate":
        return "truncate", int(numbers[-1]), b""
    if name == "fallocate":
        return "extend", int(numbers[-2]) + int(numbers[-1]), b""
    data = b"".join(_bytes(each) for each in _QUOTED.findall(arguments))
    if name == "write":
        offset = positions.get(file, 0)
        positions[file] = offset + len(data)
        return "write", offset, data
    return "write", int(numbers[-2 if name == "pwritev2" else -1]), data


def _inside(path: Path, folder: Path) -> str:
    return "" if path == folder else str(path.relative_to(folder))


def _text(hexadecimal: str) -> str:
    return _bytes(hexadecimal).decode()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _hexadecimal(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())
