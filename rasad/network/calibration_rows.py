"""Rows of tables `calibration` and `calibration_quantile`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.network.calibration import ALPHAS, JUDGED, Checked

BINS = 100
"""Classes of the histogram of p-values behind a QQ plot."""


def calibration_rows(
    run_id: str, trace: str, checked: list[Checked], largest_ratio: float
) -> list[dict[str, Any]]:
    """Return the rows of table `calibration` for one trace."""
    return [
        {
            "run_id": run_id,
            "trace": trace,
            "window_s": one.window_s,
            "null_model": one.null_model,
            "jitter_s": one.stretch_s,
            "alpha": alpha,
            "n_pairs": len(one.p_values),
            "observed": one.observed(alpha),
            "expected": one.expected(alpha),
            "ratio": one.observed(alpha) / max(one.expected(alpha), 1e-300),
            "verdict": one.verdict(largest_ratio),
        }
        for one in checked
        for alpha in ALPHAS
    ]


def quantile_rows(
    run_id: str, trace: str, checked: list[Checked], largest_ratio: float
) -> list[dict[str, Any]]:
    """Return the rows of table `calibration_quantile`: points of the QQ plots."""
    return [
        {
            "run_id": run_id,
            "trace": trace,
            "window_s": one.window_s,
            "null_model": one.null_model,
            "jitter_s": one.stretch_s,
            "uniform": level,
            "p_value": float(value),
        }
        for one in checked
        for level, value in _quantiles(one.p_values, largest_ratio)
    ]


def _quantiles(
    p_values: NDArray[np.float64], largest_ratio: float
) -> list[tuple[float, float]]:
    """Return points of a QQ plot, evenly spread over the logarithm.

    Those that decide are among them, so that a line crosses the gate's limit exactly
    where the gate refuses.
    """
    n = len(p_values)
    if n == 0:
        return []
    last = int(largest_ratio * JUDGED * n)
    spread = np.geomspace(1, n, BINS).round().astype(np.int64)
    ranks = np.unique(np.clip([*spread, last, last + 1], 1, n))
    ordered = np.sort(p_values)
    return [(float(rank / (n + 1)), float(ordered[rank - 1])) for rank in ranks]
