"""The trail: who did what when, each deed chained to the one before, so that none can be taken out or changed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

BEGINNING = "0" * 64
"""What the first deed is chained to."""


class Deed(Enum):
    """What can be done that the trail keeps; the value is stored."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    ROUND_OPENED = "round_opened"
    ROUND_CLOSED = "round_closed"
    ROUND_REOPENED = "round_reopened"
    DRAFT_BEGUN = "draft_begun"
    DRAFT_SUBMITTED = "draft_submitted"
    DRAFT_RECALLED = "draft_recalled"
    DRAFT_RETURNED = "draft_returned"
    DRAFT_DISCARDED = "draft_discarded"
    VERSION_PUBLISHED = "version_published"
    VERSION_WITHDRAWN = "version_withdrawn"


@dataclass(frozen=True)
class Entry:
    """One deed.

    Attributes:
        number: from 1, without gaps.
        done_at: UTC.
        who: name of the account, or "sipas" for the command line.
        deed: what was done.
        subject: code of what it was done to, for example a round's.
        detail: what else matters, as plain values.
        hash: SHA-256 over the entry before and all the above, 64 hexadecimal digits.
    """

    number: int
    done_at: datetime
    who: str
    deed: str
    subject: str
    detail: Mapping[str, object]
    hash: str

    def hash_after(self, previous: str) -> str:
        """The hash that this entry must have if ``previous`` is the one before it."""
        content = [
            previous, self.number, self.done_at.isoformat(), self.who, self.deed, self.subject, dict(self.detail),
        ]  # fmt: skip
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def first_break(entries: Iterable[Entry]) -> int | None:
    """The number of the first entry that does not follow from the one before, or None if the chain holds."""
    previous = BEGINNING
    for expected, entry in enumerate(entries, start=1):
        if entry.number != expected or entry.hash != entry.hash_after(previous):
            return expected
        previous = entry.hash
    return None
