"""Freezing: one digest over everything that a closed round's numbers are made from, and what differs from it later.

The inputs are fingerprinted part by part, so that a later check can say *what* changed and not only *that*:

- ``round``: code, period, opening, closing, source of the population, units that take no part;
- ``settings`` and ``targets``: how it is estimated and what it is judged against;
- ``versions``: every version that was asked or answered, by its fingerprint;
- ``editorial``: rewordings declared editorial between those versions, which decide what is counted together;
- ``population``: the dossiers of every unit;
- ``margins``: the dossiers by sex, age and channel, where weights are raked to them;
- ``responses``: the number and bytes of every unit's responses, in the order of their ids.

The digest is SHA-256 over the canonical JSON of all the parts. All of this is pure: the same inputs give the same
digest on any machine and either database engine.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

Parts = Mapping[str, Mapping[str, str]]
"""By part and name within the part: a fingerprint of what stands there."""

WHOLE = ""
"""The name within a part that has a single fingerprint."""


@dataclass(frozen=True)
class Freeze:
    """A round as it was frozen.

    Attributes:
        frozen_at: UTC.
        closed_at: the closing after which it was frozen; another one means that it was opened again since.
        responses: how many were counted.
        digest: SHA-256 of the parts, 64 hexadecimal digits.
        parts: see the module.
    """

    frozen_at: datetime
    closed_at: datetime
    responses: int
    digest: str
    parts: Parts


@dataclass(frozen=True)
class Difference:
    """A part that is not as it was frozen; ``kind`` says how."""

    part: str
    name: str
    kind: str
    """"changed", "removed" or "added"."""


def canonical(value: object) -> bytes:
    """A value of plain JSON as bytes that are the same everywhere."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint_of(value: object) -> str:
    """SHA-256 of a value's canonical bytes, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def response_parts(rows: Iterable[tuple[str, object]]) -> tuple[dict[str, str], int]:
    """Number and fingerprint of every unit's responses.

    Args:
        rows: unit code and plain values of every response, in the order of the responses' ids.

    Returns:
        By unit code "number:fingerprint", and the number of all.
    """
    hashes: dict[str, hashlib._Hash] = {}
    numbers: dict[str, int] = {}
    for unit, values in rows:
        # One line a response: canonical JSON holds no line break, so no two lists give the same bytes.
        hashes.setdefault(unit, hashlib.sha256()).update(canonical(values) + b"\n")
        numbers[unit] = numbers.get(unit, 0) + 1
    return {unit: f"{numbers[unit]}:{hashes[unit].hexdigest()}" for unit in sorted(hashes)}, sum(
        numbers.values()
    )


def digest_of(parts: Parts) -> str:
    """The digest over all parts."""
    return fingerprint_of({part: dict(names) for part, names in parts.items()})


def differences(frozen: Parts, found: Parts) -> tuple[Difference, ...]:
    """What is not as it was frozen, part by part; empty exactly if the digests are the same."""
    listed = []
    for part in sorted(frozen.keys() | found.keys()):
        before, now = frozen.get(part, {}), found.get(part, {})
        for name in sorted(before.keys() | now.keys()):
            if before.get(name) != now.get(name):
                kind = "removed" if name not in now else "changed" if name in before else "added"
                listed.append(Difference(part, name, kind))
    return tuple(listed)


def count_in(fingerprint: str) -> int:
    """The number of responses that a fingerprint of :func:`response_parts` tells."""
    return int(fingerprint.partition(":")[0])
