"""QQ plots of the tests that the calibration gate checked, one per null model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasad.charts import MOST_LABELLED, QQLine, Svg, qq_plot
from rasad.network.calibration import JUDGED
from rasad.store.sql import Store

Row = dict[str, Any]

POINTS = """
    SELECT uniform, p_value FROM calibration_quantile
    WHERE trace = $trace AND window_s = $window_s AND null_model = $null_model
      AND jitter_s IS NOT DISTINCT FROM $jitter_s
    ORDER BY uniform
"""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The QQ plot of one null model: the tests it labels, and how many more it draws.

    The labelled tests come in the order of their ratio where the gate decides.
    """

    null_model: str
    drawing: Svg
    labelled: list[Row]
    n_grey: int


def read_panels(
    store: Store, tests: Sequence[Row], largest_ratio: float
) -> list[Panel]:
    """Draw the tests that were checked, if the gate could decide on any.

    Parameters
    ----------
    store : Store
        The tables.
    tests : sequence of dict
        Rows of table `calibration`, one per test, with its `number` and its `ratios`
        by level.
    largest_ratio : float
        The gate's limit.
    """
    drawn = _drawn(tests)
    return [
        _panel(
            store,
            null_model,
            [test for test in drawn if test["null_model"] == null_model],
            largest_ratio,
        )
        for null_model in sorted({test["null_model"] for test in drawn})
    ]


def _panel(
    store: Store, null_model: str, tests: Sequence[Row], largest_ratio: float
) -> Panel:
    worst = sorted(tests, key=lambda test: (-test["ratios"][JUDGED], test["number"]))
    title = f"p-values of null model {null_model} where nobody is together"
    lines = [_line(store, test) for test in worst]
    return Panel(
        null_model=null_model,
        drawing=qq_plot(title, lines, JUDGED, largest_ratio),
        labelled=worst[:MOST_LABELLED],
        n_grey=max(len(worst) - MOST_LABELLED, 0),
    )


def _line(store: Store, test: Row) -> QQLine:
    names = ("trace", "window_s", "null_model", "jitter_s")
    points = store.rows(POINTS, **{name: test[name] for name in names})
    return QQLine(
        number=test["number"],
        refused=test["verdict"] == "refused",
        points=[(point["uniform"], point["p_value"]) for point in points],
    )


def _drawn(tests: Sequence[Row]) -> list[Row]:
    """Return one test per null model, trace and window, of those that were decided.

    Too few pairs to decide are too few for a line: it would be noise, and look worse
    than what is refused.
    """
    tried: dict[tuple[Any, ...], list[Row]] = {}
    for test in tests:
        if test["verdict"] != "insufficient":
            key = test["null_model"], test["trace"], test["window_s"]
            tried.setdefault(key, []).append(test)
    return [_used(stretches) for stretches in tried.values()]


def _used(stretches: Sequence[Row]) -> Row:
    """Return the longest stretch that passes, as the run does, or the last resort."""
    passing = [test for test in stretches if test["verdict"] == "passed"]
    return max(passing, key=_length) if passing else min(stretches, key=_length)


def _length(test: Row) -> float:
    """Return a stretch in seconds; a whole life is longer than any."""
    return test["jitter_s"] or math.inf
