"""Who acts on the same things close in time: gaps, shared objects, clusters."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from rasad.evaluate.realism.cascades import Cascades, cascades, first_actions
from rasad.evaluate.realism.sample import Distribution, Moment, Sample, sample
from rasad.evaluate.realism.view import SECOND_US, Codes, Real, Trace, View
from rasad.evaluate.realism.weighted import mean, share_from, share_within

GAP_EDGES_S = (0, 1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600)
"""Gaps between co-acting accounts are counted up to each of these seconds."""

MOST_PAIRS = 4_000_000
"""Pairs that are laid out at a time; 100 bytes each. Beyond, accounts are sampled."""

WINDOWS_S = (60, 600, 3600)
"""Windows in which shared posts are counted."""

CLUSTER_S = 600
CLUSTER_OBJECTS = 2
"""Objects that two accounts share within ten minutes if they are neighbours."""


def joint_gaps(view: View) -> Sample:
    """Return the gaps of up to an hour between accounts that reposted the same post.

    Values are the edges of `GAP_EDGES_S`, each with the pairs whose gap is above the
    edge before and not above it.
    """
    found = cascades(view)
    edges = [edge for edge in GAP_EDGES_S if edge * SECOND_US % view.grain_us == 0]
    counts = [_pairs_within(found, edge) for edge in edges]
    between = np.diff(np.array(counts), axis=0, prepend=0)
    n = between.shape[1]
    values = np.repeat(np.array(edges, np.float64), n)
    mass = between.reshape(-1).astype(np.float64)
    seen = mass > 0
    return sample(
        values[seen], np.tile(np.arange(n), len(edges))[seen], mass=mass[seen]
    )


def _pairs_within(found: Cascades, window_s: float) -> Codes:
    """Return for each object how many pairs of accounts are that close."""
    earlier = earlier_within(found.object, found.delay_s, window_s)
    return np.asarray(np.bincount(found.object, earlier), np.int64)


def earlier_within(unit: Codes, time_s: Real, window_s: float) -> Codes:
    """Return how many rows of the same unit come before each within the window.

    Rows stand by unit and time; equal times count for the later row.
    """
    if not len(unit):
        return np.zeros(0, np.int64)
    time_ms = np.rint((time_s - time_s.min()) * 1000).astype(np.int64)
    window_ms = int(window_s * 1000)
    # One long line of time, with units so far apart that no window reaches over.
    line = time_ms + unit * (time_ms.max() + window_ms + 1)
    first = np.searchsorted(line, line - window_ms, "left")
    return np.asarray(np.arange(len(line)) - first, np.int64)


def shared_objects(view: View, window_s: float) -> Sample:
    """Return how many posts each pair of accounts reposted within the window.

    Only pairs with at least one are seen. Both accounts are sources of a pair's value.
    """
    one, two, counts = pairs(view, window_s)
    return sample(counts, view.person[one], view.person[two])


def pairs(view: View, window_s: float) -> tuple[Codes, Codes, Codes]:
    """Return pairs of account codes and the objects they share within a window.

    First actions count. Where there are more than `MOST_PAIRS` pairs, accounts are
    sampled until there are not; the same accounts for the same view.
    """
    trace = first_actions(view.traces["repost"])
    left = np.random.default_rng(MOST_PAIRS).permutation(view.n_accounts)
    while True:
        earlier = earlier_within(trace.object, trace.time_us / SECOND_US, window_s)
        if earlier.sum() <= MOST_PAIRS:
            return _counted(trace, earlier, view.n_accounts)
        left = left[: len(left) // 2]
        trace = trace.at(np.isin(trace.account, left))


def _counted(trace: Trace, earlier: Codes, n: int) -> tuple[Codes, Codes, Codes]:
    later = np.repeat(np.arange(len(earlier)), earlier)
    step = np.arange(len(later)) - np.repeat(np.cumsum(earlier) - earlier, earlier)
    one, two = trace.account[later], trace.account[later - 1 - step]
    key = np.minimum(one, two) * n + np.maximum(one, two)
    found, counts = np.unique(key, return_counts=True)
    low, high = np.divmod(found, max(n, 1))
    return low, high, counts


def clusters(view: View) -> Sample:
    """Return the size of the cluster that each account that reposted belongs to.

    Accounts that share two posts within ten minutes are neighbours, and a cluster is
    whoever can be reached; whoever has no neighbour is a cluster of one.
    """
    active = np.unique(view.traces["repost"].account)
    one, two, counts = pairs(view, CLUSTER_S)
    close = counts >= CLUSTER_OBJECTS
    n = view.n_accounts
    links = coo_array((np.ones(close.sum()), (one[close], two[close])), shape=(n, n))
    label = connected_components(links, directed=False)[1]
    size = np.bincount(label, minlength=1)
    return sample(size[label[active]], view.person[active])


TOGETHER = (
    Distribution(
        name="joint_gap",
        title="time between two accounts that reposted the same post, up to an hour",
        unit="s",
        drawn="reposted posts",
        take=joint_gaps,
        needs=("objects", "audience"),
        log=True,
    ),
    *(
        Distribution(
            name=f"shared_{window_s}",
            title=f"posts that two accounts both reposted within {window_s} s, if any",
            unit="posts",
            drawn="accounts",
            take=partial(shared_objects, window_s=window_s),
            needs=("objects", "audience", "every_object"),
            log=True,
        )
        for window_s in WINDOWS_S
    ),
    Distribution(
        name="cluster",
        title="accounts in an account's cluster: two posts shared within ten minutes",
        unit="accounts",
        drawn="accounts",
        take=clusters,
        needs=("objects", "audience", "every_object"),
        log=True,
    ),
)

TOGETHER_MOMENTS = (
    Moment(
        name="joint_1_in_10_min",
        title="Of co-reposts within ten minutes, share within one",
        unit="share",
        of="joint_gap",
        statistic=share_within(61, CLUSTER_S + 1),
    ),
    Moment(
        name="joint_10_min_in_1_h",
        title="Of co-reposts within an hour, share within ten minutes",
        unit="share",
        of="joint_gap",
        statistic=share_within(CLUSTER_S + 1, 3601),
    ),
    *(
        Moment(
            name=f"shared_{least}_within_{window_s}_s",
            title=f"Of pairs that co-reposted within {window_s} s, share with {least} "
            "posts or more",
            unit="share",
            of=f"shared_{window_s}",
            statistic=share_from(least),
        )
        for window_s in WINDOWS_S
        for least in (2, 3)
    ),
    Moment(
        name="clustered",
        title="Share of accounts that repost in a cluster of three or more",
        unit="share",
        of="cluster",
        statistic=share_from(3),
    ),
    Moment(
        name="cluster_size",
        title="Size of the cluster of an account that reposts, mean",
        unit="accounts",
        of="cluster",
        statistic=mean,
    ),
)
