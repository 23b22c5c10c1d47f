"""A visit: one opening of a counter's page, and when what was filled in there counts.

A phone may deliver days later. The answer belongs to the moment its citizen finished, which the server works
out from elapsed time: phones' clocks are often wrong, but they run at the right speed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from survey.core.response import is_response_id, to_the_hour
from survey.core.round import LONGEST_WAIT, TO_FINISH, Round

_HOUR = timedelta(hours=1)

QUICKEST = timedelta(seconds=1)
"""For one answer; who takes less has hardly read the questions.

Source: Wood, Harms, Lowman & DeSimone (2017), Response speed and response consistency as mutually validating indicators
of data quality in online samples, Social Psychological and Personality Science 8(4).
"""


@dataclass(frozen=True)
class Visit:
    """What a page remembers from the moment it was opened, signed, so that its reader finishes on that version.

    Attributes:
        response_id: the id made with the page; empty where one page serves many people (kiosk).
        counter_code: where it was scanned.
        round_code: the round that was open.
        version_fingerprint: the version that is shown.
        mode: "qr", "ticket", "kiosk" or "screen".
        opened_second: seconds since 1970, UTC, rounded down.
        ticket: the keyed hash of the one-time ticket, or empty.
        device: the keyed hash of the tablet's secret, or empty.
    """

    response_id: str
    counter_code: str
    round_code: str
    version_fingerprint: str
    mode: str
    opened_second: int
    ticket: str = ""
    device: str = ""

    @property
    def opened(self) -> datetime:
        """When the page was opened, UTC, to the second."""
        return datetime.fromtimestamp(self.opened_second, UTC)

    def allows(self, response_id: str) -> bool:
        """Whether this visit can have sent a response with this id."""
        return is_response_id(response_id) and self.response_id in {"", response_id}


@dataclass(frozen=True)
class Delivery:
    """When a form was opened and received, and how long it waited on the phone in between.

    Attributes:
        opened: UTC.
        waited: since the citizen pressed send, as the phone measured it.
        arrived: UTC, the server's clock.
    """

    opened: datetime
    waited: timedelta
    arrived: datetime

    @property
    def finished(self) -> datetime:
        """When the citizen finished: not before the page was opened and not after it arrived."""
        return min(max(self.opened, self.arrived - self.waited), self.arrived)

    @property
    def is_too_late(self) -> bool:
        """Whether it waited longer than :data:`LONGEST_WAIT`."""
        return self.waited > LONGEST_WAIT

    @property
    def late_hours(self) -> int:
        """Whole hours of the clock between finishing and arriving."""
        return (to_the_hour(self.arrived) - to_the_hour(self.finished)) // _HOUR

    def is_hurried(self, answers: int) -> bool:
        """Whether so many answers were given faster than anybody reads, see :data:`QUICKEST`.

        The time that the page took to load and the answers to arrive counts as theirs: a slow network clears, and
        never accuses.
        """
        return self.finished - self.opened < answers * QUICKEST

    def counts_in(self, round_: Round) -> bool:
        """Whether the round took answers when this one was finished."""
        if round_.opened_at is None or self.finished < round_.opened_at:
            return False
        if round_.closed_at is None or self.finished <= round_.closed_at:
            return True
        return self.opened <= round_.closed_at and self.finished <= round_.closed_at + TO_FINISH


def second_of(moment: datetime) -> int:
    """Seconds since 1970, rounded down."""
    return int(moment.timestamp())
