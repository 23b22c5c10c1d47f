"""A draft of a questionnaire on its way: edited, submitted, approved or put away; and a version withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from questionnaires.draft_texts import Content


class State(Enum):
    """Where a draft stands; the value is stored."""

    EDITING = "editing"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Revision:
    """One saved state of a draft; none is ever changed or removed.

    Attributes:
        number: from 1 within the draft.
        parent: the revision that it was made from, 0 for the first one.
        content: see :mod:`questionnaires.drafting`.
        saved_at: UTC.
        who: name of the account.
    """

    number: int
    parent: int
    content: Content
    saved_at: datetime
    who: str


@dataclass(frozen=True)
class Draft:
    """A draft with the revision that stands.

    Attributes:
        id: its number in addresses.
        code: the questionnaire's code.
        state: where it stands.
        current: the revision that stands; undoing goes back to its parent.
        submitted_by: who asked for approval, or "".
        note: why it was returned, or "".
        version_fingerprint: the version that it became, or "".
    """

    id: int
    code: str
    state: State
    current: Revision
    submitted_by: str = ""
    note: str = ""
    version_fingerprint: str = ""

    @property
    def title(self) -> str:
        """Its Vietnamese title."""
        return str(self.current.content["definition"]["title"].get("vi") or "")

    @property
    def is_editable(self) -> bool:
        """Whether it may be changed now."""
        return self.state is State.EDITING


@dataclass(frozen=True)
class Withdrawal:
    """Why a published version is not offered for new rounds any more."""

    reason: str
    who: str
    withdrawn_at: datetime
