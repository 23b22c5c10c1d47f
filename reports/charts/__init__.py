"""Charts as SVG text, drawn from numbers without any library.

Every figure is 640 units wide, printed 160 mm wide (a unit is 0.25 mm), and as high as its rows need; for phones the
same figure is drawn once more on a narrow sheet, where names stand above what they name. Text is
real ``<text>`` in Be Vietnam Pro, never under 12 units (8.5 pt). Only presentation attributes are used: no
class, style, script or id, so a figure can stand inline in a page under a strict content security policy,
several times on one page, and be read by Typst and Word. Verdicts differ by shape as well as by colour.
"""

from reports.charts.bars import LikertRow, likert_bars, target_bars
from reports.charts.dots import (
    MAX_HEIGHT,
    Change,
    UnitFigure,
    change_dots,
    split_units,
    unit_dots,
    unit_figures,
)
from reports.charts.funnel import FunnelCurve, FunnelPoint, FunnelWords, funnel_plot
from reports.charts.gauge import gauge
from reports.charts.heat import GROUNDS, HeatMap, HeatRow, heat_map
from reports.charts.priority import Point, priority_map
from reports.charts.scale import Measured
from reports.charts.svg import PALETTE, PAPER, PHONE, WIDTH, Sheet
from reports.charts.trend import TrendMark, trend_line

__all__ = [
    "GROUNDS",
    "MAX_HEIGHT",
    "PALETTE",
    "PAPER",
    "PHONE",
    "WIDTH",
    "Change",
    "FunnelCurve",
    "FunnelPoint",
    "FunnelWords",
    "HeatMap",
    "HeatRow",
    "LikertRow",
    "Measured",
    "Point",
    "Sheet",
    "TrendMark",
    "UnitFigure",
    "change_dots",
    "funnel_plot",
    "gauge",
    "heat_map",
    "likert_bars",
    "priority_map",
    "split_units",
    "target_bars",
    "trend_line",
    "unit_dots",
    "unit_figures",
]
