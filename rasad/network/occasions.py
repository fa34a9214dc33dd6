"""Occasions: traces and windows on the half on which groups are confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.extend import TraceActions
from rasad.network.halves import TracePairs
from rasad.network.matching import Alike
from rasad.network.pair_tests import UNUSED, timing_model
from rasad.null_models.timing import ChosenPairs

Likely = Mapping[int, ChosenPairs]
"""By trace, pairs of the half that finds, and how likely each is no ordinary one."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One trace and window on the half on which groups are confirmed.

    Parameters
    ----------
    trace, name, window_s
        Which one.
    timing_used : bool
        Whether null model T is used here.
    actions : TraceActions
        First actions on objects of several: nobody is close to another elsewhere.
    alike : Alike
        Who could stand for whom, by all that they did.
    pairs : ChosenPairs
        Pairs that may be no ordinary ones.
    cell : int32 array
        Cell of each action in null model T.
    cell_begin, cell_unit : int32 arrays
        Where each cell's actions begin, and where the last one's end; its object.
    base, tempo, shrinkage
        What T says of cells and strata, see `FittedTiming`.
    """

    trace: int
    name: str
    window_s: int
    timing_used: bool
    actions: TraceActions
    alike: Alike
    pairs: ChosenPairs
    cell: NDArray[np.int32]
    cell_begin: NDArray[np.int32]
    cell_unit: NDArray[np.int32]
    base: NDArray[np.float64]
    tempo: NDArray[np.float64]
    shrinkage: float


def occasions(
    traces: Sequence[TracePairs],
    trusted: frozenset[tuple[int, int]],
    likely: Likely,
    settings: Settings,
) -> list[Occasion]:
    """Fit null model T on the held-out half, for every trusted short window.

    Parameters
    ----------
    traces : sequence of TracePairs
        The traces of a run.
    trusted : set of (trace, window)
        Tests that the calibration gate let pass.
    likely : mapping
        Pairs that are left out of the background, as far as the half that finds says
        they are no ordinary ones: what is tested must not choose its own background.
    settings : Settings
        Settings of the null.
    """
    longest = settings.validation.longest_window_s
    found = []
    for trace in traces:
        places = [
            place
            for place, window in enumerate(trace.windows_s)
            if window <= longest and (trace.number, window) in trusted
        ]
        if places:
            alike = Alike.of(trace.confirming)
            pairs = likely[trace.number]
            found += [_occasion(trace, at, pairs, alike, settings) for at in places]
    return found


def _occasion(
    trace: TracePairs,
    place: int,
    pairs: ChosenPairs,
    alike: Alike,
    settings: Settings,
) -> Occasion:
    actions = trace.confirming
    window_s, stretch_s = trace.windows_s[place], trace.stretches_s[place]
    timed = timing_model(settings, stretch_s).fit(actions, window_s, pairs)
    begin, cell = timed.cells.begin, timed.cells.cell
    return Occasion(
        trace=trace.number,
        name=trace.name,
        window_s=window_s,
        timing_used=stretch_s != UNUSED,
        actions=actions.shared,
        alike=alike,
        pairs=pairs,
        cell=cell.astype(np.int32),
        cell_begin=np.r_[begin, len(cell)].astype(np.int32),
        cell_unit=timed.actions.object[begin],
        base=timed.base,
        tempo=timed.tempo,
        shrinkage=timed.shrinkage,
    )
