"""Figures that the simulated province reports from other sources, by round: of the open one only a few are in yet."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from survey.core.reported import Entry, Kind, OtherMeasure

WHO = "canbo"

_ONE_STOP = "Hệ thống thông tin giải quyết thủ tục hành chính"
_OFFICE = "Báo cáo của Văn phòng Ủy ban nhân dân tỉnh"
_HOME_AFFAIRS = "Báo cáo của Sở Nội vụ"
_DOCUMENTS = "Hệ thống quản lý văn bản và điều hành"
_MINISTRY = "Công bố của Bộ Nội vụ"
_PORTAL = "Cổng Dịch vụ công quốc gia"

_Said = tuple[Kind, str, str, int | None, str]

_MEASURED: Final = (Kind.MEASURE, OtherMeasure.HOUSEHOLDS.value, "82.15", 2025, _MINISTRY)


def _entries(day: date, said: tuple[_Said, ...]) -> tuple[Entry, ...]:
    entered = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    return tuple(
        Entry(
            kind=kind,
            name=name,
            value=Decimal(value),
            year=year,
            source=f"{source} (mô phỏng)",
            dated=day,
            who=WHO,
            entered_at=entered,
        )
        for kind, name, value, year, source in said
    )


FIGURES: Mapping[str, tuple[Entry, ...]] = {
    "2026-q3": _entries(
        date(2026, 10, 16),
        (
            (Kind.TARGET, "on_time_dossiers_rate", "95.8", None, _ONE_STOP),
            (Kind.TARGET, "late_dossier_apology_rate", "96.1", None, _OFFICE),
            (Kind.TARGET, "backlog_dossiers", "214", None, _ONE_STOP),
            (Kind.TARGET, "dossier_results_publicity_rate", "100", None, _ONE_STOP),
            (Kind.TARGET, "ioffice_usage", "100", None, _DOCUMENTS),
            (Kind.TARGET, "digitally_signed_documents_rate", "96.8", None, _DOCUMENTS),
            (Kind.TARGET, "internal_inspection_team_coverage", "100", None, _HOME_AFFAIRS),
            (Kind.TARGET, "monthly_individual_work_review", "97.4", None, _HOME_AFFAIRS),
            (Kind.TARGET, "organisation_rules_compliance", "100", None, _HOME_AFFAIRS),
            _MEASURED,
            (Kind.MEASURE, OtherMeasure.RATIO_766.value, "98.6", 2026, _PORTAL),
        ),
    ),
    "2026-q4": _entries(
        date(2026, 11, 18),
        (
            (Kind.TARGET, "on_time_dossiers_rate", "96.4", None, _ONE_STOP),
            (Kind.TARGET, "late_dossier_apology_rate", "97.5", None, _OFFICE),
            _MEASURED,
            (Kind.MEASURE, OtherMeasure.RATIO_766.value, "98.7", 2026, _PORTAL),
        ),
    ),
}
"""By the code of the round."""
