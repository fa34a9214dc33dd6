"""From the actions of one trace to the counts of every co-acting pair.

The typed layer over `rasad.kernels.coaction`: it decides by stated rules what is left
out when co-actions would explode, spreads the accounts over threads and puts the
results together in an order that no thread can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasad.extend import Progress, no_progress
from rasad.kernels.pruning import mark_near
from rasad.network.actions import (
    SECOND_US,
    Actions,
    count_shared_units,
    n_codes,
    sort_actions,
)
from rasad.network.capping import gap_histogram, pairs_up_to, thinned
from rasad.network.known_pairs import KnownPairs
from rasad.network.pruning import live_actions
from rasad.network.row_index import indexed
from rasad.network.sweep import MEASURES, Block, found_pairs, swept

__all__ = [
    "Actions",
    "Coactions",
    "Limits",
    "count_coactions",
    "count_shared_units",
    "sort_actions",
]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is counted at most in one trace, inside its longest window.

    Parameters
    ----------
    untested_pairs : int
        Co-actions above which accounts that cannot be tested are dropped.
    pairs : int
        Pairs that are listed at most.
    co_actions : int
        Co-actions that are walked at most.
    """

    untested_pairs: int = 5_000_000
    pairs: int = 5_000_000
    co_actions: int = 2_000_000_000


@dataclass(frozen=True, kw_only=True)
class Coactions:
    """Every co-acting pair in every window, sorted by (window, a, b).

    The first thirteen arrays have one entry per pair and window in which it co-acts;
    table `edge` says what they mean.

    Parameters
    ----------
    window_s : ndarray of int32
        Window, seconds.
    account_a, account_b : ndarray of int32
        Account codes, a below b.
    n_objects, n_first, n_posts_a, n_posts_b : ndarray of int32
        Distinct objects, units by first actions, distinct posts on either side.
    n_pairs, n_a_first, n_b_first : ndarray of int64
        Post pairs; those in which a, or b, acted strictly earlier.
    first_us, last_us : ndarray of int64
        Earliest and latest action of a post pair.
    median_gap_us : ndarray of float64
        Median gap of the post pairs, microseconds.
    windows_s : tuple of int
        The ladder that was asked for.
    gap_edges_s, gap_counts : ndarray of int64
        Histogram of gaps: `gap_counts[i]` post pairs of different accounts lie above
        edge i seconds (the first bin includes it) and up to edge i + 1. It counts all
        accounts and objects, also those left out of the pairs.
    untested_left_out : bool
        Accounts that are not eligible were dropped before pairs were made.
    single_left_out : bool
        Pairs that share a single object inside a window are not listed there.
    n_capped_objects : int
        Objects that were thinned.
    n_pairs_lost : int
        Co-actions inside the longest window lost by thinning, exactly.
    n_recounted : int
        Accounts whose pairs were counted; those of the others were known.
    """

    window_s: NDArray[np.int32]
    account_a: NDArray[np.int32]
    account_b: NDArray[np.int32]
    n_objects: NDArray[np.int32]
    n_first: NDArray[np.int32]
    n_posts_a: NDArray[np.int32]
    n_posts_b: NDArray[np.int32]
    n_pairs: NDArray[np.int64]
    first_us: NDArray[np.int64]
    last_us: NDArray[np.int64]
    median_gap_us: NDArray[np.float64]
    n_a_first: NDArray[np.int64]
    n_b_first: NDArray[np.int64]
    windows_s: tuple[int, ...]
    gap_edges_s: NDArray[np.int64]
    gap_counts: NDArray[np.int64]
    untested_left_out: bool
    single_left_out: bool
    n_capped_objects: int
    n_pairs_lost: int
    n_recounted: int

    def __len__(self) -> int:
        return len(self.window_s)

    @property
    def pairs(self) -> dict[str, NDArray[Any]]:
        """Return `window_s` and every measure of the pairs, for a cache."""
        return {name: getattr(self, name) for name in ("window_s", *MEASURES)}

    def answers(self, daily: bool) -> dict[str, Any] | None:
        """Say what the counts answer; None where sampling makes them answer nothing."""
        least = 2 if self.single_left_out else 1
        if self.n_capped_objects:
            return None
        return question(self.windows_s, least, self.untested_left_out, daily)

    @property
    def n_windows(self) -> int:
        """Windows of the ladder, also those in which nobody co-acts."""
        return len(self.windows_s)

    def window_slice(self, place: int) -> slice:
        """Return where the pairs of a window are; `place` counts in the ladder."""
        if not self.windows_s:
            return slice(0, 0)
        window = self.windows_s[place]
        begin, end = np.searchsorted(self.window_s, [window, window + 1])
        return slice(int(begin), int(end))


