"""Figures that the simulated province reports from other sources: one target met, one not, others still open."""

from datetime import UTC, date, datetime
from decimal import Decimal

from survey.core.reported import Entry, Kind, OtherMeasure

WHO = "canbo"
ENTERED_AT = datetime(2026, 11, 19, 3, tzinfo=UTC)

_SAID = (
    (Kind.TARGET, "on_time_dossiers_rate", "96.4", None, "Hệ thống thông tin giải quyết thủ tục hành chính"),
    (Kind.TARGET, "late_dossier_apology_rate", "97.5", None, "Báo cáo của Văn phòng Ủy ban nhân dân tỉnh"),
    (Kind.MEASURE, OtherMeasure.HOUSEHOLDS.value, "82.15", 2025, "Công bố của Bộ Nội vụ"),
    (Kind.MEASURE, OtherMeasure.RATIO_766.value, "98.7", 2026, "Cổng Dịch vụ công quốc gia"),
)

FIGURES: tuple[Entry, ...] = tuple(
    Entry(
        kind=kind,
        name=name,
        value=Decimal(value),
        year=year,
        source=f"{source} (mô phỏng)",
        dated=date(2026, 11, 18),
        who=WHO,
        entered_at=ENTERED_AT,
    )
    for kind, name, value, year, source in _SAID
)
"""Of the last round."""
