"""A round (đợt khảo sát): the period in which answers are collected and counted together."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from questionnaires.version import Version

VIETNAM = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh: no summer time since 1975."""


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
        opened_at: UTC, or None before the round opens.
        closed_at: UTC, or None while answers are taken.
        frame_source: where the dossier volumes come from, in Vietnamese.
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

    @property
    def is_open(self) -> bool:
        """Whether answers are taken."""
        return self.opened_at is not None and self.closed_at is None

    def name(self, language: str) -> str:
        """The round's name in ``language``, Vietnamese where there is no other."""
        return self.name_en if language == "en" and self.name_en else self.name_vi
