"""Posts in two halves: groups are found on one and confirmed on the other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.extend import TraceActions
from rasad.kernels.measures import DAY_US
from rasad.network.actions import Actions
from rasad.network.coaction import Coactions, Limits, count_coactions

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: its multiples spread evenly."""

Both = tuple[NDArray[np.int32], NDArray[np.int32]]
"""Account codes of the two sides of pairs."""


@dataclass(frozen=True, kw_only=True)
class TracePairs:
    """One trace, ready for tests of pairs and groups.

    Parameters
    ----------
    number : int
        Place of the trace among those of the run.
    name : str
        Its name.
    actions : TraceActions
        First actions of everybody, with tempo in the strata.
    windows_s : tuple of int
        Windows that were computed.
    stretches_s : tuple of int
        Stretch of null model T in each window.
    pairs, several : tuples of (int32 array, int32 array)
        For each window, the pairs of eligible accounts that co-act in it, and those
        that do so on two test objects or more.
    post : uint64 array
        A hash of each action's post, the same in every trace.
    half : bool array
        For each action, whether its post belongs to the half on which groups are found.
    """

    number: int
    name: str
    actions: TraceActions
    windows_s: tuple[int, ...]
    stretches_s: tuple[int, ...]
    pairs: tuple[Both, ...]
    several: tuple[Both, ...]
    post: NDArray[np.uint64]
    half: NDArray[np.bool_]

    @cached_property
    def finding(self) -> TraceActions:
        """The actions of the half on which groups are found."""
        return self.actions.where(self.half)

    @cached_property
    def confirming(self) -> TraceActions:
        """The actions of the half on which groups are confirmed."""
        return self.actions.where(~self.half)

    def case_alone(self) -> TracePairs:
        """Return what the case did, as if there were no reference crowd."""
        reference = self.actions.reference
        if reference is None:
            return self
        return self._part(self.actions.tested, ~reference)

    def crowd_alone(self, eligible: NDArray[np.bool_]) -> TracePairs:
        """Return what a reference crowd did, as if nothing else were there.

        Parameters
        ----------
        eligible : bool array
            Who of it could be tested.
        """
        reference = self.actions.reference
        if reference is None:
            return self
        crowd = replace(self.actions.crowd, eligible=eligible & reference)
        return self._part(crowd, reference)

    def _part(self, actions: TraceActions, who: NDArray[np.bool_]) -> TracePairs:
        """Return what some accounts did, whose actions are given."""
        kept = who[self.actions.account]
        return replace(
            self,
            actions=actions,
            pairs=tuple(_inside(pairs, who) for pairs in self.pairs),
            several=tuple(_inside(pairs, who) for pairs in self.several),
            post=self.post[kept],
            half=self.half[kept],
        )


def _inside(pairs: Both, kept: NDArray[np.bool_]) -> Both:
    first, second = pairs
    inside = kept[first] & kept[second]
    return first[inside], second[inside]


def co_acting(
    actions: Actions,
    windows: Sequence[int],
    eligible: NDArray[np.bool_],
    hashes: NDArray[np.uint64],
    settings: Settings,
    threads: int,
) -> tuple[tuple[Both, ...], tuple[Both, ...]]:
    """Count co-actions of those who can be tested; return `pairs` and `several`.

    Parameters
    ----------
    actions : Actions
        Their actions, sorted.
    windows : sequence of int
        The windows.
    eligible : bool array
        Who can be tested; pairs with anybody else are left out.
    hashes : uint64 array
        A hash of each account's id.
    settings, threads
        All settings; threads to use.
    """
    chosen = settings.coaction
    counted = count_coactions(
        actions,
        windows,
        threads=threads,
        eligible=eligible,
        account_hash=hashes,
        limits=Limits(
            untested_pairs=0, pairs=chosen.max_pairs, co_actions=chosen.max_co_actions
        ),
    )
    return testable_pairs(counted, eligible)


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


@dataclass
class PostHalves:
    """Which posts belong to the half on which groups are found, over all traces.

    One post can feed several traces and several objects: a link, a text, three tags.
    Were halves drawn object by object, the same two posts could find a group on one
    half and confirm it on the other.

    Parameters
    ----------
    post : uint64 array
        Hashes of the posts seen so far, ascending.
    finding : bool array
        Whether each belongs to the half on which groups are found.
    """

    post: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    finding: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    def add(self, post: NDArray[np.uint64], unit: NDArray[np.uint64]) -> None:
        """Give the posts of a trace that were in none before a half.

        Parameters
        ----------
        post : uint64 array
            A hash of each action's post.
        unit : uint64 array
            A hash of its test object, as `unit_hashes` gives it.

        Notes
        -----
        A post goes where the smallest hash among its test objects goes, in the first
        trace that it occurs in, and stays there in all others. Posts on one object fall
        on one half; of posts with several, most of those that share them do.

        Examples
        --------
        >>> halves = PostHalves()
        >>> post = np.arange(1000, dtype=np.uint64)
        >>> halves.add(post, unit_hashes(post, post.astype(np.int64), False))
        >>> bool(400 < halves.of(post).sum() < 600)
        True
        """
        posts, place = np.unique(post, return_inverse=True)
        lowest = np.full(len(posts), np.iinfo(np.uint64).max)
        np.minimum.at(lowest, place, unit)
        finding = (lowest & np.uint64(1)).astype(np.bool_)
        # Of posts that were known the older half comes first, and stays.
        every = np.concatenate([self.post, posts])
        halves = np.concatenate([self.finding, finding])
        self.post, at = np.unique(every, return_index=True)
        self.finding = halves[at]

    def of(self, post: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Say which posts, all added before, belong to the half that finds."""
        return np.asarray(self.finding[np.searchsorted(self.post, post)])


def unit_hashes(
    hashes: NDArray[np.uint64], time_us: NDArray[np.int64], daily: bool
) -> NDArray[np.uint64]:
    """Return a hash of each action's test object.

    Parameters
    ----------
    hashes : uint64 array
        A hash of each action's object, whatever else the case holds.
    time_us : int64 array
        Its time.
    daily : bool
        Whether an object counts anew on each UTC day.
    """
    if not daily:
        return mixed(hashes)
    day = (time_us // DAY_US).astype(np.uint64)
    return mixed(hashes + day * GOLDEN)


def mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return other hashes, as independent of the given ones as can be.

    The last step of SplitMix64 (Steele, Lea and Flood 2014).
    """
    out = hashes ^ (hashes >> np.uint64(30))
    out *= np.uint64(0xBF58476D1CE4E5B9)
    out ^= out >> np.uint64(27)
    out *= np.uint64(0x94D049BB133111EB)
    return np.asarray(out ^ (out >> np.uint64(31)))


def number_of(name: str) -> int:
    """Return a number that stands for a name among the seeds of a source of chance."""
    return zlib.crc32(name.encode())
