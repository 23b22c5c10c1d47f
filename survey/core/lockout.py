"""How long somebody must wait after wrong passwords, so that guessing is hopeless and nobody is locked out.

Failures are counted for a name and a device together. A browser that signed in before with that name is a device
of its own; all others count as one. So whoever guesses from elsewhere slows down other strangers, never the
person at her usual desk.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

FREE_FAILURES = 5
"""So many mistypings cost nothing."""

FORGOTTEN_AFTER = timedelta(minutes=15)
"""A failure older than this does not count."""


def wait_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """When the next attempt is heard, or None for at once.

    Args:
        failures: moments of failures of one name from one device, UTC, in any order.
        now: UTC.
    """
    recent = sorted(moment for moment in failures if now - moment < FORGOTTEN_AFTER)
    if len(recent) < FREE_FAILURES:
        return None
    return recent[-FREE_FAILURES] + FORGOTTEN_AFTER
