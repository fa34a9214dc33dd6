"""An hour and a day, in microseconds."""

from __future__ import annotations

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
