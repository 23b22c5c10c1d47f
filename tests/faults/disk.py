"""A disk after a power cut: all that was made durable, and of the rest whatever chance lets through.

The model is harsher than the file systems in use: a write that was not followed by a completed fsync may be kept, lost
or torn at a sector, whatever became of the writes before and after it. Names (created, removed, renamed) go through a
journal, as on ext4 and XFS: in their order, up to some point after the last fsync of a folder.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.recording import Operation

SECTOR = 512
KEPT = (0.0, 0.5, 0.9, 1.0)
"""Share of the writes that were not yet durable and reach the disk nevertheless; one is drawn per cut."""
TORN = 0.2
"""Share of those that do so only in part."""


@dataclass
class File:
    """One file, whatever its name: its first content and everything done to it since."""

    before: bytes = b""
    done: list[Operation] = field(default_factory=list)


@dataclass(frozen=True)
class Naming:
    """From this operation on a name stands for a file, or for none."""

    operation: Operation
    name: str
    file: File | None


class Disk:
    """A folder's history, from which the state after a power cut at any moment can be drawn."""

    def __init__(self, before: Path, operations: Sequence[Operation]) -> None:
        """Take the folder as it was, safe on the disk, before the operations began."""
        self._folders = [path.relative_to(before) for path in before.rglob("*") if path.is_dir()]
        self._first = {
            str(path.relative_to(before)): File(path.read_bytes())
            for path in before.rglob("*")
            if path.is_file()
        }
        self._namings: list[Naming] = []
        self._folder_syncs: list[Operation] = []
        now = dict(self._first)
        for operation in operations:
            self._replay(operation, now)

    def cut(self, moment: float, folder: Path, chance: random.Random) -> None:
        """Write into a new ``folder`` what a power cut at ``moment`` (seconds since 1970) may leave."""
        share = chance.choice(KEPT)
        folder.mkdir()
        for each in self._folders:
            (folder / each).mkdir(parents=True, exist_ok=True)
        for name, file in self._names_at(moment, chance).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(_content(file, moment, share, chance))

    def _replay(self, operation: Operation, now: dict[str, File]) -> None:
        """Take one operation into the history; ``now`` is what every name stands for at that moment."""
        kind, path = operation.kind, operation.path
        if kind == "create" and path not in now:
            self._name(operation, path, File(), now)
        elif kind == "remove":
            self._name(operation, path, None, now)
        elif kind in {"rename", "link"} and path in now:
            self._name(operation, operation.to, now[path], now)
            if kind == "rename":
                self._name(operation, path, None, now)
        elif path in now:
            now[path].done.append(operation)
        elif kind == "sync":
            self._folder_syncs.append(operation)

    def _name(self, operation: Operation, name: str, file: File | None, now: dict[str, File]) -> None:
        self._namings.append(Naming(operation, name, file))
        if file is None:
            now.pop(name, None)
        else:
            now[name] = file

    def _names_at(self, moment: float, chance: random.Random) -> dict[str, File]:
        durable = _durable_until(self._folder_syncs, moment)
        begun = [naming for naming in self._namings if naming.operation.begun <= moment]
        sure = sum(naming.operation.ended <= durable for naming in begun)
        names = dict(self._first)
        for naming in begun[: chance.randint(sure, len(begun))]:
            if naming.file is None:
                names.pop(naming.name, None)
            else:
                names[naming.name] = naming.file
        return names


def _content(file: File, moment: float, share: float, chance: random.Random) -> bytes:
    """The file's bytes: what a completed fsync covers for sure, of later writes about ``share``."""
    durable = _durable_until([each for each in file.done if each.kind == "sync"], moment)
    content = bytearray(file.before)
    for each in file.done:
        if each.begun > moment:
            break
        if each.ended <= durable:
            _apply(each, content, each.data)
        elif each.kind != "sync" and chance.random() < share:
            torn = chance.random() < TORN
            _apply(each, content, _front(each, chance) if torn else each.data)
    return bytes(content)


def _durable_until(syncs: list[Operation], moment: float) -> float:
    """Whatever ended before this is on the disk: the begin of the last sync that was over by then."""
    return max((sync.begun for sync in syncs if sync.ended <= moment), default=0.0)


def _front(write: Operation, chance: random.Random) -> bytes:
    """A write up to some sector's end."""
    first = SECTOR - write.offset % SECTOR
    ends = [0, *range(first, len(write.data), SECTOR)]
    return write.data[: chance.choice(ends)]


def _apply(operation: Operation, content: bytearray, data: bytes) -> None:
    if operation.kind == "write":
        end = operation.offset + len(data)
        if data and len(content) < end:
            content.extend(bytes(end - len(content)))
        content[operation.offset : end] = data
    elif operation.kind == "truncate":
        del content[operation.offset :]
        content.extend(bytes(operation.offset - len(content)))
    elif operation.kind == "extend":
        content.extend(bytes(max(0, operation.offset - len(content))))
