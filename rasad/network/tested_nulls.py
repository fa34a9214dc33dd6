"""Nulls of one trace, tested as the gate decided, for whole runs on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.network.calibration import NullTrace
from rasad.network.halves import TracePairs
from rasad.network.judging import Judged
from rasad.network.trace_tests import null_tests
from rasad.network.waiting import Room, Waiting
from rasad.network.window_tests import WindowTests


@dataclass(frozen=True, kw_only=True)
class TestedNull:
    """A trace of data in which nobody is together, and the tests of its windows.

    `eligible` marks who can be tested in it.
    """

    null_model: str
    number: int
    eligible: NDArray[np.bool_]
    trace: Waiting[TracePairs]
    tests: list[Waiting[WindowTests]]


def tested_null(
    null: NullTrace,
    judged: Mapping[int, Judged],
    settings: Settings,
    threads: int,
    room: Room,
) -> TestedNull:
    """Test a null in the stretches that the gate chose, and let it wait.

    Parameters
    ----------
    null : NullTrace
        The null.
    judged : mapping of int to Judged
        What the gate decided, by window.
    settings, threads
        Settings of the run; threads to use.
    room : Room
        Where it waits.
    """
    trace = null.trace
    stretches = tuple(judged[window].stretch_s for window in trace.windows_s)
    tests = []
    for fitted, stretch in zip(null.fitted, stretches, strict=True):
        one = judged[fitted.window_s]
        again = fitted.within(stretch, settings)
        counts = trace.number, again, one.trusted, threads
        tests.append(room.put(null_tests(*counts, alone=one.alone)))
    return TestedNull(
        null_model=null.null_model,
        number=trace.number,
        eligible=trace.actions.eligible,
        trace=room.put(replace(trace, stretches_s=stretches)),
        tests=tests,
    )
