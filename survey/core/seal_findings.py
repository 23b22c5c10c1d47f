"""What a check of the seals found: each finding names what was done to which row, and since which seal."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from survey.core.seal import Change
from survey.core.sealed_tables import TABLES


class Kind(Enum):
    """What was found."""

    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    BACKDATED = "backdated"
    """A response that stands in an hour that was sealed without it."""
    UNREADABLE = "unreadable"
    """A table holds a value that its column cannot hold."""
    CHAIN_BROKEN = "chain_broken"
    """A seal is not the one that was made after the one before."""
    LIST_CHANGED = "list_changed"
    """The list behind a seal is not the one that was sealed."""
    CUT_OFF = "cut_off"
    """The chain does not hold the digest that was noted outside."""
    TRAIL = "trail"
    """The trail was rewritten, or cut off before where a seal saw it."""
    TICKETS = "tickets"
    """The tickets used are not as many as the verified responses."""
    COUNT = "count"
    """A derived count is not what the responses say."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed.

    Attributes:
        kind: what was found.
        table: where.
        key: of the row, or of the list; empty where the whole table is meant.
        seal_number: the seal that says otherwise, or 0 where none does.
        where: more for people: round, unit, field, hour, or two numbers that should be one.
    """

    kind: Kind
    table: str
    key: str = ""
    seal_number: int = 0
    where: str = ""


@dataclass(frozen=True)
class Known:
    """What the seals say of a row: its digest, empty when it was gone, and the seal that said so last."""

    digest: str
    seal_number: int


State = Mapping[str, Mapping[str, Known]]
"""By table and key."""


def state_of(changes: Iterable[tuple[int, Change]]) -> State:
    """What all seals together say, oldest first."""
    state: dict[str, dict[str, Known]] = {table: {} for table in TABLES}
    for number, change in changes:
        state.setdefault(change.table, {})[change.key] = Known(change.digest, number)
    return state


def differences(
    known: Mapping[str, Known], now: Mapping[str, str]
) -> Iterator[tuple[str, str, Known | None]]:
    """Where a table is not what the seals say: key, digest now (empty when gone), and what they say, by key.

    Args:
        known: by key.
        now: digest by key.
    """
    for key in sorted(known.keys() | now.keys()):
        said, is_ = known.get(key), now.get(key, "")
        if is_ != (said.digest if said else ""):
            yield key, is_, said


def kind_of(before: str, now: str) -> Kind:
    """What happened between two digests of a row, of which an empty one stands for no row."""
    if not before:
        return Kind.ADDED
    return Kind.CHANGED if now else Kind.REMOVED


def unexplained(changes: Iterable[tuple[int, Change]]) -> Iterator[Finding]:
    """Changes that a seal took in without a deed that explains them; they stay on record for ever."""
    before: dict[tuple[str, str], str] = {}
    for number, change in changes:
        row = (change.table, change.key)
        if change.deed is None:
            yield Finding(kind_of(before.get(row, ""), change.digest), change.table, change.key, number)
        before[row] = change.digest
