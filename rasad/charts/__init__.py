"""Drawings as SVG text: pure functions of numbers, the same bytes every time.

No name and no post ever enters a drawing: rows are numbered, and the table beside the
drawing says who they are. So a page can take a drawing as it is, without a way for
hostile text to come along. Colours are presentation attributes, because a page with a
strict content policy ignores `style`. There is no `xmlns`: inside HTML it is implied,
and without it the text holds no address at all.
"""

from __future__ import annotations

from rasad.charts.amounts import comparison, gap_histogram, significant
from rasad.charts.outages import DarkRow, Marked, Measured, dark_rows, outage_chart
from rasad.charts.over_time import RasterRow, moment, raster, tick_times, timeline
from rasad.charts.qq import MOST_LABELLED, QQLine, qq_plot
from rasad.charts.svg import PLOT, Svg

__all__ = [
    "MOST_LABELLED",
    "PLOT",
    "DarkRow",
    "Marked",
    "Measured",
    "QQLine",
    "RasterRow",
    "Svg",
    "comparison",
    "dark_rows",
    "gap_histogram",
    "moment",
    "outage_chart",
    "qq_plot",
    "raster",
    "significant",
    "tick_times",
    "timeline",
]
