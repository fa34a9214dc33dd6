"""How like the groups of a method are to the teams that there really are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rasad.evaluate.contest import Codes, Real
from rasad.evaluate.metrics.mutual_information import (
    Overlaps,
    entropy,
    expected_mutual_information,
    mutual_information,
    overlaps,
)
from rasad.evaluate.metrics.ranking import Bool

NAN = float("nan")
HALF = 0.5


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far a partition is the true one; each 1 for the same partition.

    Parameters
    ----------
    homogeneity : float
        1 if every cluster holds one class only.
    completeness : float
        1 if every class lies in one cluster.
    ari : float
        Adjusted Rand index: pairs judged alike, 0 on average by chance.
    ami : float
        Adjusted mutual information, 0 on average by chance.

    All are NaN where there is nothing to compare.
    """

    homogeneity: float
    completeness: float
    ari: float
    ami: float


def agreement(truth: Codes, found: Codes) -> Agreement:
    """Compare a partition with the true one.

    Parameters
    ----------
    truth, found : int64 arrays of (n,)
        Class and cluster of each account; any numbers, each its own class. See
        `partition` for accounts that belong to none.

    Notes
    -----
    Homogeneity is I / H(truth) and completeness I / H(found), each 1 where the entropy
    is nought (Rosenberg and Hirschberg 2007). ARI after Hubert and Arabie (1985). AMI
    is (I - E I) / ((H(truth) + H(found)) / 2 - E I) with the exact expectation of Vinh,
    Epps and Bailey (2010). Partitions that are the same but for the names have 1 in all
    four, where the adjusted ones would be 0 / 0 if all or none are together.

    Examples
    --------
    >>> same = agreement(np.array([0, 0, 1, 1]), np.array([5, 5, 2, 2]))
    >>> same.homogeneity, same.completeness, same.ari, same.ami
    (1.0, 1.0, 1.0, 1.0)
    """
    if not len(truth):
        return Agreement(homogeneity=NAN, completeness=NAN, ari=NAN, ami=NAN)
    table = overlaps(truth, found)
    if table.same:
        return Agreement(homogeneity=1.0, completeness=1.0, ari=1.0, ami=1.0)
    shared = mutual_information(table)
    of_truth, of_found = entropy(table.classes), entropy(table.clusters)
    return Agreement(
        homogeneity=min(shared / of_truth, 1.0) if of_truth else 1.0,
        completeness=min(shared / of_found, 1.0) if of_found else 1.0,
        ari=_adjusted_rand(table),
        ami=_adjusted_information(table, shared, (of_truth + of_found) / 2),
    )


def _adjusted_rand(table: Overlaps) -> float:
    both = _pairs(table.count)
    one, other = _pairs(table.classes), _pairs(table.clusters)
    chance = one * other / _pairs(np.array([table.n]))
    return (both - chance) / ((one + other) / 2 - chance)


def _pairs(sizes: Codes) -> float:
    size = sizes.astype(np.float64)
    return float((size * (size - 1) / 2).sum())


def _adjusted_information(table: Overlaps, shared: float, most: float) -> float:
    if min(len(table.classes), len(table.clusters)) == 1:
        return 0.0
    if max(len(table.classes), len(table.clusters)) == table.n:
        return 0.0  # all alone: chance tells as much, and rounding would be blown up
    chance = expected_mutual_information(table.classes, table.clusters)
    return (shared - chance) / (most - chance)


def partition(group: Codes) -> Codes:
    """Give each account without a group (-1) one of its own.

    Examples
    --------
    >>> partition(np.array([4, -1, 4, -1])).tolist()
    [4, 5, 4, 6]
    """
    whole, alone = group.copy(), group < 0
    whole[alone] = max(int(group.max(initial=-1)), -1) + 1 + np.arange(alone.sum())
    return whole


def of_groups(group: Codes, chosen: Codes | None) -> Codes:
    """Return the groups with those that are not among the chosen ones taken away.

    Parameters
    ----------
    group : int64 array of (n_accounts,)
        Number of the group, -1 for none.
    chosen : int64 array or None
        Numbers of groups; None for all.

    Examples
    --------
    >>> of_groups(np.array([0, 1, -1]), np.array([1])).tolist()
    [-1, 1, -1]
    """
    if chosen is None:
        return group
    return np.where(np.isin(group, chosen), group, -1)


