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
_CALL = re.compile(r"(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)(?:<(?P<path>[^>]*)>)?.* <(?P<took>[\d.]+)>$")
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
        subprocess.Popen(watched, env=dict(environment), user=user, group=user, stdout=log, stderr=log) as tracer,
    ):
        try:
            yield
        finally:
            # Only the program is ended: strace must live to write down the last calls.
            for child in Path(f"/proc/{tracer.pid}/task/{tracer.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGTERM)
            tracer.wait(timeout=60)


def operations(trace: Path, folder: Path) -> list[Operation]:
    """The calls that succeeded on files in ``folder``, in the order in which they began."""
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
            if inside in rest and (call := _CALL.match(rest)):
                found.extend(_read(pid, at, call, folder, positions))
    return sorted(found, key=lambda operation: operation.begun)


def _read(
    pid: str, at: float, call: re.Match[str], folder: Path, positions: dict[tuple[str, str], int]
) -> Iterator[Operation]:
    """The operations that a finished call amounts to: none, one or two."""
    if call["result"].startswith("-"):
        return
    name, arguments, ended = call["call"], call["arguments"], at + float(call["took"])

    def operation(kind: str, path: str, **more: object) -> Iterator[Operation]:
        decoded = Path(_bytes(path).decode())
        if decoded.is_relative_to(folder) and not decoded.name.endswith(" (deleted)"):
            yield Operation(kind, _inside(decoded, folder), at, ended, **more)  # type: ignore[arg-type]

    if name == "openat":
        positions[pid, call["result"]] = 0
        if "O_CREAT" in arguments:
            yield from operation("create", call["path"])
        if "O_TRUNC" in arguments:
            yield from operation("truncate", call["path"])
    elif name.startswith(("unlink", "rename", "link")):
        names = [_bytes(each).decode() for each in _QUOTED.findall(arguments)]
        inside = [_inside(folder / each, folder) for each in names]
        if name.startswith("unlink"):
            yield Operation("remove", inside[0], at, ended)
        else:
            yield Operation("rename" if name.startswith("rename") else "link", inside[0], at, ended, to=inside[1])
    elif file := _FILE.match(arguments):
        data = b"".join(_bytes(each) for each in _QUOTED.findall(arguments))
        last = arguments.split(", ")[-2 if name == "pwritev2" else -1]
        if name == "write":
            at_ = positions.get((pid, file["number"]), 0)
            positions[pid, file["number"]] = at_ + len(data)
            yield from operation("write", file["path"], offset=at_, data=data)
        elif name.startswith("pwrite"):
            yield from operation("write", file["path"], offset=int(last), data=data)
        elif name == "ftruncate":
            yield from operation("truncate", file["path"], offset=int(last))
        elif name == "fallocate":
            offset, length = arguments.split(", ")[-2:]
            yield from operation("extend", file["path"], offset=int(offset) + int(length))
        else:
            yield from operation("sync", file["path"])


def _inside(path: Path, folder: Path) -> str:
    return "" if path == folder else str(path.relative_to(folder))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _hexadecimal(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())

