"""The page on groups and outages: an answer per group, as one drawing per outage.

It is made from answers alone. There is no way from here to an account.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasad.charts import Svg
from rasad.charts.silence import Course, silence_chart
from rasad.connectivity.answers import Answer, Display
from rasad.connectivity.rules import BIN_US, LEAST_ACTIVE, ROUNDED, SMALLEST
from rasad.connectivity.silence import Silence
from rasad.exports.page import render
from rasad.exports.siblings import write_page

FILE = "connectivity-groups.html"


def write_connectivity_groups(
    answers: Sequence[Answer], frozen_until: str, n_suppressed: int, folder: Path
) -> Path:
    """Write what is told of groups and outages as one offline page.

    Parameters
    ----------
    answers : sequence of Answer
        One per group.
    frozen_until : str
        The cut, in words.
    n_suppressed : int
        Certified groups that are too small to be shown.
    folder : pathlib.Path
        Where it goes; must exist.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    DiskFullError
        If the disk cannot take it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = write_connectivity_groups([], "1 June", 2, Path(folder))
    ...     "2 certified groups are too small" in page.read_text(encoding="utf-8")
    True
    """
    page = render(
        "connectivity_groups.html.j2",
        answers=[_told(one) for one in answers],
        until=frozen_until,
        n_suppressed=n_suppressed,
        smallest=SMALLEST,
        least_active=LEAST_ACTIVE,
        rounded=ROUNDED,
        hour_us=BIN_US,
    )
    return write_page(page, folder / FILE)


def _told(answer: Answer) -> dict[str, Any]:
    row = answer.row()
    shown = zip(row["outages"], answer.join.silences, answer.displays, strict=True)
    outages = [
        outage | {"drawing": _drawing(silence, display), "display": display}
        for outage, silence, display in shown
    ]
    return row | {"outages": outages}


def _drawing(silence: Silence, display: Display | None) -> Svg | None:
    if display is None or silence.d1 is None:
        return None
    course = Course(
        start_us=display.start_us,
        bin_us=display.bin_us,
        group=display.group.tolist(),
        control=display.control.tolist(),
        dark_us=(silence.event.begin * BIN_US, silence.event.end * BIN_US),
    )
    return silence_chart(course, silence.placebo.tolist(), silence.d1)