def count_coactions(
    actions: Actions,
    windows_s: Sequence[int],
    *,
    eligible: NDArray[np.bool_],
    account_hash: NDArray[np.uint64],
    threads: int = 1,
    limits: Limits | None = None,
    known: KnownPairs | None = None,
    progress: Progress = no_progress,
) -> Coactions:
    """Count the co-actions of every pair of accounts in a ladder of windows.

    The result is exact, and the same for any number of threads. Time grows with the
    co-actions inside the longest window, and memory with the pairs that are listed, so
    both are counted first, without making any. Where there are too many, in this order:

    1. above `limits.untested_pairs` co-actions (or `limits.pairs`, if that is smaller),
       the actions of accounts that are not eligible are dropped. Pairs of eligible
       accounts keep their exact counts.
    2. above `limits.pairs`, pairs that share a single object inside a window are not
       listed there. One shared object never makes a pair stand out. All other pairs
       keep their exact counts.
    3. If more than `limits.pairs` share two objects or more, or there are more than
       `limits.co_actions` to walk, the most crowded objects are thinned instead, until
       about `limits.pairs` co-actions are left: with c the largest number for which
       the sum over objects of min(co-actions, c) is at most that, an object with P > c
       co-actions keeps the accounts whose hash is below sqrt(c / P) of 2**64. Counts of
       pairs on these objects are then lower bounds. By chance more may stay.

    Parameters
    ----------
    actions : Actions
        Actions of one trace.
    windows_s : sequence of int
        Windows in seconds, positive, ascending; none gives an empty result.
    eligible : ndarray of bool, shape (n_accounts,)
        Accounts that can be tested.
    account_hash : ndarray of uint64, shape (n_accounts,)
        A hash of each account's id, evenly spread.
    threads : int
        Threads to use.
    limits : Limits, optional
        When to leave something out.
    known : KnownPairs, optional
        Counts of accounts that did not change since; the others are counted anew. The
        result is the same as without.
    progress : callable
        Called with stage, steps done and all steps as parts finish, from this thread.

    Returns
    -------
    Coactions

    Raises
    ------
    ValueError
        If the windows do not ascend or the arrays per account do not cover all codes.

    Examples
    --------
    Two accounts use one object three seconds apart.

    >>> column = np.array
    >>> actions = sort_actions(
    ...     column([0, 1]), column([0, 0]), column([0, 3_000_000]), None,
    ...     long_lived=False,
    ... )
    >>> edges = count_coactions(
    ...     actions,
    ...     (1, 10),
    ...     eligible=np.array([True, True]),
    ...     account_hash=np.array([1, 2], np.uint64),
    ... )
    >>> edges.window_s.tolist(), edges.n_objects.tolist(), edges.median_gap_us.tolist()
    ([10], [1], [3000000.0])
    """
    _check_request(actions, windows_s, eligible, account_hash)
    longest_s = max(windows_s, default=0)
    edges, counts = gap_histogram(actions, longest_s)
    asked = _Asked(windows_s, account_hash, threads, limits or Limits())
    left = _left_in(actions, eligible, int(counts.sum()), asked)
    fits = known is not None and known.asked == left.asked(windows_s)
    return Coactions(
        **_measured(left, asked, known if fits else None, progress),
        windows_s=tuple(windows_s),
        gap_edges_s=edges,
        gap_counts=counts,
        untested_left_out=left.untested_left_out,
        single_left_out=left.least > 1,
        n_capped_objects=left.n_capped,
        n_pairs_lost=left.n_lost,
        n_recounted=int(known.changed.sum()) if fits and known else len(eligible),
    )


def _check_request(
    actions: Actions,
    windows_s: Sequence[int],
    eligible: NDArray[np.bool_],
    account_hash: NDArray[np.uint64],
) -> None:
    if list(windows_s) != sorted(set(windows_s)) or min(windows_s, default=0) < 0:
        raise ValueError("windows_s must ascend and not be negative")
    if eligible.dtype != np.bool_ or account_hash.dtype != np.uint64:
        raise ValueError("eligible must be bool and account_hash uint64")
    if not n_codes(actions.account) <= len(eligible) == len(account_hash):
        raise ValueError("eligible and account_hash need one entry per account")


