"""A load that counts no more: it stays stored with the reason, whatever it held."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey.core.account import Account
from survey.core.trail import Deed
from survey.store import sources, trail
from survey.store.sources import SourceLoad, Withdrawal


class LoadUnknown(LookupError):
    """No such load, or it was withdrawn before."""


def require_load(session: Session, code: str, kind: str, number: int) -> SourceLoad:
    """A load of a round that counts.

    Raises:
        LoadUnknown: if there is none.
    """
    for load in sources.loads(session, code, kind):
        if load.number == number and load.withdrawal is None:
            return load
    raise LoadUnknown(number)


def withdraw_load(
    session: Session, code: str, number: int, reason: str, *, by: Account, now: datetime
) -> None:
    """Let it count no more, and keep in the trail who said so and why."""
    sources.withdraw(session, code, number, Withdrawal(reason, by.name, now))
    detail = {"load": number, "reason": reason}
    trail.record(session, Deed.SOURCE_WITHDRAWN, code, who=by.name, at=now, detail=detail)