def weighted_precision(group: Codes, positive: Bool) -> float:
    """Return the precision of the group of an average operated account.

    Parameters
    ----------
    group : int64 array of (n_accounts,)
        Number of the group, -1 for none.
    positive : bool array of (n_accounts,)
        Operated accounts.

    Returns
    -------
    float
        sum n_k p_k^2 / sum n_k p_k over groups of n_k accounts, a share p_k of which is
        operated; NaN where no group holds an operated account.

    Notes
    -----
    The weights n_k p_k are numbers of operated accounts, so a crowd of pure but tiny
    groups does not make up for a large one that is mostly ordinary. It says nothing of
    operated accounts outside all groups; `singleton_share` and the recall do.

    Examples
    --------
    >>> round(weighted_precision(
    ...     np.array([0, 0, 0, 1, 1]), np.array([True, True, True, True, False])
    ... ), 3)
    0.875
    """
    inside = group >= 0
    _, at, size = np.unique(group[inside], return_inverse=True, return_counts=True)
    right = np.bincount(at[positive[inside]], minlength=len(size))
    if not right.any():
        return NAN
    return float((right**2 / size).sum() / right.sum())


def singleton_share(group: Codes) -> float:
    """Return the share of groups that have one member; NaN without groups.

    Examples
    --------
    >>> singleton_share(np.array([0, 0, 1, -1]))
    0.5
    """
    _, size = np.unique(group[group >= 0], return_counts=True)
    return float((size == 1).mean()) if len(size) else NAN


@dataclass(frozen=True, kw_only=True)
class Matches:
    """The group that holds most of each class; one entry per class.

    Parameters
    ----------
    group : int64 array
        Its number, -1 if no group holds a member. Of groups that hold equally many it
        is the smallest, of these the one with the lowest number.
    recall, precision, jaccard : float64 arrays
        Share of the class that it holds, share of the group that is of the class, and
        common members by members of either; nought without a group.
    majority_of : int64 array
        Groups of which more than half are of the class: more than one means that a
        class is found in pieces.
    """

    group: Codes
    recall: Real
    precision: Real
    jaccard: Real
    majority_of: Codes

    @property
    def matched(self) -> Bool:
        """Classes of which a group holds at least half, and which are most of it."""
        return (self.recall >= HALF) & (self.precision > HALF)


def matches(group: Codes, klass: Codes) -> Matches:
    """Find the group of each class.

    Parameters
    ----------
    group : int64 array of (n_accounts,)
        Number of the group, -1 for none.
    klass : int64 array of (n_accounts,)
        Campaign, team or benign instance, from 0 without gaps, -1 for none.

    Examples
    --------
    >>> found = matches(np.array([3, 3, 3, -1, 4]), np.array([0, 0, -1, 1, 1]))
    >>> found.group.tolist(), found.recall.tolist(), found.matched.tolist()
    ([3, 4], [1.0, 0.5], [True, True])
    """
    sizes = np.bincount(klass[klass >= 0])
    table = overlaps(klass[group >= 0], group[group >= 0])
    numbers = np.unique(group[group >= 0])
    names = np.unique(klass[group >= 0])
    whose, size = names[table.klass], table.clusters[table.cluster]
    # The largest overlap of each class comes first, of equals the purest group.
    order = np.lexsort((numbers[table.cluster], size, -table.count, whose))
    order = order[whose[order] >= 0]
    owner, at = np.unique(whose[order], return_index=True)
    best = order[at]
    result = Matches(
        group=np.full(len(sizes), -1),
        recall=np.zeros(len(sizes)),
        precision=np.zeros(len(sizes)),
        jaccard=np.zeros(len(sizes)),
        majority_of=np.bincount(
            whose[order][2 * table.count[order] > size[order]], minlength=len(sizes)
        ),
    )
    result.group[owner] = numbers[table.cluster[best]]
    result.recall[owner] = table.count[best] / sizes[owner]
    result.precision[owner] = table.count[best] / size[best]
    result.jaccard[owner] = table.count[best] / (
        sizes[owner] + size[best] - table.count[best]
    )
    return result


def decoys_certified(group: Codes, decoy: Codes) -> Bool:
    """Return which benign instances are vouched for as if they were an operation.

    Parameters
    ----------
    group : int64 array of (n_accounts,)
        Certified groups only, -1 for none; see `of_groups`.
    decoy : int64 array of (n_accounts,)
        Benign instance from 0 without gaps, -1 for none.

    Returns
    -------
    bool array of (n_instances,)
        True where a certified group holds more than half of the instance, or where the
        instance makes up more than half of a certified group.

    Examples
    --------
    >>> decoys_certified(
    ...     np.array([0, 0, -1, -1, 1, 1, 1]), np.array([0, 0, 0, 1, 1, -1, -1])
    ... ).tolist()
    [True, False]
    """
    found = matches(group, decoy)
    return (found.recall > HALF) | (found.majority_of > 0)
