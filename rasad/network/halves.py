"""Objects in two halves: groups are found on one and confirmed on the other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rasad.extend import TraceActions
from rasad.kernels.measures import DAY_US
from rasad.network.coaction import Coactions

Both = tuple[NDArray[np.int32], NDArray[np.int32]]
"""Account codes of the two sides of pairs."""


@dataclass(frozen=True, kw_only=True)
class TracePairs:
    """One trace, ready for tests of pairs and groups.

    Parameters
    ----------
    number : int
        Place of the trace among those of the run.
    actions : TraceActions
        First actions of everybody, with tempo in the strata.
    windows_s : tuple of int
        Windows that were computed.
    stretches_s : tuple of int
        Stretch of null model T in each window.
    pairs, several : tuples of (int32 array, int32 array)
        For each window, the pairs of eligible accounts that co-act in it, and those
        that do so on two test objects or more.
    half : bool array
        For each action, whether its test object belongs to the half on which groups
        are found.
    """

    number: int
    actions: TraceActions
    windows_s: tuple[int, ...]
    stretches_s: tuple[int, ...]
    pairs: tuple[Both, ...]
    several: tuple[Both, ...]
    half: NDArray[np.bool_]

    def part(self, finding: bool) -> TraceActions:
        """Return the actions on the objects of one half."""
        kept = self.half if finding else ~self.half
        return restrict(self.actions, kept)


def testable_pairs(
    coactions: Coactions, eligible: NDArray[np.bool_]
) -> tuple[tuple[Both, ...], tuple[Both, ...]]:
    """Return `pairs` and `several` of counted co-actions, per window."""
    pairs, several = [], []
    for place in range(coactions.n_windows):
        at = coactions.window_slice(place)
        first, second = coactions.account_a[at], coactions.account_b[at]
        able = eligible[first] & eligible[second]
        often = able & (coactions.n_first[at] >= 2)
        pairs.append((first[able], second[able]))
        several.append((first[often], second[often]))
    return tuple(pairs), tuple(several)


def restrict(actions: TraceActions, kept: NDArray[np.bool_]) -> TraceActions:
    """Return some of the actions, in the same order."""
    return replace(
        actions,
        account=actions.account[kept],
        object=actions.object[kept],
        time_us=actions.time_us[kept],
    )


def split(
    hashes: NDArray[np.uint64], time_us: NDArray[np.int64], daily: bool
) -> NDArray[np.bool_]:
    """Say which actions belong to the half on which groups are found.

    Parameters
    ----------
    hashes : uint64 array
        A hash of each action's object, whatever else the case holds.
    time_us : int64 array
        Its time.
    daily : bool
        Whether an object counts anew on each UTC day.

    Notes
    -----
    The last step of SplitMix64 (Steele, Lea and Flood 2014) mixes the day into the
    hash.

    Examples
    --------
    >>> hashes = np.arange(1000, dtype=np.uint64)
    >>> halves = split(hashes, np.zeros(1000, np.int64), daily=False)
    >>> bool(400 < halves.sum() < 600)
    True
    """
    mixed = hashes.copy()
    if daily:
        mixed += (time_us // DAY_US).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    return np.asarray((mixed >> np.uint64(63)).astype(np.bool_))
