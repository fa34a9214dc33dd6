"""Series in which no outage is looked for, and why not."""

from __future__ import annotations

from collections.abc import Sequence

from rasad.connectivity.series import WATCHED, Reading, Series

REASONS: dict[Reading, str] = {
    "latency": "it is measured of what still answers: it rises in a jam, and in a "
    "shutdown there is nothing left to measure, so that neither way tells an outage",
    "listed": "a filter answers for more names when it grows and when more names are "
    "asked of it, and nobody else counts the same, so that no rise tells a block",
}
"""Why a reading is drawn and not judged."""


def unjudged(series: Sequence[Series]) -> list[Series]:
    """Return the series that were read and in which no outage is looked for."""
    return [one for one in series if one.reading not in WATCHED]


def notes_of_unjudged(series: Sequence[Series]) -> list[str]:
    """Say of each such reading how many series have it, and why it is not judged.

    Examples
    --------
    >>> import numpy as np
    >>> one = Series("CN", "", "gfwatch", "names", "listed", 1, np.arange(2),
    ...     np.ones(2))
    >>> notes_of_unjudged([one])[0][:56]
    'no outage is looked for in names (listed, 1 series): a f'
    """
    found = []
    for reading in REASONS:
        alike = [one for one in series if one.reading == reading]
        if alike:
            metrics = ", ".join(sorted({one.metric for one in alike}))
            found.append(
                f"no outage is looked for in {metrics} ({reading}, {len(alike):,} "
                f"series): {REASONS[reading]}."
            )
    return found
