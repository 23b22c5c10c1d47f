"""The seal (niêm phong): what was stored is fixed in a public chain, so that taking out or changing it shows.

A seal holds, for every round, a digest over the list of its new responses, for every other table that feeds a number
what changed in it, where the trail stood, and the digest of the seal before. Each digest is SHA-256; the bytes that it
is taken over are given in docs/seal.md, so that anybody can compute them without this program.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

import orjson

from survey.core.response import to_the_hour

FORMAT = 1
"""Number of the canonical form; columns that are added to a sealed table make a new one."""

BEGINNING = "0" * 64
"""What the first seal is chained to."""

SETTLED = timedelta(minutes=10)
"""How long an hour must have ended before its responses are sealed: nobody is still storing in it then."""

SEALED_WITHIN = timedelta(hours=24)
"""How long after its hour a response is sealed at the latest, as citizens are told."""

RESPONSE = "response"
SHORT = 12
"""Digits of a digest that are printed where there is no room for all; enough to tell two seals apart."""

Value = str | int | bool | datetime | date | None


class SealFaulty(ValueError):
    """A stored seal cannot be read as one."""


class Entry(NamedTuple):
    """A response in a seal: 32 bytes each, of its receipt (public, see docs) and of all that is stored of it."""

    receipt: bytes
    digest: bytes


class Change(NamedTuple):
    """What a seal says of a row in another table.

    Attributes:
        table: its table.
        key: names the row for people and for ever.
        digest: of the row's content, 64 hexadecimal digits; empty when the row is gone.
        deed: number of the deed in the trail that explains it, 0 where none is needed, None where none does.
    """

    table: str
    key: str
    digest: str
    deed: int | None


@dataclass(frozen=True)
class Batch:
    """How many lines a list has, and SHA-256 over them."""

    count: int
    digest: str


@dataclass(frozen=True)
class Seal:
    """One link of the chain.

    Attributes:
        number: from 1, without gaps.
        previous: digest of the seal before, :data:`BEGINNING` for the first.
        sealed_at: UTC.
        before: responses that arrived before this whole hour are in this seal or an earlier one.
        responses: per round code the list of new responses.
        changes: per table the list of changes.
        deeds: how many deeds the trail held.
        trail: hash of the last of these.
        backdated: responses of hours that an earlier seal had ended: planted, or stored under a wrong clock.
    """

    number: int
    previous: str
    sealed_at: datetime
    before: datetime
    responses: Mapping[str, Batch] = field(default_factory=dict)
    changes: Mapping[str, Batch] = field(default_factory=dict)
    deeds: int = 0
    trail: str = BEGINNING
    backdated: int = 0

    @property
    def content(self) -> str:
        """The seal in its canonical form."""
        return _canonical(
            {
                "format": FORMAT,
                "number": self.number,
                "previous": self.previous,
                "sealed_at": self.sealed_at.isoformat(),
                "before": self.before.isoformat(),
                "responses": {code: [batch.count, batch.digest] for code, batch in self.responses.items()},
                "changes": {table: [batch.count, batch.digest] for table, batch in self.changes.items()},
                "trail": [self.deeds, self.trail],
                "backdated": self.backdated,
            }
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, 64 hexadecimal digits."""
        return hashlib.sha256(self.content.encode()).hexdigest()

    @property
    def count(self) -> int:
        """Responses in all rounds."""
        return sum(batch.count for batch in self.responses.values())


@dataclass(frozen=True)
class RoundSeal:
    """What a report prints of the seals that its round is in.

    Attributes:
        newest: the newest seal with responses of the round.
        responses: of the round in it and all earlier ones.
        address: where everybody can read the chain.
    """

    newest: Seal
    responses: int
    address: str


def read_seal(content: str) -> Seal:
    """A seal from its canonical form.

    Raises:
        SealFaulty: if ``content`` is not exactly what :attr:`Seal.content` gives.
    """
    try:
        data = json.loads(content)
        seal = Seal(
            number=data["number"],
            previous=data["previous"],
            sealed_at=datetime.fromisoformat(data["sealed_at"]),
            before=datetime.fromisoformat(data["before"]),
            responses={code: Batch(*batch) for code, batch in data["responses"].items()},
            changes={table: Batch(*batch) for table, batch in data["changes"].items()},
            deeds=data["trail"][0],
            trail=data["trail"][1],
            backdated=data["backdated"],
        )
        whole = seal.content == content
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as fault:
        raise SealFaulty from fault
    if not whole:
        raise SealFaulty
    return seal


def row_digest(table: str, values: Mapping[str, Value]) -> bytes:
    """SHA-256 of a row in its canonical form: its table and its columns by name.

    A response's columns hold its random id, so nobody who does not know the id learns an answer from the digest.
    """
    return hashlib.sha256(orjson.dumps([table, values], option=orjson.OPT_SORT_KEYS)).digest()


def receipt_digest(receipt: str) -> bytes:
    """What stands in the public list for a receipt: SHA-256 of its ten characters."""
    return hashlib.sha256(receipt.encode()).digest()


def responses_batch(entries: Iterable[Entry]) -> Batch:
    """The list of a round's responses, in the order of their receipts, so that the order tells nothing else."""
    return _batch(f"{entry.receipt.hex()} {entry.digest.hex()}\n" for entry in sorted(entries))


def changes_batch(changes: Iterable[Change]) -> Batch:
    """The list of changes in one table."""
    ordered = sorted(changes, key=lambda change: change.key)
    return _batch(_canonical([c.key, c.digest, c.deed]) + "\n" for c in ordered)


def ended_hour(now: datetime) -> datetime:
    """The hour before which all responses are settled; never inside an hour, which would tell who came first."""
    return to_the_hour(now - SETTLED)


def sealed_by(received_hour: datetime) -> datetime:
    """Until when a response that arrived in this hour must be sealed."""
    return received_hour + timedelta(hours=1) + SEALED_WITHIN


def _batch(lines: Iterable[str]) -> Batch:
    digest, count = hashlib.sha256(), 0
    for count, line in enumerate(lines, start=1):  # noqa: B007  counted
        digest.update(line.encode())
    return Batch(count, digest.hexdigest())


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
