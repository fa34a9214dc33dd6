"""The posts of a world in the making, and which of them draw attention."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["post", "repost", "quote", "reply"]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NO_TARGET = -1
SOONEST_MS = 20_000
AGE_SCALE_MS = 1_800_000
DECAY = 1.4
IN_VIEW = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """One post of an account.

    `at_ms` counts from the start of the world; `target` is the row of the post that a
    repost, quote or reply is about; `fitness` is how much attention an original draws.
    """

    account: int
    at_ms: int
    kind: Kind
    text: str = ""
    target: int = NO_TARGET
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fitness: float = 0.0


class Ledger:
    """Posts in the order in which they were thought of; a row is a position in it."""

    def __init__(self) -> None:
        self._drafts: list[Draft] = []

    def __len__(self) -> int:
        return len(self._drafts)

    def __getitem__(self, row: int) -> Draft:
        return self._drafts[row]

    def __iter__(self) -> Iterator[Draft]:
        return iter(self._drafts)

    def add(self, draft: Draft) -> int:
        """Add a post and return its row."""
        self._drafts.append(draft)
        return len(self._drafts) - 1

    def pool(self, wanted: Callable[[Draft], bool]) -> Pool:
        """Return the originals that satisfy a condition, by time."""
        rows = [
            row
            for row, draft in enumerate(self._drafts)
            if draft.kind == "post" and wanted(draft)
        ]
        rows.sort(key=lambda row: (self._drafts[row].at_ms, row))
        drafts = [self._drafts[row] for row in rows]
        return Pool(
            item=np.array(rows, dtype=np.int64),
            at_ms=np.array([draft.at_ms for draft in drafts], dtype=np.int64),
            fitness=np.array([draft.fitness for draft in drafts], dtype=np.float64),
            owner=np.array([draft.account for draft in drafts], dtype=np.int64),
        )


@dataclass(frozen=True)
class Pool:
    """Things that can be picked up, sorted by time of birth; equally long arrays.

    item : int64, what is returned when chosen.
    at_ms : int64, birth.
    fitness : float64, positive.
    owner : int64, account that does not choose it, or -1.
    """

    item: Ints
    at_ms: Ints
    fitness: Floats
    owner: Ints

    def choose(
        self, account: Ints, at_ms: Ints, keenness: float, rng: np.random.Generator
    ) -> Ints:
        """Choose something recent and popular for each moment.

        Parameters
        ----------
        account, at_ms : int64 arrays
            Who chooses, and when.
        keenness : float
            Exponent of fitness; more than 1 prefers the popular.
        rng : numpy.random.Generator
            Seeded source.

        Returns
        -------
        int64 array
            An item per moment, -1 where nothing was there yet.

        Notes
        -----
        The chance of an item of age t is proportional to
        fitness^keenness (1 + t / 30 min)^-1.4 among the last 200 born, drawn by the
        largest of Gumbel-perturbed logarithms.
        """
        if not len(self.item) or not len(at_ms):
            return np.full(len(at_ms), NO_TARGET, dtype=np.int64)
        newest = np.searchsorted(self.at_ms, at_ms - SOONEST_MS)
        position = newest[:, None] - 1 - np.arange(IN_VIEW)
        index = position.clip(min=0)
        seen = (position >= 0) & (self.owner[index] != account[:, None])
        age = (at_ms[:, None] - self.at_ms[index]).clip(min=0) / AGE_SCALE_MS
        score = keenness * np.log(self.fitness[index]) - DECAY * np.log1p(age)
        score = np.where(seen, score + rng.gumbel(size=index.shape), -np.inf)
        best = score.argmax(axis=1)
        row = np.arange(len(at_ms))
        return np.where(seen[row, best], self.item[index[row, best]], NO_TARGET)
