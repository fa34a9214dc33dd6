"""Groups: communities of kept pairs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import graspologic_native
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Group:
    """A community: its members' codes and the places of its pairs, both ascending."""

    members: NDArray[np.int64]
    pairs: NDArray[np.int64]


def communities(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    weight: NDArray[np.float64],
    *,
    resolution: float,
    seed: int,
    min_size: int,
) -> list[Group]:
    """Find the communities of a network.

    Parameters
    ----------
    first, second : int64 arrays of m
        Account codes of each pair, sorted by (first, second): the order is part of the
        result, so it must not depend on how the pairs were found.
    weight : float64 array of m
        Positive weight of each pair.
    resolution, seed, min_size
        Weight per possible pair and seed of the method; smallest community to return.

    Returns
    -------
    list of Group
        By first member.

    Notes
    -----
    Leiden (Traag, Waltman and van Eck 2019) on the constant Potts model: the weights
    inside a community exceed `resolution` per possible pair. Unlike modularity it finds
    small groups in a large network too. A community is connected; pairs between
    communities belong to none.

    Examples
    --------
    >>> found = communities(
    ...     np.array([0, 0, 1, 4]), np.array([1, 2, 2, 5]), np.ones(4),
    ...     resolution=0.2, seed=1, min_size=2,
    ... )
    >>> [group.members.tolist() for group in found]
    [[0, 1, 2], [4, 5]]
    """
    if len(first) == 0:
        return []
    edges = [
        (str(a), str(b), float(w))
        for a, b, w in zip(first, second, weight, strict=True)
    ]
    _, found = graspologic_native.leiden(
        edges, resolution=resolution, seed=seed, use_modularity=False, trials=1
    )
    community = np.full(int(second.max(initial=0)) + 1, -1, np.int64)
    for name, place in found.items():
        community[int(name)] = place
    inside = community[first] == community[second]
    groups = []
    for place in range(int(community.max()) + 1):
        members = np.flatnonzero(community == place)
        pairs = np.flatnonzero(inside & (community[first] == place))
        if len(members) >= min_size and len(pairs):
            groups.append(Group(members=members, pairs=pairs))
    return sorted(groups, key=lambda group: int(group.members[0]))


def group_id(members: list[str], digest: str) -> str:
    """Return the id of a group: a hash of its sorted members and the settings.

    Examples
    --------
    >>> group_id(["b", "a"], "x") == group_id(["a", "b"], "x")
    True
    """
    canonical = "\n".join([digest, *sorted(members)])
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
