"""The trail: who did what when, each deed chained to the one before, so that none can be taken out or changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

BEGINNING = "0" * 64
"""What the first deed is chained to."""


class Deed(Enum):
    """What can be done that the trail keeps; the value is stored."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  a deed, no password
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    PERSON_ADDED = "person_added"
    PERSON_CHANGED = "person_changed"
    PERSON_WITHDRAWN = "person_withdrawn"
    PERSON_RESTORED = "person_restored"
    PASSWORD_SET = "password_set"  # noqa: S105
    SESSIONS_ENDED = "sessions_ended"
    ROUND_MADE = "round_made"
    ROUND_CHANGED = "round_changed"
    ROUND_UNITS_CHOSEN = "round_units_chosen"
    ROUND_VERSION_PLANNED = "round_version_planned"
    ROUND_VERSION_UNPLANNED = "round_version_unplanned"
    ROUND_OPENING_SET = "round_opening_set"
    ROUND_CLOSING_SET = "round_closing_set"
    ROUND_FROZEN = "round_frozen"
    ROUND_OPENED = "round_opened"
    ROUND_CLOSED = "round_closed"
    ROUND_REOPENED = "round_reopened"
    TICKETS_LOADED = "tickets_loaded"
    DEVICE_ADDED = "device_added"
    DEVICE_WITHDRAWN = "device_withdrawn"
    EDITORIAL_DECLARED = "editorial_declared"
    EDITORIAL_WITHDRAWN = "editorial_withdrawn"
    DRAFT_BEGUN = "draft_begun"
    DRAFT_SUBMITTED = "draft_submitted"
    DRAFT_RECALLED = "draft_recalled"
    DRAFT_RETURNED = "draft_returned"
    DRAFT_DISCARDED = "draft_discarded"
    VERSION_PUBLISHED = "version_published"
    VERSION_WITHDRAWN = "version_withdrawn"
    UNIT_ADDED = "unit_added"
    UNIT_CHANGED = "unit_changed"
    UNIT_CLOSED = "unit_closed"
    UNITS_IMPORTED = "units_imported"
    FIELD_ADDED = "field_added"
    FIELD_CHANGED = "field_changed"
    COUNTER_ADDED = "counter_added"
    COUNTER_CHANGED = "counter_changed"
    COUNTER_RETIRED = "counter_retired"
    COUNTER_RESTORED = "counter_restored"
    FRAME_LOADED = "frame_loaded"
    FIGURE_REPORTED = "figure_reported"
    FIGURE_WITHDRAWN = "figure_withdrawn"
    TALLIES_LOADED = "tallies_loaded"
    RESPONSES_LOADED = "responses_loaded"
    PILE_BEGUN = "pile_begun"
    PILE_STORED = "pile_stored"
    PILE_DROPPED = "pile_dropped"
    SOURCE_WITHDRAWN = "source_withdrawn"
    VERSION_PUT_TO_USE = "version_put_to_use"
    OWNER_NAMED = "owner_named"
    LOOK_SET = "look_set"
    LOOK_RESET = "look_reset"
    REPORT_TEXT_SAVED = "report_text_saved"
    REPORT_SUBMITTED = "report_submitted"
    REPORT_RECALLED = "report_recalled"
    REPORT_RETURNED = "report_returned"
    REPORT_PUBLISHED = "report_published"
    REPORT_RELEASED = "report_released"
    REPORT_WITHHELD = "report_withheld"


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

    def follows(self, previous: "Entry | None") -> bool:
        """Whether this is the entry that was written after another, or at first, and nobody changed it."""
        number, hash_ = (previous.number, previous.hash) if previous else (0, BEGINNING)
        return self.number == number + 1 and self.hash == self.hash_after(hash_)

    def hash_after(self, previous: str) -> str:
        """The hash that this entry must have if ``previous`` is the one before it."""
        content = [
            previous, self.number, self.done_at.isoformat(), self.who, self.deed, self.subject, dict(self.detail),
        ]  # fmt: skip
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Search:
    """Which deeds somebody looks for; empty means any.

    Attributes:
        text: stands in the person, the subject or the detail.
        deeds_meant: values of deeds that the text also finds, because their sentence says it.
        who: the person.
        deed: value of the deed.
    """

    text: str = ""
    deeds_meant: frozenset[str] = frozenset()
    who: str = ""
    deed: str = ""
