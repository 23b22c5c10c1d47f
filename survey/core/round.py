"""A round (đợt khảo sát): the period in which answers are collected and counted together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum

from questionnaires.version import Version
from survey.core.estimation_settings import USUAL, EstimationSettings

VIETNAM = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh: no summer time since 1975."""

LONGEST_WAIT = timedelta(days=14)
"""A phone gives up, visibly, after this time; nothing older is taken."""

TO_FINISH = timedelta(hours=1)
"""Who opened the page before the round closed may finish for so long after it."""


class State(Enum):
    """Where a round stands at a moment; nothing has to run for it to move on, the clock decides."""

    DRAFT = "draft"  # no opening was set
    PLANNED = "planned"  # its opening lies ahead
    OPEN = "open"
    CLOSED = "closed"  # what was finished in time may still arrive
    SETTLED = "settled"  # nothing can arrive any more


@dataclass(frozen=True)
class PlannedVersion:
    """From a moment on, scanning opens this version."""

    starts_at: datetime
    version: Version


@dataclass(frozen=True)
class Reopening:
    """That a closed round took answers again: when it had been closed, when and why it was opened again, by whom."""

    closed_at: datetime
    reopened_at: datetime
    reason: str
    who: str


@dataclass(frozen=True)
class Round:
    """One collection period.

    Attributes:
        code: for example "2026-q4".
        name_vi: for example "Quý IV năm 2026".
        name_en: the same in English.
        starts_on: first day of the period.
        ends_on: last day of the period.
        version: the questionnaire version that is answered now.
        target_sheet_code: the plan against which it is judged, or None.
        opened_at: UTC, when it opened or will open; None while no opening is set.
        closed_at: UTC, when it closed or will close; None while no closing is set.
        frame_source: where the dossier volumes come from, in Vietnamese.
        settings: how its estimates are made.
    """

    code: str
    name_vi: str
    name_en: str
    starts_on: date
    ends_on: date
    version: Version
    target_sheet_code: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    frame_source: str
    settings: EstimationSettings = USUAL

    def state(self, now: datetime) -> State:
        """Where the round stands at a moment."""
        if self.opened_at is None:
            return State.DRAFT
        if now < self.opened_at:
            return State.PLANNED
        if self.closed_at is None or now < self.closed_at:
            return State.OPEN
        return State.CLOSED if self.settles_at is None or now <= self.settles_at else State.SETTLED

    def is_open(self, now: datetime) -> bool:
        """Whether answers are taken at a moment."""
        return self.state(now) is State.OPEN

    def has_opened(self, now: datetime) -> bool:
        """Whether answers were ever taken."""
        return self.opened_at is not None and self.opened_at <= now

    def has_closed(self, now: datetime) -> bool:
        """Whether the round took answers and takes none any more."""
        return self.state(now) in {State.CLOSED, State.SETTLED}

    @property
    def settles_at(self) -> datetime | None:
        """The last moment at which something that was finished in time can arrive; None without a closing."""
        return None if self.closed_at is None else self.closed_at + TO_FINISH + LONGEST_WAIT

    def name(self, language: str) -> str:
        """The round's name in ``language``, Vietnamese where there is no other."""
        return self.name_en if language == "en" and self.name_en else self.name_vi


def version_at(first: Version, plan: Sequence[PlannedVersion], moment: datetime) -> Version:
    """The version that is asked at a moment: the last of the plan that has begun, else ``first``."""
    begun = [planned for planned in plan if planned.starts_at <= moment]
    return max(begun, key=lambda planned: planned.starts_at).version if begun else first
