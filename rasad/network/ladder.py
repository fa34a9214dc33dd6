"""Windows that the precision of times can serve."""

from __future__ import annotations

from rasad.config import Coaction
from rasad.schema import PRECISION_US

BACKGROUND_TIMES = "times of the background are no finer than"
"""Why a window is not computed that the case's own times would serve."""


def coarse_windows(precisions: dict[str, int], settings: Coaction) -> dict[int, str]:
    """Return the windows that the time precision cannot serve, with that precision.

    Examples
    --------
    >>> coarse_windows({"min": 5, "ms": 95}, Coaction())
    {10: 'min'}
    """
    total = sum(precisions.values())
    skipped = {}
    for window in settings.windows_s:
        coarser = [p for p in precisions if PRECISION_US[p] > window * 1_000_000]
        share = sum(precisions[p] for p in coarser) / total
        if share > settings.coarse_share:
            skipped[window] = max(coarser, key=lambda p: precisions[p])
    return skipped


SAME = 0
"""Window of two actions at the same stated time: where times were rounded to minutes,
those of one minute lie less than a minute apart, which those of adjacent ones may not.
"""


def ladder(precisions: dict[str, int], settings: Coaction) -> list[int]:
    """Return the windows to compute, in ascending order.

    Where most times were rounded to minutes, the same stated minute takes the place of
    the windows that are too short for them.

    Examples
    --------
    >>> ladder({"min": 95, "ms": 5}, Coaction()), ladder({"s": 9}, Coaction())
    ([0, 60, 600, 3600], [10, 60, 600, 3600])
    """
    skipped = coarse_windows(precisions, settings)
    windows = [window for window in settings.windows_s if window not in skipped]
    mostly = max(precisions, key=lambda p: precisions[p], default="us")
    return [SAME, *windows] if skipped and mostly == "min" else windows


def coarsest(precisions: dict[str, int], settings: Coaction) -> str:
    """Return the coarsest precision of more than a few times.

    Examples
    --------
    >>> coarsest({"min": 5, "s": 900, "day": 1}, Coaction())
    's'
    """
    enough = [
        precision
        for precision, n in precisions.items()
        if n > settings.coarse_share * sum(precisions.values())
    ]
    return max(enough, key=lambda precision: PRECISION_US[precision])


def served(
    case: dict[str, int], crowd: dict[str, int] | None, settings: Coaction
) -> tuple[dict[int, str], list[int]]:
    """Return the windows that times cannot serve, with the reason, and all others.

    Parameters
    ----------
    case, crowd : dict of str to int
        Times of the case, and of a reference crowd where there is one, by precision.
        A window must be served by both.
    settings : Coaction
        The windows.

    Examples
    --------
    >>> served({"s": 9}, {"min": 9}, Coaction())
    ({10: 'times of the background are no finer than min'}, [60, 600, 3600])
    """
    own = coarse_windows(case, settings)
    others = coarse_windows(crowd, settings) if crowd else {}
    reasons = {w: f"{BACKGROUND_TIMES} {p}" for w, p in others.items()}
    reasons |= {w: f"times are no finer than {p}" for w, p in own.items()}
    return reasons, [one for one in ladder(case, settings) if one not in others]
