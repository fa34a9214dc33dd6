"""What two partitions tell about each other, and what they would by chance alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlogy

from rasad.evaluate.contest import Codes, Real

BLOCK = 1 << 20
"""Terms of the expectation that are summed at a time; 8 bytes each, ten arrays."""


@dataclass(frozen=True, kw_only=True)
class Overlaps:
    """How often a class and a cluster meet; only those that do.

    Parameters
    ----------
    klass, cluster, count : int64 arrays
        Place of a class in `classes`, of a cluster in `clusters`, and how many members
        they share, one entry per pair that shares any.
    classes, clusters : int64 arrays
        Sizes.
    """

    klass: Codes
    cluster: Codes
    count: Codes
    classes: Codes
    clusters: Codes

    @property
    def n(self) -> int:
        """How many members there are in all."""
        return int(self.classes.sum())

    @property
    def same(self) -> bool:
        """Whether both partitions are the same but for the names."""
        return len(self.count) == len(self.classes) == len(self.clusters)


def overlaps(truth: Codes, found: Codes) -> Overlaps:
    """Count how often each class and each cluster meet.

    Parameters
    ----------
    truth, found : int64 arrays of (n,)
        Class and cluster of each member; any numbers.

    Examples
    --------
    >>> overlaps(np.array([7, 7, 8]), np.array([0, 1, 1])).count.tolist()
    [1, 1, 1]
    """
    _, klass, classes = np.unique(truth, return_inverse=True, return_counts=True)
    _, cluster, clusters = np.unique(found, return_inverse=True, return_counts=True)
    width = max(len(clusters), 1)
    pair, count = np.unique(klass * width + cluster, return_counts=True)
    return Overlaps(
        klass=pair // width,
        cluster=pair % width,
        count=count,
        classes=classes,
        clusters=clusters,
    )


def entropy(sizes: Codes) -> float:
    """Return the entropy of a partition in nats.

    Examples
    --------
    >>> round(entropy(np.array([1, 1])), 4), entropy(np.array([5]))
    (0.6931, 0.0)
    """
    share = sizes / max(sizes.sum(), 1)
    return float(np.maximum(-xlogy(share, share).sum(), 0.0))


def mutual_information(table: Overlaps) -> float:
    """Return how many nats one partition tells about the other.

    Notes
    -----
    Sum over pairs that meet of n_ij / n log(n n_ij / (a_i b_j)).
    """
    together = table.count / max(table.n, 1)
    a, b = table.classes[table.klass], table.clusters[table.cluster]
    ratio = np.log(table.count) + np.log(max(table.n, 1)) - np.log(a) - np.log(b)
    return float(np.maximum((together * ratio).sum(), 0.0))


def expected_mutual_information(classes: Codes, clusters: Codes) -> float:
    """Return the mean mutual information of partitions with these sizes, in nats.

    Parameters
    ----------
    classes, clusters : int64 arrays
        Sizes, which sum to the same n.

    Notes
    -----
    Vinh, Epps and Bailey (2010), equation 24a: where members are dealt at random, the
    overlap of a class of a and a cluster of b is hypergeometric, so the mean is

        sum over i, j, m of  m / n  log(n m / (a_i b_j))  P(m),
        P(m) = a! b! (n - a)! (n - b)! / (n! m! (a - m)! (b - m)! (n - a - b + m)!),

    m from max(1, a + b - n) to min(a, b). Equal sizes have equal terms, so each pair of
    different sizes is summed once and counted as often as it occurs.

    Examples
    --------
    >>> round(expected_mutual_information(np.array([2, 2]), np.array([2, 2])), 6)
    0.231049
    """
    n = int(classes.sum())
    a, often_a = np.unique(classes, return_counts=True)
    b, often_b = np.unique(clusters, return_counts=True)
    one, other = (each.ravel() for each in np.meshgrid(a, b, indexing="ij"))
    often = np.outer(often_a, often_b).ravel().astype(np.float64)
    total = 0.0
    for some in _blocks(np.minimum(one, other)):
        total += _terms(one[some], other[some], often[some], n)
    return total


def _blocks(length: Codes) -> Iterator[slice]:
    """Yield runs of pairs with about `BLOCK` terms together, at least one pair each."""
    total, begin = np.cumsum(length), 0
    while begin < len(length):
        done = int(total[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(total, done + BLOCK, "right")), begin + 1)
        yield slice(begin, end)
        begin = end


def _terms(a: Codes, b: Codes, often: Real, n: int) -> float:
    low = np.maximum(1, a + b - n)
    length = np.minimum(a, b) - low + 1
    start = np.repeat(low - (np.cumsum(length) - length), length)
    m = (start + np.arange(len(start))).astype(np.float64)
    constant = np.repeat(_log_of_sizes(a, b, n), length)
    a, b = np.repeat(a, length), np.repeat(b, length)
    log_chance = constant - (
        gammaln(m + 1)
        + gammaln(a - m + 1)
        + gammaln(b - m + 1)
        + gammaln(n - a - b + m + 1)
    )
    told = m / n * (np.log(m) + np.log(n) - np.log(a) - np.log(b))
    return float((np.repeat(often, length) * told * np.exp(log_chance)).sum())


def _log_of_sizes(a: Codes, b: Codes, n: int) -> Real:
    logs = gammaln(a + 1) + gammaln(b + 1) + gammaln(n - a + 1) + gammaln(n - b + 1)
    return np.asarray(logs - gammaln(n + 1), np.float64)