@dataclass(frozen=True)
class _Asked:
    windows_s: Sequence[int]
    account_hash: NDArray[np.uint64]
    threads: int
    limits: Limits

    @property
    def longest_us(self) -> int:
        return max(self.windows_s, default=0) * SECOND_US


@dataclass(frozen=True, kw_only=True)
class _LeftIn:
    """What is walked after the limits, and what they left out."""

    actions: Actions
    least: int = 1
    untested_left_out: bool
    n_capped: int = 0
    n_lost: int = 0

    def asked(self, windows_s: Sequence[int]) -> dict[str, Any]:
        """Say what the counts answer; sampled objects answer nothing twice."""
        return question(
            windows_s, self.least, self.untested_left_out, self.actions.daily
        ) | ({"sampled": True} if self.n_capped else {})


def _left_in(
    actions: Actions, eligible: NDArray[np.bool_], co_actions: int, asked: _Asked
) -> _LeftIn:
    """Apply the limits in their order."""
    most, longest_us = asked.limits.pairs, asked.longest_us
    untested = co_actions > min(asked.limits.untested_pairs, most)
    if untested:
        actions = actions.kept(eligible[actions.account])
        co_actions = pairs_up_to(actions, [longest_us])[0]
    if co_actions <= most:
        return _LeftIn(actions=actions, untested_left_out=untested)
    if co_actions <= asked.limits.co_actions:
        live = indexed(live_actions(actions, longest_us, 2, asked.threads), longest_us)
        if found_pairs(live, 2, asked.threads, no_progress, most=most) is not None:
            return _LeftIn(actions=actions, least=2, untested_left_out=untested)
    thin, n_capped, n_lost = thinned(actions, longest_us, most, asked.account_hash)
    return _LeftIn(
        actions=thin, untested_left_out=untested, n_capped=n_capped, n_lost=n_lost
    )


def question(
    windows_s: Sequence[int], least: int, untested_left_out: bool, daily: bool
) -> dict[str, Any]:
    """Say what counts answer, apart from the actions, as plain values."""
    return {
        "windows_s": list(windows_s),
        "least": least,
        "untested_left_out": untested_left_out,
        "daily": daily,
    }


def _measured(
    left: _LeftIn, asked: _Asked, known: KnownPairs | None, progress: Progress
) -> dict[str, Any]:
    if not asked.windows_s:
        return _joined([], asked.windows_s)
    if known is None:
        return _joined(_blocks(left.actions, left, asked, progress), asked.windows_s)
    near = _near(left.actions, known.changed, asked.longest_us)
    blocks = _blocks(left.actions.kept(near), left, asked, progress)
    return _merged(_joined(blocks, asked.windows_s), known)


def _blocks(
    actions: Actions, left: _LeftIn, asked: _Asked, progress: Progress
) -> Iterator[Block]:
    windows_us = np.array(asked.windows_s, np.int64) * SECOND_US
    live = live_actions(actions, asked.longest_us, left.least, asked.threads)
    rows = indexed(live, asked.longest_us)
    return swept(rows, windows_us, left.least, asked.threads, progress)


def _near(
    actions: Actions, wanted: NDArray[np.bool_], window_us: int
) -> NDArray[np.bool_]:
    """Mark the actions that can be in a post pair of a wanted account."""
    near = np.zeros(len(actions), np.bool_)
    lists = actions.start, actions.account, actions.time_us
    mark_near(*lists, window_us, wanted, near)
    return near


def _merged(counted: dict[str, Any], known: KnownPairs) -> dict[str, Any]:
    """Put the pairs of changed accounts among those that are known."""
    changed = known.changed
    anew = changed[counted["account_a"]] | changed[counted["account_b"]]
    columns = {
        name: np.concatenate([known.columns[name], values[anew]])
        for name, values in counted.items()
    }
    by = columns["account_b"], columns["account_a"], columns["window_s"]
    order = np.lexsort(by)
    return {name: values[order] for name, values in columns.items()}


def _joined(blocks: Iterable[Block], windows_s: Sequence[int]) -> dict[str, Any]:
    """Join the blocks of each window, letting go of each measure when it is joined."""
    parts = list(blocks)
    counts = [sum(len(b[w]["n_pairs"]) for b in parts) for w in range(len(windows_s))]
    columns: dict[str, Any] = {
        "window_s": np.repeat(np.array(windows_s, np.int32), counts)
    }
    for name, (_, dtype) in MEASURES.items():
        pieces = [b[w].pop(name) for w in range(len(windows_s)) for b in parts]
        columns[name] = np.concatenate([np.empty(0, dtype), *pieces])
    return columns
